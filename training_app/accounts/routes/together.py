"""Several people on one phone: lending it to the team, changing person, leaving it."""

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts import queries, services
from training_app.accounts.models import Account, Device, Kind
from training_app.accounts.routes.base import (
    bp,
    database,
    device_tokens,
    forget,
    keep_device,
)
from training_app.accounts.routes.members import choice_page, chosen, team_and_members
from training_app.accounts.routes.proof import proof_wanted
from training_app.errors import N_, NotFound
from training_app.web.guard import current_viewer, needs, public
from training_app.web.pages import notice, render, see_other

_ISSUE = Permission.ENTRY_ISSUE
_LENT = N_("People who may now enter on this phone with their own PINs: %(count)d.")


@bp.get("/teams/<int:team_id>/together/")
@needs(_ISSUE)
def together(team_id: int) -> ResponseReturnValue:
    """L1, study together: choose who learns on this phone today."""
    if wanted := proof_wanted(current_viewer(), "accounts.together", team_id=team_id):
        return wanted
    return choice_page("accounts/together.html", team_id)


@bp.post("/teams/<int:team_id>/together/")
@needs(_ISSUE)
def together_submit(team_id: int) -> ResponseReturnValue:
    """Lend this phone to the chosen members; whoever lends it is signed out of it."""
    viewer, session, now = current_viewer(), database(), clock.now()
    if wanted := proof_wanted(viewer, "accounts.together", team_id=team_id):
        return wanted
    team, members = team_and_members(team_id)
    accounts = [
        account for member in chosen(members) if (account := _who_has_a_pin(member.person_id))
    ]
    lent = services.lend_phone(
        session,
        team,
        accounts,
        device_tokens(),
        request.user_agent.string,
        now=now,
        actor=viewer,
    )
    services.end_sign_in(session, now=now, actor=viewer)
    forget()
    notice(_LENT, "info", count=len(accounts))
    session.commit()
    response = see_other("accounts.sign_in")
    keep_device(response, *lent.tokens)
    return response


def _who_has_a_pin(person_id: int) -> Account | None:
    """The open account of a mediator with a PIN; anybody else enters with card or code."""
    account = queries.account_of_person(database(), person_id)
    if account is None or account.kind != Kind.MEDIATOR or account.locked_at is not None:
        return None
    return account if account.secret_hash is not None else None


@bp.post("/teams/<int:team_id>/together/<int:together_id>/end/")
@needs(_ISSUE)
def together_end_submit(team_id: int, together_id: int) -> ResponseReturnValue:
    """Take a lent phone back from wherever the leader is."""
    team, _ = team_and_members(team_id)
    now = clock.now()
    evening = queries.evening(database(), together_id, now=now)
    if evening is not None and evening.team_id != team.id:
        raise NotFound
    if evening is not None:
        services.take_phone_back(database(), evening, team, now=now, actor=current_viewer())
    notice(N_("Studying together has ended; everybody is signed out of that phone."))
    database().commit()
    return see_other("accounts.own_team")


# -- the phone itself ------------------------------------------------------------------------


@bp.post("/change-person/")
@public("a second press finds nobody signed in and is harmless")
def change_person() -> ResponseReturnValue:
    """End this sign-in and ask who is next."""
    services.end_sign_in(database(), now=clock.now(), actor=current_viewer())
    forget()
    database().commit()
    response = see_other("accounts.sign_in")
    # Pages are never stored; what a browser keeps for its Back button goes as well.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/sign-in/people/")
@public("names only those whose token this phone holds, shortened")
def phone_people() -> ResponseReturnValue:
    """Who may enter on this phone, with a button to take somebody off it."""
    phones = queries.known_phones(database(), device_tokens(), now=clock.now())
    if not phones:
        return see_other("accounts.sign_in")
    return render("accounts/phone_people.html", phones=phones)


@bp.post("/sign-in/people/<int:device_id>/remove/")
@public("whoever holds the phone may take a person off it, never put one on")
def phone_person_remove_submit(device_id: int) -> ResponseReturnValue:
    """Take a person off this phone: the PIN no longer enters here, a card or code does."""
    session, now, viewer = database(), clock.now(), current_viewer()
    phones = queries.known_phones(session, device_tokens(), now=now)
    if device_id not in {phone.device_id for phone in phones}:
        raise NotFound
    account = session.get_one(Account, session.get_one(Device, device_id).account_id)
    services.remove_devices(session, account, device_id=device_id, now=now, actor=viewer)
    if viewer.extra.get("device_id") == str(device_id):
        forget()
    notice(N_("The person is taken off this phone. A card or code brings the person back."))
    session.commit()
    return see_other("accounts.phone_people")
