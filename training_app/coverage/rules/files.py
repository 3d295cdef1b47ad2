"""What a file of a long list holds and in what form, as one short text kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from training_app.coverage.rules.targets import TargetMeasure

# What a file lists, where it is no group of people: what was entered later, or teams in need.
LATE: Final = "late"
WORK: Final = "worklist"


class FileForm(StrEnum):
    """How a table is written: as a workbook, or as data."""

    XLSX = "xlsx"
    DATA = "json"


@dataclass(frozen=True)
class FileKey:
    """What is listed, and in what form.

    ``listed`` is a group of people, empty for everybody, ``LATE``, ``WORK``, or the list behind
    a target (``TargetList.written``).
    """

    listed: str
    form: FileForm

    @property
    def written(self) -> str:
        """As it is kept."""
        return f"{self.listed}.json" if self.form is FileForm.DATA else self.listed

    @classmethod
    def read(cls, text: str) -> FileKey:
        """From what is kept."""
        listed, _, form = text.partition(".")
        return cls(listed, FileForm(form or "xlsx"))


@dataclass(frozen=True)
class TargetList:
    """One half of the people or teams behind a target: those that did or are (``done``), or not.

    What happened counts from ``first`` to ``last``; teams are looked at as of ``last``.
    """

    measure: TargetMeasure
    done: bool
    first: date
    last: date

    @property
    def written(self) -> str:
        """As it is kept beside a file, in at most 24 characters."""
        days = f"{self.last:%Y%m%d}"
        if not self.measure.of_teams:
            days = f"{self.first:%Y%m%d}-{days}"
        word = next(word for word, measure in _MEASURES.items() if measure is self.measure)
        return f"{word}{'+' if self.done else '-'}{days}"

    @classmethod
    def read(cls, text: str) -> TargetList | None:
        """From what is kept; None for what names no list behind a target."""
        for word, measure in _MEASURES.items():
            sign, days = text[len(word) : len(word) + 1], text[len(word) + 1 :]
            if text.startswith(word) and sign in {"+", "-"}:
                first, *last = (date.fromisoformat(one) for one in days.split("-"))
                return cls(measure, sign == "+", first, last[0] if last else first)
        return None


# Short words: the text that is kept has little room.
_MEASURES: Final = {
    "taught": TargetMeasure.TAUGHT,
    "kit": TargetMeasure.KIT,
    "complete": TargetMeasure.COMPLETE,
    "supported": TargetMeasure.SUPPORTED,
}
LISTED_MEASURES: Final = frozenset(_MEASURES.values())
