"""Starts gunicorn as often as it is asked to: `python -m tests.crash.house PORT`.

Each line on the input starts a master with its workers, in a process group of their own that the
tests then kill as a whole; the master's id is printed. Importing the application takes a second or
two and is done once, here, as is one test that a person takes before the first start: what a
process learns once (tables, statements, translations) is then there in every worker. No connection
to the database outlives it, and nothing is ever served or written by this process afterwards.
"""

import contextlib
import os
import secrets
import signal
import sys
from typing import Any

from flask.testing import FlaskClient
from gunicorn.app.base import BaseApplication

from tests import learners
from training_app.extensions import db
from training_app.questions.rules.presenting import DONT_KNOW
from wsgi import app

WORKERS, THREADS = 2, 4


class Gunicorn(BaseApplication):
    """gunicorn with its own master, workers and restarts, serving the application of `wsgi`."""

    def load_config(self) -> None:
        """Two workers of several threads, as in service."""
        settings = {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "keepalive": 60,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "error",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application that this process has imported."""
        return app


def take_a_test(client: FlaskClient, token: str) -> None:
    """Begin, answer once, hand in, look at the mistakes."""
    begun = client.post(f"/learn/{learners.SLUG}/test/start/", data={"csrf_token": token})
    attempt = begun.location.split("/questions/")[0]
    answer = {"csrf_token": token, "client_key": secrets.token_hex(8), DONT_KNOW: "1"}
    for path in ("questions/1", "submit", "mistakes"):
        told = client.post(f"{attempt}/{path}/", data=answer)
        assert told.status_code == 303, f"{path}: {told.status_code}"


def warm() -> None:
    """Let the person of the environment take the test, and forget every connection."""
    cookie, token = os.environ["CRASH_TICKET"].split()
    client = app.test_client()
    client.set_cookie("session", cookie)
    take_a_test(client, token)
    with app.app_context():
        db.engine.dispose()


def serve() -> int:
    """Start a master; its id."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    Gunicorn().run()
    os._exit(1)


def main() -> None:
    """Start a master for each line; the end of the input ends the last one."""
    if "CRASH_TICKET" in os.environ:
        warm()
    master = 0
    for _ in sys.stdin:
        master = serve()
        sys.stdout.write(f"{master}\n")
        sys.stdout.flush()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(master, signal.SIGKILL)


if __name__ == "__main__":
    main()
