"""Coverage of a day as it was known at its end: what was entered later is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking, below
from training_app.coverage.queries.teams import TeamCoverage, TeamTable
from training_app.coverage.queries.units import UnitCoverage, UnitTable, least_first, parts_of
from training_app.coverage.rollups.reading import Communes, read_teams, standing_versions
from training_app.coverage.rollups.ready import counts_of
from training_app.coverage.rollups.recount import counted
from training_app.coverage.rules import Counts, TeamNeed, rank, total_of
from training_app.coverage.rules.lasting import Known, Measure, Tally, lines
from training_app.coverage.rules.spans import Span, Spans, span
from training_app.learning import queries as learning
from training_app.organisation.models import UnitSpan, holds
from training_app.organisation.queries.teams import teams_under
from training_app.programme.queries.asked import end_of
from training_app.requirements.queries import RequirementRow
from training_app.requirements.rules import (
    Evidence,
    InForce,
    Required,
    asked_under,
    held_under,
    update_periods,
)

_BATCH = 1_000


def units_then(session: Session, asking: Asking, here: Place) -> UnitTable:
    """One row per unit directly under ``here``, as known at the end of the day asked about.

    Everybody's holdings are derived anew from the facts recorded by then. How rows of one human
    being are linked, and where teams and units stood, is always read as known now.
    """
    counts = counted(_read(session, asking, here))

    def state(path: str) -> tuple[int, ...]:
        tally = Tally()
        for (place, leaf), one in counts.items():
            if not leaf and place.startswith(path):
                tally.join(one)
            elif leaf and place == path:
                tally.join(one, -1)
        return tally.state_on(asking.on)

    rows = []
    for part in session.execute(parts_of(asking, here)):
        if part.path != here.path:
            found = state(part.path)
            rows.append(
                UnitCoverage(
                    unit_id=part.unit_id,
                    name=f"{part.type} {part.name}",
                    level=part.level,
                    teams=found[Measure.TEAMS],
                    teams_covered=found[Measure.COVERED],
                    counts=counts_of(found),
                )
            )
    total = counts_of(state(here.path))
    overlap = total + -total_of(row.counts for row in rows)
    return UnitTable(here, tuple(sorted(rows, key=least_first)), overlap, by_team=True)


def teams_then(session: Session, asking: Asking, here: Place) -> TeamTable:
    """One row per team of a commune, as known at the end of the day asked about."""
    read = _read(session, asking, here)
    on = asking.on
    serving = {
        team: {human for human, spans in people.items() if _on(spans, on)}
        for team, people in read.services.items()
    }
    standing = {human: _groups(read, human, on) for people in serving.values() for human in people}
    rows = []
    for team in teams_under(session, asking.scope, here.path, on):
        people = serving.get(team.id, set())
        leaders = {one for one in people if _on(read.leads.get(team.id, {}).get(one, ()), on)}
        need = TeamNeed(
            counts=total_of(standing[one] for one in people),
            has_leader=bool(leaders),
            leader_held=any(standing[one].held for one in leaders),
            composition=team.composition,
        )
        rows.append(TeamCoverage(team, need))
    rows.sort(key=lambda row: rank(row.need))
    everybody = {one for row in rows for one in serving.get(row.team.id, set())}
    total = total_of(standing[one] for one in everybody)
    overlap = total + -total_of(row.counts for row in rows)
    return TeamTable(here, tuple(rows), overlap)


def last_moment(on: date) -> datetime:
    """The last moment of the day in Viet Nam."""
    return end_of(on) - timedelta(microseconds=1)


def _on(spans: Spans | list[Span], on: date) -> bool:
    return any(start <= on < end for start, end in spans)


def _groups(read: Communes, human: int, on: date) -> Counts:
    """One person on a day, as counts of one."""
    found = {
        measure for measure, start, end in lines(read.known[human], read.rules) if start <= on < end
    }
    return Counts(
        1,
        *(
            int(measure in found)
            for measure in (Measure.HELD, Measure.DUE_SOON, Measure.LAPSED, Measure.BEGUN)
        ),
    )


def _read(session: Session, asking: Asking, here: Place) -> Communes:
    """The communes of a place as they stood on the day, with what was known at its end."""
    moment = last_moment(asking.on)
    units = select(UnitSpan.unit_id).where(holds(UnitSpan, asking.on), below(here.path))
    versions = standing_versions(session, asking.requirement.id)
    read = read_teams(session, versions, session.scalars(units).all(), known_at=moment)
    read.known = _known(session, versions, sorted(read.humans), moment)
    return read


def _known(
    session: Session, versions: list[RequirementRow], humans: list[int], moment: datetime
) -> dict[int, Known]:
    """What the record said of each human being at a moment."""
    rules = tuple(
        InForce(one.version_id, one.required, one.in_force_from, one.in_force_to)
        for one in versions
    )
    found: dict[int, Known] = {}
    causes = learning.causes(session, known_at=moment)
    for start in range(0, len(humans), _BATCH):
        batch = humans[start : start + _BATCH]
        evidence = learning.evidence_by_person(session, batch, known_at=moment)
        records: Mapping[int, learning.Record] = (
            learning.update_records(session, batch, causes, known_at=moment) if causes else {}
        )
        for human in batch:
            facts = evidence.get(human, [])
            periods = held_under(rules, facts)
            updates: list[Span] = []
            if human in records and versions:
                record = records[human]
                asked = update_periods(causes, record.passed, record.updated)
                exempt = record.exempt[versions[0].requirement_id]
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
