"""People of split units whose new unit is not decided: counted, listed by team, decided in bulk."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER
from tests.organisation.operation_world import export, heads
from tests.organisation.scenes import SIGNED, Scene, carry_out
from training_app import clock
from training_app.access import Role
from training_app.organisation.models import Membership, TeamSpan, UnitOperation, UnitSpan, holds
from training_app.organisation.queries.waiting import waiting_teams
from training_app.organisation.rules.operations import SetUpUnit, SplitUnit, UnitPart, operation
from training_app.organisation.services.operations import carry_out as do

DAY = date(2026, 7, 1)


class Split(Scene):
    """Two wards are split into three new ones; nobody said where their four teams go."""

    def __init__(self, app: Flask, session: Session) -> None:
        super().__init__(app, session)
        self.second = self.world.team(self.near, "Tổ hòa giải khu phố 2")
        self.third_team = self.world.team(self.near, "Tổ hòa giải khu phố 3")
        self.other = self.world.team(self.beside, "Tổ hòa giải khu phố 9")
        self.world.person("Đỗ Văn Năm", self.second)
        new = [
            SetUpUnit(-number, "commune", self.province.unit_id, f"9000{number}", name, "Phường")
            for number, name in ((1, "Thắng Nhất"), (2, "Rạch Dừa"), (3, "Long Hương"))
        ]
        parts = UnitPart(-1), UnitPart(-2)
        chosen = operation(
            *new,
            SplitUnit(self.near.unit_id, parts),
            SplitUnit(self.beside.unit_id, (UnitPart(-2), UnitPart(-3))),
        )
        do(session, chosen, on=DAY, reason="Nghị quyết", now=NOW, actor=OFFICER)
        session.commit()
        rows = select(UnitSpan.name, UnitSpan.unit_id).where(UnitSpan.code.startswith("9000"))
        self.units = {row.name: row.unit_id for row in session.execute(rows)}
        session.rollback()
        self.path = f"/teams/waiting/?unit={self.near.unit_id}"

    def waiting(self) -> set[int]:
        self.session.rollback()
        found = waiting_teams(self.session, EVERYTHING, clock.today())
        self.session.rollback()
        return {row.team_id for row in found}

    def home(self, team_id: int) -> int | None:
        self.session.rollback()
        found = select(TeamSpan.unit_id).where(
            TeamSpan.team_id == team_id, holds(TeamSpan, clock.today())
        )
        unit = self.session.scalar(found.execution_options(scope=EVERYTHING))
        self.session.rollback()
        return unit


@pytest.fixture
def split(app: Flask, db_session: Session) -> Split:
    return Split(app, db_session)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(split: Split, language: str) -> None:
    client = split.officer(Role.PROVINCE_OFFICER)
    client.language(language)
    for path in ("/teams/waiting/", split.path, f"/teams/waiting/{split.team}/people/"):
        client.get(path)


def test_split_units_are_listed_with_how_many_teams_and_people_wait(split: Split) -> None:
    page = split.officer(Role.PROVINCE_OFFICER).get("/teams/waiting/")
    assert "Phường Vũng Tàu34" in page.text
    assert "Phường Bà Rịa10" in page.text
    assert "All units44" in page.text
    assert page.link("Phường Vũng Tàu") == split.path


def test_the_first_page_of_the_office_counts_them_until_none_waits(split: Split) -> None:
    client = split.officer(Role.PROVINCE_OFFICER)
    assert "4 teams wait for their unit" in client.get("/coverage/").text
    carry_out(client, split.path, rest=split.units["Thắng Nhất"])
    assert "1 team waits for its unit" in client.get("/coverage/").text
    carry_out(client, "/teams/waiting/", rest=split.units["Long Hương"])
    assert "for its unit" not in client.get("/coverage/").text
    assert "No team waits." in client.get("/teams/waiting/").text


def test_many_are_decided_at_once_and_single_ones_otherwise(split: Split) -> None:
    client = split.officer(Role.PROVINCE_OFFICER)
    values = {
        f"team_{split.team}": split.units["Rạch Dừa"],
        f"team_{split.second}": "wait",
        "rest": split.units["Thắng Nhất"],
    }
    carry_out(client, split.path, **values)
    assert split.home(split.team) == split.units["Rạch Dừa"]
    assert split.home(split.third_team) == split.units["Thắng Nhất"]
    assert split.waiting() == {split.second, split.other}


def test_nothing_is_decided_that_nobody_chose(split: Split) -> None:
    client = split.officer(Role.PROVINCE_OFFICER)
    page = client.submit(client.get(split.path), "", 422)
    assert "Choose a unit for at least one team." in page.text
    assert split.waiting() == {split.team, split.second, split.third_team, split.other}


def test_the_people_of_one_team_go_to_different_parts(split: Split) -> None:
    client, path = split.officer(Role.PROVINCE_OFFICER), f"/teams/waiting/{split.team}/people/"
    before = export(split.session)
    split.session.rollback()
    chosen = {f"person_{one}": split.units["Rạch Dừa"] for one in (split.leader, split.woman)}
    refused = client.submit(client.get(path), "", 422, **chosen)
    assert "Choose a unit for every person of the team." in refused.text
    chosen[f"person_{split.third}"] = split.units["Thắng Nhất"]
    page = carry_out(client, path, **chosen)
    assert split.home(split.team) == split.units["Rạch Dừa"]
    [new] = split.session.execute(
        select(TeamSpan.team_id, TeamSpan.name, TeamSpan.village)
        .where(TeamSpan.unit_id == split.units["Thắng Nhất"])
        .execution_options(scope=EVERYTHING)
    )
    assert (new.name, new.village) == ("Tổ hòa giải khu phố 1", "(Phường Vũng Tàu)")
    serves = select(Membership.person_id).where(Membership.team_id == new.team_id)
    assert split.session.scalars(serves.execution_options(scope=EVERYTHING)).all() == [split.third]
    assert heads(split.session, clock.today()) == heads(split.session, date(2026, 6, 30))
    split.session.rollback()
    client.get(path)  # it waits no more: the list of those who do
    client.submit(page, "", reason="Nhầm", signed_name=SIGNED["signed_name"])
    assert export(split.session) == before


def test_an_office_below_neither_sees_nor_decides(split: Split) -> None:
    client = split.officer()
    assert "No team waits." in client.get("/teams/waiting/").text
    client.get(f"/teams/waiting/{split.team}/people/", 404)


def test_nothing_of_it_is_done_before_it_is_signed(split: Split) -> None:
    client = split.officer(Role.PROVINCE_OFFICER)
    page = client.submit(client.get(split.path), "", rest=split.units["Thắng Nhất"])
    assert "Teams that change3" in page.text
    assert "People affected4" in page.text
    split.session.rollback()
    assert len(split.session.scalars(select(UnitOperation)).all()) == 1
    split.session.rollback()
    assert len(split.waiting()) == 4
