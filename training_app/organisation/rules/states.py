"""What stands between two changes: a unit, a team; and what a change leaves to decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

RANK: Final = {"province": 0, "district": 1, "commune": 2}
WHOLE, PART = "whole", "part"


@dataclass(frozen=True)
class UnitState:
    """A unit between two changes."""

    level: str
    parent: int | None
    code: str
    name: str
    type: str

    @property
    def full_name(self) -> str:
        """Type and name: Phường Ba Đình."""
        return f"{self.type} {self.name}"


@dataclass(frozen=True)
class TeamState:
    """A team between two changes; ``unit`` is where it stands."""

    unit: int
    name: str
    name_fold: str
    sort_key: str
    village: str
    minority_required: bool


def shared_unit(paths: Iterable[str]) -> int | None:
    """The lowest unit in whose subtree all the paths lie; None where there is none."""
    lowest = None
    for ids in zip(*(path.split("/")[1:-1] for path in paths), strict=False):
        if len(set(ids)) > 1:
            break
        lowest = int(ids[0])
    return lowest


@dataclass(frozen=True)
class Question:
    """Something the operation leaves to decide; one that blocks must be answered first.

    ``kind``: "team" (where it goes among ``candidates``), "unit" (the same), "person" (which
    team), "leader" (who leads the team), "few" (fewer than Article 12 asks stay in the team).
    """

    kind: str
    id: int
    candidates: tuple[int, ...] = ()
    blocks: bool = False
