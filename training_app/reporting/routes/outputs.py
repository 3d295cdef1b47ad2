"""A report as a document: to be printed, as DOCX, XLSX and JSON, all of the same rows."""

from __future__ import annotations

from flask import Response, jsonify, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.audit.actions import Action
from training_app.errors import NotFound
from training_app.extensions import db
from training_app.reporting import printing
from training_app.reporting.printing.document import as_mapping
from training_app.reporting.routes.base import Opened, bp, crumbs, made, opened
from training_app.reporting.rules.figures import grouped
from training_app.reporting.services.moving import note
from training_app.web.asides import aside
from training_app.web.exports import XLSX_TYPE
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _whole(report_id: int) -> Opened:
    """The report for who may see its rows; a reader of totals gets no rows in any form."""
    one = opened(report_id)
    if one.who.totals_only:
        raise NotFound
    return one


@bp.get("/reports/<int:report_id>/document/")
@needs(Permission.REPORT_VIEW)
def paper(report_id: int) -> ResponseReturnValue:
    """The document as it is printed."""
    one = _whole(report_id)
    page, _ = made(one)
    return render(
        "reporting/document.html",
        one=one,
        made=page,
        crumbs=crumbs(one, gettext("Document")),
        grouped=grouped,
    )


@bp.get("/reports/<int:report_id>/report.xlsx")
@needs(Permission.REPORT_VIEW)
def xlsx(report_id: int) -> Response:
    """The document as a workbook."""
    one = _whole(report_id)
    page, _ = made(one)
    return _file(one, printing.xlsx_bytes(page), XLSX_TYPE, f"{page.file}.xlsx")


@bp.get("/reports/<int:report_id>/report.docx")
@needs(Permission.REPORT_VIEW)
def docx(report_id: int) -> Response:
    """The document as a file to be added to, signed and sealed."""
    one = _whole(report_id)
    page, _ = made(one)
    return _file(one, printing.docx_bytes(page), DOCX_TYPE, f"{page.file}.docx")


@bp.get("/reports/<int:report_id>/report.json")
@needs(Permission.REPORT_VIEW)
def json(report_id: int) -> Response:
    """The same rows and totals for a machine."""
    one = _whole(report_id)
    page, facts = made(one)
    _note(one, "json")
    return jsonify(as_mapping(page, one.layout, facts))


def _file(one: Opened, body: bytes, kind: str, name: str) -> Response:
    _note(one, name.rpartition(".")[2])
    response = make_response(body)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _note(one: Opened, form: str) -> None:
    """Write down that a report was taken along."""
    with aside(db.engine) as session:
        note(
            session, one.report, Action.REPORT_DOWNLOADED,
            now=clock.now(), actor=current_viewer(), form=form,
        )  # fmt: skip
