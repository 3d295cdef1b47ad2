"""SQL and the pure rule count alike, for random people on several days."""

from collections import defaultdict
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.randomly import EVERYTHING, RandomProvince, random_province
from training_app.access import Scope
from training_app.coverage.queries import (
    Asking,
    Place,
    coverage_by_team,
    coverage_by_unit,
    coverage_people,
    people_of_unit,
    worklist,
)
from training_app.coverage.rules import DEFINITION, Counts, Group
from training_app.learning.queries import (
    Versions,
    causes,
    evidence_by_person,
    update_records,
)
from training_app.learning.services import derive
from training_app.organisation.models import (
    Leadership,
    Level,
    Membership,
    Person,
    TeamSpan,
    holds,
)
from training_app.programme.queries import AskedRow, asked_in_unit
from training_app.programme.rules import Need, Reason, Standing, State, Update, need
from training_app.requirements.queries import all_versions
from training_app.requirements.rules import HeldPeriod, asked_under, update_periods

DAYS = (
    date(2022, 6, 30),
    date(2024, 2, 29),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2026, 11, 20),
    date(2027, 8, 15),
)


class Naive:
    """Everything judged one person at a time, from the facts up."""

    def __init__(self, session: Session, made: RandomProvince) -> None:
        self.session = session
        self.canonical = {one.id: one.canonical for one in made.people}
        self.evidence = evidence_by_person(session, set(self.canonical.values()))
        versions = all_versions(session)
        self.held: dict[int, list[HeldPeriod]] = defaultdict(list)
        for human in set(self.canonical.values()):
            for _, period in derive(versions, self.evidence.get(human, ())):
                self.held[human].append(period)
        self.updates = _updates(session, set(self.canonical.values()), versions)
        self.teams = {
            row.team_id: row.unit_id
            for row in session.scalars(select(TeamSpan).execution_options(scope=EVERYTHING))
        }

    def members(self, on: date) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        rows = select(Membership).where(holds(Membership, on)).execution_options(scope=EVERYTHING)
        for row in self.session.scalars(rows):
            found[row.team_id].add(self.canonical[row.person_id])
        return found

    def leaders(self, on: date) -> dict[int, int]:
        rows = select(Leadership).where(holds(Leadership, on)).execution_options(scope=EVERYTHING)
        return {row.team_id: self.canonical[row.person_id] for row in self.session.scalars(rows)}

    def need(self, asked: AskedRow, human: int, on: date) -> Need:
        evidence = self.evidence.get(human, ())
        return need(asked.asked, self.held[human], evidence, on, updates=self.updates[human])


def _updates(session: Session, humans: set[int], versions: Versions) -> dict[int, list[Update]]:
    """What the pure rule asks anew of each person; the one requirement has all versions."""
    found: dict[int, list[Update]] = defaultdict(list)
    (spans,) = versions.values()
    known = causes(session)
    for human, record in update_records(session, humans, known).items():
        for one in asked_under(spans, update_periods(known, record.passed, record.updated)):
            found[human].append(
                Update(one.cause.module_id, one.opened_on, one.closed_on, fact_id=one.fact_id)
            )
    assert found
    return found


def counts(needs: list[Need]) -> Counts:
    def number(standing: Standing) -> int:
        return sum(one.standing is standing for one in needs)

    return Counts(
        people=len(needs),
        held=number(Standing.HELD),
        due_soon=sum(
            one.state is State.DUE_SOON and one.reason is Reason.EXPIRES_BEFORE for one in needs
        ),
        lapsed=number(Standing.LAPSED),
        begun=number(Standing.BEGUN),
    )


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2])
def test_sql_counts_what_the_rule_says(db_session: Session, seed: int) -> None:
    made = random_province(db_session, seed, people=2_000 if seed == 1 else 300)
    naive = Naive(db_session, made)
    scope = Scope(unit_paths=(made.province.path,))
    province = Place(made.province.unit_id, "Bắc Ninh", Level.PROVINCE, made.province.path)
    for on in DAYS:
        (asked,) = asked_in_unit(db_session, made.province.path, on)
        asking = Asking(asked, on, scope)
        check_units(db_session, naive, asking, province)
        commune = made.communes[0]
        here = Place(commune.unit_id, commune.name, Level.COMMUNE, commune.path)
        check_teams(db_session, naive, asking, here, province)
        check_people(db_session, naive, asking, here)


def check_units(session: Session, naive: Naive, asking: Asking, province: Place) -> None:
    table = coverage_by_unit(session, asking, province)
    members, leaders = naive.members(asking.on), naive.leaders(asking.on)
    everybody: set[int] = set()
    for row in table.rows:
        teams = [team for team, unit in naive.teams.items() if unit == row.unit_id]
        people = set().union(*(members[team] for team in teams))
        everybody |= people
        needs = {one: naive.need(asking.requirement, one, asking.on) for one in people}
        assert row.counts == counts(list(needs.values())), (asking.on, row.name)
        assert row.teams == len(teams)
        covered = [
            team
            for team in teams
            if DEFINITION.met(
                len(members[team]),
                sum(needs[one].covered for one in members[team]),
                leader_held=(leader := leaders.get(team)) in members[team]
                and leader in needs
                and needs[leader].covered,
            )
        ]
        assert row.teams_covered == len(covered), (asking.on, row.name)
    total = counts([naive.need(asking.requirement, one, asking.on) for one in everybody])
    assert table.total == total


def check_teams(
    session: Session, naive: Naive, asking: Asking, here: Place, province: Place
) -> None:
    table = coverage_by_team(session, asking, here)
    members = naive.members(asking.on)
    for row in table.rows:
        needs = [naive.need(asking.requirement, one, asking.on) for one in members[row.team.id]]
        assert row.counts == counts(needs)
    for row in table.rows[:5]:
        listed = coverage_people(session, asking, row.team.id)
        assert {one.person_id for one in listed} == members[row.team.id]
    above = coverage_by_unit(session, asking, province)
    (same,) = (row for row in above.rows if row.unit_id == here.id)
    assert (same.counts, same.teams, same.teams_covered) == (
        table.total,
        len(table.rows),
        table.covered,
    )
    found = worklist(session, asking, here)
    assert found.total == sum(row.need.in_need for row in table.rows) == len(found.rows)
    assert found.teams == len(table.rows)


def check_people(session: Session, naive: Naive, asking: Asking, here: Place) -> None:
    total = coverage_by_team(session, asking, here).total
    numbers = {
        Standing.HELD: total.held,
        Standing.LAPSED: total.lapsed,
        Standing.BEGUN: total.begun,
        Standing.NOT_BEGUN: total.not_begun,
    }
    everybody = people_of_unit(session, asking, here, limit=10_000)
    assert len(everybody.rows) == everybody.total == total.people
    for standing, number in numbers.items():
        group = Group(standing.value)
        page = people_of_unit(session, asking, here, standing=group, limit=10_000)
        assert len(page.rows) == page.total == number
        assert {row.need.standing for row in page.rows} <= {standing}
    for row in everybody.rows:
        expected = naive.need(asking.requirement, row.person_id, asking.on)
        assert (row.need.state, row.need.until, row.need.missing_modules) == (
            expected.state,
            expected.until,
            expected.missing_modules,
        )


def test_linked_rows_are_one_human_being(db_session: Session) -> None:
    made = random_province(db_session, 3, people=60)
    linked = [one for one in made.people if one.canonical_id]
    assert linked
    scope = Scope(unit_paths=(made.province.path,))
    (asked,) = asked_in_unit(db_session, made.province.path, DAYS[-1])
    here = Place(made.province.unit_id, "", Level.PROVINCE, made.province.path)
    page = people_of_unit(db_session, Asking(asked, DAYS[-1], scope), here, limit=100)
    names = {row.person_id for row in page.rows}
    canonical = select(Person.id).where(Person.canonical_id.is_(None))
    assert names <= set(db_session.scalars(canonical.execution_options(scope=EVERYTHING)))
