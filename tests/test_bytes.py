"""What the pages weigh on the wire, compressed as the server does, against their budgets."""

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.page import MEDIATOR_BYTES, OFFICE_BYTES, PageClient
from training_app import clock
from training_app.access import Role
from training_app.catalogue.folders import Folders, read_folders
from training_app.catalogue.models import Lesson, Module, ModuleVersion
from training_app.catalogue.services import publish
from training_app.db import Unscoped
from training_app.laws.services import load as load_laws
from training_app.organisation.models import Person

pytestmark = pytest.mark.engine("sqlite")  # a page weighs the same on both engines
ROWS = 50
MEMBERS = 3
EVERYBODY = Unscoped("the test reads its own person")

Record = Callable[[str, object], None]


@cache
def shipped() -> Folders:
    """All shipped content, read once."""
    return read_folders(config.ROOT / "courses", config.ROOT / "quizzes")


def heaviest(client: PageClient, paths: list[str]) -> int:
    """The bytes on the wire of the heaviest of these pages, as a browser gets them."""
    weights = []
    for path in paths:
        answer = client.http.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert (path, answer.status_code) == (path, 200)
        assert answer.headers["Content-Encoding"] == "br"
        weights.append(len(answer.get_data()))
    return max(weights)


def teach_everything(session: Session) -> ModuleVersion:
    """Publish all shipped modules and require them; returns one."""
    found = shipped()
    assert not found.errors
    load_laws(session, found.register, now=clock.now(), actor=learners.SYSTEM)
    modules = [files.module() for files in found.modules]
    versions = [
        publish(session, module, now=clock.now(), actor=learners.SYSTEM)
        for module in modules
        if module is not None
    ]
    make.requirement(session, *versions, months=24)
    session.commit()
    return versions[0]


def find(session: Session, person_id: int) -> Person:
    """The person, to be put into a team."""
    return session.get_one(Person, person_id, execution_options={"scope": EVERYBODY})


def test_pages_of_mediators_fit_the_first_window(
    app: Flask, db_session: Session, record_property: Record
) -> None:
    learner = learners.enrol(db_session, teach_everything(db_session))
    commune = make.unit(db_session, "Vũng Tàu", make.unit(db_session, "Hồ Chí Minh"))
    make.team(db_session, commune, find(db_session, learner.person_id))
    db_session.commit()
    lessons = db_session.execute(
        select(Module.slug, Lesson.slug)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .join(Lesson, Lesson.module_version_id == ModuleVersion.id)
    ).all()
    slugs = sorted({module for module, _ in lessons})
    reader = learners.entered(app, learner)
    weights = {
        "home": heaviest(reader, ["/home/"]),
        "lesson": heaviest(reader, [f"/learn/{module}/{lesson}/" for module, lesson in lessons]),
        "question": heaviest(
            reader, [f"/practice/{slug}/{n}/" for slug in slugs for n in range(1, 17)]
        ),
        "module": heaviest(reader, [f"/learn/{slug}/" for slug in slugs]),
    }
    told = ", ".join(f"{name} {weight:,}" for name, weight in weights.items())
    record_property("figures", f"bytes on the wire: {told} of {MEDIATOR_BYTES:,}")
    assert max(weights.values()) <= MEDIATOR_BYTES, told


def test_coverage_of_fifty_rows_fits_its_budget(
    app: Flask, db_session: Session, record_property: Record
) -> None:
    teach_everything(db_session)
    province = make.unit(db_session, "Hồ Chí Minh")
    communes = [make.unit(db_session, f"Vũng Tàu {n}", province) for n in range(ROWS)]
    for n in range(ROWS):
        people = [make.person(db_session, f"Nguyễn Thị Hoa {n} {m}") for m in range(MEMBERS)]
        make.team(db_session, communes[0] if n else communes[1], *people)
    officer = visitors.account(db_session, role=Role.PROVINCE_OFFICER, unit=province)
    reader = visitors.visitor(app, db_session, officer, language="vi")
    weights = {
        "communes": heaviest(reader, [f"/coverage/units/{province.unit_id}/"]),
        "teams": heaviest(reader, [f"/coverage/units/{communes[0].unit_id}/"]),
        "worklist": heaviest(reader, [f"/coverage/units/{communes[0].unit_id}/worklist/"]),
    }
    told = ", ".join(f"{name} {weight:,}" for name, weight in weights.items())
    record_property("figures", f"bytes of coverage with {ROWS} rows: {told} of {OFFICE_BYTES:,}")
    assert max(weights.values()) <= OFFICE_BYTES, told
