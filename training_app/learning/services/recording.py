"""Writing the record: lessons read, facts added and withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.certificates import services as certificates
from training_app.certificates.services import Completion
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.learning.models import (
    Enrolment,
    Fact,
    FactKind,
    FactWithdrawal,
    LessonProgress,
    ShortUpdate,
)
from training_app.learning.rules import local_day, may_have_happened
from training_app.learning.services.deriving import rederive
from training_app.learning.services.storing import insert_new
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

CERTIFIED: Final = frozenset({FactKind.TEST_PASSED, FactKind.CLASS_ATTENDED})
# Facts whose rows are fetched by one statement.
TOGETHER: Final = 500
_RECORD: Final = Unscoped("the record is written for whoever the fact is about")


@dataclass(frozen=True)
class NewFact:
    """Something that happened; see ``models.Fact``."""

    person_id: int
    kind: FactKind
    module_id: int | None
    module_version_id: int | None
    minutes: int | None
    happened_on: date
    source_kind: str
    source_id: int
    valid_until: date | None = None


# -- lessons --------------------------------------------------------------------------------


def read_lesson(session: Session, person_id: int, lesson_id: int, *, now: datetime) -> bool:
    """Note that a lesson was read; False when it had been read before. Begins the module too."""
    module_id = session.scalar(
        select(ModuleVersion.module_id)
        .join(Lesson, Lesson.module_version_id == ModuleVersion.id)
        .where(Lesson.id == lesson_id)
    )
    if module_id is None:
        raise NotFound
    enrol(session, person_id, module_id, now=now)
    values = {"person_id": person_id, "lesson_id": lesson_id, "read_at": now}
    return bool(insert_new(session, LessonProgress, [values]))


def enrol(session: Session, person_id: int, module_id: int, *, now: datetime) -> None:
    """Note that a person began a module, the first time."""
    values = {"person_id": person_id, "module_id": module_id, "started_at": now}
    insert_new(session, Enrolment, [values])


def record_update(
    session: Session, person_id: int, module_version_id: int, *, now: datetime, actor: Viewer
) -> bool:
    """Note that a person took up what changed in a version; False when it was noted before."""
    values = {
        "person_id": person_id,
        "module_version_id": module_version_id,
        "done_on": local_day(now),
        "recorded_at": now,
    }
    if not insert_new(session, ShortUpdate, [values]):
        return False
    audit.record(
        session,
        Action.UPDATE_DONE,
        actor=actor,
        now=now,
        object_kind="module_version",
        object_id=module_version_id,
    )
    rederive(session, {person_id}, now=now)
    return True


# -- facts ----------------------------------------------------------------------------------


def record_fact(  # noqa: PLR0913 - the fields of a fact, each named at the call
    session: Session,
    *,
    person_id: int,
    kind: FactKind | str,
    module_id: int | None,
    module_version_id: int | None,
    minutes: int | None,
    happened_on: date,
    source_kind: str,
    source_id: int,
    now: datetime,
    actor: Viewer,
    valid_until: date | None = None,
) -> Fact:
    """Add one fact, once per source, person and module; see :func:`record_facts`."""
    new = NewFact(
        person_id=person_id,
        kind=FactKind(kind),
        module_id=module_id,
        module_version_id=module_version_id,
        minutes=minutes,
        happened_on=happened_on,
        source_kind=source_kind,
        source_id=source_id,
        valid_until=valid_until,
    )
    return record_facts(session, [new], now=now, actor=actor)[0]


def record_facts(
    session: Session, facts: Sequence[NewFact], *, now: datetime, actor: Viewer
) -> list[Fact]:
    """Add facts, issue their certificates and derive again what their people hold.

    Returns one fact per given one, in order; what the record already has is returned as it
    stands. ``minutes`` is the length of the whole occasion. Raises RuleBroken for a day that has
    not come.
    """
    for new in facts:
        if not may_have_happened(new.happened_on, now):
            raise RuleBroken(
                N_("The day %(day)s has not come yet. Only what has happened can be recorded."),
                day=f"{new.happened_on:%d/%m/%Y}",
            )
    fresh = set(insert_new(session, Fact, [_values(new, now, actor) for new in facts]))
    rows = _stored(session, facts)
    added = [row for row in rows if row.id in fresh]
    _audit_facts(session, added, now=now, actor=actor)
    certificates.issue(session, _completions(added), now=now, actor=actor)
    people = {row.person_id for row in added}
    rederive(session, people, now=now)
    # A fact may begin something without completing it.
    mark_stale(session, StaleKind.PERSON, people, now=now)
    return rows


def _values(new: NewFact, now: datetime, actor: Viewer) -> dict[str, Any]:
    return {
        "person_id": new.person_id,
        "kind": new.kind.value,
        "module_id": new.module_id,
        "module_version_id": new.module_version_id,
        "minutes": new.minutes,
        "happened_on": new.happened_on,
        "valid_until": new.valid_until,
        "recorded_at": now,
        "recorded_by": actor.account_id,
        "source_kind": new.source_kind,
        "source_id": new.source_id,
    }


def _stored(session: Session, facts: Sequence[NewFact]) -> list[Fact]:
    """Return the row of each fact, whoever wrote it."""
    found: dict[tuple[str, int, int, int | None], Fact] = {}
    for start in range(0, len(facts), TOGETHER):
        part = facts[start : start + TOGETHER]
        rows = session.scalars(
            select(Fact)
            .where(
                Fact.source_kind.in_({new.source_kind for new in part}),
                Fact.source_id.in_({new.source_id for new in part}),
                Fact.person_id.in_({new.person_id for new in part}),
            )
            .execution_options(scope=_RECORD)
        )
        found |= {
            (row.source_kind, row.source_id, row.person_id, row.module_id): row for row in rows
        }
    return [found[new.source_kind, new.source_id, new.person_id, new.module_id] for new in facts]


def _completions(facts: Iterable[Fact]) -> list[Completion]:
    return [
        Completion(fact.id, fact.person_id, fact.module_version_id, fact.happened_on)
        for fact in facts
        if fact.kind in CERTIFIED and fact.module_version_id is not None
    ]


def _audit_facts(session: Session, facts: Iterable[Fact], *, now: datetime, actor: Viewer) -> None:
    for fact in facts:
        audit.record(
            session,
            Action.FACT_RECORDED,
            actor=actor,
            now=now,
            object_kind="fact",
            object_id=fact.id,
            detail={
                "kind": fact.kind,
                "module": fact.module_id,
                "happened_on": fact.happened_on.isoformat(),
                "source": f"{fact.source_kind}:{fact.source_id}",
            },
        )


def withdraw_fact(
    session: Session,
    fact_id: int,
    *,
    reason: str,
    withdrawn_on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """Take a fact out of the count: a dated act with a reason; the fact stays readable.

    Certificates are not touched: revoking is a decision of its own. Raises RuleBroken when it
    was withdrawn before, InvalidInput without a reason.
    """
    fact = session.get(Fact, fact_id, execution_options={"scope": _RECORD})
    if fact is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(N_("Say why the entry is withdrawn."), field="reason")
    values = {
        "fact_id": fact_id,
        "withdrawn_on": withdrawn_on,
        "recorded_at": now,
        "recorded_by": actor.account_id,
        "reason": reason.strip(),
    }
    if not insert_new(session, FactWithdrawal, [values]):
        raise RuleBroken(N_("This entry was already withdrawn. Nothing was changed."))
    audit.record(
        session,
        Action.FACT_WITHDRAWN,
        actor=actor,
        now=now,
        object_kind="fact",
        object_id=fact_id,
        reason=reason.strip(),
    )
    rederive(session, {fact.person_id}, now=now)
    mark_stale(session, StaleKind.PERSON, [fact.person_id], now=now)
