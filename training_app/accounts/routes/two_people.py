"""Acts that take two people: what waits, confirming, refusing or withdrawing it."""

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts import queries, services
from training_app.accounts.forms import EmptyForm
from training_app.accounts.models import Proposal
from training_app.accounts.routes.base import bp, database, settings
from training_app.accounts.routes.proof import proof_wanted
from training_app.accounts.rules.roles import LABELS
from training_app.errors import N_, NotFound
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_MANAGE = Permission.STAFF_MANAGE
_PROPOSED = N_("It is proposed. Another administrator confirms it within three days.")
_NOBODY_ELSE = N_(
    "It is proposed, but there is no second administrator who could confirm it. Whoever keeps the"
    " machine makes one: flask admin create --another."
)


def say_proposed() -> None:
    """Tell the proposer what happens next."""
    but = current_viewer().account_id
    another = queries.another_may_confirm(database(), clock.today(), but=but)
    notice(_PROPOSED if another else _NOBODY_ELSE, "info" if another else "warning")


@bp.get("/staff/proposals/")
@needs(_MANAGE)
def proposal_list() -> ResponseReturnValue:
    """What waits for a second person, and what was decided lately."""
    waiting, over = [], []
    if current_viewer().scope(_MANAGE).everything:
        waiting, over = queries.proposals(database(), clock.today(), now=clock.now())
    return render(
        "accounts/proposals.html",
        form=EmptyForm(),
        waiting=waiting,
        over=over,
        labels=LABELS,
    )


@bp.post("/staff/proposals/<int:proposal_id>/confirm/")
@needs(_MANAGE)
def proposal_confirm_submit(proposal_id: int) -> ResponseReturnValue:
    """Confirm what another person proposed; it is carried out at once."""
    viewer, session, proposal = current_viewer(), database(), _proposal(proposal_id)
    if wanted := proof_wanted(viewer, "accounts.proposal_list"):
        return wanted
    services.confirm_proposal(
        session,
        proposal,
        pepper=settings().pepper,
        on=clock.today(),
        now=clock.now(),
        actor=viewer,
    )
    notice(N_("It is confirmed and done."))
    account_id = proposal.account_id
    session.commit()
    return see_other("accounts.staff_page", account_id=account_id)


@bp.post("/staff/proposals/<int:proposal_id>/close/")
@needs(_MANAGE)
def proposal_close_submit(proposal_id: int) -> ResponseReturnValue:
    """Withdraw one's own proposal, or refuse another's; nothing happens then."""
    viewer, proposal = current_viewer(), _proposal(proposal_id)
    services.close_proposal(database(), proposal, now=clock.now(), actor=viewer)
    notice(N_("The proposal is over; nothing was changed."))
    database().commit()
    return see_other("accounts.proposal_list")


def _proposal(proposal_id: int) -> Proposal:
    """The proposal, for those who manage all staff; for others it is as if there were none."""
    proposal = database().get(Proposal, proposal_id)
    if proposal is None or not current_viewer().scope(_MANAGE).everything:
        raise NotFound
    return proposal
