"""Templates of one language each: literal messages are put in when a template is compiled.

A page carries some sixty messages, and most never change between two readers of the same
language. Looking them up while the page is made cost as much as asking the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

_GETTEXT = frozenset({"_", "gettext"})


class LanguageEnvironment(Environment):
    """Jinja's environment; one with a ``lookup`` compiles that language into its templates."""

    lookup: Callable[[str], str] | None = None

    @classmethod
    def of(cls, app: Flask) -> LanguageEnvironment:
        """The application's environment, which knows no language yet."""
        made = app.create_jinja_environment()
        if not isinstance(made, cls):
            raise TypeError(type(made))
        return made

    def speaking(self, lookup: Callable[[str], str]) -> LanguageEnvironment:
        """This environment with messages from ``lookup`` and compiled templates of its own."""
        made: LanguageEnvironment = self.overlay()
        made.lookup = lookup
        return made

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.lookup is not None:
            _Messages(self.lookup).visit(tree)
        return tree


class _Messages(NodeTransformer):
    """Replaces ``_("literal")`` by its text; a message with values stays a call."""

    def __init__(self, lookup: Callable[[str], str]) -> None:
        self.lookup = lookup

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's naming
        """One call: folded when it is a plain message."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in _GETTEXT:
            return node
        plain = len(node.args) == 1 and not node.kwargs and not node.dyn_kwargs
        if not plain or not isinstance(node.args[0], nodes.Const):
            return node
        # As the call would: the text is formatted, and it is safe because it is ours.
        text = self.lookup(node.args[0].value) % {}
        return nodes.MarkSafeIfAutoescape(nodes.Const(text), lineno=node.lineno)


class App(Flask):
    """Flask with one set of compiled templates per language."""

    jinja_environment = LanguageEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        self._base: LanguageEnvironment | None = None
        self._languages: dict[str, LanguageEnvironment] = {}
        super().__init__(*args, **options)

    @property
    def jinja_env(self) -> LanguageEnvironment:
        """The reader's environment in a request; the one they grow from otherwise."""
        base = self._base or LanguageEnvironment.of(self)
        self._base = base
        if not has_request_context():
            return base
        language = str(get_locale() or "")
        if language not in self._languages:
            self._languages[language] = base.speaking(get_translations().ugettext)
        return self._languages[language]


def remember_addresses(app: Flask) -> None:
    """Build the address of a page without parameters once, not for every link to it."""
    known: dict[tuple[str, str], str] = {}

    def url_for(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith(".") or not has_request_context():
            return app.url_for(endpoint, **values)
        place = (request.script_root, endpoint)
        if place not in known:
            known[place] = app.url_for(endpoint)
        return known[place]

    app.jinja_env.globals["url_for"] = url_for
