"""Teams that legal professionals support: dated entries, the target, the list behind it."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.coverage.scene import Scene
from tests.coverage.test_routes import rows_of
from tests.coverage.test_targets import row_of
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.audit.models import AuditEvent
from training_app.coverage.queries.support import supported_teams
from training_app.coverage.rules.support import PROFESSION_MESSAGES, Profession
from training_app.coverage.services import NewSupport, record_support
from training_app.errors import InvalidInput

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
PAPER = "Quyết định 15/QĐ-UBND"


@pytest.fixture
def path(scene: Scene) -> str:
    """Where the support of the commune's teams is entered."""
    return f"{scene.commune_path}targets/support/"


def enter(
    scene: Scene,
    on: date = MARCH,
    *,
    supported: bool = True,
    profession: Profession = Profession.LAWYER,
    source: str = PAPER,
) -> None:
    new = NewSupport(scene.team.id, profession, supported, on, source)
    record_support(scene.session, new, now=NOW, today=TODAY, actor=SYSTEM)
    scene.session.commit()


def supported(scene: Scene, on: date) -> tuple[int, int]:
    return supported_teams(scene.session, scene.province.path, on)


def test_a_team_is_supported_from_a_day_until_another(scene: Scene) -> None:
    enter(scene)
    enter(scene, JUNE, supported=False)
    days = (date(2026, 2, 28), MARCH, date(2026, 5, 31), JUNE)
    assert [supported(scene, day) for day in days] == [(2, 0), (2, 1), (2, 1), (2, 0)]


def test_a_team_with_two_supporters_counts_once_and_keeps_one(scene: Scene) -> None:
    enter(scene)
    enter(scene, profession=Profession.POLICE)
    enter(scene, JUNE, supported=False)
    assert supported(scene, TODAY) == (2, 1)


def test_of_two_entries_of_one_day_the_last_holds(scene: Scene) -> None:
    enter(scene)
    enter(scene, supported=False)
    assert supported(scene, TODAY) == (2, 0)
    enter(scene)
    assert supported(scene, TODAY) == (2, 1)


@pytest.mark.parametrize(("on", "source"), [(date(2026, 12, 1), PAPER), (MARCH, "  ")])
def test_what_has_not_happened_or_has_no_paper_is_refused(
    scene: Scene, on: date, source: str
) -> None:
    with pytest.raises(InvalidInput):
        enter(scene, on, source=source)


def test_an_entry_is_never_rewritten(scene: Scene) -> None:
    enter(scene)
    for statement in ("UPDATE team_support SET supported = false", "DELETE FROM team_support"):
        with pytest.raises(DBAPIError, match="append-only"), scene.session.begin_nested():
            scene.session.execute(text(statement))
    scene.session.rollback()


def test_the_target_counts_supported_teams_and_leads_to_the_others(scene: Scene) -> None:
    targets = scene.officer.get(f"{scene.commune_path}targets/")
    row = row_of(targets, "Teams supported by legal professionals: 10 %")
    assert (row[2], row[4], row[8]) == ("0/1 – 0.0 %", "1", "Find support for 1 team")
    others = scene.officer.get(targets.link("Find support for 1 team"))
    assert "1 team is not supported yet." in others.text
    form = scene.officer.get(others.link("Record who supports a team"))
    scene.officer.submit(
        form, "/support/", team=str(scene.team.id), profession="lawyer", source=PAPER
    )
    targets = scene.officer.get(f"{scene.commune_path}targets/")
    row = row_of(targets, "Teams supported by legal professionals: 10 %")
    assert (row[2], row[7]) == ("1/1 – 100.0 %", "Reached")
    with_names = scene.officer.get(targets.link("1/1 – 100.0"))
    assert rows_of(with_names)[1][2] == "Lawyer"
    assert "team.support" in scene.session.scalars(select(AuditEvent.action)).all()


def test_what_cannot_be_is_sent_back_with_what_was_typed(scene: Scene, path: str) -> None:
    form = scene.officer.get(path)
    values = {"team": str(scene.team.id), "profession": "police", "source": PAPER}
    said = scene.officer.submit(form, "/support/", 422, **values | {"day": "31/12/2026"})
    assert "This day has not come yet." in said.text
    assert said.form("/support/").filled()["source"] == PAPER
    said = scene.officer.submit(form, "/support/", 422, **values | {"source": " "})
    assert "Write which paper says so." in said.text
    said = scene.officer.submit(form, "/support/", 422, **values | {"team": str(scene.far_team.id)})
    assert "Not a valid choice" in said.text


def test_support_is_entered_for_a_commune_by_its_officers(scene: Scene, path: str) -> None:
    scene.province_officer.get(path)
    scene.province_officer.get(f"{scene.province_path}targets/support/", 404)
    scene.officer.get(f"/coverage/units/{scene.other.unit_id}/targets/support/", 404)
    scene.ministry.get(path, 403)


def test_every_profession_has_its_words() -> None:
    assert set(PROFESSION_MESSAGES) == set(Profession)
