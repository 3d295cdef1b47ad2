"""Teams on screen: lists, Article 12, and what an office does with a team."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisation.scenes import SIGNED, Scene, carry_out
from training_app import clock
from training_app.access import Role


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer()
    client.language(language)
    for path in ("/teams/", "/teams/new/", f"/teams/{scene.team}/"):
        client.get(path)
    for path in ("change", "leader", "exception", "end", "members/new"):
        client.get(f"/teams/{scene.team}/{path}/")


def test_a_commune_sees_its_teams_with_what_they_lack_and_the_smallest_repair(
    scene: Scene,
) -> None:
    small = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.world.person("Đỗ Văn Năm", small)
    scene.session.commit()
    page = scene.officer().get("/teams/")
    assert "1 of 2 teams are complete by Article 12; 4 mediators serve." in page.text
    assert "Fewer than three members No woman No leader" in page.text
    assert "Add 2 members, at least one a woman; Elect a leader" in page.text
    assert "buôn Pok" not in page.text
    assert f"/teams/{small}/cards/" in page.links


def test_an_empty_commune_says_what_to_do(app: Flask, scene: Scene) -> None:
    page = scene.officer(Role.PROVINCE_OFFICER).get(f"/teams/?unit={scene.beside.unit_id}")
    assert "No team is recorded here yet." in page.text
    assert page.link("Enter a list") == f"/rosters/?unit={scene.beside.unit_id}"


def test_a_province_sees_communes_with_counts_and_drills_down(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = client.get("/teams/")
    assert "1 of 1 teams are complete by Article 12; 3 mediators serve." in page.text
    assert "Ea Kao" not in page.text
    below = client.get(page.link("Phường Vũng Tàu"))
    assert "Tổ hòa giải khu phố 1" in below.text


def test_other_units_and_teams_are_as_if_there_were_none(scene: Scene) -> None:
    client = scene.officer()
    for path in (f"?unit={scene.far.unit_id}", f"?unit={scene.beside.unit_id}", "?unit=999999"):
        client.get("/teams/" + path, 404)
    client.get(f"/teams/new/?unit={scene.far.unit_id}", 404)
    for path in ("", "change/", "leader/", "exception/", "end/", "members/new/"):
        client.get(f"/teams/{scene.far_team}/{path}", 404)
        client.post(f"/teams/{scene.far_team}/{path}", {}, 405 if not path else 400)


def test_a_leader_reads_the_own_team_and_changes_nothing(scene: Scene) -> None:
    client = scene.member(scene.leader)
    page = client.get(f"/teams/{scene.team}/")
    assert "Nguyễn Thị Hoa" in page.text
    assert "0912 345 678" in page.text
    assert "Add a mediator" not in page.text
    client.get(f"/teams/{scene.far_team}/", 404)
    client.get(f"/teams/{scene.team}/change/", 403)
    scene.member(scene.third).get(f"/teams/{scene.team}/", 403)


def test_a_team_page_holds_article_12_against_the_team_rule_by_rule(scene: Scene) -> None:
    page = scene.officer().get(f"/teams/{scene.team}/")
    assert "At least three mediators met 3 mediators" in page.text
    assert "At least one woman met 1 woman" in page.text
    assert "not asked here –" in page.text
    assert "The team is complete by Article 12." in page.text
    assert "Article 12, Law on Grassroots Mediation No. 35/2013/QH13" in page.text
    seen = scene.events("names.viewed")[-1]
    assert (seen.object_kind, seen.object_id) == ("team", scene.team)
    assert "Hoa" not in str(seen.detail)


def test_a_team_is_set_up_and_wants_members(scene: Scene) -> None:
    client = scene.officer()
    page = carry_out(client, "/teams/new/", name=" Tổ  hòa giải khu phố 3 ")
    page = client.get(page.link("Tổ hòa giải khu phố 3"))
    assert page.h1 == "Tổ hòa giải khu phố 3"
    assert "Add 3 members, at least one a woman" in page.text


def test_a_name_that_is_taken_is_told_and_what_was_typed_stays(scene: Scene) -> None:
    client = scene.officer()
    page = client.submit(
        client.get("/teams/new/"), "", 422, name="Tổ hòa giải khu phố 1", on="1/3/2026"
    )
    assert "A team of this name lives in this village already." in page.text
    assert dict(page.form("").fields)["on"] == "1/3/2026"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Write the name of the team."),
        ("name", "T" * 300, "Write at most 120 characters"),
        ("on", "31/06/2026", "does not exist"),
        ("on", "31/12/2099", "This day lies ahead."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    scene: Scene, field: str, value: str, words: str
) -> None:
    client = scene.officer()
    values = {"name": "Tổ mới", field: value}
    page = client.submit(client.get("/teams/new/"), "", 422, **values)
    assert words in page.text
    assert value in page.html


def test_a_changed_team_keeps_its_past(scene: Scene) -> None:
    client = scene.officer()
    carry_out(
        client,
        f"/teams/{scene.team}/change/",
        name="Tổ hòa giải khu phố 1A",
        village="Khu phố 1A",
        minority_required="y",
    )
    page = client.get(f"/teams/{scene.team}/")
    assert page.h1 == "Tổ hòa giải khu phố 1A"
    assert "Add one member of an ethnic minority" in page.text


def test_the_mediators_elect_a_leader_with_the_recognition(scene: Scene) -> None:
    client = scene.officer()
    path = f"/teams/{scene.team}/leader/"
    looked = client.submit(
        client.get(path), "", person=scene.woman, number="45/QĐ-UBND", decided_on="20/10/2026"
    )
    assert dict(looked.form("").fields)["decision"] == "45/QĐ-UBND, 20 Oct 2026"
    client.submit(looked, "", step="sign", **SIGNED)
    page = client.get(f"/teams/{scene.team}/")
    assert "Nguyễn Thị Hoa (leader)" in page.text
    assert "45/QĐ-UBND" in page.text
    carry_out(client, path, person=0)
    assert "Elect a leader" in client.get(f"/teams/{scene.team}/").text
    client.submit(client.get(path), "", 422, person=scene.stranger)


def test_an_exception_has_a_reason_and_an_end_and_can_be_ended(scene: Scene) -> None:
    client = scene.officer()
    small = scene.world.team(scene.near, "Tổ hòa giải khu phố 9")
    scene.session.commit()
    form = client.get(f"/teams/{small}/exception/")
    refused = client.submit(form, "", 422, rule="woman", reason="", until="")
    assert "Say why the team is excepted from the rule." in refused.text
    assert "Write the day on which the exception ends." in refused.text
    until = f"{clock.today() + timedelta(days=60):%d/%m/%Y}"
    page = client.submit(form, "", rule="woman", reason="Chưa ai nhận", until=until)
    assert "At least one woman excepted" in page.text
    assert "Chưa ai nhận" in page.text
    page = client.submit(page, "exception/end/")
    assert "At least one woman lacking" in page.text


def test_another_teams_exception_is_not_ended_from_here(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/teams/{scene.team}/exception/")
    token = dict(page.form("").fields)["csrf_token"]
    values = {"csrf_token": token, "exception": 12345}
    client.post(f"/teams/{scene.team}/exception/end/", values, 404)


def test_a_team_ends_with_its_memberships(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/teams/{scene.team}/end/")
    assert "The service of its 3 mediators ends with it." in page.text
    page = client.submit(page, "")
    assert "People affected3" in page.text
    client.submit(page, "", 422, step="sign", **SIGNED | {"reason": ""})
    client.submit(page, "", step="sign", **SIGNED)
    assert "No team is recorded here yet." in client.get("/teams/").text
    client.get(f"/teams/{scene.team}/", 404)


def test_a_person_joins_and_a_namesake_is_shown_first(scene: Scene) -> None:
    client = scene.officer()
    path = f"/teams/{scene.team}/members/new/"
    page = client.submit(
        client.get(path), "", full_name="Võ Thị Lan", birth="1970", phones="0912 345 679"
    )
    assert "Võ Thị Lan" in page.text
    assert "0912 345 679" in page.text
    page = client.submit(client.get(path), "", 422, full_name="vo thi lan", sex="female")
    assert "Somebody of this name is on record. Is it the same person?" in page.text
    assert page.link("Võ Thị Lan").endswith("/team/")
    page = client.submit(page, "", another="y")
    assert "5 mediators" in page.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("birth", "31/06/1960", "does not exist"),
        ("birth", "1850", "The birth year 1850 cannot be right."),
        ("phones", "12345", "is not a full Vietnamese telephone number"),
        ("on", "ngày mai", "Write the date as day/month/year"),
        ("full_name", "", "Write the full name."),
    ],
)
def test_a_persons_field_that_cannot_be_used_is_said_and_kept(
    scene: Scene, field: str, value: str, words: str
) -> None:
    client = scene.officer()
    values = {"full_name": "Võ Thị Lan", field: value}
    page = client.submit(client.get(f"/teams/{scene.team}/members/new/"), "", 422, **values)
    assert words in page.text
    assert value in page.html
