"""Trainers per teams by province and by group of communes, and trainers of the parts of a place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, join

from training_app.coverage.queries.sets import below, last_known
from training_app.coverage.queries.trainers import (
    Looking,
    Teaching,
    TrainerGrant,
    needs_of_trainers,
    teaching_by,
    trainer_grants,
)
from training_app.coverage.queries.units import part_of
from training_app.coverage.rules import Pair
from training_app.coverage.rules.ratios import Base, Ratio, RatioTarget
from training_app.organisation.models import (
    Level,
    TeamSpan,
    Unit,
    UnitSpan,
    UnitSuccession,
    holds,
)
from training_app.workshops.models import Workshop

_GENERATIONS = 3  # how often a commune may have been renewed since the districts ended


@dataclass(frozen=True)
class _Standing:
    """A unit that stands on the day under the place, with the teams directly in it."""

    id: int
    name: str
    level: str
    path: str
    parent_id: int | None
    teams: int


def _standing(session: Session, looking: Looking) -> list[_Standing]:
    """The place and the units below it, by name, with their teams. One SELECT."""
    teams = (
        select(func.count())
        .where(TeamSpan.unit_id == UnitSpan.unit_id, holds(TeamSpan, looking.on))
        .correlate(UnitSpan)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            UnitSpan.unit_id,
            UnitSpan.type + " " + UnitSpan.name,
            Unit.level,
            UnitSpan.path,
            UnitSpan.parent_id,
            teams,
        )
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(holds(UnitSpan, looking.on), below(looking.here.path))
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
        .execution_options(scope=looking.scope)
    )
    return [_Standing(*row) for row in found]


# -- trainers per teams --------------------------------------------------------------------


def ratios(
    session: Session,
    looking: Looking,
    targets: Sequence[RatioTarget],
    grants: Iterable[TrainerGrant],
) -> tuple[Ratio, ...]:
    """One row per target and place that it is measured by. At most eight SELECTs.

    Groups of communes are told for one province at a time; a commune alone has no target.
    """
    if looking.here.is_commune or not targets:
        return ()
    units = _standing(session, looking)
    held = tuple(grants)
    rows: list[Ratio] = []
    for target in targets:
        if target.base is Base.PROVINCE:
            rows += _by_unit(target, units, held, Level.PROVINCE, own=True)
        elif target.base is Base.DISTRICT:
            rows += _by_unit(target, units, held, Level.DISTRICT, own=False)
        elif looking.here.id is not None:
            rows += _by_group(session, target, units, held, looking)
    return tuple(rows)


def _by_unit(
    target: RatioTarget,
    units: Sequence[_Standing],
    grants: Iterable[TrainerGrant],
    level: Level,
    *,
    own: bool,
) -> list[Ratio]:
    """Units of a level; ``own`` counts roles over the unit itself only."""
    rows = []
    for one in units:
        if one.level != level:
            continue
        mine = {
            grant.person_id
            for grant in grants
            if grant.path == one.path or (not own and grant.path.startswith(one.path))
        }
        teams = sum(unit.teams for unit in units if unit.path.startswith(one.path))
        rows.append(Ratio(target, one.name, teams, len(mine)))
    return rows


def _by_group(
    session: Session,
    target: RatioTarget,
    units: Sequence[_Standing],
    grants: Iterable[TrainerGrant],
    looking: Looking,
) -> list[Ratio]:
    """The communes that took over the wards of each former district."""
    communes = [one for one in units if one.level == Level.COMMUNE]
    former = former_districts(session, [one.id for one in communes], looking.on)
    teams: Counter[str] = Counter()
    for one in communes:
        teams[former.get(one.id, (0, ""))[1]] += one.teams
    people: dict[str, set[int]] = defaultdict(set)
    by_district = dict(former.values())
    for grant in grants:
        if grant.unit_id in by_district:  # a role over the district, which stands no more
            people[by_district[grant.unit_id]].add(grant.person_id)
        elif grant.level == Level.COMMUNE:
            people[former.get(grant.unit_id, (0, ""))[1]].add(grant.person_id)
    names = sorted(teams, key=lambda name: (not name, _order(former, name)))
    return [Ratio(target, name, teams[name], len(people[name])) for name in names]


def _order(former: dict[int, tuple[int, str]], name: str) -> int:
    """Districts in the order of their numbers, which is that of the codes."""
    return min((number for number, known in former.values() if known == name), default=0)


def former_districts(
    session: Session, communes: Collection[int], on: date
) -> dict[int, tuple[int, str]]:
    """By commune the district (id, name) from which most of its wards came.

    Follows successions back until a span is found whose parent was a district; a commune made
    without a predecessor in any district is missing. Two SELECTs a generation.
    """
    votes: dict[int, Counter[tuple[int, str]]] = defaultdict(Counter)
    asked = {one: {one} for one in communes}  # an older unit → the communes that it became
    for _ in range(_GENERATIONS):
        if not asked:
            break
        found = _districts_of(session, asked, on)
        for unit, district in found:
            for commune in asked[unit]:
                votes[commune][district] += 1
        known = {unit for unit, _ in found}
        asked = _predecessors(session, {u: c for u, c in asked.items() if u not in known}, on)
    return {
        commune: min(count, key=lambda district: (-count[district], district))
        for commune, count in votes.items()
    }


def _districts_of(
    session: Session, units: Collection[int], on: date
) -> list[tuple[int, tuple[int, str]]]:
    """Each unit with the last district that it lay in."""
    district = aliased(UnitSpan)
    found = session.execute(
        select(UnitSpan.unit_id, district.unit_id, district.type + " " + district.name)
        .join(Unit, Unit.id == UnitSpan.parent_id)
        .join(
            district,
            and_(
                district.unit_id == UnitSpan.parent_id,
                district.valid_from < UnitSpan.valid_to,
                or_(district.valid_to.is_(None), district.valid_to >= UnitSpan.valid_to),
            ),
        )
        .where(
            UnitSpan.unit_id.in_(list(units)),
            UnitSpan.valid_from <= on,
            Unit.level == Level.DISTRICT.value,
        )
        .order_by(UnitSpan.valid_from)
    )
    return list({unit: (number, name) for unit, number, name in found}.items())


def _predecessors(session: Session, units: dict[int, set[int]], on: date) -> dict[int, set[int]]:
    """The units whose territory came to these, with the communes they became."""
    older: dict[int, set[int]] = defaultdict(set)
    if not units:
        return older
    for old, new in session.execute(
        select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id).where(
            UnitSuccession.new_unit_id.in_(list(units)), UnitSuccession.on <= on
        )
    ):
        older[old] |= units[new]
    return older


# -- trainers of the parts of a place, without names ---------------------------------------


@dataclass(frozen=True)
class PartRow:
    """One row per part of a place: teams, trainers with those trained, and what they taught."""

    unit_id: int | None
    name: str
    level: str
    teams: int
    trainers: Pair
    teaching: Teaching


@dataclass(frozen=True)
class PartTable:
    """The parts of a place; rows + overlap = total, which counts human beings."""

    rows: tuple[PartRow, ...]
    trainers_overlap: Pair
    overlap: Teaching

    @property
    def trainers(self) -> Pair:
        """Trainers of the whole place, and those of them who are trained."""
        return Pair(
            sum(row.trainers.people for row in self.rows) + self.trainers_overlap.people,
            sum(row.trainers.held for row in self.rows) + self.trainers_overlap.held,
        )

    @property
    def teaching(self) -> Teaching:
        """What was taught in the whole place."""
        return sum((row.teaching for row in self.rows), self.overlap)


def trainers_by_part(session: Session, looking: Looking) -> PartTable:
    """One row per unit directly under the place, by name. Four SELECTs, two for each requirement.

    What belongs to the place itself, or to units that stand no more, is a row of its own.
    """
    units = _standing(session, looking)
    parts = [one for one in units if one.parent_id == looking.here.id]
    where = _part_finder(looking.here.path, parts)
    grants = trainer_grants(session, looking)
    needs = needs_of_trainers(session, looking, grants)
    people: dict[str, set[int]] = defaultdict(set)
    for grant in grants:
        people[where(grant.path)].add(grant.person_id)
    trained = {
        one for one, asked in needs.items() if asked and all(need.covered for _, need in asked)
    }
    place = join(
        Workshop,
        UnitSpan,
        and_(UnitSpan.unit_id == Workshop.unit_id, last_known(looking.on)),
    )
    found, overlap = teaching_by(session, looking, part_of(UnitSpan.path, looking.here), place)
    teaching: dict[str, Teaching] = defaultdict(Teaching)
    for path, taught in found.items():
        teaching[where(path)] += taught
    own = looking.here.path
    rows = [
        PartRow(
            one.id,
            one.name,
            one.level,
            sum(unit.teams for unit in units if unit.path.startswith(one.path)),
            _pair(people[one.path], trained),
            teaching[one.path],
        )
        for one in parts
    ]
    if own in people or own in teaching:
        here = looking.here
        rows.append(
            PartRow(here.id, here.name, here.level, 0, _pair(people[own], trained), teaching[own])
        )
    everybody = set().union(*people.values())
    counted = [row.trainers for row in rows]
    return PartTable(
        tuple(rows),
        Pair(
            len(everybody) - sum(pair.people for pair in counted),
            len(everybody & trained) - sum(pair.held for pair in counted),
        ),
        overlap,
    )


def _pair(people: set[int], trained: set[int]) -> Pair:
    return Pair(len(people), len(people & trained))


def _part_finder(own: str, parts: Iterable[_Standing]) -> Callable[[str], str]:
    """The path of the part in which a path lies; the place itself where no part stands."""
    known = {one.path for one in parts}

    def find(path: str) -> str:
        step = path[: path.index("/", len(own)) + 1] if len(path) > len(own) else path
        return step if step in known else own

    return find
