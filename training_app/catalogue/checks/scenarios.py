"""Whether a branching dispute can be walked from its start to an explained ending on every path."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Final

from training_app.catalogue.checks.wording import check_wording
from training_app.catalogue.source import NamedScenario, Scenario
from training_app.errors import N_
from training_app.laws.source import KeyPath, Located, Problem

CHOICES: Final = (2, 4)
NODES: Final = (8, 20)
LONGEST_PATH: Final = 8


def check_scenario(located: Located[NamedScenario]) -> list[Problem]:
    """Every problem of one scenario; citations are looked up elsewhere."""
    where = Located(located.value.scenario, located.file, located.lines)
    problems = [*_check_ids(where), *_check_targets(where)]
    walkable = not problems  # paths mean something only once every id is there and stands once
    problems += [*_check_nodes(where), *_check_endings(where)]
    if walkable:
        problems += _check_paths(where)
    problems += _check_texts(where)
    return problems


def _check_ids(where: Located[Scenario]) -> Iterator[Problem]:
    seen: set[str] = set()
    message, remedy = N_("The id “%(name)s” is used twice."), N_("Give one of the two another id.")
    places: list[tuple[KeyPath, str]] = [
        *((("node", index, "id"), node.id) for index, node in enumerate(where.value.nodes)),
        *((("ending", index, "id"), end.id) for index, end in enumerate(where.value.endings)),
    ]
    for path, name in places:
        if name in seen:
            yield where.problem(path, message, remedy, name=name)
        seen.add(name)
    for index, node in enumerate(where.value.nodes):
        inside: set[str] = set()
        for place, choice in enumerate(node.choices):
            if choice.id in inside:
                inner: KeyPath = ("node", index, "choice", place, "id")
                yield where.problem(inner, message, remedy, name=choice.id)
            inside.add(choice.id)


def _check_targets(where: Located[Scenario]) -> Iterator[Problem]:
    """Start and ``next`` lead to something that exists."""
    scenario = where.value
    known = {node.id for node in scenario.nodes} | {ending.id for ending in scenario.endings}
    if scenario.node(scenario.start) is None:
        message = N_("The start “%(name)s” is no node.")
        remedy = N_("Write the id of a node.")
        yield where.problem(("start",), message, remedy, name=scenario.start)
    for index, node in enumerate(scenario.nodes):
        for place, choice in enumerate(node.choices):
            if choice.next not in known:
                message = N_("“%(name)s” is neither a node nor an ending.")
                remedy = N_("Write the id of a node or of an ending, or add it.")
                path = ("node", index, "choice", place, "next")
                yield where.problem(path, message, remedy, name=choice.next)


def _check_nodes(where: Located[Scenario]) -> Iterator[Problem]:
    low, high = CHOICES
    for index, node in enumerate(where.value.nodes):
        if not low <= len(node.choices) <= high:
            message = N_("There are %(found)d of “%(key)s”.")
            remedy = N_("Give %(low)d to %(high)d of them.")
            path: KeyPath = ("node", index, "choice")
            yield where.problem(
                path, message, remedy, found=len(node.choices), key="choice", low=low, high=high
            )
    if not NODES[0] <= len(where.value.nodes) <= NODES[1]:
        message = N_("The scenario has %(found)d nodes.")
        remedy = N_("A scenario is best told in %(low)d to %(high)d.")
        low, high, found = *NODES, len(where.value.nodes)
        yield where.problem(
            ("node",), message, remedy, warning=True, found=found, low=low, high=high
        )


def _check_endings(where: Located[Scenario]) -> Iterator[Problem]:
    for index, ending in enumerate(where.value.endings):
        if not ending.cites:
            message = N_("The ending cites no article of law.")
            remedy = N_("Add “cites” with at least one article of the register.")
            yield where.problem(("ending", index, "cites"), message, remedy)
        if not ending.better.strip():
            message = N_("The ending does not say what would have been better.")
            remedy = N_("Add “better”: one alternative and where on the path.")
            yield where.problem(("ending", index, "better"), message, remedy)
    if not any(ending.outcome == "good" for ending in where.value.endings):
        message = N_("No ending is good.")
        remedy = N_("Add an ending whose “outcome” is “good”, and a path to it.")
        yield where.problem(("ending",), message, remedy)


def _check_paths(where: Located[Scenario]) -> Iterator[Problem]:
    """Everything reachable, nothing walked in a circle, no path too long."""
    scenario = where.value
    steps = {node.id: [choice.next for choice in node.choices] for node in scenario.nodes}
    reached, waiting = {scenario.start}, [scenario.start]
    while waiting:
        fresh = set(steps.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting.extend(fresh)
    places: list[tuple[KeyPath, str]] = [
        *((("node", index, "id"), node.id) for index, node in enumerate(scenario.nodes)),
        *((("ending", index, "id"), ending.id) for index, ending in enumerate(scenario.endings)),
    ]
    message, remedy = N_("No path leads to “%(name)s”."), N_("Lead a choice to it, or remove it.")
    for path, name in places:
        if name not in reached:
            yield where.problem(path, message, remedy, name=name)
    yield from _check_length(where, steps)


def _check_length(where: Located[Scenario], steps: dict[str, list[str]]) -> Iterator[Problem]:
    try:
        order = [one for one in TopologicalSorter(steps).static_order() if one in steps]
    except CycleError as error:
        circle: list[str] = error.args[1]
        message = N_("This path leads in a circle: %(path)s.")
        remedy = N_("Lead one of its choices onward instead.")
        index = list(steps).index(circle[0])
        path = " → ".join(reversed(circle))
        yield where.problem(("node", index, "choice"), message, remedy, path=path)
        return
    turns: dict[str, int] = {}
    for node_id in order:  # what follows a node comes before it
        turns[node_id] = 1 + max(turns.get(following, 0) for following in steps[node_id])
    found = turns[where.value.start]
    if found > LONGEST_PATH:
        message = N_("The longest path has %(found)d turns.")
        remedy = N_("Shorten it to at most %(limit)d.")
        yield where.problem(("start",), message, remedy, found=found, limit=LONGEST_PATH)


def _check_texts(where: Located[Scenario]) -> Iterator[Problem]:
    scenario = where.value
    yield from check_wording(where, ("title",), scenario.title)
    yield from check_wording(where, ("intro",), scenario.intro)
    for index, node in enumerate(scenario.nodes):
        yield from check_wording(where, ("node", index, "situation"), node.situation)
        yield from check_wording(where, ("node", index, "line"), node.line, spoken=True)
        for place, choice in enumerate(node.choices):
            path = ("node", index, "choice", place)
            yield from check_wording(where, (*path, "text"), choice.text)
            yield from check_wording(where, (*path, "consequence"), choice.consequence, spoken=True)
            yield from check_wording(where, (*path, "why"), choice.why)
    for index, ending in enumerate(scenario.endings):
        yield from check_wording(where, ("ending", index, "summary"), ending.summary)
        yield from check_wording(where, ("ending", index, "better"), ending.better)
