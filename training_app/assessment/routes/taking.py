"""Screens of a module and its graded test. None of them needs a script."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as Answered

from training_app import clock
from training_app.access import Permission, Scope
from training_app.accounts.services import end_soon
from training_app.assessment import queries, services
from training_app.assessment.models import CLIENT_KEY_LENGTH
from training_app.assessment.queries import Asked, AttemptRow, Given
from training_app.assessment.routes.base import STAKES, bp, say
from training_app.assessment.rules import attempts as rules
from training_app.assessment.rules.reading import Line, lines
from training_app.catalogue.queries import (
    ModuleCard,
    module_by_slug,
    question_bodies,
    scenarios_of,
)
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.questions.rules import (
    Response,
    Unreadable,
    credit_policy,
    form_values,
    present,
    read_response,
)
from training_app.questions.source import Kind, Question
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, notice, render, render_main, see_other, wants_part

REVIEW = "review"
_CLIENT_KEY = re.compile(rf"[A-Za-z0-9_-]{{8,{CLIENT_KEY_LENGTH}}}")
_STATES = {
    rules.Open: "open",
    rules.Running: "running",
    rules.LessonsFirst: "lessons_first",
    rules.Marking: "marking",
    rules.MistakesFirst: "mistakes_first",
    rules.Wait: "wait",
    rules.UsedUp: "used_up",
    rules.NoTest: "no_test",
}
_AGAIN = (rules.Open, rules.Running, rules.MistakesFirst, rules.Wait)


def _scope() -> Scope:
    return current_viewer().scope(Permission.ASSESSMENT_TAKE)


def _own(attempt_id: int) -> AttemptRow:
    return queries.own_attempt(current_session(), _scope(), attempt_id)


# -- the module -----------------------------------------------------------------------------


@bp.get("/learn/<slug>/")
@needs(Permission.ASSESSMENT_TAKE)
def module(slug: str) -> ResponseReturnValue:
    """A module: its lessons, practice and test, each with its state (M4)."""
    session, mine = current_session(), _scope()
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    lessons = queries.lesson_states(session, mine, card)
    sittings = queries.sittings(session, mine, card.version_id)
    unread = [lesson.slug for lesson in lessons if lesson.read_at is None]
    used = queries.used_by_linked(session, mine, card.version_id, card.attempts)
    door = rules.door(
        card if card.has_test else None, len(unread), sittings, clock.now(), elsewhere=used
    )
    return render(
        "assessment/module.html",
        card=card,
        title=card.named("en" if english() else "vi"),
        lessons=lessons,
        next_lesson=unread[0] if unread else "",
        scenarios=scenarios_of(session, card.version_id),
        best=next((one for one in sittings if one.counts), None),
        door=door,
        state=_STATES[type(door)],
        stakes=_stakes(card, door, sittings),
    )


def _stakes(card: ModuleCard, door: rules.Door, sittings: Sequence[rules.Sitting]) -> str:
    """What another attempt can do to the result, where there may be another one."""
    if card.attempts == 1 or not isinstance(door, _AGAIN):
        return ""
    counted = next((one for one in sittings if one.counts), None)
    policy = (
        sittings[0].policy if sittings else queries.policy_for(current_session(), _scope(), card)
    )
    return gettext(STAKES[rules.stakes(policy, passed=counted.passed if counted else None)])


@bp.post("/learn/<slug>/test/start/")
@needs(Permission.ASSESSMENT_TAKE)
def start(slug: str) -> Answered:
    """Begin the test, or go on with the running one where it was left."""
    session = current_session()
    attempt_id = services.start(session, slug, now=clock.now(), actor=current_viewer())
    number = queries.place_to_resume(session, _scope(), attempt_id)
    session.commit()
    if number is None:
        return see_other("assessment.review", attempt_id=attempt_id)
    return see_other("assessment.question", attempt_id=attempt_id, number=number)


# -- a question -----------------------------------------------------------------------------


@bp.get("/attempts/<int:attempt_id>/questions/<int:number>/")
@needs(Permission.ASSESSMENT_TAKE)
def question(attempt_id: int, number: int) -> ResponseReturnValue:
    """One question of a running test (M6)."""
    asked = queries.question_to_show(current_session(), _scope(), attempt_id, number)
    if asked.attempt.submitted_at:
        return see_other("assessment.result", attempt_id=attempt_id)
    return _question_page(asked, number, values=_given(asked))


def _given(asked: Asked) -> Mapping[str, Sequence[str]]:
    """What was answered last, as the form shows it."""
    return form_values(asked.question, asked.given) if asked.given else {}


def _question_page(
    asked: Asked,
    number: int,
    *,
    values: Mapping[str, Sequence[str]],
    errors: Mapping[str, str] = MappingProxyType({}),
    at: str = "",
) -> ResponseReturnValue:
    then = request.values.get("then") == REVIEW
    endpoint, place = _onward(asked.attempt, number, then=then)
    return render_main(
        "assessment/question.html",
        422 if errors else 200,
        at=at,
        attempt=asked.attempt,
        title=asked.attempt.named("en" if english() else "vi"),
        number=number,
        presented=present(asked.question, asked.attempt.seed),
        policy=gettext(credit_policy(asked.question)),
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
        client_key=secrets.token_urlsafe(16),
        then=REVIEW if then else "",
        onward=url_for(endpoint, **place),
        answered=asked.answered,
        saved_at=_time_of_day(asked.saved_at),
        minutes_left=rules.minutes_left(asked.attempt.closes_at, clock.now()),
    )


def _onward(attempt: AttemptRow, number: int, *, then: bool) -> tuple[str, dict[str, Any]]:
    """Where to go on: the next question, or the look over after the last one."""
    if then or number >= attempt.out_of:
        return "assessment.review", {"attempt_id": attempt.id}
    return "assessment.question", {"attempt_id": attempt.id, "number": number + 1}


def _time_of_day(saved_at: datetime | None) -> str:
    """The time of day of the last durable answer; empty before the first."""
    return f"{saved_at.astimezone(clock.VIETNAM):%H:%M}" if saved_at else ""


@bp.post("/attempts/<int:attempt_id>/questions/<int:number>/")
@needs(Permission.ASSESSMENT_TAKE)
def question_submit(attempt_id: int, number: int) -> ResponseReturnValue:
    """Save the answer; the next page says so only after it is durable."""
    session = current_session()
    asked = services.question_to_answer(session, attempt_id, number, actor=current_viewer())
    try:
        saved = services.save_into(
            session,
            asked.attempt,
            number,
            _response(asked.question),
            client_key=_client_key(request.form.get("client_key", "")),
            now=clock.now(),
        )
    except InvalidInput as error:
        return _again(attempt_id, number, error)
    endpoint, place = _onward(asked.attempt, number, then=request.form.get("then") == REVIEW)
    # A page that has a script needs no second request for the next question.
    together = wants_part() and "number" in place and saved.refused is None
    following = queries.question_to_show(session, _scope(), **place) if together else None
    session.commit()
    if saved.refused is not None:
        saved.refused.onward = _after_late(asked.attempt)
        raise saved.refused
    if not wants_part():
        return see_other(endpoint, **place)
    at = url_for(endpoint, **place)
    if following is None:
        return "", 204, {"Location": at}
    return _question_page(following, place["number"], values=_given(following), at=at)


def _after_late(attempt: AttemptRow) -> tuple[str, str]:
    """What is left to do with a test into which nothing is saved any more."""
    if attempt.submitted_at is None:
        return gettext("Hand in"), url_for("assessment.review", attempt_id=attempt.id)
    return gettext("See the result"), url_for("assessment.result", attempt_id=attempt.id)


def _response(asked: Question) -> Response:
    """The answer in the form; InvalidInput when it is none."""
    response = read_response(asked, request.form.to_dict(flat=False))
    if isinstance(response, Unreadable):
        raise InvalidInput(response.message, response.field, **response.params)
    return response


def _client_key(given: str) -> str:
    if not _CLIENT_KEY.fullmatch(given):
        raise InvalidInput(N_("The page was not complete. The choice is kept; press again."))
    return given


def _again(attempt_id: int, number: int, error: InvalidInput) -> ResponseReturnValue:
    """The question once more, with what was chosen and a fresh key."""
    asked = queries.question_to_show(current_session(), _scope(), attempt_id, number)
    values = request.form.to_dict(flat=False)
    errors = {error.field: gettext(error.message, **error.params)}
    return _question_page(asked, number, values=values, errors=errors)


# -- handing in -----------------------------------------------------------------------------


@bp.get("/attempts/<int:attempt_id>/review/")
@needs(Permission.ASSESSMENT_TAKE)
def review(attempt_id: int) -> ResponseReturnValue:
    """All answers at a glance before handing in (M8)."""
    attempt = _own(attempt_id)
    if attempt.submitted_at:
        return see_other("assessment.result", attempt_id=attempt_id)
    questions = question_bodies(current_session(), attempt.questions)
    answers = queries.latest_answers(current_session(), _scope(), attempt_id)
    told = lines(attempt.questions, questions, _responses(answers))
    return render(
        "assessment/review.html",
        attempt=attempt,
        lines=[_line(line) for line in told],
        open_count=sum(line.chosen is None for line in told),
        saved_at=_time_of_day(max((one.answered_at for one in answers.values()), default=None)),
        minutes_left=rules.minutes_left(attempt.closes_at, clock.now()),
    )


def _responses(answers: Mapping[int, Given]) -> dict[int, Response]:
    return {question_id: given.response for question_id, given in answers.items()}


def _line(line: Line) -> dict[str, Any]:
    """The line with its answer as one text."""
    chosen = None
    if line.chosen is not None:
        said = say(line.kind, line.chosen)
        if line.kind is Kind.ORDER:
            said = [f"{number}. {text}" for number, text in enumerate(said, start=1)]
        chosen = "; ".join(said) if said else gettext("I do not know yet")
    return {"number": line.number, "stem": line.stem, "chosen": chosen}


@bp.post("/attempts/<int:attempt_id>/submit/")
@needs(Permission.ASSESSMENT_TAKE)
def submit(attempt_id: int) -> Answered:
    """Hand in, once however often it is pressed."""
    viewer, now = current_viewer(), clock.now()
    services.submit(current_session(), attempt_id, now=now, on=clock.today(), actor=viewer)
    if viewer.shared_phone:
        end_soon(current_session(), viewer, now=now)
        notice(
            N_("Handed in. On this shared phone the entry ends in five minutes."),
            "info",
        )
    current_session().commit()
    return see_other("assessment.result", attempt_id=attempt_id)
