"""Four hundred people with six phones each press at once; the limit of a test is two attempts."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from time import monotonic

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests import learners
from tests.databases import Database
from tests.factories import records
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Kind
from training_app.accounts.services import ensure_account
from training_app.assessment import services
from training_app.assessment.models import AnswerMark, Attempt
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import Lesson
from training_app.db import Unscoped, prepare_engine, writing
from training_app.errors import RuleBroken
from training_app.learning.models import LessonProgress

PEOPLE, PHONES, LIMIT, QUESTIONS = 400, 6, 2, 6
AT_ONCE = 2 * PHONES
NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ALL = {"scope": Unscoped("a test looks at everything")}
BANK = learners.BANK.replace(
    "retake_after_minutes = 10", f"retake_after_minutes = 0\nattempts = {LIMIT}"
)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """An engine with a connection for every phone that presses at the same moment."""
    engine = create_engine(database.app.config["SQLALCHEMY_DATABASE_URI"], pool_size=AT_ONCE)
    prepare_engine(engine)
    yield engine
    engine.dispose()


@dataclass
class Told:
    """What the phones were told."""

    handed_in: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, *, handed_in: int | None = None, refused: str = "", busy: int = 0) -> None:
        """Count one answer of the server."""
        with self.lock:
            self.busy += busy
            if handed_in is not None:
                self.handed_in[handed_in] += 1
            if refused:
                self.refused[refused] += 1


def people(session: Session, count: int) -> list[Viewer]:
    """People who have read every lesson and are in front of the test."""
    version = learners.teach(session, bank=BANK)
    lessons = session.scalars(select(Lesson.id).where(Lesson.module_version_id == version.id)).all()
    found = []
    for number in range(count):
        person = records.person(session, f"Nguyễn Văn {number}")
        account = ensure_account(session, person.id, Kind.MEDIATOR, now=NOW, actor=learners.SYSTEM)
        session.add_all(
            LessonProgress(person_id=person.id, lesson_id=lesson, read_at=NOW) for lesson in lessons
        )
        found.append(
            Viewer(
                account_id=account.id,
                person_id=person.id,
                name=person.full_name,
                grants=(Grant(Role.MEDIATOR),),
            )
        )
    session.commit()
    return found


def patiently(told: Told, act: Callable[[], None]) -> None:
    """Do it again when the only writer of SQLite was busy for five seconds, as a phone does."""
    while True:
        try:
            return act()
        except OperationalError:
            told.hear(busy=1)


def press(engine: Engine, actor: Viewer, told: Told) -> None:
    """One phone begins the test or finds it running, hands it in and looks at the mistakes."""
    with writing(), Session(engine) as session:
        try:
            attempt_id = services.start(session, learners.SLUG, now=NOW, actor=actor)
        except RuleBroken as error:
            told.hear(refused=error.message)
            return
        session.commit()
        mine = services.submit(session, attempt_id, now=NOW, on=TODAY, actor=actor)
        session.commit()
        if mine:
            told.hear(handed_in=attempt_id)
        services.see_mistakes(session, attempt_id, now=NOW, actor=actor)
        session.commit()


def rush(engine: Engine, everybody: list[Viewer], told: Told) -> None:
    """All phones of a person start together, those of several people at the same time."""

    def phone(gate: threading.Barrier, actor: Viewer) -> None:
        gate.wait()
        patiently(told, lambda: press(engine, actor, told))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        # First come, first served: whoever waits at a gate, the rest of his six come next.
        running = [
            pool.submit(phone, gate, actor)
            for actor in everybody
            for gate in [threading.Barrier(PHONES)]
            for _ in range(PHONES)
        ]
    for one in running:
        one.result()


@pytest.mark.thorough
def test_four_hundred_people_with_six_phones_each_never_pass_the_limit_of_two(
    engine: Engine,
    engine_kind: str,
    db_session: Session,
    record_property: Callable[[str, object], None],
) -> None:
    everybody = people(db_session, PEOPLE)
    told, began = Told(), monotonic()
    for actor in everybody[::2]:
        press(engine, actor, told)  # for every other one the race is about the last attempt
    rush(engine, everybody, told)
    seconds = monotonic() - began

    attempts = db_session.scalars(select(Attempt), execution_options=ALL).all()
    numbers = Counter((one.person_id, one.number) for one in attempts)
    per_person = Counter(one.person_id for one in attempts)
    over = sum(count > LIMIT for count in per_person.values())
    doubled = sum(count > 1 for count in [*numbers.values(), *told.handed_in.values()])
    assert (over, doubled) == (0, 0)
    assert set(per_person) == {one.person_id for one in everybody}
    assert all(1 <= number <= LIMIT for _, number in numbers)

    assert all(one.submitted_at for one in attempts)
    assert set(told.handed_in) == {one.id for one in attempts}
    assert sorted(one.person_id for one in attempts if one.counts) == sorted(per_person)
    marked = _per_attempt(db_session, AnswerMark.attempt_id)
    assert marked == {one.id: QUESTIONS for one in attempts}
    written = _per_attempt(
        db_session, AuditEvent.object_id, AuditEvent.action == Action.ATTEMPT_SUBMITTED.value
    )
    assert written == {one.id: 1 for one in attempts}
    record_property(
        "figures",
        f"{engine_kind}: {PEOPLE} people × {PHONES} parallel submissions at a limit of {LIMIT}:"
        f" {len(attempts)} attempts, {over} over the limit, {doubled} doubled,"
        f" {told.busy} tries again, {seconds:.0f} s",
    )


def _per_attempt(session: Session, column: object, *where: object) -> dict[int, int]:
    counted = select(column, func.count()).where(*where).group_by(column)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in session.execute(counted, execution_options=ALL)}
