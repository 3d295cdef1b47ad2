"""Where people stumble: the questions of a module that first attempts answered least well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission, Scope
from training_app.assessment import queries as assessment
from training_app.assessment.queries import AskedItem, Told
from training_app.authoring.routes.base import FEW, bp
from training_app.catalogue.queries import module_by_slug, question_bank
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.questions.rules import mark
from training_app.questions.source import Kind
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render

WORTH_A_LOOK = (40, 97)  # per cent right at first try


@dataclass(frozen=True)
class Stumbled:
    """A question as first attempts answered it; no numbers below five answers."""

    item: AskedItem
    answered: int
    right: int
    wrong: str
    wrong_times: int

    @property
    def hidden(self) -> bool:
        """Whether there are too few answers to tell numbers."""
        return self.answered < FEW

    @property
    def share(self) -> float:
        """Right of all, from 0 to 1; 1 where nothing is told."""
        return 1.0 if self.hidden else self.right / self.answered

    @property
    def look(self) -> bool:
        """Whether the author should read the question again."""
        low, high = WORTH_A_LOOK
        return not self.hidden and not low <= self.share * 100 <= high


@bp.get("/authoring/modules/<slug>/stumbling/")
@needs(Permission.ITEM_STATISTICS)
def stumbling(slug: str) -> ResponseReturnValue:
    """Safety questions first, then the least often right; each leads to its editor."""
    session, scope = current_session(), current_viewer().scope(Permission.ITEM_STATISTICS)
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    asked = {row.version_id for row in question_bank(session, card.version_id)}
    items = assessment.asked_items(session, card.module_id)
    rows = [_stumbled(one, scope) for one in items if one.question_version_id in asked]
    rows = [row for row in rows if row.answered]
    rows.sort(key=lambda row: (not row.item.question.safety, row.share, row.item.key))
    return render("authoring/stumbling.html", card=card, rows=rows, few=FEW)


def _stumbled(item: AskedItem, scope: Scope) -> Stumbled:
    told = assessment.answers_given(
        current_session(), scope, item.question_version_id, on=clock.today()
    )
    wrong = [one for one in told if not mark(item.question, one.response).right]
    answered = sum(one.times for one in told)
    right = answered - sum(one.times for one in wrong)
    often = wrong[0] if wrong else None
    return Stumbled(item, answered, right, _words(item, wrong), often.times if often else 0)


def _words(item: AskedItem, wrong: Sequence[Told]) -> str:
    if not wrong or wrong[0].times < FEW:
        return ""
    chosen = mark(item.question, wrong[0].response).chosen
    if Kind(item.question.kind) is Kind.TRUE_FALSE and chosen:
        chosen = (_(chosen[0]), *chosen[1:])
    return "; ".join(chosen) or _("I do not know yet")
