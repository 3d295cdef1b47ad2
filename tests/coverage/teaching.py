"""Trainers and their classes in the province of these tests."""

from __future__ import annotations

from datetime import date, timedelta

from tests.coverage.scene import Scene
from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM, TODAY
from tests.factories.visitors import account, visitor
from tests.page import PageClient
from training_app.access import Role, Scope
from training_app.catalogue.models import ModuleVersion
from training_app.organisation.models import Person, Team, UnitSpan
from training_app.workshops import services
from training_app.workshops.models import Workshop

EVERYTHING = Scope(everything=True, unit_paths=("/",))


def trainer(scene: Scene, name: str, unit: UnitSpan | None = None) -> Person:
    """Somebody who is a trainer over a unit, the province by default."""
    person = make.person(scene.session, name)
    account(scene.session, person, role=Role.TRAINER, unit=unit or scene.province)
    scene.session.commit()
    return person


def desk_of(scene: Scene, person: Person, language: str = "en") -> PageClient:
    """The trainer at the own desk."""
    return visitor(scene.app, scene.session, account(scene.session, person), language=language)


def hold_class(
    scene: Scene,
    person: Person | None,
    *present: str,
    on: date = TODAY - timedelta(days=3),
    title: str = "Lớp tháng Mười một",
    minutes: int = 210,
    unit: UnitSpan | None = None,
    teams: tuple[Team, ...] = (),
    modules: tuple[ModuleVersion, ...] = (),
    absent: tuple[str, ...] = (),
) -> Workshop:
    """A class of the trainer (or of a guest) with its roll; without names it has none yet."""
    draft = services.Draft(
        unit_id=(unit or scene.commune).unit_id,
        title=title,
        held_on=on,
        minutes=minutes,
        place="Nhà văn hóa",
        trainer_person_id=person.id if person else None,
        guest_trainer="" if person else "Luật sư Hạnh",
        module_version_ids=[version.id for version in modules or (scene.first, scene.second)],
        team_ids=[team.id for team in teams or (scene.team,)],
    )
    row = services.record(scene.session, draft, EVERYTHING, now=NOW, today=TODAY, actor=SYSTEM)
    if present or absent:
        there = frozenset(scene.people[name].id for name in present)
        listed = there | {scene.people[name].id for name in absent}
        sent = services.Roll(there, frozenset(listed))
        services.keep_roll(
            scene.session, row, sent, EVERYTHING, now=NOW, today=max(on, TODAY), actor=SYSTEM
        )
    scene.session.commit()
    return row
