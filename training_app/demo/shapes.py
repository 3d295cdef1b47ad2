"""How a province or the whole nation looks: drawn commune by commune, the same every time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from training_app.demo.names import full_name
from training_app.demo.plan import LAW_SHARE, MINORITY_SHARE, WOMEN_SHARE

NATION_PEOPLE: Final = 550_000
NATION_TEAMS: Final = 86_000
MODULES: Final = 20
_SMALLEST: Final = 3
_FOUNDED: Final = date(2016, 3, 1)
_FIRST_CLASS_YEAR: Final = 2022
_NOTHING, _CLASSES = 0.22, 0.46
_CLASS_COUNTS: Final = ((1, 2, 3), (50, 35, 15))
_JOINED_LATER, _LEFT, _TWICE, _LATE, _LED = 0.2, 0.04, 0.004, 0.03, 0.97
_ONLINE: Final = (3, 14)
_CLASS_HELD, _VILLAGE = 0.6, 0.6
_CLASS_SEASON: Final = 260


@dataclass(frozen=True)
class Setting:
    """What all people of a commune share: its classes, the day, and the modules.

    The first ``core`` of ``modules`` are taught in every class.
    """

    classes: tuple[date, ...]
    today: date
    core: int
    modules: int


@dataclass(frozen=True)
class Place:
    """A commune with the units that became it, whole."""

    unit_id: int
    code: str
    former: tuple[int, ...]


@dataclass(frozen=True)
class Completion:
    """One fact: which module (by place in the list), when, in which class (None: on-line)."""

    module: int
    day: date
    held: int | None
    entered: date


@dataclass(frozen=True)
class DrawnPerson:
    """A mediator; ``left`` ends the service, ``second`` is another team of the commune."""

    name: str
    sex: str
    birth_year: int
    minority: bool
    law_qualified: bool
    since: date
    left: date | None
    second: int | None
    leads: bool
    done: tuple[Completion, ...]


@dataclass(frozen=True)
class DrawnTeam:
    """A team, founded in a former unit or in the commune itself."""

    name: str
    founded: date
    former: int | None
    people: tuple[DrawnPerson, ...]


@dataclass(frozen=True)
class DrawnCommune:
    """A commune: days of its classes and its teams."""

    place: Place
    classes: tuple[date, ...]
    teams: tuple[DrawnTeam, ...]


def sizes(places: Sequence[Place], people: int, teams: int) -> list[list[int]]:
    """How many people each team of each commune has: exactly so many people in so many teams."""
    random = Random(f"sizes {people} {teams} {len(places)}")
    weights = [random.uniform(0.4, 1.8) for _ in places]
    found: list[list[int]] = [[] for _ in places]
    for chosen in random.choices(found, weights, k=teams):
        chosen.append(0)
    cells = [(one, at) for one in found for at in range(len(one))]
    smallest = min(_SMALLEST, people // max(1, teams))
    for team, at in cells:
        team[at] = smallest
    for team, at in random.choices(cells, k=people - smallest * len(cells)):
        team[at] += 1
    return found


def draw(
    place: Place, team_sizes: Sequence[int], today: date, *, core: int, modules: int
) -> DrawnCommune:
    """A commune: the same for the same code, sizes and day.

    ``core`` modules are taught in every class, with one more that changes from year to year.
    """
    random = Random(f"{place.code} {today}")
    classes = tuple(_class_days(random, today))
    setting = Setting(classes, today, core, modules)
    teams = tuple(_team(random, place, at, team_sizes, setting) for at in range(len(team_sizes)))
    return DrawnCommune(place, classes, teams)


def _class_days(random: Random, today: date) -> Iterator[date]:
    for year in range(_FIRST_CLASS_YEAR, today.year + 1):
        day = date(year, 3, 1) + timedelta(days=random.randrange(_CLASS_SEASON))
        if random.random() < _CLASS_HELD and day <= today:
            yield day


def _team(
    random: Random,
    place: Place,
    number: int,
    team_sizes: Sequence[int],
    setting: Setting,
) -> DrawnTeam:
    size, teams = team_sizes[number], len(team_sizes)
    founded = _FOUNDED + timedelta(days=random.randrange(2_400))
    led = random.random() < _LED
    people = tuple(_person(random, founded, setting, leads=led and not at) for at in range(size))
    if teams > 1 and random.random() < _TWICE * size:
        other = (number + random.randrange(1, teams)) % teams
        people = (*people[:-1], replace(people[-1], second=other))
    return DrawnTeam(
        name=f"Thôn {number + 1}" if random.random() < _VILLAGE else f"Tổ dân phố {number + 1}",
        founded=founded,
        former=place.former[number % len(place.former)] if place.former else None,
        people=people,
    )


def _person(random: Random, founded: date, setting: Setting, *, leads: bool) -> DrawnPerson:
    sex = "female" if random.random() < WOMEN_SHARE else "male"
    since, left = founded, None
    room = (setting.today - founded).days - 30
    if random.random() < _JOINED_LATER and not leads and room > 1:
        since += timedelta(days=random.randrange(1, room))
    if random.random() < _LEFT and not leads:
        left = since + timedelta(days=random.randrange(1, (setting.today - since).days))
    return DrawnPerson(
        name=full_name(random, sex),
        sex=sex,
        birth_year=setting.today.year - random.randrange(30, 75),
        minority=random.random() < MINORITY_SHARE,
        law_qualified=random.random() < LAW_SHARE,
        since=since,
        left=left,
        second=None,
        leads=leads,
        done=tuple(_learning(random, since, setting)),
    )


def _learning(random: Random, since: date, setting: Setting) -> Iterator[Completion]:
    kind = random.random()
    if kind < _NOTHING:
        return
    if kind < _NOTHING + _CLASSES:
        yield from _in_classes(random, setting)
        return
    modules = random.sample(range(setting.modules), min(setting.modules, random.randint(*_ONLINE)))
    day = max(since, date(_FIRST_CLASS_YEAR, 1, 1))
    for module in modules:
        day += timedelta(days=random.randrange(1, 200))
        if day > setting.today:
            return
        yield Completion(module, day, None, day)


def _in_classes(random: Random, setting: Setting) -> Iterator[Completion]:
    classes, core = setting.classes, setting.core
    wanted = random.choices(*_CLASS_COUNTS)[0]
    for held in sorted(random.sample(range(len(classes)), min(wanted, len(classes)))):
        day = classes[held]
        entered = min(day + timedelta(days=_delay(random)), setting.today)
        for module in (*range(core), core + held % max(1, setting.modules - core)):
            yield Completion(module, day, held, entered)


def _delay(random: Random) -> int:
    """Days until a roll was entered; a few paper lists come months later."""
    return random.randrange(45, 220) if random.random() < _LATE else random.randrange(6)
