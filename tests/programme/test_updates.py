"""A change of law as a mediator meets it: one card, the changed parts, and done."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.catalogue.examples import HEAD, SCENARIO, module
from tests.factories import records as make
from tests.factories.records import SYSTEM
from tests.page import PageClient
from training_app import clock
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import Change, LawTask
from training_app.db import Unscoped
from training_app.laws.models import LegalArticle
from training_app.laws.rules import ChangeKind
from training_app.laws.services import NewChange
from training_app.learning.models import FactKind
from training_app.learning.services import NewFact, record_facts, rederive
from training_app.organisation.models import Person

UPDATE = f"/updates/{learners.SLUG}/"
TESTS = Unscoped("a test builds its world")


class Reader:
    """Somebody who passed the module before the law changed."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.session, self.version = session, learners.teach(session)
        self.learner = learners.enrol(session, self.version)
        commune = make.unit(session, "Kinh Bắc", make.unit(session, "Bắc Ninh"))
        options = {"scope": TESTS}
        person = session.get_one(Person, self.learner.person_id, execution_options=options)
        make.team(session, commune, person)
        make.requirement(session, self.version)
        fact = NewFact(
            person.id,
            FactKind.TEST_PASSED,
            self.version.module_id,
            self.version.id,
            30,
            clock.today(),
            "attempt",
            999,
        )
        record_facts(session, [fact], now=clock.now(), actor=SYSTEM)
        session.commit()
        self.client: PageClient = learners.reading(app, self.learner)

    def change_law(self, effect: Change = Change.SHORT_UPDATE) -> None:
        """Article 3 changes, and the practice question on it is written anew."""
        self.session.rollback()
        wanted = select(LegalArticle.id).where(LegalArticle.number == "3")
        new = NewChange(
            self.session.scalars(wanted).one(),
            ChangeKind.AMENDED,
            date(2026, 9, 1),
            "Luật 9",
            gist="Mới",
        )
        now, today = clock.now(), clock.today()
        catalogue.record_law_change(self.session, new, now=now, today=today, actor=SYSTEM)
        bank = learners.BANK.replace("Trong mấy ngày?", "Nay trong mấy ngày?")
        changed = module(slug=learners.SLUG, head=HEAD, bank=bank, scenario=SCENARIO)
        catalogue.publish(self.session, changed, now=now, actor=SYSTEM, change=effect)
        task = self.session.scalars(select(LawTask.id)).one()
        catalogue.settle_by_hand(
            self.session, task, published=True, note="đủ", now=now, actor=SYSTEM
        )
        rederive(self.session, now=now)
        self.session.commit()


@pytest.fixture
def reader(app: Flask, db_session: Session) -> Reader:
    return Reader(app, db_session)


def test_home_says_which_law_changed_and_leads_to_what_changed(reader: Reader) -> None:
    assert "There is nothing to do now" in reader.client.get("/home/").text
    reader.change_law()
    home = reader.client.get("/home/")
    assert "The law changed: Article 3, Luật A (35/2013/QH13), from 1 Sep 2026." in home.text
    page = reader.client.get(home.link("See what changed"))
    assert "Answer: Nay trong mấy ngày?" in page.text
    assert "Read:" not in page.text


def test_the_update_is_done_when_the_changed_questions_are_answered(reader: Reader) -> None:
    reader.change_law()
    page = reader.client.get(UPDATE)
    question = learners.questions(reader.session)["typed"][1]
    asked = reader.client.get(page.link("Answer: Nay trong mấy ngày?"))
    learners.answer(reader.client, asked, question, learners.right(question))
    ready = reader.client.get(UPDATE)
    done = reader.client.submit(ready, "")
    assert "The update is in the record" in done.text
    assert "There is nothing to do now" in done.text


def test_nobody_finishes_before_answering(reader: Reader) -> None:
    reader.change_law()
    page = reader.client.get(UPDATE)
    assert "Finish the update" not in page.text
    token = page.forms[0].filled()["csrf_token"]
    refused = reader.client.post(UPDATE, {"csrf_token": token}, 409)
    assert "still to be done" in refused.text


def test_a_full_retake_is_no_short_update(reader: Reader) -> None:
    reader.change_law(Change.FULL_RETAKE)
    assert "See what changed" not in reader.client.get("/home/").text
    assert "To learn again: Listening" in reader.client.get("/my-results/").text
    assert reader.client.get(UPDATE).h1 == "Listening"


def test_own_results_keep_the_pass_and_say_what_is_missing(reader: Reader) -> None:
    reader.change_law()
    page = reader.client.get("/my-results/")
    assert "Article 3, Luật A (35/2013/QH13) changed on 1 Sep 2026" in page.text
    assert "To do: a short update of Listening" in page.text
    assert "Test passed" in page.text
