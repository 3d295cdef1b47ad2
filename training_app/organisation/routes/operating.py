"""Operations on screen: what one would touch, the signature, the list, and taking one back."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask import request, url_for
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.extensions import current_session
from training_app.organisation.forms import SignForm, UndoForm
from training_app.organisation.models import UnitOperation
from training_app.organisation.queries import operations as queries
from training_app.organisation.queries.teams import team_on
from training_app.organisation.routes import saying
from training_app.organisation.routes.base import UNPROCESSABLE, bp, done, scope_of, tell
from training_app.organisation.rules.operations import (
    Operation,
    changes_units,
    people_named,
    read,
    teams_named,
    written,
)
from training_app.organisation.scope import may_see_person
from training_app.organisation.services import operations as services
from training_app.vietnamese import fold
from training_app.web.forms import Form
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, paginate, render, see_other, waiting_at

_TEAM, _UNIT = Permission.TEAM_MANAGE, Permission.UNIT_MANAGE
_FINE: Final = 200
_A_MOMENT: Final = timedelta(minutes=30)
MOST_ONWARD: Final = 6
# What the page of the signature adds to what was entered before.
_OWN_FIELDS: Final = {"csrf_token", "step", "seen", "deed", "reason", "decision", "signed_name"}
_CHANGED = N_("Something changed meanwhile. This is what it would touch now. Look and sign again.")


def ask(
    form: Form,
    build: Callable[[], Operation],
    template: str,
    *,
    on: date | None = None,
    decision: str = "",
    **context: Any,
) -> ResponseReturnValue:
    """Answer what was sent: mistakes, else what it would touch, else the signature and the deed.

    It takes effect on the day of the form, unless ``on`` says another; ``decision`` is what the
    signature page offers as the decision behind it.
    """
    on = on or form["on"].data or clock.today()
    if request.form.get("step") == "back":
        return render(template, form=form, **context)
    try:
        chosen = build() if form.validate() else None
        if chosen and request.form.get("step") == "sign":
            services.hold(current_session(), chosen)
        seen = services.preview(current_session(), chosen, on=on) if chosen else None
    except (RuleBroken, InvalidInput) as error:
        current_session().rollback()
        tell(form, error)
        chosen = seen = None
    if chosen is None or seen is None:
        if (done_before := _done_before()) is not None:
            return done_before
        return render(template, UNPROCESSABLE, form=form, errors_in_title=True, **context)
    if request.form.get("step") != "sign":
        return _preview_page(SignForm(formdata=None, decision=decision), chosen, seen, on, _FINE)
    return _sign(chosen, seen, on)


def _sign(chosen: Operation, seen: services.Preview, on: date) -> ResponseReturnValue:
    form, made = SignForm(), []
    if request.form.get("seen") != _stamp(seen, _names(chosen, on).steps(chosen)):
        if (done_before := _done_before()) is not None:
            return done_before
        form.form_errors.append(saying.told(_CHANGED))
        return _preview_page(form, chosen, seen, on, UNPROCESSABLE)

    def act() -> None:
        made.append(
            services.carry_out(
                current_session(),
                chosen,
                on=on,
                reason=form.reason.data or "",
                now=clock.now(),
                actor=current_viewer(),
                signature=services.Signature(_own_name(form), form.decision.data or ""),
            )
        )

    if form.validate() and done(form, act):
        notice(N_("Done and signed. It stands in the list of changes and can be taken back there."))
        return see_other("organisation.operation_page", operation_id=made[0])
    return _preview_page(form, chosen, seen, on, UNPROCESSABLE)


def _preview_page(
    form: SignForm, chosen: Operation, seen: services.Preview, on: date, status: int
) -> ResponseReturnValue:
    said = _names(chosen, on)
    steps = said.steps(chosen)
    return render(
        "organisation/operation_preview.html",
        status,
        form=form,
        seen=seen,
        stamp=_stamp(seen, steps),
        deed=_deed(written(chosen), on),
        on=on,
        steps=steps,
        counts=saying.counts(seen.counts()),
        questions=said.questions(seen.questions, chosen),
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in _OWN_FIELDS],
        errors_in_title=status != _FINE,
    )


def _deed(written_down: Mapping[str, Any], on: date) -> str:
    """The operation in short: the same button pressed twice sends the same."""
    whole = json.dumps([written_down, on.isoformat()], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _done_before() -> ResponseReturnValue | None:
    """The page of what was signed a moment ago, where this is the same press once more."""
    deed = request.form.get("deed")
    if request.form.get("step") != "sign" or not deed:
        return None
    session, since = current_session(), clock.now() - _A_MOMENT
    for row in queries.latest_of(session, current_viewer().account_id, since):
        if _deed(row.operation, row.on) == deed:
            notice(N_("It was done before. Nothing was done a second time."))
            return see_other("organisation.operation_page", operation_id=row.id)
    return None


def _names(chosen: Operation, on: date) -> saying.Names:
    return saying.Names(current_session(), chosen, on, teams=current_viewer().may(_TEAM))


def _stamp(seen: services.Preview, steps: list[str]) -> str:
    """What the page showed, in short: the deed must touch the same, under the same names."""
    questions = [vars(one) for one in seen.questions]
    shown = json.dumps([seen.counts(), questions, seen.touched, steps], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _own_name(form: SignForm | UndoForm) -> str:
    """The name as signed, which must be the signer's own."""
    viewer, typed = current_viewer(), form.signed_name.data or ""
    own = queries.own_name(current_session(), viewer.person_id)
    if own and fold(own) != fold(typed):
        raise InvalidInput(
            N_("Sign with your own name, as your account has it: %(name)s."),
            field="signed_name",
            name=own,
        )
    return typed


# -- the list ------------------------------------------------------------------------------


@bp.get("/operations/")
@needs(_TEAM, _UNIT)
def operation_list() -> ResponseReturnValue:
    """What was merged, split, moved or renamed in the viewer's units, the latest first."""
    session, scope = current_session(), scope_of(_TEAM) if _officer() else scope_of(_UNIT)
    page = paginate(queries.operation_count(session, scope))
    rows = queries.operations(session, scope, page.size, page.offset)
    return render(
        "organisation/operation_list.html",
        lines=[
            (row, saying.Names(session, chosen, row.on, teams=_officer()).steps(chosen))
            for row, chosen in ((row, read(row.operation)) for row in rows)
        ],
        page=page,
        may_units=current_viewer().may(_UNIT),
        may_teams=_officer(),
        everything=scope_of(_UNIT).everything,
    )


def _officer() -> bool:
    return current_viewer().may(_TEAM)


@bp.get("/operations/<int:operation_id>/")
@needs(_TEAM, _UNIT)
def operation_page(operation_id: int) -> ResponseReturnValue:
    """One operation: what, why, by whom, what it touched, what it left open, and its undoing."""
    return _operation_page(_in_scope(operation_id), UndoForm(formdata=None), _FINE)


@bp.post("/operations/<int:operation_id>/")
@needs(_TEAM, _UNIT)
def undo_operation(operation_id: int) -> ResponseReturnValue:
    """Take it back, while nothing was built on it."""
    row, form = _in_scope(operation_id), UndoForm()
    if row.undone_at is not None:
        notice(N_("It was taken back before. Nothing was done a second time."))
        return see_other("organisation.operation_page", operation_id=operation_id)
    if not _may_undo(row):
        raise NotFound

    def act() -> None:
        services.undo(
            current_session(),
            operation_id,
            reason=form.reason.data or "",
            now=clock.now(),
            actor=current_viewer(),
            signed=_own_name(form),
        )

    if form.validate() and done(form, act):
        notice(N_("It is taken back. Everything stands as before; the list keeps both."))
        return see_other("organisation.operation_page", operation_id=operation_id)
    return _operation_page(_in_scope(operation_id), form, UNPROCESSABLE)


def _operation_page(row: UnitOperation, form: UndoForm, status: int) -> ResponseReturnValue:
    chosen = read(row.operation)
    said = saying.Names(current_session(), chosen, row.on, teams=_officer())
    return render(
        "organisation/operation_page.html",
        status,
        form=form,
        row=row,
        steps=said.steps(chosen),
        counts=saying.counts(row.counts),
        questions=said.questions(saying.stored(row.questions), chosen),
        may_undo=_may_undo(row),
        onward=_onward(row, chosen),
        decisions=_decisions(row),
        errors_in_title=status != _FINE,
    )


def _decisions(row: UnitOperation) -> int:
    """How many requirements of ended units wait for the viewer, where this ended some."""
    ended = row.counts.get("requirements") and row.undone_at is None
    return waiting_at("requirements.requirement_list") if ended else 0


def _onward(row: UnitOperation, chosen: Operation) -> list[tuple[str, str]]:
    """Names and pages of the people and teams spoken of, as far as the viewer may open them."""
    if not _officer():
        return []
    session, on = current_session(), clock.today()
    teams = teams_named(chosen) | queries.teams_set_up(session, row.id)
    people = queries.person_names(session, people_named(chosen))
    scope = scope_of(Permission.PERSON_MANAGE)
    found = [
        (name, url_for("organisation.person_page", person_id=one))
        for one, name in people.items()
        if may_see_person(session, scope, one, on)
    ]
    for one in sorted(teams)[:MOST_ONWARD]:
        team = team_on(session, scope_of(_TEAM), one, on)
        if team is not None:
            found.append((team.name, url_for("organisation.team_page", team_id=one)))
    return found


def _in_scope(operation_id: int) -> UnitOperation:
    scope = scope_of(_TEAM) if _officer() else scope_of(_UNIT)
    row = queries.operation(current_session(), scope, operation_id)
    if row is None:
        raise NotFound
    return row


def _may_undo(row: UnitOperation) -> bool:
    """Whoever may do it may take it back."""
    wanted = _UNIT if changes_units(read(row.operation)) else _TEAM
    scope = scope_of(wanted)
    found = queries.operation(current_session(), scope, row.id)
    return row.undone_at is None and not scope.empty and found is not None
