"""A commune with a team, its officer, a trainer of the province, and a class to record."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped
from training_app.learning.models import Fact, FactWithdrawal
from training_app.organisation.models import Person, Team

ALL = {"scope": Unscoped("a test looks at everything")}
TITLE = "Lớp tập huấn hè"


@dataclass
class Scene:
    """Those who meet in a class."""

    app: Flask
    session: Session
    version: ModuleVersion
    team: Team
    hoa: Person
    nam: Person
    teacher: Person
    officer: PageClient
    trainer: PageClient
    today: date = field(default_factory=clock.today)

    def record(self, on: date | None = None, **fields: object) -> Page:
        """The officer records a class with this trainer for this team; the page it leads to."""
        values = {
            "title": TITLE,
            "held_on": f"{on or self.today:%d/%m/%Y}",
            "place": "Hội trường",
            "minutes": "210",
            "trainer": str(self.teacher.id),
            "modules": str(self.version.id),
        }
        self.session.rollback()
        page = self.officer.get("/classes/new/")
        status = 422 if fields.pop("refused", False) else 200
        return self.officer.submit(page, "/classes/new/", status, **(values | fields))

    def mark(self, page: Page, *present: Person, status: int = 200, reason: str = "") -> Page:
        """The trainer sends the roll of the class with these people ticked."""
        address = page.response.request.path + "attendance/"
        ticked = [str(person.id) for person in present]
        listed = [str(person.id) for person in (self.hoa, self.nam)]
        fields = {"present": ticked, "listed": listed} | ({"reason": reason} if reason else {})
        self.session.rollback()
        roll = self.trainer.get(address)
        return self.trainer.submit(roll, "/attendance/", status, **fields)

    def facts(self, person: Person) -> int:
        """How many facts of a class stand for the person."""
        self.session.rollback()
        withdrawn = select(FactWithdrawal.fact_id)
        chosen = select(func.count(Fact.id)).where(
            Fact.person_id == person.id, Fact.id.not_in(withdrawn)
        )
        count = self.session.scalar(chosen.execution_options(**ALL)) or 0
        self.session.rollback()
        return count

    def another_trainer(self) -> PageClient:
        """A trainer who does not teach the class."""
        account = visitors.account(
            self.session, make.person(self.session, "Bùi Ánh"), role=Role.TRAINER
        )
        return visitors.visitor(self.app, self.session, account)


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    """Everybody is there; no class is recorded."""
    version = learners.teach(db_session)
    province = make.unit(db_session, "Tỉnh Gần")
    commune = make.unit(db_session, "Phường Bến", province)
    hoa, nam = make.person(db_session, "Nguyễn Thị Hoa"), make.person(db_session, "Trần Văn Nam")
    team = make.team(db_session, commune, hoa, nam)
    teacher = make.person(db_session, "Phạm Thị Dung")
    taught = visitors.account(db_session, teacher, role=Role.TRAINER, unit=province)
    office = visitors.account(
        db_session, make.person(db_session, "Lê Nhung"), role=Role.COMMUNE_OFFICER, unit=commune
    )
    officer = visitors.visitor(app, db_session, office)
    trainer = visitors.visitor(app, db_session, taught)
    return Scene(app, db_session, version, team, hoa, nam, teacher, officer, trainer)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
