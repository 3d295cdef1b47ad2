"""Templates of one language each: literal messages are put in when a template is compiled.

A page carries some sixty messages, and most never change between two readers of the same
language. Looking them up while the page is made cost as much as asking the database.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

_GETTEXT = frozenset({"_", "gettext"})
_MOST_ADDRESSES = 4096


class LanguageEnvironment(Environment):
    """Jinja's environment; one with a ``lookup`` compiles that language into its templates."""

    lookup: Callable[[str], str] | None = None

    def say(self, message: str, **values: Any) -> Markup:
        """A message in the environment's language; values are escaped."""
        text = self.lookup(message) if self.lookup else message
        return Markup(text) % values  # noqa: S704 - our own message

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

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves where a template adds none.

        The library's chain of the two is walked key by key for each page and each import.
        """
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.lookup is not None:
            escaped = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            _Messages(self.lookup, escaped=escaped).visit(tree)
        return tree


class _Messages(NodeTransformer):
    """Replaces ``_("literal")`` by its text, and any other message by a call that knows the way.

    The library's own call looks for the language each time, which took longer than the message.
    """

    def __init__(self, lookup: Callable[[str], str], *, escaped: bool) -> None:
        self.lookup = lookup
        self.escaped = escaped

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's naming
        """One call: folded when it is a plain message, shortened otherwise."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in _GETTEXT:
            return node
        if len(node.args) != 1 or node.dyn_args:
            return node
        if node.kwargs or node.dyn_kwargs or not isinstance(node.args[0], nodes.Const):
            if self.escaped:
                node.node = nodes.EnvironmentAttribute("say", lineno=node.lineno)
            return node
        # As the call would: the text is formatted, and it is safe because it is ours.
        text = self.lookup(node.args[0].value) % {}
        return nodes.MarkSafeIfAutoescape(nodes.Const(text), lineno=node.lineno)


class App(Flask):
    """Flask with one set of compiled templates per language, and a memory for addresses."""

    jinja_environment = LanguageEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        self._base: LanguageEnvironment | None = None
        self._languages: dict[str, LanguageEnvironment] = {}
        self._addresses: dict[tuple[object, ...], str] = {}
        super().__init__(*args, **options)

    @property
    def jinja_env(self) -> LanguageEnvironment:
        """The reader's environment in a request; the one they grow from otherwise."""
        base = self._base or LanguageEnvironment.of(self)
        self._base = base
        if not has_request_context():
            return base
        locale = get_locale()
        language = locale.language if locale else ""
        if language not in self._languages:
            self._languages[language] = base.speaking(get_translations().ugettext)
        return self._languages[language]

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """The address of a page. Built once for the same values, not for every link to it."""
        plain = all(type(one) in {str, int} and name[0] != "_" for name, one in values.items())
        if not plain or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (request.script_root, endpoint, *values.items())
        found = self._addresses.get(key)
        if found is None:
            if len(self._addresses) >= _MOST_ADDRESSES:
                self._addresses.clear()
            found = self._addresses[key] = super().url_for(endpoint, **values)
        return found
