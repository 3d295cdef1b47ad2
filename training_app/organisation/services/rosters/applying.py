"""Carrying out a plan with one statement per kind of row, and writing down how to take it back."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.db import Base
from training_app.organisation.models import (
    EndReason,
    Leadership,
    Membership,
    NotSamePerson,
    Person,
    PersonPhone,
    Recognition,
    Team,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.organisation.roster_file import Person as Row
from training_app.organisation.roster_file import team_key
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.rosters.matching import ASKED
from training_app.organisation.services.rosters.plan import Plan, RowKind
from training_app.vietnamese import clean, fold, phrase_key, sort_key
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

SOURCE: Final = "roster"
# SQLite takes some thirty thousand values in one statement.
_PART: Final = 10_000
_PERSON_FIELDS = ("birth_date", "birth_year", "sex", "ethnic_minority", "law_qualified")
_TAKEN = frozenset({RowKind.NEW, RowKind.CHANGED, RowKind.UNCHANGED})


_Open = TypeVar("_Open", Leadership, PersonPhone, Membership)


@dataclass
class Work:
    """One application under way: what it made, what it closed and changed, for the undo."""

    session: Session
    unit_id: int
    on: date
    now: datetime
    actor: Viewer
    teams: dict[str, int] = field(default_factory=dict)
    team_from: dict[int, date] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    created: dict[str, list[Any]] = field(default_factory=dict)
    closed: dict[str, list[int]] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)

    def insert(
        self, model: type[Base], rows: Sequence[dict[str, Any]], *, in_order: bool = False
    ) -> list[int]:
        """Insert many rows at once and remember their ids; in the order of the rows if asked."""
        if not rows:
            return []
        # The table, not the model: many rows need nothing of what the model adds to each.
        table = Base.metadata.tables[model.__tablename__]
        # SQLite numbers the rows of a statement as they stand in it. Asked to sort, SQLAlchemy
        # would send each row alone there.
        numbered = in_order and self.session.get_bind().dialect.name == "sqlite"
        statement = insert(table).returning(
            table.c.id, sort_by_parameter_order=in_order and not numbered
        )
        ids = list(self.session.scalars(statement, rows))
        if numbered:
            ids.sort()
        self.created.setdefault(str(model.__tablename__), []).extend(ids)
        return ids

    def open_rows(self, model: type[_Open], column: str, ids: Collection[int]) -> list[_Open]:
        """The open rows of a table whose column holds one of the ids."""
        found: list[_Open] = []
        for part in _parts(ids):
            chosen = select(model).where(getattr(model, column).in_(part), model.valid_to.is_(None))
            found.extend(self.session.scalars(chosen.execution_options(**CHANGE)))
        return found

    def close(self, rows: Iterable[Leadership | PersonPhone | Membership]) -> None:
        """End open rows on the day and remember them."""
        for row in rows:
            row.valid_to = max(self.on, row.valid_from)
            if isinstance(row, Leadership):
                row.end_recorded_at = self.now
            self.closed.setdefault(row.__tablename__, []).append(row.id)
        self.session.flush()


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _PART):
        yield wanted[start : start + _PART]


def carry_out(
    session: Session,
    unit_id: int,
    plan: Plan,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> dict[str, Any]:
    """Do what the plan says; returns what the undo needs, with the person of every row."""
    work = Work(session, unit_id, on, now, actor)
    _teams(work, plan)
    _people(work, plan)
    _corrections(work, plan)
    _phones(work, plan)
    _endings(work, plan)
    _memberships(work, plan)
    _leaders(work, plan)
    _recognitions(work, plan)
    _namesakes(work, plan)
    mark_stale(session, StaleKind.UNIT, [unit_id], now=now)
    # The commune is counted anew; only who was on record before may count elsewhere as well.
    known = set(work.people.values()).difference(work.created.get("person", ()))
    mark_stale(session, StaleKind.PERSON, known, now=now)
    asked = {row.place: ASKED for row in plan.rows if row.kind is RowKind.ASK_SAME}
    return {
        "created": work.created,
        "closed": work.closed,
        "before": work.before,
        "rows": {plan.prints[place]: person for place, person in (asked | work.people).items()},
    }


def _teams(work: Work, plan: Plan) -> None:
    """Set up the teams that the commune does not have yet."""
    spans = work.session.scalars(
        select(TeamSpan)
        .where(TeamSpan.unit_id == work.unit_id, holds(TeamSpan, work.on))
        .execution_options(**CHANGE)
    )
    for span in spans:
        work.teams.setdefault(team_key(span.name), span.team_id)
        work.team_from[span.team_id] = span.valid_from
    starts = _team_starts(work, plan)
    ids = work.insert(Team, [{} for _ in plan.new_teams], in_order=True)
    rows = []
    for team_id, team in zip(ids, plan.new_teams, strict=True):
        work.teams[team.key] = team_id
        work.team_from[team_id] = starts.get(team.key, work.on)
        name = clean(team.name)
        rows.append(
            {
                "team_id": team_id,
                "unit_id": work.unit_id,
                "name": name,
                "name_fold": fold(name),
                "sort_key": phrase_key(name),
                "village": "",
                "minority_required": False,
                "valid_from": work.team_from[team_id],
                "recorded_at": work.now,
            }
        )
    work.insert(TeamSpan, rows)


def _team_starts(work: Work, plan: Plan) -> dict[str, date]:
    """A new team stands since the first decision that recognised one of its members."""
    starts: dict[str, date] = {}
    oldest = work.session.scalar(
        select(UnitSpan.valid_from).where(
            UnitSpan.unit_id == work.unit_id, holds(UnitSpan, work.on)
        )
    )
    for row in plan.rows:
        if row.kind in _TAKEN and row.row.team:
            day = max(_since(row.row, work.on), oldest or work.on)
            starts[row.team_key] = min(day, starts.get(row.team_key, work.on))
    return starts


def _since(row: Row, on: date) -> date:
    """The day from which a row says that the person serves: that of the decision, if past."""
    decided = row.recognition.day if row.recognition else None
    return min(decided, on) if decided else on


def _people(work: Work, plan: Plan) -> None:
    """Add the new people; rows of one human being share one person."""
    fresh = [row for row in plan.rows if row.kind is RowKind.NEW and row.same_row is None]
    ids = work.insert(Person, [_person(row.row, work.now) for row in fresh], in_order=True)
    work.people.update(zip((row.place for row in fresh), ids, strict=True))
    for row in plan.rows:
        if row.person_id is not None and row.kind in _TAKEN | {RowKind.ENDED}:
            work.people[row.place] = row.person_id
        elif row.kind in _TAKEN and row.same_row in work.people:
            work.people[row.place] = work.people[row.same_row]
    numbers = [
        {"person_id": person_id, "number": number, "valid_from": work.on}
        for row, person_id in zip(fresh, ids, strict=True)
        for number in dict.fromkeys(row.row.phones)
    ]
    work.insert(PersonPhone, numbers)


def _person(row: Row, now: datetime) -> dict[str, Any]:
    name = clean(row.full_name)
    values = {field_name: getattr(row, field_name) for field_name in _PERSON_FIELDS}
    return values | {
        "full_name": name,
        "name_fold": fold(name),
        "sort_key": sort_key(name),
        "recorded_at": now,
    }


def _corrections(work: Work, plan: Plan) -> None:
    """Write what the file says otherwise about people on record; keep what stood before."""
    wanted: dict[int, dict[str, Any]] = {}
    for row in plan.rows:
        fields = {
            change.field: change.after
            for change in row.changes
            if change.field in {"full_name", *_PERSON_FIELDS}
        }
        if "full_name" in fields:
            name = clean(fields["full_name"])
            fields |= {"full_name": name, "name_fold": fold(name), "sort_key": sort_key(name)}
        if fields and row.person_id is not None:
            wanted.setdefault(row.person_id, {}).update(fields)
    for part in _parts(wanted):
        chosen = select(Person).where(Person.id.in_(part)).execution_options(**CHANGE)
        for person in work.session.scalars(chosen):
            fields = wanted[person.id]
            old = {name: _plain(getattr(person, name)) for name in fields}
            new = {name: _plain(value) for name, value in fields.items()}
            work.before.append({"person": person.id, "old": old, "new": new})
            for name, value in fields.items():
                setattr(person, name, value)
    work.session.flush()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _phones(work: Work, plan: Plan) -> None:
    """Let the numbers of the file replace those on record, for people whose numbers differ."""
    wanted = {
        row.person_id: set(change.after)
        for row in plan.rows
        for change in row.changes
        if change.field == "phones" and row.person_id is not None
    }
    if not wanted:
        return
    open_rows = work.open_rows(PersonPhone, "person_id", wanted.keys())
    present = {(row.person_id, row.number) for row in open_rows}
    work.close(row for row in open_rows if row.number not in wanted[row.person_id])
    added = [
        {"person_id": person_id, "number": number, "valid_from": work.on}
        for person_id, numbers in wanted.items()
        for number in sorted(numbers)
        if (person_id, number) not in present
    ]
    work.insert(PersonPhone, added)


def _endings(work: Work, plan: Plan) -> None:
    """End the memberships that were left or moved from, and those of people said to be gone."""
    reasons: dict[int, EndReason] = {}
    for row in plan.rows:
        reason = EndReason.OTHER if row.kind is RowKind.ENDED else EndReason.MOVED
        reasons |= dict.fromkeys(row.leaves, reason)
    for person in plan.absent:
        if person.ends:
            reasons |= dict.fromkeys(person.memberships, EndReason.OTHER)
    notes = {
        membership: row.row.remark or ""
        for row in plan.rows
        if row.kind is RowKind.ENDED
        for membership in row.leaves
    }
    ended = work.open_rows(Membership, "id", reasons)
    for membership in ended:
        membership.end_reason = reasons[membership.id].value
        membership.end_note = notes.get(membership.id, "")
        membership.end_recorded_at = work.now
        membership.end_recorded_by = work.actor.account_id
    work.close(ended)
    pairs = {(row.team_id, row.person_id) for row in ended}
    leading = work.open_rows(Leadership, "team_id", {team for team, _ in pairs})
    work.close(row for row in leading if (row.team_id, row.person_id) in pairs)


def _memberships(work: Work, plan: Plan) -> None:
    """Let people serve: new ones, and those on record who stand in a team for the first time."""
    rows = []
    for row in plan.rows:
        joins = row.kind is RowKind.NEW or any(c.field == "team" for c in row.changes)
        if joins:
            team_id = work.teams[row.team_key]
            since = _since(row.row, work.on) if row.kind is RowKind.NEW else work.on
            rows.append(
                {
                    "person_id": work.people[row.place],
                    "team_id": team_id,
                    "valid_from": max(since, work.team_from[team_id]),
                    "end_note": "",
                    "recorded_at": work.now,
                    "recorded_by": work.actor.account_id,
                    "source": SOURCE,
                }
            )
    work.insert(Membership, rows)


def _leaders(work: Work, plan: Plan) -> None:
    """Let the marked rows lead their teams from the day on; whoever led before stops."""
    leads = {
        work.teams[row.team_key]: work.people[row.place] for row in plan.rows if row.takes_the_lead
    }
    work.close(work.open_rows(Leadership, "team_id", leads.keys()))
    made = [
        {
            "team_id": team,
            "person_id": person,
            "valid_from": work.on,
            "recorded_at": work.now,
        }
        for team, person in leads.items()
    ]
    work.insert(Leadership, made)


def _recognitions(work: Work, plan: Plan) -> None:
    """Record the decisions that the rows name."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in plan.rows:
        decision = row.row.recognition
        named = row.kind is RowKind.NEW or any(c.field == "recognition" for c in row.changes)
        if decision is None or not named:
            continue
        values = {
            "person_id": work.people[row.place],
            "team_id": work.teams[row.team_key],
            "role": row.row.role,
            "decision_number": decision.number or "",
            "decided_on": decision.day,
        }
        rows[tuple(values.values())] = values | {"recorded_at": work.now, "note": ""}
    work.insert(Recognition, list(rows.values()))


def _namesakes(work: Work, plan: Plan) -> None:
    """Remember whom the officer declared to be somebody else, so as not to ask again."""
    pairs = {
        (min(other, work.people[row.place]), max(other, work.people[row.place]))
        for row in plan.rows
        for other in row.not_same
        if row.place in work.people and other != work.people[row.place]
    }
    known: set[tuple[int, int]] = set()
    for part in _parts({first for first, _ in pairs}):
        rows = work.session.execute(
            select(NotSamePerson.first_id, NotSamePerson.second_id)
            .where(NotSamePerson.first_id.in_(part))
            .execution_options(**CHANGE)
        )
        known |= {(row.first_id, row.second_id) for row in rows}
    for first, second in sorted(pairs - known):
        work.session.add(
            NotSamePerson(
                first_id=first,
                second_id=second,
                recorded_at=work.now,
                recorded_by=work.actor.account_id,
            )
        )
        work.created.setdefault("not_same_person", []).append([first, second])
    work.session.flush()
