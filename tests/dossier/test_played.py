"""The own data tells of a scenario in the words that were read, never in codes."""

import pytest

from tests import learners
from tests.catalogue.examples import SCENARIO as SCENARIO_TEXT
from tests.learners import Learner
from tests.page import PageClient
from training_app.dossier.queries.own import as_data, everything

SCENARIO = "/practice/nghe/scenarios/ngo-chung/"


@pytest.fixture
def player(reader: PageClient, learner: Learner) -> PageClient:
    """The learner's phone after one run to its end, and one more that was left at its start."""
    reader.submit(reader.submit(reader.get(SCENARIO), ""), "", choice="a")
    reader.submit(reader.get(SCENARIO), "")
    learner.session.rollback()
    return reader


def test_the_page_names_scenario_way_and_ending(player: PageClient) -> None:
    page = player.get("/my-data/everything/")
    for words in ("Ngõ chung", "Nghe", "Xong"):
        assert words in page.text
    assert "e1" not in page.text


def test_the_file_names_them_too_as_the_played_version_told_them(
    player: PageClient, learner: Learner
) -> None:
    session = learner.session
    session.rollback()
    learners.teach(session, scenario=SCENARIO_TEXT.replace("Xong", "Đã xong"))
    played, left = as_data(everything(session, (learner.person_id,)))["scenarios"]
    assert (played["scenario"], played["ways"], played["ending"]) == ("Ngõ chung", ["Nghe"], "Xong")
    assert (left["ways"], left["ending"]) == ([], None)
