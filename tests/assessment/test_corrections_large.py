"""A key corrected after ten thousand people answered: in batches, each of them small."""

from collections.abc import Callable
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_corrections import EITHER, HARD, REVIEWER
from tests.assessment.writing import ALL
from tests.factories.records import NOW, TODAY
from training_app.assessment import queries, services
from training_app.assessment.models import Answer, AnswerMark, Attempt, Remark
from training_app.assessment.rules.keys import Preview
from training_app.certificates.models import Certificate
from training_app.extensions import db
from training_app.jobs.tasks import apply_correction
from training_app.learning.models import Fact
from training_app.organisation.models import Person

PEOPLE = 10_000


def handed_in(session: Session, asked: dict[str, int], version_id: int) -> None:
    """Everybody is right everywhere else; every second one answered "a" to the doubted one."""
    ids = range(1, PEOPLE + 1)
    names = {"full_name": "Nguyễn Văn An", "name_fold": "nguyen van an", "sort_key": "an"}
    session.execute(insert(Person), [{"id": n, "recorded_at": NOW} | names for n in ids])
    session.execute(
        insert(Attempt),
        [
            {
                "id": n,
                "person_id": n,
                "module_version_id": version_id,
                "number": 1,
                "seed": "s",
                "questions": list(asked.values()),
                "started_at": NOW,
                "submitted_at": NOW,
                "points": 6.0 - n % 2,
                "out_of": 6,
                "right_count": 6 - n % 2,
                "passed": n % 2 == 0,
                "safety_failed": False,
                "policy": "best",
                "counts": True,
            }
            for n in ids
        ],
    )
    session.execute(
        insert(AnswerMark),
        [
            {
                "attempt_id": n,
                "question_version_id": one,
                "points": 0.0 if key == "one" and n % 2 else 1.0,
                "right": not (key == "one" and n % 2),
                "harmful": False,
            }
            for n in ids
            for key, one in asked.items()
        ],
    )
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": n,
                "question_version_id": asked["one"],
                "sequence": 1,
                "response": {"chosen": ["a" if n % 2 else "b"]},
                "answered_at": NOW,
                "client_key": f"key-{n}",
            }
            for n in ids
        ],
    )
    session.commit()


@pytest.mark.thorough
def test_ten_thousand_results_follow_a_corrected_key_and_nothing_happens_twice(
    app: Flask, db_session: Session, record_property: Callable[[str, object], None]
) -> None:
    version = learners.teach(db_session, bank=HARD)
    found = learners.questions(db_session)
    asked = {key: one for key, (one, _) in found.items() if key != "typed"}
    handed_in(db_session, asked, version.id)
    began = perf_counter()
    key = services.key_for(db_session, asked["one"], EITHER)
    told = queries.preview(db_session, asked["one"], key)
    counted = perf_counter() - began
    half = PEOPLE // 2
    assert told == Preview(up=half, same=half, gained=half)
    made = services.correct_key(
        db_session, asked["one"], EITHER, reason="Cả hai đều đúng.", now=NOW, actor=REVIEWER
    )
    db_session.commit()
    began = perf_counter()
    with app.app_context():
        changed = apply_correction(db.engine, {"correction_id": made}, lambda *_: True)
        applied = perf_counter() - began
        again = apply_correction(db.engine, {"correction_id": made}, lambda *_: True)
    assert (changed, again) == ({"changed": half}, {"changed": 0})
    for what, column in ((Remark, Remark.id), (Certificate, Certificate.id)):
        assert db_session.scalar(select(func.count(column)), execution_options=ALL) == half, what
    days = db_session.scalars(select(Fact.happened_on).distinct(), execution_options=ALL).all()
    assert days == [TODAY]
    record_property(
        "figures",
        f"{PEOPLE} attempts: preview {counted:.2f} s, applied with facts and certificates "
        f"{applied:.1f} s",
    )
