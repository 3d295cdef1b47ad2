from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.catalogue.examples import ACTOR, BANK, HEAD, NOW, SCENARIO, module, register
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import (
    Change,
    ContentCitation,
    ModuleVersion,
    Question,
    QuestionVersion,
)
from training_app.catalogue.queries import module_by_slug, published_modules, source_module
from training_app.catalogue.services import publish, publishing, retire
from training_app.errors import NotFound, RuleBroken
from training_app.laws.services import load
from training_app.questions.rules import Part

LATER = NOW + timedelta(days=1)


@pytest.fixture
def session(db_session: Session) -> Session:
    """A database with the register of the examples."""
    load(db_session, register(), now=NOW, actor=ACTOR)
    return db_session


def count(session: Session, entity: type) -> int:
    return session.scalar(select(func.count()).select_from(entity)) or 0


def test_the_first_publication_is_version_one_and_asks_nothing(session: Session) -> None:
    version = publish(session, module(), now=NOW, actor=ACTOR, change=Change.FULL_RETAKE)
    assert (version.number, version.change) == (1, Change.NONE)
    assert version.published_at == NOW
    assert (version.draw, version.pass_mark, version.retake_after_minutes) == (1, 1, 15)


def test_publishing_the_same_again_changes_nothing(session: Session) -> None:
    first = publish(session, module(), now=NOW, actor=ACTOR)
    events = count(session, AuditEvent)
    assert publish(session, module(), now=LATER, actor=ACTOR) is first
    assert count(session, ModuleVersion) == 1
    assert count(session, AuditEvent) == events


def test_a_change_makes_a_version_and_leaves_the_old_one_as_it_was(session: Session) -> None:
    first = publish(session, module(), now=NOW, actor=ACTOR)
    changed = module(head=HEAD.replace("Lắng nghe", "Nghe cho hết"))
    second = publish(session, changed, now=LATER, actor=ACTOR, change=Change.SHORT_UPDATE)
    assert (second.number, second.change) == (2, "short_update")
    assert (first.title, first.superseded_at) == ("Lắng nghe", LATER)
    current = module_by_slug(session, "nghe")
    assert current
    assert current.title == "Nghe cho hết"


def test_what_was_published_at_a_moment_can_be_asked(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    changed = module(head=HEAD.replace("Lắng nghe", "Nghe cho hết"))
    publish(session, changed, now=LATER, actor=ACTOR)
    earlier = published_modules(session, at=LATER - timedelta(seconds=1))
    assert [card.title for card in earlier] == ["Lắng nghe"]
    assert published_modules(session, at=NOW - timedelta(seconds=1)) == []


def test_only_the_changed_question_gets_a_new_version(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    publish(session, module(bank=BANK.replace("Chờ", "Chờ đã")), now=LATER, actor=ACTOR)
    numbers = session.execute(
        select(Question.key, func.max(QuestionVersion.number))
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .group_by(Question.key)
    )
    assert dict(numbers.all()) == {"q01": 2, "q02": 1}


def test_where_a_question_is_asked_is_no_new_wording(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    publish(session, module(bank=BANK.replace('"practice"', '"both"')), now=LATER, actor=ACTOR)
    assert count(session, ModuleVersion) == 2
    assert count(session, QuestionVersion) == 2


def test_a_question_that_is_gone_is_retired_and_may_return(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    short = BANK[: BANK.index('[[question]]\nid = "q02"')]
    publish(session, module(bank=short), now=LATER, actor=ACTOR)
    retired = select(Question.retired_at).where(Question.key == "q02")
    assert session.scalar(retired) == LATER
    publish(session, module(), now=LATER, actor=ACTOR)
    assert session.scalar(retired) is None
    assert count(session, QuestionVersion) == 2


def test_a_question_cannot_become_another_kind(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    other = BANK.replace('kind = "single"', 'kind = "multiple"')
    with pytest.raises(RuleBroken, match="cannot become"):
        publish(session, module(bank=other), now=LATER, actor=ACTOR)


def test_nothing_is_published_that_cites_an_unknown_article(session: Session) -> None:
    unknown = module(scenario=SCENARIO.replace("luat-a#16", "luat-a#17"))
    with pytest.raises(RuleBroken, match="not in the register") as refused:
        publish(session, unknown, now=NOW, actor=ACTOR)
    assert refused.value.params["citation"] == "luat-a#17"


def test_each_part_is_tied_to_the_articles_it_cites(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    rows = session.execute(
        select(ContentCitation.item_kind, func.count()).group_by(ContentCitation.item_kind)
    )
    assert dict(rows.all()) == {"module": 1, "lesson": 4, "question": 2, "scenario": 2}


def test_whoever_closes_the_current_version_second_is_refused(session: Session) -> None:
    version = publish(session, module(), now=NOW, actor=ACTOR)
    publishing._supersede(session, version, now=LATER)
    with pytest.raises(RuleBroken, match="meanwhile"):
        publishing._supersede(session, version, now=LATER)


def test_a_module_has_one_current_version_whatever_happens(session: Session) -> None:
    first = publish(session, module(), now=NOW, actor=ACTOR)
    values = {column.key: getattr(first, column.key) for column in first.__table__.columns}
    session.add(ModuleVersion(**values | {"id": None, "number": 2}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_retired_module_leaves_the_list_and_can_be_published_again(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    retire(session, "nghe", now=LATER, actor=ACTOR, reason="đã thay")
    assert published_modules(session) == []
    with pytest.raises(NotFound):
        retire(session, "nghe", now=LATER, actor=ACTOR, reason="đã thay")
    publish(session, module(), now=LATER, actor=ACTOR)
    assert len(published_modules(session)) == 1


def test_publication_and_retirement_are_audited(session: Session) -> None:
    publish(session, module(), now=NOW, actor=ACTOR)
    retire(session, "nghe", now=LATER, actor=ACTOR, reason="đã thay")
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["laws.loaded", "module.published", "module.retired"]


def test_limits_of_a_test_reach_those_who_ask_for_the_module(session: Session) -> None:
    limited = BANK.replace("pass_mark = 1", "pass_mark = 1\nattempts = 3\nminutes = 20")
    publish(session, module(bank=limited), now=NOW, actor=ACTOR)
    card = module_by_slug(session, "nghe")
    assert card
    assert (card.attempts, card.test_minutes) == (3, 20)


def test_a_blueprint_reaches_those_who_ask_for_the_module(session: Session) -> None:
    planned = BANK.replace("pass_mark = 1", 'pass_mark = 1\npart = [{topic="grounds", count=1}]')
    publish(session, module(bank=planned), now=NOW, actor=ACTOR)
    card = module_by_slug(session, "nghe")
    assert card
    assert card.blueprint == (Part("grounds", 1),)
    assert source_module(session, card.version_id) == module(bank=planned)
