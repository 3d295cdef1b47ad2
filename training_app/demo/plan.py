"""What the demonstration contains, decided before anything is written. Pure and repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from training_app.demo.names import full_name

PROVINCE_CODE = "79"
# Communes of today's Hồ Chí Minh City that came from Bà Rịa – Vũng Tàu, with their teams.
COMMUNES = (
    ("26506", 8),  # Vũng Tàu
    ("26526", 7),  # Tam Thắng
    ("26536", 6),  # Rạch Dừa
    ("26542", 6),  # Phước Thắng
    ("26545", 3),  # Long Sơn
    ("26560", 5),  # Bà Rịa
)
WOMEN_SHARE = 0.36
MINORITY_SHARE = 0.04
LAW_SHARE = 0.03
YEAR = 365


class Learning(StrEnum):
    """How far a demonstration person has come."""

    NOTHING = "nothing"
    LESSONS = "lessons"  # reads, has not been tested
    ONE_TEST = "one_test"
    TESTS = "tests"  # all tests passed
    CLASS_NOW = "class_now"  # was in this year's class
    CLASS_OLD = "class_old"  # was in a class whose validity has run out


SHAPES = (
    (Learning.NOTHING, 22),
    (Learning.LESSONS, 12),
    (Learning.ONE_TEST, 10),
    (Learning.TESTS, 16),
    (Learning.CLASS_NOW, 28),
    (Learning.CLASS_OLD, 12),
)


@dataclass(frozen=True)
class PlannedPerson:
    """A mediator to be made up."""

    full_name: str
    sex: str
    birth_year: int
    phone: str
    minority: bool
    law_qualified: bool
    leads: bool
    learning: Learning
    day: date  # when the last learning happened


@dataclass(frozen=True)
class PlannedTeam:
    """A team with its people."""

    name: str
    founded: date
    minority_required: bool
    people: tuple[PlannedPerson, ...]


@dataclass(frozen=True)
class PlannedCommune:
    """A commune, by the official code of today."""

    code: str
    teams: tuple[PlannedTeam, ...]


def communes(today: date, seed: str = "demonstration") -> tuple[PlannedCommune, ...]:
    """The whole plan; the same for the same day and seed."""
    random = Random(seed)
    phones = _phones(random)
    return tuple(
        PlannedCommune(
            code,
            tuple(_team(random, phones, today, commune, n) for n in range(1, teams + 1)),
        )
        for commune, (code, teams) in enumerate(COMMUNES)
    )


def _phones(random: Random) -> Iterator[str]:
    """Numbers in a range that no operator has handed out (prefix 050)."""
    numbers = random.sample(range(10_000_000), 5_000)
    return (f"+8450{number:07d}" for number in numbers)


def _team(
    random: Random, phones: Iterator[str], today: date, commune: int, number: int
) -> PlannedTeam:
    """One team; a few fall short of Article 12, as real ones do."""
    size = random.choice((3, 4, 5, 5, 6, 6, 7, 7, 8))
    leader, women = 0, True
    match (commune, number):
        case (0, 3):
            size = 2  # too few members
        case (1, 2):
            women = False  # no woman
        case (2, 1):
            leader = -1  # nobody leads
        case _:
            pass
    sexes = ["female" if random.random() < WOMEN_SHARE else "male" for _ in range(size)]
    if women and "female" not in sexes:
        sexes[-1] = "female"
    if not women:
        sexes = ["male"] * size
    people = tuple(
        _person(random, phones, today, sex, leads=place == leader)
        for place, sex in enumerate(sexes)
    )
    return PlannedTeam(
        name=f"Khu phố {number}",
        founded=date(2019, 3, 1) + timedelta(days=random.randrange(900)),
        minority_required=False,
        people=people,
    )


def _person(
    random: Random, phones: Iterator[str], today: date, sex: str, *, leads: bool
) -> PlannedPerson:
    learning = random.choices([s for s, _ in SHAPES], [w for _, w in SHAPES])[0]
    ago = {
        Learning.CLASS_NOW: (60, 300),
        Learning.CLASS_OLD: (2 * YEAR + 20, 2 * YEAR + 400),
    }.get(learning, (5, 400))
    return PlannedPerson(
        full_name=full_name(random, sex),
        sex=sex,
        birth_year=today.year - random.choice(range(38, 74)),
        phone=next(phones),
        minority=random.random() < MINORITY_SHARE,
        law_qualified=random.random() < LAW_SHARE,
        leads=leads,
        learning=learning,
        day=today - timedelta(days=random.randrange(*ago)),
    )
