"""Requirements on screen."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.visitors import account, visitor
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.requirements.models import Requirement, RequirementVersion
from training_app.requirements.rules import Audience

SOON = clock.today() + timedelta(days=30)


class Scene:
    """A province with two communes, a module, a national and a local requirement."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.province = make.unit(session, "Hồ Chí Minh")
        self.commune = make.unit(session, "Vũng Tàu", self.province)
        self.elsewhere = make.unit(session, "Bà Rịa", make.unit(session, "Đồng Nai"))
        make.team(session, self.commune, *(make.person(session) for _ in range(7)))
        self.module = make.module(session, "pham-vi")
        self.national = make.requirement(session, self.module)
        self.local = make.requirement(session, self.module, unit_id=self.commune.unit_id)
        self.foreign = make.requirement(session, self.module, unit_id=self.elsewhere.unit_id)

    def officer(self, role: Role = Role.COMMUNE_OFFICER) -> PageClient:
        unit = self.province if role is Role.PROVINCE_OFFICER else self.commune
        return visitor(self.app, self.session, account(self.session, role=role, unit=unit))

    def values(self, **changes: object) -> dict[str, object]:
        return {
            "title": "Hòa giải viên mới",
            "audience": "mediators",
            "unit": self.commune.unit_id,
            "in_force_from": f"{SOON:%d/%m/%Y}",
            "modules": [self.module.module_id],
            "valid_months": 24,
            "renewal": "expiry",
            **changes,
        }


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def fill(client: PageClient, page: Page, action: str, status: int, **values: object) -> Page:
    return client.submit(page, action, status, **values)


def test_the_list_shows_the_nation_and_the_own_line_of_units(scene: Scene) -> None:
    page = scene.officer().get("/requirements/")
    assert f"/requirements/{scene.national.id}/" in page.links
    assert f"/requirements/{scene.local.id}/" in page.links
    assert f"/requirements/{scene.foreign.id}/" not in page.links
    assert "the whole nation" in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer()
    client.language(language)
    local = f"/requirements/{scene.local.id}/"
    for path in ("/requirements/", "/requirements/new/", "/requirements/try/", local):
        client.get(path)
    for path in ("change/", "end/"):
        client.get(local + path)


def test_a_page_says_how_many_people_it_touches(scene: Scene) -> None:
    page = scene.officer().get(f"/requirements/{scene.local.id}/")
    assert "People it touches today7" in page.text
    assert "Change from a day on" in page.text


def test_requirements_of_others_cannot_be_seen_or_changed(scene: Scene) -> None:
    officer = scene.officer()
    officer.get(f"/requirements/{scene.foreign.id}/", 404)
    page = officer.get(f"/requirements/{scene.national.id}/")
    assert "Change from a day on" not in page.text
    officer.get(f"/requirements/{scene.national.id}/change/", 403)


def test_an_officer_sets_a_requirement_and_is_told_what_follows(scene: Scene) -> None:
    officer = scene.officer()
    form = officer.get("/requirements/new/")
    page = fill(officer, form, "/requirements/new/", 200, **scene.values())
    assert page.h1 == "Hòa giải viên mới"
    assert "The requirement holds from" in page.text
    assert "does not apply yet" in page.text


def test_the_nation_is_not_on_offer(scene: Scene) -> None:
    officer = scene.officer()
    form = officer.get("/requirements/new/")
    for unit in (scene.elsewhere.unit_id, 0, ""):
        fill(officer, form, "/requirements/new/", 422, **scene.values(unit=unit))
    titles = scene.session.scalars(select(Requirement.title)).all()
    assert "Hòa giải viên mới" not in titles


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Write what the requirement is called"),
        ({"in_force_from": "31/06/2027"}, "does not exist"),
        ({"in_force_from": "01/01/2020"}, "lies in the past"),
        ({"modules": []}, "Choose at least one module"),
        ({"modules": [999]}, "not a valid choice"),
        ({"hours": "many"}, "Not a valid integer"),
        ({"renewal": "never"}, "Not a valid choice"),
        ({"valid_months": 6, "window_months": 12}, "cannot be longer"),
        ({"commune": "Đồng Nai"}, "No commune of your area"),
    ],
)
def test_mistakes_are_named_and_nothing_typed_is_lost(
    scene: Scene, changes: dict[str, object], words: str
) -> None:
    officer = scene.officer()
    form = officer.get("/requirements/new/")
    values = scene.values(**{"title": "Giữ lại <b>", **changes})
    page = fill(officer, form, "/requirements/new/", 422, **values)
    assert words in page.text
    if changes.get("title") != "":
        assert "Giữ lại &lt;b&gt;" in page.html


def test_a_province_names_one_commune_as_people_write_it(scene: Scene) -> None:
    officer = scene.officer(Role.PROVINCE_OFFICER)
    form = officer.get("/requirements/new/")
    values = scene.values(unit=scene.province.unit_id, commune="phường vũng tàu")
    page = fill(officer, form, "/requirements/new/", 200, **values)
    assert "Phường Vũng Tàu" in page.text


def test_a_change_begins_on_its_day_and_an_end_needs_a_reason(scene: Scene) -> None:
    officer = scene.officer()
    local = f"/requirements/{scene.local.id}/"
    form = officer.get(local + "change/")
    terms = {key: value for key, value in scene.values().items() if key not in {"title", "unit"}}
    page = fill(officer, form, "change", 200, **{**terms, "valid_months": 36})
    assert "3 years" in page.text
    assert "The requirement holds from" in page.text
    assert "already stands" in fill(officer, form, "change", 409, **terms).text
    ending = officer.get(local + "end/")
    day = f"{SOON + timedelta(days=30):%d/%m/%Y}"
    assert "Say why" in fill(officer, ending, "end", 422, ends_on=day, reason="").text
    done = fill(officer, ending, "end", 200, ends_on=day, reason="Thay bằng của tỉnh")
    assert "ends on" in done.text
    assert "Change from a day on" not in done.text
    ends = scene.session.scalars(
        select(RequirementVersion.in_force_to)
        .where(RequirementVersion.requirement_id == scene.local.id)
        .order_by(RequirementVersion.in_force_from)
    ).all()
    assert ends == [SOON, SOON + timedelta(days=30)]


def test_a_rule_can_be_tried_before_it_is_adopted(scene: Scene) -> None:
    officer = scene.officer()
    dates = "completed=15/04/2013&held_until=03/05/2013&due=&period=12&window=1&minimum=6"
    page = officer.get(f"/requirements/try/?{dates}")
    for day in ("3 May 2014", "3 Apr 2014", "15 Apr 2014", "15 Mar 2014"):
        assert day in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("completed=&period=12", "Write the day of completion"),
        ("completed=15/04/2013&period=", "Write for how many months"),
        ("completed=15/04/2013&period=0", "a number from 1 to 120"),
        ("completed=15/04/9999&period=12", "too far away"),
        ("completed=15.4&period=12", "day/month/year"),
    ],
)
def test_a_trial_that_cannot_be_computed_says_why(scene: Scene, query: str, words: str) -> None:
    assert words in scene.officer().get(f"/requirements/try/?{query}", 422).text


def test_readers_see_and_do_not_change(scene: Scene) -> None:
    trainer = scene.officer(Role.TRAINER)
    assert "Set a requirement" not in trainer.get("/requirements/").text
    trainer.get(f"/requirements/{scene.foreign.id}/")
    trainer.get("/requirements/new/", 403)


def test_small_numbers_are_hidden_from_those_who_see_no_names(scene: Scene) -> None:
    leaders = make.requirement(scene.session, scene.module, audience=Audience.LEADERS)
    viewer = visitor(scene.app, scene.session, account(scene.session, role=Role.MINISTRY_VIEWER))
    page = viewer.get(f"/requirements/{leaders.id}/")
    assert "People it touches todayfewer than 5" in page.text


def test_classes_only_and_modules_that_count_are_set_and_kept(scene: Scene) -> None:
    older = make.module(scene.session, "cu")
    scene.session.commit()
    officer = scene.officer()
    new = "/requirements/new/"
    more = {
        "class_only": "y",
        "equal_module": older.module_id,
        "equal_for": scene.module.module_id,
    }
    page = fill(officer, officer.get(new), new, 200, **scene.values(**more))
    assert "Module cu counts for Module pham-vi" in page.text
    assert "learned in a class; tests do not count" in page.text
    form = officer.get(page.link("Change from a day on"))
    pair = f"{older.module_id}-{scene.module.module_id}"
    values = form.form("/change/").filled()
    assert (values["equivalents"], values["class_only"]) == (pair, "y")


def test_a_module_counts_only_for_one_that_is_asked_for(scene: Scene) -> None:
    older = make.module(scene.session, "cu")
    scene.session.commit()
    officer = scene.officer()
    new = "/requirements/new/"
    pair = {"equal_module": scene.module.module_id, "equal_for": older.module_id}
    page = fill(officer, officer.get(new), new, 422, **scene.values(**pair))
    assert "A module can only count for another module that is asked for." in page.text


def merged(scene: Scene) -> str:
    """A neighbour became part of the own commune yesterday; the address of what is open."""
    old = make.unit(scene.session, "Thắng Tam", scene.province)
    make.team(scene.session, old, make.person(scene.session), make.person(scene.session))
    asked = make.requirement(scene.session, scene.module, unit_id=old.unit_id)
    make.end_unit(scene.session, old, clock.today() - timedelta(days=1), scene.commune)
    scene.session.commit()
    return f"/requirements/ended-units/{asked.id}/{scene.commune.unit_id}/"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_officer_is_told_of_a_unit_that_ended_and_lets_its_requirement_go_on(
    scene: Scene, language: str
) -> None:
    path = merged(scene)
    officer = scene.officer()
    officer.language(language)
    assert "/requirements/ended-units/" in officer.get("/requirements/").links
    assert path in officer.get("/requirements/ended-units/").links
    page = officer.get(path)
    if language == "en":
        assert "People it would ask in Phường Vũng Tàu9" in page.text
        assert "came from Phường Thắng Tam2" in page.text
    values = {"choice": "carry-on", "day": f"{SOON:%d/%m/%Y}", "reason": "Sáp nhập"}
    done = officer.submit(page, "", 200, **values)
    assert done.h1 in {"Every year", "Bồi dưỡng hằng năm"}
    assert f"/requirements/{path.split('/')[3]}/" in done.links
    assert "Phường Thắng Tam" in done.text
    assert "/requirements/ended-units/" not in officer.get("/requirements/").links
    officer.get(path, 404)


def test_what_is_missing_in_a_decision_is_said_and_what_was_typed_stays(scene: Scene) -> None:
    officer, path = scene.officer(), merged(scene)
    page = officer.submit(officer.get(path), "", 422, choice="carry-on", day="", reason="Sáp nhập")
    assert "Write from which day it is required" in page.text
    assert "Sáp nhập" in page.text
    page = officer.submit(officer.get(path), "", 422, reason="")
    assert "Choose one of these" in page.text
    page = officer.submit(officer.get(path), "", 200, choice="end", reason="Đã có yêu cầu khác")
    assert "It ends with its unit" in page.text
    assert "Nothing waits for a decision" in page.text


def test_modules_stand_in_the_order_of_the_curriculum(scene: Scene) -> None:
    scene.module.position = 2
    first = make.module(scene.session, "mo-dau")
    asked = make.requirement(scene.session, scene.module, first, unit_id=scene.commune.unit_id)
    scene.session.commit()
    page = scene.officer().get(f"/requirements/{asked.id}/")
    assert page.text.index("Module mo-dau") < page.text.index("Module pham-vi")
