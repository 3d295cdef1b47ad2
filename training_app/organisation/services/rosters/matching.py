"""Which person on record a row of a roster is: by answer, by memory, by what they share."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from training_app.organisation.roster_file import (
    Pair,
    Person,
    Reason,
    Roster,
    pairs_across,
    team_key,
)
from training_app.vietnamese import fold, tone_placement

# In the memory of rows: the officer was asked about this one and has not answered.
ASKED: Final = 0
_RECORD: Final = "record"
_WRITTEN: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_FIELDS = ("birth_date", "birth_year", "sex", "ethnic_minority", "law_qualified")


@dataclass(frozen=True)
class KnownMembership:
    """One team of a known person; ``id`` is that of the membership row."""

    id: int
    team_id: int
    team_key: str
    serving: bool
    leads: bool


@dataclass(frozen=True)
class Known:
    """A person on record, in the shape of a roster row, with the teams served in."""

    person_id: int
    row: Person
    memberships: tuple[KnownMembership, ...] = ()
    recognitions: frozenset[tuple[str, str, str, date | None]] = frozenset()


@dataclass(frozen=True)
class KnownTeam:
    """A living team of the commune."""

    id: int
    key: str
    name: str
    valid_from: date


@dataclass(frozen=True)
class Record:
    """What the commune has on record: its people, living teams, and rows recognised earlier.

    ``memory`` leads from the fingerprint of a row applied before to its person, or to ``ASKED``.
    """

    people: tuple[Known, ...] = ()
    teams: tuple[KnownTeam, ...] = ()
    memory: Mapping[str, int] = field(default_factory=dict)
    not_same: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a row may be: on record, or (``place``) another row of the file."""

    person_id: int | None
    place: str | None
    full_name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The person of a row, or another row that is the same person, or candidates to ask about.

    ``waits`` marks a row that was asked about in an earlier import and not answered.
    """

    person_id: int | None = None
    same_row: str | None = None
    candidates: tuple[Candidate, ...] = ()
    waits: bool = False


def match(
    roster: Roster,
    record: Record,
    answers: Mapping[str, Mapping[str, Any]],
    prints: Mapping[str, str],
) -> dict[str, Match]:
    """Find the person of every row; what is not certain comes back as candidates.

    ``prints`` are the :func:`fingerprints` of the rows.
    """
    by_id = {known.person_id: known for known in record.people}
    found: dict[str, Match] = {}
    for row in roster.people:
        place = _place(row)
        said = answers.get(place, {})
        remembered = record.memory.get(prints[place])
        if said.get("person") in by_id:
            found[place] = Match(person_id=said["person"])
        elif remembered in by_id:
            # The same row was taken before: the same answer again must not make a second person.
            found[place] = Match(person_id=remembered)
        elif "row" in said:
            found[place] = Match(same_row=str(said["row"]))
        elif said.get("answer") == "new" or "not" in said:
            found[place] = Match()
    settled = set(found)
    _match_rest(roster, record, found)
    _match_within(roster, found)
    for place, fingerprint in prints.items():
        if place not in settled and record.memory.get(fingerprint) == ASKED:
            found[place] = _asked_again(found[place], by_id)
    return _resolved(found)


def _asked_again(match: Match, by_id: Mapping[int, Known]) -> Match:
    """Without an answer a question stays a question, whatever else the same file brought since."""
    known = by_id.get(match.person_id or ASKED)
    if known is None:
        return replace(match, waits=True)
    candidate = Candidate(known.person_id, None, known.row.full_name, 1.0, ())
    return Match(candidates=(candidate,), waits=True)


def _match_rest(roster: Roster, record: Record, found: dict[str, Match]) -> None:
    """Match what neither an answer nor memory settled against the people not yet taken."""
    taken = {match.person_id for match in found.values()}
    rest = tuple(row for row in roster.people if _place(row) not in found)
    free = {known.person_id: known for known in record.people if known.person_id not in taken}
    on_record = Roster(file=_RECORD, people=tuple(known.row for known in free.values()))
    pairs, others = pairs_across(Roster(file=roster.file, people=rest), on_record)
    by_row: dict[str, list[Pair]] = defaultdict(list)
    for pair in (*pairs, *filter(_tied, others)):
        by_row[pair.one.partition("!")[2]].append(pair)
    rows = {_place(row): row for row in rest}
    told = any(row.birth_year for row in roster.people)

    def certain(pair: Pair) -> bool:
        mine, theirs = rows[pair.one.partition("!")[2]], free[_person_of(pair)].row
        return _certain(pair, mine, theirs, births_told=told)

    claims = Counter(_person_of(pair) for pair in pairs if certain(pair))
    for place, possible in by_row.items():
        candidates = _without_declared_others(possible, record.not_same)
        sure = [pair for pair in candidates if certain(pair)]
        if len(sure) == 1 and claims[_person_of(sure[0])] == 1:
            found[place] = Match(person_id=_person_of(sure[0]))
        else:
            found[place] = Match(
                candidates=tuple(
                    Candidate(
                        _person_of(pair),
                        None,
                        free[_person_of(pair)].row.full_name,
                        pair.score,
                        pair.reasons,
                    )
                    for pair in candidates
                )
            )


def _without_declared_others(
    pairs: Sequence[Pair], not_same: frozenset[tuple[int, int]]
) -> list[Pair]:
    """Leave out whom an officer declared to be somebody else than a better candidate."""
    kept: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: -pair.score):
        mine = _person_of(pair)
        others = {_person_of(better) for better in kept}
        if not any((min(mine, other), max(mine, other)) in not_same for other in others):
            kept.append(pair)
    return kept


def _match_within(roster: Roster, found: dict[str, Match]) -> None:
    """Two rows of the file that may be one human being: the second is asked about."""
    names = {_place(row): row.full_name for row in roster.people}
    for pair in roster.same_person:
        first, second = (side.partition("!")[2] for side in (pair.one, pair.other))
        if second in found or second not in names:
            continue
        person = found[first].person_id if first in found else None
        candidate = Candidate(person, first, names.get(first, ""), pair.score, pair.reasons)
        found[second] = Match(same_row=first, candidates=(candidate,))
    for place in names:
        found.setdefault(place, Match())


def _resolved(found: dict[str, Match]) -> dict[str, Match]:
    """Follow an answer "the same as that row" to the person of that row, if it has one."""
    resolved = {}
    for place, own in found.items():
        other = found.get(own.same_row or "")
        if own.same_row and not own.candidates and other and other.person_id is not None:
            resolved[place] = Match(person_id=other.person_id)
        else:
            resolved[place] = own
    return resolved


def _tied(pair: Pair) -> bool:
    """Somebody of the same name, year and team who fits several rows, or several who fit one."""
    return {Reason.ASK, Reason.SAME_TEAM} <= set(pair.reasons)


def _certain(pair: Pair, row: Person, known: Person, *, births_told: bool) -> bool:
    """Whether a row is taken for somebody without a question: what agrees leaves no room.

    A telephone is a household's: father and son may share it, and the name. Another telephone may
    be another man of the same name and age, who took the place of the first in his team. A list
    that tells no birth of anybody (not ``births_told``) leaves name, telephone and team to go by.
    """
    reasons = set(pair.reasons)
    if Reason.SAME_NAME not in reasons:
        return False
    team, phone = Reason.SAME_TEAM in reasons, Reason.SAME_PHONE in reasons
    differs = bool(row.phones and known.phones) and not phone
    if Reason.SAME_BIRTH_DATE in reasons:
        return team or not differs
    if Reason.SAME_BIRTH_YEAR in reasons:
        return phone or (team and not differs)
    return phone and team and not births_told and Reason.BIRTH_DIFFERS not in reasons


def _person_of(pair: Pair) -> int:
    return int(pair.other.rpartition("!")[2])


def _place(row: Person) -> str:
    return f"{row.sheet}!{row.row}"


def known_row(person_id: int, **fields: Any) -> Person:
    """A person on record in the shape of a roster row; its place carries the id."""
    return Person(sheet=_RECORD, row=person_id, status="active", **fields)


def fingerprints(rows: Sequence[Person]) -> dict[str, str]:
    """A short name for the content of each row; equal rows are told apart by their order."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        content = row.as_key() | {"sheet": "", "row": 0, "team": team_key(row.team or "")}
        text = _WRITTEN.encode(content)
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        seen[digest] += 1
        found[_place(row)] = f"{digest}.{seen[digest]}"
    return found


def differences(row: Person, known: Known, *, leads: bool) -> Iterator[tuple[str, Any, Any]]:
    """What the row says otherwise than the record: field, before, after.

    Silence changes nothing, and a name without marks does not replace one that has them.
    """
    written, recorded = tone_placement(row.full_name), tone_placement(known.row.full_name)
    if written != recorded and not (written.isascii() and fold(written) == fold(recorded)):
        yield "full_name", known.row.full_name, row.full_name
    for name in _FIELDS:
        after, before = getattr(row, name), getattr(known.row, name)
        if after is not None and after != before:
            yield name, before, after
    if row.phones and set(row.phones) != set(known.row.phones):
        yield "phones", list(known.row.phones), list(row.phones)
    key = team_key(row.team or "")
    here = next((m for m in known.memberships if m.team_key == key and m.serving), None)
    if here is None:
        yield "team", known.row.team, row.team
    if leads and not (here and here.leads):
        yield "role", "mediator", "leader"
    if row.recognition and recognition_key(row) not in known.recognitions:
        yield "recognition", None, row.recognition.as_key()


def recognition_key(row: Person) -> tuple[str, str, str, date | None]:
    """Team, role, number and date of a row's decision, as the record keeps them."""
    decision = row.recognition
    number, day = (decision.number or "", decision.day) if decision else ("", None)
    return team_key(row.team or ""), row.role, number, day
