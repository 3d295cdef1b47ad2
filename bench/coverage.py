"""Coverage at national scale beside itself at small scale, and beside the bare minimum in SQL.

`make bench-scale` prints and keeps them; `python -m bench.coverage sqlite` one engine alone. Costs
are CPU of this process and of the database's sessions together, the best of several turns taken
alternately. Databases are seeded once and kept (`bench.stores`).
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from bench.grouped import grouped
from bench.results import keep
from bench.stores import Kept, Store, stores
from config import Settings
from training_app.access import Scope, Viewer
from training_app.accounts.models import Account
from training_app.accounts.services import issue_demo_link
from training_app.app import create_app
from training_app.clock import now, today
from training_app.coverage import rollups
from training_app.coverage.queries import Asking, place
from training_app.coverage.rollups.ready import ready_units, ready_values
from training_app.coverage.services import draft, write
from training_app.db import Unscoped, writing
from training_app.extensions import db
from training_app.learning.models import Fact, FactKind
from training_app.learning.services import NewFact, record_facts
from training_app.organisation.models import Membership, UnitSpan, holds
from training_app.programme.queries import asked_in_unit

ENGINES = ("sqlite", "postgresql")
BENCH = Unscoped("the bench looks at invented people")
EVERYTHING = Scope(everything=True, unit_paths=("/",))
PROVINCE = "79"
TURNS, EACH = 12, 10
Act = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """One cost beside another, in milliseconds of CPU, and the most it may be."""

    engine: str
    name: str
    ours_ms: float
    baseline_ms: float
    limit: float

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.baseline_ms


def figures(engines: tuple[str, ...] = ENGINES) -> list[Ratio]:
    """Every bar of coverage on each engine."""
    return [one for engine in engines for one in _of_engine(engine)]


def _of_engine(engine: str) -> list[Ratio]:
    with stores(engine) as (found, server):
        opened = {size: Opened(store) for size, store in found.items()}
        few, nation = opened["few"], opened["nation"]
        page = beside(server, nation.read_page, few.read_page)
        first = beside(server, nation.read_first_page, few.read_first_page)
        ours, bare = nation.sql()
        sql = beside(server, ours, bare)
        saved = beside(server, nation.record, opened["commune"].record, turns=6)
        rebuilt = nation.rebuilt_and_grouped(server)
        for one in opened.values():
            one.close()
    return [
        Ratio(engine, "coverage page, 550,000 people beside 5,000", *page, 1.5),
        Ratio(engine, "a mediator's first page, 550,000 beside 5,000", *first, 1.5),
        Ratio(engine, "SQL of that page beside as many rows by index", *sql, 3.0),
        Ratio(engine, "recording one completion, nation beside commune", *saved, 1.3),
        Ratio(engine, "rebuild of a requirement beside one grouped query", *rebuilt, 3.0),
    ]


def cpu(server: Kept | None) -> float:
    """Seconds of CPU so far."""
    return time.process_time() + (server.cpu() if server else 0.0)


def beside(
    server: Kept | None, ours: Act, theirs: Act, *, turns: int = TURNS
) -> tuple[float, float]:
    """Milliseconds of both acts: the best of several turns each, taken alternately."""
    best = [float("inf"), float("inf")]
    for act in (ours, theirs):
        for _ in range(EACH):
            act()
    for _ in range(turns):
        for at, act in enumerate((ours, theirs)):
            begun = cpu(server)
            for _ in range(EACH):
                act()
            best[at] = min(best[at], 1000 * (cpu(server) - begun) / EACH)
    return best[0], best[1]


class Opened:
    """An application on a seeded database, with a province officer and a mediator signed in."""

    def __init__(self, store: Store) -> None:
        settings = Settings.from_environment(store.values)
        self.app: Flask = create_app(settings)
        self.stack = ExitStack()
        with self.app.app_context():
            session = self._session()
            chosen = select(UnitSpan.unit_id).where(
                UnitSpan.code == PROVINCE, holds(UnitSpan, today())
            )
            self.province = session.scalars(chosen).one()
            people = (
                select(Membership.person_id)
                .where(Membership.valid_to.is_(None))
                .order_by(Membership.person_id.desc())
                .limit(150)
                .execution_options(scope=BENCH)
            )
            self.people = list(session.scalars(people))
            self.path = f"/coverage/units/{self.province}/"
            links = [
                self._link(session, settings.pepper, one)
                for one in (
                    Account.login_name == "demo.province",
                    Account.person_id == self.people[0],
                )
            ]
        self.client, self.mediator = (self._signed_in(link) for link in links)
        self.number = 0

    def close(self) -> None:
        """Let go of the database."""
        self.stack.close()
        with self.app.app_context():
            db.engine.dispose()

    @staticmethod
    def _session() -> Session:
        return db.session()

    @staticmethod
    def _link(session: Session, pepper: str, condition: ColumnElement[bool]) -> str:
        """A way in for the account."""
        account = session.scalars(select(Account).where(condition)).one()
        with writing():
            secret = issue_demo_link(
                session, account, pepper=pepper, now=now(), actor=Viewer.for_system("bench")
            )
            session.commit()
        return f"/demo/{secret}/"

    def _signed_in(self, link: str) -> FlaskClient:
        client = self.app.test_client()
        page = client.get(link).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, page[:500]
        done = client.post(link, data={"csrf_token": token.group(1)})
        assert done.status_code == 303, done.status_code
        return client

    def read_page(self) -> None:
        """The table of the province."""
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.status_code
        answer.close()

    def read_first_page(self) -> None:
        """What a mediator sees first: what to do next."""
        answer = self.mediator.get("/home/")
        assert answer.status_code == 200, answer.status_code
        answer.close()

    def sql(self) -> tuple[Act, Act]:
        """The SQL that feeds the page, and a read of as many rows by an index."""
        asking, here = self._asking()
        self.stack.enter_context(self.app.app_context())
        session = self._session()
        statement, values = ready_units(nation=False), ready_values(asking, here)
        rows = len(session.execute(statement, values).all())
        indexed = (
            select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, UnitSpan.code, UnitSpan.path)
            .where(UnitSpan.parent_id == here.id)
            .order_by(UnitSpan.sort_key)
            .limit(rows)
        )

        def bare() -> None:
            assert len(session.execute(indexed).all()) >= rows - 1

        return lambda: session.execute(statement, values).all(), bare

    def _asking(self) -> tuple[Asking, Any]:
        with self.app.app_context():
            session = self._session()
            here = place(session, EVERYTHING, self.province, today())
            asked = next(
                one
                for one in asked_in_unit(session, here.path, today())
                if one.audience == "mediators"
            )
            return Asking(asked, today(), EVERYTHING), here

    def record(self) -> None:
        """Record one completion as a service does, and take it back."""
        with self.app.app_context(), writing():
            session = self._session()
            self.number += 1
            module = asked_modules(session)
            new = NewFact(
                person_id=self.people[self.number % len(self.people)],
                kind=FactKind.TEST_PASSED,
                module_id=module[0],
                module_version_id=module[1],
                minutes=35,
                happened_on=today(),
                source_kind="bench",
                source_id=self.number,
            )
            record_facts(session, [new], now=now(), actor=Viewer.for_system("bench"))
            session.rollback()

    def rebuilt_and_grouped(self, server: Kept | None) -> tuple[float, float]:
        """A requirement counted anew and stored, and the grouped query that does the like."""
        asking, _ = self._asking()
        requirement = asking.requirement
        with self.app.app_context(), writing():
            session = self._session()
            begun = cpu(server)
            write(session, draft(session, requirement.id), now=now())
            ours = cpu(server) - begun
            session.rollback()
            statement = grouped(
                postgresql=server is not None,
                requirement=requirement.id,
                since=requirement.asked.since.isoformat(),
                modules=", ".join(map(str, sorted(requirement.asked.required.modules))),
                months=requirement.asked.required.window_months,
            )
            begun = cpu(server)
            rows = session.execute(text(statement)).all()
            theirs = cpu(server) - begun
            _compare(session, asking, rows)
            session.rollback()
        return 1000 * ours, 1000 * theirs


def asked_modules(session: Session) -> tuple[int, int]:
    """A module with its version, found the same way at every size."""
    row = session.execute(
        select(Fact.module_id, Fact.module_version_id)
        .where(Fact.module_id.is_not(None))
        .order_by(Fact.id)
        .limit(1)
        .execution_options(scope=BENCH)
    ).one()
    return row.module_id, row.module_version_id


def _compare(session: Session, asking: Asking, rows: Any) -> None:
    """The two count the same nation, within what the query leaves out."""
    here = place(session, EVERYTHING, None, asking.on)
    ready = rollups.unit_table(session, asking, here).total
    day = asking.on
    people = sum(row[2] for row in rows if str(row[1]) <= str(day))
    held = sum(row[3] for row in rows if str(row[1]) <= str(day))
    for ours, theirs in ((ready.people, people), (ready.held, held)):
        assert abs(ours - theirs) <= 0.01 * max(ours, 1), (ours, theirs)


def main() -> None:
    """Print every bar."""
    engines = tuple(sys.argv[1:]) or ENGINES
    for engine in engines:
        say_and_keep(engine, figures((engine,)))


def say_and_keep(engine: str, found: list[Ratio]) -> None:
    """Print one engine's bars beside their limits and write them down."""
    keep(f"coverage, {engine}", found, ratio={one.name: round(one.ratio, 3) for one in found})
    for one in found:
        mark = "" if one.ratio <= one.limit else "  over"
        print(
            f"{one.engine:<11}{one.name:<52}{one.ours_ms:>11.2f}{one.baseline_ms:>11.2f}"
            f"{one.ratio:>8.2f}{one.limit:>6.1f}{mark}",
            flush=True,
        )


if __name__ == "__main__":
    main()
