"""Start gunicorn, talk to it over one kept connection, read its CPU time from the system."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import brotli

ROOT = Path(__file__).resolve().parents[1]
BROWSER = {"Accept-Encoding": "br", "User-Agent": "bench", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Answer:
    """What came back: the text as the reader gets it, where it leads, and its size on the wire."""

    status: int
    body: bytes
    location: str
    size: int

    def token(self) -> str:
        """The form token of the page."""
        found = re.search(rb'name="csrf_token" value="([^"]+)"', self.body)
        assert found, "no form token"
        return found.group(1).decode()


@dataclass
class Server:
    """One gunicorn with one worker; every request goes over the same connection."""

    process: subprocess.Popen[bytes]
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None
    database: Callable[[], float] | None = None

    def ask(
        self, path: str, form: dict[str, str] | None = None, extra: dict[str, str] | None = None
    ) -> Answer:
        """One request as a browser sends it: compressed, cookies kept.

        ``extra`` are the headers that a page's own script adds.
        """
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = BROWSER | (extra or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form is not None else "GET", path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        if response.headers.get("Connection", "").lower() == "close":
            self.connection.close()
            self.connection = None
        location = response.headers.get("Location") or response.headers.get("Content-Location", "")
        location = re.sub(r"^https?://[^/]+", "", location)
        packed = response.headers.get("Content-Encoding") == "br"
        text = brotli.decompress(content) if packed else content
        return Answer(response.status, text, location, len(content))

    def another_visitor(self) -> Server:
        """The same server for somebody else, with cookies of their own."""
        return Server(self.process, self.port, database=self.database)

    def cpu(self) -> float:
        """CPU seconds of the workers and the database so far, user and system, to the nanosecond.

        The usual counters of a process are sampled a hundred times a second, which is too coarse
        for a request of some milliseconds; the scheduler's own account of each thread is exact.
        """
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        workers = sum(
            int(account.read_text().split()[0])
            for pid in children.read_text().split()
            for account in Path(f"/proc/{pid}/task").glob("*/schedstat")
        )
        return workers / 1e9 + (self.database() if self.database else 0.0)


@contextlib.contextmanager
def gunicorn(
    target: str, environment: dict[str, str], database: Callable[[], float] | None = None
) -> Iterator[Server]:
    """Serve ``target`` on a free port with one worker until the block ends.

    ``database`` tells the CPU seconds of a database server that works for it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread",
        "--workers", "1", "--threads", "4", "--keep-alive", "900", "--log-level", "warning",
        "--bind", f"127.0.0.1:{port}", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    server = Server(process, port, database=database)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(server: Server) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
            return
        assert server.process.poll() is None, "the server died"
        time.sleep(0.1)
    raise AssertionError("the server did not come up")
