"""Every lesson, question and scenario that is shipped, met as a person meets it on a phone."""

from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from tests import learners
from tests.learners import SYSTEM, Learner
from tests.page import Page, PageClient
from training_app import clock
from training_app.catalogue.folders import Folders, read_folders
from training_app.catalogue.models import Lesson, ScenarioVersion
from training_app.catalogue.services import publish
from training_app.laws.services import load as load_laws
from training_app.questions.source import Question

BUDGET = 8_000
MOST_TURNS = 8
SLUGS = sorted(folder.name for folder in (config.ROOT / "courses").iterdir() if folder.is_dir())


@cache
def folders() -> Folders:
    """All shipped content, read once."""
    return read_folders(config.ROOT / "courses", config.ROOT / "quizzes")


@pytest.fixture(params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    """Each shipped module in turn."""
    return str(request.param)


@pytest.fixture
def learner(db_session: Session, slug: str) -> Learner:
    """A mediator, and the module published."""
    found = folders()
    assert not found.errors
    load_laws(db_session, found.register, now=clock.now(), actor=SYSTEM)
    (module,) = (files.module() for files in found.modules if files.slug == slug)
    assert module is not None
    version = publish(db_session, module, now=clock.now(), actor=SYSTEM)
    db_session.commit()
    return learners.enrol(db_session, version)


@pytest.fixture
def reader(app: Flask, learner: Learner) -> PageClient:
    """The mediator's phone."""
    return learners.entered(app, learner, BUDGET)


@pytest.fixture
def by_stem(learner: Learner) -> dict[str, Question]:
    """Every question by the words it asks with."""
    asked = learners.questions(learner.session).values()
    return {" ".join(question.stem.split()): question for _, question in asked}


def test_lessons_and_scenarios_fit_a_small_page(
    reader: PageClient, learner: Learner, slug: str
) -> None:
    content = learner.session
    here = Lesson.module_version_id == learner.version.id
    for lesson in content.scalars(select(Lesson.slug).where(here)).all():
        reader.get(f"/learn/{slug}/{lesson}/")
    there = ScenarioVersion.module_version_id == learner.version.id
    for scenario in content.scalars(select(ScenarioVersion.slug).where(there)).all():
        content.rollback()
        for way in (0, -1):
            start = reader.get(f"/practice/{slug}/scenarios/{scenario}/")
            assert walked(reader, reader.submit(start, ""), way) <= MOST_TURNS


def walked(reader: PageClient, page: Page, way: int) -> int:
    """Choose the first or the last way at every turn; returns the number of turns."""
    for number in range(1, MOST_TURNS + 2):
        ways = [e.get("value") for e in page.elements if e.get("name") == "choice"]
        page = reader.submit(page, "", choice=ways[way])
        if "Xem kết thúc tình huống" in page.text:
            assert "Cách xử lý đã chọn" in reader.get(page.link("Xem kết thúc tình huống")).text
            return number
        page = reader.get(page.link("Tiếp"))
    return MOST_TURNS + 1


def test_every_practice_question_is_answered_and_explained(
    reader: PageClient, by_stem: dict[str, Question], slug: str
) -> None:
    page = reader.get(f"/practice/{slug}/1/")
    met = 0
    while page.response.request.path.startswith(f"/practice/{slug}/"):
        question = by_stem[page.h1]
        make = learners.wrong if met % 2 else learners.right
        told = learners.answer(reader, page, question, make(question))
        assert ("Đúng rồi" in told.text) == (met % 2 == 0)
        assert " ".join(question.explanation.split()) in told.text
        met += 1
        onward = "Câu tiếp theo" if "Câu tiếp theo" in told.text else "Về chuyên đề"
        page = reader.get(told.link(onward))
    assert met >= 16


def test_a_test_with_nothing_right_is_explained_on_a_small_page(
    reader: PageClient, learner: Learner, by_stem: dict[str, Question], slug: str
) -> None:
    learner.read_all()
    page = reader.submit(reader.get(f"/learn/{slug}/"), "test/start")
    while "/questions/" in page.response.request.path:
        question = by_stem[page.h1]
        page = learners.answer(reader, page, question, learners.wrong(question))
    result = reader.submit(page, "submit")
    assert result.h1.startswith("Chưa đạt – đúng 0 trong")
    mistakes = reader.get(result.link("Ôn lại rồi làm lại"))
    assert mistakes.text.count("Căn cứ pháp lý") >= 8
