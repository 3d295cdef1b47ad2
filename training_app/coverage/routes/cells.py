"""The tables of units and teams, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.queries import Place, TeamCoverage, TeamTable, UnitCoverage, UnitTable
from training_app.coverage.queries.units import ENDED
from training_app.coverage.routes.base import Question, addresses
from training_app.coverage.routes.tables import Cell, Column, Made, Row, Table, number, share, words
from training_app.coverage.rules import Counts, Figure, Group, Mask, Pair, TeamNeed, disclose
from training_app.errors import N_
from training_app.organisation.models import Level
from training_app.organisation.rules import LACK_MESSAGES
from training_app.requirements.rules import Audience
from training_app.web.guard import current_viewer
from training_app.web.pages import format_number

SMALL_NOTE: Final = N_(
    "Counts of one to four people are shown as <5; where subtraction would tell them, a second"
    " count is left out (…)."
)
SEVERAL: Final = N_("Counted in several rows")
TOTAL: Final = N_("Total")
# The groups of people by the word that stands in addresses.
_GROUPS: Final = tuple(one.value for one in Group)
PEOPLE: Final = {
    Audience.MEDIATORS: N_("Mediators"),
    Audience.LEADERS: N_("Leaders"),
    Audience.TRAINERS: N_("Trainers"),
    Audience.OFFICIALS: N_("Officials"),
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
        number(counts.held, hrefs.get(Group.HELD, "")),
        number(counts.due_soon, hrefs.get(Group.DUE_SOON, "")),
        number(counts.lapsed, hrefs.get(Group.LAPSED, "")),
        number(counts.begun, hrefs.get(Group.BEGUN, "")),
        number(counts.not_begun, hrefs.get(Group.NOT_BEGUN, "")),
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
    blank = (words(""), words("")) if found.by_team else ()
    href = addresses("coverage.unit", "unit_id", question)
    lists = people_lists(question)

    def row(one: UnitCoverage) -> Row:
        own = one.unit_id in {found.place.id, ENDED}
        to = "" if own else href(one.unit_id)
        teams = (number(one.teams, to), number(one.teams_covered, to)) if found.by_team else ()
        links = {} if own or not one.counts.people else lists(one.unit_id)
        name = words(unit_name(one.unit_id, one.name), to)
        return (name, *teams, *count_cells(one.counts, links))

    return Table(
        caption=gettext("By unit, the least trained first"),
        head=(Column(gettext("Unit")), *_team_columns(found), *count_columns(question)),
        rows=Made(found.rows, row),
        corrections=correction(found.overlap, (words(gettext(SEVERAL)), *blank)),
        total=(
            words(gettext(TOTAL)),
            *((number(found.teams), number(found.teams_covered)) if found.by_team else ()),
            *count_cells(found.total, lists(found.place.id)),
        ),
    )


def unit_name(unit_id: int, name: str) -> str:
    """The name of a row of units."""
    return name if unit_id != ENDED else gettext("Units that stand no more")


def _team_columns(found: UnitTable) -> tuple[Column, ...]:
    if not found.by_team:
        return ()
    return Column(gettext("Teams"), number=True), Column(gettext("Teams trained"), number=True)


def people_lists(question: Question) -> Callable[[int | None], dict[str, str]]:
    """By unit the addresses of the lists of people behind its counts; none without the right.

    None either where the day is read as known then: the lists name whom we know of now.
    """
    if question.then or not current_viewer().may(Permission.COVERAGE_NAMES):
        return lambda _unit: {}
    everybody = addresses("coverage.people", "unit_id", question)
    joint = "&" if "?" in everybody(0) else "?"

    def links(unit_id: int | None) -> dict[str, str]:
        if unit_id is None:
            return {}
        whole = everybody(unit_id)
        # The groups' names are plain words: nothing in them needs to be quoted.
        return {one: f"{whole}{joint}standing={one}" for one in _GROUPS} | {"": whole}

    return links


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


def totals_table(found: UnitTable, question: Question, *, beside: UnitTable | None = None) -> Table:
    """Units for a reader who may see no single person: small counts hidden.

    ``beside`` is another reading of the same day that the reader may look at as well.
    """
    shown, total = _disclosed(found, beside)
    href = addresses("coverage.unit", "unit_id", question)

    def row(one: tuple[UnitCoverage, tuple[Figure, Figure]]) -> Row:
        part, figures = one
        # Below a commune stand teams, which a reader of totals may not see.
        closed = part.level == Level.COMMUNE or part.unit_id in {found.place.id, ENDED}
        closed = closed or beside is not None
        name = words(unit_name(part.unit_id, part.name), "" if closed else href(part.unit_id))
        teams = _team_figures(found, part.teams, part.teams_covered, figures)
        return (name, *teams, *figure_cells(*figures))

    return Table(
        caption=gettext("By unit, the least trained first"),
        head=(
            Column(gettext("Unit")),
            *_team_columns(found),
            Column(_people_word(question), number=True),
            Column(gettext("Trained"), number=True),
            Column(gettext("Share")),
        ),
        rows=Made(list(zip(found.rows, shown, strict=True)), row),
        total=(
            words(gettext(TOTAL)),
            *_team_figures(found, found.teams, found.teams_covered, total),
            *figure_cells(*total),
        ),
    )


def held_shown(found: UnitTable) -> tuple[dict[int, bool], bool]:
    """By unit whether the table shows how many hold it there, and whether its foot does."""
    shown, total = _disclosed(found)
    rows = zip(found.rows, shown, strict=True)
    return {row.unit_id: held.shown for row, (_, held) in rows}, total[1].shown


def fully_shown(above: UnitTable, here: Place) -> bool:
    """Whether the table above shows both figures of a place."""
    shown, _ = _disclosed(above)
    return any(
        people.shown and held.shown
        for row, (people, held) in zip(above.rows, shown, strict=True)
        if row.unit_id == here.id
    )


def _disclosed(
    found: UnitTable, beside: UnitTable | None = None
) -> tuple[list[tuple[Figure, Figure]], tuple[Figure, Figure]]:
    pairs = [_pair(row.counts) for row in found.rows]
    if beside is None:
        return disclose(pairs, _pair(found.total))
    known = {row.unit_id: _pair(row.counts) for row in beside.rows}
    others = [known.get(row.unit_id, Pair(0, 0)) for row in found.rows]
    return disclose(pairs, _pair(found.total), beside=(others, _pair(beside.total)))


def _pair(counts: Counts) -> Pair:
    return Pair(counts.people, counts.held)


def _team_figures(
    found: UnitTable, teams: int, covered: int, figures: tuple[Figure, Figure]
) -> Row:
    """Teams are no people, but whether one counts would tell about few people."""
    if not found.by_team:
        return ()
    shown = all(figure.shown for figure in figures)
    return (number(teams), number(covered) if shown else _masked(Mask.HIDDEN))


def figure_cells(people: Figure, held: Figure) -> tuple[Cell, Cell, Cell]:
    """People, those who hold it, and the share where both are shown."""
    if people.value is None or held.value is None:
        return figure_cell(people), figure_cell(held), words("")
    return figure_cell(people), figure_cell(held), share(held.value, people.value)


def figure_cell(figure: Figure) -> Cell:
    """A count as it may be shown."""
    return _masked(figure.mask) if figure.value is None else number(figure.value)


def _masked(mask: Mask) -> Cell:
    text = "<5" if mask is Mask.SMALL else "…"
    return Cell(text, text, number=True)


# -- teams ---------------------------------------------------------------------------------


def team_table(found: TeamTable, question: Question) -> Table:
    """One row per team of a commune, the least trained first."""
    href = addresses("coverage.team", "team_id", question)
    return Table(
        caption=gettext("By team, the least trained first"),
        head=(
            Column(gettext("Team")),
            Column(gettext("Whole team")),
            Column(gettext("Leader")),
            *count_columns(question),
            Column(gettext("Article 12")),
        ),
        rows=Made(found.rows, lambda row: _team_row(row, href)),
        corrections=tuple(
            (*row, words(""))
            for row in correction(found.overlap, (words(gettext(SEVERAL)), words(""), words("")))
        ),
        total=(
            words(gettext(TOTAL)),
            words(f"{format_number(found.covered)}/{format_number(len(found.rows))}"),
            words(""),
            *count_cells(found.total, people_lists(question)(found.place.id)),
            words(""),
        ),
    )


def _team_row(row: TeamCoverage, href: Callable[[int], str]) -> Row:
    name = f"{row.team.name}, {row.team.village}" if row.team.village else row.team.name
    covered, team = row.need.covered, href(row.team.id) if row.opens else ""
    state = gettext("Trained") if covered else gettext("Not trained")
    return (
        words(name, team),
        words(state, tag="success" if covered else "warning"),
        _leader(row.need),
        *count_cells(row.counts, dict.fromkeys(("", *_GROUPS), team)),
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
