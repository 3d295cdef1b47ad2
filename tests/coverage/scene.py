"""A province with two communes, teams, results and everybody who may look at them."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from tests.factories.visitors import account, visitor
from tests.page import PageClient
from training_app.access import Role
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import ModuleVersion
from training_app.learning.models import FactKind
from training_app.learning.services import NewFact, record_facts
from training_app.organisation.models import Person, PersonPhone, UnitSpan

PASSED_ON = date(2026, 3, 9)


class Scene:
    """Team 1 of the first commune: leader and Bình trained, Chi begun, Dũng not begun."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.province: UnitSpan = make.unit(session, "Bắc Ninh")
        self.commune: UnitSpan = make.unit(session, "Kinh Bắc", self.province)
        self.other: UnitSpan = make.unit(session, "Võ Cường", self.province)
        self.first: ModuleVersion = make.module(session, "mot")
        self.second: ModuleVersion = make.module(session, "hai")
        self.people = {
            name: make.person(session, f"Trần Thị {name}")
            for name in ("An", "Bình", "Chi", "Dũng", "Em", "Giang")
        }
        self.team = make.team(session, self.commune, *self._named("An", "Bình", "Chi", "Dũng"))
        self.far_team = make.team(session, self.other, *self._named("Em", "Giang"))
        session.add(
            PersonPhone(person_id=self.people["An"].id, number="+84912345678", valid_from=LONG_AGO)
        )
        self.requirement = make.requirement(session, self.first, self.second, window=3)
        self.pass_test("An", self.first, self.second)
        self.pass_test("Bình", self.first, self.second)
        self.pass_test("Chi", self.first)
        session.commit()

    def _named(self, *names: str) -> list[Person]:
        return [self.people[name] for name in names]

    def pass_test(self, name: str, *modules: ModuleVersion, on: date = PASSED_ON) -> None:
        """The person passes the tests of some modules on a day."""
        facts = [
            NewFact(
                self.people[name].id,
                FactKind.TEST_PASSED,
                version.module_id,
                version.id,
                35,
                on,
                "attempt",
                hash((name, version.id, on)) % 2**31,
            )
            for version in modules
        ]
        record_facts(self.session, facts, now=NOW, actor=SYSTEM)

    def exports(self) -> int:
        """How often names were taken along so far, by the audit trail."""
        self.session.rollback()
        chosen = select(func.count()).where(AuditEvent.action == "names.exported")
        found = self.session.scalar(chosen)
        self.session.rollback()
        return found or 0

    def _staff(self, role: Role, unit: UnitSpan | None, language: str = "en") -> PageClient:
        person = make.person(self.session, f"Cán bộ {role}")
        row = account(self.session, person, role=role, unit=unit)
        return visitor(self.app, self.session, row, language=language)

    @cached_property
    def officer(self) -> PageClient:
        return self._staff(Role.COMMUNE_OFFICER, self.commune)

    @cached_property
    def province_officer(self) -> PageClient:
        return self._staff(Role.PROVINCE_OFFICER, self.province)

    @cached_property
    def vietnamese_officer(self) -> PageClient:
        return self._staff(Role.PROVINCE_OFFICER, self.province, "vi")

    @cached_property
    def ministry(self) -> PageClient:
        return self._staff(Role.MINISTRY_VIEWER, None)

    @cached_property
    def administrator(self) -> PageClient:
        return self._staff(Role.ADMINISTRATOR, None)

    @cached_property
    def trainer(self) -> PageClient:
        return self._staff(Role.TRAINER, self.province)

    @cached_property
    def leader(self) -> PageClient:
        return visitor(self.app, self.session, account(self.session, self.people["An"]))

    @cached_property
    def member(self) -> PageClient:
        return visitor(self.app, self.session, account(self.session, self.people["Bình"]))

    @property
    def commune_path(self) -> str:
        return f"/coverage/units/{self.commune.unit_id}/"

    @property
    def province_path(self) -> str:
        return f"/coverage/units/{self.province.unit_id}/"

    @property
    def team_path(self) -> str:
        return f"/coverage/teams/{self.team.id}/"

    def person_path(self, name: str) -> str:
        return f"/coverage/people/{self.people[name].id}/"

    @property
    def today(self) -> date:
        return TODAY
