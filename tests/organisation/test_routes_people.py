"""People on screen: found, shown, corrected, moved, ended, recognised."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.scenes import SIGNED, Scene, carry_out
from training_app.access import Role
from training_app.db import Unscoped
from training_app.organisation.models import Membership, Person

TEST = {"scope": Unscoped("the test looks")}


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer()
    client.language(language)
    own = f"/people/{scene.third}/"
    for path in ("/people/", "/people/?q=hoa", own):
        client.get(path)
    for path in ("change/", "team/", "recognition/", "minority/", f"end/{scene.team}/"):
        client.get(own + path)


@pytest.mark.parametrize("text", ["nguyen thi hoa", "HOA", "Hoa "])
def test_a_person_is_found_by_name_whatever_the_marks(scene: Scene, text: str) -> None:
    page = scene.officer().get("/people/", query_string={"q": text})
    assert "1 person found." in page.text
    assert page.link("Nguyễn Thị Hoa") == f"/people/{scene.woman}/"
    assert scene.events("names.viewed")[-1].detail == {"count": 1}


def test_a_person_is_found_by_telephone(scene: Scene) -> None:
    page = scene.officer().get("/people/?q=0912 345")
    assert page.link("Trần Văn Bình") == f"/people/{scene.leader}/"


def test_a_stranger_is_neither_found_nor_opened(scene: Scene) -> None:
    for role in (Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER):
        client = scene.officer(role)
        assert "Nobody of this name" in client.get("/people/?q=ya thi xa").text
        own = f"/people/{scene.stranger}/"
        for path in ("", "change/", "team/", "recognition/", f"end/{scene.far_team}/"):
            client.get(own + path, 404)
    scene.officer().get(f"/people/{scene.stranger}/minority/", 404)


def test_leaders_and_mediators_do_not_open_the_records_of_people(scene: Scene) -> None:
    scene.member(scene.leader).get(f"/people/{scene.woman}/", 403)
    scene.member(scene.woman).get(f"/people/{scene.woman}/", 403)


def test_a_year_is_not_called_a_date_of_birth(scene: Scene) -> None:
    page = scene.officer().get(f"/people/{scene.leader}/").text
    assert "Birth year1960" in page
    assert "Birth date" not in page


def test_a_person_page_shows_service_and_leads_on(scene: Scene) -> None:
    page = scene.officer().get(f"/people/{scene.leader}/")
    assert "Tổ hòa giải khu phố 1, Phường Vũng Tàu (leader)" in page.text
    assert "0912 345 678" in page.text
    assert f"/people/{scene.leader}/access/" in page.links
    seen = scene.events("names.viewed")[-1]
    assert (seen.object_kind, seen.object_id, seen.detail["phones"]) == (
        "person", scene.leader, True,
    )  # fmt: skip


def test_a_correction_keeps_what_the_form_does_not_show(scene: Scene) -> None:
    before = scene.session.get_one(Person, scene.third, execution_options=TEST)
    before.ethnic_minority = True
    scene.session.commit()
    client = scene.officer()
    page = client.submit(
        client.get(f"/people/{scene.third}/change/"),
        "",
        full_name="Lê Văn Cương",
        birth="20/11/1961",
        phones="0987 654 321, 0901112223",
        law_qualified="yes",
    )
    assert page.h1 == "Lê Văn Cương"
    assert "20 Nov 1961" in page.text
    assert "0987 654 321" in page.text
    scene.session.rollback()
    scene.session.expire_all()
    assert scene.session.get_one(Person, scene.third, execution_options=TEST).ethnic_minority
    changed = scene.events("person.changed")
    assert {field for event in changed for field in event.detail["fields"]} == {
        "full_name", "birth_date", "birth_year", "phones", "law_qualified",
    }  # fmt: skip
    assert "Cương" not in str([event.detail for event in changed])


def test_a_wrong_correction_is_told_and_kept_as_typed(scene: Scene) -> None:
    client = scene.officer()
    page = client.submit(
        client.get(f"/people/{scene.third}/change/"), "", 422, full_name="", phones="abc 99"
    )
    assert "Write the full name." in page.text
    assert "abc 99" in page.html


def test_the_restricted_flag_stands_behind_a_click_that_is_written_down(scene: Scene) -> None:
    client = scene.officer()
    shown = client.get(f"/people/{scene.woman}/")
    assert scene.events("minority.viewed") == []
    page = client.get(shown.link("See or correct"))
    assert scene.events("minority.viewed")[-1].object_id == scene.woman
    client.submit(page, "", belongs="yes")
    scene.session.rollback()
    scene.session.expire_all()
    assert scene.session.get_one(Person, scene.woman, execution_options=TEST).ethnic_minority


def test_a_province_does_not_see_the_restricted_flag(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    assert "minority" not in client.get(f"/people/{scene.woman}/").text
    client.get(f"/people/{scene.woman}/minority/", 403)


def test_service_ends_with_a_reason_of_article_11(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/people/{scene.third}/end/{scene.team}/")
    assert "Article 11, Law on Grassroots Mediation No. 35/2013/QH13" in page.text
    assert "Choose one of these." in client.submit(page, "", 422).text
    ahead = client.submit(page, "", 422, why="died", on="1/1/2099")
    assert "This day lies ahead." in ahead.text
    page = client.submit(page, "", why="own_wish", on="1/10/2026")
    assert "is left with fewer than three mediators (Article 12)" in page.text
    client.submit(page, "", step="sign", **SIGNED)
    assert "Own wish (Article 11)" in client.get(f"/people/{scene.third}/").text
    ended = scene.events("membership.ended")[-1]
    assert (ended.object_id, ended.detail["why"]) == (scene.third, "own_wish")
    client.get(f"/people/{scene.third}/end/{scene.team}/", 404)
    client.get(f"/people/{scene.third}/")


def test_a_person_moves_or_serves_in_two_teams(scene: Scene) -> None:
    second = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.world.team(scene.near, "Tổ hòa giải khu phố 3")
    scene.session.commit()
    client = scene.officer()
    page = client.get(f"/people/{scene.third}/team/")
    assert "buôn Pok" not in page.text
    carry_out(client, f"/people/{scene.third}/team/", team=second, leaves=scene.team)
    assert "Moved away" in client.get(f"/people/{scene.third}/").text
    carry_out(client, f"/people/{scene.woman}/team/", team=second, leaves=0)
    chosen = select(Membership.person_id).where(
        Membership.team_id == second, Membership.valid_to.is_(None)
    )
    scene.session.rollback()
    assert set(scene.session.scalars(chosen.execution_options(**TEST))) == {
        scene.third,
        scene.woman,
    }
    form = client.get(f"/people/{scene.woman}/team/")
    client.submit(form, "", 422, team=scene.far_team, leaves=0)


def test_a_recognition_has_a_number_or_a_date_and_stands_once(scene: Scene) -> None:
    client = scene.officer()
    form = client.get(f"/people/{scene.woman}/recognition/?team={scene.team}")
    assert "A decision has a number or a date." in client.submit(form, "", 422).text
    page = client.submit(form, "", number="12/QĐ-UBND", decided_on="2/3/2026")
    client.submit(page, "", step="sign", **SIGNED)
    page = client.get(f"/people/{scene.woman}/")
    assert "Mediator, Tổ hòa giải khu phố 1: 12/QĐ-UBND, 2 Mar 2026" in page.text
    page = client.submit(form, "", 422, number="12/QĐ-UBND", decided_on="2/3/2026")
    assert "This decision is recorded already." in page.text
