"""What a link of two records would mean, counted record type by record type before it is made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.accounts.models import Account, Device
from training_app.assessment.models import Attempt
from training_app.assessment.rules.attempts import Policy, Sitting, counting
from training_app.catalogue.models import ModuleVersion
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.errors import N_
from training_app.learning.models import Enrolment, Exemption, Fact, LessonProgress
from training_app.learning.queries import evidence_by_person
from training_app.learning.services import derive
from training_app.organisation.models import Leadership, Membership, PersonPhone, Recognition
from training_app.practice.models import PracticeAnswer, ReviewCard, ScenarioRun
from training_app.requirements.queries import all_requirements, all_versions
from training_app.workshops.models import Attendance

_FOUND: Final = Unscoped("the caller found both people in scope")
_STAYS = N_("Stay with the record they were written for; both are read together.")
_READ = N_("Stay with their record. New ones are written for the main record.")

TYPES: Final[tuple[tuple[str, Any, str], ...]] = (
    (N_("Service in teams"), Membership, N_("Stays as it is. In one team the person counts once.")),
    (N_("Leading a team"), Leadership, _STAYS),
    (N_("Recognitions"), Recognition, _STAYS),
    (N_("Telephone numbers"), PersonPhone, N_("All of them reach the person.")),
    (N_("Evidence of training"), Fact, N_("Counts together; nothing is counted twice.")),
    (N_("Certificates"), Certificate, N_("All stay valid, each with the name printed on it.")),
    (
        N_("Attempts at tests"),
        Attempt,
        N_("All stay and count where a test allows few. Which one is the result is said below."),
    ),
    (N_("Attendance at classes"), Attendance, _STAYS),
    (N_("Exemptions"), Exemption, _STAYS),
    (N_("Modules begun"), Enrolment, _READ),
    (N_("Lessons read"), LessonProgress, _READ),
    (N_("Practice answers"), PracticeAnswer, _READ),
    (N_("Scenarios played"), ScenarioRun, _READ),
    (N_("Cards of the short review"), ReviewCard, _READ),
)


@dataclass(frozen=True, slots=True)
class TypeLine:
    """How many rows of one type each record has, and what becomes of them."""

    title: str
    first: int
    second: int
    becomes: str


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Periods in which one requirement is met: by each record alone, and by both as one."""

    requirement_id: int
    title: str
    title_en: str
    first: tuple[tuple[date, date | None], ...]
    second: tuple[tuple[date, date | None], ...]
    together: tuple[tuple[date, date | None], ...]

    def named(self, language: str) -> str:
        """Return the title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title

    @property
    def changes(self) -> bool:
        """Whether both together hold something else than each alone."""
        return not self.first == self.second == self.together


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt of either record at a test that both took."""

    attempt_id: int
    person_id: int
    title: str
    number: int
    submitted_at: datetime
    points: float
    out_of: int
    passed: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that is shown before two records are linked."""

    types: tuple[TypeLine, ...]
    holdings: tuple[HeldLine, ...]
    attempts: tuple[AttemptLine, ...]
    running: tuple[int, ...]


def preview(session: Session, first: int, second: int, on: date) -> Preview:
    """What linking the two would mean; nothing is written.

    Of tests that both took, the attempt that counts is found among all that were handed in: a
    pass before no pass, then more points, then the earlier one. ``running`` names the records
    with an attempt under way.
    """
    return Preview(
        _types(session, first, second),
        _holdings(session, first, second, on),
        _attempts(session, first, second),
        _running(session, first, second),
    )


def _types(session: Session, first: int, second: int) -> tuple[TypeLine, ...]:
    lines = []
    for title, model, becomes in TYPES:
        one, other = _counts(session, model, first, second)
        if one or other:
            lines.append(TypeLine(title, one, other, becomes))
    accounts = _counts(session, Account, first, second)
    if any(accounts):
        words = N_("Both ways in stay open and lead to the same record.")
        lines.append(TypeLine(N_("Accounts"), *accounts, words))
    devices = [_devices(session, person_id) for person_id in (first, second)]
    if any(devices):
        words = N_("Stay known, each to its own account.")
        lines.append(TypeLine(N_("Phones used"), devices[0], devices[1], words))
    return tuple(lines)


def _counts(session: Session, model: Any, first: int, second: int) -> tuple[int, int]:
    rows = session.execute(
        select(model.person_id, func.count())
        .where(model.person_id.in_((first, second)))
        .group_by(model.person_id)
        .execution_options(scope=_FOUND)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get(first, 0), found.get(second, 0)


def _devices(session: Session, person_id: int) -> int:
    counted = (
        select(func.count())
        .select_from(Device)
        .join(Account, Account.id == Device.account_id)
        .where(Account.person_id == person_id, Device.removed_at.is_(None))
    )
    return session.scalar(counted) or 0


def _holdings(session: Session, first: int, second: int, on: date) -> tuple[HeldLine, ...]:
    versions = all_versions(session)
    evidence = evidence_by_person(session, (first, second))
    one, other = evidence.get(first, []), evidence.get(second, [])
    periods = [_periods(derive(versions, known)) for known in (one, other, [*one, *other])]
    return tuple(
        HeldLine(row.requirement_id, row.title, row.title_en, *found)
        for row in all_requirements(session, on)
        if any(found := [held.get(row.requirement_id, ()) for held in periods])
    )


def _periods(derived: Any) -> dict[int, tuple[tuple[date, date | None], ...]]:
    found: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for requirement_id, period in derived:
        found[requirement_id].append((period.held_from, period.held_until))
    return {key: tuple(sorted(value, key=lambda span: span[0])) for key, value in found.items()}


def _attempts(session: Session, first: int, second: int) -> tuple[AttemptLine, ...]:
    rows = session.execute(
        select(Attempt, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(Attempt.person_id.in_((first, second)), Attempt.submitted_at.is_not(None))
        .order_by(Attempt.module_version_id, Attempt.submitted_at, Attempt.id)
        .execution_options(scope=_FOUND)
    ).all()
    by_test: defaultdict[int, list[tuple[Attempt, str]]] = defaultdict(list)
    for attempt, title in rows:
        by_test[attempt.module_version_id].append((attempt, title))
    lines: list[AttemptLine] = []
    for taken in by_test.values():
        if len({attempt.person_id for attempt, _ in taken}) > 1:
            lines += _marked(taken)
    return tuple(lines)


def _marked(taken: list[tuple[Attempt, str]]) -> list[AttemptLine]:
    """Attempts of both in the order of time, with the one that counts for both as one."""
    sittings = [
        Sitting(
            id=attempt.id,
            number=place,
            submitted_at=attempt.submitted_at,
            points=attempt.points or 0.0,
            passed=bool(attempt.passed),
        )
        for place, (attempt, _) in enumerate(taken, 1)
    ]
    best = counting(Policy(taken[0][0].policy), sittings)
    return [
        AttemptLine(
            attempt.id,
            attempt.person_id,
            title,
            attempt.number,
            attempt.submitted_at,
            attempt.points or 0.0,
            attempt.out_of,
            bool(attempt.passed),
            best is not None and best.id == attempt.id,
        )
        for attempt, title in taken
        if attempt.submitted_at is not None
    ]


def _running(session: Session, first: int, second: int) -> tuple[int, ...]:
    rows = session.scalars(
        select(Attempt.person_id)
        .where(Attempt.person_id.in_((first, second)), Attempt.submitted_at.is_(None))
        .distinct()
        .order_by(Attempt.person_id)
        .execution_options(scope=_FOUND)
    )
    return tuple(rows)
