"""What the record said of people at a past moment, and how each stood on the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.queries.linked import Links
from training_app.coverage.rules import Counts
from training_app.coverage.rules.lasting import Known, Measure, Rule, lines
from training_app.coverage.rules.spans import Span, Spans, span
from training_app.learning import queries as learning
from training_app.requirements.models import RequirementVersion
from training_app.requirements.queries import RequirementRow, versions_of
from training_app.requirements.rules import (
    Cause,
    Evidence,
    InForce,
    Required,
    asked_under,
    held_under,
    update_periods,
)

_BATCH = 1_000
_GROUPS = (Measure.HELD, Measure.DUE_SOON, Measure.LAPSED, Measure.BEGUN)
# Told of how many people of how many the record was read; False: stop.
Progress = Callable[[int, int], bool]


class Stopped(Exception):
    """Whoever asked for the counting wants it no more."""


def versions_then(
    session: Session, requirement_id: int, on: date, at: datetime
) -> list[RequirementRow]:
    """The versions of a requirement as they were known at a moment, oldest first.

    Of a requirement that nobody had set by the moment, what is in force on the day is read as it is
    now: it is what the reader asks about, and no reading of that day can have been made with less.
    """
    noted = {
        row.id: row
        for row in session.execute(
            select(
                RequirementVersion.id,
                RequirementVersion.recorded_at,
                RequirementVersion.end_recorded_at,
            ).where(RequirementVersion.requirement_id == requirement_id)
        )
    }
    was_set = any(row.recorded_at <= at for row in noted.values())
    found = []
    unknown: set[date] = set()
    for row in reversed(versions_of(session, requirement_id)):
        one, end = noted[row.version_id], row.in_force_to
        if one.recorded_at > at and (was_set or row.in_force_from > on):
            unknown.add(row.in_force_from)
            continue
        ended_later = one.end_recorded_at is not None and one.end_recorded_at > at
        if end is not None and (was_set or end > on) and (end in unknown or ended_later):
            end = None
        if end is None or row.in_force_from < end:
            found.append(replace(row, in_force_to=end))
    return found[::-1]


def standings_then(
    session: Session,
    versions: Sequence[RequirementRow],
    humans: Sequence[int],
    on: date,
    at: datetime,
    *,
    links: Links,
    report: Progress | None = None,
) -> dict[int, Counts]:
    """Each person as counts of one on the day, from what was recorded by the moment.

    Everybody's holdings are derived anew from the facts of then, those of rows known to be one
    human being together. People taught in one class share
    a record, which is worked out once. Raises Stopped when ``report`` says so.
    """
    rules = tuple(Rule(span(one.in_force_from, one.in_force_to), _window(one)) for one in versions)
    worked_out: dict[Known, Counts] = {}
    found: dict[int, Counts] = {}
    causes = learning.causes(session, known_at=at)
    for start in range(0, len(humans), _BATCH):
        batch = humans[start : start + _BATCH]
        for human, known in _known(session, versions, batch, causes, at, links=links).items():
            counts = worked_out.get(known)
            if counts is None:
                counts = worked_out[known] = _groups(known, rules, on)
            found[human] = counts
        if report is not None and not report(start + len(batch), len(humans)):
            raise Stopped
    return found


def _window(row: RequirementRow) -> int:
    return row.required.window_months


def _groups(known: Known, rules: Sequence[Rule], on: date) -> Counts:
    """One person on a day, as counts of one."""
    found = {measure for measure, start, end in lines(known, rules) if start <= on < end}
    return Counts(1, *(int(measure in found) for measure in _GROUPS))


def _known(
    session: Session,
    versions: Sequence[RequirementRow],
    batch: Sequence[int],
    causes: list[Cause],
    at: datetime,
    *,
    links: Links,
) -> dict[int, Known]:
    """What the record said of each human being at a moment."""
    rules = tuple(
        InForce(one.version_id, one.required, one.in_force_from, one.in_force_to)
        for one in versions
    )
    found: dict[int, Known] = {}
    otherwise = links.rows_of(batch)
    alike = [human for human in batch if human not in links.rows]
    evidence = learning.evidence_by_person(session, alike, known_at=at)
    records = learning.update_records(session, alike, causes, known_at=at) if causes else {}
    if otherwise:
        evidence |= learning.evidence_by_row(session, otherwise, known_at=at)
    if otherwise and causes:
        records |= learning.update_records(session, (), causes, known_at=at, rows=otherwise)
    for human in batch:
        facts = evidence.get(human, [])
        periods = held_under(rules, facts)
        updates: list[Span] = []
        if human in records and versions:
            record = records[human]
            asked = update_periods(causes, record.passed, record.updated)
            exempt = record.exempt_under(rules)
            updates = [
                span(one.opened_on, one.closed_on) for one in asked_under(rules, asked, exempt)
            ]
        found[human] = Known(
            tuple(span(one.held_from, one.held_until) for one in periods),
            tuple(updates),
            tuple(_begun(one.required, facts) for one in rules),
        )
    return found


def _begun(required: Required, facts: list[Evidence]) -> Spans:
    return tuple(span(one.happened_on, one.valid_until) for one in facts if required.helps(one))
