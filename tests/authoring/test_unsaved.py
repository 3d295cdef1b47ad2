"""What a page keeps by itself is safe, makes no version, and never touches a colleague's text."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.authoring import texts
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.authoring.models import Draft, DraftVersion, Unsaved


@dataclass
class Desk:
    """Two authors at one lesson of a draft."""

    session: Session
    author: PageClient
    colleague: PageClient
    draft_id: int

    @property
    def address(self) -> str:
        return f"/authoring/{self.draft_id}/lessons/10-mot/"

    def keep(self, page: Page, **fields: str) -> dict[str, Any]:
        form = page.form("/lessons/10-mot/")
        answer = self.author.http.post(self.address + "unsaved/", data=form.filled(**fields))
        assert answer.status_code == 200
        found: dict[str, Any] = answer.get_json()
        return found

    def count(self, model: type) -> int:
        found = self.session.scalar(select(func.count()).select_from(model)) or 0
        self.session.rollback()
        return found


@pytest.fixture
def desk(app: Flask, db_session: Session) -> Desk:
    texts.teach(db_session)
    clients = []
    for name in ("Soạn", "Đồng Nghiệp"):
        account, _ = texts.staff(db_session, name, Role.TRAINER)
        clients.append(visitors.visitor(app, db_session, account))
    for client in clients:
        client.submit(client.get("/authoring/"), f"/modules/{texts.SLUG}/edit/")
    author, colleague = clients
    return Desk(db_session, author, colleague, db_session.scalars(select(Draft.id)).one())


def test_what_is_kept_says_the_time_makes_no_version_and_is_found_again(desk: Desk) -> None:
    page = desk.author.get(desk.address)
    said = desk.keep(page, markdown="Đang viết dở")
    assert said["said"].startswith("Draft kept at ")
    assert not said["conflict"]
    assert desk.count(DraftVersion) == 1
    desk.keep(page, markdown="Đang viết dở thêm")
    assert desk.count(Unsaved) == 1
    again = desk.author.get(desk.address)
    assert "Đang viết dở" not in again.html
    resumed = desk.author.get(again.link("Go on with that text"))
    assert "Đang viết dở thêm" in resumed.html
    desk.author.submit(resumed, "/lessons/10-mot/")
    assert (desk.count(Unsaved), desk.count(DraftVersion)) == (0, 2)
    assert "Đang viết dở thêm" in desk.author.get(desk.address).html


def test_a_colleague_who_saved_meanwhile_is_told_and_keeps_the_own_text(desk: Desk) -> None:
    page = desk.author.get(desk.address)
    desk.colleague.submit(desk.colleague.get(desk.address), "/lessons/10-mot/", title="Của họ")
    said = desk.keep(page, title="Của tôi")
    assert said["conflict"]
    assert "Đồng Nghiệp saved this part meanwhile" in said["said"]
    assert "Của họ" in desk.colleague.get(desk.address).h1
    resumed = desk.author.get(desk.address + "?unsaved=1")
    both = desk.author.submit(resumed, "/lessons/10-mot/", status=409)
    assert "Của họ" in both.text
    assert "Của tôi" in both.text


def test_what_a_page_kept_is_the_authors_alone_and_can_be_forgotten(desk: Desk) -> None:
    desk.keep(desk.author.get(desk.address), markdown="Riêng tôi")
    assert "Riêng tôi" not in desk.colleague.get(desk.address + "?unsaved=1").html
    page = desk.author.get(desk.address)
    gone = desk.author.submit(page, "/unsaved/drop/")
    assert "Forgotten." in gone.text
    assert desk.count(Unsaved) == 0


def test_writing_back_what_is_saved_leaves_nothing_kept(desk: Desk) -> None:
    page = desk.author.get(desk.address)
    desk.keep(page, markdown="Thử")
    desk.keep(page)
    assert desk.count(Unsaved) == 0


def test_nothing_is_kept_in_a_draft_that_waits_for_review(desk: Desk) -> None:
    page = desk.author.get(desk.address)
    desk.author.submit(desk.author.get(f"/authoring/{desk.draft_id}/"), "/send/")
    form = page.form("/lessons/10-mot/")
    answer = desk.author.http.post(desk.address + "unsaved/", data=form.filled())
    assert answer.status_code == 409
    assert desk.count(Unsaved) == 0


def test_the_marks_are_hidden_until_the_script_shows_them(desk: Desk) -> None:
    page = desk.author.get(desk.address)
    tools = next(one for one in page.all("div") if "data-tools" in one.attributes)
    assert "hidden" in tools.attributes
    assert len([one for one in page.all("button") if one.get("data-mark")]) == 6
    assert any("authoring." in one.get("src") for one in page.all("script"))
    assert not any("authoring." in one.get("src") for one in desk.author.get("/").all("script"))
