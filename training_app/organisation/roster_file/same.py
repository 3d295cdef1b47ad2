"""Whether two rows are one human being: proposals with reasons for an officer, never a merge.

Hundreds of people share name and birth year, so those two alone are a proposal only between two
files in which nobody fits better.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from training_app.organisation.roster_file.names import name_key, nearly_same_name, same_name
from training_app.organisation.roster_file.remarks import says_namesake
from training_app.organisation.roster_file.roster import LEADER, Pair, Person, Roster
from training_app.organisation.roster_file.teams import team_key
from training_app.organisation.roster_file.text import folded

_SAME_BIRTH = frozenset({"same birth date", "same birth year"})
_OTHER_NAME_SCORE = 0.85
SURE_ENOUGH = 0.8
"""From this score on two rows are proposed whatever the other rows say."""
REMARK = "remark: "
"""How a reason begins that hands on what the file says about the other row."""
LARGE_GROUP = 12
_GENERATION = 15


class Reason(StrEnum):
    """What two rows have in common or not; the words are those of the answer keys."""

    SAME_NAME = "same name"
    NAME_DIFFERS_IN_MARKS = "name differs in its marks"
    NAME_NEARLY_SAME = "name differs by a letter or a middle name"
    SAME_BIRTH_DATE = "same birth date"
    SAME_BIRTH_YEAR = "same birth year"
    BIRTH_DIFFERS = "birth year differs"
    DAY_DIFFERS = "same year, day or month differs"
    ASK = "same year, so a person must be asked"
    SAME_PHONE = "same phone"
    PHONE_CHANGED = "phone changed or absent"
    PHONE_DIFFERS = "phone differs"
    SAME_TEAM = "same team"
    OTHER_TEAM = "other team"
    LEADS_BOTH = "leads both"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two rows may be one human being; ``score`` from 0 to 1, ``reasons`` by weight."""

    score: float
    reasons: tuple[Reason, ...]


_SCORES = {
    (Reason.SAME_BIRTH_DATE, Reason.SAME_PHONE): 0.99,
    (Reason.SAME_BIRTH_YEAR, Reason.SAME_PHONE): 0.97,
    (None, Reason.SAME_PHONE): 0.92,
    (Reason.SAME_BIRTH_DATE, Reason.PHONE_CHANGED): 0.9,
    (Reason.DAY_DIFFERS, Reason.SAME_PHONE): 0.85,
    (Reason.BIRTH_DIFFERS, Reason.SAME_PHONE): 0.8,
    (Reason.SAME_BIRTH_YEAR, Reason.PHONE_CHANGED): 0.6,
    (None, Reason.PHONE_CHANGED): 0.4,
}


def same_person(one: Person, other: Person) -> Proposal | None:
    """Return why two rows may be one human being, or None when nothing says so.

    Below ``SURE_ENOUGH`` a pair stands only if nobody in the lists fits better; ``pairs_within``
    and ``pairs_across`` see to that.
    """
    name = _name(one, other)
    if name is None or (one.sex and other.sex and one.sex != other.sex):
        return None
    birth, phone = _birth(one, other), _phone(one, other)
    score = _SCORES.get((birth, phone))
    if score is None or (birth is Reason.BIRTH_DIFFERS and _a_generation_apart(one, other)):
        return None
    if name is not Reason.SAME_NAME:
        if birth not in _SAME_BIRTH or phone is not Reason.SAME_PHONE:
            return None
        score = _OTHER_NAME_SCORE
    return Proposal(score, tuple(filter(None, (name, birth, phone, _team(one, other)))))


def _name(one: Person, other: Person) -> Reason | None:
    if same_name(one.full_name, other.full_name):
        return Reason.SAME_NAME
    if folded(one.full_name) == folded(other.full_name):
        return Reason.NAME_DIFFERS_IN_MARKS
    near = nearly_same_name(one.full_name, other.full_name)
    return Reason.NAME_NEARLY_SAME if near else None


def _birth(one: Person, other: Person) -> Reason | None:
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            return Reason.SAME_BIRTH_DATE
        same_year = one.birth_date.year == other.birth_date.year
        return Reason.DAY_DIFFERS if same_year else Reason.BIRTH_DIFFERS
    if one.birth_year and other.birth_year:
        return (
            Reason.SAME_BIRTH_YEAR if one.birth_year == other.birth_year else Reason.BIRTH_DIFFERS
        )
    return None


def _a_generation_apart(one: Person, other: Person) -> bool:
    """Father and son may bear one name and share a telephone; 1956 for 1965 is a slip."""
    mine, theirs = one.birth_year or 0, other.birth_year or 0
    return abs(mine - theirs) >= _GENERATION and sorted(str(mine)) != sorted(str(theirs))


def _phone(one: Person, other: Person) -> Reason:
    return Reason.SAME_PHONE if set(one.phones) & set(other.phones) else Reason.PHONE_CHANGED


def _team(one: Person, other: Person) -> Reason:
    same = one.team and other.team and team_key(one.team) == team_key(other.team)
    return Reason.SAME_TEAM if same else Reason.OTHER_TEAM


def pairs_within(file: str, people: Sequence[Person]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the pairs of one file that may be one human being, and the namesakes that are not.

    In one list of one day two telephone numbers mean two people unless the full birth date agrees.
    Of a name that more than ``LARGE_GROUP`` people of the file bear, namesakes are not listed.
    """
    proposals: list[Pair] = []
    namesakes: list[Pair] = []
    for group in _by_folded_name(people).values():
        large = len(group) > LARGE_GROUP
        for one, other in _sharing(group) if large else combinations(group, 2):
            proposal = same_person(one, other)
            if proposal and _holds_within(one, other, proposal, group):
                proposals.append(_pair(file, one, file, other, proposal))
            elif not large and name_key(one.full_name) == name_key(other.full_name):
                namesakes.append(Pair(_at(file, one), _at(file, other), _against(one, other)))
    for one, other in _nearly(people, people):
        proposal = same_person(one, other)
        if proposal and one.place < other.place:
            proposals.append(_pair(file, one, file, other, proposal))
    return tuple(proposals), tuple(namesakes)


def _nearly(people: Sequence[Person], others: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Yield pairs that share a telephone number and differ in their names, letter for letter."""
    holders: defaultdict[str, list[Person]] = defaultdict(list)
    for other in others:
        for phone in other.phones:
            holders[phone].append(other)
    for person in people:
        for phone in person.phones:
            for other in holders[phone][:LARGE_GROUP]:
                if folded(person.full_name) != folded(other.full_name):
                    yield person, other


def _sharing(group: Sequence[Person]) -> Iterator[tuple[Person, Person]]:
    """Yield the pairs of a large group that share a telephone number or a birth date or year."""
    shared: defaultdict[object, list[int]] = defaultdict(list)
    for at, person in enumerate(group):
        for key in (*person.phones, person.birth_date or person.birth_year):
            if key:
                shared[key].append(at)
    pairs = {pair for members in shared.values() for pair in combinations(members, 2)}
    yield from ((group[one], group[other]) for one, other in sorted(pairs))


def _holds_within(one: Person, other: Person, proposal: Proposal, group: Sequence[Person]) -> bool:
    if says_namesake(one.remark or "") or says_namesake(other.remark or ""):
        return proposal.score > _SCORES[Reason.SAME_BIRTH_DATE, Reason.PHONE_CHANGED]
    if proposal.score >= SURE_ENOUGH:
        return True
    same_year = sum(person.birth_year == one.birth_year for person in group)
    return (
        Reason.SAME_BIRTH_YEAR in proposal.reasons
        and not (one.phones and other.phones)
        and same_year == 2  # noqa: PLR2004 - the two and nobody else
    )


def pairs_across(one: Roster, other: Roster) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the proposals and the namesakes between two files, as of two years of one commune."""
    candidates: list[tuple[Person, Person, Proposal]] = []
    strangers: list[tuple[Person, Person]] = []
    by_name = _by_folded_name(other.people)
    for person in one.people:
        for match in by_name[folded(person.full_name)]:
            proposal = same_person(person, match)
            if proposal:
                candidates.append((person, match, proposal))
            elif name_key(person.full_name) == name_key(match.full_name):
                strangers.append((person, match))
    for person, match in _nearly(one.people, other.people):
        proposal = same_person(person, match)
        if proposal:
            candidates.append((person, match, proposal))
    kept, dropped = _best(candidates)
    return (
        tuple(
            _pair(one.file, mine, other.file, theirs, proposal) for mine, theirs, proposal in kept
        ),
        tuple(
            Pair(_at(one.file, mine), _at(other.file, theirs), _against(mine, theirs))
            for mine, theirs in [*strangers, *dropped]
        ),
    )


def _best(
    candidates: list[tuple[Person, Person, Proposal]],
) -> tuple[list[tuple[Person, Person, Proposal]], list[tuple[Person, Person]]]:
    """Keep every strong pair; keep a weak one only if it is the single best of both its people."""
    best: dict[tuple[int, tuple[str, int]], list[float]] = defaultdict(list)
    for mine, theirs, proposal in candidates:
        best[0, mine.place].append(_rank(proposal))
        best[1, theirs.place].append(_rank(proposal))
    kept: list[tuple[Person, Person, Proposal]] = []
    dropped: list[tuple[Person, Person]] = []
    for mine, theirs, proposal in candidates:
        rank = _rank(proposal)
        rivals = [score for key in ((0, mine.place), (1, theirs.place)) for score in best[key]]
        alone = max(rivals) == rank and rivals.count(rank) == 2  # noqa: PLR2004 - once on either side
        if proposal.score >= SURE_ENOUGH or alone:
            kept.append((mine, theirs, proposal))
        else:
            dropped.append((mine, theirs))
    return kept, dropped


def _rank(proposal: Proposal) -> float:
    return proposal.score + (0.1 if Reason.SAME_TEAM in proposal.reasons else 0.0)


def _by_folded_name(people: Iterable[Person]) -> defaultdict[str, list[Person]]:
    groups: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        groups[folded(person.full_name)].append(person)
    return groups


def _pair(file: str, one: Person, other_file: str, other: Person, proposal: Proposal) -> Pair:
    reasons: list[str] = list(proposal.reasons)
    if file == other_file and one.role == other.role == LEADER:
        reasons.append(Reason.LEADS_BOTH)
    if other.remark:
        reasons.append(REMARK + other.remark)
    return Pair(_at(file, one), _at(other_file, other), tuple(reasons), proposal.score)


def _against(one: Person, other: Person) -> tuple[str, ...]:
    birth = _birth(one, other)
    shown = Reason.ASK if birth is Reason.SAME_BIRTH_YEAR else birth
    phone = Reason.PHONE_DIFFERS if one.phones and other.phones else Reason.PHONE_CHANGED
    return tuple(filter(None, (shown, phone, _team(one, other))))


def _at(file: str, person: Person) -> str:
    return f"{file}!{person.sheet}!{person.row}"
