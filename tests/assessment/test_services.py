"""Beginning, saving and handing in: nothing lost, nothing doubled, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests import learners
from tests.databases import Database
from tests.learners import BANK, Learner
from training_app import clock
from training_app.access import Permission
from training_app.assessment import queries, services
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.assessment.rules.attempts import outcome
from training_app.catalogue.queries import question_bodies
from training_app.db import Unscoped, writing
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Fact
from training_app.questions.rules import Response, mark

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ALL = {"scope": Unscoped("a test looks at everything")}
LIMITED = BANK.replace("retake_after_minutes = 10", "retake_after_minutes = 0\nattempts = 2")
TIMED = BANK.replace("pass_mark = 4", "pass_mark = 4\nminutes = 20")


def started(learner: Learner, now: datetime = NOW) -> Attempt:
    attempt_id = services.start(learner.session, learners.SLUG, now=now, actor=learner.viewer)
    return learner.session.get_one(Attempt, attempt_id, execution_options=ALL)


def save(
    learner: Learner, attempt: Attempt, number: int, *, key: str, make: bool = True
) -> services.Saved:
    bodies = question_bodies(learner.session, attempt.questions)
    question = bodies[attempt.questions[number - 1]]
    response = learners.right(question) if make else learners.wrong(question)
    return services.save_answer(
        learner.session,
        attempt.id,
        number,
        response,
        client_key=key,
        now=NOW,
        actor=learner.viewer,
    )


def hand_in(learner: Learner, attempt: Attempt, now: datetime = NOW) -> bool:
    return services.submit(learner.session, attempt.id, now=now, on=TODAY, actor=learner.viewer)


def test_an_attempt_is_born_with_version_seed_and_questions(learner: Learner) -> None:
    learner.read_all()
    attempt = started(learner)
    assert attempt.module_version_id == learner.version.id
    assert (attempt.number, attempt.out_of, attempt.closes_at) == (1, 6, None)
    assert len(set(attempt.questions)) == 6
    assert len(attempt.seed) == 32


@pytest.mark.parametrize("seed", ["0" * 32, "7" * 32, "f" * 32])
def test_a_test_is_drawn_by_its_blueprint(
    db_session: Session, monkeypatch: pytest.MonkeyPatch, seed: str
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: seed[: 2 * size])
    wanted = "pass_mark = 1\npart = [{topic = 'c', difficulty = 1, count = 1}]"
    bank = BANK.replace("draw = 6\npass_mark = 4", f"draw = 2\n{wanted}")
    learner = learners.enrol(db_session, learners.teach(db_session, bank=bank))
    learner.read_all()
    asked = question_bodies(db_session, started(learner).questions).values()
    assert {question.topic for question in asked} == {"b", "c"}


def test_starting_again_gives_the_running_attempt(learner: Learner) -> None:
    learner.read_all()
    assert started(learner).id == started(learner).id


def test_the_same_key_gives_the_stored_answer_and_other_content_is_refused(
    learner: Learner,
) -> None:
    learner.read_all()
    attempt = started(learner)
    first = save(learner, attempt, 1, key="key-0001")
    again = save(learner, attempt, 1, key="key-0001")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.sequence, again.response) == (1, first.response)
    with pytest.raises(InvalidInput):
        save(learner, attempt, 1, key="key-0001", make=False)
    with pytest.raises(InvalidInput):
        save(learner, attempt, 2, key="key-0001")


def test_a_late_delivery_of_a_saved_answer_is_still_acknowledged_after_handing_in(
    learner: Learner,
) -> None:
    learner.read_all()
    attempt = started(learner)
    save(learner, attempt, 1, key="key-0001")
    hand_in(learner, attempt)
    assert save(learner, attempt, 1, key="key-0001").repeated
    with pytest.raises(RuleBroken):
        save(learner, attempt, 2, key="key-0002")


def test_a_stranger_neither_saves_nor_hands_in(learner: Learner) -> None:
    learner.read_all()
    attempt = started(learner)
    learner.session.commit()
    stranger = learners.enrol(learner.session, learner.version, "Trần Văn Bình")
    with pytest.raises(NotFound):
        save(stranger, attempt, 1, key="key-0001")
    with pytest.raises(NotFound):
        hand_in(stranger, attempt)


def test_the_best_attempt_counts_and_a_second_pass_is_a_second_fact(learner: Learner) -> None:
    learner.read_all()
    for day, places in enumerate((range(1, 5), range(1, 6), range(0))):
        when = NOW + timedelta(days=day)
        attempt = started(learner, when)
        for place in places:
            save(learner, attempt, place, key=f"key-{attempt.id}-{place}")
        hand_in(learner, attempt, when)
        services.see_mistakes(learner.session, attempt.id, now=when, actor=learner.viewer)
    counting = learner.session.scalars(
        select(Attempt.number).where(Attempt.counts), execution_options=ALL
    )
    assert list(counting) == [2]
    assert learner.session.scalar(select(func.count(Fact.id)), execution_options=ALL) == 2


def test_a_new_version_of_a_question_does_not_disturb_a_running_attempt(
    learner: Learner,
) -> None:
    learner.read_all()
    attempt = started(learner)
    before = list(attempt.questions)
    learners.teach(learner.session, bank=BANK.replace("Câu một?", "Câu một, viết lại?"))
    assert started(learner).id == attempt.id
    for place in range(1, 7):
        save(learner, attempt, place, key=f"key-000{place}")
    hand_in(learner, attempt)
    learner.session.refresh(attempt)
    assert (attempt.questions, attempt.right_count) == (before, 6)
    assert started(learner).module_version_id != attempt.module_version_id


def test_each_draw_avoids_what_was_seen_last_time(learner: Learner) -> None:
    """By chance alone six tests in a row would hardly ever share nothing with the one before."""
    session = learner.session
    small = BANK.replace("draw = 6", "draw = 3").replace("pass_mark = 4", "pass_mark = 2")
    before: set[str] = set()
    for turn in range(6):
        # A version published in between does not bring back what was seen at the earlier one.
        if turn % 3 == 0:
            learner.version = learners.teach(
                session, bank=small.replace("Câu một?", f"Câu {turn}?")
            )
        learner.read_all()
        attempt = started(learner, NOW + timedelta(hours=turn))
        seen = set(queries.keys(session, attempt.questions).values())
        assert len(seen) == 3
        assert seen & before == ({"safe"} if before else set())
        hand_in(learner, attempt, NOW + timedelta(hours=turn))
        services.see_mistakes(session, attempt.id, now=NOW, actor=learner.viewer)
        before = seen


def test_a_question_for_practice_alone_is_never_part_of_a_test(learner: Learner) -> None:
    everything = BANK.replace("draw = 6", "draw = 7")
    learner.version = learners.teach(learner.session, bank=everything)
    learner.read_all()
    attempt = started(learner)
    keys = set(queries.keys(learner.session, attempt.questions).values())
    assert keys == set(learners.questions(learner.session)) - {"typed"}


def test_an_attempt_beyond_the_limit_is_not_handed_in(learner: Learner) -> None:
    learner.version = learners.teach(learner.session, bank=LIMITED)
    learner.read_all()
    attempt = started(learner)
    attempt.number = 3
    learner.session.commit()
    with pytest.raises(NotFound):
        hand_in(learner, attempt)
    learner.session.rollback()
    assert attempt.submitted_at is None
    assert not learner.session.scalars(select(Fact.id), execution_options=ALL).all()


def test_answers_after_closing_time_are_refused_and_the_end_is_the_limit(
    learner: Learner,
) -> None:
    learners.teach(learner.session, bank=TIMED)
    learner.read_all()
    attempt = started(learner)
    assert attempt.closes_at == NOW + timedelta(minutes=20)
    with pytest.raises(RuleBroken):
        services.save_answer(
            learner.session,
            attempt.id,
            1,
            Response(dont_know=True),
            client_key="key-0001",
            now=NOW + timedelta(minutes=22),
            actor=learner.viewer,
        )
    hand_in(learner, attempt, NOW + timedelta(hours=5))
    learner.session.refresh(attempt)
    assert attempt.submitted_at == attempt.closes_at


def test_a_pass_is_dated_on_the_day_in_viet_nam_and_never_after_its_time_was_over(
    learner: Learner,
) -> None:
    learner.version = learners.teach(learner.session, bank=TIMED)
    learner.read_all()
    evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    for start, handed, day in (
        (evening, evening + timedelta(days=3), date(2026, 11, 20)),
        (evening + timedelta(days=5, minutes=20), evening + timedelta(days=9), date(2026, 11, 26)),
    ):
        attempt = started(learner, start)
        for number in range(1, attempt.out_of + 1):
            body = question_bodies(learner.session, attempt.questions)
            services.save_answer(
                learner.session,
                attempt.id,
                number,
                learners.right(body[attempt.questions[number - 1]]),
                client_key=f"key-{attempt.id}-{number}",
                now=start,
                actor=learner.viewer,
            )
        later = clock.local_date(handed)
        services.submit(learner.session, attempt.id, now=handed, on=later, actor=learner.viewer)
        facts = learner.session.scalars(
            select(Fact.happened_on).where(Fact.source_id == attempt.id), execution_options=ALL
        )
        assert facts.all() == [day]


def test_every_result_is_a_function_of_the_stored_answers_and_the_frozen_version(
    learner: Learner,
) -> None:
    learner.read_all()
    attempt = started(learner)
    for place, good in ((1, True), (2, False), (4, True)):
        save(learner, attempt, place, key=f"key-000{place}", make=good)
    save(learner, attempt, 2, key="key-0009", make=True)
    hand_in(learner, attempt)
    learner.session.commit()
    learner.session.refresh(attempt)
    bodies = question_bodies(learner.session, attempt.questions)
    given = queries.latest_answers(
        learner.session, learner.viewer.scope(Permission.ASSESSMENT_TAKE), attempt.id
    )
    marks = {one: mark(bodies[one], answer.response) for one, answer in given.items()}
    again = outcome(marks, attempt.questions, pass_mark=4)
    assert (again.points, again.right_count, again.passed, again.safety_failed) == (
        attempt.points,
        attempt.right_count,
        attempt.passed,
        attempt.safety_failed,
    )


# -- races ----------------------------------------------------------------------------------

PEOPLE, PRESSES, LIMIT = 40, 6, 2


def press(engine: Engine, learner: Learner, turn: int) -> str:
    """One of several phones of a person: begin, answer, hand in, look at the mistakes."""
    actor = learner.viewer
    try:
        with writing(), Session(engine) as session:
            attempt_id = services.start(session, learners.SLUG, now=NOW, actor=actor)
            session.commit()
            services.save_answer(
                session,
                attempt_id,
                1,
                Response(dont_know=True),
                client_key=f"{learner.person_id}-{turn // 2}-{attempt_id}",
                now=NOW,
                actor=actor,
            )
            session.commit()
            services.submit(session, attempt_id, now=NOW, on=TODAY, actor=actor)
            session.commit()
            services.see_mistakes(session, attempt_id, now=NOW, actor=actor)
            session.commit()
    except RuleBroken as error:
        return error.message
    except OperationalError:
        # The only writer of SQLite was busy for long: a phone tries again.
        return press(engine, learner, turn)
    return "handed in"


def test_forty_people_with_six_phones_each_never_pass_the_limit_of_two(
    database: Database, db_session: Session
) -> None:
    version = learners.teach(db_session, bank=LIMITED)
    people = [learners.enrol(db_session, version, f"Nguyễn Văn {n}") for n in range(PEOPLE)]
    for one in people:
        one.read_all()
    turns = [(one, turn) for one in people for turn in range(PRESSES)]
    with ThreadPoolExecutor(PRESSES) as pool:
        said = list(pool.map(lambda turn: press(database.engine, *turn), turns))
    db_session.rollback()
    per_person = db_session.execute(
        select(Attempt.person_id, func.count(), func.count(func.distinct(Attempt.number)))
        .group_by(Attempt.person_id)
        .execution_options(**ALL)
    ).all()
    assert len(per_person) == PEOPLE
    assert all(number == distinct <= LIMIT for _, number, distinct in per_person)
    attempts = db_session.scalars(select(Attempt), execution_options=ALL).all()
    marks = db_session.scalar(select(func.count()).select_from(AnswerMark), execution_options=ALL)
    assert marks == 6 * len(attempts)
    assert all(one.submitted_at for one in attempts)
    counting = [one.person_id for one in attempts if one.counts]
    assert sorted(counting) == sorted(one.person_id for one in people)
    keys = db_session.scalars(select(Answer.client_key), execution_options=ALL).all()
    assert len(keys) == len(set(keys))
    assert len(said) == PEOPLE * PRESSES


def test_a_seed_given_draws_the_same_questions_in_the_same_order(learner: Learner) -> None:
    learner.read_all()
    learner.session.commit()
    seed = "5eed" * 8
    drawn = []
    for _ in range(2):
        attempt_id = services.start(
            learner.session, learners.SLUG, now=NOW, actor=learner.viewer, seed=seed
        )
        attempt = learner.session.get_one(Attempt, attempt_id, execution_options=ALL)
        drawn.append((attempt.seed, list(attempt.questions)))
        learner.session.rollback()
    assert drawn[0] == drawn[1]
    assert drawn[0][0] == seed
