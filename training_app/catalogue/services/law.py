"""A change of law, as far as content goes: who has to look at what, and when it is done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.catalogue.models import Change, LawTask, LawTaskSettlement, ModuleVersion
from training_app.catalogue.queries.law import RECOUNT_JOB, citing_parts, touched_versions
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.laws import services as laws
from training_app.laws.models import LawChange
from training_app.laws.queries import stands
from training_app.laws.services import NewChange
from training_app.work import services as work


def record_law_change(
    session: Session, new: NewChange, *, now: datetime, today: date, actor: Viewer
) -> LawChange:
    """Record a change of law and open a task for every published module that cites the place."""
    change = laws.record_change(session, new, now=now, today=today, actor=actor)
    session.add_all(
        LawTask(
            law_change_id=change.id,
            module_id=version.module_id,
            module_version_id=version.id,
            recorded_at=now,
        )
        for version in touched_versions(session, change)
    )
    session.flush()
    return change


def withdraw_law_change(
    session: Session, change_id: int, *, reason: str, now: datetime, today: date, actor: Viewer
) -> None:
    """Take a change back: its tasks close, and what it asked of people is asked no more."""
    laws.withdraw_change(session, change_id, reason=reason, now=now, today=today, actor=actor)
    modules = select(LawTask.module_id).where(LawTask.law_change_id == change_id)
    for module_id in session.scalars(modules.order_by(LawTask.module_id)):
        recount(session, module_id, now=now, actor=actor)


def settle_published(
    session: Session, version: ModuleVersion, *, now: datetime, actor: Viewer
) -> None:
    """Settle the tasks of a module whose every touched part the new version says anew."""
    waiting = session.execute(
        select(LawTask, LawChange)
        .join(LawChange, LawChange.id == LawTask.law_change_id)
        .outerjoin(LawTaskSettlement, LawTaskSettlement.law_task_id == LawTask.id)
        .where(
            LawTask.module_id == version.module_id,
            LawTaskSettlement.law_task_id.is_(None),
            stands(),
        )
        .order_by(LawTask.id)
    )
    for task, change in waiting.all():
        parts = citing_parts(session, task.module_version_id, version.id, change)
        if all(one.changed for one in parts):
            _settle(session, task, version.id, "", now=now, actor=actor)


def settle_by_hand(
    session: Session, task_id: int, *, published: bool, note: str, now: datetime, actor: Viewer
) -> None:
    """Settle a task with a word: the version published since is enough, or nothing had to change.

    ``published`` says the former. Raises :class:`RuleBroken` when nothing was published since,
    or somebody settled it meanwhile.
    """
    task = session.get(LawTask, task_id)
    if task is None:
        raise NotFound
    if not note.strip():
        raise InvalidInput(N_("Say why the parts can stay as they are."), field="note")
    version_id = None
    if published:
        version_id = session.scalar(
            select(ModuleVersion.id).where(
                ModuleVersion.module_id == task.module_id,
                ModuleVersion.superseded_at.is_(None),
                ModuleVersion.id != task.module_version_id,
            )
        )
        if version_id is None:
            raise RuleBroken(N_("No version of this module was published since the law changed."))
    _settle(session, task, version_id, note.strip(), now=now, actor=actor)
    if version_id is not None:
        recount(session, task.module_id, now=now, actor=actor)


def _settle(
    session: Session,
    task: LawTask,
    version_id: int | None,
    note: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """Write the settlement; the database tells two reviewers apart."""
    settlement = LawTaskSettlement(
        law_task_id=task.id,
        module_version_id=version_id,
        note=note,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(settlement)
    except IntegrityError:
        raise RuleBroken(N_("Somebody else settled this meanwhile. Look at it again.")) from None
    record(
        session,
        Action.LAW_TASK_SETTLED,
        actor=actor,
        now=now,
        object_kind="law_task",
        object_id=task.id,
        reason=note,
        detail={"module": task.module_id, "version": version_id},
    )
    session.flush()


def recount_if_asked(
    session: Session, version: ModuleVersion, *, now: datetime, actor: Viewer
) -> None:
    """Let the worker find whom a version asks back, if it asks anybody."""
    if version.change != Change.NONE:
        recount(session, version.module_id, now=now, actor=actor)


def recount(session: Session, module_id: int, *, now: datetime, actor: Viewer) -> None:
    """Queue the recount of everybody with a pass of the module."""
    work.enqueue(session, RECOUNT_JOB, {"module_id": module_id}, now=now, actor=actor)
