"""Requests about the own data: a clock, an answer with its reason, carried out and audited."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.dossier.scene import LOOK, Scene
from tests.factories.wishes import data_request
from tests.page import MEDIATOR_BYTES, PageClient
from training_app.access import Role
from training_app.accounts.models import Consent
from training_app.dossier.models import DataRequest
from training_app.dossier.rules.deadlines import Kind
from training_app.organisation.models import Person, PersonPhone

OWN = "/my-data/"
QUEUE = "/data-requests/"


def asked(scene: Scene, kind: Kind, person: Person | None = None) -> str:
    """The address of a request in the commune's queue."""
    made = data_request(scene.session, person or scene.person, scene.commune, kind)
    scene.session.commit()
    return f"{QUEUE}{made}/"


def decided(client: PageClient, address: str, status: int = 200, **values: str) -> str:
    page = client.get(f"{address}decide/")
    return client.submit(page, "", status, **values).text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    addresses = [asked(scene, kind) for kind in Kind]
    client = scene.officer()
    client.language(language)
    person = f"/people/{scene.person.id}/"
    for path in (QUEUE, f"{person}data-request/", f"{person}restriction/"):
        client.get(path)
    for address in addresses:
        client.get(address)
        client.get(f"{address}decide/")
    member = scene.member(scene.person)
    member.budget = MEDIATOR_BYTES
    member.language(language)
    for path in (OWN, f"{OWN}everything/", f"{OWN}download/"):
        member.get(path)
    for kind in Kind:
        member.get(f"{OWN}ask/?kind={kind.value}")
    member.get(f"{OWN}ask/?kind=other", 404)


# -- the own page ---------------------------------------------------------------------------


def test_everybody_reads_what_is_stored_and_why(scene: Scene) -> None:
    scene.passed(scene.person, 10)
    page = scene.member(scene.person).get(f"{OWN}everything/")
    assert "0912 345 678" in page.text
    assert "test passed" in page.text
    assert "So that the commune recognises mediators" in page.text
    assert "+84987654321" not in page.text


def test_the_copy_holds_the_same_to_read_and_as_data(scene: Scene) -> None:
    client = scene.member(scene.person)
    page = client.get(f"{OWN}download/")
    form = page.form("")
    response = client.http.post(f"{OWN}download/", data=form.filled())
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        data = json.loads(archive.read("du-lieu-cua-toi.json"))
        text = archive.read("du-lieu-cua-toi.html").decode()
    assert data["person"][0]["full_name"] == "Nguyễn Thị Hoa"
    assert data["phones"][0]["number"] == "+84912345678"
    assert "Nguyễn Thị Hoa" in text
    assert response.headers["Cache-Control"] == "no-store"
    assert len(scene.events("data.downloaded")) == 1


def test_the_copy_holds_no_secret(scene: Scene) -> None:
    client = scene.member(scene.person)
    response = client.http.post(
        f"{OWN}download/", data=client.get(f"{OWN}download/").form("").filled()
    )
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        data = archive.read("du-lieu-cua-toi.json").decode()
    assert not {"secret_hash", "token_hash", "code_hmac", "seed"} & set(_keys(json.loads(data)))


def _keys(data: dict[str, list[dict[str, object]]]) -> list[str]:
    return [name for rows in data.values() for row in rows for name in row]


def test_the_download_asks_for_the_pin_first(scene: Scene) -> None:
    client = scene.member(scene.person, proved=False)
    for method in ("get", "post"):
        response = getattr(client.http, method)(f"{OWN}download/")
        assert response.status_code in {303, 400}
    assert not scene.events("data.downloaded")


def test_looks_at_the_record_and_at_lists_are_told_by_role(scene: Scene) -> None:
    officer = scene.officer()
    officer.get(f"/people/{scene.person.id}/")
    officer.get(f"/people/{scene.person.id}/minority/")
    text = scene.member(scene.person).get(OWN).text
    assert "justice officer of the commune: saw the record" in text
    assert "opened the restricted entry on ethnic minority" in text
    assert "Phạm Thị Dung" not in text


def test_the_help_page_leads_to_the_own_data(scene: Scene) -> None:
    page = scene.member(scene.person).get("/help/")
    assert page.link("See, download, correct, restrict or delete") == OWN


# -- asking ---------------------------------------------------------------------------------


def test_a_request_shows_its_day_and_stands_in_the_queue(scene: Scene) -> None:
    client = scene.member(scene.person)
    page = client.submit(
        client.get(f"{OWN}ask/?kind=correct"), "ask", wish="Tôi sinh năm 1961, không phải 1960"
    )
    assert "answer by" in page.text
    queue = scene.officer().get(QUEUE)
    assert "Nguyễn Thị Hoa" in queue.text
    assert "1 waits" in scene.officer().get("/more/").text
    assert scene.events("data-request.made")[-1].detail == {"kind": "correct"}


def test_a_correction_must_say_what_is_wrong(scene: Scene) -> None:
    client = scene.member(scene.person)
    page = client.submit(client.get(f"{OWN}ask/?kind=correct"), "ask", 422, wish="")
    assert "Say what is wrong and what is right." in page.text


def test_a_second_press_meets_the_request_that_is_open(scene: Scene) -> None:
    client = scene.member(scene.person)
    page = client.get(f"{OWN}ask/?kind=restrict")
    client.submit(page, "ask")
    again = client.submit(page, "ask", 422)
    assert "A request of this kind is open already." in again.text


def test_an_own_request_is_taken_back_and_a_strangers_is_not_found(scene: Scene) -> None:
    asked(scene, Kind.RESTRICT)
    other = asked(scene, Kind.RESTRICT, scene.leader)
    client = scene.member(scene.person)
    page = client.submit(client.get(OWN), "withdraw")
    assert "taken back on" in page.text
    number = other.strip("/").split("/")[-1]
    token = page.form("sign-out").filled()
    client.post(f"{OWN}requests/{number}/withdraw/", token, 404)


def test_an_office_writes_down_what_was_asked_by_telephone(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/people/{scene.person.id}/data-request/")
    text = client.submit(page, "", kind="erase", wish="qua điện thoại").text
    assert "Deletion" in text
    scene.session.rollback()
    row = scene.session.scalars(select(DataRequest).execution_options(**LOOK)).one()
    assert row.by_office
    assert row.acknowledged_at is not None


def test_a_day_before_the_law_is_refused_beside_its_field(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/people/{scene.person.id}/data-request/")
    text = client.submit(page, "", 422, kind="erase", received_on="20/11/2025").text
    assert "Write a day since 1 January 2026" in text


# -- answering ------------------------------------------------------------------------------


def test_requests_of_another_commune_are_not_found(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    number = int(address.strip("/").split("/")[-1])
    row = scene.session.get_one(DataRequest, number, execution_options=LOOK)
    row.unit_id = None
    scene.session.commit()
    client = scene.officer()
    client.get(address, 404)
    client.get(f"{address}decide/", 404)


def test_the_person_sees_that_the_request_was_received(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    client = scene.officer()
    client.submit(client.get(address), "acknowledge")
    assert "The office confirmed it on" in scene.member(scene.person).get(OWN).text


def test_time_is_extended_once_with_a_reason_that_the_person_reads(scene: Scene) -> None:
    address = asked(scene, Kind.ERASE)
    client = scene.officer()
    page = client.get(address)
    client.submit(page, "extend", 422)
    assert "extended" in client.submit(page, "extend", reason="Phải tra sổ giấy").text
    client.submit(page, "extend", 422, reason="Lần nữa")
    scene.session.rollback()
    row = scene.session.scalars(select(DataRequest).execution_options(**LOOK)).one()
    assert row.due_on == row.received_on + timedelta(days=40)
    assert "Phải tra sổ giấy" in scene.member(scene.person).get(OWN).text


def test_a_refusal_changes_nothing_and_is_explained(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    assert "refused" in decided(
        scene.officer(), address, decision="refused", reason="Danh sách do luật yêu cầu"
    )
    assert scene.again(scene.person).restricted_at is None
    assert "Answer: Danh sách do luật yêu cầu" in scene.member(scene.person).get(OWN).text


def test_a_decision_needs_a_reason(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    assert "Say why; the person reads it." in decided(
        scene.officer(), address, 422, decision="granted"
    )


def test_nobody_decides_on_the_own_request(scene: Scene) -> None:
    client = scene.officer()
    scene.session.rollback()
    officer = scene.session.scalars(
        select(Person).where(Person.full_name == "Phạm Thị Dung").execution_options(**LOOK)
    ).one()
    text = decided(
        client, asked(scene, Kind.RESTRICT, officer), 422, decision="granted", reason="Vì tôi"
    )
    assert "Nobody decides on the own request." in text


def test_a_decision_is_made_once(scene: Scene) -> None:
    address = asked(scene, Kind.RESTRICT)
    client = scene.officer()
    page = client.get(f"{address}decide/")
    client.submit(page, "", decision="granted", reason="Đúng")
    assert "closed already" in client.submit(page, "", 422, decision="refused", reason="Sai").text


def test_a_granted_correction_changes_the_record(scene: Scene) -> None:
    address = asked(scene, Kind.CORRECT)
    text = decided(
        scene.officer(),
        address,
        decision="granted",
        reason="Đã đối chiếu",
        full_name="Nguyễn Thị Hòa",
        birth="1961",
        phones="0977777777",
    )
    assert "granted" in text
    row = scene.again(scene.person)
    assert (row.full_name, row.birth_year) == ("Nguyễn Thị Hòa", 1961)
    numbers = select(PersonPhone.number).where(
        PersonPhone.person_id == row.id, PersonPhone.valid_to.is_(None)
    )
    assert list(scene.session.scalars(numbers.execution_options(**LOOK))) == ["+84977777777"]


def test_a_granted_objection_ends_the_optional_uses(scene: Scene) -> None:
    client = scene.member(scene.person)
    page = client.get("/my-consents/")
    client.submit(page, "", reminders="y")
    assert "Given on" in client.get("/my-consents/").text
    decided(scene.officer(), asked(scene, Kind.OBJECT), decision="granted", reason="Theo yêu cầu")
    scene.session.rollback()
    left = select(func.count()).select_from(Consent).where(Consent.withdrawn_at.is_(None))
    assert scene.session.scalar(left) == 0
    assert "Withdrawn" in scene.member(scene.person).get(f"{OWN}everything/").text


def test_restricted_data_are_kept_and_no_longer_shown_to_the_leader(scene: Scene) -> None:
    leader = scene.member(scene.leader)
    assert "Nguyễn Thị Hoa" in leader.get("/my-team/").text
    officer = scene.officer()
    decided(officer, asked(scene, Kind.RESTRICT), decision="granted", reason="Theo yêu cầu")
    assert "Nguyễn Thị Hoa" not in leader.get("/my-team/").text
    own = f"/people/{scene.person.id}/"
    assert "may only be kept" in officer.get(own).text
    page = officer.get(f"{own}change/")
    assert "are restricted" in officer.submit(page, "", 422, full_name="Khác").text
    scene.member(scene.person).get("/home/")


def test_a_restriction_is_lifted_with_a_reason(scene: Scene) -> None:
    officer = scene.officer()
    decided(officer, asked(scene, Kind.RESTRICT), decision="granted", reason="Theo yêu cầu")
    officer.submit(officer.get(f"/people/{scene.person.id}/restriction/"), "", reason="Đã xong")
    assert scene.again(scene.person).restricted_at is None
    assert scene.events("person.unrestricted")[-1].reason == "Đã xong"


def test_a_member_opens_no_queue(scene: Scene) -> None:
    client = scene.member(scene.leader)
    client.get(QUEUE, 403)
    client.get(asked(scene, Kind.RESTRICT), 403)


def test_consents_given_twice_are_dated_each(scene: Scene) -> None:
    client = scene.member(scene.person)
    for ticked in ({"reminders": "y"}, {}, {"reminders": "y"}):
        page = client.get("/my-consents/")
        fields = page.form("").filled()
        fields.pop("reminders", None)
        client.post("/my-consents/", fields | ticked)
    scene.session.rollback()
    rows = scene.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_a_province_officer_sees_the_queue_of_its_communes(scene: Scene) -> None:
    asked(scene, Kind.RESTRICT)
    assert "Nguyễn Thị Hoa" in scene.officer(Role.PROVINCE_OFFICER).get(QUEUE).text
