"""Reading in a child process with little memory and little time: what breaks it breaks only it."""

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from training_app.organisation.roster_file.cells import Cell, Sheet, Workbook
from training_app.organisation.roster_file.refusal import Limits, Refusal

_MODULE = "training_app.organisation.roster_file"
_ROOT = Path(__file__).resolve().parents[3]
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


def read_in_child(path: Path, limits: Limits) -> Workbook | Refusal:
    """Return the sheets of a file, or why it is refused. The name shown is that of ``path``."""
    command = [sys.executable, "-m", _MODULE, str(path.resolve()), json.dumps(asdict(limits))]
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    with tempfile.TemporaryFile() as answer:
        try:
            child = subprocess.run(  # noqa: S603 - our own module; the path is one argument, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment,
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Refusal("too_slow", {"limit": limits.seconds})
        if child.returncode != 0:
            return Refusal("unreadable")
        answer.seek(0)
        return from_json(path.name, json.load(answer))


@contextmanager
def collection_paused() -> Iterator[None]:
    """Spare the search for garbage while many small objects are made and none is dropped."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def confine(limits: Limits) -> None:
    """Limit this process: address space, processor time, no core file, no written files."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def to_json(answer: Workbook | Refusal) -> dict[str, Any]:
    """Return the child's answer as JSON data; dates become ``{"date": "2026-01-31"}``."""
    if isinstance(answer, Refusal):
        return {"refusal": {"code": answer.code, "values": answer.values}}
    return {"sheets": [_sheet_data(sheet) for sheet in answer.sheets]}


def _sheet_data(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "visible": sheet.visible,
        "hidden_rows": sorted(sheet.hidden_rows),
        "merged": sheet.merged,
        "rows": [[_cell_data(cell) for cell in row] for row in sheet.rows],
    }


def _cell_data(cell: Cell) -> object:
    return {"date": cell.isoformat()} if type(cell) is date else cell


def from_json(name: str, data: dict[str, Any]) -> Workbook | Refusal:
    """Return what ``to_json`` was given, under the file name that the officer knows."""
    if "refusal" in data:
        return Refusal(data["refusal"]["code"], data["refusal"]["values"])
    return Workbook(name, tuple(_sheet_from(sheet) for sheet in data["sheets"]))


def _sheet_from(data: dict[str, Any]) -> Sheet:
    return Sheet(
        name=data["name"],
        rows=tuple(tuple(_cell_from(cell) for cell in row) for row in data["rows"]),
        visible=data["visible"],
        hidden_rows=frozenset(data["hidden_rows"]),
        merged=tuple((top, left, bottom, right) for top, left, bottom, right in data["merged"]),
    )


def _cell_from(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"])
    plain: Cell = cell
    return plain
