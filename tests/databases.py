"""The databases of a test run: one of each engine for each worker, empty again for every test.

The code under test commits for real. A test therefore ends by putting the database back: the
SQLite file is copied from a migrated template; in PostgreSQL the tables that are no longer as
in the template are emptied.
"""

import contextlib
import shutil
import sqlite3
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, LiteralString

import flask_migrate
import psycopg
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import Engine, QueuePool, create_engine
from werkzeug.test import TestResponse

import config
import training_app.db
from tests import postgresql
from training_app.app import create_app
from training_app.db import prepare_engine
from training_app.extensions import db

ENGINES = ("sqlite", "postgresql")

TABLES: LiteralString = (
    "SELECT relname FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
FINGERPRINT: LiteralString = (
    "SELECT {name}, coalesce(sum(hashtext(t::text)), 0)::bigint FROM {table} t HAVING count(*) > 0"
)
# What is undone gives no number back: a table can be empty and its next number be high.
START_AGAIN: LiteralString = (
    "SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences"
    " WHERE last_value IS NOT NULL AND sequencename <> ALL(%s)"
)
USED: LiteralString = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
ANY_ROW: LiteralString = "SELECT {name}, 0::bigint WHERE EXISTS (SELECT FROM {table})"


END_OTHERS: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PATIENCE = 20.0
# Many who write at once on a loaded machine queue for longer than a visitor would wait.
training_app.db.BUSY_TIMEOUT_MS = 60_000


def settings_for_tests(folder: Path, database_url: str, **changes: Any) -> config.Settings:
    """Settings with fixed secrets, which no installation has."""
    values: dict[str, Any] = {
        "data_folder": folder,
        "database_url": database_url,
        "secret_key": "secret-key-of-the-tests-" + "s" * 40,
        "pepper": "pepper-of-the-tests-" + "p" * 44,
        "audit_key": "audit-key-of-the-tests-" + "a" * 41,
        "canonical_url": "http://localhost",
        "trusted_hosts": ("localhost", "127.0.0.1"),
    }
    return config.Settings(**{**values, **changes})


class Client(FlaskClient):
    """A client that reads each answer to its end, so that served files are closed."""

    def open(self, *args: Any, buffered: bool = True, **options: Any) -> TestResponse:
        """Request an address, see `FlaskClient.open`."""
        return super().open(*args, buffered=buffered, **options)


def build(settings: config.Settings) -> Flask:
    """Build the application as a server would, except that an exception reaches the test."""
    app = create_app(settings)
    app.config.update(TESTING=True)
    app.test_client_class = Client
    return app


@dataclass
class Database(ABC):
    """One migrated database, made at first use, and the application on it."""

    folder: Path
    revision: str = field(default="head", kw_only=True)

    @property
    @abstractmethod
    def url(self) -> str:
        """The SQLAlchemy address."""

    @abstractmethod
    def _restore(self) -> None:
        """Put back what the migrations made, with no connection of ours open."""

    @abstractmethod
    def _create(self) -> None:
        """Make the empty database."""

    @abstractmethod
    def _keep_template(self) -> None:
        """Remember the migrated, unused state."""

    @cached_property
    def settings(self) -> config.Settings:
        """The settings of an installation on this database."""
        return settings_for_tests(self.folder, self.url)

    @cached_property
    def app(self) -> Flask:
        """The application, its schema in place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._create()
        app = build(self.settings)
        self._migrate(app)
        self._keep_template()
        return app

    @cached_property
    def engine(self) -> Engine:
        """An engine apart from the application's, for the test's own sessions."""
        engine = create_engine(self.app.config["SQLALCHEMY_DATABASE_URI"])
        prepare_engine(engine)
        return engine

    def restore(self) -> None:
        """Put back what the migrations made, and nothing else.

        Raises AssertionError when the test left a connection open: it would go on seeing, and
        on SQLite spoil, what the next test finds.
        """
        left_open = self.disconnect()
        self._restore()
        # What was noted of the chain that has just been put back.
        self.settings.audit_anchors.unlink(missing_ok=True)
        assert not left_open, f"the test left {left_open} database connections open; close them"

    def disconnect(self) -> int:
        """Close every idle connection of this process; return how many are in use."""
        with self.app.app_context():
            engines = (self.engine, db.engine)
        pools = [engine.pool for engine in engines if isinstance(engine.pool, QueuePool)]
        deadline = time.monotonic() + PATIENCE
        # A server's thread may still be putting its connection back.
        while (in_use := sum(pool.checkedout() for pool in pools)) and time.monotonic() < deadline:
            time.sleep(0.01)
        for engine in engines:
            engine.dispose()
        return in_use

    def _migrate(self, app: Flask) -> None:
        with app.app_context():
            flask_migrate.upgrade(revision=self.revision)
            db.engine.dispose()


@dataclass
class SQLite(Database):
    """A SQLite file and its untouched copy."""

    @property
    def url(self) -> str:
        """The SQLAlchemy address."""
        return f"sqlite:///{self._file}"

    def _restore(self) -> None:
        """Copy the template back, about 2 ms."""
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        # A new file, not new content: SQLite shares its index of the log between all connections
        # of a process to one file, and a forgotten one would lend the old index to the new log.
        fresh = self.folder / "fresh.sqlite"
        shutil.copyfile(self._template, fresh)
        fresh.replace(self._file)

    def _create(self) -> None:
        self._file.touch()

    def _keep_template(self) -> None:
        with (
            contextlib.closing(sqlite3.connect(self._file)) as source,
            contextlib.closing(sqlite3.connect(self._template)) as target,
        ):
            source.backup(target)

    @property
    def _file(self) -> Path:
        return self.folder / "training.sqlite"

    @property
    def _template(self) -> Path:
        return self.folder / "template.sqlite"


@dataclass
class PostgreSQL(Database):
    """A database on the server of the run, and the template it was made from."""

    server: Path
    name: str
    template_rows: dict[str, int] = field(default_factory=dict)
    template_sequences: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The SQLAlchemy address."""
        return postgresql.url(self.server, self.name)

    def _restore(self) -> None:
        """Empty what the test filled; a changed row of the template means a new copy of it."""
        with self._connect() as connection:
            # A connection left open may hold a lock for ever.
            connection.execute(END_OTHERS)
            now = self._filled_tables(connection)
            filled = [table for table in now if table not in self.template_rows]
            if filled:
                # Append-only tables refuse to be emptied, except by a replica.
                connection.execute("SET session_replication_role = replica")
                names = sql.SQL(", ").join(map(sql.Identifier, filled))
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
            connection.execute(START_AGAIN, [self.template_sequences])
        kept = {table: rows for table, rows in now.items() if table in self.template_rows}
        if kept != self.template_rows:
            postgresql.create_database(self.server, self.name, template=self._template)

    def _create(self) -> None:
        postgresql.create_database(self.server, self.name)

    def _keep_template(self) -> None:
        postgresql.create_database(self.server, self._template, template=self.name)
        with self._connect() as connection:
            self.template_rows.update(self._filled_tables(connection, FINGERPRINT))
            self.template_sequences += [name for (name,) in connection.execute(USED)]

    @property
    def _template(self) -> str:
        return f"{self.name}_template"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(postgresql.address(self.server, self.name), autocommit=True)

    def _filled_tables(
        self, connection: psycopg.Connection, other: LiteralString = ANY_ROW
    ) -> dict[str, int]:
        """Return table → fingerprint of its rows, or what `other` asks of the remaining tables."""
        questions = [
            sql.SQL(FINGERPRINT if table in self.template_rows else other).format(
                name=sql.Literal(table), table=sql.Identifier(table)
            )
            for (table,) in connection.execute(TABLES).fetchall()
        ]
        if not questions:
            return {}
        return dict(connection.execute(sql.SQL(" UNION ALL ").join(questions)).fetchall())


@dataclass
class Databases:
    """The databases of one worker, each made when a test first asks for it."""

    folder: Path
    worker: str
    server: Path | None
    made: dict[tuple[str, str], Database] = field(default_factory=dict)

    def shared(self, engine: str) -> Database:
        """Return the one that all tests of this worker use in turn and restore."""
        return self.another(engine, "shared")

    def another(self, engine: str, name: str) -> Database:
        """Return one apart: for a module that fills it once, or for processes of its own."""
        if (engine, name) not in self.made:
            self.made[engine, name] = self._place(engine, name)
        return self.made[engine, name]

    def disconnect(self) -> None:
        """Close every connection of this process to any of them."""
        for database in self.made.values():
            if "app" in database.__dict__:
                database.disconnect()

    def _place(self, engine: str, name: str) -> Database:
        if engine == "sqlite":
            return SQLite(self.folder / f"sqlite-{name}")
        if self.server is None:
            message = "this run has no PostgreSQL: add --database=postgresql or --database=both"
            raise RuntimeError(message)
        folder = self.folder / f"postgresql-{name}"
        return PostgreSQL(folder, self.server, f"{self.worker}_{name}")
