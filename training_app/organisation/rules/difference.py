"""What an operation changed: the difference between a standing before and after it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from training_app.organisation.rules.operations import Recognise
from training_app.organisation.rules.standing import Standing
from training_app.organisation.rules.states import RANK, TeamState

LONGEST_VILLAGE: Final = 120


@dataclass(frozen=True)
class Difference:
    """Ids (below zero: new) of what begins, ends or changes; pairs are (person, team).

    ``led`` and ``unled`` say who begins and who stops to lead a team; ``recognised`` are decisions.
    """

    new_units: tuple[int, ...]
    ended_units: tuple[int, ...]
    changed_units: tuple[int, ...]
    new_teams: tuple[int, ...]
    ended_teams: tuple[int, ...]
    changed_teams: tuple[int, ...]
    joined: tuple[tuple[int, int], ...]
    left: tuple[tuple[int, int], ...]
    led: tuple[tuple[int, int], ...]
    unled: tuple[tuple[int, int], ...]
    recognised: tuple[Recognise, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all changed."""
        return not any(vars(self).values())


def difference(before: Standing, after: Standing) -> Difference:
    """Compare the two. A unit also changes when its path does; parents come before children."""
    return Difference(
        new_units=tuple(
            sorted(
                after.units.keys() - before.units.keys(),
                key=lambda unit: (RANK[after.units[unit].level], -unit),
            )
        ),
        ended_units=tuple(sorted(before.units.keys() - after.units.keys())),
        changed_units=tuple(
            unit
            for unit in sorted(before.units.keys() & after.units.keys())
            if before.units[unit] != after.units[unit] or before.path(unit) != after.path(unit)
        ),
        new_teams=tuple(sorted(after.teams.keys() - before.teams.keys(), reverse=True)),
        ended_teams=tuple(sorted(before.teams.keys() - after.teams.keys())),
        changed_teams=tuple(
            team
            for team in sorted(before.teams.keys() & after.teams.keys())
            if before.teams[team] != after.teams[team]
        ),
        joined=tuple(sorted(_pairs(after) - _pairs(before))),
        left=tuple(sorted(_pairs(before) - _pairs(after))),
        led=tuple(sorted(_leading(after) - _leading(before))),
        unled=tuple(sorted(_leading(before) - _leading(after))),
        recognised=tuple(after.recognised),
    )


def _pairs(standing: Standing) -> set[tuple[int, int]]:
    return {(person, team) for team, people in standing.members.items() for person in people}


def _leading(standing: Standing) -> set[tuple[int, int]]:
    return {(person, team) for team, person in standing.leaders.items()}


def label_namesakes(before: Standing, after: Standing) -> int:
    """Tell teams apart that come to one place under one name; returns how many were labelled.

    Their village label gets the name of the unit they came from, no longer than needed.
    """
    labelled = set()
    for length in (1, 2, 3):
        taken = Counter(_place(team) for team in after.teams.values())
        for team_id, team in list(after.teams.items()):
            old = before.teams.get(team_id)
            if taken[_place(team)] > 1 and old is not None and old.unit != team.unit:
                origin = ", ".join(list(_origin(before, old.unit))[:length])
                after.teams[team_id] = replace(team, village=_labelled(old.village, origin))
                labelled.add(team_id)
    return len(labelled)


def _place(team: TeamState) -> tuple[int, str, str]:
    return team.unit, team.sort_key, team.village


def _labelled(village: str, origin: str) -> str:
    suffix = f"({origin})"[:LONGEST_VILLAGE]
    return f"{village[: LONGEST_VILLAGE - len(suffix) - 1]} {suffix}".strip()


def _origin(before: Standing, unit_id: int) -> Iterator[str]:
    """What tells an old unit apart, the shortest first: its name, its parent's name, its code."""
    state = before.units[unit_id]
    yield state.full_name
    if state.parent is not None:
        yield before.units[state.parent].full_name
    yield state.code
