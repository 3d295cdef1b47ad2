"""Practising: answer a question, walk through a scenario, meet again what was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.assessment.queries import running_questions
from training_app.catalogue.queries import ScenarioPage, scenario_version
from training_app.db import Unscoped
from training_app.errors import N_, NotFound, RuleBroken
from training_app.practice import queries
from training_app.practice.models import PracticeAnswer, ReviewCard, ScenarioRun, ScenarioStep
from training_app.practice.queries import Asked, Due, Mistake, Run
from training_app.practice.rules import review
from training_app.practice.rules.paths import Move, Walk, find, standing, walk
from training_app.practice.scope import learner
from training_app.questions.rules import Mark, Response, mark, response_to_data

_OWN = Unscoped("the rows are found by the person who practises, or by a key of the own page")

# -- questions ------------------------------------------------------------------------------


def refuse_during_test(session: Session, question_version_id: int, actor: Viewer) -> None:
    """Keep the answer to a question of the own running test back until it is handed in.

    A test keeps the wording it began with; practice asks today's, and the answer is the same.
    """
    running = running_questions(session, actor.scope(Permission.ASSESSMENT_TAKE))
    if queries.same_question(session, question_version_id, running):
        raise RuleBroken(
            N_("This question is part of the running test. Practise it after handing in.")
        )


def answer(
    session: Session,
    asked: Asked | Due,
    response: Response,
    *,
    client_key: str,
    now: datetime,
    actor: Viewer,
) -> Mark:
    """Store a practice answer and mark it; the same key again stores nothing.

    What was wrong becomes a card of the spaced review, and a card is met again by any answer.
    """
    person_id = learner(actor)
    refuse_during_test(session, asked.question_version_id, actor)
    decision = mark(asked.question, response)
    stored = PracticeAnswer(
        person_id=person_id,
        question_version_id=asked.question_version_id,
        response=response_to_data(response),
        right=decision.right,
        answered_at=now,
        client_key=client_key,
    )
    try:
        with session.begin_nested():
            session.add(stored)
    except IntegrityError:
        return decision
    _remember(session, person_id, asked, right=decision.right, now=now)
    return decision


def _remember(
    session: Session, person_id: int, asked: Asked | Due, *, right: bool, now: datetime
) -> None:
    """Keep the card of a question that was ever wrong up to date."""
    card = _card(session, person_id, asked)
    if card is None:
        # Made at the same moment by another press or by the worker, it is met like any card.
        if right or _new_card(session, person_id, asked, now=now):
            return
        card = _card(session, person_id, asked)
    if card is not None:
        _write(card, review.meet(queries.memory_of(card), right=right, now=now))
        session.flush()


def _new_card(
    session: Session, person_id: int, asked: Asked | Due | Mistake, *, now: datetime
) -> bool:
    """A card for a question that was wrong at ``now``; False when there is one already."""
    card = ReviewCard(
        person_id=person_id, module_id=asked.module_id, question_key=asked.key, reviews=0
    )
    _write(card, review.meet(None, right=False, now=now))
    try:
        with session.begin_nested():
            session.add(card)
    except IntegrityError:
        return False
    return True


def _card(session: Session, person_id: int, asked: Asked | Due | Mistake) -> ReviewCard | None:
    return session.scalar(
        select(ReviewCard)
        .where(
            ReviewCard.person_id == person_id,
            ReviewCard.module_id == asked.module_id,
            ReviewCard.question_key == asked.key,
        )
        .with_for_update()
        .execution_options(scope=_OWN)
    )


# One turn of the worker: what it looks through, how far back, and how much it writes at most.
TESTS_LOOKED_AT: Final = 20_000
DAYS_LOOKED_BACK: Final = timedelta(days=7)
CARDS_AT_ONCE: Final = 2_000


def remember_mistakes(session: Session, *, now: datetime) -> int:
    """Let what was wrong in tests come back in the spaced review; returns how many cards.

    Run again it finds nothing more: a card knows when its question was met last.
    """
    since = now - DAYS_LOOKED_BACK
    found = queries.mistakes(session, since=since, tests=TESTS_LOOKED_AT, most=CARDS_AT_ONCE)
    return sum(_remember_mistake(session, one) for one in found)


def _remember_mistake(session: Session, mistake: Mistake) -> bool:
    """Whether the mistake was news; False when the person met the question since."""
    card = _card(session, mistake.person_id, mistake)
    if card is None:
        return _new_card(session, mistake.person_id, mistake, now=mistake.at)
    if card.last_review_at is not None and card.last_review_at >= mistake.at:
        return False
    _write(card, review.meet(queries.memory_of(card), right=False, now=mistake.at))
    session.flush()
    return True


def _write(card: ReviewCard, memory: review.Memory) -> None:
    card.due_at = memory.due_at
    card.state = memory.state
    card.step = memory.step
    card.stability = memory.stability
    card.difficulty = memory.difficulty
    card.last_review_at = memory.last_review_at
    card.reviews += 1


# -- scenarios ------------------------------------------------------------------------------


def begin_run(session: Session, scenario_version_id: int, *, now: datetime, actor: Viewer) -> int:
    """Begin a scenario and return the run's id; a run without a move is taken up again."""
    person_id = learner(actor)
    unused = session.scalar(
        select(ScenarioRun.id)
        .outerjoin(ScenarioStep, ScenarioStep.run_id == ScenarioRun.id)
        .where(
            ScenarioRun.person_id == person_id,
            ScenarioRun.scenario_version_id == scenario_version_id,
            ScenarioRun.ended_at.is_(None),
            ScenarioStep.run_id.is_(None),
        )
        .limit(1)
        .execution_options(scope=_OWN)
    )
    if unused is not None:
        return unused
    run = ScenarioRun(person_id=person_id, scenario_version_id=scenario_version_id, started_at=now)
    session.add(run)
    session.flush()
    return run.id


def choose(
    session: Session,
    run: Run,
    choice: tuple[str, str],
    *,
    sequence: int,
    now: datetime,
    actor: Viewer,
) -> bool:
    """Store a choice (ids of node and choice) as move number ``sequence``.

    A press that comes late or twice changes nothing: the moves already stored stand, and False
    says that this one is not among them.
    """
    learner(actor)
    scenario = _scenario(session, run)
    here = walk(scenario.scenario, run.moves)
    node, made = find(scenario.scenario, *choice)
    if sequence != len(run.moves) + 1 or here.node is None or here.node.id != node.id:
        return any((turn.node.id, turn.choice.id) == choice for turn in here.turns)
    if not _add_move(session, run, node.id, made.id, now=now):
        return _stored_choice(session, run.id, sequence) == made.id
    if scenario.scenario.ending(made.next):
        session.execute(
            update(ScenarioRun)
            .where(ScenarioRun.id == run.id, ScenarioRun.ended_at.is_(None))
            .values(ended_at=now, ending=made.next)
        )
    return True


def _stored_choice(session: Session, run_id: int, sequence: int) -> str | None:
    """What the press that was faster chose."""
    wanted = select(ScenarioStep.choice).where(
        ScenarioStep.run_id == run_id, ScenarioStep.sequence == sequence
    )
    return session.scalar(wanted.execution_options(scope=_OWN))


def step_back(
    session: Session, run: Run, *, sequence: int | None, now: datetime, actor: Viewer
) -> int:
    """Go back one turn as move number ``sequence``; returns the run to go on with.

    A second press changes nothing. A run that has come to its end stays as it was: a new one
    takes its path up to the turn, with the moments at which each choice was made.
    """
    learner(actor)
    kept = standing(run.moves)
    if not kept or sequence not in {None, len(run.moves) + 1}:
        return run.id
    if run.ended_at is None:
        _add_move(session, run, kept[-1].node, None, now=now)
        return run.id
    return _go_on_from(session, run, kept[:-1], now=now, actor=actor)


def _go_on_from(
    session: Session, run: Run, path: list[Move], *, now: datetime, actor: Viewer
) -> int:
    """A run that begins with the moves of ``path``; the one of an earlier press is taken again."""
    own = actor.scope(Permission.PRACTICE_TAKE)
    latest = queries.unfinished_run(session, own, run.scenario_version_id)
    if path and latest and list(queries.own_run(session, own, latest).moves) == path:
        return latest
    fresh = begin_run(session, run.scenario_version_id, now=now, actor=actor)
    for number, move in enumerate(path, start=1):
        session.add(
            ScenarioStep(
                run_id=fresh,
                sequence=number,
                node=move.node,
                choice=move.choice,
                at=move.at or now,
            )
        )
    session.flush()
    return fresh


def _add_move(session: Session, run: Run, node: str, choice: str | None, *, now: datetime) -> bool:
    """Store the next move; False when another press was faster."""
    move = ScenarioStep(
        run_id=run.id, sequence=len(run.moves) + 1, node=node, choice=choice, at=now
    )
    try:
        with session.begin_nested():
            session.add(move)
    except IntegrityError:
        return False
    return True


def _scenario(session: Session, run: Run) -> ScenarioPage:
    scenario = scenario_version(session, run.scenario_version_id)
    if scenario is None:
        raise NotFound
    return scenario


def where(session: Session, run: Run) -> tuple[ScenarioPage, Walk]:
    """The scenario of a run and where its path stands."""
    scenario = _scenario(session, run)
    return scenario, walk(scenario.scenario, run.moves)
