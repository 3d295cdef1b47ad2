"""Item analysis of half a million answers beside the one grouped query that reads them.

`make bench-scale` prints and keeps it; `python -m bench.items sqlite` measures one engine alone.
Costs are CPU of this process and of the database's sessions together, the best of several turns
taken alternately.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Engine,
    Text,
    case,
    cast,
    create_engine,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from bench.coverage import ENGINES, Act, Ratio, cpu
from bench.results import keep
from bench.stores import SETTINGS, cpu_of_sessions
from tests import postgresql
from training_app.access import Scope
from training_app.assessment import queries
from training_app.assessment.models import Answer, AnswerMark, Attempt, Remark
from training_app.assessment.rules.item_analysis import analyse_pairs
from training_app.catalogue.models import Module, ModuleVersion, Question, QuestionVersion
from training_app.db import Base, JsonValue, Unscoped, prepare_engine
from training_app.organisation.models import Person

ATTEMPTS: Final = 50_000
DRAWN: Final = 10
BANK: Final = 30
TURNS: Final = 4
# A change that a later decision made, on every so many-th attempt.
REMARKED: Final = 50
ONE_PROCESS: Final = "max_parallel_workers_per_gather=0"
_NOW: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_TODAY: Final = date(2026, 11, 20)
_ALL: Final = Scope(everything=True)
_BENCH: Final = Unscoped("the bench looks at invented people")
_OPTIONS: Final = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL of the bench's own, with the cost of its sessions."""

    running: postgresql.Server

    def cpu(self) -> float:
        """CPU seconds of all sessions that are open."""
        return cpu_of_sessions(self.running)


@contextmanager
def database(engine: str) -> Iterator[tuple[Engine, Any]]:
    """An empty database with all tables, gone afterwards."""
    with ExitStack() as stack:
        if engine == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            opened, server = create_engine(f"sqlite:///{folder}/bench.sqlite"), None
        else:
            # A worker of a parallel plan ends with its plan, and its CPU would not be counted.
            running = stack.enter_context(postgresql.Server((*SETTINGS, ONE_PROCESS)))
            postgresql.create_database(running.folder, "items")
            opened = create_engine(postgresql.url(running.folder, "items"))
            server = Server(running)
        prepare_engine(opened)
        stack.callback(opened.dispose)
        Base.metadata.create_all(opened)
        yield opened, server


# -- half a million answers -----------------------------------------------------------------


def fill(session: Session, attempts: int = ATTEMPTS) -> int:
    """One module, its bank, and so many first attempts; returns the id of the module."""
    module = Module(slug="bench", created_at=_NOW)
    session.add(module)
    session.flush()
    version = _version(module.id)
    session.add(version)
    session.flush()
    ids = [_question(session, module.id, number) for number in range(BANK)]
    people: Any = select(literal(1).label("i")).cte("people", recursive=True)
    people = people.union_all(select(people.c.i + 1).where(people.c.i < attempts))
    _people(session, people, version.id, ids)
    for place in range(DRAWN):
        _answers(session, people, ids[0], place)
    _totals(session)
    session.commit()
    return module.id


def _version(module_id: int) -> ModuleVersion:
    return ModuleVersion(
        module_id=module_id,
        number=1,
        title="Chuyên đề",
        title_en="Module",
        purpose="",
        audience=[],
        minutes=35,
        position=1,
        requires=[],
        objectives=[],
        reviewed_on=_TODAY,
        reviewer="",
        draw=DRAWN,
        pass_mark=8,
        safety_always=False,
        retake_after_minutes=0,
        source_hash="",
        change="none",
        published_at=_NOW,
    )


def _question(session: Session, module_id: int, number: int) -> int:
    row = Question(module_id=module_id, key=f"q{number:02}")
    session.add(row)
    session.flush()
    options = [{"id": one, "text": one, "right": one == "a"} for one in _OPTIONS]
    body = {
        "kind": "single",
        "id": row.key,
        "topic": "t",
        "stem": "Câu?",
        "explanation": "Vì vậy.",
        "option": options,
    }
    asked = QuestionVersion(
        question_id=row.id,
        number=1,
        kind="single",
        body=body,
        safety=False,
        topic="t",
        difficulty=1,
        source_hash="",
        created_at=_NOW,
    )
    session.add(asked)
    session.flush()
    return asked.id


def _into(session: Session, entity: Any, values: dict[str, Any], source: Any) -> None:
    """Rows made by the database itself, one for each of ``source``."""
    chosen = select(*(value.label(name) for name, value in values.items())).select_from(source)
    session.execute(insert(entity.__table__).from_select(list(values), chosen))


def _people(session: Session, people: Any, version_id: int, ids: list[int]) -> None:
    person = {
        "id": people.c.i,
        "full_name": literal("Nguyễn Văn An"),
        "name_fold": literal("nguyen van an"),
        "sort_key": literal("an"),
        "recorded_at": literal(_NOW),
    }
    attempt = {
        "id": people.c.i,
        "person_id": people.c.i,
        "module_version_id": literal(version_id),
        "number": literal(1),
        "seed": literal("s"),
        "questions": literal(ids[:DRAWN], JsonValue),
        "started_at": literal(_NOW),
        "submitted_at": literal(_NOW),
        "out_of": literal(DRAWN),
        "right_count": literal(0),
        "passed": literal(value=True),
        "safety_failed": literal(value=False),
        "policy": literal("best"),
        "counts": literal(value=True),
        "shared_phone": literal(value=False),
        "waiting": literal(value=False),
    }
    _into(session, Person, person, people)
    _into(session, Attempt, attempt, people)


def _answers(session: Session, people: Any, first: int, place: int) -> None:
    """The question at one place of everybody's test: better people are right more often."""
    i = people.c.i
    question = (i + 3 * place) % BANK
    chance = (i * 7_919 + question * 104_729 + place * 31) % 1_000
    right = chance < 300 + 50 * (i % 10) + 10 * (question % 10)
    partly = (i + question) % 17 == 0
    points = case((right, 1.0), (partly, 0.5), else_=0.0)
    given = [literal({"chosen": [one]}, JsonValue) for one in _OPTIONS]
    mark = {
        "attempt_id": i,
        "question_version_id": question + first,
        "points": points,
        "right": right,
        "harmful": literal(value=False),
    }
    answer = {
        "attempt_id": i,
        "question_version_id": question + first,
        "sequence": literal(1),
        "response": case(
            (right, given[0]),
            (chance % 3 == 0, given[1]),
            (chance % 3 == 1, given[2]),
            else_=given[3],
        ),
        "answered_at": literal(_NOW + timedelta(seconds=40 * (place + 1))),
        "client_key": cast(i, Text).concat(f"-{place}"),
    }
    _into(session, AnswerMark, mark, people)
    _into(session, Answer, answer, people)


def _totals(session: Session) -> None:
    total = (
        select(func.sum(AnswerMark.points))
        .where(AnswerMark.attempt_id == Attempt.id)
        .scalar_subquery()
    )
    session.execute(
        update(Attempt).values(points=total),
        execution_options={"scope": _BENCH, "synchronize_session": False},
    )


def decide_later(session: Session) -> None:
    """Let later decisions change some answers, as a corrected key does."""
    changed = (
        select(AnswerMark.attempt_id, func.min(AnswerMark.question_version_id).label("question"))
        .where(AnswerMark.attempt_id % REMARKED == 0)
        .group_by(AnswerMark.attempt_id)
        .subquery()
    )
    values = {
        "attempt_id": changed.c.attempt_id,
        "number": literal(1),
        "question_version_id": changed.c.question,
        "cause": literal("written"),
        "cause_id": literal(1),
        "before": literal({}, JsonValue),
        "points": literal(1.0),
        "right": literal(value=True),
        "harmful": literal(value=False),
        "attempt_points": literal(1.0),
        "attempt_right_count": literal(1),
        "attempt_passed": literal(value=True),
        "attempt_safety_failed": literal(value=False),
        "reason": literal(""),
        "recorded_at": literal(_NOW),
    }
    _into(session, Remark, values, changed)
    session.commit()


def _settle(opened: Engine) -> None:
    """Gather statistics where a server in service does it by itself."""
    if opened.dialect.name == "postgresql":
        with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


# -- what is measured -----------------------------------------------------------------------


def analyse(session: Session, module_id: int) -> int:
    """What the page of a module's questions computes; returns the number of answers seen."""
    pairs = queries.item_distributions(session, _ALL, module_id, on=_TODAY)
    totals = queries.total_distribution(session, _ALL, module_id, on=_TODAY)
    named = {str(one): counts for one, counts in pairs.items()}
    found = analyse_pairs(named, totals, dict.fromkeys(named, 1.0))
    session.rollback()
    return sum(item.n for item in found.items)


def one_item(session: Session) -> int:
    """What the page of one question computes; returns the number of its answers."""
    first = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)).first() or 0
    told = queries.answers_given(session, _ALL, first, on=_TODAY)
    assert queries.median_seconds(session, _ALL, first, on=_TODAY) is not None
    session.rollback()
    return sum(one.times for one in told)


def grouped(session: Session) -> int:
    """The one grouped query: each question with its number of answers, mean and covariance."""
    rest = Attempt.points - AnswerMark.points
    rows = session.execute(
        select(
            AnswerMark.question_version_id,
            func.count(),
            func.sum(AnswerMark.points),
            func.sum(rest),
            func.sum(AnswerMark.points * rest),
        )
        .join(Attempt, Attempt.id == AnswerMark.attempt_id)
        .where(Attempt.number == 1, Attempt.submitted_at.is_not(None))
        .group_by(AnswerMark.question_version_id),
        execution_options={"scope": _BENCH},
    ).all()
    session.rollback()
    return sum(row[1] for row in rows)


def once(server: Any, ours: Act, theirs: Act) -> tuple[float, float]:
    """Milliseconds of both acts, the best of some turns; each of them takes tenths of a second."""
    best = [float("inf"), float("inf")]
    for _ in range(TURNS):
        for at, act in enumerate((ours, theirs)):
            begun = cpu(server)
            act()
            best[at] = min(best[at], 1000 * (cpu(server) - begun))
    return best[0], best[1]


def figures(engine: str, attempts: int = ATTEMPTS) -> list[Ratio]:
    """Every bar of item analysis on one engine."""
    answers = attempts * DRAWN
    with database(engine) as (opened, server), Session(opened) as session:
        module_id = fill(session, attempts)
        _settle(opened)
        assert analyse(session, module_id) == grouped(session) == answers
        bare: Act = lambda: grouped(session)  # noqa: E731 - one act beside another
        plain = once(server, lambda: analyse(session, module_id), bare)
        item = once(server, lambda: one_item(session), bare)
        decide_later(session)
        decided = once(server, lambda: analyse(session, module_id), bare)
    what = f"{answers:,} answers beside one grouped query"
    return [
        Ratio(engine, f"questions of a module, {what}", *plain, 3.0),
        Ratio(engine, f"the same after later decisions, {what}", *decided, 4.0),
        Ratio(engine, f"one question, {what}", *item, 1.5),
    ]


def main() -> None:
    """Print every bar beside its limit and write it down."""
    for engine in tuple(sys.argv[1:]) or ENGINES:
        found = figures(engine)
        keep(f"items, {engine}", found, ratio={one.name: round(one.ratio, 3) for one in found})
        for one in found:
            mark = "" if one.ratio <= one.limit else "  over"
            print(
                f"{one.engine:<11}{one.name:<76}{one.ours_ms:>9.0f}{one.baseline_ms:>9.0f}"
                f"{one.ratio:>8.2f}{one.limit:>6.1f}{mark}",
                flush=True,
            )


if __name__ == "__main__":
    main()
