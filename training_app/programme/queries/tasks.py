"""What a person should do next: at most three cards, and how much is done. Four SELECTs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment.models import Answer, Attempt
from training_app.assessment.rules.attempts import Door, Policy, Sitting, completes, door
from training_app.catalogue.models import Lesson, Module, ModuleVersion
from training_app.learning.models import Enrolment, Fact, LessonProgress
from training_app.learning.queries import one_human, standing
from training_app.programme.queries.asked import WHO, AskedRow, asked_of_person
from training_app.programme.queries.needs import PersonNeed, judged, record_of
from training_app.programme.rules import Card, ModuleState, Need, cards

# Tables, not entities: every visit begins here, and the library's work on entities cost more than
# the database's. The one statement names the person it is about.
_ANSWER: Final[Any] = Answer.__table__
_ATTEMPT: Final[Any] = Attempt.__table__
_ENROLMENT: Final[Any] = Enrolment.__table__
_FACT: Final[Any] = Fact.__table__
_LESSON: Final[Any] = Lesson.__table__
_MODULE: Final[Any] = Module.__table__
_PROGRESS: Final[Any] = LessonProgress.__table__
_VERSION: Final[Any] = ModuleVersion.__table__
MOST_CARDS: Final = 3
TEST_MINUTES: Final = 10


@dataclass(frozen=True)
class Tasks:
    """The cards to show, how many more there are, and how many modules are done.

    ``changed``: modules at whose test a result was changed later, not read yet.
    ``classes``: what only a class can bring, most urgent first.
    """

    cards: tuple[Card, ...]
    more: int
    done: int
    changed: tuple[ModuleState, ...] = ()
    classes: tuple[PersonNeed, ...] = ()


def tasks(session: Session, person_id: int, on: date, *, now: datetime, scope: Scope) -> Tasks:
    """Return what the person should do next, most urgent first, three cards at most.

    ``on`` is the calendar day of ``now``.
    """
    asked = asked_of_person(session, person_id, on=on, scope=scope)
    record = record_of(session, person_id, scope=scope)
    needs = [judged(one, record, on, joined=one.joined) for one in asked]
    modules = module_states(session, person_id, now=now, scope=scope)
    found = cards(modules, needs)
    return Tasks(
        cards=found[:MOST_CARDS],
        more=max(0, len(found) - MOST_CARDS),
        done=sum(module.done for module in modules),
        changed=tuple(one for one in modules if one.news_attempt_id is not None),
        classes=_classes(asked, needs),
    )


def _classes(asked: list[AskedRow], needs: list[Need]) -> tuple[PersonNeed, ...]:
    """What is needed or ends soon, and no lesson or test brings."""
    pairs = (PersonNeed(one, found) for one, found in zip(asked, needs, strict=True))
    owed = [one for one in pairs if one.need.missing_class]
    return tuple(sorted(owed, key=lambda one: one.need.due_on or date.max))


def module_states(
    session: Session, person_id: int, *, now: datetime, scope: Scope
) -> list[ModuleState]:
    """One row per published module: how far the person has come with it. One SELECT."""
    rows = session.execute(_states(), {"who": person_id}, execution_options={"scope": scope})
    return [_state(row, now) for row in rows]


@cache
def _states() -> Select[*tuple[Any, ...]]:
    """Built once: building it anew for each visit cost more than running it."""
    people = select(one_human(WHO).cte("human").c.id)
    reading = _reading(people).subquery()
    sat = _sat(people).subquery()
    # Sets that begin with the person: a question asked module by module may be answered by going
    # through the facts of everybody who passed it.
    done = _MODULE.c.id.in_(
        select(_FACT.c.module_id).where(_FACT.c.person_id.in_(people), standing())
    )
    enrolled = _MODULE.c.id.in_(
        select(_ENROLMENT.c.module_id).where(_ENROLMENT.c.person_id.in_(people))
    )
    following = _LESSON.alias()
    return (
        select(
            _MODULE.c.id,
            _MODULE.c.slug,
            _VERSION.c.title,
            _VERSION.c.title_en,
            _VERSION.c.position,
            _VERSION.c.minutes,
            _VERSION.c.draw.is_not(None).label("has_test"),
            _VERSION.c.attempts,
            _VERSION.c.retake_after_minutes,
            func.coalesce(reading.c.lessons, 0).label("lessons"),
            func.coalesce(reading.c.read, 0).label("lessons_read"),
            func.coalesce(reading.c.minutes_left, 0).label("minutes_left"),
            following.c.slug.label("next_slug"),
            following.c.title.label("next_title"),
            reading.c.place.label("next_number"),
            sat.c.id.label("attempt_id"),
            sat.c.open,
            sat.c.out_of,
            sat.c.right_count,
            sat.c.answered,
            sat.c.unseen,
            sat.c.news,
            sat.c.waiting,
            sat.c.submitted_at,
            sat.c.policy,
            sat.c.latest,
            sat.c.tried,
            sat.c.counts_as_passed,
            or_(done, enrolled).label("started"),
            done.label("done"),
        )
        .join(_VERSION, _current(_VERSION, _MODULE.c.id))
        .outerjoin(reading, reading.c.module_version_id == _VERSION.c.id)
        .outerjoin(following, following.c.id == reading.c.next_id)
        .outerjoin(sat, sat.c.module_id == _MODULE.c.id)
        .where(_MODULE.c.retired_at.is_(None))
        .order_by(_VERSION.c.position, _MODULE.c.id)
    )


def _current(version: Any, module_id: Any) -> ColumnElement[bool]:
    return and_(version.c.module_id == module_id, version.c.superseded_at.is_(None))


def _reading(people: Select[int]) -> Select[*tuple[Any, ...]]:
    """One row per current version: lessons, how many are read, the first one that is not.

    What the person has read comes first, a few rows, so that the lessons are gone through once.
    """
    # A lesson read in an earlier version of the module stays read.
    read = (
        select(_VERSION.c.module_id, _LESSON.c.slug)
        .join(_LESSON, _LESSON.c.id == _PROGRESS.c.lesson_id)
        .join(_VERSION, _VERSION.c.id == _LESSON.c.module_version_id)
        .where(_PROGRESS.c.person_id.in_(people))
        .distinct()
        .subquery()
    )
    version = _VERSION.alias()
    is_read = read.c.slug.is_not(None)
    lines = (
        select(
            _LESSON.c.id,
            _LESSON.c.module_version_id,
            _LESSON.c.minutes,
            func.row_number()
            .over(partition_by=_LESSON.c.module_version_id, order_by=_LESSON.c.position)
            .label("place"),
            case((is_read, 1), else_=0).label("read"),
        )
        .join(version, version.c.id == _LESSON.c.module_version_id)
        .outerjoin(
            read, and_(read.c.module_id == version.c.module_id, read.c.slug == _LESSON.c.slug)
        )
        .where(version.c.superseded_at.is_(None))
        .cte("lines")
    )
    first = (
        select(
            lines.c.module_version_id,
            func.count().label("lessons"),
            func.sum(lines.c.read).label("read"),
            func.sum(case((lines.c.read == 0, lines.c.minutes), else_=0)).label("minutes_left"),
            func.min(case((lines.c.read == 0, lines.c.place))).label("place"),
        )
        .group_by(lines.c.module_version_id)
        .subquery()
    )
    chosen = lines.alias()
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
    """One row per module: the last attempt, on whatever version, and one with news.

    Attempts at the current version are counted, as the limit speaks of them.
    """
    current = _VERSION.c.superseded_at.is_(None)
    passed = and_(current, _ATTEMPT.c.counts, _ATTEMPT.c.passed)
    answered = (
        select(func.count(func.distinct(_ANSWER.c.question_version_id)))
        .where(_ANSWER.c.attempt_id == _ATTEMPT.c.id)
        .correlate(_ATTEMPT)
        .scalar_subquery()
    )
    last = (
        select(
            func.max(_ATTEMPT.c.id).label("id"),
            func.max(case((_ATTEMPT.c.news_at.is_not(None), _ATTEMPT.c.id))).label("news"),
            func.sum(case((current, 1), else_=0)).label("tried"),
            func.max(case((passed, 1), else_=0)).label("counts_as_passed"),
        )
        .join(_VERSION, _VERSION.c.id == _ATTEMPT.c.module_version_id)
        .where(_ATTEMPT.c.person_id.in_(people))
        .group_by(_VERSION.c.module_id)
        .subquery()
    )
    return (
        select(
            _VERSION.c.module_id,
            last.c.news,
            last.c.tried,
            last.c.counts_as_passed,
            current.label("latest"),
            _ATTEMPT.c.waiting,
            _ATTEMPT.c.policy,
            _ATTEMPT.c.submitted_at,
            _ATTEMPT.c.id,
            _ATTEMPT.c.submitted_at.is_(None).label("open"),
            _ATTEMPT.c.out_of,
            func.coalesce(_ATTEMPT.c.right_count, _ATTEMPT.c.out_of).label("right_count"),
            case((_ATTEMPT.c.submitted_at.is_(None), answered), else_=literal(0)).label("answered"),
            # What people have still to mark has no mistakes to look at yet.
            and_(_ATTEMPT.c.mistakes_seen_at.is_(None), _ATTEMPT.c.waiting.is_(False)).label(
                "unseen"
            ),
        )
        .join(_VERSION, _VERSION.c.id == _ATTEMPT.c.module_version_id)
        .join(last, last.c.id == _ATTEMPT.c.id)
    )


def _state(row: Any, now: datetime) -> ModuleState:
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
        news_attempt_id=row.news,
        door=_door(row, now),
        for_practice=_for_practice(row),
    )


def _door(row: Any, now: datetime) -> Door:
    """Whether the test may be taken, as far as the first page has to know."""
    sittings = []
    if row.attempt_id is not None and (row.latest or row.open or row.waiting):
        # Records linked as one person use up the limit together: their attempts count as one row.
        seen, waiting = not row.unseen, bool(row.waiting)
        last = Sitting(
            row.attempt_id, row.tried, row.submitted_at, mistakes_seen=seen, waiting=waiting
        )
        sittings.append(last)
    left = row.lessons - row.lessons_read
    return door(row if row.has_test else None, left, sittings, now)


def _for_practice(row: Any) -> bool:
    """Whether a pass would not go into the record, as another attempt counts."""
    if not row.tried or row.open:
        return False
    counted = Sitting(row.attempt_id, row.tried, passed=bool(row.counts_as_passed))
    return not completes(Policy(row.policy), passed=True, counted=counted)
