"""What a test came to: the result, what was decided about it later, and the mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as Answered

from training_app import clock
from training_app.access import Permission, Scope
from training_app.assessment import queries, services
from training_app.assessment.models import Remark
from training_app.assessment.queries import AttemptRow
from training_app.assessment.routes.base import NAMES, STAKES, bp, say
from training_app.assessment.rules.attempts import Policy, Sitting, stakes
from training_app.assessment.rules.reading import Mistake
from training_app.assessment.rules.reading import mistakes as mistakes_of
from training_app.assessment.rules.written import decide
from training_app.catalogue.queries import lessons_of
from training_app.errors import N_
from training_app.extensions import current_session, db
from training_app.laws.queries import articles_by_citation
from training_app.learning.rules import law_lines
from training_app.questions.source import Kind, Written
from training_app.web.asides import aside
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, render, see_other


def _scope() -> Scope:
    return current_viewer().scope(Permission.ASSESSMENT_TAKE)


def _own(attempt_id: int) -> AttemptRow:
    return queries.own_attempt(current_session(), _scope(), attempt_id)


OTHER: Final = {
    Policy.BEST: N_("The best attempt counts. Another one is at least as good and stands."),
    Policy.LAST: N_("The last attempt counts. This is an earlier one."),
    Policy.FIRST: N_(
        "The first attempt counts. This is a later one, for practice; the result stays as it was."
    ),
}


def _counting(attempt: AttemptRow, *, used_up: bool) -> str:
    """Which attempt counts, where it is another one than this; else what one more can do."""
    if attempt.waiting:
        return ""
    policy = Policy(attempt.policy)
    if not attempt.counts:
        return gettext(OTHER[policy])
    if used_up or not attempt.latest:
        return ""
    return gettext(STAKES[stakes(policy, passed=attempt.passed)])


def _spent(attempt: AttemptRow) -> list[Sitting]:
    """The attempts at this version once none is left, those of linked records counted; or none."""
    if attempt.attempts is None or not attempt.latest:
        return []
    session, mine, version = current_session(), _scope(), attempt.module_version_id
    sittings = queries.sittings(session, mine, version)
    used = queries.used_by_linked(session, mine, version, attempt.attempts)
    return sittings if sittings[-1].number + used >= attempt.attempts else []


@bp.get("/attempts/<int:attempt_id>/result/")
@needs(Permission.ASSESSMENT_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    """Passed or not, in numbers and words (M9)."""
    attempt = _own(attempt_id)
    if not attempt.submitted_at:
        return see_other("assessment.review", attempt_id=attempt_id)
    code = (
        queries.certificate_code(current_session(), _scope(), attempt_id)
        if attempt.passed
        else None
    )
    news = queries.later_news(
        current_session(), attempt_id, attempt.questions, attempt.submitted_at
    )
    written = _written(attempt) if news.written else []
    if news.unread:
        with aside(db.engine) as own:
            services.see_news(own, attempt_id)
    spent = _spent(attempt)
    return render(
        "assessment/result.html",
        attempt=attempt,
        title=attempt.named("en" if english() else "vi"),
        counting=_counting(attempt, used_up=bool(spent)),
        used_up=bool(spent),
        class_helps=bool(spent) and not any(one.passed or one.waiting for one in spent),
        certificate=code,
        written=written,
        unmarked=sum(one["decided"] is None for one in written),
        corrections=_corrections(attempt, attempt.submitted_at) if news.corrected else [],
        recounted=_recounted(attempt) if news.decided and attempt.counts else None,
    )


def _recounted(attempt: AttemptRow) -> dict[str, Any] | None:
    """The decision by which this result counts instead of another one, if there is one."""
    found = queries.recounted(current_session(), _scope(), attempt.id, attempt.slug)
    return {"told": found, "which": gettext(NAMES[found.policy])} if found else None


def _written(attempt: AttemptRow) -> list[dict[str, Any]]:
    """The answers that people mark, each with what was given for it and why, once it is."""
    session = current_session()
    found = queries.written_of_attempt(session, _scope(), attempt.id)
    marks = queries.marks_of(session, [one.id for one in found])
    keys = queries.keys_that_hold(session, [one.question_version_id for one in found])
    told = []
    for one in found:
        question = keys[one.question_version_id].question
        if isinstance(question, Written):
            points = [mark.points for mark in marks[one.id]]
            told.append(
                {
                    "number": attempt.questions.index(one.question_version_id) + 1,
                    "question": question,
                    "decided": decide(question, points) if one.decided_at else None,
                    "notes": queries.notes_that_count(marks[one.id]) if one.decided_at else [],
                }
            )
    return sorted(told, key=lambda line: line["number"])


def _corrections(attempt: AttemptRow, since: datetime) -> list[dict[str, Any]]:
    """Keys of this test that were corrected since it was handed in, and what that changed."""
    session = current_session()
    found = queries.corrections_since(session, attempt.questions, since)
    remarks = {
        (one.cause, one.cause_id): one for one in queries.remarks(session, _scope(), attempt.id)
    }
    return [
        {
            "number": attempt.questions.index(one.question_version_id) + 1,
            "on": one.corrected_at,
            "remark": (remark := remarks.get(("correction", one.id))),
            "worse": remark is not None and _worse(remark),
            "by": by,
        }
        for one, by in found
    ]


def _worse(remark: Remark) -> bool:
    """Whether the answer earns less than before, or is forbidden where it was not."""
    before = remark.before["item"]
    return remark.points < before["points"] or (remark.harmful and not before["harmful"])


@bp.get("/attempts/<int:attempt_id>/mistakes/")
@needs(Permission.ASSESSMENT_TAKE)
def mistakes(attempt_id: int) -> ResponseReturnValue:
    """What was not right, with the reason, the law and the lesson to read again."""
    attempt = _own(attempt_id)
    if not attempt.submitted_at:
        return see_other("assessment.review", attempt_id=attempt_id)
    if attempt.waiting:
        return see_other("assessment.result", attempt_id=attempt_id)
    session = current_session()
    keys = queries.keys_that_hold(session, attempt.questions)
    answers = queries.latest_answers(session, _scope(), attempt_id)
    earned = queries.earned(session, _scope(), [attempt_id])[attempt_id]
    responses = {one: given.response for one, given in answers.items()}
    found = mistakes_of(attempt.questions, keys, responses, earned)
    return render("assessment/mistakes.html", attempt=attempt, mistakes=_explained(attempt, found))


def _explained(attempt: AttemptRow, found: Sequence[Mistake]) -> list[dict[str, Any]]:
    """Each mistake with the law as it stands today and the place of its lesson."""
    session = current_session()
    cited = articles_by_citation(session, [c for one in found for c in one.question.cites])
    lessons = {line.slug: line for line in lessons_of(session, attempt.module_version_id)}
    return [
        {
            "number": one.number,
            "stem": one.question.stem,
            "ordered": one.kind is Kind.ORDER,
            "written": one.kind is Kind.WRITTEN,
            "chosen": say(one.kind, one.mark.chosen),
            "expected": say(one.kind, one.mark.expected),
            "comments": one.mark.comments,
            "explanation": one.question.explanation,
            "laws": law_lines(
                [cited[c] for c in one.question.cites if c in cited],
                clock.today(),
                english=english(),
            ),
            "lesson": lessons.get(one.question.lesson),
        }
        for one in found
    ]


@bp.post("/attempts/<int:attempt_id>/mistakes/")
@needs(Permission.ASSESSMENT_TAKE)
def mistakes_submit(attempt_id: int) -> Answered:
    """The mistakes were looked at, which opens the test again."""
    slug = services.see_mistakes(
        current_session(), attempt_id, now=clock.now(), actor=current_viewer()
    )
    current_session().commit()
    return see_other("assessment.module", slug=slug, _anchor="test")
