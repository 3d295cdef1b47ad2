"""Reorganisations as data: what is merged, split, renamed, moved or abolished.

A number below zero names a unit or team that the same operation sets up; any other number is the
id of one that stands. Everything here can be written as JSON and read back (`read`, `written`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True)
class SetUpUnit:
    """Set up a unit under a parent (None above provinces); ``ref`` is below zero."""

    ref: int
    level: Literal["province", "district", "commune"]
    parent: int | None
    code: str
    name: str
    type: str
    kind: Literal["set-up-unit"] = "set-up-unit"


@dataclass(frozen=True)
class MergeUnits:
    """Merge units into one, which may be one of them; their units and teams go along."""

    units: tuple[int, ...]
    into: int
    kind: Literal["merge-units"] = "merge-units"


@dataclass(frozen=True)
class UnitPart:
    """What one successor of a split unit receives by name."""

    into: int
    units: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()


@dataclass(frozen=True)
class SplitUnit:
    """Split a unit; it goes on only where it is itself one of the parts.

    What is not named is not guessed: a team stays where the unit goes on, else waits at the
    lowest unit that surely holds it; units below must all be named.
    """

    unit: int
    parts: tuple[UnitPart, ...]
    kind: Literal["split-unit"] = "split-unit"


@dataclass(frozen=True)
class ChangeUnit:
    """Rename a unit, give it another type, or another code; None leaves as it is."""

    unit: int
    name: str | None = None
    type: str | None = None
    code: str | None = None
    kind: Literal["change-unit"] = "change-unit"


@dataclass(frozen=True)
class MoveUnit:
    """Move a unit with everything below it under another parent."""

    unit: int
    parent: int | None
    kind: Literal["move-unit"] = "move-unit"


@dataclass(frozen=True)
class AbolishLevel:
    """End every unit of a level; what stood below goes one level up."""

    level: Literal["district"]
    kind: Literal["abolish-level"] = "abolish-level"


@dataclass(frozen=True)
class SetUpTeam:
    """Set up a team in a unit; ``ref`` is below zero."""

    ref: int
    unit: int
    name: str
    village: str = ""
    minority_required: bool = False
    kind: Literal["set-up-team"] = "set-up-team"


@dataclass(frozen=True)
class MoveTeams:
    """Move teams with their people to another unit."""

    teams: tuple[int, ...]
    unit: int
    kind: Literal["move-teams"] = "move-teams"


@dataclass(frozen=True)
class MergeTeams:
    """Merge teams into one, which may be one of them."""

    teams: tuple[int, ...]
    into: int
    kind: Literal["merge-teams"] = "merge-teams"


@dataclass(frozen=True)
class TeamPart:
    """The people whom one successor of a split team receives."""

    into: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class SplitTeam:
    """Split a team; it goes on only where it is itself one of the parts.

    People who are not named stay where the team goes on; else all must be named.
    """

    team: int
    parts: tuple[TeamPart, ...]
    kind: Literal["split-team"] = "split-team"


@dataclass(frozen=True)
class ChangeTeam:
    """Give a team another name, village or demand for a minority member."""

    team: int
    name: str
    village: str = ""
    minority_required: bool = False
    kind: Literal["change-team"] = "change-team"


@dataclass(frozen=True)
class EndTeam:
    """End a team with the service of its people."""

    team: int
    kind: Literal["end-team"] = "end-team"


@dataclass(frozen=True)
class JoinTeam:
    """Let a person on record serve in a team, beside any other."""

    person: int
    team: int
    kind: Literal["join-team"] = "join-team"


@dataclass(frozen=True)
class MovePerson:
    """Move a person from one team to another."""

    person: int
    team: int
    into: int
    kind: Literal["move-person"] = "move-person"


@dataclass(frozen=True)
class EndService:
    """End a person's service in a team; ``why`` is an ``EndReason`` (Article 11)."""

    person: int
    team: int
    why: str
    kind: Literal["end-service"] = "end-service"


@dataclass(frozen=True)
class ElectLeader:
    """Let a member lead the team (Article 14); None leaves it without a leader."""

    team: int
    person: int | None
    kind: Literal["elect-leader"] = "elect-leader"


@dataclass(frozen=True)
class Recognise:
    """Record the chair's decision that recognises a mediator or a leader (Articles 8, 14)."""

    person: int
    team: int
    role: Literal["mediator", "leader"]
    number: str = ""
    decided_on: date | None = None
    note: str = ""
    kind: Literal["recognise"] = "recognise"


TeamStep = SetUpTeam | ChangeTeam | MoveTeams | MergeTeams | SplitTeam | EndTeam
PersonStep = JoinTeam | MovePerson | EndService | ElectLeader | Recognise
Step = (
    SetUpUnit
    | MergeUnits
    | SplitUnit
    | ChangeUnit
    | MoveUnit
    | AbolishLevel
    | TeamStep
    | PersonStep
)


@dataclass(frozen=True)
class Operation:
    """Steps that take effect together on one day; states between them never held."""

    steps: tuple[Annotated[Step, Field(discriminator="kind")], ...]


_ADAPTER: Final = TypeAdapter(Operation)


def operation(*steps: Step) -> Operation:
    """An operation of the steps, in their order."""
    return Operation(steps)


def written(chosen: Operation) -> dict[str, Any]:
    """The operation as plain JSON data."""
    data: dict[str, Any] = _ADAPTER.dump_python(chosen, mode="json")
    return data


def read(data: Any) -> Operation:
    """The operation that JSON data describes. Raises ValueError, naming the place, else."""
    return _ADAPTER.validate_python(data)


def units_named(chosen: Operation) -> set[int]:
    """Ids of the standing units that the operation names."""
    found: set[int] = set()
    for step in chosen.steps:
        match step:
            case SetUpUnit():
                found |= {step.parent or 0}
            case MergeUnits():
                found |= {*step.units, step.into}
            case SplitUnit():
                found |= {step.unit, *(part.into for part in step.parts)}
                found |= {unit for part in step.parts for unit in part.units}
            case ChangeUnit():
                found |= {step.unit}
            case MoveUnit():
                found |= {step.unit, step.parent or 0}
            case MoveTeams() | SetUpTeam():
                found |= {step.unit}
            case _:
                pass
    return {unit for unit in found if unit > 0}


def teams_named(chosen: Operation) -> set[int]:
    """Ids of the standing teams that the operation names."""
    found: set[int] = set()
    for step in chosen.steps:
        match step:
            case SplitUnit():
                found |= {team for part in step.parts for team in part.teams}
            case MoveTeams():
                found |= set(step.teams)
            case MergeTeams():
                found |= {*step.teams, step.into}
            case SplitTeam():
                found |= {step.team, *(part.into for part in step.parts)}
            case MovePerson():
                found |= {step.team, step.into}
            case ChangeTeam() | EndTeam() | JoinTeam() | EndService() | ElectLeader() | Recognise():
                found |= {step.team}
            case _:
                pass
    return {team for team in found if team > 0}


def people_named(chosen: Operation) -> set[int]:
    """Ids of the people whom steps name one by one."""
    steps = (step for step in chosen.steps if isinstance(step, PersonStep))
    return {step.person for step in steps if step.person is not None}


def service_named(chosen: Operation) -> set[tuple[int, int]]:
    """Person and team of each service that a step begins or ends by name."""
    found: set[tuple[int, int]] = set()
    for step in chosen.steps:
        if isinstance(step, JoinTeam | MovePerson | EndService):
            found.add((step.person, step.team))
        if isinstance(step, MovePerson):
            found.add((step.person, step.into))
    return found


def whole_teams(chosen: Operation) -> set[int]:
    """Ids of the standing teams all of whose people the operation may touch."""
    whole = tuple(
        step for step in chosen.steps if isinstance(step, MergeTeams | SplitTeam | EndTeam)
    )
    return teams_named(Operation(whole))


def levels_abolished(chosen: Operation) -> set[str]:
    """The levels that the operation abolishes."""
    return {step.level for step in chosen.steps if isinstance(step, AbolishLevel)}


def changes_units(chosen: Operation) -> bool:
    """Whether units change, and not teams and people alone."""
    return any(not isinstance(step, TeamStep | PersonStep) for step in chosen.steps)


def moves_people(chosen: Operation) -> bool:
    """Whether who serves in a team or leads it changes, so that it must be known."""
    return bool(whole_teams(chosen)) or any(isinstance(step, PersonStep) for step in chosen.steps)
