"""The trainer's side: choose what to project, the projector's page, hands, closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from training_app import clock
from training_app.access import Permission, Scope
from training_app.certificates.printing import qr_code
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.hall import queries, rules, services
from training_app.hall.models import Hall, HallRound
from training_app.hall.queries import Offer, Projected
from training_app.hall.routes.base import bp, laws_of, settings, words
from training_app.hall.rules import Counted, Distribution
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, notice, render, see_other
from training_app.workshops import queries as classes
from training_app.workshops.models import Workshop

_RUNS = Permission.WORKSHOP_RECORD


def _scope() -> Scope:
    return current_viewer().scope(_RUNS)


def _class(workshop_id: int) -> Workshop:
    return classes.workshop_in_scope(current_session(), _scope(), workshop_id, clock.today())


# -- choosing -------------------------------------------------------------------------------


@bp.get("/classes/<int:workshop_id>/hall/")
@needs(_RUNS)
def desk(workshop_id: int) -> ResponseReturnValue:
    """Choose a question or a turn of a scenario; what was asked before."""
    session, scope, workshop = current_session(), _scope(), _class(workshop_id)
    hall = queries.open_hall(session, scope, workshop.id, now=clock.now())
    modules = classes.modules_of(session, workshop.id, scope)
    return render(
        "hall/desk.html",
        workshop=workshop,
        hall=hall,
        address=_join_address(),
        modules=[
            {
                "title": one.title_en if english() and one.title_en else one.title,
                "questions": one.questions,
                "stories": one.stories,
            }
            for one in queries.offers(session, modules)
        ],
        asked=[_asked(one) for one in queries.rounds(session, scope, workshop.id)],
        name=_name,
    )


def _asked(shown: HallRound) -> dict[str, Any]:
    found = queries.projected(current_session(), shown)
    return {"id": shown.id, "words": found.ballot.stem, "open": shown.closed_at is None}


def _name(offer: Offer) -> str:
    """What the button of an offer sends."""
    if offer.question_version_id is not None:
        return f"question-{offer.question_version_id}"
    return f"turn-{offer.scenario_version_id}-{offer.node}"


def _named(text: str) -> Offer:
    """The offer that a button sent. Raises NotFound on anything else."""
    match text.split("-", 2):
        case ["question", number] if number.isdecimal():
            return Offer(int(number), None, None, "")
        case ["turn", number, node] if number.isdecimal():
            return Offer(None, int(number), node, "")
        case _:
            raise NotFound


@bp.post("/classes/<int:workshop_id>/hall/rounds/")
@needs(_RUNS)
def project(workshop_id: int) -> Response:
    """Project what was chosen; a second press finds the round of the first."""
    session, workshop = current_session(), _class(workshop_id)
    shown = services.project(
        session,
        workshop,
        _named(request.form.get("what", "")),
        _scope(),
        now=clock.now(),
        actor=current_viewer(),
    )
    session.commit()
    return see_other("hall.projector", workshop_id=workshop.id, round_id=shown.id)


@bp.post("/classes/<int:workshop_id>/hall/close/")
@needs(_RUNS)
def close_hall(workshop_id: int) -> Response:
    """End the hall of this class; a second press changes nothing."""
    session, workshop, now = current_session(), _class(workshop_id), clock.now()
    hall = queries.open_hall(session, _scope(), workshop.id, now=now)
    if hall is not None:
        services.close_hall(session, workshop, hall, now=now, actor=current_viewer())
    session.commit()
    notice(N_("The hall is closed. The numbers stay with the class; no answer names anybody."))
    return see_other("hall.desk", workshop_id=workshop.id)


# -- projecting -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """A round on the screen, with everything its page needs."""

    workshop: Workshop
    hall: Hall
    shown: HallRound
    found: Projected
    counted: Distribution


def _stage(workshop_id: int, round_id: int) -> Stage:
    session, scope, workshop = current_session(), _scope(), _class(workshop_id)
    shown, hall = queries.round_of(session, scope, workshop.id, round_id)
    found = queries.projected(session, shown)
    return Stage(workshop, hall, shown, found, queries.counted(session, scope, shown, found.ballot))


@bp.get("/classes/<int:workshop_id>/hall/rounds/<int:round_id>/")
@needs(_RUNS)
def projector(workshop_id: int, round_id: int) -> ResponseReturnValue:
    """What the hall sees: the question while it is open, then how it was answered, and why."""
    stage = _stage(workshop_id, round_id)
    if stage.shown.closed_at is None:
        return render(
            "hall/open.html",
            stage=stage,
            words=words,
            address=_join_address(),
            qr=qr_code(settings().canonical_url + url_for("hall.phone", join_code=stage.hall.code)),
        )
    return render(
        "hall/closed.html",
        stage=stage,
        rows=[_row(stage, row) for row in stage.counted.rows],
        fewest=rules.FEWEST_SHOWN,
        again=_name(_asked_by(stage.shown)),
        laws=laws_of(_cited(stage)),
    )


def _row(stage: Stage, row: Counted) -> dict[str, Any]:
    """One way with its numbers, and where a scenario goes on from it."""
    way, shown = row.way, stage.shown
    ending = stage.found.endings.get(way.next)
    onward = Offer(None, shown.scenario_version_id, way.next, "")
    return {
        "way": way,
        "words": words(way),
        "phones": row.phones,
        "hands": row.hands,
        "total": row.total,
        "ending": ending,
        "onward": _name(onward) if way.next and ending is None else "",
    }


def _asked_by(shown: HallRound) -> Offer:
    return Offer(shown.question_version_id, shown.scenario_version_id, shown.node, "")


def _cited(stage: Stage) -> list[Any]:
    ballot = stage.found.ballot
    return [*ballot.cites, *(one for way in ballot.ways for one in way.cites)]


def _join_address() -> str:
    """Where phones go, as it is read aloud: without https in front."""
    whole = settings().canonical_url + url_for("hall.join")
    return whole.split("://", 1)[-1].rstrip("/")


@bp.get("/classes/<int:workshop_id>/hall/rounds/<int:round_id>/arrived/")
@needs(_RUNS)
def arrived(workshop_id: int, round_id: int) -> ResponseReturnValue:
    """How many answers have arrived, for the projector's script."""
    session, scope, workshop = current_session(), _scope(), _class(workshop_id)
    shown, _ = queries.round_of(session, scope, workshop.id, round_id)
    state = "open" if shown.closed_at is None else "closed"
    return jsonify(state=state, answers=queries.votes(session, shown.id))


@bp.post("/classes/<int:workshop_id>/hall/rounds/<int:round_id>/close/")
@needs(_RUNS)
def close_round(workshop_id: int, round_id: int) -> Response:
    """Close the round and show how the hall answered; a second press changes nothing."""
    session, workshop = current_session(), _class(workshop_id)
    shown, _ = queries.round_of(session, _scope(), workshop.id, round_id)
    services.close_round(session, shown, now=clock.now())
    session.commit()
    return see_other("hall.projector", workshop_id=workshop.id, round_id=round_id)


# -- raised hands ---------------------------------------------------------------------------


@bp.get("/classes/<int:workshop_id>/hall/rounds/<int:round_id>/hands/")
@needs(_RUNS)
def hands(workshop_id: int, round_id: int) -> ResponseReturnValue:
    """Count raised hands in, way by way."""
    stage = _stage(workshop_id, round_id)
    known = {f"hands-{row.way.letter}": str(row.hands or "") for row in stage.counted.rows}
    return _hands_page(stage, known, {})


def _hands_page(
    stage: Stage, values: dict[str, str], errors: dict[str, str]
) -> ResponseReturnValue:
    return render(
        "hall/hands.html",
        422 if errors else 200,
        stage=stage,
        words=words,
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
    )


@bp.post("/classes/<int:workshop_id>/hall/rounds/<int:round_id>/hands/")
@needs(_RUNS)
def hands_submit(workshop_id: int, round_id: int) -> ResponseReturnValue:
    """Keep the numbers and go back to the screen."""
    session, stage = current_session(), _stage(workshop_id, round_id)
    try:
        counts = rules.read_hands(stage.found.ballot, request.form)
    except InvalidInput as error:
        problem = {error.field: gettext(error.message, **error.params)}
        return _hands_page(stage, request.form.to_dict(), problem)
    services.keep_hands(session, stage.shown, counts, now=clock.now(), actor=current_viewer())
    session.commit()
    return see_other("hall.projector", workshop_id=workshop_id, round_id=round_id)
