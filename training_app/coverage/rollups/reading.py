"""What the database says about some communes through all time, read in sets."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from training_app.coverage.queries.sets import HUMAN, helps
from training_app.coverage.rules.lasting import Known, Rule
from training_app.coverage.rules.spans import FOREVER, Span, Spans, common, span
from training_app.db import Unscoped
from training_app.learning.models import Fact, Holding, UpdateNeed
from training_app.learning.queries import standing
from training_app.organisation.models import Leadership, Membership, Person, TeamSpan, UnitSpan
from training_app.requirements.queries import RequirementRow, versions_of
from training_app.requirements.rules import Audience

COUNTING: Final = {"scope": Unscoped("ready counts are made of everybody and name nobody")}
_CHUNK: Final = 20_000

Services = dict[int, dict[int, list[Span]]]


@dataclass
class Communes:
    """Some communes through all time, as one requirement sees them.

    ``places`` are the days of each team under each path; ``services`` and ``leads`` by team and
    human being; ``elsewhere`` the days that people of these communes serve in others, by path;
    ``known`` what the record says of each. Days on which nothing is asked are left out.
    """

    rules: tuple[Rule, ...]
    places: dict[int, list[tuple[str, Span]]] = field(default_factory=lambda: defaultdict(list))
    services: Services = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    leads: Services = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    elsewhere: dict[int, list[tuple[str, Span]]] = field(default_factory=lambda: defaultdict(list))
    known: dict[int, Known] = field(default_factory=dict)

    @property
    def humans(self) -> set[int]:
        """Everybody who ever served in the teams."""
        return {human for team in self.services.values() for human in team}

    @property
    def asked(self) -> Spans:
        """The days on which the requirement is in force."""
        return tuple(rule.days for rule in self.rules)


def batches(session: Session, most: int) -> list[list[int]]:
    """All units in which a team ever stood, some at a time: those that shared a team together.

    A commune comes with the units it was made of, so that few people serve in two batches.
    """
    root: dict[int, int] = {}

    def top(unit: int) -> int:
        while root[unit] != unit:
            root[unit] = root[root[unit]]
            unit = root[unit]
        return unit

    stays = select(TeamSpan.team_id, TeamSpan.unit_id).distinct().order_by(TeamSpan.team_id)
    last_team, last_unit = None, 0
    for team, unit in session.execute(stays.execution_options(**COUNTING)):
        root.setdefault(unit, unit)
        if team == last_team:
            root[top(unit)] = top(last_unit)
        last_team, last_unit = team, unit
    groups: dict[int, list[int]] = defaultdict(list)
    for unit in sorted(root):
        groups[top(unit)].append(unit)
    found: list[list[int]] = []
    for group in groups.values():
        if not found or len(found[-1]) >= most:
            found.append([])
        found[-1] += group
    return found


def read_communes(session: Session, requirement_id: int, unit_ids: Collection[int]) -> Communes:
    """Read some communes for one requirement. Eight SELECTs and one for each of its versions."""
    versions = _standing_versions(session, requirement_id)
    found = _read_teams(session, versions, unit_ids)
    if not versions or not unit_ids:
        return found
    humans = found.humans
    rows = _rows_of(session, humans)
    service = Leadership if versions[0].audience is Audience.LEADERS else Membership
    elsewhere = _served(service).where(TeamSpan.unit_id.not_in(unit_ids))
    _read_elsewhere(session, found, elsewhere, rows, versions[0].unit_id)
    found.known = _read_known(session, versions, humans, rows)
    return found


def _standing_versions(session: Session, requirement_id: int) -> list[RequirementRow]:
    """The versions of a requirement that were ever the rule, oldest first."""
    return [
        row
        for row in versions_of(session, requirement_id)
        if row.in_force_to is None or row.in_force_from < row.in_force_to
    ]


def _read_teams(
    session: Session, versions: Sequence[RequirementRow], unit_ids: Collection[int]
) -> Communes:
    """Read who serves in and leads the teams."""
    found = Communes(tuple(_rule(row) for row in versions))
    if not versions or not unit_ids:
        return found
    leaders = versions[0].audience is Audience.LEADERS
    service = Leadership if leaders else Membership
    _read_places(session, found, unit_ids, versions[0].unit_id)
    _read_services(session, found.services, service, unit_ids)
    if leaders:
        found.leads = found.services
    else:
        _read_services(session, found.leads, Leadership, unit_ids)
    return found


def _rule(row: RequirementRow) -> Rule:
    return Rule(span(row.in_force_from, row.in_force_to), row.required.window_months)


def _inside(path: str, unit_id: int | None) -> bool:
    return unit_id is None or f"/{unit_id}/" in path


def _read_places(
    session: Session, found: Communes, unit_ids: Collection[int], top: int | None
) -> None:
    """Where each team stands from when to when, as a path."""
    rows = session.execute(
        select(
            TeamSpan.team_id,
            TeamSpan.valid_from,
            TeamSpan.valid_to,
            UnitSpan.path,
            UnitSpan.valid_from.label("named_from"),
            UnitSpan.valid_to.label("named_to"),
        )
        .join(UnitSpan, UnitSpan.unit_id == TeamSpan.unit_id)
        .where(TeamSpan.unit_id.in_(unit_ids))
        .execution_options(**COUNTING)
    )
    for team_id, start, end, path, named_from, named_to in rows:
        if _inside(path, top):
            both = common((span(start, end),), (span(named_from, named_to),))
            for days in common(both, found.asked):
                found.places[team_id].append((path, days))


def _read_services(
    session: Session,
    services: Services,
    model: type[Membership | Leadership],
    unit_ids: Collection[int],
) -> None:
    """Who serves in (or leads) the teams that ever stood in the communes."""
    teams = select(TeamSpan.team_id).where(TeamSpan.unit_id.in_(unit_ids))
    chosen = (
        select(model.team_id, HUMAN, model.valid_from, model.valid_to)
        .join(Person, Person.id == model.person_id)
        .where(model.team_id.in_(teams))
    )
    rows = session.execute(chosen.execution_options(**COUNTING))
    for team_id, human, start, end in rows:
        services[team_id][human].append((start, FOREVER if end is None else end))


def _rows_of(session: Session, humans: Iterable[int]) -> dict[int, int]:
    """Id of every row of these human beings → the id under which it is counted."""
    found = {human: human for human in humans}
    linked = select(Person.id, Person.canonical_id)
    for row in _chunked(session, linked, Person.canonical_id, sorted(found)):
        found[row.id] = row.canonical_id
    return found


def _chunked(
    session: Session, chosen: Select[*tuple[Any, ...]], column: Any, ids: Sequence[int]
) -> Iterator[Any]:
    """Rows of a SELECT for many ids, some thousands at a time."""
    for start in range(0, len(ids), _CHUNK):
        among = _among(session, column, ids[start : start + _CHUNK])
        yield from session.execute(chosen.where(among).execution_options(**COUNTING))


def _among(session: Session, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """The column holds one of the ids, which travel as one parameter, however many."""
    if session.get_bind().dialect.name == "postgresql":
        # As text: the driver writes an array number by number, which took a tenth of a full count.
        # Written into the statement: only an array that is a constant is looked up by hash where
        # the planner, misled by a table just filled, goes through the whole of it.
        ids_text = f"{{{','.join(map(str, ids))}}}"
        text = bindparam(None, ids_text, type_=String, literal_execute=True)
        return and_(column == any_(cast(text, postgresql.ARRAY(BigInteger))))
    listed = func.json_each(json.dumps(list(ids))).table_valued("value")
    return and_(column.in_(select(listed.c.value)))


def _served(model: type[Membership | Leadership]) -> Select[*tuple[Any, ...]]:
    """One line per service, stay of its team, and name of the unit it stayed in."""
    return (
        select(
            model.person_id,
            model.valid_from,
            model.valid_to,
            TeamSpan.valid_from.label("stood_from"),
            TeamSpan.valid_to.label("stood_to"),
            UnitSpan.path,
            UnitSpan.valid_from.label("named_from"),
            UnitSpan.valid_to.label("named_to"),
        )
        .join(TeamSpan, TeamSpan.team_id == model.team_id)
        .join(UnitSpan, UnitSpan.unit_id == TeamSpan.unit_id)
    )


def _read_elsewhere(
    session: Session,
    found: Communes,
    chosen: Select[*tuple[Any, ...]],
    rows: dict[int, int],
    top: int | None,
) -> None:
    """Where else people of these communes serve: few do."""
    for row in _chunked(session, chosen, chosen.selected_columns.person_id, sorted(rows)):
        if _inside(row.path, top):
            stood = common((span(row[1], row[2]),), (span(row.stood_from, row.stood_to),))
            named = common(stood, (span(row.named_from, row.named_to),))
            for days in common(named, found.asked):
                found.elsewhere[rows[row.person_id]].append((row.path, days))


def _read_known(
    session: Session,
    versions: Sequence[RequirementRow],
    humans: Collection[int],
    rows: dict[int, int],
) -> dict[int, Known]:
    """What the record says of each human being about the requirement."""
    requirement_id = versions[0].requirement_id
    ordered = sorted(humans)
    held: dict[int, list[Span]] = defaultdict(list)
    periods = select(Holding.person_id, Holding.held_from, Holding.held_until).where(
        Holding.requirement_id == requirement_id
    )
    for human, start, end in _chunked(session, periods, Holding.person_id, ordered):
        held[human].append((start, FOREVER if end is None else end))
    updates: dict[int, list[Span]] = defaultdict(list)
    opened = select(UpdateNeed.person_id, UpdateNeed.opened_on, UpdateNeed.closed_on).where(
        UpdateNeed.requirement_id == requirement_id
    )
    for human, start, end in _chunked(session, opened, UpdateNeed.person_id, ordered):
        updates[human].append((start, FOREVER if end is None else end))
    begun = [_read_begun(session, version, rows) for version in versions]
    return {
        human: Known(
            _ordered(held.get(human)),
            _ordered(updates.get(human)),
            tuple([_ordered(one.get(human)) for one in begun]),
        )
        for human in humans
    }


def _ordered(found: list[Span] | None) -> Spans:
    return tuple(sorted(found)) if found else ()


def _read_begun(
    session: Session, version: RequirementRow, rows: dict[int, int]
) -> dict[int, list[Span]]:
    """The days on which a fact counts towards the version: from the first one that lasts on."""
    found: dict[int, list[Span]] = defaultdict(list)
    counting = and_(helps(version.required), standing())
    ordered = sorted(rows)
    lasting = (
        select(Fact.person_id, func.min(Fact.happened_on).label("first"))
        .where(counting, Fact.valid_until.is_(None))
        .group_by(Fact.person_id)
    )
    for person_id, first in _chunked(session, lasting, Fact.person_id, ordered):
        found[rows[person_id]].append((first, FOREVER))
    limited = select(Fact.person_id, Fact.happened_on, Fact.valid_until).where(
        counting, Fact.valid_until.is_not(None)
    )
    for person_id, first, last in _chunked(session, limited, Fact.person_id, ordered):
        found[rows[person_id]].append((first, last))
    return found
