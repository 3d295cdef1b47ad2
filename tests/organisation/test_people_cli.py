"""``flask people import``: what is understood as JSON; a dry run changes nothing; twice is once."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.organisation import roster_samples as samples
from tests.organisation.builders import World
from training_app.organisation.models import Person, RosterImport
from training_app.organisation.roster_file import Roster, read

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def commune(db_session: Session) -> None:
    world = World(db_session)
    world.unit("26506", "Phường Vũng Tàu", world.unit("79", "Thành phố Hồ Chí Minh"))
    db_session.commit()


@pytest.fixture
def roster_path(tmp_path: Path) -> Path:
    return samples.write_xlsx(tmp_path / "mau.xlsx", {"Danh sách": samples.TWO_ROW_LIST})


def import_file(app: Flask, path: Path, *options: str, unit: str = "26506") -> Result:
    arguments = ["people", "import", str(path), "--unit", unit, *options]
    return app.test_cli_runner().invoke(args=arguments)


def counts(session: Session) -> tuple[int, int]:
    session.rollback()
    people = session.scalar(select(func.count()).select_from(Person)) or 0
    imports = session.scalar(
        select(func.count()).select_from(RosterImport).execution_options(scope="any")
    )
    return people, imports or 0


def test_a_dry_run_prints_what_was_understood_and_changes_nothing(
    app: Flask, db_session: Session, roster_path: Path
) -> None:
    result = import_file(app, roster_path, "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    found = read(roster_path, today=samples.TODAY)
    assert isinstance(found, Roster)
    assert json.loads(result.stdout) == found.as_key()
    assert counts(db_session) == (0, 0)


def test_a_real_run_takes_over_what_is_not_in_doubt_and_a_second_one_nothing(
    app: Flask, db_session: Session, roster_path: Path
) -> None:
    first = import_file(app, roster_path)
    assert first.exit_code == 0, first.output
    people = counts(db_session)[0]
    assert people > 0
    second = import_file(app, roster_path)
    assert second.exit_code == 0, second.output
    assert counts(db_session)[0] == people


def test_problems_are_told_with_their_place_and_remedy(app: Flask, roster_path: Path) -> None:
    result = import_file(app, roster_path, "--dry-run")
    assert "Danh sách!C12\terror\t" in result.output


def test_a_refused_file_fails_with_its_reason(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    result = import_file(app, path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refusal"]["code"] == "not_a_list"


def test_an_unknown_unit_stops_a_real_run_and_is_told_in_a_dry_run(
    app: Flask, roster_path: Path
) -> None:
    assert import_file(app, roster_path, unit="99999").exit_code == 2
    dry = import_file(app, roster_path, "--dry-run", "--json", unit="99999")
    assert dry.exit_code == 0
    assert "99999" in dry.stderr
    assert json.loads(dry.stdout)["people"]
