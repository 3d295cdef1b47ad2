"""Taking a test: begin, hand in, look at the mistakes.

Every race is decided by a constraint or a locked row: whoever comes second gets what the first
one made.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NoReturn

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Scope, Viewer
from training_app.assessment import queries, scope
from training_app.assessment.models import AnswerMark, Attempt
from training_app.assessment.rules import attempts as rules
from training_app.assessment.rules.keys import marks_under
from training_app.assessment.services import marking
from training_app.assessment.services.results import let_best_count
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.catalogue.queries import (
    ModuleCard,
    module_by_slug,
    module_version,
    question_bank,
)
from training_app.db import touched
from training_app.errors import N_, NotFound, RuleBroken
from training_app.learning.models import FactKind
from training_app.learning.rules import local_day
from training_app.learning.services import record_fact
from training_app.questions.rules import (
    Mark,
    draw,
)

# Built once, and tables where nothing is loaded: handing in is what a whole class does at once.
_ATTEMPTS: Final[Any] = Attempt.__table__
_LOCKED: Final = (
    select(Attempt).where(Attempt.id == bindparam("attempt"), scope.OWN).with_for_update()
)
_CLOSE: Final = update(_ATTEMPTS).where(
    _ATTEMPTS.c.id == bindparam("attempt"), _ATTEMPTS.c.submitted_at.is_(None)
)
_SEEN: Final = update(_ATTEMPTS).where(_ATTEMPTS.c.id == bindparam("attempt")).values(news_at=None)
_MARKS: Final[Any] = AnswerMark.__table__
_STORE_MARKS: Final = insert(_MARKS)


def _scope(actor: Viewer) -> Scope:
    return actor.scope(Permission.ASSESSMENT_TAKE)


# -- beginning ------------------------------------------------------------------------------


def start(
    session: Session, slug: str, *, now: datetime, actor: Viewer, seed: str | None = None
) -> int:
    """Begin the module's test and return the attempt's id; the running one if there is one.

    ``seed`` decides which questions are drawn and in which order; None: chance does.
    Raises RuleBroken when the test is not open, saying what opens it.
    """
    scope.taker(actor)
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    opened = _door(session, card, now=now, actor=actor)
    if isinstance(opened, rules.Running):
        return opened.attempt_id
    if not isinstance(opened, rules.Open):
        refuse(opened)
    seed = seed or secrets.token_hex(16)
    attempt = _drawn(session, card, opened.number, seed, now=now, actor=actor)
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        # Another press or phone was faster: its attempt is ours, or the door has closed.
        again = _door(session, card, now=now, actor=actor)
        if isinstance(again, rules.Running):
            return again.attempt_id
        if isinstance(again, rules.Open) and again.number > opened.number:
            # So much faster that its attempt is over and the next one may begin.
            return start(session, slug, now=now, actor=actor, seed=seed)
        refuse(again)
    return attempt.id


def _door(session: Session, card: ModuleCard, *, now: datetime, actor: Viewer) -> rules.Door:
    mine = _scope(actor)
    lessons = queries.lesson_states(session, mine, card)
    left = sum(lesson.read_at is None for lesson in lessons)
    sittings = queries.sittings(session, mine, card.version_id)
    used = queries.used_by_linked(session, mine, card.version_id, card.attempts)
    return rules.door(card if card.has_test else None, left, sittings, now, elsewhere=used)


def _drawn(
    session: Session, card: ModuleCard, number: int, seed: str, *, now: datetime, actor: Viewer
) -> Attempt:
    bank = [one for one in question_bank(session, card.version_id) if one.use != "practice"]
    seen = queries.keys_of_last_attempt(session, _scope(actor), card.module_id)
    drawn = draw(
        bank,
        seed,
        card.draw or 0,
        seen,
        safety_always=card.safety_always,
        parts=card.blueprint,
    )
    version_ids = {one.id: one.version_id for one in bank}
    return Attempt(
        person_id=scope.taker(actor),
        module_version_id=card.version_id,
        number=number,
        seed=seed,
        questions=[version_ids[key] for key in drawn],
        started_at=now,
        closes_at=rules.closing_time(card, now),
        out_of=len(drawn),
        policy=queries.policy_for(session, _scope(actor), card).value,
        shared_phone=actor.shared_phone,
    )


def refuse(closed: rules.Door) -> NoReturn:
    """Say why the test is not open."""
    match closed:
        case rules.LessonsFirst(left=left):
            raise RuleBroken(N_("The test opens when %(left)d more lessons are read."), left=left)
        case rules.Marking():
            raise RuleBroken(
                N_("A trainer is still marking the last attempt. The answers are safe.")
            )
        case rules.MistakesFirst():
            raise RuleBroken(N_("Look at the mistakes first; then the test opens again."))
        case rules.Wait():
            raise RuleBroken(N_("The test opens again a little later. The page says when."))
        case rules.UsedUp(limit=limit):
            raise RuleBroken(
                N_("No attempt is left of %(limit)d. The trainer can help."), limit=limit
            )
        case _:
            raise NotFound


# -- handing in -----------------------------------------------------------------------------


def submit(session: Session, attempt_id: int, *, now: datetime, on: date, actor: Viewer) -> bool:
    """Hand in the attempt: mark it, decide, and pass a pass down to the record.

    ``on`` is the calendar day of ``now``. A pass is dated on it, or on the day on which the time
    was over. Returns whether this call handed it in: a second one
    changes nothing.
    """
    attempt = _locked(session, attempt_id, actor)
    if attempt.submitted_at is not None:
        return False
    card = module_version(session, attempt.module_version_id)
    if card is None or (card.attempts is not None and attempt.number > card.attempts):
        raise NotFound
    marks = _marks(session, attempt, actor)
    result = rules.outcome(marks, attempt.questions, card.pass_mark or 0)
    written = [one for one, decision in marks.items() if decision.waiting]
    passed = result.passed and not written
    if not _close(session, attempt, result, now=now, waiting=bool(written)):
        return False
    counted = let_best_count(session, [attempt])
    _store_marks(session, attempt, marks)
    marking.queue(session, attempt, written)
    record(
        session,
        Action.ATTEMPT_SUBMITTED,
        actor=actor,
        now=now,
        object_kind="attempt",
        object_id=attempt.id,
        detail={"passed": passed, "right": result.right_count, "of": result.out_of},
    )
    if rules.completes(
        rules.Policy(attempt.policy),
        passed=passed,
        counted=counted[attempt.person_id, attempt.module_version_id],
    ):
        record_fact(
            session,
            person_id=attempt.person_id,
            kind=FactKind.TEST_PASSED,
            module_id=card.module_id,
            module_version_id=card.version_id,
            minutes=card.minutes,
            happened_on=_finished_on(attempt, on),
            source_kind=queries.SOURCE_KIND,
            source_id=attempt.id,
            now=now,
            actor=actor,
        )
    return True


def _finished_on(attempt: Attempt, on: date) -> date:
    """The day of handing in, never after the one on which the attempt closed."""
    return on if attempt.closes_at is None else min(on, local_day(attempt.closes_at))


def _locked(session: Session, attempt_id: int, actor: Viewer) -> Attempt:
    """The own attempt with its row locked, so that saving and handing in take turns."""
    mine = _scope(actor)
    attempt = session.scalar(
        _LOCKED,
        scope.named(mine, attempt=attempt_id),
        execution_options={"scope": mine, "populate_existing": True},
    )
    if attempt is None:
        raise NotFound
    return attempt


def _marks(session: Session, attempt: Attempt, actor: Viewer) -> dict[int, Mark]:
    keys = queries.keys_that_hold(session, attempt.questions)
    answers = queries.latest_answers(session, _scope(actor), attempt.id)
    return marks_under(keys, {one: given.response for one, given in answers.items()})


def _close(
    session: Session, attempt: Attempt, result: rules.Outcome, *, now: datetime, waiting: bool
) -> bool:
    """Write the result once; False when another press was faster."""
    all_right = result.right_count == result.out_of
    # The table, not the entity: choosing the attempt that counts loads it anew.
    written = {
        "submitted_at": rules.finished_at(attempt.closes_at, now),
        "points": result.points,
        "right_count": result.right_count,
        "passed": result.passed and not waiting,
        "waiting": waiting,
        "safety_failed": result.safety_failed,
        "mistakes_seen_at": now if all_right else None,
    }
    done = session.execute(_CLOSE, {"attempt": attempt.id, **written})
    return touched(done) == 1


def _store_marks(session: Session, attempt: Attempt, marks: Mapping[int, Mark]) -> None:
    rows = []
    for question_id in attempt.questions:
        earned = marks.get(question_id)
        rows.append(
            {
                "attempt_id": attempt.id,
                "question_version_id": question_id,
                "points": float(earned.points) if earned else 0.0,
                "right": bool(earned and earned.right),
                "harmful": bool(earned and earned.harmful),
            }
        )
    session.execute(_STORE_MARKS, rows)


def see_mistakes(session: Session, attempt_id: int, *, now: datetime, actor: Viewer) -> str:
    """Note that the mistakes of a handed-in attempt were looked at; returns the module's slug."""
    attempt = queries.own_attempt(session, _scope(actor), attempt_id)
    if attempt.submitted_at is None:
        raise RuleBroken(N_("The test has not been handed in yet."))
    if attempt.waiting:
        raise RuleBroken(N_("A trainer is still marking the last attempt. The answers are safe."))
    session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.mistakes_seen_at.is_(None))
        .values(mistakes_seen_at=now)
    )
    return attempt.slug


def see_news(session: Session, attempt_id: int) -> None:
    """Note that the person has opened a result that was corrected: it is told no longer."""
    session.execute(_SEEN, {"attempt": attempt_id})
