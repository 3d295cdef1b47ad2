"""Builders for people, modules, requirements and teams, with defaults in one place."""

from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.catalogue.models import Lesson, Module, ModuleVersion
from training_app.db import Unscoped
from training_app.organisation.models import (
    Leadership,
    Level,
    Membership,
    Person,
    Share,
    Team,
    TeamSpan,
    Unit,
    UnitSpan,
    UnitSuccession,
)
from training_app.organisation.parsing import unit_key
from training_app.requirements.models import Requirement
from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.services import NewRequirement, Terms, set_requirement
from training_app.vietnamese import fold, phrase_key, sort_key

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
LONG_AGO = date(2020, 1, 1)
SYSTEM = Viewer.for_system("test")

_numbers = count(1)


def person(
    session: Session, name: str = "Nguyễn Văn An", linked_to: Person | None = None
) -> Person:
    """A person; ``linked_to`` makes the row another one of the same human being."""
    row = Person(
        full_name=name,
        name_fold=fold(name),
        sort_key=sort_key(name),
        canonical_id=linked_to.canonical if linked_to else None,
        recorded_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def module(session: Session, slug: str = "", lessons: int = 0, minutes: int = 35) -> ModuleVersion:
    """A published module with its current version."""
    slug = slug or f"module-{next(_numbers)}"
    row = Module(slug=slug, created_at=NOW, retired_at=None)
    session.add(row)
    session.flush()
    version = ModuleVersion(
        module_id=row.id,
        number=1,
        title=f"Chuyên đề {slug}",
        title_en=f"Module {slug}",
        purpose="",
        audience=["mediator"],
        minutes=minutes,
        position=1,
        requires=[],
        objectives=[],
        reviewed_on=LONG_AGO,
        reviewer="",
        draw=10,
        pass_mark=8,
        safety_always=True,
        retake_after_minutes=0,
        attempts=None,
        test_minutes=None,
        source_hash="0" * 64,
        change="none",
        published_at=NOW,
        published_by=None,
        superseded_at=None,
    )
    session.add(version)
    session.flush()
    session.add_all(
        Lesson(
            module_version_id=version.id,
            slug=f"lesson-{position}",
            position=position,
            title=f"Bài {position}",
            minutes=5,
            markdown="",
            html="",
            words=0,
        )
        for position in range(1, lessons + 1)
    )
    session.flush()
    return version


def unit(session: Session, name: str, parent: UnitSpan | None = None) -> UnitSpan:
    """A province, or a commune below one; returns its span."""
    level = Level.COMMUNE if parent else Level.PROVINCE
    row = Unit(level=level.value)
    session.add(row)
    session.flush()
    span = UnitSpan(
        unit_id=row.id,
        parent_id=parent.unit_id if parent else None,
        code=f"{row.id:05}",
        name=name,
        name_fold=unit_key(name),
        sort_key=phrase_key(name),
        type="Phường" if parent else "Tỉnh",
        path=f"{parent.path if parent else '/'}{row.id}/",
        valid_from=LONG_AGO,
        valid_to=None,
    )
    session.add(span)
    session.flush()
    return span


def team(session: Session, commune: UnitSpan, *members: Person) -> Team:
    """A team of a commune; the first member leads it."""
    row = Team()
    session.add(row)
    session.flush()
    name = f"Tổ {row.id}"
    session.add(
        TeamSpan(
            team_id=row.id,
            unit_id=commune.unit_id,
            name=name,
            name_fold=fold(name),
            sort_key=phrase_key(name),
            valid_from=LONG_AGO,
            valid_to=None,
        )
    )
    for member in members:
        session.add(
            Membership(person_id=member.id, team_id=row.id, valid_from=LONG_AGO, recorded_at=NOW)
        )
    for leader in members[:1]:
        session.add(
            Leadership(person_id=leader.id, team_id=row.id, valid_from=LONG_AGO, recorded_at=NOW)
        )
    session.flush()
    return row


def requirement(
    session: Session,
    *modules: ModuleVersion,
    audience: Audience = Audience.MEDIATORS,
    unit_id: int | None = None,
    since: date = LONG_AGO,
    months: int | None = 12,
    window: int = 1,
    mode: Renewing = Renewing.EXPIRY,
    hours: int | None = None,
    class_only: bool = False,
) -> Requirement:
    """A requirement of modules, in force since long ago."""
    terms = Terms(
        in_force_from=since,
        modules=frozenset(version.module_id for version in modules),
        hours=hours,
        valid_months=months,
        renewal=mode,
        window_months=window,
        class_only=class_only,
    )
    new = NewRequirement("Bồi dưỡng hằng năm", audience, unit_id, terms, title_en="Every year")
    return set_requirement(session, new, now=NOW, today=TODAY, actor=SYSTEM)


def end_unit(session: Session, span: UnitSpan, on: date, *heirs: UnitSpan) -> None:
    """A unit ends, and others come in its place: one takes all of it, several a part each.

    Its teams move to the first of them.
    """
    span.valid_to = on
    share = Share.WHOLE if len(heirs) == 1 else Share.PART
    session.add_all(
        UnitSuccession(
            old_unit_id=span.unit_id, new_unit_id=heir.unit_id, share=share.value, on=on, basis=""
        )
        for heir in heirs
    )
    living = select(TeamSpan).where(TeamSpan.unit_id == span.unit_id, TeamSpan.valid_to.is_(None))
    for row in session.scalars(living.execution_options(scope=Unscoped("a test moves teams"))):
        row.valid_to = on
        session.add(
            TeamSpan(
                team_id=row.team_id,
                unit_id=heirs[0].unit_id,
                name=row.name,
                name_fold=row.name_fold,
                sort_key=row.sort_key,
                valid_from=on,
                valid_to=None,
            )
        )
    session.flush()
