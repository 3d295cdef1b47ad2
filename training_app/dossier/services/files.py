"""One name less in what is kept of rosters, from the file that has just arrived to the undo.

Files made of records, such as marked copies and exports, are made when they are asked for and
never kept, so nothing of them is left to clean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.db import Unscoped
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    Membership,
    Person,
    PersonPhone,
    RosterImport,
    RosterState,
    TeamSpan,
)
from training_app.organisation.services import rosters
from training_app.vietnamese import fold

# Data, not a message: it stands where the name stood, on every page and in every file.
TOMBSTONE: Final = "Đã xóa theo yêu cầu"
ERASING: Final = Unscoped("the edge found the person in scope, and the request is decided")
OPTIONS: Final[dict[str, Any]] = {"synchronize_session": False}


def refuse_open_files(session: Session, ids: Collection[int], people: Iterable[Person]) -> None:
    """Refuse while a list that may name the people waits: it would bring them back.

    Raises RuleBroken for a file that nobody has read yet, and for one whose cells hold a name.
    """
    names = {one.name_fold for one in people}
    for row in _files(session, ids):
        if row.state == RosterState.ARRIVED:
            raise RuleBroken(
                N_(
                    "A list of this commune has arrived and is not read yet. Wait until it is "
                    "read, or set it aside."
                )
            )
        if row.state == RosterState.READ and _is_named(session, row, names):
            raise RuleBroken(
                N_("A list that names this person waits to be applied. Apply or drop it first.")
            )


def wipe_files(session: Session, ids: Collection[int], people: Iterable[Person]) -> None:
    """Take the people out of what was kept of rosters: files, rows read, and what an undo needs.

    A file that nobody has read is set aside whole: only a restored copy of the database has one.
    """
    known = list(people)
    names = {one.name_fold for one in known}
    words = {one.full_name for one in known} | _numbers(session, ids)
    for row in _files(session, ids):
        row.file_name = _file_name(row.file_name, names)
        if row.state == RosterState.ARRIVED:
            rosters.drop(session, row.id)
        elif row.state != RosterState.READ or _is_named(session, row, names):
            _wipe_file(row, ids, names, words)
    session.flush()


def _files(session: Session, ids: Collection[int]) -> list[RosterImport]:
    """Imports of the communes in which the people served."""
    units = (
        select(TeamSpan.unit_id)
        .join(Membership, Membership.team_id == TeamSpan.team_id)
        .where(Membership.person_id.in_(ids))
    )
    chosen = select(RosterImport).where(RosterImport.unit_id.in_(units))
    return list(session.scalars(chosen.execution_options(scope=ERASING)))


def _is_named(session: Session, row: RosterImport, names: Collection[str]) -> bool:
    """Whether a row that was read, or any cell of the file, holds one of the folded names."""
    listed = row.parsed.get("people", ())
    if any(fold(one["full_name"]) in names for one in listed):
        return True
    kept = select(RosterImport.workbook.is_not(None)).where(RosterImport.id == row.id)
    if not session.scalar(kept.execution_options(scope=ERASING)):
        return False
    cells = (
        fold(cell)
        for sheet in rosters.cells(session, row.id).sheets
        for line in sheet.rows
        for cell in line
        if isinstance(cell, str)
    )
    return any(name in cell for cell in cells for name in names if name)


def _wipe_file(
    row: RosterImport, ids: Collection[int], names: Collection[str], words: Collection[str]
) -> None:
    undo = dict(row.undo)
    if "before" in undo:
        undo["before"] = [one for one in undo["before"] if one["person"] not in ids]
    if "rows" in undo:
        undo["rows"] = {key: one for key, one in undo["rows"].items() if one not in ids}
    row.undo = undo
    parsed = dict(row.parsed)
    if "people" in parsed:
        parsed["people"] = [_nameless(one, names) for one in parsed["people"]]
    row.parsed = _without(parsed, words)
    row.workbook = None


def _file_name(name: str, names: Collection[str]) -> str:
    """The name of the file, unless it names one of the people."""
    plain = fold(name.replace("_", " ").replace("-", " "))
    return f"danh-sach{PurePath(name).suffix}" if any(n and n in plain for n in names) else name


def _numbers(session: Session, ids: Collection[int]) -> set[str]:
    chosen = select(PersonPhone.number).where(PersonPhone.person_id.in_(ids))
    found = set(session.scalars(chosen.execution_options(scope=ERASING)))
    return found | {f"0{number.removeprefix('+84')}" for number in found}


def _nameless(row: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    if fold(row.get("full_name") or "") not in names:
        return row
    gone: dict[str, Any] = {"birth_date": None, "birth_year": None, "phones": [], "remark": None}
    return {**row, **gone, "full_name": TOMBSTONE, "recognition": None}


def _without(value: Any, words: Collection[str]) -> Any:
    """The same JSON without texts that name the people."""
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return TOMBSTONE if isinstance(value, str) and value in words else value
