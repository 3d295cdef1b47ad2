"""Which of several attempts counts: what holds, who would change, and deciding it with a reason."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.assessment import queries, services
from training_app.assessment.models import NAME_LENGTH, REASON_LENGTH
from training_app.assessment.routes.base import NAMES, bp, limited
from training_app.assessment.rules.attempts import Policy
from training_app.assessment.services import Recount
from training_app.catalogue.queries import ModuleCard, module_by_slug
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, notice, render, see_other

MEANS: Final = {
    Policy.BEST: N_("The best attempt: a later worse one takes nothing away."),
    Policy.LAST: N_("The last attempt: what was handed in last stands, better or worse."),
    Policy.FIRST: N_("The first attempt: later ones are for practice."),
}


@bp.get("/items/<slug>/counting/")
@needs(Permission.KEY_CORRECT)
def counting(slug: str) -> ResponseReturnValue:
    """Which attempt counts, since when and why; with ``?policy=`` who would change."""
    if "policy" not in request.args:
        return _page(slug, {}, {})
    try:
        return _preview(slug, _chosen(request.args.get("policy", "")), "", {})
    except InvalidInput as error:
        return _page(slug, {}, {error.field: gettext(error.message, **error.params)})


def _tested(slug: str) -> ModuleCard:
    """The module, if it has a test; NotFound otherwise."""
    card = module_by_slug(current_session(), slug)
    if card is None or not card.has_test:
        raise NotFound
    return card


def _chosen(text: str) -> Policy:
    try:
        return Policy(text)
    except ValueError as error:
        raise InvalidInput(N_("Choose which attempt is to count."), field="policy") from error


def _page(slug: str, values: dict[str, str], errors: dict[str, str]) -> ResponseReturnValue:
    session, card = current_session(), _tested(slug)
    policy = services.policy_of(session, card.module_id)
    decided = queries.policies_decided(session, card.module_id)
    return render(
        "assessment/counting.html",
        422 if errors else 200,
        slug=slug,
        title=card.named("en" if english() else "vi"),
        policy=policy.value,
        name=gettext(NAMES[policy]),
        choices=[(one.value, gettext(text)) for one, text in MEANS.items() if one is not policy],
        decided=[(one, gettext(NAMES[Policy(one.policy)])) for one in decided],
        stand=_left(slug, policy).kept if decided and not decided[0].lowering else 0,
        may_lower=current_viewer().may(Permission.KEY_LOWER),
        name_length=NAME_LENGTH,
        reason_length=REASON_LENGTH,
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
    )


def _left(slug: str, policy: Policy) -> Recount:
    """Whose result the policy would change if nobody decides to lower any."""
    return services.preview_policy(current_session(), slug, policy)


def _preview(slug: str, policy: Policy, reason: str, errors: dict[str, str]) -> ResponseReturnValue:
    """Who would change if the policy held; nothing is saved yet."""
    session, card = current_session(), _tested(slug)
    told = _left(slug, policy)
    return render(
        "assessment/counting_preview.html",
        422 if errors else 200,
        slug=slug,
        title=card.named("en" if english() else "vi"),
        before=gettext(NAMES[services.policy_of(session, card.module_id)]),
        after=gettext(NAMES[policy]),
        policy=policy.value,
        told=told,
        same=told.people - told.better - told.worse - told.kept,
        reason=reason,
        reason_length=REASON_LENGTH,
        errors=errors,
        errors_in_title=bool(errors),
    )


@bp.post("/items/<slug>/counting/")
@needs(Permission.KEY_CORRECT)
def counting_submit(slug: str) -> ResponseReturnValue:
    """Let another attempt count from now on; granted passes stand."""
    session, values = current_session(), request.form
    _tested(slug)
    try:
        policy = _chosen(values.get("policy", ""))
    except InvalidInput as error:
        return _page(slug, {}, {error.field: gettext(error.message, **error.params)})
    try:
        services.change_policy(
            session,
            slug,
            policy,
            reason=limited(values, "reason", REASON_LENGTH),
            now=clock.now(),
            actor=current_viewer(),
        )
    except InvalidInput as error:
        told = {error.field: gettext(error.message, **error.params)}
        return _preview(slug, policy, values.get("reason", ""), told)
    session.commit()
    notice(N_("It is written down, and results are counted anew."))
    return see_other("assessment.counting", slug=slug)


@bp.post("/items/<slug>/counting/lower/")
@needs(Permission.KEY_LOWER)
def counting_lower(slug: str) -> ResponseReturnValue:
    """Decide by name that passes count no longer where the policy that holds says so."""
    session, values = current_session(), request.form
    card = _tested(slug)
    try:
        services.change_policy(
            session,
            slug,
            services.policy_of(session, card.module_id),
            reason=limited(values, "reason", REASON_LENGTH),
            decided_for=limited(values, "decided_for", NAME_LENGTH),
            lowering=True,
            now=clock.now(),
            actor=current_viewer(),
        )
    except InvalidInput as error:
        told = {error.field: gettext(error.message, **error.params)}
        return _page(slug, values.to_dict(), told)
    session.commit()
    notice(N_("The decision is written down, and results are counted anew."))
    return see_other("assessment.counting", slug=slug)
