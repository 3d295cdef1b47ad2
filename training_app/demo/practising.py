"""Writes what the demonstration's people have practised, and what they wrote for a trainer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from training_app.access import Grant, Permission, Role, Viewer
from training_app.assessment import services as assessment
from training_app.assessment.models import Answer, WrittenAnswer
from training_app.assessment.queries import own_attempt
from training_app.assessment.rules.written import Step
from training_app.catalogue.folders import read_folders
from training_app.catalogue.queries import (
    ModuleCard,
    lessons_of,
    module_by_slug,
    question_bodies,
    scenario_version,
    scenarios_of,
)
from training_app.catalogue.services import publish
from training_app.catalogue.source import Choice, Scenario
from training_app.demo.answers import right_response
from training_app.demo.history import MIDDAY, Curriculum, answer_row, seed_of
from training_app.demo.office import officer
from training_app.demo.people import DEMO, Written
from training_app.demo.plan import PROVINCE_CODE, Learning
from training_app.learning import services as learning
from training_app.practice import services as practice
from training_app.practice.models import ScenarioRun, ScenarioStep
from training_app.practice.queries import practice_question
from training_app.practice.rules.paths import Move, walk
from training_app.questions.rules import Response
from training_app.questions.rules.answering import UNSURE
from training_app.questions.source import Written as WrittenQuestion

MODULE: Final = "loi-mo-dau"
# Runs of each dispute: enough for numbers at its turns.
RUNS: Final = 40
TURN: Final = timedelta(seconds=45)
FORGOTTEN: Final = 3
PRACTISED: Final = frozenset({Learning.TESTS, Learning.CLASS_NOW, Learning.ONE_TEST})
# Days ago and what was written, the first of them marked since.
TEXTS: Final = (
    (
        12,
        "Chào hai nhà. Hai nhà tự nói chuyện với nhau, tôi chỉ giúp. Mời bác Lan nói trước.",
    ),
    (
        9,
        "Cảm ơn hai bác đã đến. Mình cùng tìm cách để buổi tối hai nhà đều ngủ được.",
    ),
    (
        4,
        "Tôi không phán ai đúng ai sai. Hai bên tự thỏa thuận. Ai nói xong thì đến người kia.",
    ),
    (2, "Nhà anh mở loa to là sai rồi, nhưng thôi, hôm nay mình nói chuyện nhẹ nhàng."),
    (1, "Mời hai nhà ngồi. Ở đây không ai ép ai. Mỗi nhà nói một lượt, xong mình mới bàn."),
)
MARKED: Final = {"calm": 2, "free": 2, "turns": 2}
NOTE: Final = "Lời mở đầu ngắn và công bằng. Lần sau ông/bà nói thêm một câu cảm ơn hai bên đã đến."


# -- disputes -------------------------------------------------------------------------------


def write_runs(session: Session, curriculum: Curriculum, written: Written) -> None:
    """Paths of many people through the disputes, better and worse ones."""
    people = [
        (person_id, plan.day)
        for found in written.mediators.values()
        for person_id, plan in found
        if plan.learning in PRACTISED
    ]
    runs: list[dict[str, Any]] = []
    paths: list[list[Move]] = []
    for module in curriculum.modules:
        for line in scenarios_of(session, module.version_id):
            story = scenario_version(session, line.scenario_version_id)
            if story is None:
                continue
            for person_id, day in people[:RUNS]:
                random = Random(f"{person_id} {line.scenario_version_id}")
                path, ending = _path(random, story.scenario)
                begun = datetime.combine(day, MIDDAY) + timedelta(days=1)
                paths.append(path)
                runs.append(_run(person_id, line.scenario_version_id, begun, path, ending))
    if not runs:
        return
    ids = session.scalars(
        insert(ScenarioRun).returning(ScenarioRun.id, sort_by_parameter_order=True), runs
    ).all()
    session.execute(
        insert(ScenarioStep),
        [
            {
                "run_id": run_id,
                "sequence": number,
                "node": move.node,
                "choice": move.choice,
                "at": run["started_at"] + number * TURN,
            }
            for run_id, run, path in zip(ids, runs, paths, strict=True)
            for number, move in enumerate(path, start=1)
        ],
    )


def _path(random: Random, story: Scenario) -> tuple[list[Move], str]:
    """Moves to an ending; most people choose well, nobody always."""
    moves: list[Move] = []
    care = random.choice((1, 2, 4))
    here = walk(story, moves)
    while here.node is not None:
        choices = here.node.choices
        chosen = random.choices(choices, [_weight(one, care) for one in choices])[0]
        moves.append(Move(here.node.id, chosen.id))
        here = walk(story, moves)
    return moves, here.ending.id if here.ending else ""


def _weight(choice: Choice, care: int) -> int:
    """How likely a way to respond is; what the law forbids is rare."""
    if choice.harmful:
        return 1
    scored: int = sum(choice.scores.model_dump().values())
    return 1 + care * max(0, scored)


def _run(
    person_id: int, scenario_version_id: int, begun: datetime, path: list[Move], ending: str
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "scenario_version_id": scenario_version_id,
        "started_at": begun,
        "ended_at": begun + len(path) * TURN,
        "ending": ending,
    }


# -- what comes back ------------------------------------------------------------------------


def write_review(
    session: Session,
    curriculum: Curriculum,
    written: Written,
    accounts: dict[int, int],
    *,
    today: date,
) -> None:
    """What people in the middle of a module did not know two days ago, which comes back today."""
    people = [
        person_id
        for found in written.mediators.values()
        for person_id, plan in found
        if plan.learning is Learning.LESSONS
    ]
    moment = datetime.combine(today - timedelta(days=2), MIDDAY)
    for person_id in people:
        for number in range(1, FORGOTTEN + 1):
            asked = practice_question(session, curriculum.modules[0].slug, number)
            practice.answer(
                session,
                asked,
                UNSURE,
                client_key=f"demo-{person_id}-{number}",
                now=moment + number * TURN,
                actor=_learner(person_id, accounts),
            )


def _learner(person_id: int, accounts: dict[int, int]) -> Viewer:
    return Viewer(
        account_id=accounts[person_id], person_id=person_id, grants=(Grant(Role.MEDIATOR),)
    )


# -- what was written -----------------------------------------------------------------------


def write_texts(
    session: Session,
    written: Written,
    accounts: dict[int, int],
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """A further module with a written answer: some wait for a trainer, one was marked."""
    module = _publish(session, now=now, actor=actor)
    if module is None:
        return
    people = [
        person_id
        for found in written.mediators.values()
        for person_id, plan in found
        if plan.learning is Learning.TESTS
    ]
    for person_id, (days, text) in zip(people, TEXTS, strict=False):
        writer = _learner(person_id, accounts)
        moment = datetime.combine(today - timedelta(days=days), MIDDAY)
        _hand_in(session, module, writer, text, moment)
    _mark_first(session, written, today=today)


def _publish(session: Session, *, now: datetime, actor: Viewer) -> ModuleCard | None:
    """The module of the demonstration's own, through the door of all content."""
    with resources.as_file(resources.files("training_app.demo") / "data") as folder:
        found = read_folders(Path(folder) / "courses", Path(folder) / "quizzes")
    for files in found.modules:
        module = files.module()
        if module is not None:
            publish(session, module, now=now, actor=actor)
    return module_by_slug(session, MODULE)


def _hand_in(
    session: Session, module: ModuleCard, writer: Viewer, text: str, moment: datetime
) -> None:
    assert writer.person_id is not None  # noqa: S101 - planned people are people
    learning.enrol(session, writer.person_id, module.module_id, now=moment)
    for line in lessons_of(session, module.version_id):
        learning.read_lesson(session, writer.person_id, line.lesson_id, now=moment)
    seed = seed_of(writer, module)
    attempt_id = assessment.start(session, module.slug, now=moment, actor=writer, seed=seed)
    mine = writer.scope(Permission.ASSESSMENT_TAKE)
    asked = own_attempt(session, mine, attempt_id).questions
    questions = question_bodies(session, asked)
    rows = [
        answer_row(attempt_id, one, place, _said(questions[one], text), moment + (place + 1) * TURN)
        for place, one in enumerate(asked)
    ]
    session.execute(insert(Answer), rows)
    end = moment + timedelta(minutes=6)
    assessment.submit(session, attempt_id, now=end, on=end.date(), actor=writer)


def _said(question: Any, text: str) -> Response:
    if isinstance(question, WrittenQuestion):
        return Response(text=text)
    return right_response(question)


def _mark_first(session: Session, written: Written, *, today: date) -> None:
    """The oldest answer, marked by the first trainer with a note to whoever wrote it."""
    trainer = officer(session, written.staff["trainer"], Role.TRAINER, PROVINCE_CODE, today)
    oldest = session.scalars(
        select(WrittenAnswer.id).order_by(WrittenAnswer.handed_in_at).limit(1),
        execution_options={"scope": DEMO},
    ).first()
    if oldest is None:
        return
    marked_on = today - timedelta(days=10)
    assessment.give_mark(
        session,
        oldest,
        MARKED,
        NOTE,
        step=Step.FIRST,
        now=datetime.combine(marked_on, MIDDAY),
        on=today,
        actor=trainer,
    )
