"""Reading the register of laws from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, exists, select, tuple_
from sqlalchemy.orm import Session

from training_app.laws.models import (
    LawChange,
    LawChangeWithdrawal,
    LegalArticle,
    LegalInstrument,
)
from training_app.laws.rules import Force, english_citation, in_force, vietnamese_citation
from training_app.laws.source import Article, Citation, Instrument, Register


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


# Tables rather than mapped classes: pages read these often, and rows are all they need.
ARTICLES: Final = LegalArticle.__table__
INSTRUMENTS: Final = LegalInstrument.__table__
# What :func:`cited_article` needs first in a row, for queries that join articles to their own.
CITED_COLUMNS: Final = (
    ARTICLES.c.id.label("article_id"),
    INSTRUMENTS.c.key.label("instrument_key"),
    ARTICLES.c.number.label("article_number"),
    INSTRUMENTS.c.kind,
    INSTRUMENTS.c.number,
    INSTRUMENTS.c.title,
    INSTRUMENTS.c.title_en,
    ARTICLES.c.heading,
    ARTICLES.c.gist,
    ARTICLES.c.confidence,
    ARTICLES.c.in_force_from,
    ARTICLES.c.in_force_to,
    ARTICLES.c.replaced_by,
    INSTRUMENTS.c.reviewed_on,
    INSTRUMENTS.c.reviewer,
)


def cited_article(row: Row[*tuple[Any, ...]], clause: str = "", point: str = "") -> CitedArticle:
    """The article in a row that begins with :data:`CITED_COLUMNS`."""
    article_id, key, article, *rest = row[: len(CITED_COLUMNS)]
    return CitedArticle(Citation(key, article, clause, point), article_id, *rest)


_REGISTER: Final = select(*CITED_COLUMNS).select_from(
    ARTICLES.join(INSTRUMENTS, INSTRUMENTS.c.id == ARTICLES.c.instrument_id)
)
_NAMED: Final = _REGISTER.where(
    tuple_(INSTRUMENTS.c.key, ARTICLES.c.number).in_(bindparam("places", expanding=True))
)
_ORDERED: Final = _REGISTER.order_by(INSTRUMENTS.c.position, ARTICLES.c.position)


def articles_by_citation(
    session: Session, citations: Iterable[Citation]
) -> dict[Citation, CitedArticle]:
    """The article behind each citation; citations unknown to the register are left out."""
    wanted = list(dict.fromkeys(citations))
    places = {citation.place for citation in wanted}
    if not places:
        return {}
    rows = session.execute(_NAMED, {"places": sorted(places)}).all()
    found = {(row.instrument_key, row.article_number): row for row in rows}
    return {
        citation: cited_article(found[citation.place], citation.clause, citation.point)
        for citation in wanted
        if citation.place in found
    }


def register_articles(session: Session) -> list[CitedArticle]:
    """One row per article of the register, in its order."""
    return [cited_article(row) for row in session.execute(_ORDERED)]


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


def register(session: Session) -> Register:
    """The register as the database holds it; each article carries the dates that hold for it.

    What was read once is not checked again: it came in through the same models.
    """
    articles: dict[int, list[Article]] = {}
    for row in session.scalars(select(LegalArticle).order_by(LegalArticle.position)):
        values = {name: getattr(row, name) for name in Article.model_fields}
        articles.setdefault(row.instrument_id, []).append(Article.model_construct(**values))
    plain = [name for name in Instrument.model_fields if name != "articles"]
    return Register(
        tuple(
            Instrument.model_construct(
                **{name: getattr(row, name) for name in plain},
                articles=tuple(articles.get(row.id, ())),
            )
            for row in session.scalars(select(LegalInstrument).order_by(LegalInstrument.position))
        )
    )


# -- changes of law ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row per recorded change of law, with the article as it stands."""

    change: LawChange
    article: CitedArticle
    withdrawn: LawChangeWithdrawal | None


def stands() -> ColumnElement[bool]:
    """The change was not withdrawn."""
    return ~exists().where(LawChangeWithdrawal.law_change_id == LawChange.id)


def standing_changes(
    session: Session, article_ids: Iterable[int] | None = None
) -> dict[int, tuple[LawChange, ...]]:
    """Article id → its changes that stand, in the order in which they take effect."""
    wanted = select(LawChange).where(stands()).order_by(LawChange.in_force_from, LawChange.id)
    if article_ids is not None:
        wanted = wanted.where(LawChange.article_id.in_(list(article_ids)))
    found: dict[int, tuple[LawChange, ...]] = defaultdict(tuple)
    for change in session.scalars(wanted):
        found[change.article_id] += (change,)
    return dict(found)


def law_changes(session: Session, change_id: int | None = None) -> list[ChangeRow]:
    """One row per recorded change, or the one asked for; recorded last first."""
    wanted = (
        select(*CITED_COLUMNS, LawChange, LawChangeWithdrawal)
        .select_from(LawChange)
        .join(ARTICLES, ARTICLES.c.id == LawChange.article_id)
        .join(INSTRUMENTS, INSTRUMENTS.c.id == ARTICLES.c.instrument_id)
        .outerjoin(LawChangeWithdrawal, LawChangeWithdrawal.law_change_id == LawChange.id)
        .order_by(LawChange.recorded_at.desc(), LawChange.id.desc())
    )
    if change_id is not None:
        wanted = wanted.where(LawChange.id == change_id)
    return [
        ChangeRow(
            row.LawChange,
            cited_article(row, row.LawChange.clause, row.LawChange.point),
            row.LawChangeWithdrawal,
        )
        for row in session.execute(wanted)
    ]


def instrument_articles(session: Session, key: str) -> list[Citation]:
    """The place of every article of an instrument, in the order of the register."""
    rows = session.scalars(
        select(LegalArticle.number)
        .join(LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id)
        .where(LegalInstrument.key == key)
        .order_by(LegalArticle.position)
    )
    return [Citation(key, number) for number in rows]
