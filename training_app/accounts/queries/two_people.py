"""Reads of proposals that wait for a second person, and of those that were decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Role
from training_app.accounts.models import Account, Proposal, RoleGrant
from training_app.accounts.rules import two_people
from training_app.accounts.rules.two_people import Act
from training_app.db import Unscoped
from training_app.organisation.models import Person, UnitSpan, holds

_STAFF = Unscoped("names of staff, shown to administrators")
_DECIDED = 20


@dataclass(frozen=True)
class ProposalRow:
    """One proposal: about whom, what, by whom, until when, and how it ended."""

    id: int
    act: Act
    account_id: int
    full_name: str
    role: Role | None
    unit_name: str
    reason: str
    proposer_id: int
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    outcome: str
    decider: str
    decided_at: datetime | None


def proposals(session: Session, on: date, *, now: datetime) -> tuple[list[ProposalRow], ...]:
    """Those that wait, oldest first, and the latest that were decided or ran out."""
    waits = and_(Proposal.outcome.is_(None), Proposal.expires_at > now)
    waiting = _rows(on).where(waits).order_by(Proposal.id)
    over = _rows(on).where(~waits).order_by(Proposal.id.desc()).limit(_DECIDED)
    return _read(session, waiting), _read(session, over)


def waiting_proposals(session: Session, *, now: datetime) -> int:
    """How many proposals wait for a second person."""
    waits = select(func.count()).where(Proposal.outcome.is_(None), Proposal.expires_at > now)
    return session.scalar(waits) or 0


def takes_two(session: Session, account_id: int, held: Iterable[Role], *, now: datetime) -> bool:
    """Whether the account's sign-in is set up anew by two people only.

    So it is too while such a role is proposed for it: whoever proposed it must not be able to
    enter in the place of its person.
    """
    waits = select(Proposal.id).where(
        Proposal.account_id == account_id, Proposal.outcome.is_(None), Proposal.expires_at > now
    )
    return two_people.needed(held) or session.scalar(waits.limit(1)) is not None


def another_may_confirm(session: Session, on: date, *, but: int | None) -> bool:
    """Whether there is a second administrator with an open account who could confirm."""
    return (
        session.scalar(
            select(RoleGrant.id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(
                RoleGrant.role == Role.ADMINISTRATOR.value,
                holds(RoleGrant, on),
                Account.locked_at.is_(None),
                Account.id != but,
            )
            .limit(1)
        )
        is not None
    )


def _rows(on: date) -> Select[Proposal, str, str, str, str]:
    subject, proposing, deciding = aliased(Account), aliased(Account), aliased(Account)
    person, proposer, decider = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            Proposal,
            person.full_name,
            proposer.full_name,
            decider.full_name,
            func.coalesce(UnitSpan.type + " " + UnitSpan.name, ""),
        )
        .join(subject, subject.id == Proposal.account_id)
        .join(person, person.id == subject.person_id)
        .join(proposing, proposing.id == Proposal.proposed_by)
        .join(proposer, proposer.id == proposing.person_id)
        .outerjoin(deciding, deciding.id == Proposal.decided_by)
        .outerjoin(decider, decider.id == deciding.person_id)
        .outerjoin(UnitSpan, and_(UnitSpan.unit_id == Proposal.unit_id, holds(UnitSpan, on)))
        .execution_options(scope=_STAFF)
    )


def _read(session: Session, statement: Select[Proposal, str, str, str, str]) -> list[ProposalRow]:
    return [
        ProposalRow(
            id=row.id,
            act=Act(row.act),
            account_id=row.account_id,
            full_name=name,
            role=Role(row.role) if row.role else None,
            unit_name=unit,
            reason=row.reason,
            proposer_id=row.proposed_by,
            proposer=proposer,
            proposed_at=row.proposed_at,
            expires_at=row.expires_at,
            outcome=row.outcome or "",
            decider=decider or "",
            decided_at=row.decided_at,
        )
        for row, name, proposer, decider, unit in session.execute(statement)
    ]
