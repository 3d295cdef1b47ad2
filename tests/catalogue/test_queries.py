from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.catalogue.examples import ACTOR, LAWS, NOW, module, register
from training_app.catalogue.models import ModuleVersion
from training_app.catalogue.queries import (
    lesson_page,
    module_by_slug,
    module_page,
    module_version,
    published_modules,
    question_bank,
    question_bodies,
    scenario,
    scenario_version,
)
from training_app.catalogue.services import publish
from training_app.laws.rules import Ended, InForce
from training_app.laws.services import load
from training_app.questions.rules import Response, draw, mark


@pytest.fixture
def session(db_session: Session) -> Session:
    """A database with the register and one published module."""
    load(db_session, register(), now=NOW, actor=ACTOR)
    publish(db_session, module(), now=NOW, actor=ACTOR)
    db_session.commit()
    return db_session


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The SELECTs sent inside the block."""
    sent: list[str] = []
    engine = session.get_bind()

    def note(*arguments: object) -> None:
        if str(arguments[2]).startswith("SELECT"):
            sent.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_lesson_page_takes_two_selects(session: Session) -> None:
    with statements(session) as sent:
        page = lesson_page(session, "nghe", "10-mot")
    assert len(sent) == 2
    assert page
    assert page.html == "<p>Nghe <strong>từng bên</strong>.</p>"
    assert (page.position, page.count) == (1, 2)
    assert (page.previous_slug, page.next_slug) == ("", "20-hai")
    assert page.module_title == "Lắng nghe"


def test_a_lesson_shows_what_it_cites_in_its_order(session: Session) -> None:
    page = lesson_page(session, "nghe", "20-hai")
    assert page
    assert [cited.vietnamese for cited in page.citations] == [
        "Điều 16 Luật A (35/2013/QH13)",
        "điểm c khoản 1 Điều 3 Luật A (35/2013/QH13)",
    ]
    assert isinstance(page.citations[0].force(date(2026, 11, 20)), InForce)
    assert page.citations[1].gist == "Ý chính của Điều 3."


def test_a_law_that_ended_since_shows_on_the_page_without_a_new_version(session: Session) -> None:
    ended = LAWS.replace("2014-01-01", "2014-01-01\nin_force_to = 2026-01-01")
    load(session, register(ended), now=NOW, actor=ACTOR)
    page = lesson_page(session, "nghe", "10-mot")
    assert page
    assert isinstance(page.citations[0].force(date(2026, 11, 20)), Ended)


@pytest.mark.parametrize(("slug", "lesson"), [("nghe", "99-x"), ("x", "10-mot"), ("", "")])
def test_an_unknown_lesson_is_none(session: Session, slug: str, lesson: str) -> None:
    assert lesson_page(session, slug, lesson) is None


def test_the_list_of_modules_takes_one_select(session: Session) -> None:
    with statements(session) as sent:
        cards = published_modules(session)
    assert len(sent) == 1
    assert [(card.slug, card.lesson_count, card.audience) for card in cards] == [
        ("nghe", 2, ("mediator",))
    ]
    assert cards[0].named("en") == "Listening"


def test_a_module_page_holds_its_contents(session: Session) -> None:
    page = module_page(session, "nghe")
    assert page
    assert [lesson.slug for lesson in page.lessons] == ["10-mot", "20-hai"]
    assert [one.title for one in page.scenarios] == ["Ngõ chung"]
    assert page.practice_count == 2
    assert [str(cited.citation) for cited in page.citations] == ["luat-a#3"]
    assert module_page(session, "khong-co") is None


def test_a_bank_can_be_drawn_and_marked(session: Session) -> None:
    card = module_by_slug(session, "nghe")
    assert card
    bank = question_bank(session, card.version_id)
    assert [(one.id, one.use, one.difficulty) for one in bank] == [
        ("q01", "both", 1),
        ("q02", "practice", 2),
    ]
    assert set(draw(bank, "seed", 2)) == {"q01", "q02"}
    question = question_bodies(session, [bank[0].version_id])[bank[0].version_id]
    assert question == bank[0].question()
    assert mark(question, Response(chosen=("b",))).right


def test_an_old_version_can_still_be_read(session: Session) -> None:
    first = session.query(ModuleVersion).one()
    card = module_version(session, first.id)
    assert card
    assert card.title == "Lắng nghe"


def test_a_scenario_is_read_whole(session: Session) -> None:
    page = scenario(session, "nghe", "ngo-chung")
    assert page
    assert page.scenario == module().scenarios[0].scenario
    choice = page.scenario.nodes[0].choices[0]
    assert choice.scores.given() == {"listening": 1}
    assert scenario_version(session, page.scenario_version_id) == page
    assert scenario(session, "nghe", "khong-co") is None
