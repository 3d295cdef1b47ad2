"""How Alembic reaches the application's database and compares it with the models."""

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import JSON, BigInteger, Connection, String
from sqlalchemy.dialects.postgresql import JSONB

from training_app.db import Base, UtcDateTime, writing
from training_app.extensions import db

# The queue library makes and changes its own tables.
FOREIGN_TABLES = ("huey_", "sqlite_")


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave tables alone that other libraries own."""
    del parents
    return not (kind == "table" and name is not None and name.startswith(FOREIGN_TABLES))


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types so that a migration does not change when a model's module does."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    variants = getattr(item, "_variant_mapping", {})
    if isinstance(item, JSON) and not isinstance(item, JSONB) and variants:
        autogen.imports.add("from training_app.db import JsonValue")
        return "JsonValue"
    if isinstance(item, BigInteger) and variants:
        autogen.imports.add("from training_app.db import Identity")
        return "Identity"
    if isinstance(item, String) and variants:
        autogen.imports.add("from training_app.db import code_point_string")
        return f"code_point_string({item.length})"
    return False


@contextlib.contextmanager
def rebuilding_tables(connection: Connection) -> Iterator[None]:
    """Let SQLite build a table anew although others refer to it; what refers is checked after.

    Dropping the old table counts as deleting its rows while foreign keys are enforced, and the
    switch is deaf inside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Refuse to commit a migration that leaves a row pointing nowhere."""
    if connection.dialect.name != "sqlite":
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        message = f"the upgrade would leave {len(lost)} rows pointing nowhere; nothing was changed"
        raise RuntimeError(message)


def run() -> None:
    """Migrate the application's database in one transaction."""
    with writing(), db.engine.connect() as connection, rebuilding_tables(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)
        connection.commit()


if context.is_offline_mode():
    message = "offline migrations are not used here: run `flask database upgrade`"
    raise SystemExit(message)

assert current_app.name, "run through the flask command"  # noqa: S101
run()
