"""A province with two communes, their mediators, and two officers in every office."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from itertools import count

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import SYSTEM
from tests.factories.visitors import account, visitor
from tests.page import PageClient
from training_app import clock
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account
from training_app.learning.models import FactKind
from training_app.learning.services import NewFact, record_facts
from training_app.organisation.models import Membership, Person, UnitSpan
from training_app.reporting.models import Report
from training_app.reporting.queries import reports
from training_app.reporting.rules.figures import Figures
from training_app.reporting.rules.layouts import Kind
from training_app.reporting.scope import reader
from training_app.reporting.services import deciding, drafting
from training_app.reporting.services.deciding import Signature

MORNING = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
BEFORE = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
_numbers = count(1)


class Scene:
    """Kinh Bắc: two teams, 3 + 2 mediators; An and Bình trained this year. Võ Cường: one, 2."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.province: UnitSpan = make.unit(session, "Bắc Ninh")
        self.commune: UnitSpan = make.unit(session, "Kinh Bắc", self.province)
        self.other: UnitSpan = make.unit(session, "Võ Cường", self.province)
        self.module = make.module(session, "mot")
        self.people = {
            "An": self._person("An", "female", law=True, minority=False),
            "Bình": self._person("Bình", "male", law=False, minority=True),
            "Chi": self._person("Chi", "female", law=False, minority=False),
            "Dũng": self._person("Dũng", "male", law=False, minority=False),
            "Em": self._person("Em", "female", law=True, minority=True),
            "Giang": self._person("Giang", "male", law=False, minority=False),
            "Hà": self._person("Hà", "female", law=False, minority=False),
        }
        self.team = make.team(session, self.commune, *self.named("An", "Bình", "Chi"))
        self.second = make.team(session, self.commune, *self.named("Dũng", "Em"))
        self.far_team = make.team(session, self.other, *self.named("Giang", "Hà"))
        session.execute(update(Membership).values(recorded_at=BEFORE))
        self.train("An", date(2026, 3, 9))
        self.train("Bình", date(2026, 5, 2))
        self.makers = self._office(Role.COMMUNE_OFFICER, self.commune)
        self.other_makers = self._office(Role.COMMUNE_OFFICER, self.other)
        self.province_makers = self._office(Role.PROVINCE_OFFICER, self.province)
        session.commit()

    def named(self, *names: str) -> list[Person]:
        return [self.people[name] for name in names]

    def _person(self, name: str, sex: str, *, law: bool, minority: bool) -> Person:
        row = make.person(self.session, f"Trần {name}")
        row.sex, row.law_qualified, row.ethnic_minority = sex, law, minority
        return row

    def train(self, name: str, on: date, recorded: datetime | None = None) -> None:
        """The person passes a test on a day; on record a little later, or at a given moment."""
        fact = NewFact(
            self.people[name].id, FactKind.TEST_PASSED, self.module.module_id, self.module.id,
            35, on, "attempt", 9_000 + next(_numbers),
        )  # fmt: skip
        moment = recorded or datetime(on.year, on.month, on.day, 5, tzinfo=UTC)
        record_facts(self.session, [fact], now=moment, actor=SYSTEM)

    def join(self, name: str, team_id: int, since: date, recorded: datetime = BEFORE) -> None:
        """The person serves in a team from a day on, on record since a moment."""
        self.session.add(
            Membership(
                person_id=self.people[name].id,
                team_id=team_id,
                valid_from=since,
                recorded_at=recorded,
            )
        )
        self.session.flush()

    def _office(self, role: Role, unit: UnitSpan) -> tuple[Account, Account]:
        first, second = (
            account(
                self.session,
                make.person(self.session, f"Phạm Cán bộ {next(_numbers)}"),
                role=role,
                unit=unit,
            )
            for _ in range(2)
        )
        return first, second

    # -- as services see it --------------------------------------------------------------------

    def viewer(self, row: Account, role: Role, unit: UnitSpan) -> Viewer:
        grant = Grant(role, unit_id=unit.unit_id, unit_path=unit.path)
        return Viewer(account_id=row.id, person_id=row.person_id, grants=(grant,))

    @cached_property
    def maker(self) -> Viewer:
        return self.viewer(self.makers[0], Role.COMMUNE_OFFICER, self.commune)

    @cached_property
    def approver(self) -> Viewer:
        return self.viewer(self.makers[1], Role.COMMUNE_OFFICER, self.commune)

    @cached_property
    def other_maker(self) -> Viewer:
        return self.viewer(self.other_makers[0], Role.COMMUNE_OFFICER, self.other)

    @cached_property
    def other_approver(self) -> Viewer:
        return self.viewer(self.other_makers[1], Role.COMMUNE_OFFICER, self.other)

    @cached_property
    def province_maker(self) -> Viewer:
        return self.viewer(self.province_makers[0], Role.PROVINCE_OFFICER, self.province)

    @cached_property
    def province_approver(self) -> Viewer:
        return self.viewer(self.province_makers[1], Role.PROVINCE_OFFICER, self.province)

    def start(
        self, by: Viewer, kind: Kind = Kind.PRELIMINARY_YEAR, layout: str = "mediators"
    ) -> Report:
        """A report of the viewer's own unit for 2026, or for 2025 where it is a full year."""
        unit_id = by.grants[0].unit_id
        assert unit_id is not None
        ask = drafting.Ask(unit_id, layout, kind, 2026)
        row = drafting.start(self.session, ask, reader(by), now=clock.now(), today=TODAY, actor=by)
        return self.read(row.id, by)

    def read(self, report_id: int, by: Viewer) -> Report:
        self.session.flush()
        return reports.find(self.session, reader(by), report_id, whole=True)

    def figures(self, row: Report) -> Figures:
        return reports.figures_of(self.session, row)

    def write(
        self, row: Report, by: Viewer, line: str, reason: str = "Giấy.", **values: int
    ) -> int:
        writing = drafting.Writing(line, values, reason)
        return drafting.write_row(
            self.session, row, reader(by), row.turn, writing, now=clock.now(), actor=by
        )

    def check(self, row: Report, by: Viewer) -> None:
        deciding.check(self.session, row, reader(by), row.turn, now=clock.now(), actor=by)

    def approve(self, row: Report, by: Viewer) -> None:
        deciding.approve(self.session, row, reader(by), row.turn, now=clock.now(), actor=by)

    def lock(self, row: Report, by: Viewer, signature: Signature | None = None) -> None:
        deciding.lock(
            self.session, row, reader(by), row.turn, signature or Signature(),
            now=clock.now(), today=TODAY, actor=by,
        )  # fmt: skip

    def fill(self, row: Report, by: Viewer) -> None:
        drafting.fill(
            self.session, row, reader(by), row.turn,
            now=clock.now(), today=TODAY, actor=by,
        )  # fmt: skip

    def locked(self, maker: Viewer, approver: Viewer, kind: Kind = Kind.PRELIMINARY_YEAR) -> Report:
        """A report that went the whole way."""
        row = self.start(maker, kind)
        self.check(row, maker)
        self.approve(row, approver)
        self.lock(row, approver)
        return row

    def correct(self, old: Report, by: Viewer) -> Report:
        """A correction of a locked report, counted anew."""
        new = drafting.correct(
            self.session, old, reader(by),
            reason="Sót một lớp.", now=clock.now(), today=TODAY, actor=by,
        )  # fmt: skip
        return self.read(new.id, by)

    # -- as visitors -----------------------------------------------------------------------------

    def client(self, row: Account, language: str = "en") -> PageClient:
        return visitor(self.app, self.session, row, language=language)

    def staff(self, role: Role, unit: UnitSpan | None) -> PageClient:
        person = make.person(self.session, f"Cán bộ {role}")
        return self.client(account(self.session, person, role=role, unit=unit))


def line(row_id: int) -> str:
    """The key of a team's row."""
    return f"team-{row_id}"
