"""Pictures of the demonstration: `python -m tools.screens [--to FOLDER] [--every]`.

Without options, the few pictures of the README (phone for mediators, desktop for offices). With
`--every`, each page of each audience at 360 and 1200 px in both languages, to look at.
"""

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, executable
from tools.lighten import lighten

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
STEPS = (
    ("-m", "tools.keys", "ensure"),
    ("-m", "flask", "database", "upgrade"),
    ("-m", "flask", "units", "load"),
    ("-m", "flask", "content", "load"),
    ("-m", "flask", "demo", "seed"),
)
PHONE, DESK = 360, 1200


@dataclass(frozen=True)
class Shot:
    """One picture: whose, of which page, reached from which link, for the README or not.

    ``press`` times the first card is chosen, where there are cards, and the first button pressed.
    ``at`` is the place of the page, as CSS says it, with which a picture of the README begins.
    """

    audience: str
    name: str
    path: str
    follow: tuple[str, ...] = ()
    readme: int = 0
    press: int = 0
    at: str = ""


# A link to follow is the first one of a page, or with this before its pattern the last one.
LAST = "(?#last)"
_SCENARIO = "/practice/pham-vi-hoa-giai/scenarios/lam-lanh-sau-tran-don/"
# The list of reports begins with the one that was made last.
_LATER_REPORT, _FIRST_REPORT = r"/reports/2/$", r"/reports/1/$"
# Links to follow are parts of addresses, so that the list holds in both languages.
SHOTS = (
    Shot("mediator", "home", "/home/", readme=PHONE),
    Shot("mediator", "modules", "/learn/"),
    Shot("mediator", "module", "/learn/pham-vi-hoa-giai/"),
    Shot("mediator", "lesson", "/learn/pham-vi-hoa-giai/", (r"/learn/[^/]+/10-",), readme=PHONE),
    Shot("mediator", "practice", "/practice/pham-vi-hoa-giai/1/", readme=PHONE),
    Shot(
        "mediator", "feedback", "/practice/pham-vi-hoa-giai/1/", readme=PHONE, press=1, at=".note"
    ),
    Shot("mediator", "scenario", _SCENARIO, readme=PHONE, press=1),
    Shot("mediator", "scenario-reply", _SCENARIO, press=2),
    Shot("mediator", "review", "/practice/review/"),
    Shot("mediator", "results", "/my-results/"),
    Shot("mediator", "help", "/help/"),
    Shot("leader", "my-team", "/my-team/", readme=PHONE),
    Shot("commune", "coverage", "/coverage/", readme=DESK),
    Shot("commune", "coverage-team", "/coverage/", (r"/coverage/teams/\d+/$",)),
    Shot("commune", "worklist", "/coverage/", (r"/worklist/",), readme=DESK),
    Shot("commune", "teams", "/teams/"),
    Shot("commune", "team", "/teams/", (r"/teams/\d+/$",)),
    Shot("commune", "rosters", "/rosters/"),
    Shot("commune", "classes", "/classes/"),
    Shot("commune", "class", "/classes/", (r"/classes/\d+/$",)),
    Shot("commune", "roll", "/classes/", (LAST + r"/classes/\d+/$", r"/attendance/$")),
    Shot("commune", "new-class", "/classes/new/"),
    Shot("commune", "requirements", "/requirements/"),
    Shot("commune", "more", "/more/"),
    Shot("commune", "targets", "/coverage/targets/", readme=PHONE, at="ol"),
    Shot("commune", "targets-history", "/coverage/targets/", (r"/history/$",)),
    Shot("commune", "targets-plan", "/coverage/targets/", (r"/plan/$",)),
    Shot("commune", "targets-support", "/coverage/targets/", (r"/support/$",)),
    Shot("commune", "reports", "/reports/"),
    Shot("commune", "report-waits", "/reports/", (_LATER_REPORT,)),
    Shot("commune", "report-sent", "/reports/", (_FIRST_REPORT,)),
    Shot("commune", "report-paper", "/reports/", (_FIRST_REPORT, r"/document/$"), readme=DESK),
    Shot("approver", "report", "/reports/", (_LATER_REPORT,), readme=DESK),
    Shot("province", "targets", "/coverage/targets/"),
    Shot("province", "targets-history", "/coverage/targets/", (r"/history/$",)),
    Shot("province", "reports-sent", "/reports/collection/"),
    Shot("ministry", "targets", "/coverage/targets/"),
    Shot("ministry", "targets-history", "/coverage/targets/history/"),
    Shot("province", "coverage", "/coverage/", readme=DESK),
    Shot("province", "staff", "/staff/"),
    Shot("province", "teams", "/teams/"),
    Shot("province", "trainers", "/coverage/trainers/"),
    Shot("ministry", "coverage", "/coverage/", readme=DESK),
    Shot("ministry", "trainers", "/coverage/trainers/"),
    Shot("trainer", "desk", "/desk/"),
    Shot("trainer", "mediators", "/desk/mediators/"),
    Shot("trainer", "classes", "/classes/", readme=DESK),
    Shot("trainer", "home", "/home/"),
    Shot("trainer", "items", "/items/pham-vi-hoa-giai/", readme=PHONE, at="table"),
    Shot("trainer", "item", "/items/pham-vi-hoa-giai/", (r"/items/questions/\d+/$",)),
    Shot("trainer", "scenario-choices", f"/items/{_SCENARIO.removeprefix('/practice/')}"),
    Shot("commune", "hall-desk", "/classes/", (r"/classes/\d+/$", r"/hall/$")),
    Shot("commune", "hall", "/classes/", (r"/classes/\d+/$", r"/hall/$"), readme=DESK, press=1),
    Shot("nobody", "hall", "/hall/"),
    Shot("administrator", "staff", "/staff/"),
    Shot("nobody", "front", "/", readme=PHONE),
    Shot("nobody", "enter", "/enter/"),
    Shot("nobody", "staff-sign-in", "/staff/sign-in/"),
    Shot("nobody", "check", "/check/"),
    Shot("nobody", "missing", "/no-such-page/"),
)
LINKS = {
    "mediator": "mediator",
    "leader": "team leader",
    "administrator": "administrator",
    "ministry": "ministry viewer",
    "province": "province officer",
    "commune": "commune officer",
    "approver": "second officer",
    "trainer": "trainer",
    "reviewer": "reviewer",
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=IMAGES)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--only", default="", help="a pattern on audience-name")
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    with demonstration() as (address, links), chromium() as browser:
        for shot in SHOTS:
            if chosen.only and not re.search(chosen.only, f"{shot.audience}-{shot.name}"):
                continue
            for width, language in variants(shot, every=chosen.every):
                take(browser, address, links, shot, (width, language, chosen.to))


def variants(shot: Shot, *, every: bool) -> list[tuple[int, str]]:
    """Widths and languages of a picture."""
    if every:
        return [(width, language) for width in (PHONE, DESK) for language in ("vi", "en")]
    return [(shot.readme, "vi")] if shot.readme else []


_signed_in: dict[str, dict[str, str]] = {}


def take(
    browser: Browser,
    address: str,
    links: dict[str, str],
    shot: Shot,
    how: tuple[int, str, Path],
) -> None:
    """Open the page as its audience and save the picture."""
    width, language, folder = how
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 740}, locale="vi-VN"
    )
    page = context.new_page()
    if shot.audience != "nobody":
        if shot.audience not in _signed_in:
            page.goto(links[shot.audience])
            page.locator("main form button").click()
            _signed_in[shot.audience] = {
                cookie["name"]: cookie["value"] for cookie in context.cookies()
            }
        context.add_cookies(
            [{"name": k, "value": v, "url": address} for k, v in _signed_in[shot.audience].items()]
        )
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page.goto(shot.path)
    for pattern in shot.follow:
        open_link(page, pattern)
    for _ in range(shot.press):
        press(page)
    if shot.at and folder == IMAGES:
        page.locator(shot.at).first.evaluate("place => place.scrollIntoView()")
    suffix = "" if folder == IMAGES else f"-{width}-{language}"
    picture = page.screenshot(full_page=folder != IMAGES)
    (folder / f"{shot.audience}-{shot.name}{suffix}.png").write_bytes(lighten(picture))
    wide = page.evaluate("document.documentElement.scrollWidth") - width
    say(
        f"{shot.audience}-{shot.name}{suffix}"
        + (f"  scrolls {wide} px sideways" if wide > 0 else "")
    )
    context.close()


def press(page: Page) -> None:
    """Choose the first card, if there is one, and press the first button in sight."""
    cards = page.locator("main label.card:visible")
    if cards.count():
        cards.first.click()
    with page.expect_navigation():
        page.locator("main form button:visible").first.click()


def open_link(page: Page, pattern: str) -> None:
    """Follow the first link whose address matches, or the last one."""
    links = page.locator("main a").all()
    for link in reversed(links) if pattern.startswith(LAST) else links:
        if re.search(pattern, (link.get_attribute("href") or "").split("?")[0]):
            page.goto(link.get_attribute("href") or "")
            return
    raise AssertionError(f"no link like {pattern} on {page.url}")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's browser."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        yield browser
        browser.close()


@contextlib.contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, str]]]:
    """A seeded demonstration on a free port, and a one-time link for each audience."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TRAINING_DATA_FOLDER": folder, "TRAINING_DEMO": "1", "FLASK_APP": "wsgi", "PORT": port,
        }  # fmt: skip
        for step in STEPS:
            subprocess.run(
                [sys.executable, *step],
                cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        printed = subprocess.run(
            [sys.executable, "-m", "flask", "demo", "ways-in"],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        links = {
            key: line.split()[-1]
            for key, label in LINKS.items()
            for line in printed.splitlines()
            if f"/ {label} " in line or f", {label} " in line
        }
        command = [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread",
            "--threads", "4", "--log-level", "warning", "--bind", f"127.0.0.1:{port}", "wsgi:app",
        ]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            wait(int(port))
            yield f"http://127.0.0.1:{port}", links
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait(port: int) -> None:
    """Wait until the server listens."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


def say(text: str) -> None:
    """Show progress."""
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
