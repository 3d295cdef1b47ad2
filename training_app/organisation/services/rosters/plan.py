"""What a roster would change, worked out without touching anything.

The preview shows a plan and the application carries out the same plan, so the dry run equals the
real run. Nothing doubtful is planned before the officer has answered; the other rows do not wait.

Answers (``decisions``), by row ``sheet!row``::

    {"rows": {"DS!12": {"answer": "same", "person": 7}, "DS!13": {"answer": "new", "not": [7]},
              "DS!14": {"answer": "same_row", "row": "DS!3"}, "DS!15": {"answer": "skip"},
              "DS!16": {"answer": "end"}, "DS!17": {"answer": "serves"},
              "DS!18": {"team": "Tổ hòa giải khu phố 1"}},
     "absent": [7, 8]}

Who the person is ("person", "row", "not") holds beside an answer "end" or "serves", which the same
row may need as well. A "team" stands in for the one that the file does not name; it is written
into the roster before.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from training_app.organisation.roster_file import Person, Roster, team_key
from training_app.organisation.services.rosters import matching
from training_app.organisation.services.rosters.matching import Candidate, Known, KnownTeam, Record
from training_app.vietnamese import sort_key

__all__ = [
    "ASKING",
    "Absent",
    "Candidate",
    "Change",
    "Known",
    "KnownTeam",
    "NewTeam",
    "Plan",
    "PlanRow",
    "Record",
    "RowKind",
    "plan",
]


class RowKind(StrEnum):
    """What will happen to a row; from "unchanged" on nothing will."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"
    ASK_SAME = "same?"
    ASK_ENDED = "ended?"
    NO_TEAM = "no team"
    SKIPPED = "skipped"


CHANGING = frozenset({RowKind.NEW, RowKind.CHANGED, RowKind.ENDED})
ASKING = frozenset({RowKind.ASK_SAME, RowKind.ASK_ENDED, RowKind.NO_TEAM})


@dataclass(frozen=True)
class Change:
    """One thing that would differ; values are for showing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PlanRow:
    """One row of a person and what will happen to it.

    ``person_id`` is the person on record; ``same_row`` another row of the file that is the same
    new person. ``candidates`` are asked about. ``leads`` marks the one leader of a team; ``leaves``
    holds the memberships that a move to another team of the file ends; ``not_same`` the people on
    record whom the officer declared to be somebody else.
    """

    row: Person
    kind: RowKind
    person_id: int | None = None
    same_row: str | None = None
    changes: tuple[Change, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    leads: bool = False
    leaves: tuple[int, ...] = ()
    not_same: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Sheet and row, which name the row in decisions."""
        return place_of(self.row)

    @property
    def team_key(self) -> str:
        """The form in which spellings of the team's name are equal."""
        return team_key(self.row.team or "")

    @property
    def takes_the_lead(self) -> bool:
        """Whether applying lets this person lead the team who did not lead it before."""
        changes = any(change.field == "role" for change in self.changes)
        return self.leads and (self.kind is RowKind.NEW or changes)


@dataclass(frozen=True)
class NewTeam:
    """A team that the file names and the commune does not have yet."""

    key: str
    name: str


@dataclass(frozen=True)
class Absent:
    """Somebody who serves in a team of the file and does not stand in it."""

    person_id: int
    full_name: str
    memberships: tuple[int, ...]
    ends: bool
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Successor:
    """A team whose leader on record would hand over to the one whom the file marks."""

    team: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """Everything that applying would do, and what it would leave for later.

    ``prints`` holds the fingerprint of every row, by which it is known when the file comes again.
    """

    rows: tuple[PlanRow, ...]
    new_teams: tuple[NewTeam, ...] = ()
    teams_absent: tuple[str, ...] = ()
    absent: tuple[Absent, ...] = ()
    successors: tuple[Successor, ...] = ()
    rejected: tuple[str, ...] = ()
    prints: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, int]:
        """Counts by kind, of new teams, of people to end because absent, of rejected rows."""
        kinds = Counter(row.kind.value for row in self.rows)
        return {
            **{kind.value: kinds[kind.value] for kind in RowKind},
            "new_teams": len(self.new_teams),
            "teams_absent": len(self.teams_absent),
            "leaders_replaced": len(self.successors),
            "absent": len(self.absent),
            "absent_ended": sum(person.ends for person in self.absent),
            "rejected": len(self.rejected),
        }

    @property
    def changes_nothing(self) -> bool:
        """Whether applying would leave every record as it is."""
        return not any(row.kind in CHANGING for row in self.rows) and not any(
            person.ends for person in self.absent
        )


def place_of(row: Person) -> str:
    """The name of a row in decisions."""
    return f"{row.sheet}!{row.row}"


def plan(roster: Roster, record: Record, decisions: Mapping[str, Any]) -> Plan:
    """Work out what the roster would change in the record, given the officer's answers."""
    answers: Mapping[str, Mapping[str, Any]] = decisions.get("rows", {})
    prints = matching.fingerprints(roster.people)
    matches = matching.match(roster, record, answers, prints)
    by_id = {known.person_id: known for known in record.people}
    leaders = _leaders(roster, answers)
    rows = [
        _row(
            row,
            matches[place_of(row)],
            answers.get(place_of(row), {}),
            by_id,
            leads=place_of(row) in leaders,
        )
        for row in roster.people
    ]
    rows = _moved(_once_per_team(_anchored(rows)), by_id)
    keys = {row.team_key for row in rows}
    return Plan(
        rows=tuple(rows),
        new_teams=_new_teams(rows, record.teams),
        teams_absent=tuple(team.name for team in record.teams if team.key not in keys),
        absent=_absent(rows, record, frozenset(decisions.get("absent", ()))),
        successors=_successors(rows, record),
        rejected=tuple(f"{sheet}!{row}" for sheet, row in roster.rejected),
        prints=prints,
    )


def _row(
    row: Person,
    match: matching.Match,
    answer: Mapping[str, Any],
    by_id: Mapping[int, Known],
    *,
    leads: bool,
) -> PlanRow:
    said = answer.get("answer")
    if said == "skip":
        return PlanRow(row, RowKind.SKIPPED)
    if match.candidates or match.waits:
        return PlanRow(row, RowKind.ASK_SAME, same_row=match.same_row, candidates=match.candidates)
    known = by_id.get(match.person_id) if match.person_id is not None else None
    if row.status != "active" and said != "serves":
        return _left(row, known, said)
    if not row.team:
        return PlanRow(row, RowKind.NO_TEAM, person_id=match.person_id)
    if known is None:
        other = tuple(answer.get("not", ()))
        return PlanRow(row, RowKind.NEW, same_row=match.same_row, leads=leads, not_same=other)
    changes = tuple(Change(*parts) for parts in matching.differences(row, known, leads=leads))
    kind = RowKind.CHANGED if changes else RowKind.UNCHANGED
    return PlanRow(row, kind, known.person_id, changes=changes, leads=leads)


def _left(row: Person, known: Known | None, said: str | None) -> PlanRow:
    """A row whose remark says that the person left, or leaves it open."""
    if known is None:
        asked = row.status is None and said != "end"
        return PlanRow(row, RowKind.ASK_ENDED if asked else RowKind.SKIPPED)
    serving = tuple(
        membership.id
        for membership in known.memberships
        if membership.serving and (not row.team or membership.team_key == team_key(row.team))
    )
    if row.status == "ended" and not serving:
        return PlanRow(row, RowKind.UNCHANGED, known.person_id)
    if said == "end" and serving:
        change = Change("serves", before=True, after=False)
        return PlanRow(row, RowKind.ENDED, known.person_id, changes=(change,), leaves=serving)
    return PlanRow(row, RowKind.ASK_ENDED, known.person_id)


def _leaders(roster: Roster, answers: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The rows that lead their teams; of two marked as leader of one team neither is taken."""
    marked: dict[str, list[str]] = defaultdict(list)
    for row in roster.people:
        skipped = answers.get(place_of(row), {}).get("answer") == "skip"
        if row.team and row.role == "leader" and row.status == "active" and not skipped:
            marked[team_key(row.team)].append(place_of(row))
    return {places[0] for places in marked.values() if len(places) == 1}


def _anchored(rows: Sequence[PlanRow]) -> list[PlanRow]:
    """A row that is "the same as that row" waits with it when that row itself is not taken."""
    taken: set[str] = set()
    anchored = []
    for row in rows:
        waits = row.kind is RowKind.NEW and row.same_row is not None and row.same_row not in taken
        anchored.append(replace(row, kind=RowKind.ASK_SAME) if waits else row)
        if anchored[-1].kind is RowKind.NEW:
            taken.add(row.place)
    return anchored


def _once_per_team(rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Of two rows of one human being in one team the second changes nothing."""
    seen: set[tuple[Any, str]] = set()
    kept = []
    for row in rows:
        key = (row.person_id or row.same_row or row.place, row.team_key)
        again = row.kind in {RowKind.NEW, RowKind.CHANGED} and key in seen
        kept.append(replace(row, kind=RowKind.UNCHANGED, changes=(), leads=False) if again else row)
        seen.add(key)
    return kept


def _moved(rows: Sequence[PlanRow], by_id: Mapping[int, Known]) -> list[PlanRow]:
    """Who now stands in one team of the file, and no longer in another of it, has moved."""
    teams = {row.team_key for row in rows}
    standing: dict[int | None, set[str]] = defaultdict(set)
    for row in rows:
        standing[row.person_id].add(row.team_key)
    moved = []
    for row in rows:
        if row.person_id is not None and any(change.field == "team" for change in row.changes):
            left = teams - standing[row.person_id]
            memberships = by_id[row.person_id].memberships
            leaves = tuple(m.id for m in memberships if m.serving and m.team_key in left)
            moved.append(replace(row, leaves=leaves))
        else:
            moved.append(row)
    return moved


def _new_teams(rows: Sequence[PlanRow], teams: Sequence[KnownTeam]) -> tuple[NewTeam, ...]:
    known = {team.key for team in teams}
    found: dict[str, NewTeam] = {}
    for row in rows:
        needed = row.kind in {RowKind.NEW, RowKind.CHANGED}
        if needed and row.team_key not in known and row.row.team:
            found.setdefault(row.team_key, NewTeam(row.team_key, row.row.team))
    return tuple(found.values())


def _successors(rows: Sequence[PlanRow], record: Record) -> tuple[Successor, ...]:
    """The teams that would get another leader, in the order of the file."""
    names = {team.key: team.name for team in record.teams}
    leading = {m.team_key: known for known in record.people for m in known.memberships if m.leads}
    found = []
    for row in rows:
        before = leading.get(row.team_key)
        if before and row.takes_the_lead and before.person_id != row.person_id:
            found.append(Successor(names[row.team_key], before.row.full_name, row.row.full_name))
    return tuple(found)


def _absent(rows: Sequence[PlanRow], record: Record, ended: frozenset[int]) -> tuple[Absent, ...]:
    """Who serves in a team of the file but stands in no row: told, and ended only if said so."""
    teams = {row.team_key for row in rows if row.row.team}
    present = {row.person_id for row in rows}
    present |= {candidate.person_id for row in rows for candidate in row.candidates}
    names = {team.id: team.name for team in record.teams}
    place = {name: number for number, name in enumerate(names.values())}
    missing = []
    for known in record.people:
        serving = [m for m in known.memberships if m.serving and m.team_key in teams]
        if serving and known.person_id not in present:
            missing.append(
                Absent(
                    known.person_id,
                    known.row.full_name,
                    tuple(membership.id for membership in serving),
                    known.person_id in ended,
                    tuple(names.get(membership.team_id, "") for membership in serving),
                )
            )

    def order(one: Absent) -> tuple[object, ...]:
        return [place.get(name, -1) for name in one.teams], sort_key(one.full_name)

    return tuple(sorted(missing, key=order))
