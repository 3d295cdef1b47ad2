"""Which attempt counts: the policy of a module's test, and changing it after results are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
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
    .order_by(CountingPolicy.number.desc())
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
# Results that are counted anew stay as they were read until the commit.
_LOCKED: Final = _SITTINGS.with_for_update(of=_ATTEMPTS)
_FOLLOW: Final = update(_ATTEMPTS).where(_ATTEMPTS.c.module_version_id.in_(_VERSIONS))
_STAND: Final = (
    update(_ATTEMPTS)
    .where(
        _ATTEMPTS.c.person_id == bindparam("person"),
        _ATTEMPTS.c.module_version_id == bindparam("version"),
    )
    .values(policy=bindparam("kept"))
)
_ONE: Final = update(_ATTEMPTS).where(_ATTEMPTS.c.id == bindparam("attempt"))


@dataclass(frozen=True, slots=True)
class Recount:
    """What another policy changes: people with several results, whose result would change.

    ``better``, ``worse``: those of whom a better or a worse result counts since, and ``lost``
    those of them whose counted result is a pass no longer. ``kept``: people whose counted pass
    stands, because nobody decided by name to lower it.
    """

    people: int
    changed: int
    better: int
    worse: int
    kept: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """The results of one person at one version, and the attempts that count before and after.

    ``policy``: under which they were counted so far.
    """

    person_id: int
    version_id: int
    policy: str
    before: rules.Sitting | None
    after: rules.Sitting | None

    @property
    def moves(self) -> bool:
        return self.after is not None and self.before != self.after

    @property
    def step(self) -> int:
        """1 where a better result counts since, -1 where a worse one does, else 0."""
        if self.before is None or self.after is None:
            return 0
        before, after = ((one.passed, one.points) for one in (self.before, self.after))
        return (after > before) - (after < before)

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
    module_id = _module(session, slug)
    return _told(_pairs(session, _SITTINGS, module_id, policy, lowering=lowering))


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

    A granted pass stands unless ``lowering`` was decided by somebody named in ``decided_for``;
    that may also be decided later, for the policy that holds. The record (facts, certificates)
    is never touched. Raises InvalidInput without a reason or a name, RuleBroken when there is
    nothing to change.
    """
    module_id = _module(session, slug)
    if lowering and actor.signed_in and not actor.may(Permission.KEY_LOWER):
        raise NotFound
    if lowering and not decided_for.strip():
        raise InvalidInput(N_("Please say who decided that results become worse."), "decided_for")
    if not reason.strip():
        raise InvalidInput(N_("Please give a reason."), "reason")
    if policy_of(session, module_id) is policy and not lowering:
        raise RuleBroken(N_("This attempt counts already."))
    made = CountingPolicy(
        module_id=module_id,
        number=_next_number(session, module_id),
        policy=policy.value,
        lowering=lowering,
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.account_id,
        decided_for=decided_for.strip(),
    )
    told = _count_anew(session, made, policy)
    record(
        session,
        Action.COUNTING_POLICY_CHANGED,
        actor=actor,
        now=now,
        object_kind="counting_policy",
        object_id=made.id,
        reason=made.reason,
        detail={"policy": policy.value, "changed": told.changed, "lowering": lowering},
    )
    return told


def _next_number(session: Session, module_id: int) -> int:
    last = select(func.max(CountingPolicy.number)).where(CountingPolicy.module_id == module_id)
    return (session.scalar(last) or 0) + 1


def _count_anew(session: Session, made: CountingPolicy, policy: rules.Policy) -> Recount:
    """Store the decision with the pairs it changes, and change them."""
    held = policy_of(session, made.module_id)
    pairs = _pairs(session, _LOCKED, made.module_id, policy, lowering=made.lowering)
    moved = [one for one in pairs if one.moves]
    if held is policy and not moved:
        raise RuleBroken(N_("Nothing is left to lower. Nothing was changed."))
    made.changes = [[one.before.id, one.after.id] for one in moved if one.before and one.after]
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise RuleBroken(
            N_("Somebody else decided this meanwhile. Look at it before going on.")
        ) from error
    _store(session, made, pairs)
    return _told(pairs)


def _module(session: Session, slug: str) -> int:
    found = session.scalars(select(Module.id).where(Module.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _pairs(
    session: Session,
    sittings: Select[*tuple[Any, ...]],
    module_id: int,
    policy: rules.Policy,
    *,
    lowering: bool,
) -> list[_Pair]:
    """One for each person and version with several results."""
    rows = session.execute(sittings, {"module": module_id})
    groups = groupby(rows, key=lambda row: (row.person_id, row.module_version_id))
    return [_pair(list(held), policy, lowering=lowering) for _, held in groups]


def _pair(rows: Sequence[Row[*tuple[Any, ...]]], policy: rules.Policy, *, lowering: bool) -> _Pair:
    sittings = [sitting_of(row) for row in rows]
    return _Pair(
        rows[0].person_id,
        rows[0].module_version_id,
        rows[0].policy,
        next((one for one in sittings if one.counts), None),
        rules.counting_since(policy, sittings, lowering=lowering),
    )


def _store(session: Session, made: CountingPolicy, pairs: list[_Pair]) -> None:
    """Every attempt follows the policy but those of people whose pass stands, running ones too.

    One at a time may count. Whoever's result is better or worse since is told where they look
    first, until they have read it.
    """
    session.execute(_FOLLOW.values(policy=made.policy), {"module": made.module_id})
    standing = [
        {"person": one.person_id, "version": one.version_id, "kept": one.policy}
        for one in pairs
        if one.after is None
    ]
    if standing:
        session.execute(_STAND, standing)
    moved = [one for one in pairs if one.moves]
    for ids, values in (
        ([one.before.id for one in moved if one.before], {"counts": False}),
        ([one.after.id for one in moved if one.after], {"counts": True}),
        ([one.after.id for one in moved if one.after and one.step], {"news_at": made.decided_at}),
    ):
        if ids:
            session.execute(_ONE.values(**values), [{"attempt": one} for one in ids])


def _told(pairs: list[_Pair]) -> Recount:
    return Recount(
        people=len(pairs),
        changed=sum(one.moves for one in pairs),
        better=sum(one.step > 0 for one in pairs),
        worse=sum(one.step < 0 for one in pairs),
        kept=sum(one.after is None for one in pairs),
        lost=sum(one.loses for one in pairs),
    )
