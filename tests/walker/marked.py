"""What the walker finds to mark and to correct."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment import writing
from tests.factories.records import SYSTEM
from training_app import clock
from training_app.accounts.models import Account
from training_app.assessment import services as assessment
from training_app.assessment.models import WrittenAnswer
from training_app.assessment.rules.keys import NewKey
from training_app.db import Unscoped
from training_app.questions.rules import Response

WALKER = Unscoped("the walker builds its world")


def written(session: Session, person_id: int, account: Account) -> int:
    """A written answer of the member that waits to be marked."""
    version = learners.teach(session, slug="viet", bank=writing.bank())
    learner = learners.Learner(session, person_id, account, version)
    learner.read_all()
    now, actor = clock.now(), learner.viewer
    attempt_id = assessment.start(session, "viet", now=now, actor=actor)
    for number in (1, 2):
        given, key = Response(text="Tôi nghe từng bên."), f"walker-{attempt_id}-{number}"
        assessment.save_answer(
            session, attempt_id, number, given, client_key=key, now=now, actor=actor
        )
    assessment.submit(session, attempt_id, now=now, on=clock.today(), actor=actor)
    return session.scalars(
        select(WrittenAnswer.id).where(WrittenAnswer.attempt_id == attempt_id),
        execution_options={"scope": WALKER},
    ).one()


def correction(session: Session, question_version_id: int) -> int:
    """A corrected key of a question."""
    new = NewKey(void=True)
    return assessment.correct_key(
        session, question_version_id, new, reason="Nhầm.", now=clock.now(), actor=SYSTEM
    )
