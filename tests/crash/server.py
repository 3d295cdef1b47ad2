"""The real web server on a database of its own, and ways to kill it without a warning."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.crash.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
KEYS = ("secret_key", "pepper", "audit_key")


class Server:
    """gunicorn with two workers, started as often as it is killed."""

    def __init__(self, scene: Scene, *, within: Sequence[str] = (), warm: bool = True) -> None:
        """Prepare to serve the scene; ``within`` is a command that runs and watches it.

        ``warm`` lets somebody take a test before the first start.
        """
        self.folder = scene.database.folder
        self.within = tuple(within)
        self.environment = self._environment(scene, warm=warm)
        self.port = _free_port()
        self.house: subprocess.Popen[bytes] | None = None
        self.master = 0

    def __enter__(self) -> Self:
        command = [*self.within, sys.executable, "-m", "tests.crash.house", str(self.port)]
        with self.log.open("ab") as log:
            self.house = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.house is not None
        # The end of its input makes it end the server and itself.
        self.house.communicate(timeout=60)

    @property
    def log(self) -> Path:
        """What the server had to say."""
        return self.folder / "gunicorn.log"

    def start(self) -> None:
        """Start master and workers and wait until they accept connections."""
        assert self.house is not None
        assert self.house.stdin is not None
        assert self.house.stdout is not None
        self.house.stdin.write(b"start\n")
        self.house.stdin.flush()
        told = self.house.stdout.readline()
        assert told, f"the server did not start: {self.said()}"
        self.master = int(told)
        self._wait()

    def kill_worker(self, chance: random.Random) -> bool:
        """Kill one worker as the kernel would when memory runs out; False if none was there."""
        workers = children(self.master)
        if not workers:
            return False
        try:
            os.kill(chance.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def kill_everything(self) -> None:
        """Kill master and workers at the same moment, as a power switch would."""
        everybody = [self.master, *children(self.master)]
        os.killpg(self.master, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(lives(pid) for pid in everybody):
            assert time.monotonic() < deadline, "a killed process is still there"
            time.sleep(0.005)

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _environment(self, scene: Scene, *, warm: bool) -> dict[str, str]:
        settings = scene.database.settings
        keys = self.folder / "keys.toml"
        keys.write_text("".join(f'{name} = "{getattr(settings, name)}"\n' for name in KEYS))
        keys.chmod(0o600)
        wanted = {
            "TRAINING_DATA_FOLDER": str(self.folder),
            # The phones here answer far faster than people do.
            "TRAINING_REQUESTS_A_MINUTE": "0",
            "DATABASE_URL": settings.database_url,
            "PYTHONUTF8": "1",
        }
        if warm:
            wanted["CRASH_TICKET"] = f"{scene.opener.cookie} {scene.opener.token}"
        return {k: v for k, v in os.environ.items() if not k.startswith("TRAINING_")} | wanted

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert lives(self.master), f"the server ended: {self.said()}"
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1),
            ):
                return
            time.sleep(0.01)
        raise AssertionError(f"the server did not come up: {self.said()}")


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that still live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split() if lives(int(child))]


def lives(pid: int) -> bool:
    """Whether the process is there and no corpse."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
