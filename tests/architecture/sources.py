"""The source files of the project, parsed once for the architecture tests."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root, its lines and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def module(self) -> str:
        """The last dotted part that names its place in a feature: routes, services, …"""
        parts = Path(self.path).with_suffix("").parts
        return parts[2] if len(parts) > 2 else parts[-1]


@cache
def tracked(*suffixes: str) -> tuple[str, ...]:
    """Files that git tracks or would track, with one of the suffixes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(
        sorted(
            path
            for path in set(listed.splitlines())
            if path.endswith(suffixes) and (ROOT / path).is_file()
        )
    )


@cache
def python(prefix: str) -> tuple[Source, ...]:
    """Python files below a folder."""
    sources = []
    for path in tracked(".py"):
        if path.startswith(prefix):
            text = (ROOT / path).read_text(encoding="utf-8")
            sources.append(Source(path, text, ast.parse(text)))
    return tuple(sources)


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """Pairs of path and text of every template."""
    return tuple(
        (path, (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked(".html")
        if path.startswith("training_app/")
    )
