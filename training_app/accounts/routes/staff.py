"""Staff accounts: list, new, roles, and setting a sign-in up anew."""

from datetime import date
from typing import TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Role
from training_app.accounts import queries, services
from training_app.accounts.forms import REASONS, GrantForm, ReasonForm, StaffForm
from training_app.accounts.models import Account, PassKind
from training_app.accounts.queries import StaffRow
from training_app.accounts.routes.base import bp, database, settings
from training_app.accounts.routes.proof import proof_wanted
from training_app.accounts.routes.team import change_lock
from training_app.accounts.routes.two_people import say_proposed
from training_app.accounts.rules import tokens, two_people
from training_app.accounts.rules.roles import LABELS, may_grant
from training_app.accounts.services import StaffFields
from training_app.errors import N_, InvalidInput, NotFound
from training_app.organisation.queries import people as org_people
from training_app.organisation.queries.units import UnitRow, find_units, unit_by_code
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import joined, notice, render, see_other

_VIEW, _MANAGE = Permission.STAFF_VIEW, Permission.STAFF_MANAGE
FormType = TypeVar("FormType", bound=GrantForm)


@bp.get("/staff/")
@needs(_VIEW)
def staff_list() -> ResponseReturnValue:
    """Staff accounts of the viewer's units; administrators see all of them, and no mediator."""
    scope, on = current_viewer().scope(_VIEW), clock.today()
    rows = queries.staff(database(), scope, on)
    waiting = queries.waiting_proposals(database(), now=clock.now()) if scope.everything else None
    return render("accounts/staff_list.html", rows=rows, labels=LABELS, waiting=waiting)


@bp.get("/staff/new/")
@needs(_MANAGE)
def staff_new() -> ResponseReturnValue:
    """A new staff account; ``?person=`` names a person in scope who gets it."""
    if wanted := proof_wanted(current_viewer(), "accounts.staff_new", **request.args.to_dict()):
        return wanted
    return _new_page(_offered(StaffForm()), 200)


@bp.post("/staff/new/")
@needs(_MANAGE)
def staff_new_submit() -> ResponseReturnValue:
    """Make the account with its first role, and a code for its person."""
    if wanted := proof_wanted(current_viewer(), "accounts.staff_new"):
        return wanted
    form, person = _offered(StaffForm()), _named_person()
    if not form.validate_on_submit():
        return _new_page(form, 422)
    if person is None and not form.full_name.data:
        form.blame(InvalidInput(N_("Enter the full name."), "full_name"))
        return _new_page(form, 422)
    fields = StaffFields(
        form.login_name.data or "",
        form.full_name.data or "",
        person.canonical_id if person else None,
    )
    try:
        account = _make(fields, form)
    except InvalidInput as error:
        database().rollback()
        form.blame(error)
        return _new_page(form, 422)
    database().commit()
    return see_other("accounts.staff_page", account_id=account.id)


def _make(fields: StaffFields, form: StaffForm) -> Account:
    session, viewer, now, on = database(), current_viewer(), clock.now(), clock.today()
    unit, role = _unit(form.unit.data or "", on), Role(form.role.data)
    account = services.create_staff(session, fields, on=on, now=now, actor=viewer)
    if two_people.needed([role]):  # whoever confirms it sees the code
        services.propose_role(session, account, role, unit, on=on, now=now, actor=viewer)
        say_proposed()
        return account
    services.grant_role(session, account, role, unit, on=on, now=now, actor=viewer)
    services.issue_code(
        session, account, pepper=settings().pepper, now=now, actor=viewer, reason="first"
    )
    return account


def _new_page(form: StaffForm, status: int) -> ResponseReturnValue:
    return render(
        "accounts/staff_new.html",
        status,
        form=form,
        person=_named_person(),
        errors_in_title=bool(form.errors),
    )


def _named_person() -> org_people.PersonDetail | None:
    """The person of ``?person=``, if the viewer may manage people there."""
    person_id = request.args.get("person", type=int)
    if person_id is None:
        return None
    scope = current_viewer().scope(Permission.PERSON_MANAGE)
    person = org_people.person_detail(database(), scope, person_id, clock.today())
    if person is None:
        raise NotFound
    return person


def _offered(form: FormType) -> FormType:
    form.offer(may_grant(current_viewer().roles))
    return form


def _unit(text: str, on: date) -> UnitRow | None:
    """The unit that was written, by name or code; the scope is checked by the service.

    Raises InvalidInput for field ``unit`` when it is unknown or several fit.
    """
    if not text:
        return None
    if text.isdigit():
        unit = unit_by_code(database(), text, on)
        found = [unit] if unit else []
    else:
        found = find_units(database(), text, on=on)
    paths = current_viewer().scope(_MANAGE).unit_paths
    inside = [unit for unit in found if any(unit.path.startswith(path) for path in paths)]
    fitting = inside or found
    if not fitting:
        raise InvalidInput(N_("No unit of this name stands today. Check the spelling."), "unit")
    if len(fitting) > 1:
        names = joined([f"{unit.full_name} ({unit.code})" for unit in fitting[:8]])
        message = N_("Several units fit: %(names)s. Write the code instead of the name.")
        raise InvalidInput(message, "unit", names=names)
    return fitting[0]


# -- one account -----------------------------------------------------------------------------


def _row(account_id: int, permission: Permission) -> StaffRow:
    scope = current_viewer().scope(permission)
    rows = queries.staff(database(), scope, clock.today(), account_id=account_id)
    if not rows:
        raise NotFound
    return rows[0]


@bp.get("/staff/<int:account_id>/")
@needs(_VIEW)
def staff_page(account_id: int) -> ResponseReturnValue:
    """One staff account: roles, sign-in, history."""
    return _staff_page(account_id, 200, _offered(GrantForm(formdata=None)))


def _staff_page(
    account_id: int, status: int, form: GrantForm, lock: ReasonForm | None = None
) -> ResponseReturnValue:
    viewer, session, row = current_viewer(), database(), _row(account_id, _VIEW)
    code = queries.fresh_pass(
        session, account_id, PassKind.CODE, issued_by=viewer.account_id or 0, now=clock.now()
    )
    given = may_grant(viewer.roles)
    return render(
        "accounts/staff_page.html",
        status,
        row=row,
        form=form,
        lock=lock or ReasonForm(formdata=None, prefix="lock-"),
        own=account_id == viewer.account_id,
        may_end={role.grant_id for role in row.roles if role.role in given},
        labels=LABELS,
        code=tokens.spaced(services.secrets_of(code, pepper=settings().pepper).code)
        if code
        else "",
        code_until=code.expires_at if code else None,
        history=queries.history(session, account_id),
        reasons=dict(REASONS),
        errors_in_title=bool(form.errors or (lock and lock.errors)),
    )


@bp.post("/staff/<int:account_id>/roles/")
@needs(_MANAGE)
def role_grant_submit(account_id: int) -> ResponseReturnValue:
    """Give a role."""
    viewer, session, row = current_viewer(), database(), _row(account_id, _MANAGE)
    if wanted := proof_wanted(viewer, "accounts.staff_page", account_id=account_id):
        return wanted
    form, on = _offered(GrantForm()), clock.today()
    if not form.validate_on_submit():
        return _staff_page(account_id, 422, form)
    role, account = Role(form.role.data), session.get_one(Account, row.account_id)
    both = two_people.needed([role])
    give = services.propose_role if both else services.grant_role
    try:
        unit = _unit(form.unit.data or "", on)
        give(session, account, role, unit, on=on, now=clock.now(), actor=viewer)
    except InvalidInput as error:
        form.blame(error)
        return _staff_page(account_id, 422, form)
    if both:
        say_proposed()
    session.commit()
    return see_other("accounts.staff_page", account_id=account_id)


@bp.post("/staff/<int:account_id>/roles/<int:grant_id>/end/")
@needs(_MANAGE)
def role_end_submit(account_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role from today."""
    viewer, row = current_viewer(), _row(account_id, _MANAGE)
    if wanted := proof_wanted(viewer, "accounts.staff_page", account_id=account_id):
        return wanted
    held = next((role for role in row.roles if role.grant_id == grant_id), None)
    if held is None:
        raise NotFound
    services.end_role(database(), held, on=clock.today(), now=clock.now(), actor=viewer)
    notice(N_("The role is ended."))
    database().commit()
    return see_other("accounts.staff_page", account_id=account_id)


@bp.post("/staff/<int:account_id>/reset/")
@needs(_MANAGE)
def staff_reset_submit(account_id: int) -> ResponseReturnValue:
    """Clear passphrase and second factor, and issue a code; or propose it where it takes two."""
    viewer, session, row = current_viewer(), database(), _row(account_id, _MANAGE)
    if wanted := proof_wanted(viewer, "accounts.staff_page", account_id=account_id):
        return wanted
    form, now = ReasonForm(prefix="lock-"), clock.now()
    if not form.validate_on_submit():
        return _staff_page(account_id, 422, _offered(GrantForm(formdata=None)), form)
    services.demand_authority(viewer, account_id, row.roles)
    account, reason = session.get_one(Account, account_id), form.reason.data or ""
    if queries.takes_two(session, account_id, [role.role for role in row.roles], now=now):
        services.propose_setting_up(
            session, account, row.roles, reason=reason, now=now, actor=viewer
        )
        say_proposed()
    else:
        services.empty_sign_in(session, account, now=now)
        pepper = settings().pepper
        services.issue_code(session, account, pepper=pepper, now=now, actor=viewer, reason=reason)
    session.commit()
    return see_other("accounts.staff_page", account_id=account_id)


@bp.post("/staff/<int:account_id>/lock/")
@needs(_MANAGE)
def staff_lock_submit(account_id: int) -> ResponseReturnValue:
    """Lock, unlock, or remove all phones and computers; the reason is required."""
    viewer, session, row = current_viewer(), database(), _row(account_id, _MANAGE)
    form = ReasonForm(prefix="lock-")
    if not form.validate_on_submit():
        return _staff_page(account_id, 422, _offered(GrantForm(formdata=None)), form)
    services.demand_authority(viewer, account_id, row.roles)
    account = session.get_one(Account, account_id)
    act = request.form.get("act", "")
    notice(change_lock(account, act, form.reason.data or "", clock.now()))
    session.commit()
    return see_other("accounts.staff_page", account_id=account_id)
