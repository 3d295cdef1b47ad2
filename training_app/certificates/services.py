"""Issuing certificates once per fact, and revoking them with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.certificates.models import Certificate
from training_app.certificates.rules import BITS, code_of
from training_app.db import Unscoped, touched
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.models import Membership, Person, TeamSpan

_TRIES: Final = 3
_BATCH: Final = 500
_ISSUING = Unscoped("a certificate is issued for whoever completed, whoever records it")


@dataclass(frozen=True)
class Completion:
    """What a certificate confirms: the fact, its person, the version and the day."""

    fact_id: int
    person_id: int
    module_version_id: int
    completed_on: date


def issue(
    session: Session, completions: Sequence[Completion], *, now: datetime, actor: Viewer
) -> int:
    """Issue one certificate per completion that has none yet; returns how many are new.

    The unique fact decides between two that issue at once. Name and commune are frozen as they
    are on the day of completion.
    """
    issued = 0
    for start in range(0, len(completions), _BATCH):
        batch = completions[start : start + _BATCH]
        issued += _issue_batch(session, batch, now=now, actor=actor)
    return issued


def _issue_batch(
    session: Session, completions: Sequence[Completion], *, now: datetime, actor: Viewer
) -> int:
    missing = _without_certificate(session, completions)
    names = _names(session, {one.person_id for one in missing})
    units = _communes(session, missing)
    issued = 0
    for _ in range(_TRIES):
        if not missing:
            break
        values = [_values(one, names, units, now) for one in missing]
        done = _insert(session, values, now=now, actor=actor)
        issued += len(done)
        # What is still missing was issued by somebody else, or met a code that exists.
        missing = _without_certificate(session, [one for one in missing if one.fact_id not in done])
    return issued


def _values(
    one: Completion,
    names: Mapping[int, str],
    units: Mapping[int, int],
    now: datetime,
) -> dict[str, Any]:
    return {
        "code": code_of(secrets.randbits(BITS)),
        "person_id": one.person_id,
        "printed_name": names[one.person_id],
        "module_version_id": one.module_version_id,
        "fact_id": one.fact_id,
        "unit_id": units.get(one.fact_id),
        "issued_on": one.completed_on,
        "recorded_at": now,
        "revoke_reason": "",
    }


def _insert(
    session: Session, values: list[dict[str, Any]], *, now: datetime, actor: Viewer
) -> set[int]:
    """Insert what no constraint refuses, one event for each; returns the facts it is for."""
    dialect = session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table: Any = Certificate.__table__
    statement = insert(table).on_conflict_do_nothing()
    rows = session.execute(
        statement.returning(table.c.id, table.c.unit_id, table.c.fact_id), values
    ).all()
    for row in rows:
        audit.record(
            session,
            Action.CERTIFICATE_ISSUED,
            actor=actor,
            now=now,
            object_kind="certificate",
            object_id=row.id,
            unit_id=row.unit_id,
            detail={"fact": row.fact_id},
        )
    return {row.fact_id for row in rows}


def _without_certificate(session: Session, completions: Iterable[Completion]) -> list[Completion]:
    wanted = list(completions)
    if not wanted:
        return []
    known = set(
        session.scalars(
            select(Certificate.fact_id)
            .where(Certificate.fact_id.in_([one.fact_id for one in wanted]))
            .execution_options(scope=_ISSUING)
        )
    )
    return [one for one in wanted if one.fact_id not in known]


def _names(session: Session, person_ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(Person.id, Person.full_name)
        .where(Person.id.in_(person_ids))
        .execution_options(scope=_ISSUING)
    )
    return {row.id: row.full_name for row in rows}


def _communes(session: Session, completions: Sequence[Completion]) -> dict[int, int]:
    """Fact id → commune of a team in which the person served on the day."""
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.valid_from,
            Membership.valid_to,
            TeamSpan.unit_id,
            TeamSpan.valid_from.label("team_from"),
            TeamSpan.valid_to.label("team_to"),
        )
        .join(TeamSpan, TeamSpan.team_id == Membership.team_id)
        .where(Membership.person_id.in_({one.person_id for one in completions}))
        .order_by(Membership.valid_from.desc(), Membership.id.desc())
        .execution_options(scope=_ISSUING)
    ).all()
    return {
        one.fact_id: row.unit_id
        for one in completions
        for row in reversed(rows)
        if row.person_id == one.person_id
        and _contains(row.valid_from, row.valid_to, one.completed_on)
        and _contains(row.team_from, row.team_to, one.completed_on)
    }


def _contains(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on < end)


def revoke(
    session: Session, certificate: Certificate, *, reason: str, now: datetime, actor: Viewer
) -> None:
    """Revoke a certificate for good; it stays readable, with its reason and date.

    Raises InvalidInput without a reason, RuleBroken when somebody revoked it already.
    """
    if not reason.strip():
        raise InvalidInput(N_("Say why the certificate is revoked."), field="reason")
    changed = session.execute(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=actor.account_id, revoke_reason=reason.strip()),
        execution_options={"synchronize_session": False},
    )
    if touched(changed) != 1:
        raise RuleBroken(N_("This certificate was already revoked. Nothing was changed."))
    session.refresh(certificate)
    audit.record(
        session,
        Action.CERTIFICATE_REVOKED,
        actor=actor,
        now=now,
        object_kind="certificate",
        object_id=certificate.id,
        unit_id=certificate.unit_id,
        reason=reason.strip(),
    )
    session.flush()
