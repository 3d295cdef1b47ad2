"""On which line each key of a TOML text stands. ``tomllib`` parses but keeps no positions."""

from __future__ import annotations

import re
from typing import Final

from training_app.laws.source import KeyPath

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r"""
    \"{3} (?:\\.|[^\\])*? \"{3,5}   # three quotation marks; up to two more belong to the text
    | '{3} .*? '{3,5}
    | " (?:\\.|[^"\\\n])* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR: Final = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Map every key, table and array item of a valid TOML ``text`` to its line, from 1.

    Paths are as in the parsed document: ``("question", 0, "option", 1, "text")``. The text must
    have passed ``tomllib``; on anything else the result is merely incomplete.
    """
    return _Scanner(text).scan()


class _Scanner:
    """One pass over the text; knows only as much grammar as positions need."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {(): 1}
        self.tables: dict[KeyPath, int] = {}
        self.current: KeyPath = ()

    def scan(self) -> dict[KeyPath, int]:
        """Read to the end."""
        while True:
            self._skip(_BLANK)
            start = self.at
            if start >= len(self.text):
                return self.lines
            if self.text[start] == "[":
                self._header()
            else:
                self._pair(self.current)
            if self.at == start:
                return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def _note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _peek(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _header(self) -> None:
        """``[table]`` or ``[[array of tables]]``."""
        several = self._peek("[[")
        self.at += 2 if several else 1
        path: KeyPath = ()
        keys = self._dotted()
        for key in keys[:-1]:
            self._note((*path, key))
            path = self._inside((*path, key))
        path = (*path, keys[-1]) if keys else path
        if several:
            self._note(path)
            self.tables[path] = self.tables.get(path, 0) + 1
        self.current = self._inside(path)
        self._note(self.current)
        self.at += 2 if several else 1

    def _inside(self, path: KeyPath) -> KeyPath:
        """The last item where ``path`` names an array of tables."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def _dotted(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            key = self._skip(_BARE_KEY) or self._skip(_STRING)[1:-1]
            if not key:
                return keys
            keys.append(key)
            self._skip(_SPACE)
            if not self._peek("."):
                return keys
            self.at += 1

    def _pair(self, table: KeyPath) -> None:
        """``key = value``."""
        path = table
        line_at = self.at
        for key in self._dotted():
            path = (*path, key)
            end, self.at = self.at, line_at
            self._note(path)
            self.at = end
        if self._peek("="):
            self.at += 1
            self._skip(_SPACE)
            self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline_table(path)
        elif not self._skip(_STRING):
            self._skip(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text) or self._peek("]"):
                self.at += 1
                return
            if self._peek(","):
                self.at += 1
                continue
            self._note((*path, index))
            before = self.at
            self._value((*path, index))
            if self.at == before:
                return
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text) or self._peek("}"):
                self.at += 1
                return
            if self._peek(","):
                self.at += 1
                continue
            before = self.at
            self._pair(path)
            if self.at == before:
                return
