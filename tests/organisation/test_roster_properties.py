"""For any rosters: the same file twice is once, and undo is before."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, TODAY, World
from tests.organisation.roster_desk import applied, everything, last_import, roster, row
from training_app.db import Base, prepare_engine
from training_app.organisation.models import RosterImport, UnitSpan
from training_app.organisation.roster_file import Recognition, Roster, read
from training_app.organisation.services import rosters

SHARED = Path(__file__).parents[3] / "shared" / "data" / "rosters"
FILES = (
    "a1_phuong_vung_tau_mau_nhap.xlsx",
    "a2_phuong_tam_thang_2026.xlsx",
    "a3_tam_thang_2025_3_phuong_cu.xls",
    "a4_xa_krong_pac.csv",
    "a5_xa_thach_ha_theo_thon.xlsx",
)
FIRST = ("An", "Bình", "Cúc", "Dũng")


@pytest.fixture
def world(db_session: Session) -> World:
    return World(db_session)


@pytest.fixture
def ward(world: World) -> UnitSpan:
    return world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))


@pytest.mark.skipif(not SHARED.exists(), reason="the example rosters are not beside this checkout")
@pytest.mark.parametrize("name", FILES)
def test_every_example_is_taken_once_and_taken_back(
    world: World, ward: UnitSpan, name: str
) -> None:
    what = read(SHARED / name, today=TODAY)
    assert isinstance(what, Roster)
    before = everything(world.session)
    first = applied(world, ward, what)
    assert first.summary["new"] >= len(what.people) * 0.8
    after = everything(world.session)
    again = applied(world, ward, what)
    assert again.changes_nothing
    assert everything(world.session) == after
    undone = world.session.scalars(select(RosterImport.id).execution_options(scope=EVERYTHING))
    for number in sorted(undone, reverse=True):
        rosters.undo(world.session, number, now=NOW, actor=OFFICER)
    assert everything(world.session) == before


@pytest.fixture(scope="module")
def memory_engine() -> Engine:
    engine = create_engine("sqlite://")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return engine


any_row = st.builds(
    lambda number, name, **fields: row(number, f"Trần Văn {name}", **fields),
    number=st.just(0),
    name=st.sampled_from(FIRST),
    team=st.sampled_from(["Khu phố 1", "Khu phố 2", None]),
    birth_year=st.sampled_from([1960, 1961, None]),
    sex=st.sampled_from(["male", "female", None]),
    phones=st.sampled_from([(), ("+84912345678",), ("+84987654321",)]),
    role=st.sampled_from(["leader", "mediator"]),
    status=st.sampled_from(["active", "active", "active", "ended", None]),
    recognition=st.sampled_from([None, Recognition("1", None), Recognition(None, TODAY)]),
)
any_roster = st.lists(any_row, max_size=8).map(
    lambda rows: roster(*(replace(one, row=number) for number, one in enumerate(rows, 1)))
)


# Of two equal rows one waits for an answer; the same file again must not answer for the officer.
MANY_NAMESAKES = (
    roster(row(1, "Lê Văn An"), row(2, "Lê Văn An"), row(3, "Lê Văn An")),
    roster(row(1, "Lê Văn An"), row(2, "Lê Văn An", role="leader")),
)


@pytest.mark.thorough
@settings(max_examples=30)
@example(first=MANY_NAMESAKES[0], second=MANY_NAMESAKES[1], answers=[])
@given(
    first=any_roster,
    second=any_roster,
    answers=st.lists(st.sampled_from(["new", "end", "serves", "skip"]), max_size=8),
)
def test_twice_is_once_and_undo_is_before_for_any_rosters(
    memory_engine: Engine, first: Roster, second: Roster, answers: list[str]
) -> None:
    decisions = {
        "rows": {f"DS!{number}": {"answer": said} for number, said in enumerate(answers, 1)}
    }
    with Session(memory_engine, expire_on_commit=False) as session:
        world = World(session)
        ward = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
        applied(world, ward, first, decisions)
        before = everything(session)
        applied(world, ward, second, decisions)
        done = last_import(world)
        after = everything(session)
        again = applied(world, ward, second, decisions)
        assert again.changes_nothing
        assert everything(session) == after
        rosters.undo(session, last_import(world), now=NOW, actor=OFFICER)
        rosters.undo(session, done, now=NOW, actor=OFFICER)
        assert everything(session) == before
        session.rollback()
