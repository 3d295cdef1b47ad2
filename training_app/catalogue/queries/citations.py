"""What parts of a module cite."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import ContentCitation, ItemKind
from training_app.laws.queries import (
    ARTICLES,
    CITED_COLUMNS,
    INSTRUMENTS,
    CitedArticle,
    cited_article,
)

_CITATIONS: Final = ContentCitation.__table__
_CITED: Final = (
    select(*CITED_COLUMNS, _CITATIONS.c.clause, _CITATIONS.c.point)
    .select_from(
        _CITATIONS.join(ARTICLES, ARTICLES.c.id == _CITATIONS.c.article_id).join(
            INSTRUMENTS, INSTRUMENTS.c.id == ARTICLES.c.instrument_id
        )
    )
    .where(
        _CITATIONS.c.module_version_id == bindparam("version"),
        _CITATIONS.c.item_kind == bindparam("kind"),
        _CITATIONS.c.item_key == bindparam("key"),
    )
    .order_by(_CITATIONS.c.position)
)


def citations_of(
    session: Session, version_id: int, kind: ItemKind, key: str = ""
) -> tuple[CitedArticle, ...]:
    """What one part of a module version cites, in its order, with the articles as they stand."""
    rows = session.execute(_CITED, {"version": version_id, "kind": kind, "key": key})
    return tuple(cited_article(row, row.clause, row.point) for row in rows)
