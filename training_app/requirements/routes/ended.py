"""Requirements of units that ended: what is to be decided, and deciding it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Scope
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries.units import unit_on
from training_app.requirements import queries, services
from training_app.requirements.forms import CARRY_ON, DecideForm
from training_app.requirements.queries import Left
from training_app.requirements.routes.base import Line, bp, lines
from training_app.requirements.services import Decision
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_MANAGE = Permission.REQUIREMENT_MANAGE
_FINE = 200


@dataclass(frozen=True)
class Shown:
    """A requirement of an ended unit, in the reader's words, and a unit in its place."""

    left: Left
    line: Line
    unit_id: int
    place: str


@bp.record_once
def _count_what_waits(state: BlueprintSetupState) -> None:
    """Let menus and first pages say how many decisions wait."""
    counters = state.app.extensions.setdefault("waiting", {})
    counters["requirements.requirement_list"] = lambda: len(_open(clock.today()))


def _scope() -> Scope:
    return current_viewer().scope(_MANAGE)


def _open(today: date) -> list[tuple[Left, int]]:
    return queries.to_decide(current_session(), _scope(), today)


@bp.get("/requirements/ended-units/")
@needs(_MANAGE)
def ended_list() -> ResponseReturnValue:
    """What is asked of nobody because its unit ended, and waits for a decision."""
    today = clock.today()
    return render("requirements/ended_list.html", rows=_shown(_open(today), today))


def _shown(pairs: list[tuple[Left, int]], today: date) -> list[Shown]:
    said = lines([left.versions[0] for left, _unit in pairs], today)
    latest = max((left.day for left, _unit in pairs), default=today)
    places = queries.places(current_session(), {unit for _left, unit in pairs}, latest)
    return [
        Shown(left, line, unit, places[unit].name)
        for (left, unit), line in zip(pairs, said, strict=True)
    ]


@bp.get("/requirements/ended-units/<int:ended_id>/<int:heir_id>/")
@needs(_MANAGE)
def decide(ended_id: int, heir_id: int) -> ResponseReturnValue:
    """Say whom it would touch, and ask what becomes of it in the unit."""
    shown = _one(ended_id, heir_id)
    form = _form(shown)
    form.day.data = shown.left.day
    return _page(shown, form, _FINE)


@bp.post("/requirements/ended-units/<int:ended_id>/<int:heir_id>/")
@needs(_MANAGE)
def decide_submit(ended_id: int, heir_id: int) -> ResponseReturnValue:
    """Write the decision down."""
    session, shown = current_session(), _one(ended_id, heir_id)
    form = _form(shown)
    if form.validate():
        since = form.day.data if form.choice.data == CARRY_ON else None
        chosen = Decision(ended_id, heir_id, form.reason.data or "", since)
        try:
            made = services.decide(
                session, chosen, now=clock.now(), today=clock.today(), actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            return _told(shown, made.id if made else None)
    return _page(shown, form, 422)


def _told(shown: Shown, made: int | None) -> ResponseReturnValue:
    if made is None:
        notice(N_("It ends with its unit. Nobody loses what is in the record."))
        return see_other("requirements.ended_list")
    notice(
        N_(
            "It goes on in %(place)s. Results are being counted now; the coverage pages show them"
            " within minutes."
        ),
        place=shown.place,
    )
    return see_other("requirements.requirement_page", requirement_id=made)


def _one(requirement_id: int, unit_id: int) -> Shown:
    """What is open for a unit of the viewer's; 404 otherwise."""
    today = clock.today()
    pairs = [
        (left, unit)
        for left, unit in _open(today)
        if (left.requirement_id, unit) == (requirement_id, unit_id)
    ]
    if not pairs:
        raise NotFound
    return _shown(pairs, today)[0]


def _form(shown: Shown) -> DecideForm:
    form = DecideForm()
    form.prepare(shown.left.unit.name, shown.place)
    return form


def _page(shown: Shown, form: DecideForm, status: int) -> ResponseReturnValue:
    session, left = current_session(), shown.left
    audience = left.versions[0].audience
    scope, day = _scope(), left.day
    unit = unit_on(session, shown.unit_id, day)
    path = [int(part) for part in unit.path.strip("/").split("/")] if unit else []
    asked = [row for row in queries.for_unit(session, path, day) if row.audience is audience]
    return render(
        "requirements/decide.html",
        status,
        form=form,
        asking=shown,
        people=queries.would_ask(session, audience, shown.unit_id, scope, day),
        came=queries.came_from(session, audience, left.unit, shown.unit_id, scope=scope, on=day),
        asked=lines(asked, clock.today()),
        planned=left.unit.ended_on > clock.today(),
        errors_in_title=status != _FINE,
    )
