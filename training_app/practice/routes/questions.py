"""Practice questions with feedback."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import lessons_of
from training_app.errors import InvalidInput
from training_app.extensions import current_session
from training_app.practice import queries, services
from training_app.practice.queries import Asked
from training_app.practice.routes.base import (
    SEED,
    bp,
    explained,
    given_key,
    given_response,
    own_scope,
)
from training_app.questions.rules import credit_policy, present
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, render, see_other


@bp.get("/practice/<slug>/<int:number>/")
@needs(Permission.PRACTICE_TAKE)
def question(slug: str, number: int) -> ResponseReturnValue:
    """One practice question (M6)."""
    asked = queries.practice_question(current_session(), slug, number)
    services.refuse_during_test(current_session(), asked.question_version_id, current_viewer())
    return _question_page(asked, {}, {})


def _question_page(
    asked: Asked, values: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> ResponseReturnValue:
    return render(
        "practice/question.html",
        422 if errors else 200,
        asked=asked,
        title=_title(asked),
        presented=present(asked.question, SEED),
        policy=gettext(credit_policy(asked.question)),
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
        client_key=secrets.token_urlsafe(16),
        onward=_onward(asked),
    )


def _title(asked: Asked) -> str:
    return asked.title_en if english() and asked.title_en else asked.title


def _onward(asked: Asked) -> str:
    """The next question, or the module after the last one."""
    if asked.number < asked.count:
        return url_for("practice.question", slug=asked.slug, number=asked.number + 1)
    return url_for("assessment.module", slug=asked.slug)


@bp.post("/practice/<slug>/<int:number>/")
@needs(Permission.PRACTICE_TAKE)
def answer(slug: str, number: int) -> ResponseReturnValue:
    """Store the answer and go on to what it was worth."""
    session = current_session()
    asked = queries.practice_question(session, slug, number)
    try:
        response, key = given_response(asked.question), given_key()
    except InvalidInput as error:
        errors = {error.field: gettext(error.message, **error.params)}
        return _question_page(asked, request.form.to_dict(flat=False), errors)
    services.answer(
        session, asked, response, client_key=key, now=clock.now(), actor=current_viewer()
    )
    session.commit()
    return see_other("practice.feedback", slug=slug, number=number)


@bp.get("/practice/<slug>/<int:number>/feedback/")
@needs(Permission.PRACTICE_TAKE)
def feedback(slug: str, number: int) -> ResponseReturnValue:
    """What the answer given last was worth, and why (M7)."""
    session = current_session()
    asked = queries.practice_question(session, slug, number)
    response = queries.last_response(session, own_scope(), asked.question_version_id)
    if response is None:
        return see_other("practice.question", slug=slug, number=number)
    services.refuse_during_test(session, asked.question_version_id, current_viewer())
    return render(
        "practice/feedback.html",
        slug=slug,
        title=_title(asked),
        caption=gettext("Question %(n)s of %(count)s", n=asked.number, count=asked.count),
        stem=asked.question.stem,
        onward=_onward(asked),
        onward_label=gettext("Next question")
        if asked.number < asked.count
        else gettext("Back to the module"),
        lesson=_lesson(asked),
        **explained(asked.question, response),
    )


def _lesson(asked: Asked) -> Any:
    """The lesson to read again, or None."""
    lessons = lessons_of(current_session(), asked.version_id)
    return next((line for line in lessons if line.slug == asked.question.lesson), None)
