"""Correcting a key found wrong: up at once, down only when somebody decides it by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.assessment import queries
from training_app.assessment.models import KeyCorrection, LoweringDecision
from training_app.assessment.queries import CorrectionPage
from training_app.assessment.rules.keys import Key, NewKey, Way, corrected
from training_app.assessment.services.results import Because, Cause, Change, Changed, change
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.certificates.models import Certificate
from training_app.certificates.services import revoke
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Fact, FactWithdrawal
from training_app.learning.rules import local_day
from training_app.learning.services import withdraw_fact
from training_app.questions.source import Written, to_body
from training_app.work.services import enqueue

APPLY_JOB: Final = "apply-correction"
# One batch is one transaction; with facts and certificates it holds the only writer for a third of
# a second.
BATCH: Final = 250
_LOWERING = Unscoped("a named decision lowers a result, whoever's it is")


def key_for(session: Session, question_version_id: int, new: NewKey) -> Key:
    """The key that would hold; NotFound for a question that has none to correct."""
    found = queries.keys_that_hold(session, [question_version_id])
    if question_version_id not in found:
        raise NotFound
    held = found[question_version_id]
    if isinstance(held.question, Written):
        raise RuleBroken(N_("A written answer has no key: people mark it."))
    return corrected(held, new)


def correct_key(
    session: Session,
    question_version_id: int,
    new: NewKey,
    *,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> int:
    """Write down the right key and queue what follows; returns the id of the correction.

    From its commit on, tests handed in are marked by it. Raises InvalidInput without a reason or
    with a key that is none.
    """
    key = key_for(session, question_version_id, new)
    if not reason.strip():
        raise InvalidInput(N_("Say what was wrong with the key."), field="reason")
    last = session.scalar(
        select(func.max(KeyCorrection.number)).where(
            KeyCorrection.question_version_id == question_version_id
        )
    )
    made = KeyCorrection(
        question_version_id=question_version_id,
        number=(last or 0) + 1,
        body=to_body(key.question),
        void=key.void,
        reason=reason.strip(),
        corrected_at=now,
        corrected_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise RuleBroken(
            N_("Somebody else corrected this key meanwhile. Look at it before going on.")
        ) from error
    record(
        session,
        Action.KEY_CORRECTED,
        actor=actor,
        now=now,
        object_kind="question_version",
        object_id=question_version_id,
        reason=made.reason,
        detail={"correction": made.id, "void": made.void},
    )
    queue_applying(session, made.id, now=now, actor=actor)
    return made.id


def queue_applying(session: Session, correction_id: int, *, now: datetime, actor: Viewer) -> None:
    """Let a worker apply what is due; asking twice queues it once."""
    payload = {"correction_id": correction_id}
    name = f"{APPLY_JOB}:{correction_id}"
    enqueue(session, APPLY_JOB, payload, now=now, actor=actor, request_key=name)


def apply_batch(
    session: Session, correction_id: int, after: int, *, now: datetime, actor: Viewer
) -> tuple[int, int | None]:
    """Apply a correction to the attempts after an id; returns how many changed, and the next id.

    Upwards always; downwards only once that was decided. None as next id: there are no more.
    Applying again changes nothing. A correction that a later one replaced is left alone.
    """
    page = queries.correction_page(session, correction_id)
    if (
        queries.keys_that_hold(session, [page.question_version_id])[page.question_version_id]
        != page.key
    ):
        return 0, None
    found, following = queries.due(
        session, page.question_version_id, page.key, after=after, batch=BATCH
    )
    ups = [_change(one, page) for one in found if one.way is Way.UP]
    because = Because(Cause.CORRECTION, page.id, page.reason)
    changed = len(change(session, ups, because, now=now, actor=actor))
    if page.decided is not None:
        downs = [_change(one, page) for one in found if one.way is Way.DOWN]
        changed += _lower(session, downs, page.decided, now=now, actor=actor)
    return changed, following


def _change(one: queries.Due, page: CorrectionPage) -> Change:
    return Change(one.attempt_id, page.question_version_id, one.earned)


def apply_all(session: Session, correction_id: int, *, now: datetime, actor: Viewer) -> int:
    """Apply a correction in one go; returns how many attempts changed."""
    changed, after = apply_batch(session, correction_id, 0, now=now, actor=actor)
    while after is not None:
        more, after = apply_batch(session, correction_id, after, now=now, actor=actor)
        changed += more
    return changed


# -- downwards ------------------------------------------------------------------------------


def decide_lowering(
    session: Session,
    correction_id: int,
    *,
    name: str,
    reason: str,
    passes_too: bool,
    now: datetime,
    actor: Viewer,
) -> None:
    """Decide by name that a correction also lowers results, and queue it.

    With ``passes_too`` passes that no longer hold are taken back with their facts and
    certificates; without, they stand. Raises RuleBroken when it was decided before.
    """
    queries.correction_page(session, correction_id)
    if not actor.may(Permission.KEY_LOWER):
        raise NotFound
    if not name.strip():
        raise InvalidInput(N_("Say who decides."), field="name")
    if not reason.strip():
        raise InvalidInput(N_("Say why results are lowered."), field="reason")
    decision = insert(LoweringDecision).values(
        correction_id=correction_id,
        passes_too=passes_too,
        decided_name=name.strip(),
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.execute(decision)
    except IntegrityError as error:
        raise RuleBroken(N_("This was decided already. Nothing was changed.")) from error
    record(
        session,
        Action.RESULTS_LOWERED,
        actor=actor,
        now=now,
        object_kind="key_correction",
        object_id=correction_id,
        reason=reason.strip(),
        detail={"passes_too": passes_too},
    )
    queue_applying(session, correction_id, now=now, actor=actor)


def _lower(
    session: Session,
    downs: list[Change],
    decided: LoweringDecision,
    *,
    now: datetime,
    actor: Viewer,
) -> int:
    """Lower results as was decided; what falls with a pass goes with the decision's reason."""
    because = Because(
        Cause.CORRECTION,
        decided.correction_id,
        decided.reason,
        keep_passes=not decided.passes_too,
    )
    lowered = change(session, downs, because, now=now, actor=actor)
    lost = [one for one in lowered if one.before.passed and not one.after.passed]
    _take_back(session, lost, decided.reason, on=local_day(now), now=now, actor=actor)
    return len(lowered)


def _take_back(
    session: Session,
    lost: list[Changed],
    reason: str,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """Withdraw the facts of passes that fell, and revoke what was issued on them."""
    facts = session.scalars(
        select(Fact)
        .outerjoin(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(
            Fact.source_kind == queries.SOURCE_KIND,
            Fact.source_id.in_([one.attempt.id for one in lost]),
            FactWithdrawal.fact_id.is_(None),
        )
        .execution_options(scope=_LOWERING)
    ).all()
    certificates = session.scalars(
        select(Certificate)
        .where(
            Certificate.fact_id.in_([fact.id for fact in facts]), Certificate.revoked_at.is_(None)
        )
        .execution_options(scope=_LOWERING)
    ).all()
    for fact in facts:
        withdraw_fact(session, fact.id, reason=reason, withdrawn_on=on, now=now, actor=actor)
    for certificate in certificates:
        revoke(session, certificate, reason=reason, now=now, actor=actor)
