"""What people choose in scenarios, by numbers alone."""

import io
import tomllib
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import NOW, TODAY
from tests.page import PageClient
from training_app.access import Role, Scope
from training_app.catalogue.models import ScenarioVersion
from training_app.catalogue.source import Scenario
from training_app.organisation.models import Person
from training_app.practice import queries
from training_app.practice.models import ScenarioRun, ScenarioStep
from training_app.practice.rules.paths import Level
from training_app.practice.rules.statistics import (
    competency_lines,
    ending_lines,
    hide_small,
    node_lines,
)

EVERYTHING = Scope(everything=True)
ALL = {"scope": EVERYTHING}
TELLING = """\
title = "Hàng rào"
intro = "Hai nhà cãi nhau."
minutes = 5
start = "n1"
cites = ["luat-a#3"]
reviewed_on = 2026-11-20
[[node]]
id = "n1"
situation = "Bà Lan đến."
[[node.choice]]
id = "a"
text = "Nghe hết"
consequence = "Bà kể."
why = "Nghe trước."
next = "e1"
scores = { listening = 1, process = 1 }
[[node.choice]]
id = "b"
text = "Phán ngay"
consequence = "Bà giận."
why = "Chưa nghe."
next = "e2"
harmful = true
scores = { listening = -1 }
[[ending]]
id = "e1"
outcome = "good"
title = "Thành"
summary = "Đồng ý."
better = "Ghi rõ."
cites = ["luat-a#3"]
[[ending]]
id = "e2"
outcome = "harm"
title = "Không thành"
summary = "Bỏ về."
better = "Nghe trước."
cites = ["luat-a#3"]
"""
SCENARIO = Scenario.model_validate(tomllib.loads(TELLING.replace('cites = ["luat-a#3"]', "")))
PAGE = "/items/nghe/scenarios/ngo-chung/"


# -- rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([3, 1], [None, None]),
        ([20, 3, 9], [20, None, None]),
        ([20, 3, 2], [20, None, None]),
        ([20, 0], [20, 0]),
        ([30, 4], [None, None]),
        ([5, 6], [5, 6]),
        ([0, 0], [None, None]),
    ],
)
def test_small_numbers_stay_hidden_and_cannot_be_worked_out(
    counts: list[int], shown: list[int | None]
) -> None:
    assert hide_small(counts) == shown


def test_competencies_are_averaged_over_the_choices_that_score_them() -> None:
    lines = competency_lines(SCENARIO, {("n1", "a"): 6, ("n1", "b"): 2})
    found = {line.competency: (line.average, line.choices, line.level) for line in lines}
    assert found == {
        "process": (1.0, 6, Level.WELL),
        "listening": (0.5, 8, Level.WELL),
    }


def test_fewer_than_five_people_show_nothing() -> None:
    first = {("n1", "a"): 3, ("n1", "b"): 1}
    (turn,) = node_lines(SCENARIO, first)
    assert (turn.people, [one.people for one in turn.choices]) == (None, [None, None])
    assert {line.average for line in competency_lines(SCENARIO, first)} == {None}
    assert [line.people for line in ending_lines(SCENARIO, {"e1": 4})] == [None, None]


# -- counting -------------------------------------------------------------------------------


def walked(session: Session, person: Person, version: int, *choices: str) -> None:
    """One run of a person: choices at the only turn, a step back between two."""
    run = ScenarioRun(person_id=person.id, scenario_version_id=version, started_at=NOW)
    session.add(run)
    session.flush()
    moves = [move for choice in choices for move in (None, choice)][1:]
    for number, move in enumerate(moves, start=1):
        step = ScenarioStep(run_id=run.id, sequence=number, node="n1", choice=move, at=NOW)
        session.add(step)
    run.ended_at = NOW + timedelta(minutes=3)
    run.ending = {"a": "e1", "b": "e2"}[choices[-1]]
    session.flush()


@pytest.fixture
def told(db_session: Session) -> int:
    """The id of a published scenario with two ways."""
    learners.teach(db_session, scenario=TELLING)
    return db_session.scalars(select(ScenarioVersion.id)).one()


def test_only_the_first_choice_and_the_first_ending_of_each_person_count(
    db_session: Session, told: int
) -> None:
    twice, once = make.person(db_session, "Trần An"), make.person(db_session, "Lê Bình")
    walked(db_session, twice, told, "b", "a")
    walked(db_session, twice, told, "a")
    walked(db_session, once, told, "a")
    found = queries.first_choices(db_session, EVERYTHING, [told], on=TODAY)
    assert found == {("n1", "a"): 1, ("n1", "b"): 1}
    assert queries.first_endings(db_session, EVERYTHING, [told], on=TODAY) == {"e1": 2}


def test_what_was_chosen_first_in_time_counts_whichever_walk_was_begun_first(
    db_session: Session, told: int
) -> None:
    person = make.person(db_session, "Trần An")
    walked(db_session, person, told, "b")
    walked(db_session, person, told, "a")
    begun_first = db_session.scalars(
        select(ScenarioRun).order_by(ScenarioRun.id).limit(1), execution_options=ALL
    ).one()
    late = NOW + timedelta(days=1)
    begun_first.ended_at = late
    for step in db_session.scalars(
        select(ScenarioStep).where(ScenarioStep.run_id == begun_first.id), execution_options=ALL
    ):
        step.at = late
    db_session.flush()
    found = queries.first_choices(db_session, EVERYTHING, [told], on=TODAY)
    assert found == {("n1", "a"): 1}
    assert queries.first_endings(db_session, EVERYTHING, [told], on=TODAY) == {"e1": 1}


def test_a_module_published_anew_keeps_the_numbers_of_a_scenario_left_alone(
    db_session: Session, told: int
) -> None:
    walked(db_session, make.person(db_session), told, "a")
    learners.teach(db_session, scenario=TELLING, bank=learners.BANK.replace("Câu một?", "Câu 1?"))
    newest = max(db_session.scalars(select(ScenarioVersion.id)))
    assert newest != told
    versions = queries.same_story(db_session, newest)
    assert sorted(versions) == [told, newest]
    learners.teach(db_session, scenario=TELLING.replace("Nghe hết", "Nghe cho hết"))
    changed = max(db_session.scalars(select(ScenarioVersion.id)))
    assert queries.same_story(db_session, changed) == [changed]


def test_a_province_counts_its_own_people(db_session: Session, told: int) -> None:
    province, far = make.unit(db_session, "Tỉnh Gần"), make.unit(db_session, "Tỉnh Xa")
    for place in (province, far):
        person = make.person(db_session)
        make.team(db_session, make.unit(db_session, "Phường", place), person)
        walked(db_session, person, told, "a" if place is province else "b")
    mine = Scope(unit_paths=(province.path,))
    found = queries.first_choices(db_session, mine, [told], on=TODAY)
    assert found == {("n1", "a"): 1}


# -- screens --------------------------------------------------------------------------------


@pytest.fixture
def trainer(app: Flask, db_session: Session, told: int) -> PageClient:
    """A trainer, after ten people walked: eight listened first, two judged."""
    for number in range(10):
        person = make.person(db_session, f"Canari{number} Người")
        walked(db_session, person, told, "a" if number < 8 else "b")
    province = make.unit(db_session, "Tỉnh Gần")
    account = visitors.account(db_session, role=Role.TRAINER, unit=province)
    return visitors.visitor(app, db_session, account)


def test_a_trainer_sees_what_people_choose_without_a_name(
    trainer: PageClient, db_session: Session, told: int
) -> None:
    page = trainer.get(trainer.get("/items/scenarios/").link("Hàng rào"))
    assert "10 people came here" in page.text
    assert "hidden" in page.text
    assert "8/10" not in page.text  # the other number could be worked out
    assert "not allowed by law" in page.text
    assert "Canari" not in page.html
    for _ in range(5):
        walked(db_session, make.person(db_session), told, "b")
    db_session.commit()
    page = trainer.get(PAGE)
    assert "8/15 – 53.3 %" in page.text
    assert "7/15 – 46.7 %" in page.text
    assert "harmful end" in page.text
    assert "Listening" in page.text


def test_the_download_has_the_numbers_of_the_page(trainer: PageClient, app: Flask) -> None:
    told = trainer.http.get(PAGE + "choices.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(told.data)).worksheets[0]
    rows = list(sheet.values)
    assert [row[2:5] for row in rows[-2:]] == [
        ("Nghe hết", None, 10),
        ("Phán ngay", None, 10),
    ]


def test_a_scenario_that_nobody_walked_says_so(app: Flask, db_session: Session, told: int) -> None:
    account = visitors.account(db_session, role=Role.REVIEWER, unit=make.unit(db_session, "T"))
    page = visitors.visitor(app, db_session, account).get(PAGE)
    assert "fewer than 5 people so far" in page.text


def test_a_mediator_does_not_see_these_numbers(app: Flask, db_session: Session, told: int) -> None:
    account = visitors.account(db_session)
    visitors.visitor(app, db_session, account).get(PAGE, status=403)
