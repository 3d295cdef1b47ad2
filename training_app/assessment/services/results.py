"""Changing what answers earn after the test was handed in, and what follows from it.

The first result is never overwritten: every change is a Remark with what stood before, and the
columns of the attempt are what the answers amount to today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.assessment import queries
from training_app.assessment.models import Attempt, Remark, WrittenAnswer
from training_app.assessment.rules import attempts as rules
from training_app.assessment.rules.keys import Earned, Standing
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped
from training_app.learning.models import FactKind
from training_app.learning.rules import local_day
from training_app.learning.services import NewFact, record_facts

_DECIDING = Unscoped("a decision on answers follows them, whoever gave them")
_FROM_SESSION = {"synchronize_session": False}


class Cause(StrEnum):
    """Why an answer earns something else than when it was handed in."""

    WRITTEN = "written"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Change:
    """What the answer to one question of an attempt is to earn."""

    attempt_id: int
    question_version_id: int
    earned: Earned


@dataclass(frozen=True, slots=True)
class Because:
    """The cause of changes. ``keep_passes``: a pass stands though it would be lost."""

    cause: Cause
    cause_id: int
    reason: str = ""
    keep_passes: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """One attempt that was changed, as it stood and as it stands."""

    attempt: Attempt
    before: Standing
    after: Standing


def change(
    session: Session,
    changes: Sequence[Change],
    because: Because,
    *,
    now: datetime,
    actor: Viewer,
) -> list[Changed]:
    """Let answers earn something else, once per cause, and derive everything that follows.

    Results, which attempt counts, and facts of people who pass now, dated on the day on which
    they handed in. Facts are never taken back here. Attempts are locked in the order of their
    ids. Each attempt may be named once.
    """
    wanted = {one.attempt_id: one for one in changes}
    attempts = _locked(session, wanted)
    items = queries.earned(session, _DECIDING, list(attempts))
    numbers, known = _known(session, attempts, because)
    cards = _versions(session, attempts.values())
    open_ones = _still_written(session, attempts)
    done: list[Changed] = []
    for attempt_id, attempt in attempts.items():
        one = wanted[attempt_id]
        if (attempt_id, one.question_version_id) in known:
            continue
        held = items[attempt_id]
        before = _standing(attempt, held[one.question_version_id])
        held[one.question_version_id] = one.earned
        waiting = attempt_id in open_ones
        pass_mark = cards[attempt.module_version_id].pass_mark or 0
        result = rules.outcome(held, attempt.questions, pass_mark)
        passed = result.passed or (because.keep_passes and before.passed)
        after = Standing(
            one.earned,
            result.points,
            result.right_count,
            passed and not waiting,
            result.safety_failed,
        )
        done.append(Changed(attempt, before, after))
    _store(session, done, wanted, numbers, because, now=now, actor=actor)
    _update(session, done, open_ones, because, now=now)
    counted = let_best_count(session, [one.attempt for one in done])
    newly = [
        one.attempt
        for one in done
        if not one.before.passed
        and rules.completes(
            rules.Policy(one.attempt.policy),
            passed=one.after.passed,
            counted=counted[one.attempt.person_id, one.attempt.module_version_id],
        )
    ]
    record_passes(session, newly, cards, now=now, actor=actor)
    return done


def _locked(session: Session, ids: Iterable[int]) -> dict[int, Attempt]:
    found = session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(list(ids)), Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id)
        .with_for_update()
        .execution_options(scope=_DECIDING, populate_existing=True)
    )
    return {one.id: one for one in found}


def _known(
    session: Session, attempts: Collection[int], because: Because
) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """The last number of each attempt's remarks, and the answers that this cause has changed."""
    rows = session.execute(
        select(Remark.attempt_id, Remark.number, Remark.question_version_id)
        .add_columns((Remark.cause == because.cause.value) & (Remark.cause_id == because.cause_id))
        .where(Remark.attempt_id.in_(list(attempts)))
        .execution_options(scope=_DECIDING)
    )
    numbers: dict[int, int] = {}
    known: set[tuple[int, int]] = set()
    for attempt_id, number, question_version_id, same in rows:
        numbers[attempt_id] = max(numbers.get(attempt_id, 0), number)
        if same:
            known.add((attempt_id, question_version_id))
    return numbers, known


def _versions(session: Session, attempts: Iterable[Attempt]) -> dict[int, ModuleVersion]:
    wanted = {one.module_version_id for one in attempts}
    found = session.scalars(select(ModuleVersion).where(ModuleVersion.id.in_(wanted)))
    return {one.id: one for one in found}


def _still_written(session: Session, attempts: Collection[int]) -> set[int]:
    """Attempts with an answer that people have not decided yet."""
    return set(
        session.scalars(
            select(WrittenAnswer.attempt_id)
            .where(WrittenAnswer.attempt_id.in_(list(attempts)), WrittenAnswer.decided_at.is_(None))
            .execution_options(scope=_DECIDING)
        )
    )


def _standing(attempt: Attempt, item: Earned) -> Standing:
    return Standing(
        item,
        attempt.points or 0.0,
        attempt.right_count or 0,
        bool(attempt.passed),
        bool(attempt.safety_failed),
    )


def _store(
    session: Session,
    done: Sequence[Changed],
    wanted: Mapping[int, Change],
    numbers: Mapping[int, int],
    because: Because,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    rows = [
        {
            "attempt_id": one.attempt.id,
            "number": numbers.get(one.attempt.id, 0) + 1,
            "question_version_id": wanted[one.attempt.id].question_version_id,
            "cause": because.cause.value,
            "cause_id": because.cause_id,
            "before": asdict(one.before),
            "points": one.after.item.points,
            "right": one.after.item.right,
            "harmful": one.after.item.harmful,
            "attempt_points": one.after.points,
            "attempt_right_count": one.after.right_count,
            "attempt_passed": one.after.passed,
            "attempt_safety_failed": one.after.safety_failed,
            "reason": because.reason,
            "recorded_at": now,
            "recorded_by": actor.account_id,
        }
        for one in done
    ]
    if rows:
        session.execute(insert(Remark), rows)
    for one in done:
        record(
            session,
            Action.ATTEMPT_REMARKED,
            actor=actor,
            now=now,
            object_kind="attempt",
            object_id=one.attempt.id,
            reason=because.reason,
            detail=_told(one, because),
        )


def _told(one: Changed, because: Because) -> dict[str, Any]:
    return {
        "cause": f"{because.cause.value}:{because.cause_id}",
        "right": [one.before.right_count, one.after.right_count],
        "passed": [one.before.passed, one.after.passed],
    }


def _update(
    session: Session,
    done: Sequence[Changed],
    waiting: Collection[int],
    because: Because,
    *,
    now: datetime,
) -> None:
    """Write what the attempts amount to; where nothing is wrong, there is nothing to look at.

    Whoever's result was corrected, or is marked to the end, is told where they look first, until
    they have read it.
    """
    corrected = because.cause is Cause.CORRECTION
    rows = [
        {
            "attempt": one.attempt.id,
            "points": one.after.points,
            "right_count": one.after.right_count,
            "passed": one.after.passed,
            "safety_failed": one.after.safety_failed,
            "waiting": one.attempt.id in waiting,
            "news": now if corrected or one.attempt.id not in waiting else None,
            "seen": now
            if one.after.right_count == one.attempt.out_of
            else one.attempt.mistakes_seen_at,
        }
        for one in done
    ]
    if not rows:
        return
    table: Any = Attempt.__table__
    session.execute(
        update(table)
        .where(table.c.id == bindparam("attempt"))
        .values(
            points=bindparam("points"),
            right_count=bindparam("right_count"),
            passed=bindparam("passed"),
            safety_failed=bindparam("safety_failed"),
            waiting=bindparam("waiting"),
            news_at=func.coalesce(bindparam("news"), table.c.news_at),
            mistakes_seen_at=func.coalesce(table.c.mistakes_seen_at, bindparam("seen")),
        ),
        rows,
    )


# -- what follows ---------------------------------------------------------------------------


def let_best_count(
    session: Session, attempts: Sequence[Attempt]
) -> dict[tuple[int, int], rules.Sitting | None]:
    """Mark the attempts that count; the other ones first step back, as only one may.

    Returns the one that counts by person and module version.
    """
    people = {(one.person_id, one.module_version_id) for one in attempts}
    if not people:
        return {}
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id.in_({person for person, _ in people}),
            Attempt.module_version_id.in_({version for _, version in people}),
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Attempt.number)
        .execution_options(scope=_DECIDING, populate_existing=True)
    )
    sittings: dict[tuple[int, int], list[Attempt]] = {}
    for row in rows:
        sittings.setdefault((row.person_id, row.module_version_id), []).append(row)
    chosen: dict[tuple[int, int], rules.Sitting | None] = {}
    out: list[int] = []
    into: list[int] = []
    for pair in sorted(people):
        held = sittings.get(pair, [])
        best = rules.counting(rules.Policy(held[0].policy), [sitting_of(one) for one in held])
        chosen[pair] = best
        if best is not None and not best.counts:
            out += [one.id for one in held if one.counts]
            into.append(best.id)
    for ids, counts in ((out, False), (into, True)):
        if not ids:
            continue
        session.execute(
            update(Attempt).where(Attempt.id.in_(ids)).values(counts=counts),
            execution_options=_FROM_SESSION,
        )
    return chosen


def sitting_of(row: Any) -> rules.Sitting:
    """A handed-in attempt, or a row with its columns, as the rules about counting see it."""
    return rules.Sitting(
        id=row.id,
        number=row.number,
        submitted_at=row.submitted_at,
        points=row.points or 0.0,
        passed=bool(row.passed),
        counts=row.counts,
    )


def record_passes(
    session: Session,
    attempts: Iterable[Attempt],
    versions: Mapping[int, ModuleVersion],
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """Hand passes down to the record, each dated on the day on which it was handed in."""
    facts = [
        NewFact(
            person_id=one.person_id,
            kind=FactKind.TEST_PASSED,
            module_id=versions[one.module_version_id].module_id,
            module_version_id=one.module_version_id,
            minutes=versions[one.module_version_id].minutes,
            happened_on=local_day(one.submitted_at),
            source_kind=queries.SOURCE_KIND,
            source_id=one.id,
        )
        for one in attempts
        if one.submitted_at is not None
    ]
    record_facts(session, facts, now=now, actor=actor)
