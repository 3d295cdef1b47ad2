"""The cells of a file between its arrival and its end, so that its columns can be read anew."""

import json
import zlib
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.roster_file import Roster, Workbook, limited, understand
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.rosters import stored

SheetColumns = Mapping[str, Mapping[str, str]]
"""By sheet: field to column letters; an empty mapping leaves the sheet out."""


def keep(session: Session, import_id: int, workbook: Workbook) -> None:
    """Keep the cells of an import's file until it is applied or dropped."""
    written = json.dumps(limited.to_json(workbook), ensure_ascii=False, allow_nan=False)
    _write(session, import_id, zlib.compress(written.encode()))


def cells(session: Session, import_id: int) -> Workbook:
    """The cells of an import's file. Raises RuleBroken when they are not kept any more."""
    row = session.execute(
        select(RosterImport.file_name, RosterImport.workbook)
        .where(RosterImport.id == import_id)
        .execution_options(**CHANGE)
    ).one()
    if row.workbook is None:
        raise RuleBroken(
            N_("The file of this import is not kept any more. Send the file again to read it.")
        )
    found = limited.from_json(row.file_name, json.loads(zlib.decompress(row.workbook)))
    if not isinstance(found, Workbook):
        raise RuleBroken(found.message, **found.values)
    return found


def reread(session: Session, import_id: int, columns: SheetColumns, *, today: date) -> Roster:
    """Understand the file anew with the columns that the officer gave; answers are asked again.

    Raises InvalidInput for a field or column that does not exist.
    """
    workbook = cells(session, import_id)
    try:
        roster = understand(workbook, today=today, mapping=columns)
    except ValueError as error:
        raise InvalidInput(N_("Choose what each column holds from the list.")) from error
    changed = session.scalars(
        update(RosterImport)
        .where(RosterImport.id == import_id, RosterImport.state == RosterState.READ)
        .values(
            parsed=stored.to_json(roster) | {"given_columns": _plain(columns)},
            decisions={},
        )
        .returning(RosterImport.id)
    ).all()
    if not changed:
        raise RuleBroken(N_("This import is finished already. Send the file again to change more."))
    session.expire_all()
    return roster


def forget(session: Session, import_id: int) -> None:
    """Let go of the cells: what was taken over is on record, the rest is not kept."""
    _write(session, import_id, None)


def _plain(columns: SheetColumns) -> dict[str, dict[str, str]]:
    return {sheet: dict(fields) for sheet, fields in columns.items()}


def _write(session: Session, import_id: int, content: bytes | None) -> None:
    session.execute(
        update(RosterImport).where(RosterImport.id == import_id).values(workbook=content)
    )
