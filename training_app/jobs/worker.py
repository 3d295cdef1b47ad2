"""The loop: take turns at recurring tasks, claim a job, run it, wait."""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from types import FrameType

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config import Settings
from training_app.clock import now
from training_app.db import writing
from training_app.errors import TrainingError
from training_app.jobs.tasks import (
    HANDLERS,
    RECURRING,
    ChainBroken,
    DatabaseDamaged,
    Recurring,
    Report,
    count_coverage,
)
from training_app.work import services as work

log = logging.getLogger("training_app.worker")

PAUSE_SECONDS = 1.0


class Worker:
    """One process that works until it is told to stop."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a job under way is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # Counts are not kept waiting by a long job; a count cut short has written nothing.
        threading.Thread(target=self._keep_counting, name="counting", daemon=True).start()
        while not self.stopping.is_set():
            busy = self._work()
            if not busy:
                self.stopping.wait(PAUSE_SECONDS)

    def step(self) -> bool:
        """Do what is due; returns whether a job was run."""
        busy = self._work()
        self._count()
        return busy

    def _work(self) -> bool:
        for task in RECURRING:
            self._take_turn(task)
        return self._run_next()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping.set()

    def _take_turn(self, task: Recurring) -> None:
        """Run a recurring task if its period is over, apart from all others."""
        try:
            with writing(), Session(self.engine) as session, session.begin():
                if work.take_turn(session, task.name, task.every, now=now()):
                    task.run(session, self.settings, now())
        except (ChainBroken, DatabaseDamaged, SQLAlchemyError):
            log.exception("the recurring task %s failed", task.name)

    def _keep_counting(self) -> None:
        while not self.stopping.is_set():
            self._count()
            self.stopping.wait(PAUSE_SECONDS)

    def _count(self) -> None:
        """Count what changed since the last step, apart from all else."""
        try:
            count_coverage(self.engine)
        except (TrainingError, SQLAlchemyError, KeyError, ValueError, OSError):
            log.exception("counting coverage failed")

    def _run_next(self) -> bool:
        with writing(), Session(self.engine) as session, session.begin():
            job = work.claim(session, now=now())
            if job is None:
                return False
            job_id, kind, payload = job.id, job.kind, dict(job.payload)
        try:
            result = HANDLERS[kind](self.engine, payload, self._reporter(job_id))
            with writing(), Session(self.engine) as session, session.begin():
                work.finish(session, job_id, result, now=now())
        except (TrainingError, SQLAlchemyError, KeyError, ValueError, OSError):
            code = secrets.token_hex(3).upper()
            log.exception("job %s of kind %s failed: %s", job_id, kind, code)
            with writing(), Session(self.engine) as session, session.begin():
                work.fail(session, job_id, code, now=now())
        return True

    def _reporter(self, job_id: int) -> Report:
        def report(progress: int, total: int) -> bool:
            with writing(), Session(self.engine) as session, session.begin():
                return work.report(session, job_id, progress, total, now=now())

        return report
