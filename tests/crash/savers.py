"""People at their phones: they answer, hand in, begin again, and write down every "saved".

A phone that gets no answer, or an error, sends the same thing once more with the same key.
"""

import contextlib
import http.client
import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from tests import learners
from training_app.questions.rules.presenting import DONT_KNOW

# Each of six questions is answered, thought over and answered again; then the test is handed in.
QUESTIONS = 6
SAVES = 2 * QUESTIONS
UNSURE = {DONT_KNOW: "1"}
PATIENCE = 0.05
PREFIX = "phone"
SAVED = "Đã lưu lúc"


@dataclass(frozen=True)
class Ticket:
    """What a signed-in phone carries."""

    cookie: str
    token: str


class Phone(threading.Thread):
    """One person's phone, busy until it is told to stop."""

    def __init__(self, name: str, ticket: Ticket, port: int, stopping: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.ticket, self.port, self.stopping = ticket, port, stopping
        self.saved: list[str] = []
        self.handed_in: list[int] = []
        self.sent = 0
        self.acknowledged = 0
        self.failures: Counter[str] = Counter()
        self.strange: list[str] = []
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Take the test again and again."""
        with contextlib.suppress(Stopped):
            while True:
                self.take_the_test()
        self.hang_up()

    def take_the_test(self) -> None:
        """Begin, answer, hand in, look at the mistakes; each step until it is acknowledged."""
        begun = self.insist(f"/learn/{learners.SLUG}/test/start/", {})
        attempt = int(re.sub(r"^.*/attempts/(\d+)/.*$", r"\1", begun))
        for turn in range(SAVES):
            self.sent += 1
            key = f"{self.name}-{self.sent:07}"
            path = f"/attempts/{attempt}/questions/{turn % QUESTIONS + 1}/"
            self.insist(path, UNSURE | {"client_key": key})
            self.saved.append(key)
        self.insist(f"/attempts/{attempt}/submit/", {})
        self.handed_in.append(attempt)
        self.insist(f"/attempts/{attempt}/mistakes/", {})

    def insist(self, path: str, form: dict[str, str]) -> str:
        """Send until the server says yes, and return where it leads."""
        while not self.stopping.is_set():
            try:
                status, location = self.post(path, form)
            except (OSError, http.client.HTTPException) as error:
                self.failures[type(error).__name__] += 1
                self.hang_up()
                time.sleep(PATIENCE)
                continue
            if status == HTTPStatus.SEE_OTHER:
                self.acknowledged += 1
                return location
            if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self.strange.append(f"{path}: {status} {location}")
                raise Stopped
            self.failures[str(status)] += 1
            time.sleep(PATIENCE)
        raise Stopped

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """One try over the kept connection; status and where it leads."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connection.request(
            "POST",
            path,
            urlencode(form | {"csrf_token": self.ticket.token}),
            {
                "Cookie": f"session={self.ticket.cookie}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        response = self.connection.getresponse()
        page = response.read().decode()
        if response.status != HTTPStatus.SEE_OTHER and SAVED in page:
            self.strange.append(f"{path}: {response.status}, and yet the page says {SAVED!r}")
        return response.status, response.headers.get("Location", "")

    def hang_up(self) -> None:
        """Forget the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Stopped(BaseException):
    """The phone is put away."""


@dataclass
class Crowd:
    """Several phones at work."""

    phones: list[Phone]
    stopping: threading.Event

    def saved(self) -> list[str]:
        """Keys of the answers acknowledged so far."""
        return list(itertools.chain.from_iterable(list(phone.saved) for phone in self.phones))

    def handed_in(self) -> list[int]:
        """Attempts whose handing in was acknowledged so far."""
        return list(itertools.chain.from_iterable(list(phone.handed_in) for phone in self.phones))

    def count(self) -> int:
        """How many answers were acknowledged so far."""
        return sum(len(phone.saved) for phone in self.phones)

    def acknowledged(self) -> int:
        """How many steps of every kind were acknowledged so far."""
        return sum(phone.acknowledged for phone in self.phones)

    def failures(self) -> Counter[str]:
        """Tries that brought no acknowledgement, by what happened."""
        total: Counter[str] = Counter()
        for phone in self.phones:
            total += phone.failures
        return total

    def strange(self) -> list[str]:
        """Answers that no server may give to a phone that does nothing wrong."""
        return [line for phone in self.phones for line in phone.strange]

    def wait_for(self, more: int, seconds: float = 120) -> None:
        """Wait until so many more answers were acknowledged."""
        goal, deadline = self.count() + more, time.monotonic() + seconds
        while self.count() < goal:
            assert not self.strange(), self.strange()
            assert time.monotonic() < deadline, f"nothing is saved any more: {self.failures()}"
            time.sleep(0.002)

    def stop(self) -> None:
        """Put the phones away; what they were doing stays without an acknowledgement."""
        self.stopping.set()
        for phone in self.phones:
            phone.join(timeout=60)
            assert not phone.is_alive(), "a phone hangs"


@contextlib.contextmanager
def crowd(tickets: Sequence[Ticket], port: int) -> Iterator[Crowd]:
    """Phones that answer until the block ends."""
    stopping = threading.Event()
    phones = [
        Phone(f"{PREFIX}{number}", ticket, port, stopping) for number, ticket in enumerate(tickets)
    ]
    busy = Crowd(phones, stopping)
    for phone in phones:
        phone.start()
    try:
        yield busy
    finally:
        busy.stop()
