"""The yearly report: a commune officer prepares it, another approves, the province collects."""

from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories import visitors
from tests.journeys import scene, sheets
from tests.journeys.walk import Start, Walk
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import Account
from training_app.organisation.models import UnitSpan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
MAKER, APPROVER, ABOVE = "Lê Thị Hồng Nhung", "Phạm Văn Lâm", "Trần Quốc Việt"
REASON = "Danh sách giấy ngày 5/11, chưa nhập."


def test_the_yearly_report_is_prepared_approved_and_collected(
    db_session: Session, start: Start, tmp_path: Path
) -> None:
    world = scene.build(db_session)
    for person, sex, law in ((world.leader, "male", True), (world.member, "female", None)):
        person.sex, person.law_qualified = sex, law
    maker = office(db_session, MAKER, Role.COMMUNE_OFFICER, world.commune)
    approver = office(db_session, APPROVER, Role.COMMUNE_OFFICER, world.commune)
    above = office(db_session, ABOVE, Role.PROVINCE_OFFICER, world.province)
    db_session.commit()

    walk = start("/", account=maker)  # on a phone
    begin(walk)
    address = walk.page.url
    mend(walk, world.team.id)
    pass_on(walk)
    take_along(walk, tmp_path)

    other = start("/", desk=True, account=approver)
    other.go(address)
    approve(other)
    lock(other)
    walk.go(address)
    walk.reads("This report is locked and sent. Nothing is left to do.")

    province = start("/", desk=True, account=above)
    collect(province)


def office(session: Session, name: str, role: Role, unit: UnitSpan) -> Account:
    """An officer with a sign-in; several hold the same role."""
    account = visitors.account(session, make.person(session, name), role=role, unit=unit)
    account.login_name = f"office-{account.id}"
    return account


def begin(walk: Walk) -> None:
    """More, reports, what is due, begin."""
    walk.follow("More")
    walk.follow("Reports")
    walk.heading("Reports")
    year = str(clock.today().year)
    form = walk.page.locator(
        f'form:has([type="hidden"][value="preliminary-year"]):has([value="{year}"])'
    )
    walk.arrive(form.get_by_role("button"))


def mend(walk: Walk, team_id: int) -> None:
    """What does not fit together is said; the number is written by hand with its reason."""
    expect(walk.button("Checked, pass on for approval")).to_have_count(0)
    walk.follow("Change the numbers of this row")
    walk.fill(law_untrained="1")
    walk.press("Keep these numbers")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(reason=REASON)
    walk.press("Keep these numbers")
    walk.shows(REASON)
    walk.reads("The numbers fit together, and nothing stands out.")
    walk.arrive(walk.page.locator(f'a[href*="/rows/team-{team_id}/people/female/"]'))
    walk.shows("Nguyễn Thị Hoa")
    walk.back()


def pass_on(walk: Walk) -> None:
    """Who prepared the report passes it on, and finds no way to approve it."""
    walk.press("Checked, pass on for approval")
    walk.reads("Waits for approval")
    expect(walk.button("Approve")).to_have_count(0)


def take_along(walk: Walk, folder: Path) -> None:
    """The printed page and both files say the same total."""
    walk.follow("Document, to print")
    total = walk.rows()[2]
    walk.page.emulate_media(media="print")
    expect(walk.page.locator("footer")).to_be_hidden()
    walk.page.emulate_media(media="screen")
    path = folder / "report.docx"
    with walk.page.expect_download() as download:
        walk.link(walk.say("Download Word (DOCX)")).click()
    download.value.save_as(path)
    cells = docx.Document(str(path)).tables[1].rows[2].cells
    assert [cell.text for cell in cells] == total
    walk.back()
    path = folder / "report.xlsx"
    with walk.page.expect_download() as download:
        walk.link(walk.say("Download Excel")).click()
    download.value.save_as(path)
    assert [str(cell) for cell in sheets.row_called(path, total[0])][: len(total)] == total


def approve(walk: Walk) -> None:
    """Another person compares and approves."""
    walk.shows(REASON)
    walk.press("Approve")
    walk.reads("Approved, not sent yet")


def lock(walk: Walk) -> None:
    """The number and the day of the paper, then nothing changes any more."""
    walk.follow("Lock and send")
    walk.fill(document_number="12/BC-UBND", signed_on="31/12/2099")
    walk.press("Lock and send")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(signed_on=f"{clock.today():%d/%m/%Y}")
    walk.press("Lock and send")
    walk.reads("Sent and locked")
    walk.follow("Document, to print")
    walk.shows("12/BC-UBND")


def collect(walk: Walk) -> None:
    """The province sees who has sent, whom to remind, and takes over what was sent."""
    walk.follow("More")
    walk.follow("Reports")
    walk.follow("What the communes have sent")
    walk.page.locator('[name="kind"]').select_option("preliminary-year")
    walk.press("Show")
    expect(walk.row("Phường Rạch Dừa")).to_contain_text(walk.say("Report not begun"))
    walk.follow_name("Phường Vũng Tàu")
    walk.reads("This report was sent by its unit and is locked. You can read and print it.")
    walk.go("/reports/")
    year = str(clock.today().year)
    form = walk.page.locator(
        f'form:has([type="hidden"][value="preliminary-year"]):has([value="{year}"])'
    )
    walk.arrive(form.get_by_role("button"))
    walk.shows("Phường Rạch Dừa")
    expect(walk.page.locator("tfoot")).to_contain_text("3")
