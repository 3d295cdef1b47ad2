"""What the register of laws holds, as frozen values, and problems found while reading content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator

SLUG: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
KeyPath: TypeAlias = tuple[str | int, ...]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_CITATION: Final = re.compile(
    r"(?P<instrument>[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"#(?P<article>[1-9][0-9]*[a-zđ]?)"
    r"(?:\.(?P<clause>[1-9][0-9]*[a-zđ]?)(?:\.(?P<point>[a-zđ][0-9]?))?)?"
)

# TOML arrays arrive as lists; content keeps them as tuples. Their items stay strict.
Several = Annotated[tuple[T, ...], Field(strict=False)]


class Content(BaseModel):
    """Base of everything an author writes: frozen, typed strictly, unknown keys refused."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)


class BadCitation(ValueError):
    """The text is no citation; carries it for the message."""


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A place in a legal instrument: article, and within it a clause and a point."""

    instrument: str
    article: str
    clause: str = ""
    point: str = ""

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read ``luat-35-2013-qh13#3.1.c``; raises :class:`BadCitation`."""
        match = _CITATION.fullmatch(text)
        if match is None:
            raise BadCitation(text)
        return cls(**{name: value or "" for name, value in match.groupdict().items()})

    @property
    def place(self) -> tuple[str, str]:
        """Instrument key and article number: what the register can answer for."""
        return self.instrument, self.article

    def __str__(self) -> str:
        tail = ".".join(part for part in (self.article, self.clause, self.point) if part)
        return f"{self.instrument}#{tail}"


def _citation(value: object) -> Citation:
    if isinstance(value, Citation):
        return value
    if not isinstance(value, str):
        raise BadCitation(str(value))
    return Citation.parse(value)


CitationField = Annotated[Citation, PlainValidator(_citation), PlainSerializer(str)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=80)]
ItemId = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, Field(min_length=1)]
Confidence = Literal["S", "S2", "D", "R"]


class Article(Content):
    """One article: its number, what it says in our own words, and since when."""

    number: Annotated[str, Field(pattern=r"^[1-9][0-9]*[a-zđ]?$")]
    heading: Text
    gist: Text
    confidence: Confidence
    in_force_from: date | None = None
    in_force_to: date | None = None
    replaced_by: str = ""


class Instrument(Content):
    """One law, decree, circular or decision. Dates are half-open: from <= day < to."""

    key: Slug
    kind: Literal[
        "Hiến pháp",
        "Bộ luật",
        "Luật",
        "Pháp lệnh",
        "Nghị quyết",
        "Nghị quyết liên tịch",
        "Nghị định",
        "Quyết định",
        "Thông tư",
        "Thông tư liên tịch",
    ]
    number: Text
    title: Text
    title_en: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    replaced_by: str = ""
    confidence: Confidence
    reviewed_on: date
    reviewer: str = ""
    articles: Several[Article] = Field(default=(), alias="article")


@dataclass(frozen=True, slots=True)
class DatedArticle:
    """An article as it stands in the register, with the dates that hold for it."""

    citation: Citation
    instrument: Instrument
    article: Article

    @property
    def in_force_from(self) -> date | None:
        """The first day in force; None where no source says."""
        return self.article.in_force_from or self.instrument.in_force_from

    @property
    def in_force_to(self) -> date | None:
        """The first day no longer in force; None while it stands."""
        ends = [end for end in (self.article.in_force_to, self.instrument.in_force_to) if end]
        return min(ends, default=None)

    @property
    def replaced_by(self) -> str:
        """Key of the successor: ``instrument`` or ``instrument#article``; empty where none."""
        return self.article.replaced_by or self.instrument.replaced_by


@dataclass(frozen=True)
class Register:
    """The register of instruments as one content folder states it."""

    instruments: tuple[Instrument, ...] = ()

    def find(self, citation: Citation) -> DatedArticle | None:
        """The article that ``citation`` points into, or None."""
        return self._index.get(citation.place)

    def instrument(self, key: str) -> Instrument | None:
        """The instrument with this key, or None."""
        return next((one for one in self.instruments if one.key == key), None)

    def articles(self) -> tuple[DatedArticle, ...]:
        """Every article, in the order of the register."""
        return tuple(
            DatedArticle(Citation(one.key, article.number), one, article)
            for one in self.instruments
            for article in one.articles
        )

    @cached_property
    def _index(self) -> Mapping[tuple[str, str], DatedArticle]:
        return {one.citation.place: one for one in self.articles()}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an author should mend: where it stands, what it is, what to do.

    ``message`` and ``remedy`` are English message ids with named values in ``params``; ``line``
    counts from 1, 0 means the whole file. A warning does not stop publication.
    """

    file: str
    line: int
    key: str
    message: str
    remedy: str
    params: Mapping[str, Any] = field(default_factory=dict, compare=False)
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning" if self.warning else "error"
        what = f"{self.message} {self.remedy}" % self.params
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {kind}: {key}{what}"


@dataclass(frozen=True, slots=True)
class Located(Generic[T_co]):
    """A content object together with the file it came from and the line of each of its keys."""

    value: T_co
    file: str
    lines: Mapping[KeyPath, int] = field(default_factory=dict, compare=False, repr=False)
    prefix: KeyPath = ()

    def line(self, *path: str | int) -> int:
        """The line of ``path``, or of the nearest thing around it; 0 where nothing is known."""
        whole = (*self.prefix, *path)
        for end in range(len(whole), -1, -1):
            if whole[:end] in self.lines:
                return self.lines[whole[:end]]
        return 0

    def problem(
        self,
        path: KeyPath,
        message: str,
        remedy: str,
        /,
        *,
        warning: bool = False,
        **params: object,
    ) -> Problem:
        """A problem at ``path`` inside this object."""
        key = written_path((*self.prefix, *path))
        return Problem(self.file, self.line(*path), key, message, remedy, params, warning)


def written_path(path: KeyPath) -> str:
    """``("question", 2, "stem")`` as an author reads it: ``question[3].stem``, counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text
