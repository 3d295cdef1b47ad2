"""Writing an operation: spans close and open on the day, and nothing earlier changes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.organisation.models import (
    CompositionException,
    EndReason,
    Leadership,
    Membership,
)
from training_app.organisation.parsing import unit_key
from training_app.organisation.rules.difference import Difference
from training_app.organisation.rules.states import TeamState
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.operations.loading import Loaded, Span, parts
from training_app.organisation.services.operations.rows import Written
from training_app.vietnamese import clean, phrase_key

_Ids = dict[int, int]


@dataclass(frozen=True)
class Hand:
    """Who writes, when, from which day on, and why."""

    on: date
    reason: str
    now: datetime
    actor: Viewer


def write(
    session: Session,
    loaded: Loaded,
    changes: Difference,
    *,
    on: date,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> Written:
    """Write the difference in the caller's transaction; returns what was done to which row."""
    written = Written(session)
    units = _write_units(written, loaded, changes, on, now)
    _write_successions(written, loaded, units, on, reason)
    written.teams = _write_teams(written, loaded, changes, units, on, now)
    hand = Hand(on, reason, now, actor)
    _end_service(written, loaded, changes, hand)
    _write_people(written, changes, hand)
    return written


def _write_units(
    written: Written, loaded: Loaded, changes: Difference, on: date, now: datetime
) -> _Ids:
    after = loaded.after
    levels = [{"level": after.units[ref].level} for ref in changes.new_units]
    made = written.add("unit", levels, ordered=True)
    ids = dict(zip(changes.new_units, made, strict=True))
    _close_or_replace(
        written, "unit_span", loaded.units, changes.ended_units + changes.changed_units, on, now
    )
    rows = []
    for unit_id in changes.new_units + changes.changed_units:
        state = after.units[unit_id]
        steps = (int(step) for step in after.path(unit_id).split("/")[1:-1])
        rows.append(
            {
                "unit_id": ids.get(unit_id, unit_id),
                "parent_id": ids.get(state.parent or 0, state.parent),
                "code": state.code,
                "name": state.name,
                "name_fold": unit_key(state.name),
                "sort_key": phrase_key(state.name),
                "type": state.type,
                "path": "".join(f"/{ids.get(step, step)}" for step in steps) + "/",
                "valid_from": on,
                "recorded_at": now,
            }
        )
    written.add("unit_span", rows)
    return ids


def _close_or_replace(  # noqa: PLR0917 - what is closed where, and when
    written: Written,
    table: str,
    spans: dict[int, Span],
    chosen: tuple[int, ...],
    on: date,
    now: datetime,
) -> None:
    """Close the spans on the day; one that began that day never held and is replaced."""
    rows = [spans[one] for one in chosen]
    written.replace(table, [row.id for row in rows if row.valid_from == on], now)
    earlier = [row.id for row in rows if row.valid_from < on]
    written.close(table, earlier, on, end_recorded_at=now)


def _write_successions(
    written: Written, loaded: Loaded, units: _Ids, on: date, reason: str
) -> None:
    gone = {ref for ref in units if ref < 0}
    written.add(
        "unit_succession",
        [
            {
                "old_unit_id": old,
                "new_unit_id": units.get(new, new),
                "share": share,
                "on": on,
                "basis": reason[:200],
            }
            for (old, new), share in loaded.after.successions.items()
            if old > 0 and (new > 0 or new in gone)
        ],
    )


def _write_teams(  # noqa: PLR0917 - what is written where, and when
    written: Written,
    loaded: Loaded,
    changes: Difference,
    units: _Ids,
    on: date,
    now: datetime,
) -> _Ids:
    made = written.add("team", [{} for _ in changes.new_teams], ordered=True)
    ids = dict(zip(changes.new_teams, made, strict=True))
    _close_or_replace(
        written, "team_span", loaded.teams, changes.ended_teams + changes.changed_teams, on, now
    )
    written.add(
        "team_span",
        [
            _team_row(ids.get(team, team), loaded.after.teams[team], units, on)
            | {"recorded_at": now}
            for team in changes.new_teams + changes.changed_teams
        ],
    )
    for part in parts(changes.ended_teams):
        still = select(CompositionException.id).where(
            CompositionException.team_id.in_(part), CompositionException.valid_to.is_(None)
        )
        open_ids = written.session.scalars(still.execution_options(**CHANGE)).all()
        written.close("composition_exception", open_ids, on)
    return ids


def _team_row(team_id: int, team: TeamState, units: _Ids, on: date) -> dict[str, Any]:
    return {
        "team_id": team_id,
        "unit_id": units.get(team.unit, team.unit),
        "name": team.name,
        "name_fold": team.name_fold,
        "sort_key": team.sort_key,
        "village": team.village,
        "minority_required": team.minority_required,
        "valid_from": on,
    }


def _end_service(written: Written, loaded: Loaded, changes: Difference, hand: Hand) -> None:
    """Close what ends, each with its reason; the leader of a team that ends leads no more."""
    by_reason: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for pair in changes.left:
        by_reason[loaded.after.endings.get(pair, EndReason.MOVED.value)].append(pair)
    for why, pairs in by_reason.items():
        named = why != EndReason.MOVED
        written.close(
            "membership",
            _open_ids(written, Membership, pairs),
            hand.on,
            end_reason=why,
            end_note=hand.reason if named else "",
            end_recorded_at=hand.now,
            end_recorded_by=hand.actor.account_id,
        )
    written.close(
        "leadership",
        _open_ids(written, Leadership, changes.unled),
        hand.on,
        end_recorded_at=hand.now,
    )


def _open_ids(
    written: Written, model: type[Membership | Leadership], pairs: Collection[tuple[int, int]]
) -> list[int]:
    if not pairs:
        return []
    chosen = select(model.id).where(
        tuple_(model.person_id, model.team_id).in_(pairs), model.valid_to.is_(None)
    )
    return list(written.session.scalars(chosen.execution_options(**CHANGE)))


def _write_people(written: Written, changes: Difference, hand: Hand) -> None:
    teams = written.teams
    written.add(
        "membership",
        [
            {
                "person_id": person_id,
                "team_id": teams.get(team_id, team_id),
                "valid_from": hand.on,
                "recorded_at": hand.now,
                "recorded_by": hand.actor.account_id,
                "source": "reorganisation",
            }
            for person_id, team_id in changes.joined
        ],
    )
    written.add(
        "leadership",
        [
            {
                "person_id": person_id,
                "team_id": teams.get(team_id, team_id),
                "valid_from": hand.on,
                "recorded_at": hand.now,
            }
            for person_id, team_id in changes.led
        ],
    )
    written.add(
        "recognition",
        [
            {
                "person_id": step.person,
                "team_id": teams.get(step.team, step.team),
                "role": step.role,
                "decision_number": clean(step.number),
                "decided_on": step.decided_on,
                "recorded_at": hand.now,
                "note": clean(step.note),
            }
            for step in changes.recognised
        ],
    )
