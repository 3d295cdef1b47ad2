"""What lists show, in how many questions to the database, and the commands on units."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, TODAY, World
from training_app.organisation.models import UnitSpan
from training_app.organisation.queries.people import find_people
from training_app.organisation.queries.teams import members, teams_under
from training_app.organisation.rules import Rule, TeamFacts


@pytest.fixture
def world(db_session: Session) -> World:
    return World(db_session)


@pytest.fixture
def ward(world: World) -> UnitSpan:
    ward = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
    for number in (1, 2, 10):
        team = world.team(ward, f"Khu phố {number}", minority_required=number == 10)
        leader = world.person("Lê Thị Cúc", team, sex="female", minority=None)
        world.person("Trần Văn An", team, sex=None, minority=True)
        world.lead(team, leader)
    return ward


@contextmanager
def questions(session: Session) -> Iterator[list[str]]:
    """The SQL statements sent inside the block."""
    asked: list[str] = []
    engine = session.get_bind()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_teams_come_with_their_facts_in_one_select(world: World, ward: UnitSpan) -> None:
    with questions(world.session) as asked:
        rows = teams_under(world.session, EVERYTHING, ward.path, TODAY)
    assert len(asked) == 1
    assert [row.name for row in rows] == ["Khu phố 1", "Khu phố 2", "Khu phố 10"]
    assert {row.leader_name for row in rows} == {"Lê Thị Cúc"}
    assert rows[2].facts == TeamFacts(
        members=2,
        women=1,
        sex_unknown=1,
        minority=1,
        minority_unknown=1,
        leader=True,
        minority_required=True,
    )
    assert rows[2].composition.lacks == (Rule.MEMBERS,)


def test_members_come_leader_first_in_one_select(world: World, ward: UnitSpan) -> None:
    [team, *_] = teams_under(world.session, EVERYTHING, ward.path, TODAY)
    with questions(world.session) as asked:
        rows = members(world.session, EVERYTHING, team.id, TODAY)
    assert len(asked) == 1
    assert [(row.full_name, row.leader) for row in rows] == [
        ("Lê Thị Cúc", True),
        ("Trần Văn An", False),
    ]


def test_a_page_of_people_takes_three_questions(world: World, ward: UnitSpan) -> None:
    with questions(world.session) as asked:
        rows, total = find_people(world.session, EVERYTHING, "", TODAY, per_page=4)
    assert (len(asked), len(rows), total) == (3, 4, 6)


@pytest.fixture
def shell(app: Flask) -> Flask:
    runner = app.test_cli_runner()
    loaded = runner.invoke(args=["units", "load"])
    assert loaded.exit_code == 0, loaded.output
    return app


def find(app: Flask, *arguments: str) -> list[dict[str, str | None]]:
    result = app.test_cli_runner().invoke(args=["units", "find", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, str | None]] = json.loads(result.output)
    return found


@pytest.mark.engine("sqlite")
def test_the_command_finds_units(shell: Flask) -> None:
    """On one engine: what is asked of the database is tested on both elsewhere."""
    [ward] = find(shell, "P. Vũng Tàu", "--province", "79", "--on", "2026-05-01")
    assert ward == {
        "code": "26506",
        "name": "Vũng Tàu",
        "type": "Phường",
        "from": "2025-07-01",
        "to": None,
    }
    [before] = find(shell, "xã Long Thành", "--province", "75", "--on", "2025-12-31")
    assert (before["type"], before["to"]) == ("Xã", "2026-04-30")
    assert len(find(shell, "thanh an", "--province", "79", "--on", "2026-05-01")) == 2
    assert find(shell, "Không Có", "--province", "79", "--on", "2026-05-01") == []
    runner = shell.test_cli_runner()
    plain = runner.invoke(args=["units", "find", "Vũng Tàu", "--on", "2026-05-01"])
    assert "26506\tPhường Vũng Tàu\t2025-07-01" in plain.output
    for wrong in (["--province", "77", "--on", "2026-05-01"], ["--on", "today"]):
        assert runner.invoke(args=["units", "find", "x", *wrong]).exit_code == 2
