"""Presets: a filled form with its source, and nothing in force without the officer."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.visitors import account, visitor
from tests.page import PageClient
from training_app import clock
from training_app.access import Role
from training_app.requirements import parsing
from training_app.requirements.folders import preset_table
from training_app.requirements.models import Requirement, RequirementVersion
from training_app.requirements.rules.presets import Confidence

KEYS = ["newly-elected", "yearly-refresher", "trainers-course", "leaders-course"]


@pytest.fixture
def officer(app: Flask, db_session: Session) -> PageClient:
    commune = make.unit(db_session, "Vũng Tàu", make.unit(db_session, "Hồ Chí Minh"))
    make.team(db_session, commune, *(make.person(db_session) for _ in range(6)))
    make.module(db_session, "pham-vi-hoa-giai")
    return visitor(app, db_session, account(db_session, role=Role.COMMUNE_OFFICER, unit=commune))


def requirements(session: Session) -> list[Requirement]:
    session.rollback()
    found = list(session.scalars(select(Requirement)))
    session.rollback()
    return found


def test_the_four_presets_are_offered_with_where_they_come_from() -> None:
    assert [one.key for one in preset_table()] == KEYS
    for preset in preset_table():
        assert preset.source
        assert preset.source_en
        assert preset.confidence is Confidence.SOURCE or preset.open_fields


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_a_preset_says_who_is_asked_what_until_when_and_what_is_not_confirmed(
    officer: PageClient, key: str, language: str
) -> None:
    officer.language(language)
    page = officer.get(f"/requirements/new/?preset={key}")
    preset = next(one for one in preset_table() if one.key == key)
    vietnamese = language == "vi"
    assert (preset.who if vietnamese else preset.who_en) in page.text
    assert (preset.until if vietnamese else preset.until_en) in page.text
    assert (preset.source if vietnamese else preset.source_en) in page.text
    assert ("Chưa xác nhận" if vietnamese else "Not confirmed") in page.text


def test_a_preset_counts_the_people_and_sets_nothing(
    officer: PageClient, db_session: Session
) -> None:
    page = officer.get("/requirements/new/?preset=newly-elected")
    assert "People it would ask today6 (Phường Vũng Tàu)" in page.text
    assert "Not published yet and therefore not ticked: tien-trinh-hoa-giai." in page.text
    assert (
        "People it would ask today1 ("
        in officer.get("/requirements/new/?preset=leaders-course").text
    )
    assert requirements(db_session) == []


def test_the_filled_form_holds_once_the_officer_has_written_its_first_day(
    officer: PageClient, db_session: Session
) -> None:
    page = officer.get("/requirements/")
    page = officer.get(page.link("Set a requirement"))
    page = officer.get(page.link("Yearly refresher"))
    path = "/requirements/new/?preset=yearly-refresher"
    officer.submit(page, path, 422)  # the first day is nobody's but the officer's
    officer.submit(page, path, in_force_from=f"{clock.today():%d/%m/%Y}")
    (made,) = requirements(db_session)
    assert made.title == "Bồi dưỡng hằng năm cho hòa giải viên"
    version = db_session.scalars(select(RequirementVersion)).one()
    assert (version.valid_months, version.window_months, version.grace_days) == (12, 3, 90)
    assert version.class_only


def test_what_was_changed_stays_beside_the_preset_when_something_is_missing(
    officer: PageClient,
) -> None:
    path = "/requirements/new/?preset=trainers-course"
    page = officer.submit(officer.get(path), path, 422, in_force_from="", title="Lớp của xã")
    assert "Preset: Trainers' course" in page.text
    assert 'value="Lớp của xã"' in page.html


def test_a_preset_that_does_not_exist_is_not_found(officer: PageClient) -> None:
    officer.get("/requirements/new/?preset=nothing", 404)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"mediators"', '"everybody"', "preset 1: 'everybody'"),
        ("grace_days = 90", 'grace_days = "x"', "preset 1: grace_days"),
        ('open = ["modules"', 'open = ["colour"', "preset 1: open"),
    ],
)
def test_a_mistake_in_the_table_is_named_by_row_and_field(old: str, new: str, words: str) -> None:
    from_table = _table().replace(old, new, 1)
    with pytest.raises(parsing.BadPreset, match=words):
        parsing.presets(from_table)


def _table() -> str:
    return """
[[preset]]
key = "a"
title = "A"
title_en = "A"
audience = "mediators"
modules = ["m"]
class_only = false
valid_months = 0
renewal = "completion"
window_months = 0
grace_days = 90
who = "w"
who_en = "w"
until = "u"
until_en = "u"
confidence = "practice"
source = "s"
source_en = "s"
open = ["modules"]
"""
