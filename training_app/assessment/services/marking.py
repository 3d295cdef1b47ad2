"""Marking what was written: the queue, the marks, and the result when all are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.assessment import queries
from training_app.assessment.models import Attempt, WrittenAnswer, WrittenMark
from training_app.assessment.queries import WrittenPage
from training_app.assessment.rules.keys import Earned
from training_app.assessment.rules.written import Points, Step, decide, next_step
from training_app.assessment.services.results import Because, Cause, Change, change
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.errors import N_, InvalidInput, RuleBroken

MEANWHILE = N_("Somebody else marked this answer meanwhile. Your points were not needed.")


def queue(session: Session, attempt: Attempt, question_ids: Iterable[int]) -> None:
    """Put the written answers of an attempt into the queue: it was just handed in."""
    session.add_all(
        WrittenAnswer(
            attempt_id=attempt.id,
            question_version_id=one,
            handed_in_at=attempt.submitted_at,
            step=Step.FIRST.value,
        )
        for one in question_ids
    )
    session.flush()


def give_mark(
    session: Session,
    written_id: int,
    points: Points,
    note: str,
    *,
    step: Step,
    now: datetime,
    on: date,
    actor: Viewer,
) -> Step:
    """Mark a written answer and return what it waits for now.

    ``step`` is what the marker saw it wait for. The mark is added and never changed; the result
    of the attempt becomes final with the last one, and a pass counts from the day on which the
    test was handed in. Raises NotFound outside the actor's reach (always for own answers),
    RuleBroken when somebody was faster or the actor marked it before.
    """
    _lock(session, written_id)
    page = queries.written_page(session, actor, written_id, on=on)
    _may(page, step, note, actor)
    mark = WrittenMark(
        written_answer_id=written_id,
        number=len(page.marks) + 1,
        points=dict(points),
        note=note.strip(),
        marked_at=now,
        marked_by=actor.account_id or 0,
    )
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError as error:
        raise RuleBroken(MEANWHILE) from error
    given = [*(one.points for one in page.marks), points]
    follows = next_step(page.question, given)
    session.execute(
        update(WrittenAnswer)
        .where(WrittenAnswer.id == written_id)
        .values(step=follows.value, decided_at=now if follows is Step.DONE else None),
    )
    record(
        session,
        Action.ANSWER_MARKED,
        actor=actor,
        now=now,
        object_kind="written_answer",
        object_id=written_id,
        detail={"number": mark.number, "points": sum(points.values()), "then": follows.value},
    )
    if follows is Step.DONE:
        _settle(session, page, given, now=now, actor=actor)
    return follows


def _lock(session: Session, written_id: int) -> None:
    """Let markers of one answer take turns."""
    session.execute(
        select(WrittenAnswer.__table__.c.id)
        .where(WrittenAnswer.__table__.c.id == written_id)
        .with_for_update()
    )


def _may(page: WrittenPage, step: Step, note: str, actor: Viewer) -> None:
    """Refuse a mark that is not asked for, or not of this person."""
    if any(one.marked_by == actor.account_id for one in page.marks):
        raise RuleBroken(N_("You have marked this answer already. The mark stands."))
    if page.decided_at is not None or page.step is not step:
        raise RuleBroken(MEANWHILE)
    if step is Step.THIRD:
        if not actor.may(Permission.ANSWER_DECIDE):
            raise RuleBroken(N_("The two marks lie far apart. A reviewer decides."))
        if not note.strip():
            raise InvalidInput(N_("Say to the learner why it is decided so."), field="note")


def _settle(
    session: Session, page: WrittenPage, given: list[Points], *, now: datetime, actor: Viewer
) -> None:
    """Let the answer earn what its marks amount to."""
    decided = decide(page.question, given)
    earned = Earned(float(decided.share), decided.right, harmful=False)
    changes = [Change(page.attempt_id, page.question_version_id, earned)]
    change(session, changes, Because(Cause.WRITTEN, page.id), now=now, actor=actor)
