"""A roster arrives: imports so far, the file, the template, which column holds what."""

import hashlib
import io
import tempfile
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from config import Settings
from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import csrf, current_session
from training_app.organisation.forms import EmptyForm, UploadForm
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.queries import rosters as queries
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.roster_file import (
    Limits,
    Refusal,
    Workbook,
    open_workbook,
    understand,
)
from training_app.organisation.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    note_names,
    own_units,
    scope_of,
)
from training_app.organisation.routes.columns import posted_columns, sheet_views
from training_app.organisation.routes.lists import choose_commune, chosen_commune
from training_app.organisation.services import rosters as services
from training_app.vietnamese import clean
from training_app.web.exports import Sheet, xlsx_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_moment, notice, paginate, render, see_other

IMPORT: Final = Permission.ROSTER_IMPORT
REFUSED: Final = N_("“%(file)s” was not read: %(reason)s Nothing was changed. %(remedy)s")
_LONGEST_NAME: Final = 100
PASTED_NAME: Final = "danh-sach-dan.csv"
# A Vietnamese form whatever the reader's language: the reader of rosters knows these headings.
_TEMPLATE_TITLE: Final = "DANH SÁCH HÒA GIẢI VIÊN Ở CƠ SỞ"
TEMPLATE: Final = (
    "STT",
    "Họ và tên",
    "Giới tính",
    "Ngày sinh",
    "Dân tộc thiểu số",
    "Số điện thoại",
    "Tổ hòa giải",
    "Chức vụ",
    "Số quyết định công nhận",
    "Ngày quyết định công nhận",
    "Trình độ chuyên môn",
    "Ghi chú",
)


def import_in_scope(import_id: int) -> RosterImport:
    """The import, or 404 as if there were none."""
    row = queries.import_on(current_session(), scope_of(IMPORT), import_id, clock.today())
    if row is None:
        raise NotFound
    return row


def elsewhere(row: RosterImport) -> ResponseReturnValue | None:
    """Where an import leads that does not wait for answers; None where it does."""
    if row.state == RosterState.ARRIVED or queries.job_under_way(current_session(), row):
        return see_other("organisation.roster_progress", import_id=row.id)
    if row.state != RosterState.READ:
        return see_other("organisation.roster_page", import_id=row.id)
    return None


# -- the list and the file -----------------------------------------------------------------


@bp.get("/rosters/")
@needs(IMPORT)
def roster_start() -> ResponseReturnValue:
    """Imports so far, and a place for a new file; with several communes, first the commune."""
    unit = chosen_commune(scope_of(IMPORT))
    if unit is None and not request.args.get("all"):
        return choose_commune(
            scope_of(IMPORT), "organisation.roster_start", N_("Whose list is entered?")
        )
    return _start_page(unit, UploadForm())


def _start_page(unit: UnitRow | None, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    session, on = current_session(), clock.today()
    rows = [
        row
        for row in queries.imports(session, scope_of(IMPORT), on)
        if unit is None or row.unit_id == unit.id
    ]
    page = paginate(len(rows))
    shown = rows[page.offset : page.offset + page.size]
    units = {row.unit_id: unit_queries.unit_on(session, row.unit_id, on) for row in shown}
    return render(
        "organisation/roster_start.html",
        status,
        unit=unit,
        several=len(own_units(scope_of(IMPORT))) > 1 or unit is None,
        rows=shown,
        units=units,
        page=page,
        form=form,
        largest=_settings().limits.spreadsheet // 1_000_000,
        errors_in_title=status == UNPROCESSABLE,
    )


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@bp.post("/rosters/")
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks the token itself, after the guard and under a larger limit
@needs(IMPORT)
def roster_start_submit() -> ResponseReturnValue:
    """Read the file in a limited child process and keep what was understood; nothing changes."""
    limits = _settings().limits
    request.max_content_length = max(limits.spreadsheet, limits.csv) + limits.request
    unit = chosen_commune(scope_of(IMPORT))
    if unit is None:
        raise NotFound
    form = UploadForm()
    if not form.validate():
        return _start_page(unit, form, UNPROCESSABLE)
    sent = _sent(form)
    if sent is None:
        form.blame(
            InvalidInput(N_("Choose the file with the list, or paste the list."), field="file")
        )
        return _start_page(unit, form, UNPROCESSABLE)
    current_session().rollback()  # reading may take minutes: hold no lock meanwhile
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / _plain_name(sent.filename or "")
        sent.save(path)
        return _take(unit, path, form)


def _sent(form: UploadForm) -> FileStorage | None:
    """The file chosen; else what was pasted, as the text file that it would be."""
    chosen: FileStorage | None = form.file.data
    if chosen and chosen.filename:
        return chosen
    pasted = (form.pasted.data or "").strip("\r\n")
    if not pasted.strip():
        return None
    return FileStorage(io.BytesIO(pasted.encode()), PASTED_NAME)


def _plain_name(name: str) -> str:
    """The file's own name without folders or what no file system bears."""
    last = PureWindowsPath(name).name
    plain = clean("".join(letter for letter in last if letter.isprintable())).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        return plain[:_LONGEST_NAME] or "roster"
    return f"{stem[: _LONGEST_NAME - len(suffix[:8])] or 'roster'}.{suffix[:8]}"


def _take(unit: UnitRow, path: Path, form: UploadForm) -> ResponseReturnValue:
    content = path.read_bytes()
    file_hash = hashlib.sha256(content).hexdigest()
    earlier = queries.same_file(
        current_session(), scope_of(IMPORT), unit.id, file_hash, clock.today()
    )
    waits = {RosterState.READ, RosterState.ARRIVED}
    waiting = next((row for row in earlier if row.state in waits), None)
    if waiting:
        notice(N_("This very file was sent already and waits here. Go on where it was left."))
        return see_other("organisation.roster_page", import_id=waiting.id)
    if len(content) > services.LARGE_FILE:
        return _leave_to_worker(unit, path.name, content, file_hash)
    current_session().rollback()
    workbook = open_workbook(path, limits=reading_limits())
    if isinstance(workbook, Refusal):
        reason, remedy = _(workbook.message, **workbook.values), workbook.remedy
        form.blame(
            InvalidInput(
                REFUSED,
                field="file",
                file=path.name,
                reason=reason,
                remedy=_(remedy, **workbook.values),
            )
        )
        return _start_page(unit, form, UNPROCESSABLE)
    import_id = _store(unit, workbook, file_hash)
    current_session().commit()
    applied = next((row for row in earlier if row.state == RosterState.APPLIED), None)
    if applied:
        notice(
            N_("This very file was taken over on %(day)s. What is the same changes nothing."),
            "info",
            day=format_moment(applied.applied_at),
        )
    return see_other("organisation.roster_columns", import_id=import_id)


def _leave_to_worker(
    unit: UnitRow, name: str, content: bytes, file_hash: str
) -> ResponseReturnValue:
    """A long list is read beside the pages: the officer sees how far it is, or comes back later."""
    import_id = services.receive(
        current_session(),
        unit.id,
        content,
        file_name=name,
        file_hash=file_hash,
        limits=reading_limits(),
        now=clock.now(),
        actor=current_viewer(),
    )
    current_session().commit()
    return see_other("organisation.roster_progress", import_id=import_id)


def reading_limits() -> Limits:
    """What a file may hold, by the settings."""
    given = _settings().limits
    return Limits(
        file=given.spreadsheet,
        text_file=given.csv,
        unpacked=given.unpacked,
        ratio=given.unpacked_ratio,
        members=given.archive_members,
        rows=given.spreadsheet_rows,
        memory=given.parser_memory,
        seconds=given.parser_seconds,
    )


def _store(unit: UnitRow, workbook: Workbook, file_hash: str) -> int:
    session = current_session()
    import_id = services.store(
        session,
        unit.id,
        understand(workbook, today=clock.today()),
        file_name=workbook.name,
        file_hash=file_hash,
        now=clock.now(),
        actor=current_viewer(),
    )
    services.keep(session, import_id, workbook)
    return import_id


@bp.get("/rosters/template.xlsx")
@needs(IMPORT)
def roster_template() -> Response:
    """An empty list with the headings that are always understood."""
    return xlsx_response(
        Sheet(
            name="Danh sách",
            filename="mau-danh-sach-hoa-giai-vien",
            head=TEMPLATE,
            rows=(),
            preamble=(_TEMPLATE_TITLE,),
        )
    )


# -- which column holds what ---------------------------------------------------------------


@bp.get("/rosters/<int:import_id>/columns/")
@needs(IMPORT)
def roster_columns(import_id: int) -> ResponseReturnValue:
    """The columns recognised on each sheet, to confirm or to put right."""
    row = import_in_scope(import_id)
    return elsewhere(row) or _columns_page(row, EmptyForm())


def _columns_page(
    row: RosterImport, form: EmptyForm, posted: Any = None, status: int = 200
) -> ResponseReturnValue:
    workbook = services.cells(current_session(), row.id)
    roster = services.roster_of(row)
    note_names("roster_import", row.id, row.unit_id, step="columns")
    return render(
        "organisation/roster_columns.html",
        status,
        row=row,
        roster=roster,
        sheets=sheet_views(workbook, roster, posted),
        form=form,
        errors_in_title=status == UNPROCESSABLE,
    )


@bp.post("/rosters/<int:import_id>/columns/")
@needs(IMPORT)
def roster_columns_submit(import_id: int) -> ResponseReturnValue:
    """Keep the recognition, or read the file anew with the columns that were chosen."""
    row, form = import_in_scope(import_id), EmptyForm()
    if leads := elsewhere(row):
        return leads
    workbook = services.cells(current_session(), row.id)
    roster = services.roster_of(row)
    given = row.parsed.get("given_columns", {})
    try:
        columns = posted_columns(workbook, roster, given, request.form)
    except InvalidInput as error:
        form.blame(error)
        return _columns_page(row, form, request.form, UNPROCESSABLE)
    if columns == given:
        return see_other("organisation.roster_preview", import_id=import_id)

    def act() -> None:
        services.reread(current_session(), import_id, columns, today=clock.today())

    if done(form, act):
        notice(N_("The file was read anew with these columns."))
        return see_other("organisation.roster_preview", import_id=import_id)
    return _columns_page(row, form, request.form, UNPROCESSABLE)
