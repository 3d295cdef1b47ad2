"""A class in a hall: its trainer's screen, its phones, strangers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import SYSTEM, TODAY
from tests.page import MEDIATOR_BYTES, Page, PageClient
from training_app import clock
from training_app.access import Role, Scope
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped
from training_app.hall.queries import ModuleOffers, offers
from training_app.organisation.models import UnitSpan
from training_app.workshops import services as workshops
from training_app.workshops.models import Workshop

ALL = {"scope": Unscoped("a test looks at everything")}
EVERYTHING = Scope(everything=True, unit_paths=("/",))


@dataclass
class Hall:
    """A class of the published module, and the trainer who runs it."""

    session: Session
    version: ModuleVersion
    province: UnitSpan
    workshop: Workshop
    trainer: PageClient

    @property
    def desk(self) -> str:
        return f"/classes/{self.workshop.id}/hall/"

    def question(self, stem: str) -> str:
        """What the button of a question sends."""
        module = self._offers()
        found = next(one for one in module.questions if one.words == stem)
        return f"question-{found.question_version_id}"

    def turn(self) -> str:
        """What the button of the scenario's first turn sends."""
        turn = self._offers().stories[0].turns[0]
        return f"turn-{turn.scenario_version_id}-{turn.node}"

    def _offers(self) -> ModuleOffers:
        (module,) = offers(self.session, [self.version])
        self.session.rollback()
        return module

    def kept(self, wanted: Any) -> list[Any]:
        """What the database holds now; the session holds nothing afterwards."""
        self.session.rollback()
        found = self.session.scalars(wanted, execution_options=ALL).all()
        self.session.expunge_all()
        self.session.rollback()
        return list(found)

    def project(self, what: str) -> Page:
        """Press the button; the projector's page."""
        self.session.rollback()
        return self.trainer.submit(self.trainer.get(self.desk), "/hall/rounds/", what=what)

    def close(self, screen: Page) -> Page:
        return self.trainer.submit(screen, "/close/")

    def reload(self, screen: Page) -> Page:
        return self.trainer.get(screen.response.request.path)


def code_on(screen: Page) -> str:
    """The join code that the screen shows."""
    return next(e.text for e in screen.all("strong") if e.get("class") == "joincode")


def record_class(
    session: Session, version: ModuleVersion, unit: UnitSpan, trainer: int
) -> Workshop:
    """A class held today."""
    draft = workshops.Draft(
        unit_id=unit.unit_id,
        title="Lớp tập huấn hè",
        held_on=TODAY,
        minutes=210,
        place="Hội trường",
        trainer_person_id=trainer,
        guest_trainer="",
        module_version_ids=[version.id],
        team_ids=[],
    )
    now, today = clock.now(), clock.today()
    return workshops.record(session, draft, EVERYTHING, now=now, today=today, actor=SYSTEM)


@pytest.fixture
def hall(app: Flask, db_session: Session) -> Hall:
    """A trainer's class."""
    version = learners.teach(db_session)
    province = make.unit(db_session, "Tỉnh Gần")
    person = make.person(db_session, "Phạm Thị Dung")
    account = visitors.account(db_session, person, role=Role.TRAINER, unit=province)
    workshop = record_class(db_session, version, province, person.id)
    screen = visitors.visitor(app, db_session, account)
    db_session.expunge_all()  # a row that loads itself again would hold the database
    return Hall(db_session, version, province, workshop, screen)


@pytest.fixture
def phone(app: Flask) -> Callable[[], PageClient]:
    """One more phone of somebody without an account, reading English."""

    def another() -> PageClient:
        client = PageClient(app, MEDIATOR_BYTES)
        client.language("en")
        return client

    return another
