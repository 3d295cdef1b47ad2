"""Ready counts equal the live count, on every day and for every place."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.randomly import RandomProvince, random_province
from tests.factories.records import NOW
from training_app.access import Scope
from training_app.coverage import rollups
from training_app.coverage.models import CoverageYear
from training_app.coverage.queries import Asking, Place, coverage_by_unit
from training_app.coverage.queries.places import NATION
from training_app.coverage.services import draft, forget, verify, write
from training_app.db import Unscoped
from training_app.organisation.models import Level
from training_app.programme.queries import asked_in_unit

EVERYTHING = Scope(everything=True, unit_paths=("/",))
LOOKING = Unscoped("a test looks at everything")
DAYS = (
    date(2022, 1, 1),
    date(2023, 12, 31),
    date(2024, 2, 29),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2026, 11, 20),
    date(2027, 8, 15),
    date(2031, 1, 1),
)


def rebuild(session: Session) -> None:
    for requirement_id in rollups.kept_requirements(session):
        assert write(session, draft(session, requirement_id), now=NOW)
    forget(session, rollups.pending(session).rows)


def compare(session: Session, made: RandomProvince, days: Iterable[date]) -> None:
    province = Place(made.province.unit_id, "Bắc Ninh", Level.PROVINCE, made.province.path)
    for on in days:
        (asked,) = asked_in_unit(session, made.province.path, on)
        asking = Asking(asked, on, EVERYTHING)
        for here in (province, NATION):
            live = coverage_by_unit(session, asking, here)
            ready = rollups.unit_table(session, asking, here)
            assert (ready, ready.total) == (live, live.total), on


@pytest.mark.parametrize("seed", [1, 2])
def test_ready_counts_equal_the_live_count_on_every_day(db_session: Session, seed: int) -> None:
    made = random_province(db_session, seed, people=400)
    rebuild(db_session)
    stored = select(CoverageYear.id).execution_options(scope=LOOKING)
    assert db_session.scalars(stored).first()
    compare(db_session, made, (*DAYS, *(DAYS[0] + timedelta(days=97 * n) for n in range(20))))
    assert not verify(db_session, made.requirement.id)
