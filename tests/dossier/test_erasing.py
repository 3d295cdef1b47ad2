"""Erased on request: the name is nowhere any more, and every total is as it was."""

import json

import pytest
from flask import Flask
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.dossier.scene import LOOK, Scene
from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import SYSTEM, TODAY
from tests.factories.wishes import data_request
from training_app import clock
from training_app.accounts.models import Account, Device
from training_app.assessment import services as assessment
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.certificates.models import Certificate
from training_app.db import Base
from training_app.dossier.rules.deadlines import Kind
from training_app.dossier.services import erasing
from training_app.dossier.services.files import TOMBSTONE
from training_app.errors import RuleBroken
from training_app.learning.models import Fact, Holding
from training_app.organisation.models import Person, RosterImport
from training_app.practice.models import PracticeAnswer
from training_app.questions.rules import Response

NAME = "Canarixoa Thị Xóahết"
PHONE = "+84933333333"


@pytest.fixture
def gone(scene: Scene) -> Person:
    """Somebody with a record of everything who has left the team."""
    person = scene._person(NAME, 1950, PHONE)
    scene.session.flush()
    make.team(scene.session, scene.commune, scene.leader, person)
    scene.passed(person, 30)
    account = visitors.account(scene.session, person)
    scene.session.add_all(
        [
            Device(
                account_id=account.id,
                token_hash="t" * 64,
                shared=False,
                created_at=clock.now(),
                last_seen_at=clock.now(),
            ),
            RosterImport(
                unit_id=scene.commune.unit_id,
                file_name="cu.xlsx",
                file_hash="h",
                state="applied",
                parsed={
                    "people": [
                        {"full_name": NAME.upper(), "phones": [PHONE], "birth_year": 1950},
                        {"full_name": "Trần Văn Bình", "phones": [], "birth_year": 1955},
                    ],
                    "problem_values": [{"value": "0933333333"}],
                },
                undo={"before": [{"person": person.id, "old": {"full_name": NAME}, "new": {}}]},
                created_at=clock.now(),
            ),
        ]
    )
    scene.leave(person)
    return person


def found_anywhere(session: Session, *words: str) -> list[str]:
    """Tables in which one of the words stands in any column."""
    session.rollback()
    return [
        name
        for name, table in Base.metadata.tables.items()
        for row in session.execute(select(*(cast(column, Text) for column in table.c)))
        if any(word.lower() in str(tuple(row)).lower() for word in words)
    ]


def _erase(scene: Scene, person: Person) -> None:
    erasing.erase(scene.session, person.id, now=clock.now(), actor=SYSTEM)
    scene.session.commit()


def test_nothing_in_the_database_names_the_person_any_more(scene: Scene, gone: Person) -> None:
    words = (NAME, "canarixoa", PHONE, PHONE.removeprefix("+84"))
    assert {"person", "person_phone", "certificate", "roster_import"} <= set(
        found_anywhere(scene.session, *words)
    )
    _erase(scene, gone)
    assert not found_anywhere(scene.session, *words)
    assert scene.again(gone).full_name == TOMBSTONE


def test_others_of_the_same_list_keep_their_row(scene: Scene, gone: Person) -> None:
    _erase(scene, gone)
    row = scene.session.scalars(select(RosterImport).execution_options(**LOOK)).one()
    assert row.parsed["people"][1]["full_name"] == "Trần Văn Bình"


def test_evidence_and_totals_stay_true(scene: Scene, gone: Person) -> None:
    counts = [
        select(func.count()).select_from(model).execution_options(**LOOK)
        for model in (Fact, Holding, Certificate, Person)
    ]
    before = [scene.session.scalar(count) for count in counts]
    _erase(scene, gone)
    assert [scene.session.scalar(count) for count in counts] == before


def test_whoever_serves_is_not_erased_before_the_service_ends(scene: Scene) -> None:
    with pytest.raises(RuleBroken):
        _erase(scene, scene.person)


def test_whoever_stands_in_a_waiting_list_is_not_erased_before(scene: Scene, gone: Person) -> None:
    row = scene.session.scalars(select(RosterImport).execution_options(**LOOK)).one()
    row.state = "read"
    scene.session.commit()
    with pytest.raises(RuleBroken):
        _erase(scene, gone)


def test_an_erased_person_is_signed_out_and_has_no_way_in(scene: Scene, gone: Person) -> None:
    client = scene.member(gone)
    client.get("/help/")
    _erase(scene, gone)
    assert client.http.get("/home/").status_code == 303
    account = scene.session.scalars(select(Account).where(Account.person_id == gone.id)).one()
    assert account.secret_hash is None
    assert account.locked_at is not None


def test_a_certificate_is_still_real_and_says_that_the_name_is_gone(
    scene: Scene, gone: Person
) -> None:
    _erase(scene, gone)
    code = scene.session.scalars(select(Certificate.code).execution_options(**LOOK)).one()
    page = scene.officer().get(f"/check/{code}/")
    assert "real and valid" in page.text
    assert "was deleted on request" in page.text


def test_an_officer_carries_it_out_and_a_list_outside_the_database_remembers(
    app: Flask, scene: Scene, gone: Person
) -> None:
    place = app.config["SETTINGS"].data_folder / "erased.json"
    place.unlink(missing_ok=True)  # other tests erase people too
    made = data_request(scene.session, gone, scene.commune, Kind.ERASE)
    scene.session.commit()
    client = scene.officer()
    page = client.get(f"/data-requests/{made}/decide/")
    assert "It cannot be undone." in page.text
    done = client.submit(page, "", decision="granted", reason="Theo yêu cầu")
    assert TOMBSTONE in done.text
    stored = json.loads(place.read_text())
    assert list(stored) == [str(gone.id)]
    assert scene.events("person.erased")


def test_a_restored_copy_forgets_again_by_a_command(app: Flask, scene: Scene, gone: Person) -> None:
    place = app.config["SETTINGS"].data_folder / "erased.json"
    moment = gone.recorded_at.isoformat()
    place.write_text(json.dumps({str(gone.id): moment, str(scene.person.id): "another"}))
    scene.session.commit()
    result = app.test_cli_runner().invoke(args=["data-requests", "replay-erasures"])
    assert "1" in result.output
    assert scene.again(gone).anonymised_at is not None
    assert scene.again(scene.person).anonymised_at is None


def test_the_restricted_entry_of_an_erased_person_is_nobodys_any_more(
    scene: Scene, gone: Person
) -> None:
    _erase(scene, gone)
    scene.officer().get(f"/people/{gone.id}/minority/", 404)


def test_answers_go_and_what_they_earned_stays(app: Flask, db_session: Session) -> None:
    del app
    version = learners.teach(db_session)
    learner = learners.enrol(db_session, version)
    learner.read_all()
    now = clock.now()
    attempt = assessment.start(db_session, learners.SLUG, now=now, actor=learner.viewer)
    db_session.commit()
    assessment.save_answer(
        db_session,
        attempt,
        1,
        _first_right(db_session, attempt),
        client_key="k1",
        now=now,
        actor=learner.viewer,
    )
    assessment.submit(db_session, attempt, now=now, on=TODAY, actor=learner.viewer)
    assert db_session.scalar(select(func.count()).select_from(Answer)) == 1
    marks = db_session.scalar(select(func.count()).select_from(AnswerMark))
    erasing.erase(db_session, learner.person_id, now=now, actor=SYSTEM)
    for model in (Answer, PracticeAnswer):
        assert db_session.scalar(select(func.count()).select_from(model)) == 0
    assert db_session.scalar(select(func.count()).select_from(AnswerMark)) == marks


def _first_right(session: Session, attempt_id: int) -> Response:
    """The right answer to the first question of an attempt."""
    asked = session.get_one(Attempt, attempt_id, execution_options=LOOK).questions
    by_id = dict(learners.questions(session).values())
    return learners.right(by_id[asked[0]])
