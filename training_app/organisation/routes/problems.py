"""The problems of a roster as files: a list, and the sent file with its problems marked."""

from flask import Response, make_response
from flask_babel import gettext as _

from training_app import clock
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.extensions import current_session, db
from training_app.organisation.models import RosterImport
from training_app.organisation.printing import Mark, marked_copy
from training_app.organisation.routes.base import bp
from training_app.organisation.routes.preview import problem_lines
from training_app.organisation.routes.rosters import IMPORT, import_in_scope
from training_app.organisation.routes.steps import unit_name
from training_app.organisation.services import rosters as services
from training_app.web.asides import aside
from training_app.web.exports import XLSX_TYPE, Sheet, xlsx_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_moment


def _note_export(row: RosterImport, **detail: int) -> None:
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.NAMES_EXPORTED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind="roster_import",
            object_id=row.id,
            unit_id=row.unit_id,
            detail=detail,
        )


@bp.get("/rosters/<int:import_id>/problems.xlsx")
@needs(IMPORT)
def roster_problems(import_id: int) -> Response:
    """Every problem with sheet, row, column, reason and remedy."""
    row = import_in_scope(import_id)
    lines = problem_lines(services.roster_of(row))
    _note_export(row, problems=len(lines))
    kinds = {"error": _("not taken"), "warning": _("to be checked")}
    return xlsx_response(
        Sheet(
            name=_("Problems"),
            filename=f"roster-{row.id}-problems",
            head=[
                _("Sheet"), _("Row"), _("Column"), _("Kind"), _("What is wrong"), _("What to do"),
            ],
            rows=[
                (line.sheet, line.row, line.column, kinds[line.severity], *line.details)
                for line in lines
            ],
            preamble=[
                _("Problems of %(file)s", file=row.file_name),
                f"{unit_name(row)}, {format_moment(clock.now())}",
            ],
        )
    )  # fmt: skip


@bp.get("/rosters/<int:import_id>/marked.xlsx")
@needs(IMPORT)
def roster_marked(import_id: int) -> Response:
    """The file as it was sent, its problems filled and told beside their rows; while it waits."""
    row = import_in_scope(import_id)
    lines = problem_lines(services.roster_of(row))
    workbook = services.cells(current_session(), import_id)
    _note_export(row, problems=len(lines))
    marks = [
        Mark(line.sheet, line.row, line.column, " ".join(line.details), line.severity == "error")
        for line in lines
    ]
    response = make_response(marked_copy(workbook, marks, _("What is wrong")))
    response.headers["Content-Type"] = XLSX_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="roster-{row.id}-marked.xlsx"'
    return response
