"""Whatever happens in whatever order: counting what changed equals counting everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.test_rollups import EVERYTHING, LOOKING, rebuild
from tests.factories import records as make
from tests.factories import serving
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from training_app.catalogue.models import ModuleVersion
from training_app.coverage import rollups
from training_app.coverage.queries import Asking, Place, coverage_by_unit
from training_app.coverage.queries.places import NATION
from training_app.coverage.rules import total_of
from training_app.coverage.services import draft, forget, verify, write
from training_app.errors import RuleBroken
from training_app.learning.models import Fact, FactKind
from training_app.learning.services import NewFact, record_facts, rederive, withdraw_fact
from training_app.organisation.models import EndReason, Level, Person, UnitSpan
from training_app.organisation.rules.operations import MergeTeams, Operation
from training_app.organisation.services import links, memberships, operations
from training_app.programme.queries import asked_in_unit
from training_app.requirements.models import Requirement

FIRST = date(2024, 1, 1)
SPREAD = (TODAY - FIRST).days
KINDS = (
    "pass",
    "pass",
    "exempt",
    "withdraw",
    "join",
    "leave",
    "move",
    "elect",
    "unlead",
    "link",
    "unlink",
    "end team",
    "merge teams",
    "count",
)
Event = tuple[str, int, int, int]

events = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 99),
        st.integers(0, 99),
        st.integers(0, SPREAD),
    ),
    min_size=1,
    max_size=25,
)


@dataclass
class World:
    """Two provinces of two communes with a team each, and eight people."""

    session: Session
    provinces: list[UnitSpan] = field(default_factory=list)
    teams: list[int] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    modules: list[ModuleVersion] = field(default_factory=list)
    requirement: Requirement | None = None

    def __post_init__(self) -> None:
        session = self.session
        self.people = [make.person(session, f"Người {n}") for n in range(8)]
        self.provinces = [make.unit(session, name) for name in ("Bắc Ninh", "Cà Mau")]
        for at in range(4):
            commune = make.unit(session, f"Xã {at}", self.provinces[at // 2])
            self.teams.append(make.team(session, commune, *self.people[2 * at : 2 * at + 2]).id)
        self.modules = [make.module(session) for _ in range(2)]
        self.requirement = make.requirement(session, *self.modules, since=FIRST, window=2)

    def person(self, number: int) -> int:
        return self.people[number % len(self.people)].id

    def team(self, number: int) -> int:
        return self.teams[number % len(self.teams)]

    def happen(self, event: Event) -> None:
        kind, one, other, days = event
        name = {"pass": "pass_"}.get(kind, kind.replace(" ", "_"))
        act: Callable[..., Any] = getattr(self, name)
        try:
            with self.session.begin_nested():
                act(one, other, FIRST + timedelta(days=days))
        except RuleBroken:
            self.session.expire_all()

    def _record(self, kind: FactKind, one: int, other: int, on: date, until: date | None) -> None:
        module = self.modules[other % len(self.modules)]
        source = 1_000 * one + other
        new = NewFact(
            self.person(one), kind, module.module_id, module.id, 30, on, "test", source, until
        )
        record_facts(self.session, [new], now=NOW, actor=SYSTEM)

    def pass_(self, one: int, other: int, on: date) -> None:
        self._record(FactKind.TEST_PASSED, one, other, on, None)

    def exempt(self, one: int, other: int, on: date) -> None:
        self._record(FactKind.EXEMPTION, one, other, on, on + timedelta(days=1 + other))

    def withdraw(self, one: int, other: int, on: date) -> None:
        del other
        facts = self.session.scalars(select(Fact.id).execution_options(scope=LOOKING)).all()
        if facts:
            chosen = facts[one % len(facts)]
            withdraw_fact(
                self.session, chosen, reason="sai", withdrawn_on=on, now=NOW, actor=SYSTEM
            )

    def join(self, one: int, other: int, on: date) -> None:
        memberships.start_membership(
            self.session, self.person(one), self.team(other), on=on, now=NOW, actor=SYSTEM
        )

    def leave(self, one: int, other: int, on: date) -> None:
        person, team = self.person(one), self.team(other)
        serving.end_service(
            self.session, person, team, EndReason.OWN_WISH, on=on, now=NOW, actor=SYSTEM
        )

    def move(self, one: int, other: int, on: date) -> None:
        serving.move_person(
            self.session,
            self.person(one),
            self.team(one // 2),
            self.team(other),
            on=on,
            now=NOW,
            actor=SYSTEM,
        )

    def elect(self, one: int, other: int, on: date) -> None:
        memberships.elect_leader(
            self.session, self.team(other), self.person(one), on=on, now=NOW, actor=SYSTEM
        )

    def unlead(self, one: int, other: int, on: date) -> None:
        del one
        serving.end_leadership(self.session, self.team(other), on=on, now=NOW, actor=SYSTEM)

    def link(self, one: int, other: int, on: date) -> None:
        del on
        links.link_person(self.session, self.person(one), self.person(other), now=NOW, actor=SYSTEM)
        rederive(self.session, [self.person(one), self.person(other)], now=NOW)

    def unlink(self, one: int, other: int, on: date) -> None:
        del other, on
        links.unlink_person(self.session, self.person(one), now=NOW, actor=SYSTEM)
        rederive(self.session, now=NOW)

    def end_team(self, one: int, other: int, on: date) -> None:
        del other
        serving.end_team(self.session, self.team(one), on=on, now=NOW, actor=SYSTEM)

    def merge_teams(self, one: int, other: int, on: date) -> None:
        step = MergeTeams((self.team(one), self.team(other)), self.team(one))
        chosen = Operation((step,))
        operations.carry_out(self.session, chosen, on=on, reason="sáp nhập", now=NOW, actor=SYSTEM)

    def count(self, one: int, other: int, on: date) -> None:
        del one, other, on
        self.drain()

    def drain(self) -> None:
        """What the worker does."""
        waiting = rollups.pending(self.session)
        for requirement_id in rollups.kept_requirements(self.session):
            units = None if waiting.whole(requirement_id) else waiting.units
            assert write(self.session, draft(self.session, requirement_id, units), now=NOW)
        forget(self.session, waiting.rows)


def check_days(world: World, days: tuple[date, ...], *, waiting: bool = False) -> None:
    """Ready and live tables are equal, unless the ready one says that it waits; totals add up."""
    session = world.session
    places = [
        NATION,
        *(Place(one.unit_id, one.full_name, Level.PROVINCE, one.path) for one in world.provinces),
    ]
    for on in days:
        for here in places:
            (asked,) = asked_in_unit(session, here.path, on)
            asking = Asking(asked, on, EVERYTHING)
            ready = rollups.unit_table(session, asking, here)
            if not (waiting and ready.counted_at):
                assert ready == coverage_by_unit(session, asking, here), on
            assert ready.total == total_of(row.counts for row in ready.rows) + ready.overlap


@settings(max_examples=25)
@given(log=events, days=st.lists(st.integers(0, SPREAD + 700), min_size=1, max_size=2))
def test_counting_what_changed_equals_counting_everything(
    db_session: Session, log: list[Event], days: list[int]
) -> None:
    world = World(db_session)
    rebuild(db_session)
    try:
        for event in log:
            world.happen(event)
        asked = tuple(FIRST + timedelta(days=day) for day in days)
        check_days(world, asked, waiting=True)
        world.drain()
        assert world.requirement is not None
        assert not verify(db_session, world.requirement.id)
        check_days(world, asked)
    finally:
        db_session.rollback()


def test_a_count_that_does_not_fit_the_record_is_found(db_session: Session) -> None:
    world = World(db_session)
    rebuild(db_session)
    assert world.requirement is not None
    memberships.start_membership(
        db_session, world.person(0), world.team(3), on=LONG_AGO, now=NOW, actor=SYSTEM
    )
    paths = {one.path for one in verify(db_session, world.requirement.id)}
    commune = db_session.scalars(select(UnitSpan.path).where(UnitSpan.name == "Xã 3")).one()
    assert {commune, world.provinces[1].path} <= paths
