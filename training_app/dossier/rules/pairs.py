"""Which pairs of records are put before an officer, and why: proposals, never a merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.organisation.roster_file.roster import Person
from training_app.organisation.roster_file.same import (
    SURE_ENOUGH,
    Proposal,
    Reason,
    same_person,
)

_TWO = 2


class History(StrEnum):
    """What the service of two records says about them being one."""

    FOLLOWS = "follows"
    BOTH_SERVE = "both serve"
    SAME_TEAM_TWICE = "same team twice"


@dataclass(frozen=True, slots=True)
class Service:
    """A team in which a record served, ``valid_from <= day < valid_to``."""

    team_id: int
    team_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """One record as it is compared: what a roster would say of it, and its service."""

    id: int
    name_fold: str
    row: Person
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the smaller id first, that may be one human being."""

    first: int
    second: int
    proposal: Proposal
    history: History | None


def proposals(
    candidates: Iterable[tuple[int, int]], known: Mapping[int, Known], on: date
) -> list[Pair]:
    """Return the candidates to be shown, the surest first.

    Name and birth year alone are a proposal only where exactly two records share them and not
    both have a telephone, or where one served until the other began: namesakes of one age are
    common.
    """
    pairs = sorted({(min(pair), max(pair)) for pair in candidates})
    crowd = _crowds(pairs, known)
    found = []
    for first, second in pairs:
        one, other = known[first], known[second]
        proposal = same_person(one.row, other.row)
        history = _history(one, other, on)
        if proposal and _stands(one, other, proposal, history, crowd):
            found.append(Pair(first, second, proposal, history))
    return sorted(found, key=lambda pair: (-pair.proposal.score, pair.first, pair.second))


def _crowds(
    pairs: Iterable[tuple[int, int]], known: Mapping[int, Known]
) -> Counter[tuple[str, int | None]]:
    """How many records share a name and a birth year."""
    people = {one for pair in pairs for one in pair}
    return Counter((known[one].name_fold, known[one].row.birth_year) for one in people)


def _stands(
    one: Known,
    other: Known,
    proposal: Proposal,
    history: History | None,
    crowd: Counter[tuple[str, int | None]],
) -> bool:
    if proposal.score >= SURE_ENOUGH:
        return True
    if Reason.SAME_BIRTH_YEAR not in proposal.reasons:
        return False
    alone = crowd[one.name_fold, one.row.birth_year] == _TWO
    quiet = not (one.row.phones and other.row.phones)
    return alone and (quiet or history is History.FOLLOWS)


def _history(one: Known, other: Known, on: date) -> History | None:
    here = {service.team_id for service in one.services if _serves(service, on)}
    there = {service.team_id for service in other.services if _serves(service, on)}
    if here & there:
        return History.SAME_TEAM_TWICE
    if here and there:
        return History.BOTH_SERVE
    for earlier, later in ((one, other), (other, one)):
        if _ended_before(earlier.services, later.services):
            return History.FOLLOWS
    return None


def _serves(service: Service, on: date) -> bool:
    return service.valid_from <= on and (service.valid_to is None or service.valid_to > on)


def _ended_before(earlier: tuple[Service, ...], later: tuple[Service, ...]) -> bool:
    ends = [service.valid_to for service in earlier]
    if not ends or not later or None in ends:
        return False
    last = max(end for end in ends if end is not None)
    return last <= min(service.valid_from for service in later)
