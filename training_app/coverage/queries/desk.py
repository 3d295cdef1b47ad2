"""What a trainer's own desk shows: own classes, the people taught, where people stumble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.catalogue.models import (
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    Question,
    QuestionVersion,
)
from training_app.coverage.queries.sets import HUMAN, Asking, counts_from, judged, tally
from training_app.coverage.rules import Counts, total_of
from training_app.db import Unscoped
from training_app.learning.queries import one_human
from training_app.organisation.models import (
    Dated,
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.programme.queries import AskedRow, asked_in_unit, needs_of_people
from training_app.programme.rules import Need
from training_app.requirements.rules import Audience
from training_app.workshops.models import Attendance, Workshop, WorkshopTeam
from training_app.workshops.rules import NAMES_FOR

FEWEST: Final = 5
RECENT_TESTS: Final = 2_000
_COUNTED: Final = Unscoped("how often questions were answered rightly, in the whole country")
_SERVED: Final = (Audience.MEDIATORS.value, Audience.LEADERS.value)


# -- my classes ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnClass:
    """One row per class of the trainer: invited, listed on the roll so far, present."""

    id: int
    title: str
    held_on: date
    minutes: int
    place: str
    unit_path: str
    cancelled: bool
    invited: int
    listed: int
    present: int
    counts: Counts = field(default_factory=Counts)


def own_classes(session: Session, trainer_id: int, *, scope: Scope) -> list[OwnClass]:
    """One row per class that the trainer holds or is to hold, newest first. One SELECT."""
    line = and_(Attendance.workshop_id == Workshop.id, Attendance.replaced_at.is_(None))
    found = session.execute(
        select(
            Workshop.id,
            Workshop.title,
            Workshop.held_on,
            Workshop.minutes,
            func.coalesce(
                Workshop.place + ", " + UnitSpan.type + " " + UnitSpan.name, Workshop.place
            ),
            func.coalesce(UnitSpan.path, "/"),
            Workshop.cancelled_at.is_not(None),
            _invited().scalar_subquery(),
            select(func.count()).where(line).scalar_subquery(),
            select(func.count()).where(line, Attendance.present).scalar_subquery(),
        )
        .outerjoin(
            UnitSpan,
            and_(UnitSpan.unit_id == Workshop.unit_id, _on_the_day(UnitSpan)),
        )
        .where(Workshop.trainer_person_id.in_(one_human(trainer_id)))
        .order_by(Workshop.held_on.desc(), Workshop.id.desc())
        .execution_options(scope=scope)
    )
    return [OwnClass(*row) for row in found]


def _invited() -> Any:
    """Members of the invited teams on the day of the class."""
    return (
        select(func.count(HUMAN.distinct()))
        .select_from(WorkshopTeam)
        .join(Membership, Membership.team_id == WorkshopTeam.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(WorkshopTeam.workshop_id == Workshop.id, _on_the_day(Membership))
        .correlate(Workshop)
    )


def _on_the_day(entity: type[Dated]) -> ColumnElement[bool]:
    """The interval holds on the day of the class."""
    until = entity.valid_to
    return and_(
        entity.valid_from <= Workshop.held_on, or_(until.is_(None), until > Workshop.held_on)
    )


def asked_in_classes(session: Session, classes: Iterable[OwnClass], today: date) -> list[AskedRow]:
    """What is required of mediators where the classes were held. One SELECT."""
    units = dict.fromkeys(part for one in classes for part in one.unit_path.split("/") if part)
    rows = asked_in_unit(session, f"/{'/'.join(units)}/", today)
    return [row for row in rows if row.audience in _SERVED]


# -- my mediators ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Taught:
    """Where the people of some classes stand now; rows + overlap = human beings."""

    classes: tuple[OwnClass, ...]
    overlap: Counts

    @property
    def total(self) -> Counts:
        """Human beings taught."""
        return total_of(row.counts for row in self.classes) + self.overlap


def taught_now(
    session: Session, asking: Asking, trainer_id: int, classes: Sequence[OwnClass]
) -> Taught:
    """The classes with somebody present, and where their people stand today. One SELECT."""
    mine = Workshop.trainer_person_id.in_(one_human(trainer_id))
    found = judged(asking, attended(mine, Workshop.id))
    rows = session.execute(
        select(found.c.part, *tally(found), *tally(found, found.c.nth > 1))
        .group_by(found.c.part)
        .execution_options(scope=asking.scope)
    ).all()
    counts = {row.part: counts_from(row[1:6]) for row in rows}
    return Taught(
        tuple(replace(one, counts=counts[one.id]) for one in classes if one.id in counts),
        -total_of(counts_from(row[6:11]) for row in rows),
    )


def attended(which: ColumnElement[bool], part: Any, source: Any = Workshop) -> Subquery:
    """Human beings present at classes that were held, once in each part.

    ``source`` is the table of classes, joined with what ``part`` speaks of.
    """
    return (
        select(part.label("part"), HUMAN.label("human"))
        .select_from(source)
        .join(Attendance, Attendance.workshop_id == Workshop.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Attendance.present,
            Attendance.replaced_at.is_(None),
            Workshop.cancelled_at.is_(None),
            which,
        )
        .distinct()
        .subquery("attended")
    )


@dataclass(frozen=True)
class TaughtPerson:
    """One row per human being whose names the trainer may still see, and what the rule says."""

    person_id: int
    full_name: str
    team_name: str
    workshop_id: int
    class_title: str
    need: Need


def taught_people(session: Session, asking: Asking, trainer_id: int) -> list[TaughtPerson]:
    """People of the trainer's classes of the last 30 days, by given name. Four SELECTs.

    Earlier classes give counts only (:func:`taught_now`). Somebody of several classes stands
    in the list once, with the last of them.
    """
    first = asking.on - NAMES_FOR
    named = aliased(Person)
    rows = session.execute(
        select(named.id, named.full_name, Workshop.id, Workshop.title)
        .select_from(Workshop)
        .join(Attendance, Attendance.workshop_id == Workshop.id)
        .join(Person, Person.id == Attendance.person_id)
        .join(named, named.id == HUMAN)
        .where(
            Workshop.trainer_person_id.in_(one_human(trainer_id)),
            Workshop.cancelled_at.is_(None),
            Workshop.held_on >= first,
            Workshop.held_on <= asking.on,
            Attendance.present,
            Attendance.replaced_at.is_(None),
        )
        .order_by(named.sort_key, named.id, Workshop.held_on.desc(), Workshop.id.desc())
        .execution_options(scope=asking.scope)
    )
    people: dict[int, Any] = {}
    for row in rows:
        people.setdefault(row[0], row)
    services = _services(session, asking, people)
    joined = {one: since for one, (_, since) in services.items()}
    needs = needs_of_people(
        session, people, asking.on, asking.requirement, scope=asking.scope, joined=joined
    )
    return [
        TaughtPerson(one, row[1], services.get(one, ("", None))[0], row[2], row[3], needs[one])
        for one, row in people.items()
    ]


def _services(session: Session, asking: Asking, people: Iterable[int]) -> dict[int, Any]:
    """By human being the team and since when it serves there; nothing for who left."""
    found = session.execute(
        select(HUMAN, TeamSpan.name, Membership.valid_from)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == Membership.team_id, holds(TeamSpan, asking.on)))
        .where(HUMAN.in_(list(people)), holds(Membership, asking.on))
        .order_by(Membership.valid_from, Membership.id)
        .execution_options(scope=asking.scope)
    )
    services: dict[int, Any] = {}
    for human, team, since in found:
        services.setdefault(human, (team, since))
    return services


# -- where people stumble --------------------------------------------------------------------


@dataclass(frozen=True)
class Stumble:
    """One row per question of a published test: how often it was right at the first try."""

    key: str
    slug: str
    module: str
    module_en: str
    body: dict[str, Any]
    safety: bool
    answered: int
    right: int


def stumbles(session: Session, *, limit: int) -> list[Stumble]:
    """The questions least often right at first try: safety questions first. One SELECT.

    Counted over the latest first tests of the whole country, so that it stays quick; questions
    answered fewer than five times tell nothing and are left out.
    """
    recent = (
        select(Attempt.id)
        .where(Attempt.number == 1, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(RECENT_TESTS)
        .subquery()
    )
    answered = select(Answer.id).where(
        Answer.attempt_id == AnswerMark.attempt_id,
        Answer.question_version_id == AnswerMark.question_version_id,
    )
    times = func.count()
    right = func.count().filter(AnswerMark.right.is_(true()))
    found = session.execute(
        select(
            Question.key,
            Module.slug,
            ModuleVersion.title,
            func.coalesce(func.nullif(ModuleVersion.title_en, ""), ModuleVersion.title),
            QuestionVersion.body,
            QuestionVersion.safety,
            times,
            right,
        )
        .select_from(AnswerMark)
        .join(recent, recent.c.id == AnswerMark.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AnswerMark.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(
            ModuleVersionQuestion,
            ModuleVersionQuestion.question_version_id == QuestionVersion.id,
        )
        .join(ModuleVersion, ModuleVersion.id == ModuleVersionQuestion.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(
            ModuleVersion.superseded_at.is_(None), Module.retired_at.is_(None), answered.exists()
        )
        .group_by(QuestionVersion.id, Question.id, ModuleVersion.id, Module.id)
        .having(times >= FEWEST, right < times)
        .order_by(QuestionVersion.safety.desc(), 1.0 * right / times, Question.key, Module.slug)
        .limit(limit)
        .execution_options(scope=_COUNTED)
    )
    return [Stumble(*row) for row in found]
