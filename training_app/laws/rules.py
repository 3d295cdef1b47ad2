"""Whether an article holds on a day, and how a citation is written for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

from training_app.laws.source import Citation

# Codes and laws are known by their title; everything below them by its number.
_KNOWN_BY_TITLE: Final = frozenset({"Bộ luật", "Luật", "Pháp lệnh", "Hiến pháp"})


class ChangeKind(StrEnum):
    """What a change of law does to an article."""

    AMENDED = "amended"
    REPLACED = "replaced"
    REPEALED = "repealed"


def touches(changed: tuple[str, str], cited: tuple[str, str]) -> bool:
    """Whether a change at one clause and point reaches a citation of another, in one article.

    An empty clause is the whole article, an empty point the whole clause: the two meet when one
    contains the other.
    """
    return all(
        not here or not there or here == there for here, there in zip(changed, cited, strict=True)
    )


def spoken_of(place: tuple[str, str], known: Iterable[tuple[str, str]]) -> bool:
    """Whether a clause and point is the whole article, or stands among known places or holds one.

    The register says what an article is about, not how many clauses it has: the places that
    content cites are those of which somebody has looked at the paper.
    """
    clause, point = place
    return not clause or any(
        clause == one and (not point or point == other) for one, other in known
    )


class Changed(Protocol):
    """A change of an article as it was recorded."""

    @property
    def clause(self) -> str:
        """The clause that changes; empty: the whole article."""

    @property
    def kind(self) -> str:
        """A :class:`ChangeKind`."""

    @property
    def in_force_from(self) -> date:
        """The first day of the new text, or the first day without the old one."""

    @property
    def heading(self) -> str:
        """The new heading; empty: as before."""

    @property
    def gist(self) -> str:
        """The new text in short; empty: as before."""

    @property
    def replaced_by(self) -> str:
        """Key of the successor."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says, and its end."""

    heading: str
    gist: str
    in_force_to: date | None
    replaced_by: str


def text_on(base: Mapping[str, Any], changes: Iterable[Changed], on: date) -> ArticleText:
    """What an article says on the day, from the text without changes and those that stand.

    An end is told before its day comes, a new text is not. Of a clause only the text can change:
    the article itself goes on.
    """
    end = base["in_force_to"]
    text = ArticleText(
        base["heading"],
        base["gist"],
        date.fromisoformat(end) if end else None,
        base["replaced_by"],
    )
    for change in sorted(changes, key=lambda one: one.in_force_from):
        ends = change.kind != ChangeKind.AMENDED and not change.clause
        if ends and (text.in_force_to is None or change.in_force_from < text.in_force_to):
            text = replace(text, in_force_to=change.in_force_from, replaced_by=change.replaced_by)
        if change.in_force_from <= on and not ends:
            text = replace(
                text,
                heading=change.heading or text.heading,
                gist=change.gist or text.gist,
            )
    return text


class Dated(Protocol):
    """Anything with half-open dates of force and a successor."""

    @property
    def in_force_from(self) -> date | None:
        """First day in force."""

    @property
    def in_force_to(self) -> date | None:
        """First day no longer in force."""

    @property
    def replaced_by(self) -> str | None:
        """Key of the successor."""


class Named(Protocol):
    """Anything named as an instrument is."""

    @property
    def kind(self) -> str:
        """Luật, Nghị định, …."""

    @property
    def number(self) -> str:
        """Official number."""

    @property
    def title(self) -> str:
        """Vietnamese title."""

    @property
    def title_en(self) -> str:
        """English title; empty where there is none."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The article holds."""

    since: date


@dataclass(frozen=True, slots=True)
class NotYet:
    """The article will hold from ``since``."""

    since: date


@dataclass(frozen=True, slots=True)
class Ended:
    """The article no longer holds; ``replaced_by`` is the key of its successor or empty."""

    on: date
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No source says since when the article holds."""


Force: TypeAlias = InForce | NotYet | Ended | Unknown


def in_force(article: Dated, on: date) -> Force:
    """Whether ``article`` holds on the day ``on`` (half-open dates), and why not."""
    if article.in_force_to is not None and article.in_force_to <= on:
        return Ended(article.in_force_to, article.replaced_by or "")
    if article.in_force_from is None:
        return Unknown()
    if on < article.in_force_from:
        return NotYet(article.in_force_from)
    return InForce(article.in_force_from)


def instrument_name(instrument: Named) -> str:
    """The name to cite by: "Luật Hòa giải ở cơ sở (35/2013/QH13)", "Nghị định 15/2014/NĐ-CP"."""
    if instrument.kind not in _KNOWN_BY_TITLE:
        return f"{instrument.kind} {instrument.number}"
    title = instrument.title
    if not title.startswith(instrument.kind):
        title = f"{instrument.kind} {title}"
    return f"{title} ({instrument.number})"


def vietnamese_citation(citation: Citation, instrument: Named) -> str:
    """As in "điểm c khoản 1 Điều 3 Luật Hòa giải ở cơ sở (35/2013/QH13)"."""
    return f"{vietnamese_place(citation)} {instrument_name(instrument)}"


def vietnamese_place(citation: Citation) -> str:
    """The place without the instrument: "điểm c khoản 1 Điều 3"."""
    parts = [
        f"điểm {citation.point}" if citation.point else "",
        f"khoản {citation.clause}" if citation.clause else "",
        f"Điều {citation.article}",
    ]
    return " ".join(part for part in parts if part)


def english_citation(citation: Citation, instrument: Named) -> str:
    """As in "Article 3, clause 1, point c, Law on Grassroots Mediation (35/2013/QH13)".

    Without an English title the Vietnamese name stands: an invented one would mislead.
    """
    parts = [
        f"Article {citation.article}",
        f"clause {citation.clause}" if citation.clause else "",
        f"point {citation.point}" if citation.point else "",
        f"{instrument.title_en} ({instrument.number})"
        if instrument.title_en
        else instrument_name(instrument),
    ]
    return ", ".join(part for part in parts if part)
