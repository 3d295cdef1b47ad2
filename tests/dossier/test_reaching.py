"""Every request about personal data reaches somebody who may answer it."""

import pytest
from sqlalchemy import select

from tests.dossier.scene import LOOK, Scene
from tests.dossier.test_requests import OWN, QUEUE, asked, decided
from tests.factories import records as make
from tests.factories.records import NOW, TODAY
from tests.factories.wishes import data_request
from training_app.access import Role, Viewer
from training_app.dossier.models import DataRequest
from training_app.dossier.queries.requests import office_of
from training_app.dossier.rules.deadlines import Kind
from training_app.dossier.services.requests import lift_restriction
from training_app.errors import RuleBroken
from training_app.organisation.models import Person, PersonPhone, TeamSpan, UnitSuccession


def test_a_request_of_staff_without_a_place_reaches_the_administrators(scene: Scene) -> None:
    reviewer = scene.staff(Role.REVIEWER, "Lý Thị Duyệt")
    page = reviewer.get(f"{OWN}ask/?kind=correct")
    reviewer.submit(page, "ask", wish="Tên tôi là Lý Thị Duyên")
    scene.session.rollback()
    row = scene.session.scalars(select(DataRequest).execution_options(**LOOK)).one()
    assert row.unit_id is None
    administrator = scene.staff(Role.ADMINISTRATOR, "Ngô Văn Máy")
    assert "1 waits" in administrator.get("/more/").text
    assert "Lý Thị Duyệt" in administrator.get(QUEUE).text
    text = decided(
        administrator,
        f"{QUEUE}{row.id}/",
        decision="granted",
        reason="Đúng",
        full_name="Lý Thị Duyên",
    )
    assert "granted" in text
    scene.session.rollback()
    named = select(Person).where(Person.full_name == "Lý Thị Duyên").execution_options(**LOOK)
    assert len(scene.session.scalars(named).all()) == 1


def test_a_restriction_of_staff_without_a_place_is_lifted_where_it_was_granted(
    scene: Scene,
) -> None:
    reviewer = scene.staff(Role.REVIEWER, "Lý Thị Duyệt")
    reviewer.submit(reviewer.get(f"{OWN}ask/?kind=restrict"), "ask")
    scene.session.rollback()
    row = scene.session.scalars(select(DataRequest).execution_options(**LOOK)).one()
    person_id, address = row.person_id, f"{QUEUE}{row.id}/"
    scene.session.rollback()
    administrator = scene.staff(Role.ADMINISTRATOR, "Ngô Văn Máy")
    decided(administrator, address, decision="granted", reason="Theo yêu cầu")
    page = administrator.get(address)
    page = administrator.get(page.link("See or lift the restriction"))
    done = administrator.submit(page, "", reason="Đã xong")
    assert "The restriction is lifted." in done.text
    person = scene.session.get_one(Person, person_id, execution_options=LOOK)
    assert person.restricted_at is None
    scene.session.rollback()
    assert "See or lift" not in administrator.get(address).text


def test_an_administrator_lifts_no_restriction_of_a_place(scene: Scene) -> None:
    officer = scene.officer()
    decided(officer, asked(scene, Kind.RESTRICT), decision="granted", reason="Theo yêu cầu")
    administrator = scene.staff(Role.ADMINISTRATOR, "Ngô Văn Máy")
    administrator.get(f"/people/{scene.person.id}/restriction/", 404)


def test_nobody_lifts_the_own_restriction(scene: Scene) -> None:
    actor = Viewer(1, scene.person.id, "Nguyễn Thị Hoa")
    with pytest.raises(RuleBroken, match="own"):
        lift_restriction(scene.session, scene.person.id, "Tôi muốn", now=NOW, actor=actor)


def test_an_administrator_sees_no_request_of_a_place(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    administrator = scene.staff(Role.ADMINISTRATOR, "Ngô Văn Máy")
    assert "Nguyễn Thị Hoa" not in administrator.get(QUEUE).text
    administrator.get(address, 404)
    administrator.get(f"/people/{scene.person.id}/data-request/", 403)


def test_the_heir_of_a_commune_that_ended_answers_what_was_asked_there(scene: Scene) -> None:
    old = make.unit(scene.session, "Phường Cũ", scene.province)
    made = data_request(scene.session, scene.person, old, Kind.RESTRICT)
    old.valid_to = TODAY
    scene.session.add(
        UnitSuccession(
            old_unit_id=old.unit_id,
            new_unit_id=scene.commune.unit_id,
            share="whole",
            on=TODAY,
            basis="",
        )
    )
    scene.session.commit()
    scene.officer().get(f"{QUEUE}{made}/")


def test_whoever_left_a_team_that_ended_is_answered_by_its_commune(scene: Scene) -> None:
    scene.leave(scene.twin)
    span = select(TeamSpan).where(TeamSpan.team_id == scene.second.id)
    scene.session.scalars(span.execution_options(**LOOK)).one().valid_to = TODAY
    scene.session.commit()
    assert office_of(scene.session, (scene.twin.id,), TODAY) == scene.commune.unit_id


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER])
def test_either_office_corrects_a_telephone_number(scene: Scene, role: Role) -> None:
    client = scene.officer(role)
    page = client.get(f"/people/{scene.person.id}/change/")
    client.submit(page, "", phones="0977 777 777")
    scene.session.rollback()
    numbers = select(PersonPhone.number).where(
        PersonPhone.person_id == scene.person.id, PersonPhone.valid_to.is_(None)
    )
    assert list(scene.session.scalars(numbers.execution_options(**LOOK))) == ["+84977777777"]
