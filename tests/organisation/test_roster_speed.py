"""How fast a list goes on record and how much memory reading takes; figures go to the report."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bench.rosters import figures, write_list
from tests.databases import Database
from tests.organisation.builders import NOW, OFFICER, TODAY, World
from tests.organisation.roster_desk import roster, row, stored
from training_app.organisation.models import UnitSpan
from training_app.organisation.services import rosters

ROWS = 5_000
MOST_MEGABYTES = 250
# An idle core does ten times as much, a slow and loaded one still more than this; a row that costs
# a slow hash does not. That no row costs a statement is counted below.
LEAST_RATE = 150
READ = """
import resource, sys
from pathlib import Path
from training_app.organisation.roster_file import Limits, open_workbook
book = open_workbook(Path(sys.argv[1]), limits=Limits())
print(len(book.sheets[0].rows), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000)
"""
Note = Callable[[str, object], None]


@pytest.mark.thorough
def test_a_list_goes_on_record_at_hundreds_of_rows_a_second(record_property: Note) -> None:
    found = {figure.name: figure for figure in figures(ROWS)}
    for figure in found.values():
        record_property(figure.name, f"{figure.value:.1f} {figure.unit}")
    assert found["the same by CPU, whatever else runs"].value > LEAST_RATE


def test_reading_a_long_list_keeps_the_child_small(tmp_path: Path, record_property: Note) -> None:
    path = write_list(tmp_path / "ds.xlsx", ROWS)
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    rows, megabytes = map(int, done.stdout.split())
    record_property(f"megabytes of the reader for {ROWS} rows", megabytes)
    assert rows >= ROWS
    assert 0 < megabytes < MOST_MEGABYTES


def test_the_number_of_statements_does_not_grow_with_the_rows(
    database: Database, db_session: Session
) -> None:
    world = World(db_session)
    ward = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
    few = statements(database, world, ward, 20, "a")
    many = statements(database, world, ward, 400, "b")
    # A list changes one team; what is on record already is fetched in parts of ten thousand.
    assert many <= few + 5


def statements(database: Database, world: World, ward: UnitSpan, count: int, mark: str) -> int:
    """How many statements an application sends; many rows of one INSERT are one."""
    people = [
        row(at, f"Trần Văn {mark.upper()}{'abcdefghij'[at % 10]}", phones=(f"+849{at:08d}",))
        for at in range(1, count + 1)
    ]
    number = stored(world, ward, roster(*people))
    answers = {"rows": {f"DS!{at}": {"answer": "new"} for at in range(1, count + 1)}}
    rosters.decide(world.session, number, answers)
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]).split("(")[0])

    event.listen(database.engine, "before_cursor_execute", note)
    rosters.apply(world.session, number, on=TODAY, now=NOW, actor=OFFICER)
    event.remove(database.engine, "before_cursor_execute", note)
    return len([one for at, one in enumerate(seen) if not at or one != seen[at - 1]])
