"""A client that checks every page it fetches, and pages that tests can ask in words.

Checked on each page: status, title, one h1, language, labels of fields, form tokens, unique ids,
no untranslated message id, no style attribute, the byte budget of the audience.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from itertools import takewhile
from typing import Any

import brotli
from flask import Flask
from werkzeug.test import TestResponse

MEDIATOR_BYTES = 14_000
OFFICE_BYTES = 40_000
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
UNSAFE = frozenset({"post"})


@dataclass
class Element:
    """One start tag with its attributes and the text inside it."""

    name: str
    attributes: dict[str, str]
    form: "Element | None" = None
    text: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass
class Form:
    """A form of a page: where it goes and what it would send as it stands."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **values: Any) -> dict[str, Any]:
        """The values a browser would send, with some replaced."""
        sent: dict[str, Any] = {}
        for name, value in self.fields:
            if name not in sent:
                sent[name] = value
                continue
            earlier = sent[name]
            sent[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        return sent | values


class _Reader(HTMLParser):
    """Collects elements, the text of headings, and complaints about nesting."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.stack: list[Element] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> repeats an attribute")
        form = next((e for e in reversed(self.stack) if e.name == "form"), None)
        if tag == "form" and form is not None:
            self.problems.append("a form inside a form")
        element = Element(tag, {name: value or "" for name, value in attrs}, form)
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack[-1].name != tag:
            inside = self.stack[-1].name if self.stack else "nothing"
            self.problems.append(f"</{tag}> closes <{inside}>")
            return
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        for element in self.stack:
            element.text += data


class Page:
    """A fetched page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self._reader = _Reader()
        self._reader.feed(self.html)

    @property
    def elements(self) -> list[Element]:
        return self._reader.elements

    def all(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    @cached_property
    def text(self) -> str:
        """Everything that is read on the page, with single spaces."""
        body = next(iter(self.all("body")), None)
        return " ".join((body.text if body else self.html).split())

    @cached_property
    def h1(self) -> str:
        return " ".join(self.all("h1")[0].text.split())

    @property
    def bytes(self) -> int:
        """Bytes on the wire, compressed as the server does."""
        return len(brotli.compress(self.html.encode(), quality=4))

    @cached_property
    def links(self) -> list[str]:
        return [a.get("href") for a in self.all("a")]

    def link(self, words: str) -> str:
        """The address behind a link that contains the words."""
        for a in self.all("a"):
            if words in " ".join(a.text.split()):
                return a.get("href")
        raise AssertionError(f"no link says {words!r} on {self.h1!r}")

    @cached_property
    def forms(self) -> list[Form]:
        return [self._form(element) for element in self.all("form")]

    def form(self, action: str) -> Form:
        """The form whose action contains the text."""
        for form in self.forms:
            if action in form.action:
                return form
        raise AssertionError(f"no form goes to {action!r}: {[f.action for f in self.forms]}")

    def _form(self, element: Element) -> Form:
        form = Form(element.get("action"), element.get("method").lower() or "get")
        inside = [e for e in self.elements if e.form is element]
        for at, e in enumerate(inside):
            kind = e.get("type")
            if e.name == "input" and e.get("name") and kind not in {"submit", "file"}:
                if kind not in {"checkbox", "radio"} or "checked" in e.attributes:
                    form.fields.append((e.get("name"), e.get("value")))
            elif e.name == "textarea":
                form.fields.append((e.get("name"), e.text))
            elif e.name == "select":
                rest = inside[at + 1 :]
                options = list(takewhile(lambda o: o.name in {"option", "optgroup"}, rest))
                chosen = [o for o in options if "selected" in o.attributes] or options[:1]
                form.fields.append((e.get("name"), chosen[0].get("value") if chosen else ""))
        return form

    # -- checks ----------------------------------------------------------------------------

    def problems(self, budget: int = OFFICE_BYTES) -> list[str]:
        """What is wrong with the page, in words."""
        return [
            *self._reader.problems,
            *(f"<{e.name}> is never closed" for e in self._reader.stack),
            *self._frame_problems(),
            *self._field_problems(),
            *self._identity_problems(),
            *([f"{self.bytes} bytes, over {budget}"] if self.bytes > budget else []),
        ]

    def _frame_problems(self) -> Iterable[str]:
        titles, headings = self.all("title"), self.all("h1")
        if len(titles) != 1 or not titles[0].text.split("–")[0].strip():
            yield "no title"
        if len(headings) != 1 or not headings[0].text.strip():
            yield f"{len(headings)} h1 headings"
        if not self.all("html") or self.all("html")[0].get("lang") not in {"vi", "en"}:
            yield "no language"
        if any("style" in e.attributes for e in self.elements):
            yield "a style attribute"
        if re.search(r"\{\{|\}\}|\{%|%\([a-z_]+\)[sd]|Undefined", self._after_style):
            yield "an unfilled placeholder"

    @property
    def _after_style(self) -> str:
        """The page without its inlined stylesheet, whose braces are its own."""
        return re.sub(r"<style>.*?</style>", "", self.html, flags=re.DOTALL)

    def _field_problems(self) -> Iterable[str]:
        labelled = {label.get("for") for label in self.all("label")}
        inside_label = {id(e) for e in self._fields_inside_labels()}
        for e in self.elements:
            if e.name not in {"input", "select", "textarea"}:
                continue
            if e.get("type") in {"hidden", "submit"}:
                continue
            named = e.get("aria-label") or e.get("aria-labelledby") or e.get("id") in labelled
            if not named and id(e) not in inside_label:
                yield f"the field {e.get('name')!r} has no label"
        for element in self.all("form"):
            fields = {e.get("name") for e in self.elements if e.form is element}
            if element.get("method").lower() in UNSAFE and "csrf_token" not in fields:
                yield f"the form to {element.get('action')} has no token"
        for button in self.all("button"):
            if not button.text.strip() and not button.get("aria-label"):
                yield "a button without words"

    def _fields_inside_labels(self) -> list[Element]:
        inside: list[Element] = []
        for match in re.finditer(r"<label\b.*?</label>", self.html, re.DOTALL):
            reader = _Reader()
            reader.feed(match.group())
            names = {
                (e.name, e.get("name"), e.get("value"))
                for e in reader.elements
                if e.name in {"input", "select", "textarea"}
            }
            inside += [e for e in self.elements if (e.name, e.get("name"), e.get("value")) in names]
        return inside

    def _identity_problems(self) -> Iterable[str]:
        ids = [e.get("id") for e in self.elements if e.get("id")]
        for double in sorted({i for i in ids if ids.count(i) > 1}):
            yield f"the id {double!r} stands twice"
        for e in self.elements:
            for target in e.get("aria-describedby").split():
                if target not in ids:
                    yield f"aria-describedby points to the missing {target!r}"


class PageClient:
    """Fetches pages as one visitor and refuses pages that break a rule."""

    def __init__(self, app: Flask, budget: int = OFFICE_BYTES) -> None:
        self.http = app.test_client()
        self.budget = budget
        self.visited: list[Page] = []

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        """Fetch a page, following redirects to where the visitor ends up."""
        response = self.http.get(path, follow_redirects=True, **options)
        return self._checked(path, response, status)

    def post(self, path: str, data: dict[str, Any], status: int = 200) -> Page:
        """Send a form with the page's own token and follow to where it leads."""
        response = self.http.post(path, data=data, follow_redirects=True)
        return self._checked(path, response, status)

    def submit(self, page: Page, action: str, status: int = 200, **values: Any) -> Page:
        """Fill the page's form to ``action`` and send it."""
        form = page.form(action)
        target = form.action or page.response.request.path
        return self.post(target, form.filled(**values), status)

    def language(self, code: str) -> None:
        """Switch the interface's language."""
        self.http.set_cookie("lang", code)

    def _checked(self, path: str, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (
            f"{path}: {response.status_code} instead of {status}: "
            f"{' '.join(response.get_data(as_text=True).split())[:400]}"
        )
        page = Page(response)
        problems = page.problems(self.budget)
        assert not problems, f"{path}: {problems}"
        self.visited.append(page)
        return page
