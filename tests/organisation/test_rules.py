"""Article 12: every kind of team, and proof that no smaller repair exists."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, combinations_with_replacement, product

import pytest

from training_app.organisation.rules import (
    LACK_MESSAGES,
    Composition,
    Repair,
    RepairKind,
    Rule,
    TeamFacts,
    composition,
    repair_message,
)

WHOLE = TeamFacts(members=3, women=1, leader=True)


def every_team() -> Iterator[TeamFacts]:
    """Every combination of what the rules look at, sizes 0 to 4 with every division."""
    exemptions = [frozenset(c) for n in range(3) for c in combinations(Rule, n)]
    for members in range(5):
        for women, unknown in product(range(members + 1), repeat=2):
            for minority, minority_unknown in product(range(min(members, 2) + 1), repeat=2):
                if women + unknown > members or minority + minority_unknown > members:
                    continue
                for leader, required in product((False, True), repeat=2):
                    if leader and not members:
                        continue
                    for exempt in exemptions:
                        yield TeamFacts(
                            members=members,
                            women=women,
                            sex_unknown=unknown,
                            minority=minority,
                            minority_unknown=minority_unknown,
                            leader=leader,
                            minority_required=required,
                            exempt=exempt,
                        )


def complete_by_law(team: TeamFacts) -> bool:
    """The article, written a second time."""
    return (
        ("members" in team.exempt or team.members >= 3)
        and ("woman" in team.exempt or team.women >= 1)
        and ("minority" in team.exempt or not team.minority_required or team.minority >= 1)
        and ("leader" in team.exempt or team.leader)
    )


def smallest_by_search(team: TeamFacts) -> tuple[int, int, int]:
    """Try everything: people added, elections, facts looked up; the first that completes."""
    kinds = [(False, False), (False, True), (True, False), (True, True)]
    for added in range(4):
        for elections, look_ups in product(range(2), range(3)):
            for people in combinations_with_replacement(kinds, added):
                for facts in combinations(("sex", "minority"), look_ups):
                    if complete_by_law(after(team, people, elections, facts)):
                        return added, elections, look_ups
    raise AssertionError(team)


def after(
    team: TeamFacts, people: tuple[tuple[bool, bool], ...], elections: int, facts: tuple[str, ...]
) -> TeamFacts:
    members = team.members + len(people)
    women = sum(woman for woman, _ in people) + team.women
    minority = sum(of_minority for _, of_minority in people) + team.minority
    # The best that looking up may find.
    women += team.sex_unknown if "sex" in facts else 0
    minority += team.minority_unknown if "minority" in facts else 0
    leader = team.leader or bool(elections and members)
    return replace(team, members=members, women=women, minority=minority, leader=leader)


def cost(found: Composition) -> tuple[int, int, int]:
    added = sum(step.count for step in found.repairs if step.kind is RepairKind.ADD)
    elections = sum(step.kind is RepairKind.ELECT for step in found.repairs)
    return added, elections, len(found.repairs) - elections - bool(added)


def mended(team: TeamFacts, found: Composition) -> TeamFacts:
    """Do exactly what the repairs say."""
    people: list[tuple[bool, bool]] = []
    for step in found.repairs:
        if step.kind is RepairKind.ADD:
            people = [(False, False)] * step.count
            people[0] = (step.woman, people[0][1])
            people[-1] = (people[-1][0], step.minority)
    kinds = {step.kind for step in found.repairs}
    facts = [("sex", RepairKind.RECORD_SEX), ("minority", RepairKind.RECORD_MINORITY)]
    looked_up = tuple(name for name, kind in facts if kind in kinds)
    return after(team, tuple(people), RepairKind.ELECT in kinds, looked_up)


def test_a_team_is_complete_exactly_when_the_article_says_so() -> None:
    for team in every_team():
        assert composition(team).complete == complete_by_law(team), team


def test_the_repairs_complete_every_team() -> None:
    for team in every_team():
        assert complete_by_law(mended(team, composition(team))), team


def test_no_smaller_repair_exists() -> None:
    for team in every_team():
        assert cost(composition(team)) == smallest_by_search(team), team


def test_a_complete_team_needs_nothing() -> None:
    assert composition(WHOLE) == Composition(lacks=(), repairs=())


@pytest.mark.parametrize(
    ("team", "lacks", "repairs"),
    [
        (
            replace(WHOLE, women=0),
            (Rule.WOMAN,),
            (Repair(RepairKind.ADD, 1, woman=True),),
        ),
        (
            replace(WHOLE, women=0, sex_unknown=2),
            (Rule.WOMAN,),
            (Repair(RepairKind.RECORD_SEX, 2),),
        ),
        (
            replace(WHOLE, members=1, women=0, leader=False, minority_required=True),
            (Rule.MEMBERS, Rule.WOMAN, Rule.MINORITY, Rule.LEADER),
            (Repair(RepairKind.ADD, 2, woman=True, minority=True), Repair(RepairKind.ELECT)),
        ),
        (replace(WHOLE, members=2, exempt=frozenset({"members"})), (), ()),
    ],
)
def test_repairs_are_the_fewest_steps(
    team: TeamFacts, lacks: tuple[Rule, ...], repairs: tuple[Repair, ...]
) -> None:
    assert composition(team) == Composition(lacks, repairs)


def test_every_repair_and_lack_has_a_sentence() -> None:
    for team in every_team():
        found = composition(team)
        for step in found.repairs:
            message, values = repair_message(step)
            assert message % values
        assert all(LACK_MESSAGES[rule] for rule in found.lacks)
