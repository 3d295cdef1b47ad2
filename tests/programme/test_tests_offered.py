"""The first page offers a test only while an attempt at it can be begun."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.learners import BANK, SLUG, Learner
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Viewer
from training_app.assessment import services
from training_app.assessment.rules.attempts import Policy
from training_app.db import Unscoped
from training_app.organisation.models import Person, PersonPhone

ONCE = BANK.replace("retake_after_minutes = 10", "retake_after_minutes = 0\nattempts = 1")
ALL = {"scope": Unscoped("a test looks at everything")}


def reading(session: Session, bank: str = BANK) -> Learner:
    learner = learners.enrol(session, learners.teach(session, bank=bank))
    learner.read_all()
    return learner


def handed_in_empty(learner: Learner, *, looked_at: bool = True) -> None:
    """Take the test without answering anything."""
    now, actor = clock.now(), learner.viewer
    attempt_id = services.start(learner.session, SLUG, now=now, actor=actor)
    services.submit(learner.session, attempt_id, now=now, on=clock.today(), actor=actor)
    if looked_at:
        services.see_mistakes(learner.session, attempt_id, now=now, actor=actor)
    learner.session.commit()


def phone(app: Flask, learner: Learner) -> PageClient:
    return learners.reading(app, learner)


def offered(page: Page) -> list[str]:
    return [one.text.strip() for one in page.all("a") if "button" in (one.get("class") or "")]


def test_who_has_no_attempt_left_is_told_so_and_who_helps(app: Flask, db_session: Session) -> None:
    learner = reading(db_session, ONCE)
    client = phone(app, learner)
    assert "Go to the test" in offered(client.get("/home/"))
    handed_in_empty(learner, looked_at=False)
    assert offered(client.get("/home/")) == ["Review mistakes"]
    learner.session.rollback()
    client.submit(client.get(client.get("/home/").link("Review mistakes")), "")
    home = client.get("/home/")
    assert "The only attempt is used." in home.text
    assert "Please ask the team leader or the trainer about a class." in home.text
    assert offered(home) == ["Whom to call"]
    assert home.link("Whom to call") == "/help/"


def test_the_leader_of_the_team_is_named_with_the_telephone_number(
    app: Flask, db_session: Session
) -> None:
    learner = reading(db_session, ONCE)
    commune = make.unit(db_session, "Kinh Bắc", make.unit(db_session, "Bắc Ninh"))
    person = db_session.get_one(Person, learner.person_id, execution_options=ALL)
    leader = make.person(db_session, "Trần Văn Bình")
    db_session.add(
        PersonPhone(person_id=leader.id, number="+84912345678", valid_from=make.LONG_AGO)
    )
    make.team(db_session, commune, leader, person)
    db_session.commit()
    handed_in_empty(learner)
    home = phone(app, learner).get("/home/")
    assert offered(home) == ["Call Trần Văn Bình"]
    assert home.link("Call Trần Văn Bình") == "tel:+84912345678"
    assert "about a class. Trần Văn Bình: 0912 345 678" in home.text


def test_attempts_of_a_linked_record_use_up_the_limit_on_the_first_page_too(
    app: Flask, db_session: Session
) -> None:
    learner = reading(db_session, ONCE)
    person = db_session.get_one(Person, learner.person_id, execution_options=ALL)
    twin = make.person(db_session, linked_to=person)
    db_session.commit()
    other = Learner(db_session, twin.id, learner.account, learner.version)
    other.read_all()
    handed_in_empty(other)
    client = phone(app, learner)
    assert "The only attempt is used." in client.get(f"/learn/{SLUG}/").text
    assert "The only attempt is used." in client.get("/home/").text


def test_until_the_test_opens_again_it_is_not_called_next(app: Flask, db_session: Session) -> None:
    learner = reading(db_session)
    handed_in_empty(learner)
    home = phone(app, learner).get("/home/")
    assert "The test opens again at" in home.text
    assert offered(home) == ["To the lessons"]


def test_after_the_wait_it_is_next(
    app: Flask, db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = reading(db_session)
    handed_in_empty(learner)
    client = phone(app, learner)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert offered(client.get("/home/")) == ["Go to the test"]


def test_where_the_first_attempt_counts_a_later_one_is_not_offered_as_the_next_step(
    app: Flask, db_session: Session
) -> None:
    learner = reading(db_session, BANK.replace("= 10", "= 0"))
    services.change_policy(
        db_session,
        SLUG,
        Policy.FIRST,
        reason="Quy chế.",
        now=clock.now(),
        actor=Viewer.for_system("test"),
    )
    db_session.commit()
    handed_in_empty(learner)
    home = phone(app, learner).get("/home/")
    assert "The first attempt at the test counts, and it was not passed." in home.text
    assert offered(home) == ["Whom to call"]
