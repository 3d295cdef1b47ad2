"""The tables of trainers, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import request, url_for
from flask_babel import gettext, ngettext

from training_app.coverage.queries import (
    Looking,
    PartRow,
    PartTable,
    Place,
    Teaching,
    TrainerRow,
    TrainerTable,
)
from training_app.coverage.routes.base import language
from training_app.coverage.routes.cells import SMALL_NOTE, TOTAL
from training_app.coverage.routes.tables import Cell, Column, Row, Table, number, share, words
from training_app.coverage.rules import Figure, Mask, Pair, disclose
from training_app.coverage.rules.ratios import CONFIDENCE_MESSAGES, Base, Ratio
from training_app.programme.rules import Standing, explain
from training_app.web.pages import format_date, format_number

_MINUTES: Final = 60
_SMALLEST: Final = 5


def _kept(*names: str) -> dict[str, Any]:
    """What the reader chose, carried on to the next page."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def hours(minutes: int) -> Cell:
    """A cell with hours and minutes, so that the rows add up to the foot; hours in the file."""
    whole, rest = divmod(minutes, _MINUTES)
    return Cell(f"{format_number(whole)}:{rest:02}", minutes / _MINUTES, number=True)


def _head(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        Column(gettext("Classes"), number=True),
        Column(gettext("Hours"), number=True),
        Column(gettext("People taught"), number=True),
        Column(gettext("of them hold it now"), number=True),
        Column(gettext("Share")),
    )


def _teaching(one: Teaching) -> Row:
    return (
        number(one.classes),
        hours(one.minutes),
        number(one.taught.people),
        number(one.taught.held),
        share(one.taught.held, one.taught.people),
    )


def notes(looking: Looking) -> tuple[str, ...]:
    """Which classes are counted, and what is not asked."""
    said = [
        gettext(
            "Classes held from %(first)s to %(last)s.",
            first=format_date(looking.since),
            last=format_date(looking.on),
        )
    ]
    if looking.asking is None:
        said.append(gettext("Nothing is required of mediators here on that day."))
    asked = "; ".join(one.named(language()) for one in looking.asked)
    if asked:
        said.append(gettext("Asked of trainers: %(titles)s.", titles=asked))
    else:
        said.append(gettext("Nothing is required of trainers here on that day."))
    if looking.scope.totals_only:
        said.append(gettext(SMALL_NOTE))
    return tuple(said)


# -- by trainer ----------------------------------------------------------------------------


def trainers_table(found: TrainerTable, looking: Looking) -> Table:
    """One row per trainer; the foot takes out people taught by several."""
    head = _head(gettext("Trainer"))
    own = (Column(gettext("Role over")), Column(gettext("Own training")))
    overlap = found.overlap.taught
    trained = sum(row.trained for row in found.own)
    return Table(
        caption=gettext("By trainer, by given name"),
        head=(head[0], own[0], *head[1:], own[1]),
        rows=tuple(_trainer_row(row, looking) for row in found.rows),
        corrections=_corrections(overlap),
        total=(
            words(gettext(TOTAL)),
            words(
                ngettext("%(num)s trainer", "%(num)s trainers", len(found.own)),
            ),
            *_teaching(found.total),
            words(
                gettext(
                    "%(trained)s of %(trainers)s hold everything",
                    trained=format_number(trained),
                    trainers=format_number(len(found.own)),
                )
                if looking.asked
                else ""
            ),
        ),
    )


def _corrections(overlap: Pair) -> tuple[Row, ...]:
    """The line that takes out people taught by several; none when there are none."""
    if not overlap.people:
        return ()
    blank = words("")
    return (
        (
            words(gettext("Taught by several")),
            blank,
            blank,
            blank,
            number(overlap.people),
            number(overlap.held),
            blank,
            blank,
        ),
    )


def _trainer_row(row: TrainerRow, looking: Looking) -> Row:
    name = row.full_name or gettext("Lecturers from outside")
    href = ""
    if row.grants:  # in scope on the day that is asked about, which need not be today
        href = url_for("coverage.person", person_id=row.person_id, **_kept("as_of"))
    units = "; ".join(dict.fromkeys(grant.unit_name for grant in row.grants))
    away = gettext("another unit") if row.person_id else ""
    return (words(name, href), words(units or away), *_teaching(row.teaching), _own(row, looking))


def _own(row: TrainerRow, looking: Looking) -> Cell:
    """What is asked of the trainer: everything held, or what is missing and why."""
    if not row.grants or not looking.asked:
        return words("")
    if row.trained:
        return words(gettext("Holds everything"), tag="success")
    missing = [
        explain(need, one.module_titles(language()), gettext, format_date)
        for one, need in row.needs
        if not need.covered
    ]
    lapsed = any(need.standing is Standing.LAPSED for _, need in row.needs)
    return words("; ".join(missing), tag="error" if lapsed else "warning")


# -- by unit, without names ----------------------------------------------------------------


def parts_table(found: PartTable) -> Table:
    """Units for a reader who may see no single person: small counts hidden."""
    trainers, all_trainers = _trainers_disclosed(found)
    taught, all_taught = _taught_disclosed(found)
    head = _head(gettext("Unit"))
    return Table(
        caption=gettext("By unit"),
        head=(
            head[0],
            Column(gettext("Teams"), number=True),
            Column(gettext("Trainers"), number=True),
            Column(gettext("of them trained"), number=True),
            *head[1:],
        ),
        rows=tuple(
            _part_row(row, mine, theirs)
            for row, mine, theirs in zip(found.rows, trainers, taught, strict=True)
        ),
        total=(
            words(gettext(TOTAL)),
            number(sum(row.teams for row in found.rows)),
            *(_figure(one) for one in all_trainers),
            number(found.teaching.classes),
            hours(found.teaching.minutes),
            *_shares(*all_taught),
        ),
    )


def _part_row(row: PartRow, trainers: tuple[Figure, Figure], taught: tuple[Figure, Figure]) -> Row:
    below = row.unit_id and row.level == "province"
    return (
        words(row.name or gettext("The whole country"), _part_link(row) if below else ""),
        number(row.teams),
        *(_figure(one) for one in trainers),
        number(row.teaching.classes),
        hours(row.teaching.minutes),
        *_shares(*taught),
    )


def _part_link(row: PartRow) -> str:
    return url_for(
        "coverage.trainers", unit_id=row.unit_id, **_kept("as_of", "period", "requirement")
    )


def _trainers_disclosed(
    found: PartTable,
) -> tuple[list[tuple[Figure, Figure]], tuple[Figure, Figure]]:
    return disclose([row.trainers for row in found.rows], found.trainers)


def _taught_disclosed(
    found: PartTable,
) -> tuple[list[tuple[Figure, Figure]], tuple[Figure, Figure]]:
    return disclose([row.teaching.taught for row in found.rows], found.teaching.taught)


def fully_shown(above: PartTable, here: Place) -> bool:
    """Whether the table above shows all figures of a place."""
    trainers, _ = _trainers_disclosed(above)
    taught, _ = _taught_disclosed(above)
    return any(
        all(figure.shown for figure in (*mine, *theirs))
        for row, mine, theirs in zip(above.rows, trainers, taught, strict=True)
        if row.unit_id == here.id
    )


def _shares(people: Figure, held: Figure) -> tuple[Cell, Cell, Cell]:
    if people.value is None or held.value is None:
        return _figure(people), _figure(held), words("")
    return _figure(people), _figure(held), share(held.value, people.value)


def _figure(figure: Figure) -> Cell:
    if figure.value is not None:
        return number(figure.value)
    text = f"<{_SMALLEST}" if figure.mask is Mask.SMALL else "…"
    return Cell(text, text, number=True)


# -- trainers per teams --------------------------------------------------------------------


def ratios_table(rows: Sequence[Ratio], *, totals_only: bool) -> Table:
    """One row per place and target; a place with neither teams nor trainers is left out."""
    return Table(
        caption=gettext("Trainers and teams beside the targets"),
        head=(
            Column(gettext("Unit or group of communes")),
            Column(gettext("Target")),
            Column(gettext("Teams"), number=True),
            Column(gettext("Trainers"), number=True),
            Column(gettext("Trainers needed"), number=True),
            Column(gettext("Teams per trainer"), number=True),
            Column(gettext("State")),
        ),
        rows=tuple(
            _ratio_row(row, totals_only=totals_only) for row in rows if row.teams or row.trainers
        ),
    )


def _ratio_row(row: Ratio, *, totals_only: bool) -> Row:
    hidden = totals_only and 0 < row.trainers < _SMALLEST
    trainers = Figure(Mask.SMALL) if hidden else Figure(Mask.SHOWN, row.trainers)
    blank = words("")
    return (
        words(_ratio_name(row)),
        words(gettext("1 for %(teams)s teams", teams=row.target.teams_per_trainer)),
        number(row.teams),
        _figure(trainers),
        number(row.needed),
        blank if hidden else _each(row),
        blank if hidden else _met(row),
    )


def _ratio_name(row: Ratio) -> str:
    if row.target.base is not Base.FORMER_DISTRICT:
        return row.name
    if not row.name:
        return gettext("Communes without a known former district")
    return gettext("Communes of the former %(district)s", district=row.name)


def _each(row: Ratio) -> Cell:
    if not row.trainers:
        return Cell("–", None, number=True)
    value = round(row.teams / row.trainers, 1)
    return Cell(format_number(value, 1), value, number=True)


def _met(row: Ratio) -> Cell:
    if not row.teams:
        return words(gettext("No team"))
    if not row.short:
        return words(gettext("Met"), tag="success")
    short = ngettext("%(num)s trainer short", "%(num)s trainers short", row.short)
    return words(short, tag="warning")


def ratio_notes(rows: Sequence[Ratio]) -> tuple[str, ...]:
    """The source of each target and how well it is known."""
    targets = dict.fromkeys(row.target for row in rows)
    left_out = sum(not (row.teams or row.trainers) for row in rows)
    said = ngettext(
        "%(num)s place without teams and trainers is left out.",
        "%(num)s places without teams and trainers are left out.",
        left_out,
    )
    told = tuple(
        gettext(
            "1 for %(teams)s teams: %(source)s (%(confidence)s).",
            teams=target.teams_per_trainer,
            source=target.source_en if language() == "en" else target.source,
            confidence=gettext(CONFIDENCE_MESSAGES[target.confidence]),
        )
        for target in targets
    )
    return (*told, said) if left_out else told
