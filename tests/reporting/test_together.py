"""A report between colleagues: whose turn it is, who may approve, and nothing typed is lost."""

import pytest
from sqlalchemy import update

from tests.page import PageClient
from tests.reporting.scene import TODAY, Scene, line
from tests.reporting.test_routes import begin, press
from training_app.accounts.models import RoleGrant
from training_app.db import Unscoped
from training_app.organisation.models import Person

TESTS = Unscoped("a test looks at everything")
KEPT = "what you typed is still here"


@pytest.fixture
def officer(scene: Scene) -> PageClient:
    return scene.client(scene.makers[0])


@pytest.fixture
def second(scene: Scene) -> PageClient:
    return scene.client(scene.makers[1])


def name_of(scene: Scene, place: int) -> str:
    """The name of one of the two officers."""
    person = scene.session.get(
        Person, scene.makers[place].person_id, execution_options={"scope": TESTS}
    )
    assert person
    return person.full_name


def test_a_page_names_who_can_approve_and_never_who_prepared(
    scene: Scene, officer: PageClient
) -> None:
    path = begin(officer)
    press(officer, path, "check")
    text = officer.get(path).text
    assert f"Who can approve it: {name_of(scene, 1)}." in text


def test_an_office_of_one_is_told_what_to_do_before_it_is_too_late(
    scene: Scene, officer: PageClient
) -> None:
    path = begin(officer)
    scene.session.execute(
        update(RoleGrant).where(RoleGrant.account_id == scene.makers[1].id).values(valid_to=TODAY)
    )
    scene.session.commit()
    assert "Ask the office above for an account for a second officer" in officer.get(path).text


def test_the_list_of_the_second_officer_begins_with_what_waits(
    officer: PageClient, second: PageClient
) -> None:
    path = begin(officer)
    assert "What waits for you" not in second.get("/reports/").text
    press(officer, path, "check")
    assert "What waits for you" not in officer.get("/reports/").text
    assert path in second.get("/reports/").links
    assert "1 waits" in second.get("/more/").text
    assert "approve it or send it back" in second.get("/reports/").text
    press(second, path, "approve")
    for one in (officer, second):
        assert "Have it signed, then lock it and send it." in one.get("/reports/").text


def test_whoever_prepared_a_report_that_was_sent_back_finds_it_with_what_to_mend(
    officer: PageClient, second: PageClient
) -> None:
    path = begin(officer)
    press(officer, path, "check")
    form = second.get(f"{path}send-back/").form("send-back")
    second.post(form.action, form.filled(reason="Tổ 1 thiếu hai người."))
    listed = officer.get("/reports/")
    assert "What waits for you" in listed.text
    assert "It was sent back" in listed.text
    assert "Sent back, to be mended" in listed.text
    assert "1 waits" in officer.get("/more/").text
    page = officer.get(path)
    assert "Sent back: Tổ 1 thiếu hai người." in page.text
    assert "Next: mend what was sent back" in page.text
    press(officer, path, "check")
    assert "It was sent back" not in officer.get("/reports/").text
    # Whoever looks at it again reads what was asked for, and by whom.
    way = second.get(path).text.partition("The way of this report")[2]
    assert "Sent back (Tổ 1 thiếu hai người.)" in way
    assert way.index("Sent back (") < way.index("Checked:")


def test_numbers_typed_while_a_colleague_changed_the_report_are_kept(
    scene: Scene, officer: PageClient, second: PageClient
) -> None:
    path = f"{begin(officer)}rows/{line(scene.team.id)}/"
    late = officer.get(path).form("rows")
    quick = second.get(path).form("rows")
    second.post(path, quick.filled(trained="3", reason="Giấy."))
    page = officer.post(path, late.filled(minority="2", reason="Sổ tay."), status=409)
    assert KEPT in page.text
    typed = page.form("rows").filled()
    assert (typed["minority"], typed["reason"]) == ("2", "Sổ tay.")
    assert "The report says 3." in page.text
    page = officer.post(path, page.form("rows").filled(trained="3"))
    assert "The numbers were kept with their reason" in page.text


def test_a_reason_to_send_back_survives_a_colleagues_step(
    officer: PageClient, second: PageClient
) -> None:
    path = begin(officer)
    press(officer, path, "check")
    form = officer.get(f"{path}send-back/").form("send-back")
    press(second, path, "approve")
    page = officer.post(f"{path}send-back/", form.filled(reason="Sót một lớp."), status=409)
    assert KEPT in page.text
    assert page.form("send-back").filled()["reason"] == "Sót một lớp."
    officer.post(f"{path}send-back/", page.form("send-back").filled())
    assert "Sót một lớp." in officer.get(path).text


def test_the_number_of_the_paper_survives_a_colleagues_step(
    officer: PageClient, second: PageClient
) -> None:
    path = begin(officer)
    press(officer, path, "check")
    press(second, path, "approve")
    form = second.get(f"{path}lock/").form("lock")
    back = officer.get(f"{path}send-back/").form("send-back")
    officer.post(f"{path}send-back/", back.filled(reason="Nhầm."))
    press(officer, path, "check")
    press(second, path, "approve")
    page = second.post(f"{path}lock/", form.filled(document_number="12/BC-UBND"), status=409)
    assert page.form("lock").filled()["document_number"] == "12/BC-UBND"
    page = second.post(f"{path}lock/", page.form("lock").filled())
    assert "This report is locked and sent" in page.text
