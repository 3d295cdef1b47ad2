"""How the questions of a module do their work, for those who write and teach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission, Scope
from training_app.assessment import queries
from training_app.assessment.queries import AskedItem
from training_app.assessment.routes.base import bp, say
from training_app.assessment.rules import distractors
from training_app.assessment.rules.advice import MIN_ATTEMPTS, REMEDIES, WORDS, advise
from training_app.assessment.rules.distractors import NOTICES, Group
from training_app.assessment.rules.item_analysis import Item, analyse_pairs
from training_app.assessment.rules.keys import Key
from training_app.catalogue.queries import module_by_slug, published_modules
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.questions.source import Kind, Multiple, Written
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, render


def _scope() -> Scope:
    return current_viewer().scope(Permission.ITEM_STATISTICS)


@bp.get("/items/")
@needs(Permission.ITEM_STATISTICS)
def item_modules() -> ResponseReturnValue:
    """The modules whose questions can be looked at."""
    language = "en" if english() else "vi"
    lines = [(card.slug, card.named(language)) for card in published_modules(current_session())]
    return render("assessment/item_modules.html", lines=lines)


@bp.get("/items/<slug>/")
@needs(Permission.ITEM_STATISTICS)
def items(slug: str) -> ResponseReturnValue:
    """One row per question version of a module that a test has asked."""
    session, mine, on = current_session(), _scope(), clock.today()
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    pairs = queries.item_distributions(session, mine, card.module_id, on=on)
    totals = queries.total_distribution(session, mine, card.module_id, on=on)
    named = {str(one): counts for one, counts in pairs.items()}
    analysis = analyse_pairs(named, totals, dict.fromkeys(named, 1.0))
    found = {int(item.item): item for item in analysis.items}
    asked = queries.asked_items(session, card.module_id)
    return render(
        "assessment/items.html",
        slug=slug,
        title=card.named("en" if english() else "vi"),
        may_decide=card.has_test and current_viewer().may(Permission.KEY_CORRECT),
        test=analysis.test,
        attempts=sum(totals.values()),
        enough=MIN_ATTEMPTS,
        # Those with enough answers for numbers come first; a sort keeps the rest of the order.
        rows=sorted(
            (_row(one, found) for one in asked if one.question_version_id in found),
            key=lambda row: row["item"] is None,
        ),
    )


def _row(asked: AskedItem, found: Mapping[int, Item]) -> dict[str, Any]:
    """A question with its numbers, which stay hidden below the least number of attempts."""
    item = found[asked.question_version_id]
    return {
        "asked": asked,
        "item": item if item.n >= MIN_ATTEMPTS else None,
        "n": item.n,
        "advice": [gettext(WORDS[one]) for one in advise(item)],
    }


@bp.get("/items/questions/<int:question_version_id>/")
@needs(Permission.ITEM_STATISTICS)
def item(question_version_id: int) -> ResponseReturnValue:
    """One question: its numbers, what to do about them, what was answered, how long it took."""
    session, mine, on = current_session(), _scope(), clock.today()
    asked = queries.asked_item(session, question_version_id)
    key = queries.keys_that_hold(session, [question_version_id])[question_version_id]
    given = queries.answers_beside_the_rest(session, mine, question_version_id, on=on)
    n = sum(one.people for one in given)
    enough = n >= MIN_ATTEMPTS
    # What people wrote is theirs; only what they chose is counted in words.
    people_mark = isinstance(asked.question, Written)
    counted = enough and not people_mark
    return render(
        "assessment/item.html",
        asked=asked,
        n=n,
        enough=MIN_ATTEMPTS if not enough else 0,
        people_mark=people_mark,
        may_correct=current_viewer().may(Permission.KEY_CORRECT),
        corrections=queries.corrections_of(session, question_version_id),
        several=isinstance(asked.question, Multiple),
        **(_told(key, given) if counted else {}),
        seconds=queries.median_seconds(session, mine, question_version_id, on=on)
        if enough
        else None,
    )


def _told(key: Key, given: Sequence[Group]) -> dict[str, Any]:
    """The numbers of a question, what to do about them, and its answers in words."""
    pairs = {"": distractors.pairs(key, given)}
    (numbers,) = analyse_pairs(pairs, {}, {"": 1.0}).items
    kind = Kind(key.question.kind)
    return {
        "numbers": numbers,
        "advice": [(gettext(WORDS[one]), gettext(REMEDIES[one])) for one in advise(numbers)],
        "answers": [
            {
                "line": one,
                "words": "; ".join(
                    map(gettext, one.words) if one.own_words else say(kind, one.words)
                ),
                "notice": gettext(NOTICES[one.notice]) if one.notice else "",
            }
            for one in distractors.lines(key, given)
        ],
    }
