"""Reading the register of laws from the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import Session

from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.rules import Force, english_citation, in_force, vietnamese_citation
from training_app.laws.source import Citation


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article as a page shows it: the citation that led there, what it says, its dates."""

    citation: Citation
    article_id: int
    kind: str
    number: str
    title: str
    title_en: str
    heading: str
    gist: str
    confidence: str
    in_force_from: date | None
    in_force_to: date | None
    replaced_by: str
    reviewed_on: date
    reviewer: str

    @property
    def vietnamese(self) -> str:
        """The citation in words."""
        return vietnamese_citation(self.citation, self)

    @property
    def english(self) -> str:
        """The citation in English words."""
        return english_citation(self.citation, self)

    def force(self, on: date) -> Force:
        """Whether it holds on that day."""
        return in_force(self, on)


# What :func:`cited_article` needs of a row, for queries that join articles to their own tables.
CITED_COLUMNS: Final = (
    LegalArticle.id.label("article_id"),
    LegalInstrument.key.label("instrument_key"),
    LegalArticle.number.label("article_number"),
    LegalInstrument.kind,
    LegalInstrument.number,
    LegalInstrument.title,
    LegalInstrument.title_en,
    LegalArticle.heading,
    LegalArticle.gist,
    LegalArticle.confidence,
    LegalArticle.in_force_from,
    LegalArticle.in_force_to,
    LegalArticle.replaced_by,
    LegalInstrument.reviewed_on,
    LegalInstrument.reviewer,
)


def cited_article(row: Row[*tuple[Any, ...]], clause: str = "", point: str = "") -> CitedArticle:
    """The article in a row that carries :data:`CITED_COLUMNS`."""
    values = {column.key: getattr(row, column.key) for column in CITED_COLUMNS}
    key, number = values.pop("instrument_key"), values.pop("article_number")
    return CitedArticle(Citation(key, number, clause, point), **values)


def _articles() -> Select[*tuple[Any, ...]]:
    return select(*CITED_COLUMNS).join(
        LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id
    )


def articles_by_citation(
    session: Session, citations: Iterable[Citation]
) -> dict[Citation, CitedArticle]:
    """The article behind each citation; citations unknown to the register are left out."""
    wanted = list(dict.fromkeys(citations))
    places = {citation.place for citation in wanted}
    if not places:
        return {}
    named = tuple_(LegalInstrument.key, LegalArticle.number).in_(sorted(places))
    rows = session.execute(_articles().where(named)).all()
    found = {(row.instrument_key, row.article_number): row for row in rows}
    return {
        citation: cited_article(found[citation.place], citation.clause, citation.point)
        for citation in wanted
        if citation.place in found
    }


def register_articles(session: Session) -> list[CitedArticle]:
    """One row per article of the register, in its order."""
    order = (LegalInstrument.position, LegalArticle.position)
    return [cited_article(row) for row in session.execute(_articles().order_by(*order)).all()]


def instrument_names(session: Session) -> dict[str, tuple[str, str, str]]:
    """Kind, number and title of every instrument by its key."""
    rows = session.execute(
        select(
            LegalInstrument.key,
            LegalInstrument.kind,
            LegalInstrument.number,
            LegalInstrument.title,
        )
    )
    return {key: (kind, number, title) for key, kind, number, title in rows}
