"""Acts that take two people: proposed by one, confirmed by another, dated, running out, audited."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.access import Role, Viewer
from training_app.accounts.models import Account, Proposal
from training_app.accounts.queries.staff import RoleRow, roles_on
from training_app.accounts.rules import roles, two_people
from training_app.accounts.rules.two_people import Act, Outcome
from training_app.accounts.services.passes import issue_code
from training_app.accounts.services.roles import demand_authority, demand_grantable, give_role
from training_app.accounts.services.staff import empty_sign_in
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import N_, RuleBroken
from training_app.organisation.queries.units import UnitRow, unit_on


def propose_role(
    session: Session,
    account: Account,
    role: Role,
    unit: UnitRow | None,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> Proposal:
    """Propose a role that takes two people; the proposer must be one who may give it.

    Raises RuleBroken, or InvalidInput for field ``unit``.
    """
    demand_grantable(session, account, role, unit, on=on, actor=actor)
    proposal = Proposal(
        act=Act.GRANT_ROLE.value,
        account_id=account.id,
        role=role.value,
        unit_id=unit.id if unit else None,
        reason=reason,
    )
    return _propose(session, proposal, now=now, actor=actor)


def propose_setting_up(
    session: Session,
    account: Account,
    held: Sequence[RoleRow],
    *,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> Proposal:
    """Propose that the sign-in of somebody with such a role be set up anew. Raises RuleBroken."""
    demand_authority(actor, account.id, held)
    proposal = Proposal(act=Act.SET_UP_ANEW.value, account_id=account.id, reason=reason)
    return _propose(session, proposal, now=now, actor=actor)


def _propose(session: Session, proposal: Proposal, *, now: datetime, actor: Viewer) -> Proposal:
    proposal.proposed_by = session.get_one(Account, actor.account_id).id
    proposal.proposed_at, proposal.expires_at = now, now + two_people.LIFE
    session.add(proposal)
    session.flush()
    _record(session, Action.PROPOSAL_MADE, proposal, now=now, actor=actor)
    return proposal


def confirm_proposal(
    session: Session, proposal: Proposal, *, pepper: str, on: date, now: datetime, actor: Viewer
) -> None:
    """Confirm another person's proposal and carry it out at once, as of today.

    Both must have the right to the act on this day. Raises RuleBroken for one's own proposal, for
    one that ran out or was decided, and when the proposer has lost the right meanwhile.
    """
    account = session.get_one(Account, proposal.account_id)
    if proposal.proposed_by == actor.account_id:
        raise RuleBroken(N_("Another person confirms what you propose."))
    if not _still_entitled(session, proposal, on):
        raise RuleBroken(
            N_("Whoever proposed this may no longer do so. Refuse it, and propose it anew.")
        )
    _decide(session, proposal, Outcome.CONFIRMED, now=now, actor=actor)
    _record(session, Action.PROPOSAL_CONFIRMED, proposal, now=now, actor=actor)
    if proposal.act == Act.SET_UP_ANEW:
        demand_authority(actor, account.id, roles_on(session, [account.id], on))
        empty_sign_in(session, account, now=now)
        issue_code(session, account, pepper=pepper, now=now, actor=actor, reason=proposal.reason)
        return
    if account.secret_hash is None:  # never by the hand that proposed it
        issue_code(session, account, pepper=pepper, now=now, actor=actor, reason="first")
    role = Role(proposal.role or "")
    unit = unit_on(session, proposal.unit_id, on) if proposal.unit_id else None
    demand_grantable(session, account, role, unit, on=on, actor=actor)
    give_role(
        session,
        account.id,
        role,
        proposal.unit_id,
        on=on,
        now=now,
        actor=actor,
        reason=proposal.reason,
    )


def close_proposal(session: Session, proposal: Proposal, *, now: datetime, actor: Viewer) -> None:
    """Withdraw one's own proposal, or refuse another's. Raises RuleBroken when it is over."""
    own = proposal.proposed_by == actor.account_id
    outcome = Outcome.WITHDRAWN if own else Outcome.REFUSED
    _decide(session, proposal, outcome, now=now, actor=actor)
    _record(session, Action.PROPOSAL_CLOSED, proposal, now=now, actor=actor)


def _still_entitled(session: Session, proposal: Proposal, on: date) -> bool:
    """Whether the proposer is still an open account that may give what is proposed."""
    proposer = session.get_one(Account, proposal.proposed_by)
    held = [row.role for row in roles_on(session, [proposer.id], on)]
    wanted = {Role(proposal.role)} if proposal.role else two_people.ROLES
    return proposer.locked_at is None and wanted <= set(roles.may_grant(held))


def _decide(
    session: Session, proposal: Proposal, outcome: Outcome, *, now: datetime, actor: Viewer
) -> None:
    """Decide it, once: of two people who press at the same moment one is told so."""
    result = session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.outcome.is_(None), Proposal.expires_at > now)
        .values(outcome=outcome.value, decided_by=actor.account_id, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    if touched(result) == 0:
        raise RuleBroken(N_("This proposal was decided or has run out."))


def _record(
    session: Session, action: Action, proposal: Proposal, *, now: datetime, actor: Viewer
) -> None:
    note(
        session,
        action,
        proposal.account_id,
        actor=actor,
        now=now,
        unit_id=proposal.unit_id,
        reason=proposal.reason,
        detail={"proposal": proposal.id, "act": proposal.act, "role": proposal.role or ""},
    )
