"""Trainers per teams beside the targets of the national scheme, by province and commune group."""

from datetime import date, timedelta

import pytest

from tests.coverage.scene import Scene
from tests.coverage.teaching import trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.records import LONG_AGO, TODAY
from tests.page import Page
from training_app.coverage.folders import trainer_ratios
from training_app.coverage.parsing import BadTarget, ratio_targets
from training_app.coverage.rules.ratios import Base, Confidence, Ratio, targets_on
from training_app.organisation.models import Level, Team, Unit, UnitSpan, UnitSuccession

REFORM = date(2025, 7, 1)


@pytest.fixture
def path(scene: Scene) -> str:
    """The page of the trainers of the province."""
    return f"{scene.province_path}trainers/"


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
        ["Communes of the former Huyện Quế Võ", "1 for 80 teams", "1", "2", "1", "0.5", "Met"],
        [
            "Communes without a known former district",
            "1 for 80 teams", "1", "0", "1", "–", "1 trainer short",
        ],
    ]  # fmt: skip
    assert sum(int(row[2]) for row in rows[1:]) == int(rows[0][2])
    assert "Decision 315/QĐ-TTg of 17 April 2024" in page.text
    assert "carried over, not confirmed by an authority" in page.text
    sheet = sheet_of(scene.province_officer, path + "ratios.xlsx")
    assert ["Communes of the former Huyện Quế Võ", "1 for 80 teams", 1, 2, 1, 0.5, "Met"] in sheet


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


def test_a_commune_has_no_target_of_its_own_and_its_file_is_the_page(scene: Scene) -> None:
    page = scene.officer.get(f"{scene.commune_path}trainers/")
    assert "Trainers and teams beside the targets" not in page.text
    assert scene.officer.get(f"{scene.commune_path}trainers/ratios.xlsx").h1 == page.h1


def test_a_team_is_not_counted_twice(scene: Scene, path: str) -> None:
    teams = [make.team(scene.session, scene.other) for _ in range(3)]
    assert all(isinstance(team, Team) for team in teams)
    scene.session.commit()
    assert ratio_rows(scene.province_officer.get(path))[0][2] == "5"
