"""A reader who walks through the application in a real browser, and what every page owes a reader.

Each page that is reached is looked at: axe finds nothing (where scripts run), nothing is too small
to read or to hit, and nothing scrolls sideways, at 320 px and in the largest letters neither.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import Locator, Page, expect

from tests.browser import PHONE_HEIGHT, axe_violations, scrolls_sideways
from training_app.questions.rules import Response, form_values
from training_app.questions.source import Question

PHONE, DESK, NARROW = 360, 1280, 320
LARGEST = "t3"
# What the browser writes into its console when a page is refused on purpose.
REFUSED = r"status of 4\d\d"

Say = Callable[..., str]


@cache
def _measure() -> str:
    return Path(__file__).with_name("measure.js").read_text(encoding="utf-8")


def words(app: Flask, language: str) -> Say:
    """Translate an English message id as the pages do."""

    def say(message: str, **params: object) -> str:
        with app.test_request_context(), force_locale(language):
            return gettext(message, **params)

    return say


@dataclass
class Walk:
    """One reader with one browser: presses, follows, fills, and looks at every page reached."""

    page: Page
    say: Say
    javascript: bool
    width: int
    problems: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    # -- acting --------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)
        self.look()

    def press(self, message: str, **params: object) -> None:
        """Press the button that says the message, and look at where it leads."""
        self.arrive(self.button(message, **params))

    def follow(self, message: str, **params: object) -> None:
        """Follow the link that says the message, and look at where it leads."""
        self.arrive(self.link(self.say(message, **params)))

    def follow_name(self, name: str) -> None:
        """Follow the link that bears a name which is no message: a team, a person, a module."""
        self.arrive(self.link(name))

    def arrive(self, target: Locator) -> None:
        """Click what leads to another page, and look at it."""
        with self.page.expect_navigation():
            target.click()
        self.look()

    def back(self) -> None:
        """Press Back of the browser; a page's own script may have to fetch what stood there."""
        self.page.go_back()
        expect(self.page.locator("main [aria-busy]")).to_have_count(0)
        self.look()

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.look()

    def fill(self, **texts: str) -> None:
        """Write into the fields with these names."""
        for name, text in texts.items():
            self.field(name).fill(text)

    def tick(self, name: str, value: str) -> None:
        """Tick or choose the card of a field that has this value."""
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def answer(self, question: Question, response: Response) -> None:
        """Mark the answer on the question's page."""
        for name, values in form_values(question, response).items():
            for value in values:
                one = self.page.locator(f'[name="{name}"][value="{value}"]')
                if one.count():
                    one.check()
                elif self.page.locator(f'select[name="{name}"]').count():
                    self.page.locator(f'select[name="{name}"]').select_option(value)
                else:
                    self.page.locator(f'[name="{name}"]').fill(value)

    # -- finding -------------------------------------------------------------------------------

    def field(self, name: str) -> Locator:
        """The visible field with this name."""
        return self.page.locator(f'main [name="{name}"]:not([type="hidden"])')

    def button(self, message: str, **params: object) -> Locator:
        """The button that says the message."""
        return self.page.get_by_role("button", name=self.say(message, **params), exact=True)

    def row(self, name: str) -> Locator:
        """The row of a table that the name heads."""
        head = self.page.get_by_role("rowheader", name=name, exact=True)
        return self.page.locator("tr", has=head)

    def link(self, name: str) -> Locator:
        """The link that bears the name."""
        return self.page.get_by_role("link", name=name, exact=True)

    # -- seeing --------------------------------------------------------------------------------

    def heading(self, message: str, **params: object) -> None:
        """Expect the page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(message, **params))

    def reads(self, message: str, **params: object) -> None:
        """Expect the message somewhere on the page."""
        expect(self.page.locator("main")).to_contain_text(self.say(message, **params))

    def shows(self, text: str) -> None:
        """Expect a text that is no message."""
        expect(self.page.locator("main")).to_contain_text(text)

    def hides(self, text: str) -> None:
        """Expect that nothing on the page bears the text."""
        expect(self.page.locator("body")).not_to_contain_text(text)

    def rows(self, place: int = 0) -> list[list[str]]:
        """The words of a table's rows, heads and foot included."""
        found: list[list[str]] = (
            self.page.locator("table")
            .nth(place)
            .evaluate(
                """table => [...table.rows].map(row => [...row.cells].map(
                cell => cell.innerText.trim().replace(/\\s+/g, " ")))"""
            )
        )
        return found

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return self.page.pdf(prefer_css_page_size=True)

    # -- judging -------------------------------------------------------------------------------

    def look(self) -> None:
        """Judge the page reached; one that was judged as it stands is not judged again."""
        address = re.sub(r"^https?://[^/]+", "", self.page.url)
        self.visited.append(address)
        content = re.sub(r'value="[^"]{20,}"', "", self.page.content())
        if content in self.looked_at:
            return
        self.looked_at.add(content)
        found: list[str] = self.page.evaluate(_measure())
        found += self._too_wide()
        if self.javascript:
            found += axe_violations(self.page)
        self.problems += [f"{address}: {problem}" for problem in dict.fromkeys(found)]

    def _too_wide(self) -> list[str]:
        """Widths and letter sizes at which the page scrolls sideways."""
        found = []
        own = self.page.evaluate("document.body.className")
        for width, letters in ((self.width, own), (NARROW, own), (NARROW, LARGEST)):
            self._show(width, letters)
            if scrolls_sideways(self.page):
                found.append(f"scrolls sideways at {width} px, letters {letters or 't1'}")
        self._show(self.width, own)
        return found

    def _show(self, width: int, letters: str) -> None:
        self.page.set_viewport_size({"width": width, "height": PHONE_HEIGHT})
        self.page.evaluate("letters => { document.body.className = letters }", letters)


Start = Callable[..., Walk]


def pages_of(pdf: bytes) -> int:
    """How many sheets a printed page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
