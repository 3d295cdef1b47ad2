"""Writes what the demonstration's people have learnt: requirements, classes, lessons, tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from training_app.access import Grant, Permission, Role, Scope, Viewer
from training_app.assessment import services as assessment
from training_app.assessment.models import Answer
from training_app.assessment.queries import own_attempt
from training_app.catalogue.queries import (
    ModuleCard,
    lessons_of,
    published_modules,
    question_bank,
    question_bodies,
)
from training_app.demo.answers import right_response, wrong_response
from training_app.demo.people import Written
from training_app.demo.plan import Learning, PlannedPerson
from training_app.learning import services as learning
from training_app.learning.models import FactKind, LessonProgress
from training_app.questions.rules import Response, response_to_data
from training_app.questions.source import Question
from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.services import NewRequirement, Terms, set_requirement
from training_app.workshops import queries as workshop_queries
from training_app.workshops import services as workshops
from training_app.workshops.models import Workshop

EVERYTHING = Scope(everything=True, unit_paths=("/",))
MIDDAY = time(5, tzinfo=UTC)
HALF_DAY = 210


@dataclass(frozen=True)
class Curriculum:
    """The published modules with their lessons and questions, read once."""

    modules: Sequence[ModuleCard]
    lessons: dict[int, list[int]]
    questions: dict[int, Question]


def read_curriculum(session: Session) -> Curriculum:
    """Read what the tests and lessons of the demonstration need."""
    modules = published_modules(session)
    ids = [q.version_id for m in modules for q in question_bank(session, m.version_id)]
    return Curriculum(
        modules,
        {
            m.version_id: [line.lesson_id for line in lessons_of(session, m.version_id)]
            for m in modules
        },
        question_bodies(session, ids),
    )


def write_requirements(
    session: Session, curriculum: Curriculum, *, now: datetime, today: date, actor: Viewer
) -> None:
    """Every mediator: the three basic modules, 24 months; every trainer: the course, 12 months."""
    modules = frozenset(card.module_id for card in curriculum.modules)
    first = date(2024, 1, 1)
    grace = (date(today.year, 12, 31) - first).days
    wanted = (
        NewRequirement(
            title="Chương trình cơ bản cho hòa giải viên",
            title_en="Basic programme for mediators",
            key="mediators-basic",
            audience=Audience.MEDIATORS,
            unit_id=None,
            terms=Terms(first, modules, valid_months=24, window_months=3, grace_days=grace),
        ),
        NewRequirement(
            title="Bồi dưỡng tập huấn viên",
            title_en="Trainers' course",
            key="trainers-course",
            audience=Audience.TRAINERS,
            unit_id=None,
            terms=Terms(
                first, modules, valid_months=12, window_months=2, renewal=Renewing.COMPLETION
            ),
        ),
    )
    for new in wanted:
        set_requirement(session, new, now=now, today=today, actor=actor)


def write_classes(
    session: Session,
    curriculum: Curriculum,
    written: Written,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """In each commune a class this year, and one whose validity has run out since."""
    for place, (unit_id, people) in enumerate(written.mediators.items()):
        days = (
            (Learning.CLASS_OLD, today - timedelta(days=790 + 23 * place), "năm trước"),
            (Learning.CLASS_NOW, today - timedelta(days=75 + 31 * place), "năm nay"),
        )
        for learning_kind, held_on, label in days:
            trainer = written.trainers[place % len(written.trainers)]
            draft = replace(
                _draft(session, curriculum, unit_id, trainer, today),
                title=f"Tập huấn nghiệp vụ hòa giải {label}",
                held_on=held_on,
            )
            workshop = workshops.record(
                session, draft, EVERYTHING, now=now, today=today, actor=actor
            )
            present = frozenset(i for i, plan in people if plan.learning is learning_kind)
            listed = _invited(session, workshop)
            workshops.keep_roll(
                session,
                workshop,
                workshops.Roll(present & listed, listed),
                EVERYTHING,
                now=now,
                today=today,
                actor=actor,
            )

    _write_next_steps(session, curriculum, written, now=now, today=today, actor=actor)


def _write_next_steps(
    session: Session,
    curriculum: Curriculum,
    written: Written,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """For the first trainer a class to come and one whose roll is still to be kept."""
    unit_id = next(iter(written.mediators))
    blank = _draft(session, curriculum, unit_id, written.trainers[0], today)
    for days, title in ((9, "Kỹ năng lắng nghe hai bên"), (-2, "Việc nào không được hòa giải")):
        draft = replace(blank, title=title, held_on=today + timedelta(days=days))
        workshops.record(session, draft, EVERYTHING, now=now, today=today, actor=actor)


def _draft(
    session: Session, curriculum: Curriculum, unit_id: int, trainer: int, today: date
) -> workshops.Draft:
    """Half a day on all modules for all teams of a commune."""
    return workshops.Draft(
        unit_id=unit_id,
        title="",
        held_on=today,
        minutes=HALF_DAY,
        place="Hội trường Ủy ban nhân dân",
        trainer_person_id=trainer,
        guest_trainer="",
        module_version_ids=[card.version_id for card in curriculum.modules],
        team_ids=_teams(session, unit_id, today),
    )


def _teams(session: Session, unit_id: int, on: date) -> list[int]:
    choices = workshop_queries.team_choices(session, EVERYTHING, unit_id, on)
    return [team.team_id for team in choices]


def _invited(session: Session, workshop: Workshop) -> frozenset[int]:
    rows = workshop_queries.roll(session, EVERYTHING, workshop)
    return frozenset(row.person_id for row in rows)


def write_learning(
    session: Session,
    curriculum: Curriculum,
    accounts: dict[int, int],
    people: Sequence[tuple[int, PlannedPerson]],
) -> None:
    """Lessons read and tests taken in the past, through the same services as on the screen."""
    for person_id, planned in people:
        random = Random(person_id)
        moment = datetime.combine(planned.day, MIDDAY)
        actor = Viewer(
            account_id=accounts[person_id],
            person_id=person_id,
            grants=(Grant(Role.MEDIATOR),),
        )
        match planned.learning:
            case Learning.LESSONS:
                read = curriculum.lessons[curriculum.modules[0].version_id][: random.choice((2, 4))]
                _read(session, person_id, curriculum.modules[0], read, moment)
            case Learning.ONE_TEST:
                _take(session, curriculum, curriculum.modules[0], actor, moment)
            case Learning.TESTS:
                for days, module in enumerate(curriculum.modules):
                    later = moment + timedelta(days=days)
                    _take(session, curriculum, module, actor, later)
            case Learning.CLASS_NOW:
                # Who was in this year's class tried tests at home as well; some fell short.
                for module in random.sample(curriculum.modules, 2):
                    _take(session, curriculum, module, actor, moment, most=4)
            case _:
                pass


def _read(
    session: Session, person_id: int, module: ModuleCard, lessons: Sequence[int], moment: datetime
) -> None:
    learning.enrol(session, person_id, module.module_id, now=moment)
    rows = [{"person_id": person_id, "lesson_id": one, "read_at": moment} for one in lessons]
    session.execute(insert(LessonProgress), rows)


def _take(
    session: Session,
    curriculum: Curriculum,
    module: ModuleCard,
    actor: Viewer,
    moment: datetime,
    *,
    most: int = 2,
) -> None:
    """Read the module, take its test with some harmless mistakes, hand it in."""
    random = Random(f"{actor.person_id} {module.slug}")
    assert actor.person_id is not None  # noqa: S101 - planned people are people
    _read(session, actor.person_id, module, curriculum.lessons[module.version_id], moment)
    seed = seed_of(actor, module)
    attempt_id = assessment.start(session, module.slug, now=moment, actor=actor, seed=seed)
    mine = actor.scope(Permission.ASSESSMENT_TAKE)
    drawn = own_attempt(session, mine, attempt_id).questions
    mistakes = _mistakes(random, [curriculum.questions[one] for one in drawn], most=most)
    rows, at = [], moment
    for place, version_id in enumerate(drawn):
        question = curriculum.questions[version_id]
        response = (
            wrong_response(random, question) if place in mistakes else right_response(question)
        )
        at += timedelta(seconds=random.randrange(15, 60))
        rows.append(answer_row(attempt_id, version_id, place, response, at))
    # As the service writes them, in one statement.
    session.execute(insert(Answer), rows)
    end = moment + timedelta(minutes=12)
    assessment.submit(session, attempt_id, now=end, on=end.date(), actor=actor)


def answer_row(
    attempt_id: int, version_id: int, place: int, response: Response, at: datetime
) -> dict[str, Any]:
    """An answer given at ``place`` (from 0) of a test."""
    return {
        "attempt_id": attempt_id,
        "question_version_id": version_id,
        "sequence": 1,
        "response": response_to_data(response),
        "answered_at": at,
        "client_key": f"demo-{attempt_id}-{place}",
    }


def seed_of(actor: Viewer, module: ModuleCard) -> str:
    """What decides the questions of somebody's test: the same in every demonstration."""
    return f"{Random(f'{actor.person_id} {module.slug} test').getrandbits(128):032x}"


def _mistakes(random: Random, drawn: Sequence[Question], *, most: int) -> set[int]:
    """Places answered wrongly; some questions are harder, for everybody."""
    wanted = min(random.choice((0, 0, 1, 1, 2, 2, 3, 4)), most)
    hard = [Random(question.id).random() for question in drawn]
    places = sorted(range(len(drawn)), key=lambda place: random.random() - hard[place])
    return set(places[:wanted])


def write_trainers(
    session: Session,
    curriculum: Curriculum,
    trainers: Sequence[int],
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """The first trainer holds the course by a paper certificate; the others still need it."""
    for card in curriculum.modules:
        learning.record_fact(
            session,
            person_id=trainers[0],
            kind=FactKind.EQUIVALENCE,
            module_id=card.module_id,
            module_version_id=card.version_id,
            minutes=card.minutes,
            happened_on=today - timedelta(days=120),
            source_kind="equivalence",
            source_id=trainers[0],
            now=now,
            actor=actor,
        )
