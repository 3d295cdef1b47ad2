"""What a report must satisfy before another person sees it, in words, with what to do.

An error has to be mended, a warning has to be looked at. Nothing here changes a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from training_app.errors import N_
from training_app.reporting.rules.figures import Figures, Line
from training_app.reporting.rules.layouts import CheckKind, Column, Layout, Measure

# A number that moved by more than this since the last report is looked at again.
LARGEST_MOVE: Final = 20  # percent
# Below this nobody wonders: one person more in a team of three is a third.
SMALLEST_MOVE: Final = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was found: what is wrong, and what to do. Messages are English ids.

    ``columns`` are named in ``says`` as %(whole)s and %(parts)s; the page fills their titles in.
    ``line`` is the key of the row, empty for the total row or the whole report.
    """

    error: bool
    says: str
    remedy: str
    line: str = ""
    where: str = ""
    whole: str = ""
    parts: tuple[str, ...] = ()
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Lower:
    """A commune below a province: whether its report of the period is locked, and which one."""

    unit_id: int
    name: str
    report_id: int | None
    totals: dict[str, int] = field(default_factory=dict)


def findings(
    layout: Layout,
    figures: Figures,
    *,
    before: dict[str, int] | None = None,
    lower: Iterable[Lower] = (),
) -> list[Finding]:
    """Everything that was found, errors first. ``before`` are the totals of the last report."""
    found = list(_rows(layout, figures))
    found += _against_lower(layout, figures, list(lower))
    if before is not None:
        found += _against_before(layout, figures, before)
    if not figures.lines:
        found.append(
            Finding(
                error=False,
                says=N_("The report has no row: no team or commune stands here on that day."),
                remedy=N_("Check the teams of the unit, then count again."),
            )
        )
    return sorted(found, key=lambda one: not one.error)


def blocking(found: Iterable[Finding]) -> bool:
    """Whether anything has to be mended before the report goes on."""
    return any(one.error for one in found)


# -- within a row --------------------------------------------------------------------------------


def _rows(layout: Layout, figures: Figures) -> Iterator[Finding]:
    for line in figures.lines:
        for check in layout.checks:
            whole = line.value(check.whole)
            if check.kind is CheckKind.SUM:
                parts = sum(line.value(part) for part in check.parts)
                if parts != whole:
                    yield _sum_fails(layout, line, check.whole, check.parts)
                continue
            for part in check.parts:
                if line.value(part) > whole:
                    yield Finding(
                        error=True,
                        says=N_(
                            "%(where)s: %(parts)s (%(part)s) is more than %(whole)s (%(count)s)."
                        ),
                        remedy=N_("A part cannot exceed the whole: correct the number."),
                        line=line.key,
                        where=line.name,
                        whole=check.whole,
                        parts=(part,),
                        values={"part": line.value(part), "count": whole},
                    )


def _sum_fails(layout: Layout, line: Line, whole: str, parts: tuple[str, ...]) -> Finding:
    measures = {column.measure for column in layout.columns if column.key in parts}
    unknown, remedy = 0, ""
    if measures & {Measure.MALE, Measure.FEMALE}:
        unknown = line.counted.get(Measure.SEX_UNKNOWN.value, 0)
        remedy = N_(
            "For %(unknown)s of them the sex is not on record. Complete their records and count"
            " again, or write the numbers from the paper roster with the reason."
        )
    elif measures & {Measure.LAW_QUALIFIED, Measure.LAW_UNTRAINED}:
        unknown = line.counted.get(Measure.LAW_UNKNOWN.value, 0)
        remedy = N_(
            "For %(unknown)s of them it is not on record whether they are qualified in law."
            " Complete their records and count again, or write the numbers from the paper roster"
            " with the reason."
        )
    together = sum(line.value(part) for part in parts)
    return Finding(
        error=True,
        says=N_("%(where)s: %(parts)s give %(sum)s together, but %(whole)s is %(count)s."),
        remedy=remedy
        if unknown
        else N_("One of the numbers is wrong: correct it, or take back what was written by hand."),
        line=line.key,
        where=line.name,
        whole=whole,
        parts=parts,
        values={"sum": together, "count": line.value(whole), "unknown": unknown},
    )


# -- against the reports below -------------------------------------------------------------------


def _against_lower(layout: Layout, figures: Figures, lower: list[Lower]) -> Iterator[Finding]:
    missing = [one for one in lower if one.report_id is None]
    if missing:
        yield Finding(
            error=False,
            says=N_("%(missing)s of %(count)s communes have not sent their report: %(names)s."),
            remedy=N_(
                "Their rows are counted from the records. Remind them, then count again; or send"
                " the report as it is."
            ),
            values={
                "missing": len(missing),
                "count": len(lower),
                "names": _named(one.name for one in missing),
            },
        )
    for one in lower:
        line = figures.line(f"unit-{one.unit_id}")
        if one.report_id is None or line is None:
            continue
        if line.report_id != one.report_id:
            yield Finding(
                error=True,
                says=N_("%(where)s: a report was sent, or corrected, after this one was counted."),
                remedy=N_("Count again to take its numbers over."),
                line=line.key,
                where=line.name,
            )
            continue
        yield from _unlike(layout.counted, line, one)


def _unlike(columns: Iterable[Column], line: Line, sent: Lower) -> Iterator[Finding]:
    for column in columns:
        if line.value(column.key) != sent.totals.get(column.key, 0):
            yield Finding(
                error=False,
                says=N_("%(where)s: %(whole)s is %(count)s here and %(sent)s in its own report."),
                remedy=N_(
                    "The total no longer equals the sum of the reports below. Ask the commune for"
                    " a correction, or take back what was written by hand."
                ),
                line=line.key,
                where=line.name,
                whole=column.key,
                values={
                    "count": line.value(column.key),
                    "sent": sent.totals.get(column.key, 0),
                },
            )


def _named(names: Iterable[str], most: int = 5) -> str:
    """The first few names, then how many more."""
    listed = list(names)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" (+{more})" if more > 0 else "")


# -- against the last report ---------------------------------------------------------------------


def _against_before(layout: Layout, figures: Figures, before: dict[str, int]) -> Iterator[Finding]:
    for column in layout.counted:
        was, now = before.get(column.key), figures.total(column.key)
        if was is None or column.measure is Measure.TRAINED:
            continue  # who is trained in a year starts from nothing each year
        moved = abs(now - was)
        if moved < SMALLEST_MOVE or moved * 100 <= LARGEST_MOVE * was:
            continue
        yield Finding(
            error=False,
            says=N_("%(whole)s is %(count)s in total; the last report sent says %(was)s."),
            remedy=N_(
                "It moved by more than %(percent)s percent. Look at what changed since, and be"
                " ready to explain it."
            ),
            whole=column.key,
            values={"count": now, "was": was, "percent": LARGEST_MOVE},
        )
