"""Targets on screen: where a unit stands, what is missing, where it leads, lists, and its plan."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.coverage.scene import Scene
from tests.coverage.teaching import trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM, TODAY
from tests.page import Page
from tests.statements import counted
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import Lesson
from training_app.coverage.folders import national_goals
from training_app.coverage.models import Target
from training_app.coverage.parsing import BadTarget, national_targets
from training_app.coverage.rules.ratios import Confidence
from training_app.coverage.rules.targets import TargetMeasure
from training_app.coverage.services import NewTarget, set_target
from training_app.db import Unscoped
from training_app.learning.models import LessonProgress
from training_app.organisation.models import UnitSpan

MOST = 40
TESTS = Unscoped("a test looks at every plan")
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def path(scene: Scene) -> str:
    """The targets of the commune."""
    return f"{scene.commune_path}targets/"


def planned(
    scene: Scene,
    value: int = 75,
    *,
    unit: UnitSpan | None = None,
    measure: TargetMeasure = TargetMeasure.TRAINED,
    until: date = NEW_YEAR,
) -> Target:
    """A plan of the commune for the year."""
    requirement = scene.requirement.id if measure is TargetMeasure.TRAINED else None
    unit = unit or scene.commune
    since = date(until.year - 1, 1, 1)
    new = NewTarget(unit.unit_id, measure, requirement, since, until, value, "Kế hoạch 12")
    row = set_target(scene.session, new, now=NOW, actor=SYSTEM)
    scene.session.commit()
    return row


def read_lesson(scene: Scene, name: str, at: datetime = NOW) -> None:
    """The person reads a lesson to its end."""
    lesson = scene.session.scalars(select(Lesson).limit(1)).first()
    if lesson is None:
        make.module(scene.session, "ba", lessons=1)
        lesson = scene.session.scalars(select(Lesson).limit(1)).one()
    person = scene.people[name]
    scene.session.add(LessonProgress(person_id=person.id, lesson_id=lesson.id, read_at=at))
    scene.session.commit()


def row_of(page: Page, start: str) -> list[str]:
    """The row of the target that begins with these words."""
    return next(row for row in rows_of(page) if row[0].startswith(start))


# -- the page ------------------------------------------------------------------------------


def test_a_plan_says_what_is_missing_and_where_the_pace_leads(scene: Scene, path: str) -> None:
    planned(scene)
    scene.pass_test("Chi", scene.second, on=TODAY - timedelta(days=10))
    scene.session.commit()
    page = scene.officer.get(path)
    row = row_of(page, "Mediators who hold what is required")
    assert row[1:5] == ["31 Dec 2026", "3/4 – 75.0 %", "3", "0"]
    assert row[6:] == ["0.3", "Reached", "", "Phường Kinh Bắc"]
    planned(scene, 100)
    row = row_of(scene.officer.get(path), "Mediators who hold what is required")
    assert row[3:5] == ["4", "1"]
    # One person in ninety days: the missing one comes ninety days from today.
    assert row[7] == "1 person short on 31 Dec 2026; would be reached on 18 Feb 2027"
    assert row[8] == "Teams that still need training"


def test_a_unit_where_nothing_moves_is_told_so(scene: Scene, path: str) -> None:
    planned(scene)
    row = row_of(scene.officer.get(path), "Mediators who hold what is required")
    assert row[4:8] == ["1", "0.7", "0.0", "No progress in 90 days: 1 person short on 31 Dec 2026"]


def test_national_targets_stand_with_source_and_how_well_they_are_known(
    scene: Scene, path: str
) -> None:
    page = scene.officer.get(path)
    assert row_of(page, "Teams complete by Article 12: 100 %")[-1] == "National scheme"
    assert row_of(page, "Mediators who use the training kit: 100 %")[1] == "31 Dec 2030"
    assert "Decision 315/QĐ-TTg of 17 April 2024" in page.text
    assert "read in reports, not yet in the signed text" in page.text
    assert "answered a practice question" in page.text
    assert not any(row[0].startswith("Trainers") for row in rows_of(page))


def test_the_plan_of_the_province_holds_for_its_communes(scene: Scene, path: str) -> None:
    planned(scene, unit=scene.province)
    planned(scene, 90, unit=scene.other)
    rows = [row for row in rows_of(scene.officer.get(path)) if row[0].startswith("Mediators who h")]
    assert [row[-1] for row in rows] == ["Tỉnh Bắc Ninh"]


def test_a_province_counts_its_own_trainers_beside_its_teams(scene: Scene) -> None:
    path = f"{scene.province_path}targets/"
    row = row_of(scene.province_officer.get(path), "Trainers for the teams of the province")
    assert row[2:5] == ["0", "1", "1"]
    trainer(scene, "Phạm Văn Ân")
    row = row_of(scene.province_officer.get(path), "Trainers for the teams of the province")
    assert (row[2], row[7]) == ("1", "Reached")


def test_a_period_that_is_over_is_measured_on_its_last_day(scene: Scene, path: str) -> None:
    scene.pass_test("Chi", scene.second, on=date(2026, 8, 3))
    planned(scene, measure=TargetMeasure.TAUGHT, until=date(2026, 7, 1))
    row = row_of(scene.officer.get(path), "Mediators trained in the period")
    assert row[2] == "3/4 – 75.0 %"
    assert row[7] == "Reached"
    planned(scene, 100, measure=TargetMeasure.TAUGHT, until=date(2026, 7, 1))
    row = row_of(scene.officer.get(path), "Mediators trained in the period")
    assert row[7] == "Over since 30 Jun 2026: 1 person short"


def test_what_to_do_next_stands_above_the_table_and_says_nothing_of_what_is_over(
    scene: Scene, path: str
) -> None:
    planned(scene, measure=TargetMeasure.TAUGHT, until=date(2026, 1, 1))
    planned(scene, 100, measure=TargetMeasure.TAUGHT)
    page = scene.officer.get(path)
    steps = page.html.partition("What to do next</h2>")[2].partition("<table ")[0]
    assert steps.index("Train 1 person") < steps.index("Complete 1 team")
    over = rows_of(page)[-1]
    assert over[1:3] == ["31 Dec 2025", "0/4 – 0.0 %"]
    assert over[8] == ""
    assert "What to do next</h2>" not in scene.ministry.get(f"{scene.province_path}targets/").html


def test_numbers_open_their_lists(scene: Scene, path: str) -> None:
    read_lesson(scene, "Chi")
    page = scene.officer.get(path)
    assert row_of(page, "Mediators who use the training kit")[2] == "1/4 – 25.0 %"
    did = scene.officer.get(page.link("1/4"))
    assert [row[0] for row in rows_of(did)[1:]] == ["Trần Thị Chi"]
    not_yet = scene.officer.get(page.link("Invite 3 people"))
    assert len(rows_of(not_yet)[1:]) == 3
    assert "3 people did not yet, from 17 Apr 2024 to 20 Nov 2026." in not_yet.text
    assert len(sheet_of(scene.officer, not_yet.link("Download Excel"))) > 3
    logged = scene.session.scalars(select(AuditEvent.action)).all()
    assert {"names.viewed", "names.exported"} <= set(logged)
    teams = scene.officer.get(page.link("Complete 1 team"))
    assert "1 team is not complete." in teams.text
    assert rows_of(teams)[1][0].startswith("Tổ")


def test_a_day_before_the_period_does_not_count_as_using_the_kit(scene: Scene, path: str) -> None:
    read_lesson(scene, "Chi", datetime(2024, 4, 16, 16, 59, tzinfo=UTC))
    row = row_of(scene.officer.get(path), "Mediators who use the training kit")
    assert row[2] == "0/4 – 0.0 %"
    read_lesson(scene, "Bình", datetime(2024, 4, 16, 17, 0, tzinfo=UTC))
    row = row_of(scene.officer.get(path), "Mediators who use the training kit")
    assert row[2] == "1/4 – 25.0 %"


def test_the_file_has_the_rows_of_the_page(scene: Scene, path: str) -> None:
    planned(scene)
    page = scene.officer.get(path)
    lines = sheet_of(scene.officer, path + "table.xlsx")
    titles = [row[0] for row in rows_of(page)[1:]]
    assert [line[0] for line in lines if line[0] in titles] == titles


def test_a_reader_of_totals_sees_no_small_count(scene: Scene) -> None:
    planned(scene, unit=scene.province)
    page = scene.ministry.get(f"{scene.province_path}targets/")
    assert "Trần" not in page.text
    assert "too small to be shown" in page.text
    scene.ministry.get(f"{scene.commune_path}targets/", 404)
    scene.ministry.get(f"{scene.province_path}targets/list/", 403)


def test_a_reader_of_totals_sees_large_counts_and_opens_no_list(scene: Scene) -> None:
    for number in range(4):
        team = make.team(
            scene.session,
            scene.other,
            *(make.person(scene.session, f"Lê Thị Hòa {number}{n}") for n in range(4)),
        )
        assert team.id
    for name in ("Chi", "Dũng", "Em"):
        scene.pass_test(name, scene.first, scene.second)
    scene.session.commit()
    planned(scene, unit=scene.province)
    page = scene.ministry.get(f"{scene.province_path}targets/")
    row = row_of(page, "Mediators who hold what is required")
    assert row[2].startswith("5/22")
    assert not [one for one in page.links if "/list/" in one or "/people/" in one]
    # None of the mediators used the kit, and that tells nothing of anybody.
    assert row_of(page, "Mediators who use the training kit")[2] == "0/22 – 0.0 %"
    read_lesson(scene, "Chi")
    page = scene.ministry.get(f"{scene.province_path}targets/")
    assert row_of(page, "Mediators who use the training kit")[2:-1] == ["<5", *[""] * 6]


def test_the_page_takes_no_more_statements_for_more_people(scene: Scene, path: str) -> None:
    planned(scene)
    scene.officer.get(path)
    with counted(scene.app) as few:
        scene.officer.get(path)
    for number in range(5):
        make.team(scene.session, scene.commune, make.person(scene.session, f"Lê Văn Sáu {number}"))
    scene.session.commit()
    with counted(scene.app) as many:
        scene.officer.get(path)
    assert len(many) == len(few) <= MOST


def test_the_way_from_coverage_to_targets(scene: Scene, path: str) -> None:
    assert scene.officer.get(scene.commune_path).link("Targets") == path
    assert scene.officer.get(path).h1 == "Targets – Phường Kinh Bắc"
    page = scene.vietnamese_officer.get(path)
    assert page.h1 == "Chỉ tiêu – Phường Kinh Bắc"


@pytest.mark.parametrize(
    "query", ["?measure=no-such", "?measure=kit-used&first=x", "?measure=kit-used&last=2026-13-01"]
)
def test_a_list_that_nobody_links_to_is_not_found(scene: Scene, path: str, query: str) -> None:
    scene.officer.get(f"{path}list/{query}", 404)


# -- the plan of a unit --------------------------------------------------------------------


def test_an_officer_enters_a_plan_and_a_later_one_replaces_it(scene: Scene, path: str) -> None:
    page = scene.officer.get(path)
    form = scene.officer.get(page.link("Enter the plan of the unit"))
    assert form.form("/plan/").filled()["last_day"] == "31/12/2026"
    values: dict[str, Any] = {
        "measure": "teams-complete",
        "value": "80",
        "source": "Kế hoạch 12/KH-UBND",
    }
    scene.officer.submit(form, "/plan/", **values)
    scene.officer.submit(form, "/plan/", **values | {"value": "90"})
    rows = [row for row in rows_of(scene.officer.get(path)) if row[-1] == "Phường Kinh Bắc"]
    assert [row[0] for row in rows] == ["Teams complete by Article 12: 90 %"]
    kept = scene.session.scalars(select(Target.value).execution_options(scope=TESTS)).all()
    assert sorted(one or 0 for one in kept) == [80, 90]
    logged = scene.session.scalars(select(AuditEvent.action)).all()
    assert logged.count("target.set") == 2


def test_a_plan_is_taken_back_with_a_reason(scene: Scene, path: str) -> None:
    row = planned(scene)
    page = scene.officer.get(f"{path}plan/")
    said = scene.officer.submit(page, f"/{row.id}/withdraw/", 422, reason=" ")
    assert "Say why the plan is taken back." in said.text
    scene.officer.submit(page, f"/{row.id}/withdraw/", reason="Nhầm số")
    assert "Kế hoạch 12" not in scene.officer.get(path).text
    assert "The unit has no plan yet." in scene.officer.get(f"{path}plan/").text
    scene.officer.submit(page, f"/{row.id}/withdraw/", 404, reason="Lần nữa")
    assert "target.withdrawn" in scene.session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"value": "101"}, "Write a whole number from 1 to 100."),
        ({"value": "nhiều"}, "Not a valid integer value."),
        ({"value": ""}, "Write how much."),
        ({"last_day": "31/12/2025"}, "The last day comes after the first."),
        ({"last_day": "31/02/2026"}, "does not exist"),
        ({"source": ""}, "Write which plan or decision says so."),
        ({"measure": "teams-per-trainer"}, "Not a valid choice."),
    ],
)
def test_a_plan_that_cannot_be_is_sent_back_with_what_was_typed(
    scene: Scene, path: str, typed: dict[str, str], message: str
) -> None:
    page = scene.officer.get(f"{path}plan/")
    values = {"measure": "kit-used", "value": "80", "source": "Kế hoạch 12"}
    said = scene.officer.submit(page, "/plan/", 422, **values | typed)
    assert message in said.text
    assert said.form("/plan/").filled()["value"] == typed.get("value", "80")


def test_only_officers_of_the_unit_enter_its_plan(scene: Scene, path: str) -> None:
    other = f"/coverage/units/{scene.other.unit_id}/targets/plan/"
    scene.officer.get(other, 404)
    scene.province_officer.get(other)
    scene.ministry.get(f"{scene.province_path}targets/plan/", 403)
    row = planned(scene, unit=scene.other)
    page = scene.officer.get(f"{path}plan/")
    token = page.form("/plan/").filled()["csrf_token"]
    answer = {"csrf_token": token, "reason": "Nhầm"}
    scene.officer.post(f"{path}{row.id}/withdraw/", answer, 404)


def test_a_page_of_plans_in_vietnamese_has_the_words_of_the_form(scene: Scene, path: str) -> None:
    page = scene.vietnamese_officer.get(f"{path}plan/")
    assert "Ghi kế hoạch" in page.text
    assert "Plan" not in page.text


# -- data ----------------------------------------------------------------------------------


def test_national_targets_are_data_with_day_source_and_confidence() -> None:
    goals = national_goals()
    assert {one.measure for one in goals} == {
        TargetMeasure.COMPLETE,
        TargetMeasure.KIT,
        TargetMeasure.COACHED,
        TargetMeasure.SUPPORTED,
        TargetMeasure.SETTLED,
    }
    assert all("315/QĐ-TTg" in one.source and "315/QĐ-TTg" in one.source_en for one in goals)
    assert {one.confidence for one in goals} == {Confidence.SECONDARY}


GOOD = {
    "measure": '"kit-used"', "value": "90", "from": "2026-01-01", "to": "2027-01-01",
    "confidence": '"assumed"', "source": '"x"', "source_en": '"x"',
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("value", "0"),
        ("value", "101"),
        ("measure", '"x"'),
        ("confidence", '"sure"'),
        ("to", "2026-01-01"),
        ("source", "1"),
    ],
)
def test_a_table_of_national_targets_that_cannot_be_used_says_where(name: str, value: str) -> None:
    def text(row: dict[str, str]) -> str:
        return "[[target]]\n" + "\n".join(f"{key} = {one}" for key, one in row.items())

    assert len(national_targets(text(GOOD))) == 1
    with pytest.raises(BadTarget, match="target 1"):
        national_targets(text(GOOD | {name: value}))
