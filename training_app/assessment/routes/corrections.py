"""Correcting a key found wrong: say the right one, see who changes, confirm, decide."""

from __future__ import annotations

from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training_app import clock
from training_app.access import Permission
from training_app.assessment import queries, services
from training_app.assessment.models import NAME_LENGTH, REASON_LENGTH
from training_app.assessment.routes.base import bp, limited, say
from training_app.assessment.rules.keys import Key, NewKey, correctable
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.questions.rules import expected_texts, fitting, right_texts
from training_app.questions.source import Kind, Match, Written, to_body
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

MOST_ACCEPTED: Final = 20


@bp.get("/items/questions/<int:question_version_id>/correct/")
@needs(Permission.KEY_CORRECT)
def correct(question_version_id: int) -> ResponseReturnValue:
    """The key as it holds, to be written anew; with ``?show=`` who would change."""
    if "show" not in request.args:
        return _form(question_version_id, None, {})
    return _shown(question_version_id, request.args, {})


def _held(question_version_id: int) -> Key:
    """The key that holds today; a question that people mark has none."""
    found = queries.keys_that_hold(current_session(), [question_version_id])
    if question_version_id not in found:
        raise NotFound
    return found[question_version_id]


def _form(
    question_version_id: int, values: MultiDict[str, str] | None, errors: dict[str, str]
) -> ResponseReturnValue:
    held = _held(question_version_id)
    return render(
        "assessment/correct.html",
        422 if errors else 200,
        asked=queries.asked_item(current_session(), question_version_id),
        kind=held.question.kind,
        rows=_rows(held, values),
        safety=held.question.safety,
        can_write=correctable(held.question),
        people_mark=isinstance(held.question, Written),
        void=held.void if values is None else "void" in values,
        answer=_answer(held, values),
        accept=_accepted(held, values),
        pairs=_pairs(held, values),
        errors=errors,
        errors_in_title=bool(errors),
    )


def _rows(held: Key, values: MultiDict[str, str] | None) -> list[dict[str, Any]]:
    """Options, reasons or steps with what is ticked: as typed, or as the key holds."""
    body = to_body(held.question)
    found = body.get("option") or body.get("reason") or body.get("step") or []
    return [
        {
            "id": row["id"],
            "text": row["text"],
            "right": _ticked(values, "right", row, held=bool(row.get("right"))),
            "harmful": _ticked(values, "harmful", row, held=bool(row.get("harmful"))),
            "place": _place(values, row["id"], place),
        }
        for place, row in enumerate(found, start=1)
    ]


def _pairs(held: Key, values: MultiDict[str, str] | None) -> list[dict[str, Any]]:
    """The rows of a matching question, each with all right-hand texts and what is chosen."""
    question = held.question
    if not isinstance(question, Match):
        return []
    fits, texts = fitting(question), right_texts(question)
    return [
        {
            "id": pair.id,
            "text": pair.left,
            "choices": texts.items(),
            "chosen": fits[pair.id] if values is None else values.get(f"pair-{pair.id}", ""),
        }
        for pair in question.pairs
    ]


def _ticked(
    values: MultiDict[str, str] | None, name: str, row: dict[str, Any], *, held: bool
) -> bool:
    return held if values is None else row["id"] in values.getlist(name)


def _place(values: MultiDict[str, str] | None, one: str, held: int) -> str:
    return str(held) if values is None else values.get(f"place-{one}", "")


def _answer(held: Key, values: MultiDict[str, str] | None) -> str:
    if values is not None:
        return values.get("answer", "")
    return "true" if to_body(held.question).get("answer") else "false"


def _accepted(held: Key, values: MultiDict[str, str] | None) -> str:
    if values is not None:
        return values.get("accept", "")
    return "\n".join(to_body(held.question).get("accept", ()))


def _shown(
    question_version_id: int, values: MultiDict[str, str], errors: dict[str, str]
) -> ResponseReturnValue:
    """Who would change under the key in ``values``; nothing is saved yet."""
    session = current_session()
    try:
        key = services.key_for(session, question_version_id, _new_key(values))
    except InvalidInput as error:
        told = {error.field: gettext(error.message, **error.params)}
        return _form(question_version_id, values, told)
    return render(
        "assessment/correct_preview.html",
        422 if errors else 200,
        asked=queries.asked_item(session, question_version_id),
        before=_words(_held(question_version_id)),
        after=_words(key),
        preview=queries.preview(session, question_version_id, key),
        fields=[(name, one) for name in FIELDS for one in values.getlist(name)]
        + [(name, one) for name, one in values.items() if name.startswith(ROWS)],
        reason=values.get("reason", ""),
        reason_length=REASON_LENGTH,
        errors=errors,
        errors_in_title=bool(errors),
    )


FIELDS: Final = ("right", "harmful", "answer", "accept", "void")
ROWS: Final = ("place-", "pair-")


def _words(key: Key) -> list[str]:
    """The right answer in words."""
    if key.void:
        return [gettext("no right answer: every answer counts as right")]
    return say(Kind(key.question.kind), expected_texts(key.question))


def _new_key(values: MultiDict[str, str]) -> NewKey:
    """What the fields say; anything may stand in them."""
    answer = values.get("answer", "")
    accepted = [line.strip() for line in values.get("accept", "").splitlines() if line.strip()]
    return NewKey(
        right=frozenset(values.getlist("right")),
        harmful=frozenset(values.getlist("harmful")),
        answer={"true": True, "false": False}.get(answer),
        accept=tuple(accepted[:MOST_ACCEPTED]),
        order=_order(values),
        pairs={
            name.removeprefix("pair-"): one
            for name, one in values.items()
            if name.startswith("pair-")
        },
        void="void" in values,
    )


def _order(values: MultiDict[str, str]) -> tuple[str, ...]:
    """Steps by the numbers typed beside them; nothing where two are alike or one is none."""
    places = {
        name.removeprefix("place-"): text.strip()
        for name, text in values.items()
        if name.startswith("place-")
    }
    numbers = [text for text in places.values() if text.isascii() and text.isdigit()]
    if len(set(numbers)) != len(places):
        return ()
    return tuple(sorted(places, key=lambda one: (len(places[one]), places[one])))


@bp.post("/items/questions/<int:question_version_id>/correct/")
@needs(Permission.KEY_CORRECT)
def correct_submit(question_version_id: int) -> ResponseReturnValue:
    """Write the corrected key down; what follows is applied by itself."""
    session, values = current_session(), request.form
    try:
        made = services.correct_key(
            session,
            question_version_id,
            _new_key(values),
            reason=limited(values, "reason", REASON_LENGTH),
            now=clock.now(),
            actor=current_viewer(),
        )
    except InvalidInput as error:
        told = {error.field: gettext(error.message, **error.params)}
        return _shown(question_version_id, values, told)
    session.commit()
    notice(N_("The key is corrected. Results that become better are changed now."))
    return see_other("assessment.correction", correction_id=made)


# -- one correction -------------------------------------------------------------------------


@bp.get("/items/corrections/<int:correction_id>/")
@needs(Permission.KEY_CORRECT)
def correction(correction_id: int) -> ResponseReturnValue:
    """What a correction has changed, what is still to come, and what only a decision may do."""
    return _correction(correction_id, {}, {})


def _correction(
    correction_id: int, values: dict[str, str], errors: dict[str, str]
) -> ResponseReturnValue:
    session = current_session()
    page = queries.correction_page(session, correction_id)
    left = queries.preview(session, page.question_version_id, page.key)
    holds = _held(page.question_version_id) == page.key
    return render(
        "assessment/correction.html",
        422 if errors else 200,
        page=page,
        words=_words(page.key),
        done=queries.done_by(session, correction_id),
        left=left,
        holds=holds,
        may_lower=current_viewer().may(Permission.KEY_LOWER),
        name_length=NAME_LENGTH,
        reason_length=REASON_LENGTH,
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
    )


@bp.post("/items/corrections/<int:correction_id>/apply/")
@needs(Permission.KEY_CORRECT)
def correction_apply(correction_id: int) -> ResponseReturnValue:
    """Ask once more for what is still to come; asking twice changes nothing."""
    session = current_session()
    queries.correction_page(session, correction_id)
    services.queue_applying(session, correction_id, now=clock.now(), actor=current_viewer())
    session.commit()
    notice(N_("The rest is being changed. Look at this page again in a minute."), "info")
    return see_other("assessment.correction", correction_id=correction_id)


@bp.post("/items/corrections/<int:correction_id>/lower/")
@needs(Permission.KEY_LOWER)
def correction_lower(correction_id: int) -> ResponseReturnValue:
    """Decide by name that the correction also lowers results."""
    session, values = current_session(), request.form.to_dict()
    try:
        services.decide_lowering(
            session,
            correction_id,
            name=limited(request.form, "name", NAME_LENGTH),
            reason=limited(request.form, "reason", REASON_LENGTH),
            passes_too=_passes_too(values),
            now=clock.now(),
            actor=current_viewer(),
        )
    except InvalidInput as error:
        told = {error.field: gettext(error.message, **error.params)}
        return _correction(correction_id, values, told)
    session.commit()
    notice(N_("The decision is written down. Results are lowered now."))
    return see_other("assessment.correction", correction_id=correction_id)


def _passes_too(values: dict[str, str]) -> bool:
    chosen = values.get("passes", "")
    if chosen not in {"stand", "fall"}:
        raise InvalidInput(N_("Choose what happens to passes already given."), field="passes")
    return chosen == "fall"
