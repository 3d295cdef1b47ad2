"""`make bench`: CPU per request of our pages beside the bare minimum, in one run.

Prints ratios and writes bench/results.json. Absolute times are reported, never asserted.
`make bench ARGS=postgresql` measures on that engine; the CPU of its sessions counts on both sides.
"""

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import demonstration
from bench.results import keep
from bench.server import Answer, Server, gunicorn
from bench.stores import cpu_of_sessions
from tests import postgresql

ROUNDS = 15
EACH = 25
TESTS = 16

Act = Callable[[], object]
# Does something and returns what it cost, in milliseconds of CPU.
Measured = Callable[[], float]


@dataclass
class Figure:
    """One measurement: milliseconds of CPU for us and for the bare minimum, and the limit.

    Milliseconds are the best of all turns. The ratio is the median over pairs of turns, one right
    after the other: what else the machine does slows both, and seldom one alone.
    """

    name: str
    ours_ms: float
    baseline_ms: float
    ratio: float
    limit: float
    bytes: int = 0


@dataclass
class Page:
    """A page of ours with the person who reads it, and its size on the wire."""

    name: str
    server: Server
    path: str
    size: int

    def read(self) -> None:
        """Ask for it once."""
        expect(self.server.ask(self.path))


@dataclass
class Engine:
    """Where both applications keep their data, and what the database's own CPU was so far."""

    name: str
    ours: str
    bare: str
    cpu: Callable[[], float] | None = None
    # What a server in service does by itself after so many rows.
    settle: Act = lambda: None


@contextlib.contextmanager
def engine(name: str, place: Path) -> Iterator[Engine]:
    """Two empty databases of an engine; a server that makes each commit durable if it needs one."""
    if name != "postgresql":
        yield Engine("sqlite", "", f"sqlite:///{place / 'baseline.sqlite'}")
        return
    with postgresql.Server(postgresql.DURABLE) as server:
        for database in ("ours", "bare"):
            postgresql.create_database(server.folder, database)
        yield Engine(
            name,
            postgresql.url(server.folder, "ours"),
            postgresql.url(server.folder, "bare"),
            lambda: cpu_of_sessions(server),
            lambda: postgresql.settle(server.folder, "ours"),
        )


def main() -> None:
    """Seed, serve, measure, print."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        on = stack.enter_context(engine("".join(sys.argv[1:]), place))
        values = demonstration.environment(place / "data", on.ours)
        say(f"seeding a demonstration, {on.name}")
        demonstration.seed(values)
        on.settle()
        ways = demonstration.ways(values, TESTS)
        server = stack.enter_context(gunicorn("wsgi:app", values, on.cpu))
        figures = measure(server, ways, place, on)
    report(figures, on.name)


def measure(server: Server, ways: demonstration.Ways, place: Path, on: Engine) -> list[Figure]:
    """Visit our pages first: their text becomes the templates of the bare minimum."""
    templates = place / "templates"
    templates.mkdir()
    enter(server, ways.reader)
    lesson = first_lesson(server)
    module = lesson.rsplit("/", 2)[0] + "/"
    question, form = start_test(server, module)
    officer = server.another_visitor()
    enter(officer, ways.officer)
    pages = [
        take_page(server, "home", follow(server, "/"), templates),
        take_page(server, "lesson", lesson, templates),
        take_page(server, "question", question, templates),
        take_page(officer, "coverage", f"/coverage/units/{ways.province_id}/", templates),
    ]
    values = {"BENCH_FOLDER": str(templates), "BENCH_DATABASE": on.bare}
    with gunicorn("bench.baseline:app", values, on.cpu) as bare:
        figures = [beside(bare, page) for page in pages]
        saving = paired(
            repeated(server, lambda: save_answer(server, question, form)),
            repeated(bare, lambda: expect(bare.ask("/save/", {"text": "đã lưu"}), 303)),
        )
        figures.append(figure("answer save", saving, 2.0))
        lesson_alone = repeated(bare, lambda: expect(bare.ask("/page/lesson/")))
        half = len(ways.learners) // 2
        for name, take, learners in (
            ("whole test", by_script, ways.learners[:half]),
            ("… no script", by_pages, ways.learners[half:]),
        ):
            taken = whole_tests(server.another_visitor(), module, learners, take)
            figures.append(figure(name, [(ms, lesson_alone()) for ms in taken], 40.0))
    return figures


def figure(name: str, turns: Sequence[tuple[float, float]], limit: float, size: int = 0) -> Figure:
    """What pairs of turns, ours and the bare minimum's, come to."""
    ratio = statistics.median(ours / bare for ours, bare in turns)
    return Figure(name, min(o for o, _ in turns), min(b for _, b in turns), ratio, limit, size)


def beside(bare: Server, page: Page) -> Figure:
    """A page of ours and the bare page of the same text, turn by turn."""
    turns = paired(
        repeated(page.server, page.read),
        repeated(bare, lambda: expect(bare.ask(f"/page/{page.name}/"))),
    )
    return figure(page.name, turns, 2.0, page.size)


def paired(ours: Measured, theirs: Measured) -> list[tuple[float, float]]:
    """Milliseconds of CPU of both acts, several turns, taken alternately; each is warm before."""
    ours()
    theirs()
    return [(ours(), theirs()) for _ in range(ROUNDS)]


# -- visits ---------------------------------------------------------------------------------


def enter(server: Server, link: str) -> None:
    """Sign in by a demonstration link."""
    page = server.ask(link)
    expect(server.ask(link, {"csrf_token": page.token()}), 303)


def follow(server: Server, path: str) -> str:
    """Where a path finally leads."""
    while True:
        answer = server.ask(path)
        if answer.status not in {302, 303}:
            return path
        path = answer.location


def links(server: Server, path: str, within: str) -> list[str]:
    """Addresses on a page that contain a text."""
    html = server.ask(path).body.decode()
    return [part.split('"')[0] for part in html.split('href="')[1:] if within in part.split('"')[0]]


def first_lesson(server: Server) -> str:
    """The first lesson of the first module."""
    module = links(server, "/learn/", "/learn/")
    module = [path for path in module if path.count("/") == 3]
    lessons = [path for path in links(server, module[0], module[0]) if path.count("/") == 4]
    return lessons[0]


def start_test(server: Server, module: str) -> tuple[str, dict[str, str]]:
    """Open a module and start its test; returns the first question and a form that answers it."""
    token = server.ask(module).token()
    question = server.ask(f"{module}test/start/", {"csrf_token": token}).location
    return question, unsure(server, question)


def unsure(server: Server, question: str) -> dict[str, str]:
    """The form of a question, filled with "I do not know yet", which every kind accepts."""
    return filled(server.ask(question))


def filled(page: Answer) -> dict[str, str]:
    """The form on the page of a question, filled like that."""
    form = {"csrf_token": page.token(), "dont-know": "1"}
    html = page.body.decode()
    if 'name="client_key"' in html:
        form["client_key"] = html.split('name="client_key" value="')[1].split('"')[0]
    return form


def save_answer(server: Server, question: str, form: dict[str, str]) -> None:
    """Save once more under a fresh key: one durable insert."""
    save_answer.count += 1  # type: ignore[attr-defined]
    fresh = form | {"client_key": f"bench{save_answer.count:017d}"}  # type: ignore[attr-defined]
    expect(server.ask(question, fresh), 303)


save_answer.count = 0  # type: ignore[attr-defined]


def whole_tests(
    server: Server, module: str, learners: tuple[str, ...], take: Callable[[Server, str], str]
) -> Iterator[float]:
    """CPU milliseconds of whole tests: open, start, ten answers, submit, result.

    ``take`` answers all questions from the first one on and returns where that led.
    """
    for link in learners:
        server.cookies.clear()
        enter(server, link)
        before = server.cpu()
        token = server.ask(module).token()
        first = expect(server.ask(f"{module}test/start/", {"csrf_token": token}), 303).location
        where = take(server, first)
        review = server.ask(where)
        attempt = where.rsplit("/", 2)[0]
        done = server.ask(f"{attempt}/submit/", {"csrf_token": review.token()})
        expect(server.ask(expect(done, 303).location))
        yield 1000 * (server.cpu() - before)


def by_pages(server: Server, where: str) -> str:
    """Without scripts: each answer leads to the next page."""
    while "/questions/" in where:
        where = expect(server.ask(where, unsure(server, where)), 303).location
    return where


def by_script(server: Server, where: str) -> str:
    """As the page's own script does it: each answer brings the next question."""
    page = server.ask(where)
    while "/questions/" in where:
        page = server.ask(where, filled(page), {"X-Part": "main"})
        where = page.location
    expect(page, 204)
    return where


# -- counting -------------------------------------------------------------------------------


def take_page(server: Server, name: str, path: str, templates: Path) -> Page:
    """Look at a page; its text becomes the bare minimum's template."""
    answer = expect(server.ask(path))
    fixed = answer.body.decode().replace("{", "(").replace("}", ")")
    (templates / f"{name}.html").write_text(fixed + "{{ text }}", encoding="utf-8")
    return Page(name, server, path, answer.size)


def repeated(server: Server, act: Act) -> Measured:
    """Milliseconds of server CPU for one act, over a turn of some."""

    def turn() -> float:
        before = server.cpu()
        for _ in range(EACH):
            act()
        return 1000 * (server.cpu() - before) / EACH

    return turn


def expect(answer: Answer, status: int = 200) -> Answer:
    """The answer, if it has the status."""
    assert answer.status == status, f"{answer.status}: {answer.body[:300]!r}"
    return answer


def report(figures: list[Figure], engine_name: str) -> None:
    """Print the table and write it as JSON."""
    say(f"{'':<14}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}{'limit':>8}{'bytes':>8}")
    for f in figures:
        mark = "" if f.ratio <= f.limit else "  over"
        say(
            f"{f.name:<14}{f.ours_ms:>10.2f}{f.baseline_ms:>10.2f}{f.ratio:>8.2f}"
            f"{f.limit:>8.1f}{f.bytes or '':>8}{mark}"
        )
    keep(f"pages, {engine_name}", figures)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
