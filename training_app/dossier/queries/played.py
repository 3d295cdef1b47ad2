"""Scenarios as a person walked through them, in the words of the version that was played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select

from training_app.catalogue.models import ScenarioVersion
from training_app.catalogue.source import Scenario, scenario_from_body
from training_app.practice.models import ScenarioRun, ScenarioStep


def scenarios(ids: tuple[int, ...]) -> Any:
    """One row per move of a run, in order; one with nothing chosen for a run without a move."""
    return (
        select(
            ScenarioRun.id,
            ScenarioRun.started_at,
            ScenarioRun.ended_at,
            ScenarioRun.ending,
            ScenarioVersion.body,
            ScenarioStep.node,
            ScenarioStep.choice,
        )
        .join(ScenarioVersion, ScenarioVersion.id == ScenarioRun.scenario_version_id)
        .outerjoin(ScenarioStep, ScenarioStep.run_id == ScenarioRun.id)
        .where(ScenarioRun.person_id.in_(ids))
        .order_by(ScenarioRun.id, ScenarioStep.sequence)
    )


def told(moves: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Per run its scenario, when it was, every way chosen (also one taken back), its ending."""
    for _, run in groupby(moves, key=lambda move: move.id):
        first, *more = run
        story = scenario_from_body(first.body)
        ways = [text for move in (first, *more) if (text := _way(story, move.node, move.choice))]
        ending = story.ending(first.ending or "")
        title = ending.title if ending else None
        yield (story.title, first.started_at, first.ended_at, ways, title)


def _way(story: Scenario, node_id: str | None, choice_id: str | None) -> str:
    """The words of a choice; none for a step back."""
    node = story.node(node_id or "")
    choices = node.choices if node else ()
    return next((choice.text for choice in choices if choice.id == choice_id), "")
