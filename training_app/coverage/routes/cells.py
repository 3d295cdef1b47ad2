"""The tables of units and teams, cell by cell."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.queries import Place, TeamCoverage, TeamTable, UnitCoverage, UnitTable
from training_app.coverage.routes.base import Question, filter_values
from training_app.coverage.routes.tables import Cell, Column, Row, Table, number, share, words
from training_app.coverage.rules import Counts, Figure, Gap, Mask, Pair, TeamNeed, disclose
from training_app.errors import N_
from training_app.organisation.rules import LACK_MESSAGES
from training_app.programme.rules import Standing
from training_app.requirements.rules import Audience
from training_app.web.guard import current_viewer
from training_app.web.pages import format_number

SMALL_NOTE: Final = N_(
    "Counts of one to four people are shown as <5; where subtraction would tell them, a second"
    " count is left out (…)."
)
SEVERAL: Final = N_("Counted in several rows")
TOTAL: Final = N_("Total")
PEOPLE: Final = {
    Audience.MEDIATORS: N_("Mediators"),
    Audience.LEADERS: N_("Leaders"),
    Audience.TRAINERS: N_("Trainers"),
    Audience.OFFICIALS: N_("Officials"),
}
GAP_MESSAGES: Final = {
    Gap.NO_MEMBERS: N_("No members"),
    Gap.NO_LEADER: N_("No leader"),
    Gap.LEADER: N_("The leader is not trained"),
    Gap.MEMBERS: N_("Fewer than two thirds of the members are trained"),
}


def _people_word(question: Question) -> str:
    audience = question.asking.audience if question.asking else Audience.MEDIATORS
    return gettext(PEOPLE[audience])


def count_columns(question: Question, people: str = "") -> tuple[Column, ...]:
    """The heads over :func:`count_cells`; ``people`` names those who are counted."""
    return (
        Column(people or _people_word(question), number=True),
        Column(gettext("Trained"), number=True),
        Column(gettext("of them due soon"), number=True),
        Column(gettext("Lapsed"), number=True),
        Column(gettext("In progress"), number=True),
        Column(gettext("Not begun"), number=True),
        Column(gettext("Share")),
    )


def count_cells(counts: Counts, hrefs: dict[str, str]) -> Row:
    """The counts of a row; each opens the list that makes it."""
    return (
        number(counts.people, hrefs.get("", "")),
        number(counts.held, hrefs.get(Standing.HELD, "")),
        number(counts.due_soon),
        number(counts.lapsed, hrefs.get(Standing.LAPSED, "")),
        number(counts.begun, hrefs.get(Standing.BEGUN, "")),
        number(counts.not_begun, hrefs.get(Standing.NOT_BEGUN, "")),
        share(counts.held, counts.people),
    )


def correction(counts: Counts, before: Row) -> tuple[Row, ...]:
    """The line that takes out people counted in several rows; none when there are none."""
    if not counts.people:
        return ()
    cells = count_cells(counts, {})
    return ((*before, *cells[:-1], words("")),)


# -- units ---------------------------------------------------------------------------------


def unit_table(found: UnitTable, question: Question) -> Table:
    """One row per part of a place, the least trained first."""
    team_columns = (
        (Column(gettext("Teams"), number=True), Column(gettext("Teams trained"), number=True))
        if found.by_team
        else ()
    )
    blank = (words(""), words("")) if found.by_team else ()
    return Table(
        caption=gettext("By unit, the least trained first"),
        head=(Column(gettext("Unit")), *team_columns, *count_columns(question)),
        rows=tuple(_unit_row(row, found, question) for row in found.rows),
        corrections=correction(found.overlap, (words(gettext(SEVERAL)), *blank)),
        total=(
            words(gettext(TOTAL)),
            *((number(found.teams), number(found.teams_covered)) if found.by_team else ()),
            *count_cells(found.total, list_links(found.place.id, question)),
        ),
    )


def _unit_row(row: UnitCoverage, found: UnitTable, question: Question) -> Row:
    own = row.unit_id == found.place.id
    values = filter_values(question, unit_id=row.unit_id)
    href = "" if own else url_for("coverage.unit", **values)
    teams = (number(row.teams), number(row.teams_covered)) if found.by_team else ()
    links = {} if own or not row.counts.people else list_links(row.unit_id, question)
    return (words(row.name, href), *teams, *count_cells(row.counts, links))


def list_links(unit_id: int | None, question: Question) -> dict[str, str]:
    """Addresses of the lists of people behind the counts, by group; none without the right."""
    if unit_id is None or not current_viewer().may(Permission.COVERAGE_NAMES):
        return {}
    if question.then:
        return {}  # the lists name whom we know of now
    everybody = url_for("coverage.people", **filter_values(question, unit_id=unit_id))
    joint = "&" if "?" in everybody else "?"
    # The group's names are plain words: joining them costs a tenth of building each address.
    groups = {one.value: f"{everybody}{joint}standing={one.value}" for one in Standing}
    return {"": everybody} | groups


def unit_notes(found: UnitTable) -> tuple[str, ...]:
    """What the table says, in words with both terms."""
    if not found.by_team or not found.rows:
        return ()
    said = [_teams_said(found.teams_covered, found.teams)]
    if without := sum(not row.teams for row in found.rows):
        said.append(
            ngettext(
                "%(num)s unit has no team on that day.",
                "%(num)s units have no team on that day.",
                without,
            )
        )
    return tuple(said)


def _teams_said(covered: int, teams: int) -> str:
    return ngettext(
        "%(covered)s of %(num)s team counts as trained.",
        "%(covered)s of %(num)s teams count as trained.",
        teams,
        covered=format_number(covered),
    )


# -- totals without names ------------------------------------------------------------------


def totals_table(found: UnitTable, question: Question) -> Table:
    """Units for a reader who may see no single person: small counts hidden."""
    shown, total = _disclosed(found)
    team_columns = (
        (Column(gettext("Teams"), number=True), Column(gettext("Teams trained"), number=True))
        if found.by_team
        else ()
    )
    return Table(
        caption=gettext("By unit, the least trained first"),
        head=(
            Column(gettext("Unit")),
            *team_columns,
            Column(_people_word(question), number=True),
            Column(gettext("Trained"), number=True),
            Column(gettext("Share")),
        ),
        rows=tuple(
            (
                _totals_name(row, question),
                *_team_figures(found, row.teams, row.teams_covered, figures),
                *_figures(*figures),
            )
            for row, figures in zip(found.rows, shown, strict=True)
        ),
        total=(
            words(gettext(TOTAL)),
            *_team_figures(found, found.teams, found.teams_covered, total),
            *_figures(*total),
        ),
    )


def fully_shown(above: UnitTable, here: Place) -> bool:
    """Whether the table above shows both figures of a place."""
    shown, _ = _disclosed(above)
    return any(
        people.shown and held.shown
        for row, (people, held) in zip(above.rows, shown, strict=True)
        if row.unit_id == here.id
    )


def _disclosed(
    found: UnitTable,
) -> tuple[list[tuple[Figure, Figure]], tuple[Figure, Figure]]:
    pairs = [Pair(row.counts.people, row.counts.held) for row in found.rows]
    return disclose(pairs, Pair(found.total.people, found.total.held))


def _totals_name(row: UnitCoverage, question: Question) -> Cell:
    if row.level == "commune":
        return words(row.name)  # below it stand teams, which a reader of totals may not see
    return words(row.name, url_for("coverage.unit", **filter_values(question, unit_id=row.unit_id)))


def _team_figures(
    found: UnitTable, teams: int, covered: int, figures: tuple[Figure, Figure]
) -> Row:
    """Teams are no people, but whether one counts would tell about few people."""
    if not found.by_team:
        return ()
    shown = all(figure.shown for figure in figures)
    return (number(teams), number(covered) if shown else _masked(Mask.HIDDEN))


def _figures(people: Figure, held: Figure) -> tuple[Cell, Cell, Cell]:
    if people.value is None or held.value is None:
        return _figure(people), _figure(held), words("")
    return _figure(people), _figure(held), share(held.value, people.value)


def _figure(figure: Figure) -> Cell:
    return _masked(figure.mask) if figure.value is None else number(figure.value)


def _masked(mask: Mask) -> Cell:
    text = "<5" if mask is Mask.SMALL else "…"
    return Cell(text, text, number=True)


# -- teams ---------------------------------------------------------------------------------


def team_table(found: TeamTable, question: Question) -> Table:
    """One row per team of a commune, the least trained first."""
    return Table(
        caption=gettext("By team, the least trained first"),
        head=(
            Column(gettext("Team")),
            Column(gettext("Whole team")),
            Column(gettext("Leader")),
            *count_columns(question),
            Column(gettext("Article 12")),
        ),
        rows=tuple(_team_row(row, question) for row in found.rows),
        corrections=tuple(
            (*row, words(""))
            for row in correction(found.overlap, (words(gettext(SEVERAL)), words(""), words("")))
        ),
        total=(
            words(gettext(TOTAL)),
            words(f"{format_number(found.covered)}/{format_number(len(found.rows))}"),
            words(""),
            *count_cells(found.total, list_links(found.place.id, question)),
            words(""),
        ),
    )


def _team_row(row: TeamCoverage, question: Question) -> Row:
    values: dict[str, Any] = filter_values(question, team_id=row.team.id)
    name = f"{row.team.name}, {row.team.village}" if row.team.village else row.team.name
    covered = row.need.covered
    state = gettext("Trained") if covered else gettext("Not trained")
    return (
        words(name, url_for("coverage.team", **values)),
        words(state, tag="success" if covered else "warning"),
        _leader(row.need),
        *count_cells(row.counts, {}),
        _composition(row),
    )


def _leader(team: TeamNeed) -> Cell:
    if not team.has_leader:
        return words(gettext("None"), tag="error")
    if team.leader_held:
        return words(gettext("Trained"), tag="success")
    return words(gettext("Not trained"), tag="warning")


def _composition(row: TeamCoverage) -> Cell:
    lacks = row.team.composition.lacks
    if not lacks:
        return words(gettext("Complete"))
    return words("; ".join(gettext(LACK_MESSAGES[rule]) for rule in lacks))


def team_notes(found: TeamTable) -> tuple[str, ...]:
    """What the table says, in words with both terms."""
    if not found.rows:
        return (gettext("No team stands here on that day."),)
    complete = sum(row.team.composition.complete for row in found.rows)
    return (
        _teams_said(found.covered, len(found.rows)),
        ngettext(
            "%(complete)s of %(num)s team is complete by Article 12.",
            "%(complete)s of %(num)s teams are complete by Article 12.",
            len(found.rows),
            complete=format_number(complete),
        ),
    )
