"""What the office sees of trainers: teaching, the people taught, own need, trainers per teams."""

from datetime import date, timedelta

import pytest

from tests.coverage.scene import Scene
from tests.coverage.teaching import hold_class, trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.records import LONG_AGO, TODAY
from tests.factories.visitors import account
from tests.page import Page
from tests.statements import counted
from training_app.access import Role
from training_app.audit.models import AuditEvent
from training_app.coverage.folders import trainer_ratios
from training_app.coverage.parsing import BadTarget, ratio_targets
from training_app.coverage.rules.ratios import Base, Confidence, Ratio, targets_on
from training_app.organisation.models import Level, Team, Unit, UnitSpan, UnitSuccession
from training_app.requirements.rules import Audience

MOST = 24
REFORM = date(2025, 7, 1)


@pytest.fixture
def path(scene: Scene) -> str:
    """The page of the trainers of the province."""
    return f"{scene.province_path}trainers/"


def teaching(scene: Scene) -> None:
    """Two trainers and a guest with classes of this year and the year before."""
    first, second = trainer(scene, "Phạm Văn Ân"), trainer(scene, "Phạm Văn Bảo", scene.commune)
    both = (scene.first, scene.second)
    hold_class(scene, first, "Chi", "Dũng", modules=(scene.second,), minutes=210)
    hold_class(scene, second, "Dũng", modules=(scene.first,), minutes=90)
    hold_class(scene, first, "An", on=date(2025, 12, 31), modules=both, title="Năm trước")
    hold_class(scene, None, "An", modules=(scene.first,), minutes=60, title="Khách")
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    scene.people["Ân"] = first
    scene.pass_test("Ân", scene.first)
    scene.session.commit()


def cells(page: Page, *columns: int) -> list[tuple[str, ...]]:
    """Some columns of the first table without its head."""
    return [tuple(row[at] for at in columns) for row in rows_of(page)[1:]]


# -- by trainer ----------------------------------------------------------------------------


def test_each_trainer_has_classes_hours_people_and_how_they_stand(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    assert page.h1 == "Trainers – Tỉnh Bắc Ninh"
    assert cells(page, 0, 2, 3, 4, 5) == [
        ("Phạm Văn Ân", "1", "3:30", "2", "2"),
        ("Phạm Văn Bảo", "1", "1:30", "1", "1"),
        ("Lecturers from outside", "1", "1:00", "1", "1"),
        ("Taught by several", "", "", "-1", "-1"),
        ("Total", "3", "6:00", "3", "3"),
    ]


def test_own_need_stands_beside_with_its_reason(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    own = cells(page, 0, 7)
    assert own[0] == ("Phạm Văn Ân", "Holds everything")
    assert own[1][1].startswith("Not trained yet")
    assert own[2][1] == ""
    assert own[-1][1] == "1 of 2 hold everything"
    assert "Asked of trainers: Every year." in page.text


def test_a_trainer_opens_down_to_the_evidence(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    person = scene.province_officer.get(page.link("Phạm Văn Ân"))
    assert person.h1 == "Phạm Văn Ân"
    assert "Test passed" in person.text


@pytest.mark.parametrize(
    ("query", "total"),
    [("", "3"), ("?period=all", "4"), ("?as_of=31%2F12%2F2025", "1"), ("?as_of=2024-01-01", "0")],
)
def test_the_period_and_the_day_say_which_classes_count(
    scene: Scene, path: str, query: str, total: str
) -> None:
    teaching(scene)
    assert rows_of(scene.province_officer.get(path + query))[-1][2] == total


def test_a_period_that_does_not_exist_is_refused_and_kept(scene: Scene, path: str) -> None:
    page = scene.province_officer.get(path + "?period=week", 422)
    assert "This period does not exist." in page.text


def test_totals_equal_the_sum_of_the_rows_on_page_and_in_the_file(scene: Scene, path: str) -> None:
    teaching(scene)
    rows = rows_of(scene.province_officer.get(path))
    for column in (2, 3, 4, 5):
        parts = [_minutes(row[column]) for row in rows[1:-1]]
        assert sum(parts) == _minutes(rows[-1][column])
    sheet = sheet_of(scene.province_officer, path + "table.xlsx")
    assert next(line for line in sheet if line[0] == "Total")[2:6] == [3, 6, 3, 3]
    assert next(line for line in sheet if line[0] == "Phạm Văn Ân")[2:6] == [1, 3.5, 2, 2]


def _minutes(text: str) -> int:
    """A count, or hours and minutes as minutes."""
    hours, _, rest = text.rpartition(":")
    return int(hours or 0) * 60 + int(rest or 0)


def test_a_class_not_held_counts_nothing(scene: Scene, path: str) -> None:
    row = hold_class(scene, trainer(scene, "Phạm Văn Ân"), absent=("Chi",))
    row.cancelled_at = make.NOW
    scene.session.commit()
    assert rows_of(scene.province_officer.get(path))[-1][2:5] == ["0", "0:00", "0"]


def test_a_commune_sees_who_taught_there_and_nothing_of_a_strangers_need(scene: Scene) -> None:
    teaching(scene)
    page = scene.officer.get(f"{scene.commune_path}trainers/")
    assert cells(page, 0, 1, 7)[:2] == [
        ("Phạm Văn Bảo", "Phường Kinh Bắc", "Not trained yet"),
        ("Phạm Văn Ân", "another unit", ""),
    ]
    assert "Trainers per teams" not in page.text  # measured for a province and its groups


def test_an_empty_place_says_so(scene: Scene) -> None:
    far = make.unit(scene.session, "Lạng Sơn")
    scene.session.commit()
    officer = scene._staff(Role.PROVINCE_OFFICER, far)
    page = officer.get(f"/coverage/units/{far.unit_id}/trainers/")
    assert "Nobody is a trainer here on that day, and no class was held." in page.text


def test_the_page_is_found_from_the_unit_and_from_more(scene: Scene, path: str) -> None:
    assert scene.province_officer.get(scene.province_path).link("Trainers") == path
    more = scene.officer.get("/more/")
    assert scene.officer.get(more.link("Trainers")).h1 == "Trainers – Phường Kinh Bắc"


def test_strangers_are_refused(scene: Scene, path: str) -> None:
    for reader in (scene.leader, scene.member, scene.trainer, scene.administrator):
        reader.get(path, 403)
    for reader in (scene.officer,):
        reader.get(path, 404)
        reader.get("/coverage/trainers/table.xlsx", 404)


def test_names_of_trainers_seen_and_taken_are_written_down(scene: Scene, path: str) -> None:
    teaching(scene)
    scene.province_officer.get(path)
    scene.province_officer.http.get(path + "table.xlsx")
    scene.session.rollback()
    events = scene.session.query(AuditEvent).filter_by(object_kind="trainers")
    assert [(event.action, event.detail["count"]) for event in events] == [
        ("names.viewed", 2),
        ("names.exported", 2),
    ]


def test_the_page_takes_no_more_statements_for_more_trainers(scene: Scene, path: str) -> None:
    teaching(scene)
    few = statements(scene, path)
    for number in range(8):
        person = trainer(scene, f"Lê Văn {number}", scene.commune)
        hold_class(scene, person, "An", "Chi", on=TODAY - timedelta(days=number))
    assert statements(scene, path) == few <= MOST


def statements(scene: Scene, path: str) -> int:
    """How many statements the page sends, once everything has been built."""
    scene.province_officer.get(path)
    with counted(scene.app) as seen:
        scene.province_officer.get(path)
    return len(seen)


# -- without names -------------------------------------------------------------------------


def test_the_ministry_sees_counts_and_no_name(scene: Scene) -> None:
    teaching(scene)
    page = scene.ministry.get("/coverage/trainers/")
    assert "Phạm" not in page.text
    assert "Trần" not in page.text
    assert rows_of(page)[1] == [
        "Tỉnh Bắc Ninh", "2", "<5", "<5", "3", "6:00", "<5", "<5", "",
    ]  # fmt: skip
    assert "Phạm" not in str(sheet_of(scene.ministry, "/coverage/trainers/table.xlsx"))
    closed = scene.ministry.get(f"{scene.province_path}trainers/")
    assert "too small to be shown" in closed.text


def test_the_ministry_sees_large_counts_that_add_up(scene: Scene) -> None:
    people = tuple(f"N{number}" for number in range(12))
    for name in people:
        scene.people[name] = make.person(scene.session, f"Lý Văn {name}")
    team = make.team(scene.session, scene.commune, *(scene.people[name] for name in people))
    for number in range(6):
        hold_class(scene, trainer(scene, f"Phạm {number}"), *people, teams=(team,))
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    scene.session.commit()
    page = scene.ministry.get("/coverage/trainers/")
    assert rows_of(page)[1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]
    assert rows_of(page)[-1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]
    below = scene.ministry.get(page.link("Tỉnh Bắc Ninh"))
    assert "Lý" not in below.text
    rows = rows_of(below)
    assert rows[1][:3] == ["Phường Kinh Bắc", "2", "0"]
    assert rows[-1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]


# -- trainers per teams --------------------------------------------------------------------


def ratio_rows(page: Page) -> list[list[str]]:
    """The rows of trainers per teams."""
    return rows_of(page, -1)[1:]


def old_district(scene: Scene, name: str, number: int) -> tuple[UnitSpan, UnitSpan]:
    """A district with one ward until 1 July 2025; returns the spans of both."""
    district, ward = Unit(level=Level.DISTRICT.value), Unit(level=Level.COMMUNE.value)
    scene.session.add_all([district, ward])
    scene.session.flush()
    top = f"{scene.province.path}{district.id}/"
    made = []
    for unit, parent, path, type_, label in (
        (district, scene.province.unit_id, top, "Huyện", name),
        (ward, district.id, f"{top}{ward.id}/", "Xã", f"{name} {number}"),
    ):
        span = UnitSpan(
            unit_id=unit.id,
            parent_id=parent,
            code=f"{unit.id:05}",
            name=label,
            name_fold=label,
            sort_key=label,
            type=type_,
            path=path,
            valid_from=LONG_AGO,
            valid_to=REFORM,
        )
        scene.session.add(span)
        made.append(span)
    scene.session.flush()
    return made[0], made[1]


def became(scene: Scene, ward: UnitSpan, commune: UnitSpan) -> None:
    """The ward's territory went to the commune on 1 July 2025."""
    scene.session.add(
        UnitSuccession(
            old_unit_id=ward.unit_id,
            new_unit_id=commune.unit_id,
            share="whole",
            on=REFORM,
            basis="Nghị quyết",
        )
    )
    scene.session.commit()


def test_province_and_groups_of_communes_stand_beside_their_targets(
    scene: Scene, path: str
) -> None:
    district, ward = old_district(scene, "Quế Võ", 1)
    became(scene, ward, scene.commune)
    trainer(scene, "Phạm Văn Ân")
    trainer(scene, "Phạm Văn Bảo", scene.commune)
    trainer(scene, "Phạm Văn Cảnh", district)  # a role that nobody has given anew since
    page = scene.province_officer.get(path)
    rows = ratio_rows(page)
    assert rows == [
        ["Tỉnh Bắc Ninh", "1 for 100 teams", "2", "1", "1", "2.0", "Met"],
        ["Huyện Quế Võ", "1 for 80 teams", "1", "2", "1", "0.5", "Met"],
        [
            "Communes without a known former district",
            "1 for 80 teams", "1", "0", "1", "–", "1 trainer short",
        ],
    ]  # fmt: skip
    assert sum(int(row[2]) for row in rows[1:]) == int(rows[0][2])
    assert "Decision 315/QĐ-TTg of 17 April 2024" in page.text
    assert "carried over, not confirmed by an authority" in page.text
    sheet = sheet_of(scene.province_officer, path + "ratios.xlsx")
    assert ["Huyện Quế Võ", "1 for 80 teams", 1, 2, 1, 0.5, "Met"] in sheet


def test_before_the_reform_the_districts_themselves_were_measured(scene: Scene, path: str) -> None:
    district, ward = old_district(scene, "Quế Võ", 1)
    make.team(scene.session, ward, make.person(scene.session, "Lý Văn Xưa"))
    trainer(scene, "Phạm Văn Cảnh", district)
    rows = ratio_rows(scene.province_officer.get(path + "?as_of=30%2F06%2F2025"))
    assert ["Huyện Quế Võ", "1 for 80 teams", "1", "1", "1", "1.0", "Met"] in rows
    assert not any(row[0].startswith("Communes without") for row in rows)


def test_the_ministry_sees_no_small_number_of_trainers_per_teams(scene: Scene) -> None:
    trainer(scene, "Phạm Văn Ân")
    rows = ratio_rows(scene.ministry.get("/coverage/trainers/"))
    assert rows == [["Tỉnh Bắc Ninh", "1 for 100 teams", "2", "<5", "1", "", ""]]


def test_the_targets_are_data_with_day_source_and_confidence() -> None:
    now = targets_on(trainer_ratios(), TODAY)
    assert [(one.teams_per_trainer, one.base) for one in now] == [
        (100, Base.PROVINCE),
        (80, Base.FORMER_DISTRICT),
    ]
    before = targets_on(trainer_ratios(), REFORM - timedelta(days=1))
    assert [one.base for one in before] == [Base.PROVINCE, Base.DISTRICT]
    assert not targets_on(trainer_ratios(), date(2024, 4, 16))
    assert all("315/QĐ-TTg" in one.source and "315/QĐ-TTg" in one.source_en for one in now)
    assert Confidence.CONFIRMED not in {one.confidence for one in trainer_ratios()}


@pytest.mark.parametrize(
    ("teams", "trainers", "needed", "short"),
    [(0, 0, 0, 0), (1, 0, 1, 1), (100, 1, 1, 0), (101, 1, 2, 1), (250, 9, 3, 0)],
)
def test_a_ratio_rounds_up(teams: int, trainers: int, needed: int, short: int) -> None:
    found = Ratio(trainer_ratios()[0], "", teams, trainers)
    assert (found.needed, found.short) == (needed, short)


GOOD = {
    "key": '"a"', "teams_per_trainer": "80", "base": '"province"', "from": "2026-01-01",
    "confidence": '"assumed"', "source": '"x"', "source_en": '"x"',
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [("teams_per_trainer", "0"), ("base", '"huyện"'), ("confidence", '"sure"'), ("from", '"x"')],
)
def test_a_table_of_targets_that_cannot_be_used_says_where(name: str, value: str) -> None:
    def text(row: dict[str, str]) -> str:
        return "[[target]]\n" + "\n".join(f"{key} = {one}" for key, one in row.items())

    assert len(ratio_targets(text(GOOD))) == 1
    with pytest.raises(BadTarget, match="target 1"):
        ratio_targets(text(GOOD | {name: value}))


def test_two_rows_of_one_trainer_count_as_one_human(scene: Scene, path: str) -> None:
    first = trainer(scene, "Phạm Văn Ân")
    double = make.person(scene.session, "Phạm Văn Ân", linked_to=first)
    account(scene.session, double, role=Role.TRAINER, unit=scene.commune)
    hold_class(scene, double, "Chi", modules=(scene.second,))
    page = scene.province_officer.get(path)
    assert cells(page, 0, 1, 2)[0] == ("Phạm Văn Ân", "Tỉnh Bắc Ninh; Phường Kinh Bắc", "1")
    assert rows_of(page)[-1][1] == "1 trainer"


def test_a_team_is_not_counted_twice(scene: Scene, path: str) -> None:
    teams = [make.team(scene.session, scene.other) for _ in range(3)]
    assert all(isinstance(team, Team) for team in teams)
    scene.session.commit()
    assert ratio_rows(scene.province_officer.get(path))[0][2] == "5"
