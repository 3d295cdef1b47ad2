"""Rows that a unique key may refuse."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session


def insert_new(session: Session, entity: type[Any], values: list[dict[str, Any]]) -> list[int]:
    """Insert rows that no unique key refuses; returns the (first) keys of the new ones."""
    if not values:
        return []
    dialect = session.get_bind().dialect.name
    upsert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table = entity.__table__
    key = next(iter(table.primary_key.columns))
    statement = upsert(table).on_conflict_do_nothing().returning(key)
    return list(session.scalars(statement, values))
