"""`make bench`: CPU per request of our pages beside the bare minimum, in one run.

Prints ratios and writes bench/results.json. Absolute times are reported, never asserted.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import demonstration
from bench.server import Answer, Server, gunicorn

PAGES = 300
TESTS = 8
WARM = 20
RESULTS = Path(__file__).with_name("results.json")


@dataclass
class Figure:
    """One measurement: milliseconds of CPU for us and for the bare minimum, and the limit."""

    name: str
    ours_ms: float
    baseline_ms: float
    limit: float
    bytes: int

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.baseline_ms


def main() -> None:
    """Seed, serve, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        values = demonstration.environment(place / "data")
        say("seeding a demonstration")
        demonstration.seed(values)
        ways = demonstration.ways(values, TESTS)
        with gunicorn("wsgi:app", values) as server:
            figures = measure(server, ways, place)
    report(figures)


def measure(server: Server, ways: demonstration.Ways, place: Path) -> list[Figure]:
    """Our figures first; their bytes make the templates of the bare minimum."""
    templates = place / "templates"
    templates.mkdir()
    enter(server, ways.reader)
    home = follow(server, "/")
    lesson = first_lesson(server)
    pages: dict[str, tuple[str, str]] = {"home": (home, "reader"), "lesson": (lesson, "reader")}
    ours: dict[str, float] = {}
    sizes: dict[str, int] = {}
    for name, (path, _) in pages.items():
        ours[name], sizes[name] = take_page(server, name, path, templates)
    question, save = start_test(server)
    ours["question"], sizes["question"] = take_page(server, "question", question, templates)
    ours["answer save"] = cpu_of(server, lambda: save_answer(server, question, save), PAGES)
    server.cookies.clear()
    enter(server, ways.officer)
    coverage = f"/coverage/units/{ways.province_id}/"
    ours["coverage"], sizes["coverage"] = take_page(server, "coverage", coverage, templates)
    whole = whole_tests(server, ways.learners)
    return beside_baseline(place, ours, sizes, whole)


def beside_baseline(
    place: Path, ours: dict[str, float], sizes: dict[str, int], whole: float
) -> list[Figure]:
    """The same pages from the bare minimum, on the same server."""
    values = {
        "BENCH_FOLDER": str(place / "templates"),
        "BENCH_DATABASE": f"sqlite:///{place / 'baseline.sqlite'}",
    }
    with gunicorn("bench.baseline:app", values) as server:
        bare = {
            name: cpu_of(server, lambda name=name: expect(server.ask(f"/page/{name}/")), PAGES)
            for name in sizes
        }
        bare["answer save"] = cpu_of(
            server, lambda: expect(server.ask("/save/", {"text": "đã lưu"}), 303), PAGES
        )
    figures = [Figure(name, ours[name], bare[name], 2.0, sizes.get(name, 0)) for name in ours]
    return [*figures, Figure("whole test", whole, bare["lesson"], 40.0, 0)]


# -- visits ---------------------------------------------------------------------------------


def enter(server: Server, link: str) -> None:
    """Sign in by a demonstration link."""
    page = server.ask(link, plain=True)
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
    html = server.ask(path, plain=True).body.decode()
    return [part.split('"')[0] for part in html.split('href="')[1:] if within in part.split('"')[0]]


def first_lesson(server: Server) -> str:
    """The first lesson of the first module."""
    module = links(server, "/learn/", "/learn/")
    module = [path for path in module if path.count("/") == 3]
    lessons = [path for path in links(server, module[0], module[0]) if path.count("/") == 4]
    return lessons[0]


def start_test(server: Server) -> tuple[str, dict[str, str]]:
    """Start the first module's test; returns its first question and a form that answers it."""
    module = first_lesson(server).rsplit("/", 2)[0] + "/"
    token = server.ask(module, plain=True).token()
    question = server.ask(f"{module}test/start/", {"csrf_token": token}).location
    return question, unsure(server, question)


def unsure(server: Server, question: str) -> dict[str, str]:
    """The form of a question, filled with "I do not know yet", which every kind accepts."""
    page = server.ask(question, plain=True)
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


def whole_tests(server: Server, learners: tuple[str, ...]) -> float:
    """CPU milliseconds of a whole test: open, start, ten answers, submit, result."""
    total = 0.0
    for link in learners:
        server.cookies.clear()
        enter(server, link)
        before = server.cpu()
        question, form = start_test(server)
        where = question
        while "/questions/" in where:
            answer = server.ask(where, form)
            where = expect(answer, 303).location
            if "/questions/" in where:
                form = unsure(server, where)
        review = server.ask(where, plain=True)
        attempt = where.rsplit("/", 2)[0]
        done = server.ask(f"{attempt}/submit/", {"csrf_token": review.token()})
        expect(server.ask(expect(done, 303).location))
        total += server.cpu() - before
    return 1000 * total / len(learners)


# -- counting -------------------------------------------------------------------------------


def take_page(server: Server, name: str, path: str, templates: Path) -> tuple[float, int]:
    """CPU per request of a page; its text becomes the bare minimum's template."""
    html = expect(server.ask(path, plain=True)).body.decode()
    fixed = html.replace("{", "(").replace("}", ")")
    (templates / f"{name}.html").write_text(fixed + "{{ text }}", encoding="utf-8")
    size = len(server.ask(path).body)
    return cpu_of(server, lambda: expect(server.ask(path)), PAGES), size


def cpu_of(server: Server, act: Callable[[], object], times: int) -> float:
    """Milliseconds of server CPU for one act, after warming up."""
    for _ in range(WARM):
        act()
    before = server.cpu()
    for _ in range(times):
        act()
    return 1000 * (server.cpu() - before) / times


def expect(answer: Answer, status: int = 200) -> Answer:
    """The answer, if it has the status."""
    assert answer.status == status, f"{answer.status}: {answer.body[:300]!r}"
    return answer


def report(figures: list[Figure]) -> None:
    """Print the table and write it as JSON."""
    say(f"{'':<14}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}{'limit':>8}{'bytes':>8}")
    for f in figures:
        mark = "" if f.ratio <= f.limit else "  over"
        say(
            f"{f.name:<14}{f.ours_ms:>10.2f}{f.baseline_ms:>10.2f}{f.ratio:>8.2f}"
            f"{f.limit:>8.1f}{f.bytes or '':>8}{mark}"
        )
    rows = [asdict(f) | {"ratio": round(f.ratio, 3)} for f in figures]
    RESULTS.write_text(json.dumps({"engine": "sqlite", "figures": rows}, indent=1) + "\n")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
