"""The trainer's own desk: own training, classes, the people taught, where people stumble."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from training_app import clock
from training_app.access import Permission
from training_app.assessment.queries import waiting_count
from training_app.assessment.rules.written import LATE
from training_app.coverage import queries
from training_app.coverage.forms import FilterForm
from training_app.coverage.queries import Asking, OwnClass, Taught, TaughtPerson
from training_app.coverage.routes import cells
from training_app.coverage.routes.base import Question, bp, language, note_names
from training_app.coverage.routes.people import reason, state
from training_app.coverage.routes.tables import Cell, Column, Row, Table, day, words
from training_app.coverage.rules import STEP_MESSAGES, ClassStep, class_step
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.programme.queries import PersonNeed, needs_of_person
from training_app.programme.rules import explain
from training_app.questions.source import from_body
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import MOST_ON_PAPER, format_date, paginate, render
from training_app.workshops.rules import NAMES_FOR

SHOWN_CLASSES = 10
SHOWN_QUESTIONS = 5


@dataclass(frozen=True)
class Own:
    """A trainer's classes and what is asked about the people taught there."""

    person_id: int
    question: Question
    classes: list[OwnClass]

    @property
    def asking(self) -> Asking | None:
        """The requirement asked about; None where nothing is required."""
        return self.question.asking


def _own() -> Own:
    """The viewer's classes, and the requirement of the address or the first that applies."""
    viewer, now = current_viewer(), clock.now()
    if viewer.person_id is None:
        raise NotFound
    scope, today = viewer.scope(Permission.DESK_VIEW), clock.local_date(now)
    session = current_session()
    found = queries.own_classes(session, viewer.person_id, scope=scope)
    wanted = request.args.get("requirement")
    form = FilterForm(MultiDict({"requirement": wanted} if wanted else {}), today)
    chosen = form.choose(queries.asked_in_classes(session, found, today), language())
    asking = Asking(chosen, today, scope) if chosen and not form.failed else None
    return Own(viewer.person_id, Question(form, now, today, scope, asking), found)


def _taught(own: Own) -> Taught | None:
    if own.asking is None:
        return None
    return queries.taught_now(current_session(), own.asking, own.person_id, own.classes)


@bp.get("/desk/")
@needs(Permission.DESK_VIEW)
def desk() -> ResponseReturnValue:
    """What the trainer must learn, teach and mend next."""
    own = _own()
    taught = _taught(own)
    scope = current_viewer().scope(Permission.RECORD_VIEW_OWN)
    asked = needs_of_person(current_session(), own.person_id, own.question.on, scope=scope)
    planned = [one for one in own.classes if one.held_on > own.question.on and not one.cancelled]
    held = [one for one in own.classes if one not in planned]
    return render(
        "coverage/desk.html",
        own=own,
        needs_table=_needs_table(asked) if asked else None,
        lacking=any(not one.need.covered for one in asked),
        planned=_classes_table(gettext("Planned"), sorted(planned, key=_by_day), own),
        held=_classes_table(gettext("Held"), held[:SHOWN_CLASSES], own),
        more=max(0, len(held) - SHOWN_CLASSES),
        said=_taught_said(taught, own),
        to_mark=waiting_count(
            current_session(),
            current_viewer(),
            on=own.question.on,
            late_before=own.question.now - LATE,
        ),
        late_days=LATE.days,
        stumbles=[
            (one, from_body(one.body).stem)
            for one in queries.stumbles(current_session(), limit=SHOWN_QUESTIONS)
        ],
    )


def _by_day(one: OwnClass) -> tuple[object, int]:
    return (one.held_on, one.id)


# -- own training --------------------------------------------------------------------------


def _needs_table(asked: list[PersonNeed]) -> Table:
    """One row per requirement asked of the trainer, like everybody's."""
    return Table(
        caption=gettext("What is asked of me"),
        head=(
            Column(gettext("Requirement")),
            Column(gettext("State")),
            Column(gettext("Reason")),
        ),
        rows=tuple(
            (
                words(one.requirement.named(language())),
                state(one.need),
                words(
                    explain(
                        one.need,
                        one.requirement.module_titles(language()),
                        gettext,
                        format_date,
                    )
                ),
            )
            for one in asked
        ),
    )


# -- my classes ------------------------------------------------------------------------------


def _classes_table(caption: str, classes: list[OwnClass], own: Own) -> Table:
    """One row per class with the next step, in sight on a phone, and who attended."""
    return Table(
        caption=caption,
        head=(
            Column(gettext("Class")),
            Column(gettext("Next step")),
            Column(gettext("Day")),
            Column(gettext("Attended")),
            Column(gettext("Place")),
        ),
        rows=tuple(_class_row(one, own) for one in classes),
    )


def _class_row(one: OwnClass, own: Own) -> Row:
    return (
        words(one.title, url_for("workshops.class_page", workshop_id=one.id)),
        _step(one, own),
        day(one.held_on),
        words(_attended(one, own)),
        words(one.place),
    )


def _attended(one: OwnClass, own: Own) -> str:
    if one.held_on > own.question.on:
        return ngettext("%(num)s person invited", "%(num)s people invited", one.invited)
    if not one.listed:
        return gettext("not marked yet")
    return gettext(
        "%(present)s of %(invited)s people on the list",
        present=one.present,
        invited=max(one.listed, one.invited),
    )


def _step(one: OwnClass, own: Own) -> Cell:
    step = class_step(
        one.held_on, own.question.on, marked=bool(one.listed), cancelled=one.cancelled
    )
    text = gettext(STEP_MESSAGES[step], day=format_date(one.held_on + NAMES_FOR))
    match step:
        case ClassStep.MARK | ClassStep.CORRECT:
            return words(text, url_for("workshops.attendance", workshop_id=one.id))
        case ClassStep.PREPARE:
            return words(text, url_for("workshops.class_page", workshop_id=one.id))
        case ClassStep.NOT_HELD | ClassStep.ASK_OFFICE:
            return words(text, tag="warning")
        case _:
            return words(text)


# -- my mediators ----------------------------------------------------------------------------


@bp.get("/desk/mediators/")
@needs(Permission.DESK_VIEW)
def mediators() -> ResponseReturnValue:
    """The people taught: counts for every class, names for those of the last 30 days."""
    own = _own()
    taught = _taught(own)
    people = _named(own)
    note_names(own.question, len(people), kind="desk", object_id=own.person_id)
    failed = own.question.form.failed
    page = paginate(len(people), most=MOST_ON_PAPER)
    named = _people_table(people, own)
    return render(
        "coverage/mediators.html",
        422 if failed else 200,
        own=own,
        said=_taught_said(taught, own),
        counts=_counts_table(taught, own) if taught and taught.classes else None,
        named=named,
        page=page,
        stretch=named.rows[page.offset : page.offset + page.size],
        errors_in_title=failed,
    )


def _named(own: Own) -> list[TaughtPerson]:
    if own.asking is None:
        return []
    return queries.taught_people(current_session(), own.asking, own.person_id)


def _taught_said(taught: Taught | None, own: Own) -> str:
    """How many were taught and hold it now, in one sentence."""
    if taught is None or own.asking is None or not taught.classes:
        return ""
    return ngettext(
        "%(num)s person taught; %(held)s hold “%(title)s” today.",
        "%(num)s people taught; %(held)s hold “%(title)s” today.",
        taught.total.people,
        held=taught.total.held,
        title=own.asking.requirement.named(language()),
    )


def _counts_table(taught: Taught, own: Own) -> Table:
    """One row per class that was held, and where its people stand today."""
    return Table(
        caption=gettext("By class, the latest first"),
        head=(
            Column(gettext("Class")),
            Column(gettext("Day")),
            *cells.count_columns(own.question, gettext("People taught")),
        ),
        rows=tuple(
            (
                words(one.title, url_for("workshops.class_page", workshop_id=one.id)),
                day(one.held_on),
                *cells.count_cells(one.counts, {}),
            )
            for one in taught.classes
        ),
        corrections=cells.correction(
            taught.overlap, (words(gettext("Attended several classes")), words(""))
        ),
        total=(
            words(gettext("Total")),
            words(""),
            *cells.count_cells(taught.total, {}),
        ),
    )


def _people_table(people: list[TaughtPerson], own: Own) -> Table:
    """One row per person who may still be named."""
    return Table(
        caption=gettext("People of the classes of the last 30 days"),
        head=(
            Column(gettext("Name")),
            Column(gettext("Team")),
            Column(gettext("Class")),
            Column(gettext("State")),
            Column(gettext("Until")),
            Column(gettext("Reason")),
        ),
        rows=tuple(
            (
                words(one.full_name),
                words(one.team_name or gettext("serves no longer")),
                words(
                    one.class_title, url_for("workshops.class_page", workshop_id=one.workshop_id)
                ),
                state(one.need),
                day(one.need.counts_until),
                words(reason(one.need, own.asking)),
            )
            for one in people
        ),
    )
