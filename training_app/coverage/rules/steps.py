"""What a team lacks, and the smallest next step that brings it nearer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training_app.coverage.rules.counting import DEFINITION, Counts, TeamDefinition
from training_app.errors import N_
from training_app.organisation.rules import Composition, Repair, RepairKind, Rule


class Gap(StrEnum):
    """Why a team is on the worklist; the rules of Article 12 are named by themselves."""

    NO_MEMBERS = "no_members"
    NO_LEADER = "no_leader"
    LEADER = "leader"
    MEMBERS = "members"


GAP_MESSAGES: Final = {
    Gap.NO_MEMBERS: N_("No members"),
    Gap.NO_LEADER: N_("No leader"),
    Gap.LEADER: N_("The leader is not trained"),
    Gap.MEMBERS: N_("Fewer than two thirds of the members are trained"),
}


class StepKind(StrEnum):
    """What can be done next."""

    ELECT = "elect"
    CALL = "call"
    REPAIR = "repair"


@dataclass(frozen=True)
class MemberGap:
    """A member who does not hold what is asked, and the modules that are missing."""

    person_id: int
    leads: bool
    missing: frozenset[int]


@dataclass(frozen=True)
class TeamNeed:
    """A team as the worklist sees it."""

    counts: Counts
    has_leader: bool
    leader_held: bool
    composition: Composition

    @property
    def covered(self) -> bool:
        """Whether the team counts as trained."""
        return DEFINITION.met(self.counts.people, self.counts.held, leader_held=self.leader_held)

    @property
    def in_need(self) -> bool:
        """Whether anything is to be done."""
        return not self.covered or not self.composition.complete


@dataclass(frozen=True)
class Step:
    """One step: call ``count`` people to finish ``modules``, elect a leader, or mend the team.

    ``leader`` says that the leader is among those to call.
    """

    kind: StepKind
    count: int = 0
    modules: tuple[int, ...] = ()
    leader: bool = False
    repair: Repair | None = None


_MOST_MODULES: Final = 2


def gaps(team: TeamNeed, definition: TeamDefinition = DEFINITION) -> tuple[Gap, ...]:
    """Return why the team does not count as trained; empty when it does."""
    if team.covered:
        return ()
    if not team.counts.people:
        empty = Rule.MEMBERS in team.composition.lacks
        return (Gap.NO_MEMBERS if empty else Gap.NO_LEADER,)
    found = []
    if definition.leader and not team.has_leader:
        found.append(Gap.NO_LEADER)
    elif definition.leader and not team.leader_held:
        found.append(Gap.LEADER)
    if team.counts.held < definition.needed(team.counts.people):
        found.append(Gap.MEMBERS)
    return tuple(found)


def first_steps(
    team: TeamNeed, members: Iterable[MemberGap], definition: TeamDefinition = DEFINITION
) -> tuple[Step, ...]:
    """Return the steps that mend the team, the smallest first.

    A team without a leader elects one first: until then nothing makes it count. Then the fewest
    people are called, those nearest to the end; then the composition is mended.
    """
    steps = []
    if Rule.LEADER in team.composition.lacks and team.counts.people:
        steps.append(Step(StepKind.ELECT))
    called = _to_call(team, list(members), definition)
    if called:
        steps.append(
            Step(
                StepKind.CALL,
                count=len(called),
                modules=_modules(called),
                leader=any(one.leads for one in called),
            )
        )
    steps += [
        Step(StepKind.REPAIR, count=repair.count, repair=repair)
        for repair in team.composition.repairs
        if repair.kind is not RepairKind.ELECT
    ]
    return tuple(steps)


def _to_call(
    team: TeamNeed, members: list[MemberGap], definition: TeamDefinition
) -> list[MemberGap]:
    """Return the fewest people with whom the team would count, the leader among them if needed."""
    if team.covered:
        return []
    short = max(0, definition.needed(team.counts.people) - team.counts.held)
    leaders = [one for one in members if one.leads] if definition.leader else []
    others = sorted(
        (one for one in members if one not in leaders),
        key=lambda one: (len(one.missing), one.person_id),
    )
    return [*leaders, *others[: max(0, short - len(leaders))]]


def _modules(called: Sequence[MemberGap]) -> tuple[int, ...]:
    """Return the modules to finish: those that most of the people called are missing."""
    missing = Counter(module for one in called for module in one.missing)
    ranked = sorted(missing, key=lambda module: (-missing[module], module))
    return tuple(ranked[:_MOST_MODULES])


def rank(team: TeamNeed) -> tuple[bool, float, int, int]:
    """Return the place of a team on the worklist: the least trained and largest first."""
    counts = team.counts
    share = counts.held / counts.people if counts.people else 0.0
    lacks = len(set(team.composition.lacks) - {Rule.LEADER})
    return (team.covered, share, -counts.needed, -lacks)
