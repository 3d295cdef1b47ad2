"""A seeded demonstration in a temporary folder, and ways into it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench.server import ROOT
from config import Settings
from training_app.access import Viewer
from training_app.accounts.models import Account
from training_app.accounts.services import issue_demo_link
from training_app.app import create_app
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.clock import now, today
from training_app.db import Unscoped, writing
from training_app.extensions import current_session
from training_app.learning.models import Fact, LessonProgress
from training_app.learning.services import read_lesson
from training_app.organisation.models import Membership, UnitSpan, holds

BENCH = Unscoped("the bench looks at invented people")
STEPS = (
    ("-m", "tools.keys", "ensure"),
    ("-m", "flask", "database", "upgrade"),
    ("-m", "flask", "units", "load"),
    ("-m", "flask", "content", "load"),
    ("-m", "flask", "demo", "seed"),
)
# What the worker does within seconds; the bench runs none.
READY = ("-m", "flask", "coverage", "rebuild")


@dataclass(frozen=True)
class Ways:
    """One-time links and ids that the measurements need."""

    officer: str
    reader: str
    learners: tuple[str, ...]
    commune_id: int
    province_id: int


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """The settings of the temporary demonstration."""
    values = {"TRAINING_DATA_FOLDER": str(folder), "TRAINING_DEMO": "1", "FLASK_APP": "wsgi"}
    return values | ({"DATABASE_URL": database} if database else {})


def seed(values: dict[str, str]) -> None:
    """Build the demonstration by the commands that `make run` uses."""
    for step in (*STEPS, READY):
        command = [sys.executable, *step]
        subprocess.run(
            command, cwd=ROOT, env=_merged(values), check=True, capture_output=True, text=True
        )


def _merged(values: dict[str, str]) -> dict[str, str]:
    return os.environ | values


def ways(values: dict[str, str], learners: int) -> Ways:
    """Links for an officer, a reader and people who are about to take a test."""
    settings = Settings.from_environment(_merged(values))
    app = create_app(settings)
    with app.app_context(), writing():
        session = current_session()
        fresh = _people_without_record(learners + 1)
        version = session.scalars(select(ModuleVersion).order_by(ModuleVersion.position)).first()
        assert version is not None
        lessons = session.scalars(
            select(Lesson.id).where(Lesson.module_version_id == version.id)
        ).all()
        for person_id in fresh:
            for lesson in lessons:
                read_lesson(session, person_id, lesson, now=now())
        links = [_link(settings, Account.person_id == person) for person in fresh]
        officer = _link(settings, Account.login_name == "demo.province")
        commune = select(UnitSpan.unit_id).where(UnitSpan.code == "26506", holds(UnitSpan, today()))
        province = select(UnitSpan.unit_id).where(UnitSpan.code == "79", holds(UnitSpan, today()))
        found = Ways(
            officer,
            links[0],
            tuple(links[1:]),
            session.scalars(commune).one(),
            session.scalars(province).one(),
        )
        session.commit()
    return found


def _people_without_record(count: int) -> list[int]:
    done = select(Fact.person_id).union(select(LessonProgress.person_id))
    people = (
        select(Membership.person_id)
        .where(Membership.valid_to.is_(None), Membership.person_id.not_in(done))
        .order_by(Membership.person_id)
        .limit(count)
        .execution_options(scope=BENCH)
    )
    return list(current_session().scalars(people))


def _link(settings: Settings, condition: object) -> str:
    account = current_session().scalars(select(Account).where(condition)).one()  # type: ignore[arg-type]
    secret = issue_demo_link(
        current_session(),
        account,
        pepper=settings.pepper,
        now=now(),
        actor=Viewer.for_system("bench"),
    )
    return f"/demo/{secret}/"
