"""Declarative base, column types, transactions and the demand for a scope. No Flask here."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    JSON,
    BigInteger,
    CompoundSelect,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Result,
    String,
    event,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    mapped_column,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from training_app.errors import ScopeMissing

# Constraints carry predictable names so that migrations can speak of them on both engines.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 5000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment in Python; a plain UTC timestamp in SQLite, timestamptz in PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Ask PostgreSQL for a timestamp with time zone."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime may not be stored")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out aware UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code_point_string(length: int | None = None) -> TypeEngine[str]:
    """A string compared and ordered by code point on every engine (sort keys, folds, paths)."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


# Nothing is stored as NULL, so that "is there anything" means the same to SQL as to Python.
JsonValue = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
# SQLite autoincrements only INTEGER keys; PostgreSQL gets 64 bits.
Identity = BigInteger().with_variant(Integer(), "sqlite")
PrimaryKey = Annotated[int, mapped_column(Identity, primary_key=True)]


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        int: Identity,
        dict[str, Any]: JsonValue,
        list[Any]: JsonValue,
    }


class Owned:
    """Marks rows that belong to a unit: reading them demands a scope.

    An ORM SELECT on such an entity must carry ``.execution_options(scope=...)``, an
    ``access.Scope`` or :class:`Unscoped` with its reason; otherwise :class:`ScopeMissing`.
    """


@dataclass(frozen=True)
class Unscoped:
    """Says out loud that a query reads unit-owned rows without a viewer, and why."""

    reason: str


def _demand_scope(state: ORMExecuteState) -> None:
    """Refuse a SELECT on owned rows that names no scope."""
    # A statement on tables alone selects no entity, and there is nothing to look for.
    if not state.is_orm_statement or state.execution_options.get("scope") is not None:
        return
    if state.is_update or state.is_delete:
        # The library may first SELECT the keys of loaded objects; the WHERE names the rows.
        state.update_execution_options(scope=_NAMED_BY_WHERE)
        return
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    for entity in _entities(state.statement):
        if issubclass(entity, Owned):
            raise ScopeMissing(f"a query on {entity.__name__} names no scope")


def _entities(statement: Any) -> Iterator[type[Any]]:
    """The mapped classes whose columns a statement selects, in every part of a union.

    A SELECT carries them as annotations; asking the library for its full description of every
    column would cost more than many a query.
    """
    for part in statement.selects if isinstance(statement, CompoundSelect) else (statement,):
        if isinstance(part, CompoundSelect):
            yield from _entities(part)
            continue
        for column in getattr(part, "_raw_columns", ()):
            entity = column._annotations.get("parententity")  # noqa: SLF001 - see above
            if entity is not None:
                yield entity.mapper.class_


_NAMED_BY_WHERE = Unscoped("an UPDATE or DELETE names its rows itself")

event.listen(Session, "do_orm_execute", _demand_scope)


def touched(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE touched: 0 where somebody else was faster."""
    if not isinstance(result, CursorResult):
        raise TypeError(type(result))
    return result.rowcount


# -- what a transaction is for -----------------------------------------------------------------

_writing: contextvars.ContextVar[bool | None] = contextvars.ContextVar("writing", default=None)


@contextlib.contextmanager
def writing(*, intent: bool = True) -> Iterator[None]:
    """Open transactions for writing from the start (``BEGIN IMMEDIATE``) inside this block.

    A reader that turns writer half-way can fail at once with "database is locked"; asking
    for the write lock first makes it wait its turn instead.
    """
    token = _writing.set(intent)
    try:
        yield
    finally:
        _writing.reset(token)


def will_write() -> bool:
    """Whether transactions of this context begin for writing."""
    return bool(_writing.get())


def set_writing(*, intent: bool | None) -> None:
    """Declare for the rest of this context whether transactions will write; None takes it back.

    Where it was declared that they will not, PostgreSQL itself refuses a write. SQLite is not
    told: its pragma for it makes every prepared statement of the connection be planned again.
    """
    _writing.set(intent)


# -- SQLite as a durable server database ---------------------------------------------------


def _tune_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Make each connection durable and strict; transactions are begun by us."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin with the lock that the declared intent needs."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if will_write() else "BEGIN")


# -- PostgreSQL and its prepared statements ------------------------------------------------


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    raw: Any = connection.connection.dbapi_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(type(raw))
    return raw


def _begin_postgresql(connection: Connection) -> None:
    """Let a transaction that is for reading only read."""
    raw, only_reads = _driver(connection), _writing.get() is False
    if raw.read_only is not only_reads:
        raw.read_only = only_reads


def _end_postgresql(connection: Connection) -> None:
    """End a transaction that only read by COMMIT, which is the same to it.

    The driver forgets all its prepared statements after a ROLLBACK, because tables might have
    been made in what is undone; each page would be parsed and planned from nothing again.
    """
    if connection.invalidated:  # lost: the server has undone it
        return
    raw = _driver(connection)
    if raw.read_only and raw.info.transaction_status is TransactionStatus.INTRANS:
        raw.commit()


def prepare_engine(engine: Engine) -> None:
    """Attach the engine's rules once, right after it is created."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "rollback", _end_postgresql)
