"""Two officers on the same team or unit at the same moment: the second waits, then is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.organisation.builders import EVERYTHING, NOW, OFFICER
from tests.organisation.test_service_operations import Ward
from training_app.errors import RuleBroken
from training_app.organisation.queries.teams import members, team_on
from training_app.organisation.rules.operations import (
    ChangeTeam,
    JoinTeam,
    MergeTeams,
    Step,
    operation,
)
from training_app.organisation.services.operations import carry_out, undo

pytestmark = pytest.mark.engine("postgresql")  # SQLite lets one writer in at a time
DAY = date(2026, 6, 1)


@pytest.fixture
def ward(db_session: Session) -> Ward:
    made = Ward(db_session)
    db_session.commit()
    return made


@pytest.fixture
def rival(ward: Ward, database: Database) -> Iterator[Session]:
    """Another officer's connection, which gives up at once instead of waiting."""
    engine: Engine = database.engine
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 200"))
        connection.commit()
        with Session(connection) as session:
            yield session
            session.rollback()


def _do(session: Session, *steps: Step) -> int:
    return carry_out(session, operation(*steps), on=DAY, reason="Theo đơn", now=NOW, actor=OFFICER)


def test_whoever_joins_a_team_that_merges_at_the_same_moment_is_not_left_behind(
    ward: Ward, rival: Session
) -> None:
    merging = MergeTeams((ward.first, ward.second), ward.first)
    _do(ward.session, JoinTeam(ward.free, ward.second))
    with pytest.raises(OperationalError):
        _do(rival, merging)  # waits for the first
    rival.rollback()
    ward.session.commit()
    _do(rival, merging)
    rival.commit()
    assert ward.free in {
        one.person_id for one in members(ward.session, EVERYTHING, ward.first, DAY)
    }
    ward.session.rollback()


def test_nobody_joins_a_team_that_ended_a_moment_ago(ward: Ward, rival: Session) -> None:
    _do(ward.session, MergeTeams((ward.first, ward.second), ward.first))
    with pytest.raises(OperationalError):
        _do(rival, JoinTeam(ward.free, ward.second))
    rival.rollback()
    ward.session.commit()
    with pytest.raises(RuleBroken):
        _do(rival, JoinTeam(ward.free, ward.second))


def test_what_is_being_built_on_is_not_taken_back(ward: Ward, rival: Session) -> None:
    first = _do(ward.session, ChangeTeam(ward.first, "Tổ 1A", minority_required=False))
    ward.session.commit()
    _do(ward.session, ChangeTeam(ward.first, "Tổ 1B", minority_required=False))
    with pytest.raises(OperationalError):
        undo(rival, first, reason="Nhầm", now=NOW, actor=OFFICER)
    rival.rollback()
    ward.session.commit()
    with pytest.raises(RuleBroken):
        undo(rival, first, reason="Nhầm", now=NOW, actor=OFFICER)
    found = team_on(ward.session, EVERYTHING, ward.first, DAY)
    assert found
    assert found.name == "Tổ 1B"
    ward.session.rollback()
