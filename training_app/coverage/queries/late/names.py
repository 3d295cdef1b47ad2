"""How entries are named: their modules, teams, requirement and places of law, and who made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.accounts.models import Account
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import ModuleVersion
from training_app.coverage.queries.known import COUNTING
from training_app.coverage.queries.late.kinds import LateKind
from training_app.laws.queries import law_changes
from training_app.organisation.models import Person, TeamSpan, holds
from training_app.requirements.models import Requirement

# In Vietnamese and in English.
Named = tuple[str, str]
_PART: Final = 5_000
_OF_MODULE: Final = frozenset({LateKind.FACT, LateKind.RENEWED, LateKind.WITHDRAWAL})
_OF_TEAM: Final = frozenset(
    {LateKind.JOINED, LateKind.LEFT, LateKind.TAKEN_BACK, LateKind.LED, LateKind.UNLED}
)
_OF_REQUIREMENT: Final = frozenset({LateKind.REQUIRED, LateKind.UNREQUIRED})
_OF_LAW: Final = frozenset({LateKind.LAW_CHANGED, LateKind.LAW_WITHDRAWN, LateKind.LAW_SETTLED})
# What writes dated rows that do not name who wrote them: it tells the audit trail at that moment.
_WRITING: Final = tuple(
    one.value
    for one in (
        Action.TEAM_CREATED,
        Action.TEAM_CHANGED,
        Action.TEAM_ENDED,
        Action.MEMBERSHIP_STARTED,
        Action.MEMBERSHIP_ENDED,
        Action.MEMBERSHIP_MOVED,
        Action.LEADER_ELECTED,
        Action.ROSTER_IMPORTED,
        Action.ROSTER_UNDONE,
        Action.UNITS_REORGANISED,
        Action.UNITS_RESTORED,
        Action.REQUIREMENT_ENDED,
    )
)


def subjects(session: Session, rows: Iterable[Any], on: date) -> dict[tuple[str, int], Named]:
    """Kind and subject of entries → what they speak of. At most one SELECT for each sort."""
    wanted: dict[frozenset[LateKind], set[int]] = defaultdict(set)
    for row in rows:
        for kinds in (_OF_MODULE, _OF_TEAM, _OF_REQUIREMENT, _OF_LAW):
            if row.kind in kinds and row.subject is not None:
                wanted[kinds].add(row.subject)
    found: dict[tuple[str, int], Named] = {}
    for kinds, ids in wanted.items():
        names = _names(session, kinds, ids, on)
        found |= {(kind.value, one): name for kind in kinds for one, name in names.items()}
    return found


def _names(
    session: Session, kinds: frozenset[LateKind], ids: set[int], on: date
) -> Mapping[int, Named]:
    if kinds is _OF_LAW:
        rows = (row for row in law_changes(session) if row.change.id in ids)
        return {row.change.id: (row.article.vietnamese, row.article.english) for row in rows}
    found: dict[int, Named] = {}
    for part in _parts(ids):
        chosen = _titles(kinds, part, on).execution_options(**COUNTING)
        found |= {row[0]: (row[1], row[2] or row[1]) for row in session.execute(chosen)}
    return found


def _titles(kinds: frozenset[LateKind], ids: list[int], on: date) -> Any:
    if kinds is _OF_TEAM:
        named = select(TeamSpan.team_id, TeamSpan.name, TeamSpan.name)
        return named.where(TeamSpan.team_id.in_(ids), holds(TeamSpan, on))
    if kinds is _OF_REQUIREMENT:
        one = Requirement
        return select(one.id, one.title, one.title_en).where(one.id.in_(ids))
    version = ModuleVersion
    titled = select(version.module_id, version.title, version.title_en)
    return titled.where(version.module_id.in_(ids), version.superseded_at.is_(None))


def writers(session: Session, moments: Iterable[datetime]) -> dict[datetime, str]:
    """Moment → the one person whose deed the audit trail keeps of it; nobody for the system."""
    found: dict[datetime, set[str]] = defaultdict(set)
    for part in _parts(moments):
        chosen = (
            select(AuditEvent.at, Person.full_name)
            .join(Account, Account.id == AuditEvent.actor_account_id)
            .join(Person, Person.id == Account.person_id)
            .where(AuditEvent.action.in_(_WRITING), AuditEvent.at.in_(part))
            .execution_options(**COUNTING)
        )
        for at, name in session.execute(chosen):
            found[at].add(name)
    return {at: names.pop() for at, names in found.items() if len(names) == 1}


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """In lists short enough for one statement."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _PART):
        yield ordered[start : start + _PART]
