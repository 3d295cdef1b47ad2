"""What one version of a draft has that another has not, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference: ``sign`` is "+", "-", " " or "…" where lines are left out."""

    sign: str
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True)
class FileDifference:
    """How one file differs."""

    name: str
    lines: tuple[Line, ...]

    @property
    def added(self) -> int:
        """Lines that came."""
        return sum(line.sign == "+" for line in self.lines)

    @property
    def removed(self) -> int:
        """Lines that went."""
        return sum(line.sign == "-" for line in self.lines)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FileDifference, ...]:
    """Every file that differs, by name; a new or removed file differs as a whole."""
    return tuple(
        FileDifference(name, tuple(_lines(before.get(name, ""), after.get(name, ""))))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _lines(before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)
    for index, group in enumerate(groups):
        if index:
            yield Line("…", None, None, "")
        for tag, a, b, c, d in group:
            if tag == "equal":
                for i in range(a, b):
                    yield Line(" ", i + 1, c + i - a + 1, old[i])
                continue
            for i in range(a, b):
                yield Line("-", i + 1, None, old[i])
            for i in range(c, d):
                yield Line("+", None, i + 1, new[i])
