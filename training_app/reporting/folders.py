"""The forms, the days and the words that come with reporting, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.reporting import parsing
from training_app.reporting.parsing import Frame
from training_app.reporting.rules.layouts import Kind, Layout, PeriodRule

_DATA: Final = Path(__file__).parent / "data"


def _text(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """Every version of every form."""
    return parsing.layouts(_text("layouts.toml"))


@lru_cache(maxsize=1)
def periods() -> dict[Kind, PeriodRule]:
    """The days of each kind of report."""
    return {one.kind: one for one in parsing.periods(_text("periods.toml"))}


@lru_cache(maxsize=1)
def frame() -> Frame:
    """The words around the table of a document."""
    return parsing.frame(_text("frame.toml"))
