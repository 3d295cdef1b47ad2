"""Article 12 of Law 35/2013/QH13: what a team must consist of, and the smallest repair."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from training_app.errors import N_

FEWEST_MEMBERS: Final = 3


class Rule(StrEnum):
    """The demands of Article 12; a dated exception names one of them."""

    MEMBERS = "members"
    WOMAN = "woman"
    MINORITY = "minority"
    LEADER = "leader"


class RepairKind(StrEnum):
    """What can be done about a lack."""

    ADD = "add"
    RECORD_SEX = "record_sex"
    RECORD_MINORITY = "record_minority"
    ELECT = "elect"


@dataclass(frozen=True)
class TeamFacts:
    """What is known of a team on a day. ``leader`` is true when a serving member leads it."""

    members: int
    women: int
    sex_unknown: int = 0
    minority: int = 0
    minority_unknown: int = 0
    leader: bool = False
    minority_required: bool = False
    exempt: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Repair:
    """One step: add ``count`` members, of whom one must be a woman or of a minority; or another."""

    kind: RepairKind
    count: int = 1
    woman: bool = False
    minority: bool = False


@dataclass(frozen=True)
class Composition:
    """Which rules a team lacks, and the steps that mend it, fewest people first."""

    lacks: tuple[Rule, ...]
    repairs: tuple[Repair, ...]

    @property
    def complete(self) -> bool:
        """Nothing of Article 12 is lacking or unproven."""
        return not self.lacks


def composition(team: TeamFacts) -> Composition:
    """Hold a team against Article 12 and name the smallest repair.

    Smallest: fewest people added, then fewest elections, then fewest facts to look up. Somebody
    who must be added anyway may as well be a woman or of a minority; where nobody must be added
    and a fact is merely unknown, looking it up comes first.
    """
    lacks = tuple(rule for rule in Rule if rule not in team.exempt and _lacking(team, rule))
    return Composition(lacks, tuple(_repairs(team, set(lacks))))


def _lacking(team: TeamFacts, rule: Rule) -> bool:
    return {
        Rule.MEMBERS: team.members < FEWEST_MEMBERS,
        Rule.WOMAN: team.women == 0,
        Rule.MINORITY: team.minority_required and team.minority == 0,
        Rule.LEADER: not team.leader,
    }[rule]


def _repairs(team: TeamFacts, lacks: set[Rule]) -> list[Repair]:
    steps = []
    woman, minority = Rule.WOMAN in lacks, Rule.MINORITY in lacks
    missing = FEWEST_MEMBERS - team.members if Rule.MEMBERS in lacks else 0
    proven = (woman and not team.sex_unknown) or (minority and not team.minority_unknown)
    nobody_to_elect = Rule.LEADER in lacks and team.members == 0
    if added := max(missing, int(proven), int(nobody_to_elect)):
        steps.append(Repair(RepairKind.ADD, added, woman, minority))
    if Rule.LEADER in lacks:
        steps.append(Repair(RepairKind.ELECT))
    if woman and not added:
        steps.append(Repair(RepairKind.RECORD_SEX, team.sex_unknown))
    if minority and not added:
        steps.append(Repair(RepairKind.RECORD_MINORITY, team.minority_unknown))
    return steps


def repair_message(repair: Repair) -> tuple[str, dict[str, int]]:
    """The sentence of a repair as message id and values, for the edge to translate."""
    if repair.kind is RepairKind.ADD:
        return _ADD[repair.count > 1, repair.woman, repair.minority], {"count": repair.count}
    return _OTHER[repair.kind], {"count": repair.count}


# By: several people, a woman needed, a minority member needed.
_ADD: Final = {
    (False, False, False): N_("Add one member"),
    (False, True, False): N_("Add one member who is a woman"),
    (False, False, True): N_("Add one member of an ethnic minority"),
    (False, True, True): N_("Add one member who is a woman of an ethnic minority"),
    (True, False, False): N_("Add %(count)s members"),
    (True, True, False): N_("Add %(count)s members, at least one a woman"),
    (True, False, True): N_("Add %(count)s members, at least one of an ethnic minority"),
    (True, True, True): N_(
        "Add %(count)s members, among them a woman and somebody of an ethnic minority"
    ),
}
_OTHER: Final = {
    RepairKind.ELECT: N_("Elect a leader"),
    RepairKind.RECORD_SEX: N_("Record the sex of the members for whom it is missing (%(count)s)"),
    RepairKind.RECORD_MINORITY: N_(
        "Record whether members belong to an ethnic minority where it is missing (%(count)s)"
    ),
}
LACK_MESSAGES: Final = {
    Rule.MEMBERS: N_("Fewer than three members"),
    Rule.WOMAN: N_("No woman"),
    Rule.MINORITY: N_("No member of an ethnic minority"),
    Rule.LEADER: N_("No leader"),
}
