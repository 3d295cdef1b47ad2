"""A roster of 50,000 rows from file to record: rows a second, and the memory of the reader.

``python -m bench.rosters [ROWS]`` measures alone; ``figures()`` is for another bench.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import xlsxwriter
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bench.results import keep
from training_app.access import Viewer
from training_app.db import Base, Unscoped, prepare_engine
from training_app.organisation.models import UnitSpan
from training_app.organisation.roster_file import Limits, Refusal, open_workbook, understand
from training_app.organisation.services import rosters
from training_app.organisation.services.units import load_units

ROWS: Final = 50_000
# What is asked for: rows a second from file to record, and bytes of the child that reads.
WANTED_RATE: Final = 1_000.0
WANTED_MEMORY: Final = 1_000.0
_TEAM: Final = 8
_NOW: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_TODAY: Final = date(2026, 11, 20)
_SYSTEM: Final = Viewer.for_system("bench")
_ALL: Final = {"scope": Unscoped("the bench chooses a commune")}
_HEAD: Final = (
    *("STT", "Họ và tên", "Giới tính", "Ngày sinh", "Số điện thoại"),
    *("Tổ hòa giải", "Chức vụ", "Số quyết định công nhận", "Ngày quyết định công nhận"),
)
_FAMILIES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLES: Final = ("Văn", "Thị", "Đức", "Ngọc", "Minh", "Quang", "Thu", "Hữu", "Xuân", "Kim")
_GIVEN: Final = (
    *("An", "Bình", "Cường", "Dung", "Em", "Phúc", "Giang", "Hoa", "Khánh", "Lan", "Mai", "Nam"),
    *("Oanh", "Phương", "Quyên", "Sơn", "Tâm", "Uyên", "Việt", "Yến", "Thắng", "Hiền", "Tú"),
)


@dataclass(frozen=True)
class Figure:
    """One measurement with its unit; ``limit`` is what is asked, 0 where nothing is."""

    name: str
    value: float
    unit: str
    limit: float = 0


def people(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of a believable list, no two the same person."""
    for at in range(count):
        family, middle = _FAMILIES[at % 10], _MIDDLES[at // 10 % 10]
        name = f"{family} {middle} {_GIVEN[at // 100 % len(_GIVEN)]}"
        born = date(1950, 1, 1) + timedelta(days=at * 7 % 18_000)
        yield (
            str(at + 1),
            name,
            "Nữ" if at % 3 == 0 else "Nam",
            f"{born:%d/%m/%Y}",
            f"09{at:08d}",
            f"Tổ hòa giải khu phố {at // _TEAM + 1}",
            "Tổ trưởng" if at % _TEAM == 0 else "",
            f"{at // _TEAM + 1}/QĐ-UBND",
            "15/03/2024",
        )


def write_list(path: Path, count: int) -> Path:
    """A workbook with a title, a head and so many people."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("Danh sách")
        page.write_string(0, 0, "DANH SÁCH HÒA GIẢI VIÊN")
        for at, row in enumerate((_HEAD, *people(count)), 2):
            for column, text in enumerate(row):
                page.write_string(at, column, text)
    return path


def child_memory() -> float:
    """The most memory any child of this process held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def figures(rows: int = ROWS) -> list[Figure]:
    """Read, understand, store, preview and apply a list; the rate is over all of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_list(Path(folder) / "danh-sach.xlsx", rows)
        engine = create_engine(f"sqlite:///{folder}/bench.sqlite")
        prepare_engine(engine)
        Base.metadata.create_all(engine)
        try:
            with Session(engine) as session:
                taken = _take(session, path)
        finally:
            engine.dispose()
    passed = sum(step.passed for step in taken.values())
    worked = sum(step.worked for step in taken.values())
    steps = [Figure(f"roster: {name}", step.worked, "s of CPU") for name, step in taken.items()]
    return [
        Figure(f"roster of {rows} rows, end to end", rows / passed, "rows/s", WANTED_RATE),
        Figure("the same by CPU, whatever else runs", rows / worked, "rows/s", WANTED_RATE),
        *steps,
        Figure("roster: most memory of the reader", child_memory(), "MB", WANTED_MEMORY),
    ]


@dataclass(frozen=True)
class Step:
    """Seconds that passed, and seconds of CPU of this process and its children."""

    passed: float
    worked: float


def cpu() -> float:
    """Seconds of CPU so far, children that ended included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _take(session: Session, path: Path) -> dict[str, Step]:
    """What each step of an import takes."""
    load_units(session, now=_NOW, actor=_SYSTEM)
    session.commit()
    chosen = select(UnitSpan.unit_id).where(UnitSpan.type == "Phường").limit(1)
    unit_id = session.scalars(chosen.execution_options(**_ALL)).one()
    session.rollback()
    taken: dict[str, Step] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun, before = perf_counter(), cpu()
        done = act()
        taken[name] = Step(perf_counter() - begun, cpu() - before)
        return done

    book = timed("read", lambda: open_workbook(path, limits=Limits()))
    assert not isinstance(book, Refusal), book.code
    roster = timed("understand", lambda: understand(book, today=_TODAY))

    def store() -> int:
        number = rosters.store(
            session, unit_id, roster,
            file_name=path.name, file_hash="0" * 64, now=_NOW, actor=_SYSTEM,
        )  # fmt: skip
        rosters.keep(session, number, book)
        session.commit()
        return number

    number = timed("store", store)
    shown = timed("preview", lambda: rosters.preview(session, number, on=_TODAY))
    session.rollback()
    expected = rosters.digest(shown)

    def apply() -> None:
        rosters.apply(session, number, on=_TODAY, now=_NOW, actor=_SYSTEM, expected=expected)
        rosters.forget(session, number)
        session.commit()

    timed("apply", apply)
    return taken


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if sys.argv[1:] else ROWS
    found = figures(rows)
    keep("rosters", found)
    for figure in found:
        asked = f"   (asked: {figure.limit:,.0f})" if figure.limit else ""
        sys.stdout.write(f"{figure.name:42} {figure.value:9,.1f} {figure.unit}{asked}\n")


if __name__ == "__main__":
    main()
