"""A real browser: the Chromium of the machine, driven by Playwright. Never skipped.

`site` serves the application under test over HTTP; `visit(javascript=...)` opens a fresh page on
it whose console errors, failed scripts and policy violations fail the test.
"""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from flask import Flask
from playwright import sync_api
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE_HEIGHT = 740
# How long a page may take on a machine that does much else; nothing waits longer than it must.
PATIENCE = 30_000
sync_api.expect.set_options(timeout=PATIENCE)
FLAGS = [
    # Root and most containers cannot have the sandbox; the only pages visited are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

Visit = Callable[..., Page]

# Pages on which scripts never run, so that nothing waits for one in vain.
_without_scripts: WeakSet[Page] = WeakSet()


def executable() -> str:
    """Return the path of Chromium.

    Raises RuntimeError naming the package when there is none: browser tests fail, never skip.
    """
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if not found:
        message = "no Chromium on this machine: install the package chromium (Debian)"
        raise RuntimeError(message)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once per worker."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the application under test, served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Open pages in fresh contexts: `visit("/path", javascript=False, width=320)`.

    Every page must stay free of console errors, script errors and refused resources; expected
    ones are named by a pattern: `visit("/x", expect=r"404")`.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        path: str = "/",
        *,
        javascript: bool = True,
        width: int = 360,
        expect: str = "",
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": PHONE_HEIGHT},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if not javascript:
            _without_scripts.add(page)
        watch(page, problems, expect)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "the browser complained:\n" + "\n".join(problems)


def watch(page: Page, problems: list[str], expect: str) -> None:
    """Collect what the page's console and scripts complain about, but for what is expected."""

    def note(kind: str, text: str) -> None:
        if not (expect and re.search(expect, text)):
            problems.append(f"{kind} on {page.url}: {text}")

    page.on("pageerror", lambda error: note("script error", str(error)))
    page.on(
        "console",
        lambda message: note("console", message.text) if message.type == "error" else None,
    )


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands, one line per rule and place.

    Axe is itself a script: a page opened with `javascript=False` cannot be asked.
    """
    assert page not in _without_scripts, "axe needs a page opened with javascript=True"
    page.evaluate(_axe_source())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS
    )
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window, which a phone's reader must never meet."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
