"""One person: what is asked, and the evidence it rests on."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.queries import Evidence, EvidenceRow, HeldClass
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    download,
    filter_values,
    language,
    names_file,
    note_names,
    read_filter,
    said,
)
from training_app.coverage.routes.people import state
from training_app.coverage.routes.tables import Cell, Column, Row, Table, day, words
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.learning.models import FactKind
from training_app.programme.queries import PersonNeed
from training_app.programme.rules import explain
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_date, format_moment, render

KINDS: Final = {
    FactKind.TEST_PASSED: N_("Test passed"),
    FactKind.CLASS_ATTENDED: N_("Class attended"),
    FactKind.EXEMPTION: N_("Exemption"),
    FactKind.EQUIVALENCE: N_("Recognised from elsewhere"),
}


@bp.get("/coverage/people/<int:person_id>/")
@needs(Permission.RESULT_VIEW)
def person(person_id: int) -> ResponseReturnValue:
    """What is asked of a person, why the answer is what it is, and every fact behind it."""
    view, found = _view(person_id)
    note_names(view.question, 1, kind="person", object_id=found.person_id)
    failed = view.question.form.failed
    return render(
        "coverage/person.html",
        422 if failed else 200,
        view=view,
        found=found,
        needs_table=_needs_table(found, view.question),
        teams=_teams(found, view.question),
        said=said(view),
        errors_in_title=failed,
    )


@bp.get("/coverage/people/<int:person_id>/table.xlsx")
@bp.get("/coverage/people/<int:person_id>/table.json", endpoint="person_data")
@needs(Permission.COVERAGE_NAMES)
def person_table(person_id: int) -> ResponseReturnValue:
    """The evidence as XLSX."""
    view, found = _view(person_id)
    note_names(view.question, 1, kind="person", object_id=found.person_id, exported=True)
    return download(view, f"person-{person_id}")


def _view(person_id: int) -> tuple[View, Evidence]:
    question = read_filter(Permission.RESULT_VIEW)
    found = queries.evidence(
        current_session(),
        person_id,
        question.on,
        today=question.form.today,
        scope=question.scope,
        classes=current_viewer().scope(Permission.WORKSHOP_VIEW),
    )
    values = filter_values(question, person_id=person_id)
    return View(
        heading=found.full_name,
        question=question,
        crumbs=[],
        table=_evidence_table(found),
        notes=tuple(_need_said(one) for one in found.needs),
        file_url=names_file("coverage.person_table", values),
        definitions=False,
    ), found


def _teams(found: Evidence, question: Question) -> list[tuple[str, str]]:
    return [
        (name, url_for("coverage.team", **filter_values(question, team_id=team_id)))
        for team_id, name in found.teams
    ]


def _need_said(one: PersonNeed) -> str:
    return f"{one.requirement.named(language())}: {_reason(one)}"


def _reason(one: PersonNeed) -> str:
    titles = one.requirement.module_titles(language())
    return explain(one.need, titles, gettext, format_date, english=english())


def _needs_table(found: Evidence, question: Question) -> Table:
    """One row per requirement asked of the person."""
    del question
    return Table(
        caption=gettext("What is asked"),
        head=(
            Column(gettext("Requirement")),
            Column(gettext("State")),
            Column(gettext("Until")),
            Column(gettext("Reason")),
        ),
        rows=tuple(
            (
                words(one.requirement.named(language())),
                state(one.need),
                day(one.need.counts_until),
                words(_reason(one)),
            )
            for one in found.needs
        ),
    )


def _evidence_table(found: Evidence) -> Table:
    """One row per fact, newest first."""
    return Table(
        caption=gettext("Evidence, newest first"),
        head=(
            Column(gettext("Date")),
            Column(gettext("Module")),
            Column(gettext("How")),
            Column(gettext("Class and trainer")),
            Column(gettext("Counts for")),
            Column(gettext("Entered by")),
            Column(gettext("Entered at")),
            Column(gettext("Legal basis")),
        ),
        rows=tuple(_evidence_row(row, found) for row in found.rows),
    )


def _evidence_row(row: EvidenceRow, found: Evidence) -> Row:
    title = row.title_en if english() else row.title
    if row.version is not None:
        title = gettext("%(title)s (version %(number)s)", title=title, number=row.version)
    serves = [
        one.requirement.named(language())
        for one in found.needs
        if row.fact_id in one.need.basis and row.withdrawn_on is None
    ]
    return (
        day(row.happened_on),
        words(title),
        words(_how(row)),
        _held_class(row.held_class),
        words("; ".join(serves)),
        words(row.recorded_by or gettext("the system")),
        words(format_moment(row.recorded_at)),
        words("; ".join(one.english if english() else one.vietnamese for one in row.laws)),
    )


def _how(row: EvidenceRow) -> str:
    """How the fact came about, with what limits or withdraws it."""
    parts = [gettext(KINDS[FactKind(row.kind)])]
    if row.valid_until:
        parts.append(gettext("until %(day)s", day=format_date(row.valid_until)))
    if row.withdrawn_on:
        parts.append(
            gettext(
                "withdrawn on %(day)s by %(name)s: %(reason)s",
                day=format_date(row.withdrawn_on),
                name=row.withdrawn_by or gettext("the system"),
                reason=row.withdrawal_reason,
            )
        )
    return "; ".join(parts)


def _held_class(held: HeldClass | None) -> Cell:
    """The class that a fact comes from, with its day and trainer, and its page where open."""
    if held is None:
        return words("")
    text = gettext(
        "%(title)s, %(day)s, taught by %(trainer)s",
        title=held.title,
        day=format_date(held.held_on),
        trainer=held.trainer,
    )
    return words(text, url_for("workshops.class_page", workshop_id=held.id) if held.open else "")
