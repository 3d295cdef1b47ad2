"""Fixtures of the whole suite: databases, application, client.

`engine_kind` is "sqlite", or "postgresql", or each in turn (`--database=both`): a test that asks
for any of the fixtures below runs once per engine, a pure test once.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from tests import postgresql
from tests.databases import ENGINES, Database, Databases
from training_app.db import set_writing

pytest_plugins = ["tests.browser", "tests.learners"]

SERVER = pytest.StashKey[postgresql.Server]()

# Speed differs between machines; a slow example is not a defect. The suite tries the same examples
# in every run, so that a failure is always owed to a change. --hypothesis-profile=search tries new
# ones, and looks for the smallest form of a failure, which can take minutes.
hypothesis_settings.register_profile(
    "search",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile(
    "suite",
    hypothesis_settings.get_profile("search"),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
hypothesis_settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line choose the engines."""
    parser.addoption(
        "--database",
        choices=[*ENGINES, "both"],
        default="sqlite",
        help="engine for tests that need a database (default: sqlite)",
    )


def engines(config: pytest.Config) -> tuple[str, ...]:
    """Return the engines of this run."""
    chosen = config.getoption("--database")
    return ENGINES if chosen == "both" else (chosen,)


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not config.option.collectonly and "postgresql" in engines(config):
        config.stash[SERVER] = postgresql.Server()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop PostgreSQL."""
    if server := config.stash.get(SERVER, None):
        server.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where PostgreSQL is."""
    if server := node.config.stash.get(SERVER, None):
        node.workerinput["postgresql"] = str(server.folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests on a database once per engine, or on the one that their marker names."""
    if "engine_kind" not in metafunc.fixturenames:
        return
    kinds = engines(metafunc.config)
    if marker := metafunc.definition.get_closest_marker("engine"):
        kinds = tuple(kind for kind in kinds if kind in marker.args)
    metafunc.parametrize("engine_kind", kinds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked for an engine that this run does not have."""
    present = set(engines(config))
    left_out = [
        item
        for item in items
        if (marker := item.get_closest_marker("engine")) and not present & set(marker.args)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures that tests measured (`record_property("figures", ...)`)."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(value)


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """The databases of this worker; tests normally take `app`, `db_session` or `client`."""
    worker_input: dict[str, Any] = getattr(request.config, "workerinput", {})
    server = request.config.stash.get(SERVER, None)
    folder = worker_input.get("postgresql") or (server.folder if server else None)
    databases = Databases(
        folder=tmp_path_factory.mktemp("databases"),
        worker=os.environ.get("PYTEST_XDIST_WORKER", "main"),
        server=Path(folder) if folder else None,
    )
    yield databases
    databases.disconnect()


@pytest.fixture
def database(databases: Databases, engine_kind: str) -> Iterator[Database]:
    """The database under test, empty at the beginning."""
    database = databases.shared(engine_kind)
    # A client runs in the test's own context and leaves its last intent there; a reading session
    # of the next test would otherwise begin with SQLite's one write lock.
    set_writing(intent=None)
    yield database
    database.restore()


@pytest.fixture
def app(database: Database) -> Flask:
    """The application on an empty database; built once per engine and worker."""
    return database.app


@pytest.fixture
def db_session(database: Database) -> Iterator[Session]:
    """A database session of the test's own, outside any request.

    Commit before asking a client: requests have sessions of their own.
    """
    with Session(database.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application without cookies."""
    return app.test_client()
