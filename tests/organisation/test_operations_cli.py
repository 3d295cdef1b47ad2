"""``flask units reorganise|restore`` and ``flask people link|unlink``."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, World
from training_app.audit.models import AuditEvent
from training_app.organisation.models import NotSamePerson, Person, UnitOperation, UnitSpan
from training_app.organisation.queries.teams import teams_under


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def write(folder: Path, *steps: dict[str, object]) -> Path:
    path = folder / "operation.json"
    path.write_text(json.dumps({"steps": steps}), encoding="utf-8")
    return path


def test_a_file_is_looked_at_carried_out_and_taken_back(
    app: Flask, db_session: Session, tmp_path: Path
) -> None:
    world = World(db_session)
    commune = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
    db_session.commit()
    path = write(tmp_path, {"kind": "change-unit", "unit": commune.unit_id, "name": "Bến Đá"})
    looked = run(app, "units", "reorganise", path, "--on", "2026-10-01", "--preview")
    assert json.loads(looked.output)["units_changed"] == 1
    assert names(db_session) == {"Vũng Tàu", "Hồ Chí Minh"}
    silent = run(app, "units", "reorganise", path, "--on", "2026-10-01")
    assert silent.exit_code == 1
    done = run(app, "units", "reorganise", path, "--on", "2026-10-01", "--reason", "NQ 1")
    assert done.exit_code == 0, done.output
    assert "Bến Đá" in names(db_session)
    # PostgreSQL never gives a number twice, so an earlier test may have used the first.
    number = db_session.scalars(select(UnitOperation.id)).one()
    assert run(app, "units", "restore", number, "--reason", "nhầm").exit_code == 0
    assert "Bến Đá" not in names(db_session)
    assert run(app, "units", "restore", number, "--reason", "nhầm").exit_code == 1


def names(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(select(UnitSpan.name)))


@pytest.mark.parametrize("text", ["no json", '{"steps": [{"kind": "guess"}]}'])
def test_a_file_that_is_no_operation_is_refused(app: Flask, tmp_path: Path, text: str) -> None:
    path = tmp_path / "operation.json"
    path.write_text(text, encoding="utf-8")
    refused = run(app, "units", "reorganise", path, "--on", "2026-10-01", "--reason", "NQ 1")
    assert refused.exit_code == 2


def test_two_rows_of_one_human_being_are_linked_and_unlinked(
    app: Flask, db_session: Session
) -> None:
    world = World(db_session)
    commune = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
    team = world.team(commune, "Tổ 1")
    first, second = world.person("Trần Văn An", team), world.person("Trần Văn An", team)
    third = world.person("Trần Văn An", team)
    db_session.add(NotSamePerson(first_id=first, second_id=third, recorded_at=NOW))
    db_session.commit()

    def members() -> int:
        db_session.rollback()
        [row] = teams_under(db_session, EVERYTHING, "/", NOW.date())
        return row.facts.members

    assert members() == 3
    assert run(app, "people", "link", second, first).exit_code == 0
    assert members() == 2
    for other, same in ((second, first), (first, third), (first, first), (third, second)):
        assert run(app, "people", "link", other, same).exit_code == 1
    assert run(app, "people", "link", third, first).exit_code == 1
    assert run(app, "people", "unlink", second).exit_code == 0
    assert run(app, "people", "unlink", second).exit_code == 1
    assert members() == 3
    actions = db_session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["person.merged", "person.unmerged"]
    linked = select(Person.id).where(Person.canonical_id.is_not(None))
    assert db_session.scalar(linked.execution_options(scope=EVERYTHING)) is None
