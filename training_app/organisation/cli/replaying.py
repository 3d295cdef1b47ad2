"""``flask units replay``: 1 July 2025 carried out on invented people, and held against itself."""

import hashlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import click
from flask_babel import gettext as _
from sqlalchemy import Table, create_engine, distinct, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.clock import now
from training_app.db import Base, prepare_engine, writing
from training_app.extensions import current_session
from training_app.organisation.cli.groups import units
from training_app.organisation.cli.inventing import invent
from training_app.organisation.models import (
    Membership,
    Person,
    TeamSpan,
    Unit,
    UnitOperation,
    UnitSpan,
    holds,
)
from training_app.organisation.queries.waiting import waiting_teams
from training_app.organisation.services import operations
from training_app.organisation.services.operations import reform
from training_app.organisation.services.units import REFORM_DAY

BEFORE: Final = date(2025, 6, 30)
EVERYTHING: Final = Scope(everything=True)
# What a reorganisation writes; every other table must come out byte for byte as it went in.
WRITTEN: Final = frozenset(
    {
        "unit",
        "unit_span",
        "unit_succession",
        "team_span",
        "superseded",
        "unit_operation",
        "audit_event",
        "stale",
    }
)
_ACTOR: Final = Viewer.for_system("replay")


@dataclass
class Report:
    """What was measured and found; ``broken`` names what did not hold."""

    people: int
    teams: int = 0
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting_teams: int = 0
    waiting_people: int = 0
    labelled_teams: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    processor_seconds: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def demand(self, what: str, *, holds_true: bool) -> None:
        """Note down what does not hold."""
        if not holds_true:
            self.broken.append(what)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Measure a step, also apart from what else the machine does meanwhile."""
        begun, worked = time.perf_counter(), time.process_time()
        yield
        self.seconds[step] = round(time.perf_counter() - begun, 2)
        self.processor_seconds[step] = round(time.process_time() - worked, 2)


@units.command("replay")
@click.option("--people", "wanted", type=click.IntRange(1), default=5_000, show_default=True)
@click.option("--scratch", is_flag=True, help="On a database of its own, thrown away afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print what was measured as JSON.")
def replay(wanted: int, *, scratch: bool, as_json: bool) -> None:
    """Carry out 1 July 2025 and 30 April 2026 on invented people and check that nothing is lost.

    Without --scratch the database must be empty of units and people.
    """
    with _session(scratch=scratch) as session, writing():
        report = _replayed(session, wanted)
        session.commit()
    click.echo(json.dumps(asdict(report)) if as_json else _written(report))
    if report.broken:
        raise click.ClickException(", ".join(report.broken))


@contextmanager
def _session(*, scratch: bool) -> Iterator[Session]:
    """A session on a new file, or on the configured database if it is empty."""
    if not scratch:
        session = current_session()
        everybody = select(Person.id).limit(1).execution_options(scope=EVERYTHING)
        if session.scalar(everybody) or session.scalar(select(Unit.id).limit(1)):
            raise click.ClickException(
                _("This database holds units or people. Use --scratch; nothing was written.")
            )
        session.rollback()
        yield session
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'replay.db'}")
        prepare_engine(engine)
        event.listen(engine, "connect", _all_in_memory)
        with writing():
            Base.metadata.create_all(engine)
        with Session(engine) as session:
            yield session
        engine.dispose()


def _all_in_memory(connection: DBAPIConnection, _record: object) -> None:
    """Thrown away anyway: nothing is lost with the power, and all pages fit into memory."""
    cursor = connection.cursor()
    for pragma in ("synchronous=OFF", "cache_size=-600000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _replayed(session: Session, wanted: int) -> Report:
    report = Report(wanted)
    with report.timed("invented"):
        reform.load_units_before(session)
        report.teams = invent(session, wanted, now=now())
        session.commit()
    with report.timed("checked before"):
        untouched, heads, codes = _untouched(session), _heads(session, BEFORE), _codes(session)
        report.units[BEFORE.isoformat()] = _levels(session, BEFORE)
    with report.timed("1 July 2025"):
        made = _carry_out(session, reform.reform(), REFORM_DAY, "Nghị quyết 202/2025/QH15")
    with report.timed("30 April 2026"):
        _carry_out(session, reform.city(session), reform.CITY_DAY, "Thành phố Đồng Nai")
    with report.timed("checked after"):
        report.demand("other tables", holds_true=_untouched(session) == untouched)
        report.demand("earlier report", holds_true=_heads(session, BEFORE) == heads)
        report.demand("old codes", holds_true=_codes(session) == codes)
        for day in (REFORM_DAY, reform.CITY_DAY):
            _check_day(session, report, day, heads)
    report.labelled_teams = session.get_one(UnitOperation, made).counts["labelled"]
    waiting = waiting_teams(session, EVERYTHING, reform.CITY_DAY)
    report.waiting_teams = len(waiting)
    report.waiting_people = sum(team.people for team in waiting)
    return report


def _carry_out(session: Session, chosen: operations.Operation, on: date, reason: str) -> int:
    return operations.carry_out(session, chosen, on=on, reason=reason, now=now(), actor=_ACTOR)


def _check_day(session: Session, report: Report, day: date, heads: Counter[str]) -> None:
    """Hold a day against the shipped list of it, and its head-counts against those from before."""
    report.units[day.isoformat()] = _levels(session, day)
    report.demand(f"units of {day}", holds_true=_stands(session, day) == _listed(day))
    after = _heads(session, day)
    report.demand(f"head-count of {day}", holds_true=after.total() == heads.total())
    report.demand(f"people of {day}", holds_true=_serving(session, day) == report.people)
    came: Counter[str] = Counter()
    successor = reform.province_successors(session)
    for path, people in heads.items():
        province = int(path.split("/")[1])
        came[str(successor.get(province, province))] += people
    now_there: Counter[str] = Counter()
    for path, people in after.items():
        now_there[path.split("/")[1]] += people
    report.demand(f"provinces of {day}", holds_true=came == now_there)


def _untouched(session: Session) -> dict[str, str]:
    """A digest of every table that a reorganisation has no business with."""
    return {
        table.name: _digest(session, table)
        for table in Base.metadata.sorted_tables
        if table.name not in WRITTEN
    }


def _digest(session: Session, table: Table) -> str:
    """Every value of every row in the order of the key; the database writes them down itself."""
    names = [f'"{column.name}"' for column in table.columns]
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    if session.get_bind().dialect.name == "postgresql":
        rows = f"md5(string_agg(md5(t::text), '' ORDER BY {key}))"
        return session.scalar(text(f'SELECT {rows} FROM "{table.name}" t')) or ""  # noqa: S608 - names of models
    row = " || '|' || ".join(f"quote({name})" for name in names)
    ordered = f'SELECT {row} AS line FROM "{table.name}" ORDER BY {key}'  # noqa: S608 - names of models
    whole = session.scalar(text(f"SELECT group_concat(line, char(10)) FROM ({ordered})"))  # noqa: S608 - the same
    return hashlib.sha256((whole or "").encode()).hexdigest()


def _heads(session: Session, on: date) -> Counter[str]:
    """How many people serve in each unit on the day, by the unit's path."""
    counted = (
        select(UnitSpan.path, func.count(distinct(Membership.person_id)))
        .join(TeamSpan, TeamSpan.unit_id == UnitSpan.unit_id)
        .join(Membership, Membership.team_id == TeamSpan.team_id)
        .where(holds(UnitSpan, on), holds(TeamSpan, on), holds(Membership, on))
        .group_by(UnitSpan.path)
        .execution_options(scope=EVERYTHING)
    )
    return Counter({row[0]: row[1] for row in session.execute(counted)})


def _serving(session: Session, on: date) -> int:
    counted = (
        select(func.count(distinct(Membership.person_id)))
        .join(TeamSpan, TeamSpan.team_id == Membership.team_id)
        .where(holds(TeamSpan, on), holds(Membership, on))
        .execution_options(scope=EVERYTHING)
    )
    return session.scalar(counted) or 0


def _codes(session: Session) -> dict[str, int]:
    """What every code meant on the day before the reform."""
    rows = select(UnitSpan.code, UnitSpan.unit_id).where(holds(UnitSpan, BEFORE))
    return {row.code: row.unit_id for row in session.execute(rows)}


def _levels(session: Session, on: date) -> dict[str, int]:
    counted = (
        select(Unit.level, func.count())
        .join(UnitSpan, UnitSpan.unit_id == Unit.id)
        .where(holds(UnitSpan, on))
        .group_by(Unit.level)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _stands(session: Session, on: date) -> set[tuple[str, ...]]:
    """Code, type, name and place: every unit of the day with the codes of those above it."""
    rows = session.execute(select(UnitSpan).where(holds(UnitSpan, on))).scalars().all()
    codes = {str(row.unit_id): row.code for row in rows}
    return {
        (row.code, row.type, row.name, *(codes[one] for one in row.path.split("/")[1:-1]))
        for row in rows
    }


def _listed(on: date) -> set[tuple[str, ...]]:
    rows = reform.listed(on)
    codes = {str(unit): row["code"] for unit, row in rows.items()}
    return {
        (
            row["code"],
            row["type"],
            row["name"],
            *(codes[one] for one in row["path"].split("/")[1:-1]),
        )
        for row in rows.values()
    }


def _written(report: Report) -> str:
    lines = [f"{key}: {value}" for key, value in asdict(report).items()]
    return "\n".join(lines)
