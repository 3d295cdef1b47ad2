"""A commune with a pair of records of one person, an officer who proves, and what both hold."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from tests.page import PageClient
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import SignIn
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.learning.models import Fact, FactKind
from training_app.learning.services import record_fact
from training_app.organisation.models import Membership, Person, PersonPhone

LOOK = {"scope": Unscoped("the test looks")}


class Scene:
    """`twin` was recorded again in the second team; `stranger` lives in another province."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.province = make.unit(session, "Tỉnh Gần")
        self.commune = make.unit(session, "Phường Gần", self.province)
        far = make.unit(session, "Phường Xa", make.unit(session, "Tỉnh Xa"))
        self.person = self._person("Nguyễn Thị Hoa", 1960, "+84912345678")
        self.twin = self._person("Nguyễn Thị Hoa", 1960, "+84912345678")
        self.leader = self._person("Trần Văn Bình", 1955, "+84987654321")
        self.namesake = self._person("Trần Văn Bình", 1980, "+84911111111")
        self.stranger = self._person("Nguyễn Thị Hoa", 1960, "+84912345678")
        self.team = make.team(session, self.commune, self.leader, self.person)
        self.second = make.team(session, self.commune, self.namesake, self.twin)
        make.team(session, far, self.stranger)
        self.version = make.module(session, lessons=1)
        self.requirement = make.requirement(session, self.version)
        session.commit()

    def _person(self, name: str, year: int, phone: str) -> Person:
        row = make.person(self.session, name)
        row.birth_year, row.sex = year, "female" if "Thị" in name else "male"
        self.session.add(PersonPhone(person_id=row.id, number=phone, valid_from=LONG_AGO))
        self.session.flush()
        return row

    def officer(self, role: Role = Role.COMMUNE_OFFICER, *, proved: bool = True) -> PageClient:
        """An officer of the commune or of the province, who gave the passphrase just now."""
        self.session.rollback()  # hold no older reading while writing
        unit = self.province if role is Role.PROVINCE_OFFICER else self.commune
        account = visitors.account(
            self.session, make.person(self.session, "Phạm Thị Dung"), role=role, unit=unit
        )
        return self._in(visitors.visitor(self.app, self.session, account), account.id, proved)

    def staff(self, role: Role, name: str) -> PageClient:
        """Somebody of the staff whose role is bound to no unit, and who proves."""
        self.session.rollback()
        account = visitors.account(self.session, make.person(self.session, name), role=role)
        return self._in(visitors.visitor(self.app, self.session, account), account.id, True)

    def member(self, person: Person, *, proved: bool = True) -> PageClient:
        """One of the people, with the PIN given just now."""
        self.session.rollback()
        account = visitors.account(self.session, person)
        return self._in(visitors.visitor(self.app, self.session, account), account.id, proved)

    def _in(self, client: PageClient, account_id: int, proved: bool) -> PageClient:  # noqa: FBT001
        rows = self.session.scalars(select(SignIn).where(SignIn.account_id == account_id))
        for row in rows:
            row.proved_at = clock.now() if proved else None
        self.session.commit()
        return client

    def passed(self, person: Person, days_ago: int) -> Fact:
        """The person passed the test of the module some days ago."""
        fact = record_fact(
            self.session,
            person_id=person.id,
            kind=FactKind.TEST_PASSED,
            module_id=self.version.module_id,
            module_version_id=self.version.id,
            minutes=35,
            happened_on=TODAY - timedelta(days=days_ago),
            source_kind="test",
            source_id=person.id * 1000 + days_ago,
            now=clock.now(),
            actor=SYSTEM,
        )
        self.session.commit()
        return fact

    def join(self, person: Person) -> None:
        """The person serves in the team since long ago."""
        row = Membership(
            person_id=person.id,
            team_id=self.team.id,
            valid_from=LONG_AGO,
            recorded_at=NOW,
            source="test",
        )
        self.session.add(row)
        self.session.commit()

    def leave(self, person: Person) -> None:
        """The person stops serving in every team."""
        rows = self.session.scalars(
            select(Membership).where(Membership.person_id == person.id).execution_options(**LOOK)
        )
        for row in rows:
            row.valid_to, row.end_reason, row.end_recorded_at = TODAY, "own_wish", NOW
        self.session.commit()

    def again(self, person: Person) -> Person:
        """The row as it stands in the database now."""
        self.session.rollback()
        return self.session.get_one(
            Person, person.id, populate_existing=True, execution_options=LOOK
        )

    def events(self, action: str) -> list[AuditEvent]:
        """What the audit trail holds of an action."""
        self.session.rollback()
        chosen = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
        found = list(self.session.scalars(chosen))
        self.session.rollback()
        return found
