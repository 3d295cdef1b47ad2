"""The desk where people mark what was written. Nobody is named here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app import clock
from training_app.access import Permission
from training_app.assessment import queries, services
from training_app.assessment.models import NOTE_LENGTH
from training_app.assessment.queries import LateLine, WrittenPage
from training_app.assessment.routes.base import bp, say
from training_app.assessment.rules.keys import Key, mark_under
from training_app.assessment.rules.written import LATE, Step, read_points
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.questions.source import Kind
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, notice, paginate, render, see_other

IN_MINUTES, IN_HOURS = 120, 48
STEPS: Final = {
    Step.FIRST: N_("first mark"),
    Step.SECOND: N_("second mark"),
    Step.THIRD: N_("decision"),
    Step.DONE: N_("marked"),
}


@bp.get("/marking/")
@needs(Permission.ANSWER_MARK)
def marking_queue() -> ResponseReturnValue:
    """The written answers that wait for the viewer, the oldest first."""
    session, viewer, now = current_session(), current_viewer(), clock.now()
    on = clock.local_date(now)
    count = queries.waiting_count(session, viewer, on=on, late_before=now - LATE)
    page = paginate(count.total)
    lines = queries.waiting(session, viewer, on=on, limit=page.size, offset=page.offset)
    return render(
        "assessment/marking_queue.html",
        count=count,
        page=page,
        late_days=LATE.days,
        too_late=queries.late_count(session, viewer, on=on),
        lines=[
            {
                "line": one,
                "title": one.title_en if english() else one.title,
                "days": (now - one.handed_in_at).days,
                "late": now - one.handed_in_at > LATE,
                "step": gettext(STEPS[one.step]),
            }
            for one in lines
        ],
    )


@bp.get("/marking/late/")
@needs(Permission.ANSWER_MARK)
def late_answers() -> ResponseReturnValue:
    """Answers that arrived after their test was closed: kept, not counted, nobody named."""
    session, viewer, on = current_session(), current_viewer(), clock.today()
    page = paginate(queries.late_count(session, viewer, on=on))
    lines = queries.late_answers(session, viewer, on=on, limit=page.size, offset=page.offset)
    keys = queries.keys_that_hold(session, {one.question_version_id for one in lines})
    return render(
        "assessment/late_answers.html",
        page=page,
        lines=[_late(one, keys[one.question_version_id]) for one in lines],
    )


def _late(line: LateLine, key: Key) -> dict[str, Any]:
    """One answer that came too late, in words."""
    decision = mark_under(key, line.response)
    said = say(Kind(key.question.kind), decision.chosen)
    return {
        "line": line,
        "title": line.title_en if english() else line.title,
        "stem": key.question.stem,
        "kind": key.question.kind,
        "words": said or [gettext("I do not know yet")],
        "right": decision.right and not decision.waiting,
        "by": _span(line.by),
    }


def _span(span: timedelta) -> str:
    """A length of time in one unit that people grasp: minutes up to two hours, then hours, days."""
    minutes = max(1, round(span / timedelta(minutes=1)))
    hours, days = round(minutes / 60), round(minutes / (60 * 24))
    if minutes < IN_MINUTES:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if hours < IN_HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", days)


@bp.get("/marking/<int:written_id>/")
@needs(Permission.ANSWER_MARK)
def written(written_id: int) -> ResponseReturnValue:
    """One written answer with its rubric; the marks of others stay hidden until the third."""
    page = queries.written_page(current_session(), current_viewer(), written_id, on=clock.today())
    return _page(page, {}, {})


def _page(
    page: WrittenPage, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    viewer = current_viewer()
    mine = next((one for one in page.marks if one.marked_by == viewer.account_id), None)
    decides = page.step is Step.THIRD and viewer.may(Permission.ANSWER_DECIDE)
    open_to = mine is None and page.decided_at is None and (page.step is not Step.THIRD or decides)
    return render(
        "assessment/written.html",
        422 if errors else 200,
        page=page,
        title=page.title_en if english() else page.title,
        step=gettext(STEPS[page.step]),
        mine=mine,
        open=open_to,
        others=page.marks if decides and mine is None else (),
        note_length=NOTE_LENGTH,
        values=values,
        errors=errors,
        errors_in_title=bool(errors),
    )


@bp.post("/marking/<int:written_id>/")
@needs(Permission.ANSWER_MARK)
def written_submit(written_id: int) -> ResponseReturnValue:
    """Give a mark; the next answer of the queue is one press away."""
    session, viewer, on = current_session(), current_viewer(), clock.today()
    page = queries.written_page(session, viewer, written_id, on=on)
    typed = request.form.to_dict()
    try:
        step = services.give_mark(
            session,
            written_id,
            read_points(
                page.question,
                {one.id: typed.get(f"points-{one.id}", "") for one in page.question.criteria},
            ),
            _note(typed),
            step=_step(typed),
            now=clock.now(),
            on=on,
            actor=viewer,
        )
    except InvalidInput as error:
        return _page(page, typed, {error.field: gettext(error.message, **error.params)})
    session.commit()
    notice(SAID[step])
    return see_other("assessment.marking_queue")


SAID: Final = {
    Step.SECOND: N_("The mark is saved. A second person marks this answer as well."),
    Step.THIRD: N_("The mark is saved. The two marks lie far apart, so a reviewer decides."),
    Step.DONE: N_("The mark is saved. This answer is decided."),
}


def _note(typed: Mapping[str, str]) -> str:
    text = typed.get("note", "").strip()
    if len(text) > NOTE_LENGTH:
        raise InvalidInput(
            N_("The note is too long: write at most %(limit)d characters."),
            field="note",
            limit=NOTE_LENGTH,
        )
    return text


def _step(typed: Mapping[str, str]) -> Step:
    try:
        return Step(typed.get("step", ""))
    except ValueError as error:
        raise InvalidInput(N_("The page was not complete. Look once more and press again.")) from (
            error
        )
