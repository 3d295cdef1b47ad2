"""What tests are, and what was answered. Rows instead of entities: these pages are the most read.

Keys of questions leave here only inside :class:`~training_app.questions.source.Question`; pages
of a running attempt show them through ``questions.rules.present``, which drops the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment import scope as rows
from training_app.assessment.models import Answer, Attempt
from training_app.assessment.rules.attempts import Policy, Sitting
from training_app.catalogue.models import (
    Lesson,
    Module,
    ModuleVersion,
    QuestionVersion,
)
from training_app.catalogue.models import Question as QuestionRow
from training_app.catalogue.queries import ModuleCard
from training_app.certificates.models import Certificate
from training_app.errors import NotFound
from training_app.learning.models import Fact, LessonProgress
from training_app.questions.rules import Response, response_from_data


def keys_of_last_attempt(session: Session, scope: Scope, module_id: int) -> frozenset[str]:
    """Keys of the questions that the person saw in the latest attempt at any version."""
    asked = session.scalar(
        select(Attempt.questions)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(rows.OWN, ModuleVersion.module_id == module_id)
        .order_by(Attempt.id.desc())
        .limit(1),
        rows.named(scope),
        execution_options={"scope": scope},
    )
    if not asked:
        return frozenset()
    keys = (
        select(QuestionRow.key)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
        .where(QuestionVersion.id.in_(asked))
    )
    return frozenset(session.scalars(keys))


SOURCE_KIND = "attempt"  # what facts made of attempts carry


# -- lessons read ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LessonState:
    """A lesson of a version, and when the person first read it in whatever version."""

    slug: str
    position: int
    title: str
    minutes: int
    read_at: datetime | None


_OLDER, _OF = aliased(Lesson), aliased(ModuleVersion)
_READ = (
    select(_OLDER.slug, func.min(LessonProgress.read_at).label("read_at"))
    .join(LessonProgress, LessonProgress.lesson_id == _OLDER.id)
    .join(_OF, _OF.id == _OLDER.module_version_id)
    .where(
        _OF.module_id == bindparam("module"),
        LessonProgress.person_id.in_(bindparam("people", expanding=True)),
    )
    .group_by(_OLDER.slug)
    .subquery()
)
_LESSON_STATES: Final = (
    select(Lesson.slug, Lesson.position, Lesson.title, Lesson.minutes, _READ.c.read_at)
    .outerjoin(_READ, _READ.c.slug == Lesson.slug)
    .where(Lesson.module_version_id == bindparam("version"))
    .order_by(Lesson.position)
)


def lesson_states(session: Session, scope: Scope, card: ModuleCard) -> list[LessonState]:
    """One row per lesson of the version, in order.

    A lesson read in an earlier version stays read: what changed since is asked for by the
    publisher, not by forgetting.
    """
    values = rows.named(scope, module=card.module_id, version=card.version_id)
    found = session.execute(_LESSON_STATES, values, execution_options={"scope": scope})
    return [LessonState(*row) for row in found]


# -- attempts -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt with the version it was drawn from."""

    id: int
    person_id: int
    module_version_id: int
    number: int
    seed: str
    questions: list[int]
    started_at: datetime
    closes_at: datetime | None
    submitted_at: datetime | None
    points: float | None
    out_of: int
    right_count: int | None
    passed: bool | None
    safety_failed: bool | None
    counts: bool
    policy: str
    mistakes_seen_at: datetime | None
    waiting: bool
    slug: str
    title: str
    title_en: str
    attempts: int | None
    latest: bool
    pass_mark: int

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return min(self.pass_mark, self.out_of)

    def named(self, language: str) -> str:
        """The module's title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title

    def question_id(self, number: int) -> int:
        """The question version at a place from 1; NotFound beyond the last."""
        if not 1 <= number <= len(self.questions):
            raise NotFound
        return self.questions[number - 1]


# Tables, not entities, in what every question asks: the library's work on entities cost more than
# the database's. The rows are those of the person in scope, as everywhere on this page.
ATTEMPTS: Final[Any] = Attempt.__table__
_GIVEN: Final[Any] = Answer.__table__
_MODULES: Final[Any] = Module.__table__
_VERSIONS: Final[Any] = ModuleVersion.__table__
OWN_ROW: Final = ATTEMPTS.c.person_id.in_(bindparam("people", expanding=True))
OWN_ATTEMPT: Final = (
    select(
        *(
            ATTEMPTS.c[name]
            for name in AttemptRow.__annotations__
            if name not in {"slug", "title", "title_en", "attempts", "latest", "pass_mark"}
        ),
        _MODULES.c.slug,
        _VERSIONS.c.title,
        _VERSIONS.c.title_en,
        _VERSIONS.c.attempts,
        _VERSIONS.c.superseded_at.is_(None).label("latest"),
        func.coalesce(_VERSIONS.c.pass_mark, 0).label("pass_mark"),
    )
    .join(_VERSIONS, _VERSIONS.c.id == ATTEMPTS.c.module_version_id)
    .join(_MODULES, _MODULES.c.id == _VERSIONS.c.module_id)
    .where(ATTEMPTS.c.id == bindparam("attempt"), OWN_ROW)
)


def own_attempt(session: Session, scope: Scope, attempt_id: int) -> AttemptRow:
    """The attempt, if it is in scope; NotFound otherwise."""
    values = rows.named(scope, attempt=attempt_id)
    row: Any = session.execute(OWN_ATTEMPT, values).one_or_none()
    if row is None:
        raise NotFound
    return AttemptRow(*row)


_VERSION = aliased(ModuleVersion)
_SITTINGS: Final = (
    select(
        Attempt.id,
        Attempt.number,
        Attempt.submitted_at,
        Attempt.points,
        Attempt.right_count,
        Attempt.out_of,
        Attempt.passed,
        Attempt.mistakes_seen_at,
        Attempt.counts,
        Attempt.waiting,
        Attempt.policy,
    )
    .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
    .where(
        rows.OWN,
        ModuleVersion.module_id
        == select(_VERSION.module_id).where(_VERSION.id == bindparam("version")).scalar_subquery(),
        or_(Attempt.module_version_id == bindparam("version"), Attempt.submitted_at.is_(None)),
    )
    .order_by(Attempt.number)
)


def sittings(session: Session, scope: Scope, version_id: int) -> list[Sitting]:
    """One row per attempt of the person at this version, as the rules see it.

    An attempt still running on an earlier version of the module is among them: it is finished
    with the questions it was born with.
    """
    values = rows.named(scope, version=version_id)
    found = session.execute(_SITTINGS, values, execution_options={"scope": scope})
    return [_sitting(row) for row in found]


def _sitting(row: Row[*tuple[Any, ...]]) -> Sitting:
    return Sitting(
        row.id,
        row.number,
        row.submitted_at,
        row.points or 0.0,
        row.right_count or 0,
        row.out_of,
        bool(row.passed),
        row.mistakes_seen_at is not None,
        row.counts,
        row.waiting,
        Policy(row.policy),
    )


# -- answers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """The answer that counts so far for one question."""

    id: int
    question_version_id: int
    sequence: int
    response: Response
    answered_at: datetime


_ANSWERS: Final = (
    select(
        _GIVEN.c.id,
        _GIVEN.c.question_version_id,
        _GIVEN.c.sequence,
        _GIVEN.c.response,
        _GIVEN.c.answered_at,
    )
    .join(ATTEMPTS, ATTEMPTS.c.id == _GIVEN.c.attempt_id)
    .where(_GIVEN.c.attempt_id == bindparam("attempt"), OWN_ROW)
    .order_by(_GIVEN.c.question_version_id, _GIVEN.c.sequence)
)


def latest_answers(session: Session, scope: Scope, attempt_id: int) -> dict[int, Given]:
    """Per answered question of the attempt the answer given last."""
    values = rows.named(scope, attempt=attempt_id)
    found = session.execute(_ANSWERS, values)
    # Later rows of the same question replace earlier ones.
    return {
        row.question_version_id: Given(
            row.id,
            row.question_version_id,
            row.sequence,
            response_from_data(row.response),
            row.answered_at,
        )
        for row in found
    }


def keys(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The stable key of each question version."""
    found = session.execute(
        select(QuestionVersion.id, QuestionRow.key)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(list(ids)))
    )
    return {row.id: row.key for row in found}


_RUNNING: Final = select(Attempt.questions).where(rows.OWN, Attempt.submitted_at.is_(None))


def running_questions(session: Session, scope: Scope) -> frozenset[int]:
    """Question versions that the person is asked in attempts not yet handed in."""
    running = session.scalars(_RUNNING, rows.named(scope), execution_options={"scope": scope})
    return frozenset(question_id for asked in running for question_id in asked)


def certificate_code(session: Session, scope: Scope, attempt_id: int) -> str | None:
    """The code of the certificate that a passed attempt led to, unless it was revoked."""
    return session.scalar(
        select(Certificate.code)
        .join(Fact, Fact.id == Certificate.fact_id)
        .where(
            Fact.source_kind == SOURCE_KIND,
            Fact.source_id == attempt_id,
            Certificate.person_id.in_(scope.people),
            Certificate.revoked_at.is_(None),
        )
        .execution_options(scope=scope)
    )
