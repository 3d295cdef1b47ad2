"""How questions do their work: equal rows are counted by the database, names never appear."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask_babel import gettext
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import BANK, Learner
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role, Scope
from training_app.accounts.models import RoleGrant
from training_app.assessment import queries
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.assessment.rules.advice import REMEDIES, Advice, advise
from training_app.assessment.rules.item_analysis import Item, analyse, analyse_pairs
from training_app.db import Unscoped
from training_app.organisation.models import Person

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ALL = Scope(everything=True)
ANY = {"scope": Unscoped("a test looks at everything")}
PEOPLE = 24
TRAINER_BYTES = 30_000


def marks_of(person: int, question: int) -> float:
    """A made-up mark: the better people are, the more they get right."""
    return 1.0 if (person * 7 + question * 5) % 24 < person else 0.0


def fill(
    session: Session, learner: Learner, ids: list[int], *, people: int = PEOPLE, number: int = 1
) -> dict[str, list[float]]:
    """Attempts of many people, the first of each; returns the table of marks."""
    session.rollback()
    table: dict[str, list[float]] = {str(one): [] for one in ids}
    for person in range(people):
        one = learners.enrol(session, learner.version, f"Nguyễn Văn {person}")
        marks = [marks_of(person, place) for place in range(len(ids))]
        attempt = Attempt(
            person_id=one.person_id,
            module_version_id=learner.version.id,
            number=number,
            seed="s",
            questions=ids,
            started_at=NOW,
            submitted_at=NOW,
            points=sum(marks),
            out_of=len(ids),
            right_count=int(sum(marks)),
            passed=False,
            safety_failed=False,
            policy="best",
        )
        session.add(attempt)
        session.flush()
        for place, (question, mark) in enumerate(zip(ids, marks, strict=True), start=1):
            table[str(question)].append(mark)
            session.add(
                AnswerMark(
                    attempt_id=attempt.id,
                    question_version_id=question,
                    points=mark,
                    right=mark == 1,
                    harmful=False,
                )
            )
            session.execute(
                insert(Answer).values(
                    attempt_id=attempt.id,
                    question_version_id=question,
                    sequence=1,
                    response={"chosen": ["b" if mark else "a"]},
                    answered_at=NOW + timedelta(seconds=30 * place),
                    client_key=f"{attempt.id}-{question}",
                )
            )
        session.commit()
    return table


def test_counted_rows_give_the_same_numbers_as_the_whole_table(learner: Learner) -> None:
    session = learner.session
    ids = [one for one, _ in learners.questions(session).values()][:4]
    table = fill(session, learner, ids)
    module_id = learner.version.module_id
    pairs = queries.item_distributions(session, ALL, module_id, on=TODAY)
    totals = queries.total_distribution(session, ALL, module_id, on=TODAY)
    maxima = dict.fromkeys(table, 1.0)
    counted = analyse_pairs({str(one): rows for one, rows in pairs.items()}, totals, maxima)
    whole = analyse(table, maxima)
    assert {item.item: item for item in counted.items} == {item.item: item for item in whole.items}
    assert counted.test == whole.test


def test_answers_and_time_of_a_question(learner: Learner) -> None:
    session = learner.session
    one, _ = learners.questions(session)["one"]
    fill(session, learner, [one])
    told = queries.answers_given(session, ALL, one, on=TODAY)
    assert sum(answer.times for answer in told) == PEOPLE
    assert {answer.response.chosen for answer in told} == {("a",), ("b",)}
    assert queries.median_seconds(session, ALL, one, on=TODAY) == 30


def test_a_trainer_sees_numbers_and_no_name(app: Flask, learner: Learner) -> None:
    session = learner.session
    ids = [one for one, _ in learners.questions(session).values()][:3]
    fill(session, learner, ids)
    trainer = a_trainer(app, learner)
    page = trainer.get("/items/nghe/")
    assert "24 first attempts." in page.text
    assert "Nguyễn Văn" not in page.html.replace("Nguyễn Văn Thầy", "")
    told = trainer.get(page.link("one"))
    assert "24 answers in first attempts." in told.text
    assert "Usual time: 30 seconds." in told.text


def test_numbers_stay_hidden_below_twenty_answers(app: Flask, learner: Learner) -> None:
    few = Item("one", 19, 1.0, 0.0, None, -5.0, None, None)
    assert advise(few) == (Advice.TOO_FEW,)
    assert advise(Item("one", 20, 1.0, 0.0, None, -50.0, None, None)) == (
        Advice.REVERSED,
        Advice.VERY_EASY,
    )


def rows_of(page: Page) -> dict[tuple[str, str], dict[str, str]]:
    """What the table says of each question (key, version), by the names of its columns."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in page.html.split('<th scope="row"')[1:]:
        key = re.search(r"/items/questions/\d+/\">([^<]+)<", row)
        cells = dict(re.findall(r'data-is="([^"]+)">(?:<span>)?([^<]*)', row))
        assert key is not None
        found[key.group(1), cells["Version"]] = cells
    return found


def per_cent(value: float | None, places: int) -> str:
    assert value is not None
    return f"{value:.{places}f} %"


def test_the_page_says_the_numbers_of_each_question_in_its_version(
    app: Flask, learner: Learner
) -> None:
    session = learner.session
    ids = [learners.questions(session)[key][0] for key in ("one", "safe", "many")]
    table = fill(session, learner, ids)
    changed = BANK.replace("Câu một?", "Câu một, lời mới?")
    learner.version = learners.teach(session, bank=changed)
    newer = learners.questions(session)["one"][0]
    fill(session, learner, [newer], people=19)
    whole = {item.item: item for item in analyse(table, dict.fromkeys(table, 1.0)).items}
    trainer = a_trainer(app, learner)
    rows = rows_of(trainer.get("/items/nghe/"))
    assert set(rows) == {("one", "1"), ("one", "2"), ("safe", "1"), ("many", "1")}
    for key, place in (("one", 0), ("safe", 1), ("many", 2)):
        item, said = whole[str(ids[place])], rows[key, "1"]
        assert item.facility is not None
        assert said["Right, share of points"] == per_cent(item.facility * 100, 0)
        assert said["Discrimination (index)"] == per_cent(item.discrimination_index, 1)
        efficiency = per_cent(item.discriminative_efficiency, 1)
        assert said["Discrimination (of what is possible)"] == efficiency
        assert said["Answers"] == "24"
    few = rows["one", "2"]
    assert (few["Answers"], few["Worth a look"]) == ("19", "too few answers yet")
    assert few["Right, share of points"] == few["Discrimination (index)"] == "–"
    alone = trainer.get(f"/items/questions/{newer}/").text
    assert "19 answers in first attempts." in alone
    assert "Numbers are shown once there are 20 answers." in alone
    assert "How often" not in alone
    assert "Usual time" not in alone


def test_a_question_tells_its_numbers_what_to_do_and_every_option(
    app: Flask, learner: Learner
) -> None:
    session = learner.session
    ids = [learners.questions(session)[key][0] for key in ("one", "safe", "many")]
    table = fill(session, learner, ids)
    (first, *_) = analyse(table, dict.fromkeys(table, 1.0)).items
    assert first.facility is not None
    trainer = a_trainer(app, learner)
    page = trainer.get(f"/items/questions/{ids[0]}/")
    assert f"Right, share of points{per_cent(first.facility * 100, 0)}" in page.text
    assert f"Discrimination (index){per_cent(first.discrimination_index, 1)}" in page.text
    remedies = [gettext(REMEDIES[one]) for one in advise(first)]
    assert all(remedy in page.text for remedy in remedies)
    right, rows = sum(table[str(ids[0])]), page.html.split("<tbody>")[1]
    assert f"{right:.0f}/24" in rows
    assert f"{24 - right:.0f}/24" in rows
    # Everybody answered "Những việc nào?" with one of two options; the third one stands there too.
    many = trainer.get(f"/items/questions/{ids[2]}/").html.split("<tbody>")[1]
    assert "0/24" in many
    assert "hardly chosen" in many


def test_the_answers_of_an_erased_person_are_not_told_as_missing(learner: Learner) -> None:
    session = learner.session
    one, _ = learners.questions(session)["one"]
    fill(session, learner, [one])
    erased = session.scalars(select(Person).limit(1), execution_options=ANY).one()
    erased.anonymised_at = NOW
    attempts = select(Attempt.id).where(Attempt.person_id == erased.id)
    session.execute(delete(Answer).where(Answer.attempt_id.in_(attempts)), execution_options=ANY)
    session.commit()
    told = queries.answers_beside_the_rest(session, ALL, one, on=TODAY)
    assert None not in [response for response, _, _ in told]


def test_second_attempts_and_pauses_are_not_counted(learner: Learner) -> None:
    session = learner.session
    one, _ = learners.questions(session)["one"]
    fill(session, learner, [one], number=2)
    module_id = learner.version.module_id
    assert queries.item_distributions(session, ALL, module_id, on=TODAY) == {}
    assert queries.total_distribution(session, ALL, module_id, on=TODAY) == {}
    assert queries.answers_given(session, ALL, one, on=TODAY) == []
    fill(session, learner, [one])
    away = NOW + timedelta(hours=3)
    attempts = select(Attempt.id).where(Attempt.number == 1).order_by(Attempt.id).limit(20)
    session.execute(
        update(Answer).where(Answer.attempt_id.in_(attempts)).values(answered_at=away),
        execution_options={"scope": Unscoped("a test moves answers")},
    )
    session.commit()
    assert queries.median_seconds(session, ALL, one, on=TODAY) == 30


def test_a_question_is_called_reversed_only_beyond_chance() -> None:
    assert advise(Item("one", 50, 0.8, 0.4, None, -20.0, None, None)) == (Advice.WEAK,)
    assert advise(Item("one", 400, 0.8, 0.4, None, -20.0, None, None)) == (Advice.REVERSED,)


def test_a_mediator_sees_no_statistics(reader: PageClient) -> None:
    reader.get("/items/", status=403)


def a_trainer(app: Flask, learner: Learner) -> PageClient:
    """Somebody who holds the trainer's role, reading English."""
    session = learner.session
    one = learners.enrol(session, learner.version, "Nguyễn Văn Thầy")
    session.add(
        RoleGrant(
            account_id=one.account.id,
            role=Role.TRAINER.value,
            valid_from=date(2020, 1, 1),
            recorded_at=clock.now(),
        )
    )
    session.commit()
    return learners.reading(app, one, TRAINER_BYTES)
