"""Whether an article holds on a day, and how a citation is written for a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

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
