"""Operations on screen: shown before, signed, listed, taken back; teams that wait for a place."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.visitors import account, visitor
from tests.organisation.builders import EVERYTHING, NOW, OFFICER
from tests.organisation.operation_world import export
from tests.organisation.scenes import SIGNED, Scene
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.organisation.models import TeamSpan, UnitOperation, UnitSpan, holds
from training_app.organisation.queries.teams import members
from training_app.organisation.rules.operations import (
    ChangeTeam,
    EndService,
    JoinTeam,
    MergeTeams,
    MergeUnits,
    SetUpUnit,
    SplitUnit,
    Step,
    UnitPart,
    operation,
)
from training_app.organisation.services.operations import carry_out

DAY = clock.local_date(NOW)
LEFT_OUT = object()  # a box without its tick


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def counted(scene: Scene, model: type) -> int:
    scene.session.rollback()
    chosen = select(func.count()).select_from(model).execution_options(scope=EVERYTHING)
    number = scene.session.scalar(chosen) or 0
    scene.session.rollback()
    return number


def press(client: PageClient, page: Page, path: str, status: int = 200, **values: Any) -> Page:
    form = page.form(path)
    sent: dict[str, list[object]] = {}
    for name, value in form.fields:
        sent.setdefault(name, []).append(value)
    data = sent | values
    data = {name: value for name, value in data.items() if value is not LEFT_OUT}
    return client.post(form.action or page.response.request.path, data, status)


def second_team(scene: Scene) -> int:
    team = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.world.person("Đỗ Văn Năm", team)
    scene.session.commit()
    return team


def merge(scene: Scene, client: PageClient, other: int) -> Page:
    page = client.get("/teams/merge/")
    return press(client, page, "", teams=[scene.team, other], into=scene.team)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    client.language(language)
    for path in ("/operations/", "/teams/merge/", "/teams/waiting/", "/units/", "/units/merge/"):
        client.get(path)
    for path in ("split", "move"):
        client.get(f"/teams/{scene.team}/{path}/")
    for path in ("split", "change"):
        client.get(f"/units/{scene.near.unit_id}/{path}/")


def test_a_merger_is_shown_with_its_numbers_before_anything_changes(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    before = export(scene.session)
    page = merge(scene, client, other)
    assert "Merge Tổ hòa giải khu phố 2 into Tổ hòa giải khu phố 1" in page.text
    assert "People affected1" in page.text
    scene.session.rollback()
    assert export(scene.session) == before
    assert counted(scene, UnitOperation) == 0


def test_two_teams_merge_are_listed_with_who_and_why_and_are_taken_back(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    before = export(scene.session)
    scene.session.rollback()
    page = press(client, merge(scene, client, other), "", step="sign", **SIGNED)
    assert page.h1.startswith("Change no.")
    assert "phạm thị dung" in page.text
    assert "QĐ 12" in page.text
    client.get(f"/teams/{other}/", 404)
    listed = client.get("/operations/")
    assert "Sắp xếp lại tổ" in listed.text
    [operation_id] = [
        link for link in listed.links if link.count("/") == 3 and "operations" in link
    ]
    page = client.get(operation_id)
    page = press(client, page, "", reason="Nhầm tổ", signed_name="Phạm Thị Dung")
    assert "taken back" in page.text
    assert "Nhầm tổ" in page.text
    scene.session.rollback()
    assert export(scene.session) == before
    assert "Take it back" not in page.text
    assert scene.events("units.reorganised")
    assert scene.events("units.restored")


def test_whoever_signs_with_another_name_is_told_and_nothing_is_done(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    page = merge(scene, client, other)
    page = press(client, page, "", 422, step="sign", **SIGNED | {"signed_name": "Ai Đó"})
    assert "Sign with your own name" in page.text
    assert 'value="Sắp xếp lại tổ"' in page.html
    assert counted(scene, UnitOperation) == 0


def test_what_changed_between_the_look_and_the_signature_is_shown_again(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    page = merge(scene, client, other)
    scene.world.person("Lý Thị Muộn", other)
    scene.session.commit()
    page = press(client, page, "", 422, step="sign", **SIGNED)
    assert "Something changed meanwhile." in page.text
    assert "People affected2" in page.text
    press(client, page, "", step="sign", **SIGNED)
    assert counted(scene, UnitOperation) == 1


@pytest.mark.parametrize("change", ["another name", "another person"])
def test_the_same_numbers_of_something_else_are_shown_again_before_they_are_signed(
    scene: Scene, change: str
) -> None:
    other, client = second_team(scene), scene.officer()
    page = merge(scene, client, other)
    if change == "another name":
        step: Step = ChangeTeam(other, "Tổ hòa giải mang tên khác", minority_required=False)
        carry_out(scene.session, operation(step), on=DAY, reason="Đổi tên", now=NOW, actor=OFFICER)
    else:
        [leaves] = members(scene.session, EVERYTHING, other, DAY)
        joins = scene.world.person("Lý Thị Muộn")
        carry_out(
            scene.session,
            operation(EndService(leaves.person_id, other, "own_wish"), JoinTeam(joins, other)),
            on=DAY,
            reason="Thay người",
            now=NOW,
            actor=OFFICER,
        )
    scene.session.commit()
    page = press(client, page, "", 422, step="sign", **SIGNED)
    assert "Something changed meanwhile." in page.text
    assert 'value="Sắp xếp lại tổ"' in page.html
    press(client, page, "", step="sign", **SIGNED)
    assert counted(scene, UnitOperation) == 2


def test_whoever_signs_for_a_team_that_a_colleague_merged_meanwhile_is_told(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    page = press(client, client.get(f"/teams/{other}/change/"), "", name="Tổ hòa giải số hai")
    assert page.h1 == "What would change"
    merging = operation(MergeTeams((scene.team, other), scene.team))
    carry_out(scene.session, merging, on=DAY, reason="Nhập", now=NOW, actor=OFFICER)
    scene.session.commit()
    told = press(client, page, "", 409, step="sign", **SIGNED)
    assert "This team stands no more since" in told.text
    assert "Nothing was done." in told.text
    assert counted(scene, UnitOperation) == 1
    client.get(f"/teams/{other}/change/", 404)


def test_whoever_signs_for_a_unit_that_was_merged_meanwhile_is_told(scene: Scene) -> None:
    client, beside = scene.officer(Role.PROVINCE_OFFICER), scene.beside.unit_id
    page = press(client, client.get(f"/units/{beside}/change/"), "", name="Bà Rịa Mới")
    assert page.h1 == "What would change"
    merging = operation(MergeUnits((scene.near.unit_id, beside), scene.near.unit_id))
    carry_out(scene.session, merging, on=DAY, reason="Nhập", now=NOW, actor=OFFICER)
    scene.session.commit()
    told = press(client, page, "", 409, step="sign", **SIGNED)
    assert "This unit stands no more since" in told.text
    client.get(f"/units/{beside}/change/", 404)


def test_a_signature_and_an_undo_pressed_twice_are_done_once(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    page = merge(scene, client, other)
    done = press(client, page, "", step="sign", **SIGNED)
    again = press(client, page, "", step="sign", **SIGNED)
    assert counted(scene, UnitOperation) == 1
    assert again.h1 == done.h1
    assert "Nothing was done a second time." in again.text
    ending: dict[str, Any] = {"reason": "Nhầm tổ", "signed_name": "Phạm Thị Dung"}
    press(client, done, "", **ending)
    twice = press(client, done, "", **ending)
    assert "It was taken back before." in twice.text
    assert len(scene.events("units.restored")) == 1


def test_going_back_keeps_what_was_chosen(scene: Scene) -> None:
    other, client = second_team(scene), scene.officer()
    page = press(client, merge(scene, client, other), "", step="back")
    assert page.h1 == "Merge teams"
    assert page.html.count(" checked") == 2


def test_one_team_alone_does_not_merge(scene: Scene) -> None:
    client = scene.officer()
    second_team(scene)
    page = client.get("/teams/merge/")
    page = press(client, page, "", 422, teams=[scene.team], into=scene.team)
    assert "Choose at least two teams." in page.text


def test_a_team_splits_and_whoever_is_not_chosen_stays(scene: Scene) -> None:
    client, path = scene.officer(), f"/teams/{scene.team}/split/"
    page = press(client, client.get(path), "", name="Tổ mới", people=[scene.woman])
    assert "Tổ mới has no leader: record who is elected." in page.text
    press(client, page, "", step="sign", **SIGNED)
    assert "Trần Văn Bình" in client.get(f"/teams/{scene.team}/").text
    assert "Nguyễn Thị Hoa" not in client.get(f"/teams/{scene.team}/").text
    assert "Tổ mới" in client.get("/teams/").text


def test_a_province_moves_a_team_and_a_commune_reads_who_does(scene: Scene) -> None:
    path = f"/teams/{scene.team}/move/"
    assert "There is no other commune in your area." in scene.officer().get(path).text
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = press(client, client.get(path), "", unit=scene.beside.unit_id)
    assert "Move Tổ hòa giải khu phố 1 to Phường Bà Rịa" in page.text
    press(client, page, "", step="sign", **SIGNED)
    assert "Bà Rịa" in client.get(f"/teams/{scene.team}/").text


def split_without_naming(scene: Scene) -> tuple[int, int]:
    """The near ward becomes two new ones, and nobody says where its team goes."""
    new = [
        SetUpUnit(-number, "commune", scene.province.unit_id, f"9000{number}", name, "Phường")
        for number, name in ((1, "Thắng Nhất"), (2, "Rạch Dừa"))
    ]
    parts = UnitPart(-1), UnitPart(-2)
    chosen = operation(*new, SplitUnit(scene.near.unit_id, parts))
    day = date(2026, 7, 1)
    carry_out(scene.session, chosen, on=day, reason="Nghị quyết", now=NOW, actor=OFFICER)
    scene.session.commit()
    rows = select(UnitSpan.unit_id).where(UnitSpan.name.in_(("Thắng Nhất", "Rạch Dừa")))
    first, second = sorted(scene.session.scalars(rows))
    scene.session.rollback()
    return first, second


def test_a_team_that_waits_is_counted_listed_and_placed(scene: Scene) -> None:
    _first, second = split_without_naming(scene)
    client = scene.officer(Role.PROVINCE_OFFICER)
    assert "1 waits" in client.get("/more/").text
    page = client.get("/teams/waiting/")
    assert page.h1 == "Where do the people of Phường Vũng Tàu belong?"
    assert "1 team waits, 3 mediators." in page.text
    assert "Nguyễn Thị Hoa" in page.text
    page = press(client, page, "", **{f"team_{scene.team}": second})
    press(client, page, "", step="sign", **SIGNED)
    assert "No team waits." in client.get("/teams/waiting/").text
    assert "waits" not in client.get("/more/").text
    home = select(TeamSpan.unit_id).where(
        TeamSpan.team_id == scene.team, holds(TeamSpan, clock.today())
    )
    assert scene.session.scalar(home.execution_options(scope=EVERYTHING)) == second


def test_a_team_is_placed_only_in_a_part_of_its_old_unit(scene: Scene) -> None:
    split_without_naming(scene)
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = client.get("/teams/waiting/")
    key = f"team_{scene.team}"
    page = press(client, page, "", 422, **{key: scene.beside.unit_id})
    assert "Choose a unit for at least one team." in page.text


def test_units_merge_into_a_new_one_as_people_write_them(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    values: dict[str, Any] = {
        "units": "phường vũng tàu\nBà Rịa",
        "code": "90009",
        "name": "Tân Thành",
    }
    page = press(client, client.get("/units/merge/"), "", **values, type="Phường")
    assert "Merge Phường Vũng Tàu, Phường Bà Rịa into Phường Tân Thành" in page.text
    page = press(client, page, "", step="sign", **SIGNED)
    assert "Units that end2" in page.text
    assert "Phường Tân Thành" in client.get("/units/").text


def test_units_of_another_province_are_not_found(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = press(client, client.get("/units/merge/"), "", 422, units="Vũng Tàu\nEa Kao")
    assert "No unit of your area is called “Ea Kao”." in page.text
    client.get(f"/units/{scene.far.unit_id}/change/", 404)
    client.get(f"/units/{scene.far.unit_id}/split/", 404)
    scene.officer().get("/units/", 403)


def test_a_unit_gets_another_type(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    path = f"/units/{scene.near.unit_id}/change/"
    page = press(client, client.get(path), "", type="Đặc khu")
    press(client, page, "", step="sign", **SIGNED)
    assert "Đặc khu Vũng Tàu" in client.get("/units/").text


def test_a_unit_splits_and_teams_that_are_not_assigned_wait(scene: Scene) -> None:
    other = second_team(scene)
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = client.get(f"/units/{scene.near.unit_id}/split/")
    values: dict[str, Any] = {
        "name_1": "Thắng Nhất",
        "code_1": "90001",
        "name_2": "Bà Rịa",
        "code_2": "",
    }
    values |= {f"team_{scene.team}": "1"}
    page = press(client, page, "", **values, goes_on=LEFT_OUT)
    assert "Tổ hòa giải khu phố 2 waits for a decision" in page.text
    press(client, page, "", step="sign", **SIGNED)
    assert "Tổ hòa giải khu phố 2" in client.get("/teams/waiting/").text
    assert f"team_{other}" in client.get("/teams/waiting/").html


def test_only_who_keeps_the_whole_nation_abolishes_a_level(app: Flask, scene: Scene) -> None:
    scene.officer(Role.PROVINCE_OFFICER).get("/units/abolish-level/", 403)
    keeper = account(scene.session, role=Role.ADMINISTRATOR, unit=None)
    client = visitor(app, scene.session, keeper)
    page = press(client, client.get("/units/abolish-level/"), "")
    page = press(client, page, "", 422, step="sign", **SIGNED | {"signed_name": "Phạm Thị Dung"})
    assert "This would change nothing" in page.text


def test_an_administrator_reads_numbers_and_no_team(app: Flask, scene: Scene) -> None:
    other, officer = second_team(scene), scene.officer()
    press(officer, merge(scene, officer, other), "", step="sign", **SIGNED)
    keeper = account(scene.session, role=Role.ADMINISTRATOR, unit=None)
    page = visitor(app, scene.session, keeper).get("/operations/")
    assert f"Merge team no. {other} into team no. {scene.team}" in page.text
    assert "khu phố" not in page.text


def test_another_office_neither_reads_nor_undoes_a_change(app: Flask, scene: Scene) -> None:
    other, officer = second_team(scene), scene.officer()
    press(officer, merge(scene, officer, other), "", step="sign", **SIGNED)
    scene.session.rollback()
    number = scene.session.scalars(select(UnitOperation.id)).one()
    scene.session.rollback()
    elsewhere = account(scene.session, role=Role.COMMUNE_OFFICER, unit=scene.far)
    client = visitor(app, scene.session, elsewhere)
    client.get(f"/operations/{number}/", 404)
    client.post(f"/operations/{number}/", {}, 400)
    assert "Change no." not in client.get("/operations/").text
