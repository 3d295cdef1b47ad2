"""1 July 2025 and 30 April 2026 on invented people: nobody lost, nothing else touched."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, World
from tests.organisation.operation_world import export, heads, overlaps, paths_agree
from training_app.organisation.models import Person, TeamSpan, UnitOperation
from training_app.organisation.queries.waiting import waiting_teams
from training_app.organisation.rules.operations import MoveTeams, operation
from training_app.organisation.services.operations import carry_out, undo

BEFORE, REFORM, CITY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 4, 30)
LATER = date(2026, 6, 1)
PEOPLE = 5_000


def replay(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["units", "replay", *options])


@pytest.mark.thorough
def test_the_reform_loses_nobody_and_can_be_taken_back(
    app: Flask, db_session: Session, record_property: Callable[[str, object], None]
) -> None:
    result = replay(app, "--people", str(PEOPLE), "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["broken"] == []
    assert report["units"] == {
        "2025-06-30": {"province": 63, "district": 696, "commune": 10035},
        "2025-07-01": {"province": 34, "commune": 3321},
        "2026-04-30": {"province": 34, "commune": 3321},
    }
    record_property("figures", f"reform with {PEOPLE} people: {report['seconds']} s")
    session = db_session
    for day in (BEFORE, REFORM, CITY):
        assert heads(session, day) == PEOPLE
        assert paths_agree(session, day)
    assert overlaps(session) == []
    decide_one(session, report["waiting_teams"])
    take_back(session)
    assert heads(session, CITY) == PEOPLE
    assert paths_agree(session, CITY)


def decide_one(session: Session, waiting: int) -> None:
    """A team of a split ward waits in its province until somebody places it."""
    teams = waiting_teams(session, EVERYTHING, LATER)
    assert len(teams) == waiting > 0
    for team in teams:
        assert len(team.candidates) > 1
        assert team.waits_at not in team.candidates
        assert team.people > 0
    first = teams[0]
    chosen = operation(MoveTeams((first.team_id,), first.candidates[0]))
    carry_out(session, chosen, on=LATER, reason="quyết định", now=NOW, actor=OFFICER)
    assert len(waiting_teams(session, EVERYTHING, LATER)) == waiting - 1
    assert len(waiting_teams(session, EVERYTHING, CITY)) == waiting


def take_back(session: Session) -> None:
    """All three operations, the last first: what was made on those days is gone."""
    numbers = session.scalars(select(UnitOperation.id).order_by(UnitOperation.id.desc())).all()
    assert len(numbers) == 3
    for number in numbers:
        undo(session, number, reason="thử", now=NOW, actor=OFFICER)
    left = export(session)
    assert b"2025, 7, 1" not in left["unit_span"] + left["team_span"] + left["unit_succession"]
    closed = select(func.count()).select_from(TeamSpan).where(TeamSpan.valid_to.is_not(None))
    assert session.scalar(closed.execution_options(scope=EVERYTHING)) == 0


@pytest.mark.thorough
@pytest.mark.engine("sqlite")  # a scratch database is a SQLite file whatever is configured
def test_real_people_are_never_touched(app: Flask, db_session: Session) -> None:
    World(db_session).person("Trần Thị Thật")
    db_session.commit()
    refused = replay(app, "--people", "10")
    assert refused.exit_code == 1
    assert "--scratch" in refused.output
    assert replay(app, "--people", "10", "--scratch").exit_code == 0
    db_session.rollback()
    people = select(func.count()).select_from(Person).execution_options(scope=EVERYTHING)
    assert db_session.scalar(people) == 1
