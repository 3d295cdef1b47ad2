"""What a person should do next: at most three cards, and how much is done. Four SELECTs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment.models import Answer, Attempt
from training_app.catalogue.models import Lesson, Module, ModuleVersion
from training_app.learning.models import Enrolment, Fact, LessonProgress
from training_app.learning.queries import one_human, standing
from training_app.programme.queries.asked import WHO, asked_of_person
from training_app.programme.queries.needs import judged, record_of
from training_app.programme.rules import Card, ModuleState, cards

MOST_CARDS: Final = 3
TEST_MINUTES: Final = 10


@dataclass(frozen=True)
class Tasks:
    """The cards to show, how many more there are, and how many modules are done."""

    cards: tuple[Card, ...]
    more: int
    done: int


def tasks(session: Session, person_id: int, on: date, *, scope: Scope) -> Tasks:
    """Return what the person should do next, most urgent first, three cards at most."""
    asked = asked_of_person(session, person_id, on=on, scope=scope)
    record = record_of(session, person_id, scope=scope)
    needs = [judged(one, record, on, joined=one.joined) for one in asked]
    modules = module_states(session, person_id, scope=scope)
    found = cards(modules, needs)
    return Tasks(
        cards=found[:MOST_CARDS],
        more=max(0, len(found) - MOST_CARDS),
        done=sum(module.done for module in modules),
    )


def module_states(session: Session, person_id: int, *, scope: Scope) -> list[ModuleState]:
    """One row per published module: how far the person has come with it. One SELECT."""
    rows = session.execute(_states(), {"who": person_id}, execution_options={"scope": scope})
    return [_state(row) for row in rows]


@cache
def _states() -> Select[*tuple[Any, ...]]:
    """Built once: building it anew for each visit cost more than running it."""
    people = one_human(WHO)
    reading = _reading(people).subquery()
    sat = _sat(people).subquery()
    done = (
        select(Fact.id)
        .where(Fact.module_id == Module.id, Fact.person_id.in_(people), standing())
        .exists()
    )
    enrolled = (
        select(Enrolment.module_id)
        .where(Enrolment.module_id == Module.id, Enrolment.person_id.in_(people))
        .exists()
    )
    following = aliased(Lesson)
    return (
        select(
            Module.id,
            Module.slug,
            ModuleVersion.title,
            ModuleVersion.title_en,
            ModuleVersion.position,
            ModuleVersion.minutes,
            ModuleVersion.draw.is_not(None).label("has_test"),
            func.coalesce(reading.c.lessons, 0).label("lessons"),
            func.coalesce(reading.c.read, 0).label("lessons_read"),
            func.coalesce(reading.c.minutes_left, 0).label("minutes_left"),
            following.slug.label("next_slug"),
            following.title.label("next_title"),
            reading.c.place.label("next_number"),
            sat.c.id.label("attempt_id"),
            sat.c.open,
            sat.c.out_of,
            sat.c.right_count,
            sat.c.answered,
            sat.c.unseen,
            or_(done, enrolled).label("started"),
            done.label("done"),
        )
        .join(ModuleVersion, _current(ModuleVersion, Module.id))
        .outerjoin(reading, reading.c.module_version_id == ModuleVersion.id)
        .outerjoin(following, following.id == reading.c.next_id)
        .outerjoin(sat, sat.c.module_id == Module.id)
        .where(Module.retired_at.is_(None))
        .order_by(ModuleVersion.position, Module.id)
    )


def _current(version: Any, module_id: Any) -> ColumnElement[bool]:
    return and_(version.module_id == module_id, version.superseded_at.is_(None))


def _reading(people: Select[int]) -> Select[*tuple[Any, ...]]:
    """One row per current version: lessons, how many are read, the first one that is not."""
    older, version = aliased(Lesson), aliased(ModuleVersion)
    lines = (
        select(
            Lesson.id,
            Lesson.module_version_id,
            Lesson.position,
            Lesson.minutes,
            func.row_number()
            .over(partition_by=Lesson.module_version_id, order_by=Lesson.position)
            .label("place"),
            func.max(case((LessonProgress.lesson_id.is_(None), 0), else_=1)).label("read"),
        )
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        # A lesson read in an earlier version of the module stays read.
        .join(version, version.module_id == ModuleVersion.module_id)
        .outerjoin(older, and_(older.module_version_id == version.id, older.slug == Lesson.slug))
        .outerjoin(
            LessonProgress,
            and_(LessonProgress.lesson_id == older.id, LessonProgress.person_id.in_(people)),
        )
        .where(ModuleVersion.superseded_at.is_(None))
        .group_by(Lesson.id, Lesson.module_version_id, Lesson.position, Lesson.minutes)
        .subquery()
    )
    unread = case((lines.c.read == 0, lines.c.place))
    first = (
        select(
            lines.c.module_version_id,
            func.count().label("lessons"),
            func.sum(lines.c.read).label("read"),
            func.sum(case((lines.c.read == 0, lines.c.minutes), else_=0)).label("minutes_left"),
            func.min(unread).label("place"),
        )
        .group_by(lines.c.module_version_id)
        .subquery()
    )
    chosen = aliased(lines)
    return select(
        first.c.module_version_id,
        first.c.lessons,
        first.c.read,
        first.c.minutes_left,
        first.c.place,
        chosen.c.id.label("next_id"),
    ).outerjoin(
        chosen,
        and_(
            chosen.c.module_version_id == first.c.module_version_id,
            chosen.c.place == first.c.place,
        ),
    )


def _sat(people: Select[int]) -> Select[*tuple[Any, ...]]:
    """One row per module: the last attempt, on whatever version."""
    answered = (
        select(func.count(func.distinct(Answer.question_version_id)))
        .where(Answer.attempt_id == Attempt.id)
        .correlate(Attempt)
        .scalar_subquery()
    )
    last = (
        select(func.max(Attempt.id))
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(Attempt.person_id.in_(people))
        .group_by(ModuleVersion.module_id)
    )
    return (
        select(
            ModuleVersion.module_id,
            Attempt.id,
            Attempt.submitted_at.is_(None).label("open"),
            Attempt.out_of,
            func.coalesce(Attempt.right_count, Attempt.out_of).label("right_count"),
            case((Attempt.submitted_at.is_(None), answered), else_=literal(0)).label("answered"),
            # What people have still to mark has no mistakes to look at yet.
            and_(Attempt.mistakes_seen_at.is_(None), Attempt.waiting.is_(False)).label("unseen"),
        )
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(Attempt.id.in_(last))
    )


def _state(row: Row[*tuple[Any, ...]]) -> ModuleState:
    running = row.attempt_id is not None and bool(row.open)
    handed_in = row.attempt_id is not None and not row.open and bool(row.unseen)
    return ModuleState(
        module_id=row.id,
        slug=row.slug,
        title=row.title,
        title_en=row.title_en or row.title,
        position=row.position,
        minutes=row.minutes,
        lessons=row.lessons,
        lessons_read=row.lessons_read,
        next_number=row.next_number,
        next_slug=row.next_slug,
        next_title=row.next_title,
        minutes_left=row.minutes_left + (TEST_MINUTES if row.has_test else 0),
        has_test=bool(row.has_test),
        open_attempt_id=row.attempt_id if running else None,
        answered=row.answered or 0,
        out_of=row.out_of or 0,
        mistakes_attempt_id=row.attempt_id if handed_in else None,
        mistakes=row.out_of - row.right_count if handed_in else 0,
        started=bool(row.started) or bool(row.lessons_read) or row.attempt_id is not None,
        done=bool(row.done),
    )
