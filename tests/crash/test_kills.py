"""Answers acknowledged as saved outlive `kill -9` of the processes that acknowledged them."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgresql
from tests.crash.killing import kill_everything, kill_workers
from tests.crash.savers import crowd
from tests.crash.scene import examine, prepare
from tests.crash.server import Server, children
from tests.databases import Database, PostgreSQL, SQLite

WORKER_KILLS, TOTAL_KILLS = 500, 20
Record = Callable[[str, object], None]


@pytest.fixture
def durable(engine_kind: str, tmp_path: Path) -> Iterator[Database]:
    """A database of its own, on PostgreSQL with the durability of a server in service."""
    with contextlib.ExitStack() as stack:
        if engine_kind == "sqlite":
            database: Database = SQLite(tmp_path)
        else:
            server = stack.enter_context(postgresql.Server(postgresql.DURABLE))
            database = PostgreSQL(tmp_path, server.folder, "crash")
        yield database
        database.disconnect()


@pytest.mark.thorough
@pytest.mark.engine("sqlite")
def test_no_saved_answer_is_lost_or_doubled_when_workers_are_killed_500_times(
    durable: Database, record_property: Record
) -> None:
    scene, chance = prepare(durable), random.Random()
    began = time.monotonic()
    with Server(scene) as server, crowd(scene.phones, server.port) as busy:
        kill_workers(server, busy, WORKER_KILLS, chance)
        busy.stop()
        proof = examine(durable, busy)
    assert busy.strange() == []
    assert proof.holds(), str(proof)
    record_property(
        "figures",
        f"sqlite: {WORKER_KILLS} kills of a worker: {proof},"
        f" {busy.failures().total()} tries cut off, {time.monotonic() - began:.0f} s",
    )


@pytest.mark.thorough
def test_no_saved_answer_is_lost_or_doubled_when_every_process_is_killed_20_times(
    durable: Database, engine_kind: str, record_property: Record
) -> None:
    scene, chance = prepare(durable), random.Random()
    began = time.monotonic()
    with Server(scene) as server, crowd(scene.phones, server.port) as busy:
        for _ in range(TOTAL_KILLS):
            kill_everything(server, busy, chance)
            proof = examine(durable, busy)
            assert proof.holds(), str(proof)
        busy.wait_for(len(scene.phones))
        busy.stop()
        proof = examine(durable, busy)
    assert busy.strange() == []
    assert proof.holds(), str(proof)
    record_property(
        "figures",
        f"{engine_kind}: {TOTAL_KILLS} kills of everything: {proof},"
        f" {busy.failures().total()} tries cut off, {time.monotonic() - began:.0f} s",
    )


@pytest.mark.engine("postgresql")
def test_no_saved_answer_is_lost_when_the_database_server_loses_its_own_processes(
    tmp_path: Path, engine_kind: str, record_property: Record
) -> None:
    with postgresql.Server(postgresql.DURABLE) as database_server:
        durable = PostgreSQL(tmp_path, database_server.folder, "crash")
        scene = prepare(durable)
        with Server(scene) as server, crowd(scene.phones, server.port) as busy:
            busy.wait_for(50)
            killed = children(database_server.process.pid)
            for pid in killed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            busy.wait_for(50)
            busy.stop()
            proof = examine(durable, busy)
        durable.disconnect()
    assert busy.strange() == []
    assert proof.holds(), str(proof)
    record_property(
        "figures", f"{engine_kind}: kill of {len(killed)} processes of the server itself: {proof}"
    )
