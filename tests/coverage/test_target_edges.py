"""Targets at their edges: a unit that was merged or set up, days to come, periods to come."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from tests.coverage.scene import Scene
from tests.coverage.test_targets import planned, row_of
from tests.factories import records as make
from tests.factories.records import TODAY
from training_app.coverage.rules.targets import TargetMeasure
from training_app.organisation.models import UnitSpan, UnitSuccession


@pytest.fixture
def path(scene: Scene) -> str:
    """The targets of the commune."""
    return f"{scene.commune_path}targets/"


def test_a_unit_that_came_out_of_a_merger_is_not_praised_for_what_others_did(
    scene: Scene, path: str
) -> None:
    planned(scene, 100)
    scene.pass_test("Chi", scene.second, on=TODAY - timedelta(days=10))
    old = make.unit(scene.session, "Vũ Ninh", scene.province)
    row = UnitSuccession(
        old_unit_id=old.unit_id,
        new_unit_id=scene.commune.unit_id,
        share="whole",
        on=TODAY - timedelta(days=30),
        basis="Nghị quyết",
    )
    scene.session.add(row)
    scene.session.commit()
    found = row_of(scene.officer.get(path), "Mediators who hold what is required")
    assert found[4:8] == ["1", "0.7", "0.0", "1 person short; no earlier period to compare with"]
    row.on = TODAY - timedelta(days=120)
    scene.session.commit()
    found = row_of(scene.officer.get(path), "Mediators who hold what is required")
    assert found[7].startswith("1 person short on 31 Dec 2026")


def test_a_unit_that_was_set_up_a_month_ago_has_no_pace_yet(scene: Scene, path: str) -> None:
    planned(scene, 100)
    scene.session.execute(
        update(UnitSpan)
        .where(UnitSpan.unit_id == scene.commune.unit_id)
        .values(valid_from=TODAY - timedelta(days=30))
    )
    scene.session.commit()
    found = row_of(scene.officer.get(path), "Mediators who hold what is required")
    assert found[6:8] == ["0.0", "2 people short; no earlier period to compare with"]


def test_of_a_day_to_come_a_plan_is_neither_over_nor_standing_still(
    scene: Scene, path: str
) -> None:
    planned(scene)
    for day in ("2026-12-15", "2027-01-15"):
        found = row_of(
            scene.officer.get(f"{path}?as_of={day}"), "Mediators who hold what is required"
        )
        assert found[7] == "1 person short as things stand today"


def test_nobody_is_invited_to_what_does_not_count_yet(scene: Scene, path: str) -> None:
    planned(scene, 100, measure=TargetMeasure.KIT, until=date(2028, 1, 1))
    page = scene.officer.get(path)
    found = row_of(page, "Mediators who use the training kit: 100 %")
    assert found[1:3] == ["31 Dec 2027", "0/4 – 0.0 %"]
    assert found[5:9] == ["0.3", "0.0", "Begins on 1 Jan 2027", ""]
