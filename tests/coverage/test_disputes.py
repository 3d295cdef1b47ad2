"""Disputes settled: figures that offices enter by period, the share, its pace, taking them back."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.coverage.scene import Scene
from tests.coverage.test_targets import NEW_YEAR, planned, row_of
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.audit.models import AuditEvent
from training_app.coverage.folders import national_goals
from training_app.coverage.models import DisputeCount
from training_app.coverage.queries import Place
from training_app.coverage.queries.disputes import disputes
from training_app.coverage.queries.standings import standings
from training_app.coverage.rules.disputes import Disputes, settled
from training_app.coverage.rules.targets import Goal, Outlook, Progress, TargetMeasure, forecast
from training_app.coverage.services import (
    NewDisputes,
    count_standings,
    keep_standings,
    record_disputes,
)
from training_app.errors import InvalidInput
from training_app.organisation.models import UnitSpan

SINCE = date(2024, 4, 17)


def figures(year: int, received: int, in_progress: int, successful: int) -> Disputes:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return Disputes(first, after, received, in_progress, successful)


# Hà Nội: 3,615 of 4,596 received less 226 in progress were settled in 2020, published as 82.7%.
HANOI = figures(2020, 4596, 226, 3615)


def test_the_share_is_of_all_received_less_those_in_progress() -> None:
    assert (HANOI.ended, HANOI.unsuccessful) == (4370, 755)
    assert round(100 * HANOI.successful / HANOI.ended, 1) == 82.7


def test_the_last_period_that_is_over_counts_beside_the_one_before() -> None:
    known = [figures(2024, 100, 0, 70), figures(2025, 60, 10, 40), figures(2026, 9, 9, 0)]
    now = settled(known, SINCE, TODAY)
    # 40 of 50, where 70 of 100 would have been 35 of 50.
    assert now == Progress(50, 40, 35, 365)


def test_a_period_inside_another_is_not_compared_with_it() -> None:
    half = Disputes(date(2025, 1, 1), date(2025, 7, 1), 30, 0, 10)
    now = settled([half, figures(2025, 60, 10, 40)], SINCE, TODAY)
    assert now == Progress(50, 40, 40, compared=False)


def test_figures_from_before_the_target_began_do_not_count_for_it() -> None:
    assert settled([HANOI], SINCE, TODAY) == Progress(0, 0, 0)


def test_without_an_earlier_period_no_pace_is_invented() -> None:
    goal = Goal(TargetMeasure.SETTLED, SINCE, date(2031, 1, 1), 85, "")
    told = forecast(goal, Progress(100, 80, 80, compared=False), TODAY)
    assert (told.outlook, told.gap, told.short, told.pace) == (Outlook.FIRST, 5, 5, 0.0)


def test_the_scheme_asks_85_per_cent_by_the_end_of_2030() -> None:
    (goal,) = [one for one in national_goals() if one.measure is TargetMeasure.SETTLED]
    assert (goal.value, goal.last_day) == (85, date(2030, 12, 31))


# -- entering them -------------------------------------------------------------------------


@pytest.fixture
def path(scene: Scene) -> str:
    """The targets of the commune."""
    return f"{scene.commune_path}targets/"


def enter(
    scene: Scene,
    received: int,
    in_progress: int,
    successful: int,
    *,
    unit: UnitSpan | None = None,
) -> None:
    unit = unit or scene.commune
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    new = NewDisputes(unit.unit_id, first, last, received, in_progress, successful, "Báo cáo 45")
    record_disputes(scene.session, new, now=NOW, today=TODAY, actor=SYSTEM)
    scene.session.commit()


TYPED = {
    "first_day": "01/01/2025",
    "last_day": "31/12/2025",
    "received": "60",
    "in_progress": "10",
    "successful": "40",
    "source": "Báo cáo 45/BC-UBND",
}


def test_an_officer_enters_figures_and_sees_both_terms_and_what_is_missing(
    scene: Scene, path: str
) -> None:
    page = scene.officer.get(path)
    assert "No figures of a period that is over were entered" in row_of(page, "Disputes")
    form = scene.officer.get(f"{path}disputes/")
    done = scene.officer.submit(form, "", 200, **TYPED)
    assert "80.00 % (40/50)" in done.text.replace("\u00a0", " ")
    row = row_of(scene.officer.get(path), "Disputes")
    assert "40/50" in row[2].replace(" ", "")
    assert row[3:5] == ["43", "3"]
    assert "3 settlements short; no earlier period to compare with" in row


def test_a_later_entry_for_the_same_days_holds_and_both_stay(scene: Scene) -> None:
    enter(scene, 60, 10, 40)
    enter(scene, 60, 10, 45)
    (row,) = disputes(scene.session, scene.commune.unit_id)
    assert row.successful == 45
    assert len(scene.session.execute(text("SELECT id FROM dispute_count")).all()) == 2


def test_figures_are_taken_back_with_a_reason(scene: Scene, path: str) -> None:
    enter(scene, 60, 10, 40)
    (row,) = disputes(scene.session, scene.commune.unit_id)
    action = f"{path}disputes/{row.row_id}/withdraw/"
    asked = scene.officer.submit(scene.officer.get(f"{path}disputes/"), action, 422, reason="")
    assert "Say why the figures are taken back" in asked.text
    page = scene.officer.submit(asked, action, 200, reason="Nhầm kỳ")
    assert "No figures were entered yet" in page.text
    scene.session.rollback()
    actions = set(scene.session.scalars(select(AuditEvent.action)))
    assert {"disputes.counted", "disputes.withdrawn"} <= actions
    scene.session.rollback()
    scene.officer.submit(asked, action, 404, reason="Nhầm kỳ")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"received": "49"}, "more than received"),
        ({"successful": "-1"}, "Write a whole number from 0 on"),
        ({"last_day": "31/12/2027"}, "The period is not over"),
        ({"last_day": "31/12/2024"}, "The last day comes after the first"),
        ({"received": ""}, "Write how many were received"),
        ({"source": " "}, "Write which paper says so"),
    ],
)
def test_figures_that_cannot_be_are_refused_and_stay_in_the_form(
    scene: Scene, path: str, changes: dict[str, str], words: str
) -> None:
    form = scene.officer.get(f"{path}disputes/")
    page = scene.officer.submit(form, "", 422, **{**TYPED, **changes})
    assert words in page.text
    assert disputes(scene.session, scene.commune.unit_id) == []
    scene.session.rollback()


@pytest.mark.parametrize("numbers", [(5, 3, 3), (5, -1, 3)])
def test_the_database_refuses_figures_that_cannot_be(
    scene: Scene, numbers: tuple[int, int, int]
) -> None:
    with pytest.raises(InvalidInput):
        enter(scene, *numbers)
    received, in_progress, successful = numbers
    row = DisputeCount(
        unit_id=scene.commune.unit_id,
        period_from=SINCE,
        period_to=TODAY,
        received=received,
        in_progress=in_progress,
        successful=successful,
        source="",
        recorded_at=NOW,
    )
    with pytest.raises(DBAPIError), scene.session.begin_nested():
        scene.session.add(row)


def test_an_entry_is_never_rewritten(scene: Scene) -> None:
    enter(scene, 60, 10, 40)
    for statement in ("UPDATE dispute_count SET received = 1", "DELETE FROM dispute_count"):
        with pytest.raises(DBAPIError, match="append-only"), scene.session.begin_nested():
            scene.session.execute(text(statement))


def test_a_commune_plans_more_than_the_nation(scene: Scene, path: str) -> None:
    enter(scene, 100, 0, 70)
    planned(scene, 90, measure=TargetMeasure.SETTLED, until=NEW_YEAR)
    rows = [
        row_of(scene.officer.get(path), f"Disputes settled, of those that ended: {n}")
        for n in (90, 85)
    ]
    assert "No figures of a period that is over were entered" in rows[0]
    assert rows[1][3:5] == ["85", "15"]


def test_the_country_is_the_sum_of_the_provinces_that_entered_figures(scene: Scene) -> None:
    place = Place(scene.province.unit_id, "Bắc Ninh", "province", scene.province.path)
    key = next(one.key for one in national_goals() if one.measure is TargetMeasure.SETTLED)
    rows = count_standings(scene.session, place, TODAY, now=NOW)
    assert key not in {row.goal for row in rows}
    enter(scene, 50, 0, 45, unit=scene.province)
    rows = count_standings(scene.session, place, TODAY, now=NOW)
    keep_standings(scene.session, place, TODAY, rows)
    (found,) = [one for one in standings(scene.session, "/") if one.goal == key]
    assert (found.whole, found.done, found.required) == (50, 45, 43)
