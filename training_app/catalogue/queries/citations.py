"""What parts of a module cite."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    ContentCitation,
    ItemKind,
)
from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.queries import CITED_COLUMNS, CitedArticle, cited_article


def citations_of(
    session: Session, version_id: int, kind: ItemKind, key: str = ""
) -> tuple[CitedArticle, ...]:
    """What one part of a module version cites, in its order, with the articles as they stand."""
    rows = session.execute(
        select(*CITED_COLUMNS, ContentCitation.clause, ContentCitation.point)
        .select_from(ContentCitation)
        .join(LegalArticle, LegalArticle.id == ContentCitation.article_id)
        .join(LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id)
        .where(
            ContentCitation.module_version_id == version_id,
            ContentCitation.item_kind == kind,
            ContentCitation.item_key == key,
        )
        .order_by(ContentCitation.position)
    )
    return tuple(cited_article(row, row.clause, row.point) for row in rows)
