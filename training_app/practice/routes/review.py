"""Spaced review: a few questions that were wrong before, now and then."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.assessment.queries import running_questions
from training_app.errors import InvalidInput
from training_app.extensions import current_session
from training_app.practice import queries, services
from training_app.practice.queries import Due
from training_app.practice.routes.base import (
    SEED,
    bp,
    explained,
    given_key,
    given_response,
    own_scope,
)
from training_app.practice.rules import review as rules
from training_app.questions.rules import credit_policy, present
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render, see_other


def _due(running: Collection[int]) -> list[Due]:
    """The cards still to come today, longest due first, without those of a running test."""
    session, now = current_session(), clock.now()
    met = queries.met_again(session, own_scope(), day=rules.day_of(now), week=rules.week_of(now))
    left = rules.left_today(met)
    if not left:
        return []
    return queries.due_cards(session, own_scope(), now=now, without=running, limit=left)


def _running() -> Collection[int]:
    return running_questions(current_session(), own_scope())


@bp.get("/practice/review/")
@needs(Permission.PRACTICE_TAKE)
def review() -> ResponseReturnValue:
    """The next question that comes back, or a word that none does today, and when one will."""
    running = _running()
    due = _due(running)
    return _card_page(due[0], len(due), {}, {}) if due else _nothing_today(running)


def _nothing_today(running: Collection[int]) -> ResponseReturnValue:
    now = clock.now()
    comes = queries.next_due(current_session(), own_scope(), without=running)
    return render(
        "practice/review_empty.html",
        # What is due and does not come has met the limit: it comes on another day.
        enough=comes is not None and comes <= now,
        comes=comes if comes is not None and comes > now else None,
        a_day=rules.DAILY_LIMIT,
        a_week=rules.WEEKLY_LIMIT,
    )


def _card_page(
    card: Due, left: int, values: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> ResponseReturnValue:
    return render(
        "practice/review.html",
        422 if errors else 200,
        card=card,
        left=left,
        presented=present(card.question, SEED),
        policy=gettext(credit_policy(card.question)),
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
        client_key=secrets.token_urlsafe(16),
    )


@bp.post("/practice/review/<int:card_id>/")
@needs(Permission.PRACTICE_TAKE)
def review_submit(card_id: int) -> ResponseReturnValue:
    """Store the answer to a card; when it comes back follows from it."""
    session = current_session()
    card = queries.own_card(session, own_scope(), card_id)
    try:
        response, key = given_response(card.question), given_key()
    except InvalidInput as error:
        errors = {error.field: gettext(error.message, **error.params)}
        return _card_page(card, len(_due(_running())), request.form.to_dict(flat=False), errors)
    services.answer(
        session, card, response, client_key=key, now=clock.now(), actor=current_viewer()
    )
    session.commit()
    return see_other("practice.review_feedback", card_id=card_id)


@bp.get("/practice/review/<int:card_id>/feedback/")
@needs(Permission.PRACTICE_TAKE)
def review_feedback(card_id: int) -> ResponseReturnValue:
    """What the answer to a card was worth, and why."""
    session = current_session()
    card = queries.own_card(session, own_scope(), card_id)
    response = queries.last_response(session, own_scope(), card.question_version_id)
    if response is None:
        return see_other("practice.review")
    services.refuse_during_test(session, card.question_version_id, current_viewer())
    return render(
        "practice/review_feedback.html",
        stem=card.question.stem,
        comes=card.due_at,
        left=len(_due(_running())),
        **explained(card.question, response),
    )
