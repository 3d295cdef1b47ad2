"""Which attempt counts: the policy of a module's test, and changing it after results are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.assessment.models import Attempt, CountingPolicy
from training_app.assessment.rules import attempts as rules
from training_app.assessment.services.results import sitting_of
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.catalogue.models import Module, ModuleVersion
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken

_ATTEMPTS: Final[Any] = Attempt.__table__
_OTHER: Final = _ATTEMPTS.alias("other")
_VERSIONS: Final = select(ModuleVersion.id).where(ModuleVersion.module_id == bindparam("module"))
_HELD: Final = (
    select(CountingPolicy.policy)
    .where(CountingPolicy.module_id == bindparam("module"))
    .order_by(CountingPolicy.id.desc())
    .limit(1)
)
# Whoever handed in one attempt has it count under every policy.
_SITTINGS: Final = (
    select(
        _ATTEMPTS.c.person_id,
        _ATTEMPTS.c.module_version_id,
        _ATTEMPTS.c.id,
        _ATTEMPTS.c.number,
        _ATTEMPTS.c.policy,
        _ATTEMPTS.c.submitted_at,
        _ATTEMPTS.c.points,
        _ATTEMPTS.c.passed,
        _ATTEMPTS.c.counts,
    )
    .where(
        _ATTEMPTS.c.module_version_id.in_(_VERSIONS),
        _ATTEMPTS.c.submitted_at.is_not(None),
        select(_OTHER.c.id)
        .where(
            _OTHER.c.person_id == _ATTEMPTS.c.person_id,
            _OTHER.c.module_version_id == _ATTEMPTS.c.module_version_id,
            _OTHER.c.submitted_at.is_not(None),
            _OTHER.c.id != _ATTEMPTS.c.id,
        )
        .exists(),
    )
    .order_by(_ATTEMPTS.c.person_id, _ATTEMPTS.c.module_version_id, _ATTEMPTS.c.number)
)
_FOLLOW: Final = update(_ATTEMPTS).where(_ATTEMPTS.c.module_version_id.in_(_VERSIONS))
_ONE: Final = update(_ATTEMPTS).where(_ATTEMPTS.c.id == bindparam("attempt"))


@dataclass(frozen=True, slots=True)
class Recount:
    """What another policy changes: people with several results, whose result would change.

    ``kept``: people whose counted pass stands, because nobody decided by name to lower it.
    ``lost``: people whose counted result is a pass no longer.
    """

    people: int
    changed: int
    kept: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """The results of one person at one version, and the attempts that count before and after.

    ``policies``: under which each attempt was counted so far.
    """

    policies: dict[int, str]
    before: rules.Sitting | None
    after: rules.Sitting | None

    @property
    def moves(self) -> bool:
        return self.after is not None and self.before != self.after

    @property
    def loses(self) -> bool:
        passed = bool(self.before and self.before.passed)
        return passed and self.after is not None and not self.after.passed


def policy_of(session: Session, module_id: int) -> rules.Policy:
    """Which attempt counts at the module's test today; the best one unless decided otherwise."""
    held = session.execute(_HELD, {"module": module_id}).scalar_one_or_none()
    return rules.Policy(held) if held else rules.Policy.BEST


def preview_policy(
    session: Session, slug: str, policy: rules.Policy, *, lowering: bool = False
) -> Recount:
    """Whose result would change, without changing any; NotFound for an unknown module."""
    return _told(_pairs(session, _module(session, slug), policy, lowering=lowering))


def change_policy(
    session: Session,
    slug: str,
    policy: rules.Policy,
    *,
    reason: str,
    decided_for: str = "",
    lowering: bool = False,
    now: datetime,
    actor: Viewer,
) -> Recount:
    """Let another attempt count from now on, and count those there are anew, with a log.

    A granted pass stands unless ``lowering`` was decided by somebody named in ``decided_for``.
    The record (facts, certificates) is never touched. Raises InvalidInput without a reason or a
    name, RuleBroken when the policy holds already.
    """
    if not reason.strip():
        raise InvalidInput(N_("Please give a reason."), "reason")
    if lowering and not decided_for.strip():
        raise InvalidInput(N_("Please say who decided that results become worse."), "decided_for")
    module_id = _module(session, slug)
    if policy_of(session, module_id) is policy:
        raise RuleBroken(N_("This attempt counts already."))
    pairs = _pairs(session, module_id, policy, lowering=lowering)
    _store(session, module_id, policy, pairs)
    told = _told(pairs)
    made = CountingPolicy(
        module_id=module_id,
        policy=policy.value,
        lowering=lowering,
        reason=reason.strip(),
        changes=[
            [one.before.id, one.after.id] for one in pairs if one.moves and one.before and one.after
        ],
        decided_at=now,
        decided_by=actor.account_id,
        decided_for=decided_for.strip(),
    )
    session.add(made)
    session.flush()
    record(
        session,
        Action.COUNTING_POLICY_CHANGED,
        actor=actor,
        now=now,
        object_kind="counting_policy",
        object_id=made.id,
        reason=reason,
        detail={"policy": policy.value, "changed": told.changed, "lowering": lowering},
    )
    return told


def _module(session: Session, slug: str) -> int:
    found = session.scalars(select(Module.id).where(Module.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _pairs(
    session: Session, module_id: int, policy: rules.Policy, *, lowering: bool
) -> list[_Pair]:
    """One for each person and version with several results, which stay as read until commit."""
    rows = session.execute(_SITTINGS.with_for_update(of=_ATTEMPTS), {"module": module_id})
    groups = groupby(rows, key=lambda row: (row.person_id, row.module_version_id))
    return [_pair(list(held), policy, lowering=lowering) for _, held in groups]


def _pair(rows: Sequence[Row[*tuple[Any, ...]]], policy: rules.Policy, *, lowering: bool) -> _Pair:
    sittings = [sitting_of(row) for row in rows]
    return _Pair(
        {row.id: row.policy for row in rows},
        next((one for one in sittings if one.counts), None),
        rules.counting_since(policy, sittings, lowering=lowering),
    )


def _store(session: Session, module_id: int, policy: rules.Policy, pairs: list[_Pair]) -> None:
    """Every attempt follows the policy but those whose pass stands; one at a time may count."""
    session.execute(_FOLLOW.values(policy=policy.value), {"module": module_id})
    standing = [
        {"attempt": attempt, "kept": before}
        for one in pairs
        if one.after is None
        for attempt, before in one.policies.items()
    ]
    if standing:
        session.execute(_ONE.values(policy=bindparam("kept")), standing)
    moved = [one for one in pairs if one.moves]
    for ids, counts in (
        ([one.before.id for one in moved if one.before], False),
        ([one.after.id for one in moved if one.after], True),
    ):
        if ids:
            session.execute(_ONE.values(counts=counts), [{"attempt": one} for one in ids])


def _told(pairs: list[_Pair]) -> Recount:
    return Recount(
        people=len(pairs),
        changed=sum(one.moves for one in pairs),
        kept=sum(one.after is None for one in pairs),
        lost=sum(one.loses for one in pairs),
    )
