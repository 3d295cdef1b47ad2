"""The own data tells of a scenario in the words that were read, never in codes."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.catalogue.examples import SCENARIO as SCENARIO_TEXT
from tests.learners import Learner
from tests.page import PageClient
from training_app.dossier.queries.own import as_data, everything

SCENARIO = "/practice/nghe/scenarios/ngo-chung/"


@pytest.fixture
def learner(db_session: Session) -> Learner:
    return learners.enrol(db_session, learners.teach(db_session))


@pytest.fixture
def reader(app: Flask, learner: Learner) -> PageClient:
    """The learner's phone after one run to its end, and one more that was left at its start."""
    client = learners.entered(app, learner)
    client.language("en")
    client.submit(client.submit(client.get(SCENARIO), ""), "", choice="a")
    client.submit(client.get(SCENARIO), "")
    learner.session.rollback()
    return client


def test_the_page_names_scenario_way_and_ending(reader: PageClient) -> None:
    page = reader.get("/my-data/everything/")
    for words in ("Ngõ chung", "Nghe", "Xong"):
        assert words in page.text
    assert "e1" not in page.text


def test_the_file_names_them_too_as_the_played_version_told_them(
    reader: PageClient, learner: Learner
) -> None:
    session = learner.session
    session.rollback()
    learners.teach(session, scenario=SCENARIO_TEXT.replace("Xong", "Đã xong"))
    played, left = as_data(everything(session, (learner.person_id,)))["scenarios"]
    assert (played["scenario"], played["ways"], played["ending"]) == ("Ngõ chung", ["Nghe"], "Xong")
    assert (left["ways"], left["ending"]) == ([], None)
