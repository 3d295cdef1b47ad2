"""Recurring tasks and job kinds. Each task gets a session and the time; the worker commits."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from config import Settings
from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services as accounts
from training_app.assessment import services as assessment
from training_app.audit import services as audit
from training_app.catalogue.services import RECOUNT_JOB
from training_app.coverage import rollups
from training_app.coverage import services as coverage
from training_app.coverage.rules.files import FileForm
from training_app.db import writing
from training_app.dossier.services.listing import keep_list
from training_app.hall import services as hall
from training_app.laws import services as laws
from training_app.learning import services as learning
from training_app.organisation.services import rosters
from training_app.practice import services as practice
from training_app.requirements.services import REDERIVE_JOB
from training_app.web.exports import Cell, Sheet, xlsx_bytes
from training_app.web.pages import format_phone
from training_app.work import services as work
from training_app.work.rules import StaleKind

log = logging.getLogger("training_app")

Report = Callable[[int, int], bool]
# A handler opens short transactions of its own, so that progress can be reported between them.
Handler = Callable[[Engine, Mapping[str, Any], Report], Mapping[str, Any]]


@dataclass(frozen=True)
class Recurring:
    """A task that runs once per period, on whichever worker takes the turn."""

    name: str
    every: timedelta
    run: Callable[[Session, Settings, datetime], object]


def seal_audit(session: Session, settings: Settings, now: datetime) -> int:
    """Chain the new audit events."""
    return audit.seal_new(session, key=settings.audit_key.encode(), now=now)


def verify_audit(session: Session, settings: Settings, now: datetime) -> None:
    """Prove the chain each night against its anchors; a break stops the task loudly."""
    del now
    anchors = audit.kept_anchors(settings.audit_anchors)
    broken = audit.verify(session, key=settings.audit_key.encode(), anchors=anchors)
    if broken:
        raise ChainBroken(f"audit chain broken at {broken.sequence}: {broken.problem}")


def anchor_audit(session: Session, settings: Settings, now: datetime) -> None:
    """Note the end of the chain outside the database, in a file and in the log."""
    end = audit.keep_anchor(session, settings.audit_anchors, now=now)
    if end is not None:
        log.info("audit anchor %d %s", end.sequence, end.seal)


def tidy(session: Session, settings: Settings, now: datetime) -> None:
    """Forget old jobs, counters, sign-ins, readings and files; close halls that were left open."""
    del settings
    hall.close_lapsed(session, now=now)
    work.forget_old(session, now=now)
    work.forget_throttles(session, now=now)
    accounts.forget_old_sign_ins(session, now=now)
    coverage.forget_readings(session, now=now)
    coverage.forget_files(session, now=now)


def remember_mistakes(session: Session, settings: Settings, now: datetime) -> int:
    """Let what was wrong in tests come back in the spaced review."""
    del settings
    return practice.remember_mistakes(session, now=now)


def check_database(session: Session, settings: Settings, now: datetime) -> None:
    """Let SQLite check itself each night."""
    del settings, now
    if session.get_bind().dialect.name == "sqlite":
        answer = session.execute(text("PRAGMA quick_check")).scalar_one()
        if answer != "ok":
            raise DatabaseDamaged(f"quick_check: {answer}")


def recount_coverage(session: Session, settings: Settings, now: datetime) -> None:
    """Have every ready count made anew each night, whatever was noted or forgotten."""
    del settings
    work.mark_stale(session, StaleKind.ALL, now=now)


def refresh_laws(session: Session, settings: Settings, now: datetime) -> int:
    """Let articles read as the changes of law say that take effect today."""
    del settings
    return laws.refresh(session, now=now, today=clock.local_date(now))


def keep_erased(session: Session, settings: Settings, now: datetime) -> int:
    """Keep the list of erased people whole beside the database."""
    del now
    return keep_list(session, settings.data_folder)


class ChainBroken(Exception):
    """The audit chain does not hold."""


class DatabaseDamaged(Exception):
    """The database file fails its own check."""


def queue_targets(session: Session, settings: Settings, now: datetime) -> None:
    """Have each province counted beside the national targets, a province at a time."""
    del settings
    actor = Viewer.for_system("targets")
    work.enqueue(
        session, coverage.COUNT_JOB, {}, now=now, actor=actor, request_key=coverage.COUNT_JOB
    )


RECURRING = (
    Recurring("refresh-laws", timedelta(hours=1), refresh_laws),
    Recurring("seal-audit", timedelta(minutes=1), seal_audit),
    Recurring("anchor-audit", timedelta(hours=1), anchor_audit),
    Recurring("verify-audit", timedelta(days=1), verify_audit),
    Recurring("remember-mistakes", timedelta(hours=1), remember_mistakes),
    Recurring("keep-erased", timedelta(hours=6), keep_erased),
    Recurring("tidy", timedelta(hours=6), tidy),
    Recurring("check-database", timedelta(days=1), check_database),
    Recurring("recount-coverage", timedelta(days=1), recount_coverage),
    Recurring("count-targets", timedelta(days=1), queue_targets),
)


def apply_correction(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Let the results follow a corrected key, some hundred attempts at a time."""
    correction_id = int(payload["correction_id"])
    actor = Viewer.for_system("key correction")
    changed, batches = 0, 0
    after: int | None = 0
    while after is not None:
        with writing(), Session(engine) as session, session.begin():
            more, after = assessment.apply_batch(
                session, correction_id, after, now=clock.now(), actor=actor
            )
        changed, batches = changed + more, batches + 1
        if not report(batches, batches + (after is not None)):
            break
    return {"changed": changed}


def rederive_holdings(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Derive again what everybody holds of a requirement that was set, changed or ended."""
    with Session(engine) as session:
        people = learning.everybody(session)
    changed = 0
    for start in range(0, len(people), learning.BATCH):
        batch = people[start : start + learning.BATCH]
        with writing(), Session(engine) as session, session.begin():
            changed += learning.rederive(
                session, batch, now=clock.now(), requirement_id=payload["requirement_id"]
            )
        if not report(start + len(batch), len(people)):
            break
    return {"changed": changed}


def count_coverage(engine: Engine) -> bool:
    """Bring the ready counts of coverage up to date; returns whether there was anything to do.

    Counting holds no lock: it is written in a short transaction, unless somebody else wrote first.
    """
    with Session(engine) as session:
        waiting = rollups.pending(session)
        kept, known = rollups.kept_requirements(session), set(rollups.turns(session))
    for requirement_id in kept:
        whole = requirement_id not in known or waiting.whole(requirement_id)
        if not whole and not waiting.units:
            continue
        begun = clock.now()
        with Session(engine) as session:
            made = coverage.draft(session, requirement_id, None if whole else waiting.units)
        with writing(), Session(engine) as session, session.begin():
            if not coverage.write(session, made, now=begun):
                return True
    if waiting.rows:
        with writing(), Session(engine) as session, session.begin():
            coverage.forget(session, waiting.rows)
    return bool(waiting.rows) or not known.issuperset(kept)


def count_targets(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Count where each province stands beside the national targets; counting holds no lock."""
    del payload
    today = clock.today()
    with Session(engine) as session:
        wanted = coverage.standings_wanted(session, today)
    for turn, (place, day) in enumerate(wanted, 1):
        with Session(engine) as session:
            rows = coverage.count_standings(session, place, day, now=clock.now())
        with writing(), Session(engine) as session, session.begin():
            coverage.keep_standings(session, place, day, rows)
        if not report(turn, len(wanted)):
            break
    with writing(), Session(engine) as session, session.begin():
        coverage.forget_standings(session, today)
    return {"counted": len(wanted)}


def prepare_reading(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Count what was known of a wide place at the end of a day."""
    return coverage.count_reading(engine, payload, report, clock=clock.now)


def make_people_file(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Make a long list as a workbook, or as data, for the officer who asked."""
    return coverage.fill_file(
        engine,
        payload,
        report,
        clock=clock.now,
        moment=_moment,
        phone=format_phone,
        bind=_bound,
    )


def _moment(value: datetime, language: str) -> str:
    """As pages write a moment."""
    local = value.astimezone(clock.VIETNAM)
    if language == "en":
        return f"{local:%H:%M} {local.day} {local:%b %Y}"
    return f"{local:%H:%M %d/%m/%Y}"


def _bound(
    form: FileForm,
    words: Mapping[str, Any],
    note: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
) -> bytes:
    """The table in the form that was asked for; ``note`` says when it was made."""
    if form is FileForm.XLSX:
        preamble = [*words["preamble"], note]
        return xlsx_bytes(Sheet(words["sheet"], words["filename"], head, rows, preamble))
    said = words["data"]
    table = {**said, "about": [*said["about"], note], "columns": head, "rows": rows}
    return json.dumps(table, default=str, ensure_ascii=False).encode()


def recount_module(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Find anew what is asked of everybody with a pass of a module that was published anew."""
    with Session(engine) as session:
        people = learning.people_of_module(session, payload["module_id"])
    changed = 0
    for start in range(0, len(people), learning.BATCH):
        batch = people[start : start + learning.BATCH]
        with writing(), Session(engine) as session, session.begin():
            changed += learning.rederive(session, batch, now=clock.now())
        if not report(start + len(batch), len(people)):
            break
    return {"changed": changed}


def read_roster(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Read a long list of mediators that an officer sent."""
    return rosters.read_queued(engine, payload, report, clock=clock.now, today=clock.today())


def apply_roster(engine: Engine, payload: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """Put a long list of mediators on record as the officer saw it."""
    return rosters.apply_queued(engine, payload, report, clock=clock.now, today=clock.today())


# Kinds of queued jobs; a feature that queues a job has its handler here.
HANDLERS: dict[str, Handler] = {
    REDERIVE_JOB: rederive_holdings,
    RECOUNT_JOB: recount_module,
    coverage.COUNT_JOB: count_targets,
    coverage.READING_JOB: prepare_reading,
    coverage.FILE_JOB: make_people_file,
    assessment.APPLY_JOB: apply_correction,
    rosters.READ_JOB: read_roster,
    rosters.APPLY_JOB: apply_roster,
}
