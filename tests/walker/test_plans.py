"""No page makes SQLite build an index for itself: what a table lacks, a nation would wait for.

The planner looks at indexes and shapes of questions, not at how few rows a test has.
"""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.walker.principals import everyone
from tests.walker.test_walker import addresses
from tests.walker.world import build
from training_app.extensions import db

READERS = {"mediator", "leader", "commune", "province", "trainer", "reviewer", "ministry"}
# Hundreds of rows in the whole country, or one for each officer.
SMALL = {"draft", "requirement"}
# An index over a table, as opposed to one over an intermediate result of the same statement.
BUILT = re.compile(r"(?:SEARCH|SCAN) (\w+) USING AUTOMATIC")


@pytest.mark.thorough
@pytest.mark.engine("sqlite")
def test_no_page_asks_for_an_index_that_its_tables_lack(app: Flask, db_session: Session) -> None:
    world = build(db_session)
    readers = [one for one in everyone(app, db_session, world) if one.name in READERS]
    assert readers
    with app.app_context():
        engine = db.engine
    asked: dict[str, tuple[Any, str]] = {}
    at = [""]

    def note(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.setdefault(statement, (values, at[0]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()):
                continue
            for place, values in addresses(rule, world):
                if place not in {"", "own"}:
                    continue
                path = app.url_map.bind("localhost").build(rule.endpoint, values)
                for reader in readers:
                    at[0] = f"{rule.endpoint} as {reader.name}"
                    reader.client.http.get(path).close()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) > 100
    with engine.connect() as connection:
        lacking = [
            f"{where}: {one} in {' '.join(statement.split())}"
            for statement, (values, where) in asked.items()
            for *_, plan in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            for one in BUILT.findall(plan)
            if not one.startswith("anon_") and one not in SMALL
        ]
    assert not lacking, "\n".join(lacking)
