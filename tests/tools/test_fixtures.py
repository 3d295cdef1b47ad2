"""The databases of the suite: real commits, and nothing of one test left for the next."""

import threading

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.databases import Database, Databases
from tests.postgresql import address


@pytest.fixture(scope="module")
def scratch(databases: Databases) -> dict[str, Database]:
    return {}


@pytest.fixture
def small(scratch: dict[str, Database], databases: Databases, engine_kind: str) -> Database:
    """A database with one table filled by its migration and one that refuses deletion."""
    if engine_kind not in scratch:
        scratch[engine_kind] = databases.another(engine_kind, "small")
        made = scratch[engine_kind]
        made._migrate = lambda app: migrate_small(made)  # type: ignore[method-assign]
    return scratch[engine_kind]


def migrate_small(database: Database) -> None:
    engine = create_engine(database.url)
    key = "serial" if engine.dialect.name == "postgresql" else "integer"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kind (name text PRIMARY KEY)"))
        connection.execute(text("INSERT INTO kind VALUES ('written by a migration')"))
        connection.execute(text(f"CREATE TABLE fact (id {key} PRIMARY KEY, name text)"))
    engine.dispose()


def names(engine: Engine, table: str) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT name FROM {table} ORDER BY name")).scalars())


def test_what_a_test_commits_is_gone_for_the_next(small: Database) -> None:
    with Session(small.engine) as session:
        session.execute(text("INSERT INTO fact (name) VALUES ('a')"))
        session.commit()
    assert names(small.engine, "fact") == ["a"]
    small.restore()
    assert names(small.engine, "fact") == []


def test_rows_of_a_migration_come_back(small: Database) -> None:
    with small.engine.begin() as connection:
        connection.execute(text("DELETE FROM kind"))
        connection.execute(text("INSERT INTO kind VALUES ('by a test')"))
    small.restore()
    assert names(small.engine, "kind") == ["written by a migration"]


def test_numbers_begin_again(small: Database) -> None:
    for _ in range(2):
        with small.engine.begin() as connection:
            connection.execute(text("INSERT INTO fact (name) VALUES ('a')"))
            assert connection.execute(text("SELECT id FROM fact")).scalar_one() == 1
        small.restore()


def test_numbers_begin_again_after_rows_that_were_undone(small: Database) -> None:
    for _ in range(2):
        with small.engine.connect() as connection:
            connection.execute(text("INSERT INTO fact (name) VALUES ('a')"))
            assert connection.execute(text("SELECT id FROM fact")).scalar_one() == 1
        small.restore()


def test_another_thread_sees_a_commit(small: Database) -> None:
    with small.engine.begin() as connection:
        connection.execute(text("INSERT INTO fact (name) VALUES ('a')"))
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.extend(names(small.engine, "fact")))
    thread.start()
    thread.join()
    small.restore()
    assert seen == ["a"]


def test_a_connection_left_open_is_told_and_spoils_nothing(small: Database) -> None:
    forgotten = small.engine.connect()
    underneath = forgotten.connection.dbapi_connection
    assert underneath is not None
    forgotten.execute(text("INSERT INTO fact (name) VALUES ('a')"))
    with pytest.raises(AssertionError, match="left 1 database connections open"):
        small.restore()
    with small.engine.begin() as connection:
        connection.execute(text("INSERT INTO fact (name) VALUES ('b')"))
    assert names(small.engine, "fact") == ["b"]
    small.restore()
    underneath.close()
    forgotten.invalidate()
    forgotten.close()
    small.restore()
    assert names(small.engine, "fact") == []


@pytest.mark.engine("postgresql")
def test_the_server_listens_on_no_port(databases: Databases) -> None:
    assert databases.server
    with psycopg.connect(address(databases.server, "postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
