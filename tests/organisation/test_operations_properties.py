"""Random trees, random reorganisations: nobody is lost, nothing overlaps, all can be taken back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, START, World
from tests.organisation.operation_world import export, heads, overlaps, paths_agree
from training_app.db import Base, prepare_engine
from training_app.errors import RuleBroken
from training_app.organisation.models import Membership, TeamSpan, Unit, UnitSpan, holds
from training_app.organisation.queries.units import unit_by_code
from training_app.organisation.rules import operations as ops
from training_app.organisation.services.memberships import start_membership
from training_app.organisation.services.operations import carry_out, preview, undo

FIRST = date(2026, 3, 1)
KINDS = ("merge", "split", "change", "move", "abolish", "move teams", "merge teams", "split team")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


class Draws:
    """A random country, and steps that fit it as it stands on a day."""

    def __init__(self, data: st.DataObject, session: Session) -> None:
        self.data, self.session, self.code = data, session, 100

    def number(self, low: int, high: int) -> int:
        return self.data.draw(st.integers(low, high))

    def one(self, choices: Any) -> Any:
        return self.data.draw(st.sampled_from(sorted(choices)))

    def some(self, choices: Any) -> tuple[Any, ...]:
        return tuple(self.data.draw(st.sets(st.sampled_from(sorted(choices))))) if choices else ()

    def country(self) -> None:
        world = World(self.session)
        people = [world.person(f"Trần Văn {letter}") for letter in "ABCDEFGH"]
        for _ in range(self.number(1, 3)):
            province = world.unit(self.new_code(), "Tỉnh")
            for _ in range(self.number(1, 3)):
                commune = world.unit(self.new_code(), self.one(("Tân An", "Hòa")), province)
                for name in self.some(("Tổ 1", "Tổ 2")):
                    team = world.team(commune, name)
                    members = self.some(people)
                    for person in members:
                        start_membership(
                            self.session, person, team, on=START, now=NOW, actor=OFFICER
                        )
                    if members:
                        world.lead(team, members[0])

    def new_code(self) -> str:
        self.code += 1
        return str(self.code)

    def step(self, on: date) -> tuple[ops.Step, ...]:
        rows = self.session.execute(
            select(UnitSpan.unit_id, Unit.level, UnitSpan.parent_id)
            .join(Unit, Unit.id == UnitSpan.unit_id)
            .where(holds(UnitSpan, on))
        ).all()
        found = select(TeamSpan.team_id, TeamSpan.unit_id).where(holds(TeamSpan, on))
        teams = self.session.execute(found.execution_options(scope=EVERYTHING)).all()
        kind = self.one(KINDS)
        if "team" in kind:
            return self.team_step(kind, rows, teams)
        return self.unit_step(kind, rows, teams)

    def unit_step(self, kind: str, rows: Any, teams: Any) -> tuple[ops.Step, ...]:
        unit = self.one([row.unit_id for row in rows])
        level, parent = next(row[1:] for row in rows if row.unit_id == unit)
        same = [row.unit_id for row in rows if row.level == level]
        match kind:
            case "abolish" if any(row.level == "district" for row in rows):
                return (ops.AbolishLevel("district"),)
            case "change":
                return (ops.ChangeUnit(unit, name=self.one(("Tân An", "Khác")), type="Xã"),)
            case "move":
                others = [row.unit_id for row in rows if row.level != "commune"]
                new = ops.SetUpUnit(-1, "district", self.one(others), self.new_code(), "Q", "Quận")
                return (new, ops.MoveUnit(unit, self.one([-1, *others])))
        new = ops.SetUpUnit(-1, level, parent, self.new_code(), self.one(("Tân An", "B")), "Xã")
        into = self.one([-1, *same])
        if kind == "merge":
            return (new, ops.MergeUnits((unit, *self.some(same)), into))
        below = [row.unit_id for row in rows if row.parent_id == unit]
        here = [team.team_id for team in teams if team.unit_id == unit]
        first = self.some(below)
        rest = tuple(set(below) - set(first))
        parts = (ops.UnitPart(-1, first, self.some(here)), ops.UnitPart(into, rest))
        return (new, ops.SplitUnit(unit, parts))

    def team_step(self, kind: str, rows: Any, teams: Any) -> tuple[ops.Step, ...]:
        if not teams:
            return ()
        ids = [team.team_id for team in teams]
        unit = self.one([row.unit_id for row in rows])
        new = ops.SetUpTeam(-1, unit, f"Tổ {self.new_code()}")
        match kind:
            case "move teams":
                return (ops.MoveTeams((self.one(ids),), unit),)
            case "merge teams":
                return (new, ops.MergeTeams((self.one(ids), *self.some(ids)), self.one([-1, *ids])))
        team = self.one(ids)
        serving = select(Membership.person_id).where(
            Membership.team_id == team, Membership.valid_to.is_(None)
        )
        people = self.session.scalars(serving.execution_options(scope=EVERYTHING)).all()
        named = self.some(people)
        rest = self.one(["stays", "goes"])
        last = team if rest == "stays" else self.one(ids)
        parts = (ops.TeamPart(-1, named), ops.TeamPart(last, tuple(set(people) - set(named))))
        return (new, ops.SplitTeam(team, parts))


def codes_on(session: Session, on: date) -> dict[str, int]:
    rows = session.execute(select(UnitSpan.code, UnitSpan.unit_id).where(holds(UnitSpan, on)))
    return {row.code: row.unit_id for row in rows}


def kinds_of(chosen: ops.Operation) -> str:
    return chosen.steps[-1].kind if chosen.steps else "nothing"


@pytest.mark.thorough
@given(data=st.data())
@settings(max_examples=20)
def test_any_reorganisation_keeps_everybody_and_can_be_taken_back(
    engine: Engine, data: st.DataObject
) -> None:
    with Session(engine) as session:
        draws = Draws(data, session)
        draws.country()
        everybody, codes = heads(session, START), codes_on(session, START)
        done: list[tuple[int, dict[str, bytes]]] = []
        days, on = [START], FIRST
        for _ in range(draws.number(1, 4)):
            on += timedelta(days=draws.number(0, 2))
            chosen = ops.operation(*draws.step(on))
            assert ops.read(ops.written(chosen)) == chosen
            before = export(session)
            try:
                ahead = preview(session, chosen, on=on)
                assert export(session) == before
                made = carry_out(session, chosen, on=on, reason="thử", now=NOW, actor=OFFICER)
            except RuleBroken as refused:
                event(f"{kinds_of(chosen)}: refused: {refused.message[:40]}")
                assert export(session) == before
                continue
            event(f"{kinds_of(chosen)}: done")
            done.append((made, before))
            days.append(on)
            assert not ahead.blocked
            assert overlaps(session) == []
            for day in {*days, on - timedelta(days=1), on + timedelta(days=9)}:
                assert heads(session, day) == everybody
                assert paths_agree(session, day)
        for code, unit_id in codes.items():
            found = unit_by_code(session, code, START)
            assert found is not None
            assert found.id == unit_id
        for made, before in reversed(done):
            undo(session, made, reason="thử", now=NOW, actor=OFFICER)
            assert export(session) == before
        session.rollback()
