"""Leaders and officers: the team, ways in of one person, a sheet of cards."""

from datetime import date, datetime
from typing import Any

import segno
from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Scope
from training_app.accounts import queries, services
from training_app.accounts.forms import REASONS, IssueForm, ReasonForm
from training_app.accounts.models import Account, Kind, PassKind
from training_app.accounts.queries.teams import CardRow
from training_app.accounts.routes.base import bp, database, settings
from training_app.accounts.routes.members import choice_page, chosen, team_and_members
from training_app.accounts.routes.proof import proof_wanted
from training_app.accounts.rules import tokens
from training_app.accounts.rules.qr import draw
from training_app.errors import N_, NotAllowed, NotFound, RuleBroken
from training_app.organisation.queries import people as org_people
from training_app.organisation.queries import teams as org_teams
from training_app.organisation.queries.teams import TeamRow
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import PAGE_SIZE, notice, paginate, render, see_other

_ISSUE = Permission.ENTRY_ISSUE
_LOCK = Permission.ENTRY_LOCK


@bp.get("/my-team/")
@needs(Permission.TEAM_VIEW)
def own_team() -> ResponseReturnValue:
    """L1: the teams that the viewer leads, with a way in for each member."""
    viewer, session, on = current_viewer(), database(), clock.today()
    scope = viewer.scope(_ISSUE)
    teams = [
        _team_view(team, scope, on)
        for team_id in sorted(scope.teams)
        if (team := org_teams.team_on(session, scope, team_id, on)) is not None
    ]
    evenings = queries.evenings(session, [view["team"].id for view in teams], now=clock.now())
    training = "coverage.team" if "coverage.team" in current_app.view_functions else ""
    return render("accounts/own_team.html", teams=teams, evenings=evenings, training=training)


def _team_view(team: TeamRow, scope: Scope, on: date) -> dict[str, Any]:
    session = database()
    members = org_teams.members(session, scope, team.id, on)
    ids = [member.person_id for member in members]
    states = queries.entry_states(session, ids, now=clock.now())
    may_call = current_viewer().scope(Permission.PHONE_VIEW)
    return {
        "team": team,
        "members": members,
        "states": states,
        "phones": org_people.phones(session, may_call, ids, on),
        "entered": sum(states[one].state in {"entered", "staff"} for one in ids),
    }


@bp.get("/people/access/")
@needs(_LOCK)
def find_access() -> ResponseReturnValue:
    """O5: find a person by name or telephone inside the own units."""
    session, on, text = database(), clock.today(), request.args.get("q", "").strip()[:100]
    number = max(1, request.args.get("page", default=1, type=int))
    scope = current_viewer().scope(_ISSUE)
    rows, total = org_people.find_people(session, scope, text, on, page=number, per_page=PAGE_SIZE)
    states = queries.entry_states(session, [row.id for row in rows], now=clock.now())
    page = paginate(total)
    return render("accounts/find_access.html", rows=rows, states=states, text=text, page=page)


# -- one person ------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/access/")
@needs(_ISSUE, _LOCK)
def person_access(person_id: int) -> ResponseReturnValue:
    """O5: card, code, lock and phones of one person, with their history."""
    return _access_page(person_id, 200)


def _access_page(person_id: int, status: int, **given: Any) -> ResponseReturnValue:
    viewer, session, now = current_viewer(), database(), clock.now()
    person = _person(person_id, _ISSUE)
    account = queries.account_of_person(session, person_id)
    code = None
    if account is not None:
        code = queries.fresh_pass(
            session, account.id, PassKind.CODE, issued_by=viewer.account_id or 0, now=now
        )
    page = {
        "issue": IssueForm(formdata=None),
        "lock": ReasonForm(formdata=None, prefix="lock-"),
        "person": person,
        "account": account,
        "issuable": _issuable(account),
        "code": tokens.spaced(services.secrets_of(code, pepper=settings().pepper).code)
        if code
        else "",
        "code_until": code.expires_at if code else None,
        "devices": queries.devices_of(session, account.id, now=now) if account else (),
        "history": queries.history(session, account.id) if account else (),
        "reasons": dict(REASONS),
    }
    return render("accounts/person_access.html", status, **{**page, **given})


def _issuable(account: Account | None) -> bool:
    """Whether a leader or officer may issue a way in: never for staff, never for oneself."""
    if account is None:
        return True
    return account.kind == Kind.MEDIATOR and account.id != current_viewer().account_id


def _person(person_id: int, permission: Permission) -> org_people.PersonDetail:
    """The person, if in the scope of this permission; otherwise as if there were none."""
    scope = current_viewer().scope(permission)
    person = org_people.person_detail(database(), scope, person_id, clock.today())
    if person is None:
        raise NotFound
    return person


def _account_to_issue(person_id: int, now: datetime) -> Account:
    """The person's account, made now if needed; refuses staff accounts."""
    person = _person(person_id, _ISSUE)
    account = queries.account_of_person(database(), person_id)
    if account is None:
        return services.ensure_account(
            database(), person.canonical_id, Kind.MEDIATOR, now=now, actor=current_viewer()
        )
    if account.kind != Kind.MEDIATOR:
        raise RuleBroken(N_("This is a staff account; the office above sets its sign-in up."))
    return account


@bp.post("/people/<int:person_id>/access/code/")
@needs(_ISSUE)
def person_code_submit(person_id: int) -> ResponseReturnValue:
    """Issue a code to be read out; it is shown on the page for 30 minutes."""
    form, now = IssueForm(), clock.now()
    if not form.validate_on_submit():
        return _access_page(person_id, 422, issue=form, errors_in_title=True)
    services.issue_code(
        database(),
        _account_to_issue(person_id, now),
        pepper=settings().pepper,
        now=now,
        actor=current_viewer(),
        reason=form.reason.data,
    )
    database().commit()
    return see_other("accounts.person_access", person_id=person_id)


@bp.post("/people/<int:person_id>/access/card/")
@needs(_ISSUE)
def person_card_submit(person_id: int) -> ResponseReturnValue:
    """Issue a card to print; the old card dies."""
    form, now = IssueForm(), clock.now()
    if not form.validate_on_submit():
        return _access_page(person_id, 422, issue=form, errors_in_title=True)
    services.issue_card(
        database(),
        _account_to_issue(person_id, now),
        pepper=settings().pepper,
        now=now,
        actor=current_viewer(),
        reason=form.reason.data,
    )
    database().commit()
    return see_other("accounts.person_card", person_id=person_id)


@bp.get("/people/<int:person_id>/access/card/")
@needs(_ISSUE)
def person_card(person_id: int) -> ResponseReturnValue:
    """The person's new card, for its issuer to print within the hour."""
    person = _person(person_id, _ISSUE)
    back = url_for("accounts.person_access", person_id=person_id)
    team = next((row.team_name for row in person.teams if row.valid_to is None), "")
    return _sheet([person_id, person.canonical_id], team, back)


@bp.post("/people/<int:person_id>/access/lock/")
@needs(_LOCK)
def person_lock_submit(person_id: int) -> ResponseReturnValue:
    """Lock, unlock, or remove all phones; the reason is required."""
    now = clock.now()
    _person(person_id, _LOCK)
    account = queries.account_of_person(database(), person_id)
    if account is None:
        raise NotFound
    if account.kind != Kind.MEDIATOR:
        raise NotAllowed
    form = ReasonForm(prefix="lock-")
    if not form.validate_on_submit():
        return _access_page(person_id, 422, lock=form, errors_in_title=True)
    notice(change_lock(account, request.form.get("act", ""), form.reason.data or "", now))
    database().commit()
    return see_other("accounts.person_access", person_id=person_id)


def change_lock(account: Account, act: str, reason: str, now: datetime) -> str:
    """Do one of lock, unlock, devices; the message id of what was done."""
    viewer, session = current_viewer(), database()
    if act == "lock":
        services.lock_account(session, account, reason, now=now, actor=viewer)
        return N_("The account is locked; all its sign-ins have ended.")
    if act == "unlock":
        services.unlock_account(session, account, reason, now=now, actor=viewer)
        return N_("The account is open again.")
    if act == "devices":
        services.remove_devices(session, account, reason=reason, now=now, actor=viewer)
        return N_("All phones are removed; a card or code is needed to enter again.")
    raise NotFound


# -- cards of a team -------------------------------------------------------------------------


@bp.get("/teams/<int:team_id>/cards/")
@needs(_ISSUE)
def team_cards(team_id: int) -> ResponseReturnValue:
    """Choose for whom cards are made; the printed sheet follows."""
    if wanted := proof_wanted(current_viewer(), "accounts.team_cards", team_id=team_id):
        return wanted
    return choice_page("accounts/team_cards.html", team_id)


@bp.post("/teams/<int:team_id>/cards/")
@needs(_ISSUE)
def team_cards_submit(team_id: int) -> ResponseReturnValue:
    """Make cards for the chosen members; their old cards die."""
    if wanted := proof_wanted(current_viewer(), "accounts.team_cards", team_id=team_id):
        return wanted
    team, members = team_and_members(team_id)
    now = clock.now()
    made = 0
    for member in chosen(members):
        account = queries.account_of_person(database(), member.person_id)
        if _issuable(account):
            services.issue_card(
                database(),
                account or _account_to_issue(member.person_id, now),
                pepper=settings().pepper,
                now=now,
                actor=current_viewer(),
                reason="first",
            )
            made += 1
    if not made:
        notice(N_("Choose at least one person."), "error")
    database().commit()
    return see_other("accounts.cards_sheet" if made else "accounts.team_cards", team_id=team.id)


@bp.get("/teams/<int:team_id>/cards/print/")
@needs(_ISSUE)
def cards_sheet(team_id: int) -> ResponseReturnValue:
    """The sheet of cards made within the last hour, for their issuer: A4, two columns."""
    team, members = team_and_members(team_id)
    back = url_for("accounts.team_cards", team_id=team_id)
    return _sheet([member.person_id for member in members], team.name, back)


def _sheet(person_ids: list[int], team_name: str, back: str) -> ResponseReturnValue:
    viewer = current_viewer()
    rows = queries.cards_to_print(
        database(),
        viewer.scope(_ISSUE),
        person_ids,
        issued_by=viewer.account_id or 0,
        now=clock.now(),
    )
    cards = [_printed(row) for row in rows]
    address = settings().canonical_url + url_for("accounts.enter")
    return render(
        "accounts/cards_sheet.html", cards=cards, team_name=team_name, back=back, address=address
    )


def _printed(row: CardRow) -> dict[str, Any]:
    issued = services.secrets_of(row.entry_pass, pepper=settings().pepper)
    link = f"{settings().canonical_url}{url_for('accounts.enter')}#k={issued.secret}"
    return {
        "name": row.full_name,
        "code": tokens.spaced(issued.code),
        "until": row.entry_pass.expires_at,
        "qr": draw(segno.make(link, micro=False, error="m").matrix),
    }
