from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.catalogue.examples import ACTOR, LAWS, NOW, register
from training_app.audit.models import AuditEvent
from training_app.laws.queries import articles_by_citation, instrument_names, register_articles
from training_app.laws.services import load
from training_app.laws.source import Citation

LATER = NOW + timedelta(days=1)


@pytest.fixture
def session(db_session: Session) -> Session:
    """A database with the register of the examples."""
    load(db_session, register(), now=NOW, actor=ACTOR)
    return db_session


def changes(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == "law.changed")))


def test_a_register_is_added_once(session: Session) -> None:
    again = load(session, register(), now=LATER, actor=ACTOR)
    assert not again.any
    assert [str(one.citation) for one in register_articles(session)] == ["luat-a#3", "luat-a#16"]
    assert changes(session) == []


def test_a_changed_gist_is_audited_with_both_texts(session: Session) -> None:
    text = LAWS.replace("Ý chính của Điều 3.", "Ý khác.")
    assert load(session, register(text), now=LATER, actor=ACTOR).changed == ("luat-a#3",)
    assert [event.detail for event in changes(session)] == [
        {
            "place": "luat-a#3",
            "before": {"gist": "Ý chính của Điều 3."},
            "after": {"gist": "Ý khác."},
        }
    ]


def test_the_end_of_a_law_ends_its_articles(session: Session) -> None:
    text = LAWS.replace("2014-01-01", "2014-01-01\nin_force_to = 2027-01-01")
    changed = load(session, register(text), now=LATER, actor=ACTOR).changed
    assert changed == ("luat-a", "luat-a#3", "luat-a#16")
    assert register_articles(session)[0].in_force_to == date(2027, 1, 1)


def test_an_article_that_is_no_longer_listed_stays(session: Session) -> None:
    text = LAWS[: LAWS.rindex("[[instrument.article]]")]
    report = load(session, register(text), now=LATER, actor=ACTOR)
    assert report.absent == ("luat-a#16",)
    assert len(register_articles(session)) == 2


def test_citations_find_their_article_and_keep_their_point(session: Session) -> None:
    point, unknown = Citation.parse("luat-a#3.1.c"), Citation.parse("luat-b#1")
    found = articles_by_citation(session, [point, unknown])
    assert list(found) == [point]
    assert found[point].vietnamese == "điểm c khoản 1 Điều 3 Luật A (35/2013/QH13)"
    assert articles_by_citation(session, []) == {}


def test_instruments_can_be_named_by_their_key(session: Session) -> None:
    assert instrument_names(session) == {"luat-a": ("Luật", "35/2013/QH13", "Luật A")}
