"""Where people stumble: on the desk and on the page of a module, hidden below five answers."""

from collections.abc import Collection

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.coverage.test_routes import rows_of
from tests.factories import records as make
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.assessment import services as assessment
from training_app.assessment.models import Attempt
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped

LOOK = Unscoped("a test looks")
PATH = f"/authoring/modules/{learners.SLUG}/stumbling/"


@pytest.fixture
def version(db_session: Session) -> ModuleVersion:
    return learners.teach(db_session)


@pytest.fixture
def trainer(app: Flask, db_session: Session, version: ModuleVersion) -> PageClient:
    del version
    person = make.person(db_session, "Phạm Văn Thầy")
    row = visitors.account(db_session, person, role=Role.TRAINER, unit=make.unit(db_session, "Xa"))
    return visitors.visitor(app, db_session, row)


def sit(session: Session, learner: learners.Learner, wrong: Collection[str]) -> None:
    """Hand in a test in which some questions are answered wrongly, the others rightly."""
    now, questions = clock.now(), learners.questions(session)
    attempt = assessment.start(session, learners.SLUG, now=now, actor=learner.viewer)
    asked = list(session.get_one(Attempt, attempt, execution_options={"scope": LOOK}).questions)
    for key, (one, question) in questions.items():
        if one not in asked:
            continue
        answer = learners.wrong(question) if key in wrong else learners.right(question)
        assessment.save_answer(
            session,
            attempt,
            asked.index(one) + 1,
            answer,
            client_key=f"{attempt}-{key}",
            now=now,
            actor=learner.viewer,
        )
    assessment.submit(session, attempt, now=now, on=clock.today(), actor=learner.viewer)
    session.commit()


def people(session: Session, version: ModuleVersion, count: int, *wrong: str) -> None:
    """So many people take the test for the first time with the same mistakes."""
    for number in range(count):
        learner = learners.enrol(session, version, f"Người {number} {'-'.join(wrong)}")
        learner.read_all()
        sit(session, learner, wrong)


def stumbling(page: Page) -> list[list[str]]:
    """The rows of the questions, without the head; none without a table."""
    return rows_of(page, -1)[1:] if "<table" in page.html else []


def test_below_five_answers_nothing_is_told(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 4, "safe", "one")
    page = trainer.get(PATH)
    assert stumbling(page)
    assert {(row[1], row[2]) for row in stumbling(page)} == {("–", "–")}
    assert "Hòa giải luôn" not in page.text
    assert "No question has five answers yet." in trainer.get("/desk/").text


def test_from_five_answers_on_share_and_wrong_answer_are_told(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 5, "safe")
    rows = stumbling(trainer.get(PATH))
    assert rows[0][0].startswith("safe.")
    assert rows[0][1] == "0/5 – 0.0 %"
    assert rows[0][2] == "Hòa giải luôn (5)"


def test_a_wrong_answer_given_less_than_five_times_is_not_named(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 4, "safe")
    people(db_session, version, 2)
    row = stumbling(trainer.get(PATH))[0]
    assert row[1] == "2/6 – 33.3 %"
    assert row[2] == "–"


def test_safety_comes_first_then_the_least_often_right_here_and_on_the_desk(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 4, "one")
    people(db_session, version, 1, "one", "said")
    people(db_session, version, 5, "safe", "said")
    page, desk = stumbling(trainer.get(PATH)), stumbling(trainer.get("/desk/"))
    assert [row[0].split(".")[0] for row in page[:3]] == ["safe", "said", "one"]
    assert [row[0].split(".")[0] for row in desk] == ["safe", "said", "one"]
    told = {row[0].split(".")[0]: row[1] for row in page}
    assert {row[0].split(".")[0]: row[2] for row in desk} == {
        key: told[key] for key in ("safe", "one", "said")
    }


def test_only_the_first_try_counts(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 5, "safe")
    before = stumbling(trainer.get(PATH))[0][1]
    again = learners.enrol(db_session, version, "Người làm lại")
    again.read_all()
    sit(db_session, again, ("safe",))
    row = db_session.query(Attempt).filter_by(person_id=again.person_id)
    row.execution_options(scope=LOOK).update({"number": 2})
    db_session.commit()
    assert stumbling(trainer.get(PATH))[0][1] == before == "0/5 – 0.0 %"
    assert stumbling(trainer.get("/desk/"))[0][2] == before


def test_the_question_is_one_press_from_its_editor(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 5, "safe")
    for path in ("/desk/", PATH):
        page = trainer.get(path)
        assert trainer.submit(page, "/edit/").h1 == "Question safe"


def test_a_wording_of_before_is_told_no_more(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 5, "safe")
    learners.teach(db_session, bank=learners.BANK.replace("Câu an toàn?", "Câu an toàn mới?"))
    assert not any("safe" in row[0] for row in stumbling(trainer.get(PATH)))
    assert "Câu an toàn?" not in trainer.get("/desk/").text


def test_no_name_stands_where_people_stumble(
    db_session: Session, version: ModuleVersion, trainer: PageClient
) -> None:
    people(db_session, version, 5, "safe")
    for path in ("/desk/", PATH):
        assert "Người" not in trainer.get(path).text
