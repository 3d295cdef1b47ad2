"""Two records each used the only attempt of a test: after the link, which one counts is said."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.dossier.scene import LOOK
from tests.factories.records import SYSTEM
from tests.learners import Learner
from training_app import clock
from training_app.assessment.models import Attempt
from training_app.assessment.services import start
from training_app.catalogue.models import ModuleVersion
from training_app.dossier.queries.preview import preview
from training_app.dossier.services import merging
from training_app.errors import RuleBroken

Pair = tuple[Learner, Learner]
ONCE = learners.BANK.replace("retake_after_minutes = 10", "attempts = 1")


@pytest.fixture
def pair(app: Flask, db_session: Session) -> Iterator[Pair]:
    """Two records of one person; each handed in its only attempt, the first one better."""
    del app
    version = learners.teach(db_session, bank=ONCE)
    found = []
    for place, points in enumerate((5.0, 2.0)):
        learner = learners.enrol(db_session, version)
        moment = clock.now() - timedelta(days=9 - place)
        db_session.add(
            Attempt(
                person_id=learner.person_id,
                module_version_id=version.id,
                number=1,
                seed="0" * 32,
                questions=[],
                started_at=moment,
                submitted_at=moment,
                points=points,
                right_count=int(points),
                out_of=6,
                passed=points > 4,
                safety_failed=False,
                policy="best",
                counts=True,
            )
        )
        db_session.commit()
        found.append(learner)
    yield found[0], found[1]
    db_session.rollback()


def test_the_better_of_two_only_attempts_counts_and_both_stay(
    db_session: Session, pair: Pair
) -> None:
    one, other = pair
    shown = preview(db_session, one.person_id, other.person_id, clock.today())
    assert [(line.person_id, line.counts) for line in shown.attempts] == [
        (one.person_id, True),
        (other.person_id, False),
    ]
    merging.link(db_session, other.person_id, one.person_id, "same", now=clock.now(), actor=SYSTEM)
    rows = db_session.scalars(select(Attempt).execution_options(**LOOK)).all()
    assert [row.points for row in rows] == [5.0, 2.0]


@pytest.mark.parametrize("main", [0, 1])
def test_no_further_attempt_opens_by_linking(db_session: Session, pair: Pair, main: int) -> None:
    kept, folded = pair[main], pair[1 - main]
    for learner in pair:
        learner.read_all()
    merging.link(
        db_session, folded.person_id, kept.person_id, "same", now=clock.now(), actor=SYSTEM
    )
    with pytest.raises(RuleBroken):
        start(db_session, learners.SLUG, now=clock.now(), actor=kept.viewer)


def test_the_only_attempt_of_the_other_record_uses_up_the_limit(
    db_session: Session, pair: Pair
) -> None:
    _, folded = pair
    version = db_session.scalars(select(ModuleVersion)).one()
    fresh = learners.enrol(db_session, version)
    fresh.read_all()
    merging.link(
        db_session, folded.person_id, fresh.person_id, "same", now=clock.now(), actor=SYSTEM
    )
    with pytest.raises(RuleBroken, match="No attempt is left"):
        start(db_session, learners.SLUG, now=clock.now(), actor=fresh.viewer)
    merging.unlink(db_session, folded.person_id, "no", now=clock.now(), actor=SYSTEM)
    assert start(db_session, learners.SLUG, now=clock.now(), actor=fresh.viewer)


def test_an_attempt_under_way_is_said_before_the_link(db_session: Session, pair: Pair) -> None:
    one, other = pair
    row = db_session.scalars(
        select(Attempt).where(Attempt.person_id == one.person_id).execution_options(**LOOK)
    ).one()
    row.submitted_at = row.passed = None
    row.counts = False
    db_session.flush()
    assert preview(db_session, one.person_id, other.person_id, clock.today()).running == (
        one.person_id,
    )
