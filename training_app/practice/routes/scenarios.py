"""Scenarios turn by turn. Every turn has an address of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as Answered

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import ScenarioPage
from training_app.catalogue.queries import scenario as published_scenario
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.practice import queries, services
from training_app.practice.queries import Run
from training_app.practice.routes.base import bp, laws_of, own_scope
from training_app.practice.rules.paths import (
    COMPETENCY_NAMES,
    LEVEL_NAMES,
    Turn,
    Walk,
    competencies,
)
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


def _published(slug: str, scenario_slug: str) -> ScenarioPage:
    found = published_scenario(current_session(), slug, scenario_slug)
    if found is None:
        raise NotFound
    return found


@bp.get("/practice/<slug>/scenarios/<scenario_slug>/")
@needs(Permission.PRACTICE_TAKE)
def scenario(slug: str, scenario_slug: str) -> ResponseReturnValue:
    """What a scenario is about; a button to begin, or to go on where the person stopped."""
    page = _published(slug, scenario_slug)
    going_on = queries.unfinished_run(current_session(), own_scope(), page.scenario_version_id)
    return render("practice/scenario.html", page=page, going_on=going_on)


@bp.post("/practice/<slug>/scenarios/<scenario_slug>/")
@needs(Permission.PRACTICE_TAKE)
def scenario_submit(slug: str, scenario_slug: str) -> Answered:
    """Begin the scenario."""
    session, page = current_session(), _published(slug, scenario_slug)
    run_id = services.begin_run(
        session, page.scenario_version_id, now=clock.now(), actor=current_viewer()
    )
    session.commit()
    return see_other("practice.turn", run_id=run_id, number=1)


def _own(run_id: int) -> Run:
    return queries.own_run(current_session(), own_scope(), run_id)


@bp.get("/practice/runs/<int:run_id>/")
@needs(Permission.PRACTICE_TAKE)
def scenario_node(run_id: int) -> Answered:
    """Go on where the run stands."""
    _, here = services.where(current_session(), _own(run_id))
    if here.ending:
        return see_other("practice.ending", run_id=run_id)
    return see_other("practice.turn", run_id=run_id, number=here.number)


@bp.get("/practice/runs/<int:run_id>/turns/<int:number>/")
@needs(Permission.PRACTICE_TAKE)
def turn(run_id: int, number: int) -> ResponseReturnValue:
    """One turn (M10): what happens and how to respond, or, once chosen, what came of it."""
    run = _own(run_id)
    page, here = services.where(current_session(), run)
    if 1 <= number <= len(here.turns):
        return _reply(run, page, here, here.turns[number - 1])
    if number == here.number and here.node:
        return _turn_page(run, page, here, "")
    return see_other("practice.scenario_node", run_id=run_id)


def _turn_page(run: Run, page: ScenarioPage, here: Walk, error: str) -> ResponseReturnValue:
    return render(
        "practice/turn.html",
        422 if error else 200,
        run=run,
        page=page,
        node=here.node,
        number=here.number,
        sequence=len(run.moves) + 1,
        error=error,
        errors_in_title=bool(error),
    )


def _reply(run: Run, page: ScenarioPage, here: Walk, made: Turn) -> ResponseReturnValue:
    at_once = page.scenario.feedback == "each"
    last = made.number == len(here.turns)
    return render(
        "practice/reply.html",
        run=run,
        page=page,
        made=made,
        sequence=len(run.moves) + 1,
        at_once=at_once,
        laws=laws_of(made.choice.cites) if at_once else [],
        last=last,
        ended=last and here.ending is not None,
    )


@bp.post("/practice/runs/<int:run_id>/turns/<int:number>/")
@needs(Permission.PRACTICE_TAKE)
def turn_submit(run_id: int, number: int) -> ResponseReturnValue:
    """Store the choice of this turn; a second press changes nothing."""
    session, run = current_session(), _own(run_id)
    choice = request.form.get("choice", "")
    page, here = services.where(session, run)
    if not choice and here.node and number == here.number:
        return _turn_page(run, page, here, gettext("Choose one way."))
    stored = services.choose(
        session,
        run,
        (request.form.get("node", ""), choice),
        sequence=request.form.get("sequence", 0, type=int),
        now=clock.now(),
        actor=current_viewer(),
    )
    if not stored:
        notice(N_("This turn was answered before. To choose another way, go back to it."))
    session.commit()
    return see_other("practice.turn", run_id=run_id, number=number)


@bp.post("/practice/runs/<int:run_id>/back/")
@needs(Permission.PRACTICE_TAKE)
def back(run_id: int) -> Answered:
    """Go back one turn; the choice taken back stays on record."""
    session, run = current_session(), _own(run_id)
    going_on = services.step_back(
        session,
        run,
        sequence=request.form.get("sequence", type=int),
        now=clock.now(),
        actor=current_viewer(),
    )
    session.commit()
    return see_other("practice.scenario_node", run_id=going_on)


@bp.get("/practice/runs/<int:run_id>/end/")
@needs(Permission.PRACTICE_TAKE)
def ending(run_id: int) -> ResponseReturnValue:
    """The end of the path: what it led to, what was shown, one better way."""
    page, here = services.where(current_session(), _own(run_id))
    if here.ending is None:
        return see_other("practice.scenario_node", run_id=run_id)
    at_end = page.scenario.feedback == "end"
    cited = [c for turn in here.turns for c in turn.choice.cites] if at_end else []
    return render(
        "practice/ending.html",
        page=page,
        ending=here.ending,
        turns=here.turns,
        at_end=at_end,
        rubric=_shown(here.turns),
        laws=laws_of([*here.ending.cites, *cited]),
    )


def _shown(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """What the path shows of each competency, in words."""
    return [
        {
            "name": gettext(COMPETENCY_NAMES[one.competency]),
            "level": one.level.value,
            "words": gettext(LEVEL_NAMES[one.level]),
        }
        for one in competencies(turns)
    ]
