"""Pictures of a draft: sent, described, shown, published, exported and loaded back."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import learners
from tests.authoring import texts
from tests.catalogue.pictures import HOSTILE, drawing, photograph
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.authoring.models import Draft, DraftVersion
from training_app.catalogue.models import Picture
from training_app.catalogue.parsing import PICTURES

WORDS = {"alt": "Sơ đồ ba bước", "description": "Nghe từng bên, cùng nghe, rồi tìm lối ra."}
SOURCE = re.compile(r'src="([^"]+/pictures/[^"]+|/pictures/[^"]+)"')


@dataclass
class Desk:
    """An author, a stranger, a reviewer and a learner."""

    app: Flask
    session: Session
    author: PageClient
    stranger: PageClient
    reviewer: PageClient
    learner: PageClient
    draft_id: int

    def at(self, tail: str = "") -> str:
        return f"/authoring/{self.draft_id}/{tail}"

    def send(self, content: bytes, status: int = 200, name: str = "a.jpg", **words: str) -> Page:
        page = self.author.get(self.at("pictures/"))
        sent: dict[str, Any] = WORDS | words | {"file": (io.BytesIO(content), name)}
        return self.author.submit(page, "/pictures/", status=status, **sent)

    def fetch(self, client: PageClient, address: str) -> TestResponse:
        return client.http.get(address)


@pytest.fixture
def desk(app: Flask, db_session: Session) -> Desk:
    version = texts.teach(db_session)
    clients = []
    roles = (("Soạn", Role.TRAINER), ("Khác", Role.TRAINER), ("Duyệt", Role.REVIEWER))
    for name, role in roles:
        account, _ = texts.staff(db_session, name, role)
        clients.append(visitors.visitor(app, db_session, account))
    learner = learners.enrol(db_session, version)
    clients.append(visitors.visitor(app, db_session, learner.account))
    author = clients[0]
    author.submit(author.get("/authoring/"), f"/modules/{texts.SLUG}/edit/")
    draft_id = db_session.scalars(select(Draft.id)).one()
    db_session.rollback()
    author, stranger, reviewer, reader = clients
    return Desk(app, db_session, author, stranger, reviewer, reader, draft_id)


def test_a_picture_is_described_shown_small_and_seen_only_with_the_draft(desk: Desk) -> None:
    page = desk.send(photograph())
    assert "Sơ đồ ba bước" in page.html
    assert "![Sơ đồ ba bước](so-do-ba-buoc.webp)" in page.text
    address = SOURCE.findall(page.html)[0]
    shown = desk.fetch(desk.author, address)
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/webp"
    assert "immutable" in shown.headers["Cache-Control"]
    assert "private" in shown.headers["Cache-Control"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert len(shown.data) <= 30_000
    assert b"Canari" not in shown.data
    assert desk.fetch(desk.reviewer, address).status_code == 200
    assert desk.fetch(desk.stranger, address).status_code == 404
    assert desk.fetch(desk.learner, address).status_code == 403
    digest = address.split("/")[-2]
    assert desk.fetch(desk.learner, f"/pictures/{digest}/").status_code == 404


def test_a_picture_without_words_or_file_is_not_taken_and_the_words_stay(desk: Desk) -> None:
    page = desk.send(drawing(), 422, alt="")
    assert "Say in a few words what it shows." in page.text
    assert WORDS["description"] in page.html
    page = desk.author.get(desk.at("pictures/"))
    nothing = desk.author.submit(page, "/pictures/", status=422, **WORDS)
    assert "Choose the file of the picture." in nothing.text


@pytest.mark.parametrize("what", ["nothing", "svg", "a header of 200 megapixels", "gif"])
def test_a_hostile_file_is_refused_and_nothing_is_kept(desk: Desk, what: str) -> None:
    page = desk.send(HOSTILE[what], 422)
    assert WORDS["description"] in page.html
    assert desk.session.scalars(select(Picture)).all() == []


def test_a_request_without_the_forms_token_adds_no_picture(desk: Desk) -> None:
    sent = WORDS | {"file": (io.BytesIO(drawing()), "a.png"), "base": "1"}
    answer = desk.author.http.post(desk.at("pictures/"), data=sent)
    assert answer.status_code in {400, 422}
    assert desk.session.scalars(select(Picture)).all() == []


def test_words_are_changed_and_a_removed_picture_is_told_by_the_lesson(desk: Desk) -> None:
    desk.send(drawing())
    lesson = desk.author.get(desk.at("lessons/10-mot/"))
    text = f"{texts.MARKDOWN}\n\n![](so-do-ba-buoc.webp)\n"
    lesson = desk.author.submit(lesson, "/lessons/10-mot/", markdown=text)
    assert f"<figcaption>{WORDS['description']}</figcaption>" in lesson.html
    assert "bytes more" in lesson.text
    assert desk.fetch(desk.author, SOURCE.findall(lesson.html)[0]).status_code == 200
    one = desk.author.get(desk.at("pictures/so-do-ba-buoc.webp/"))
    desk.author.submit(one, "/so-do-ba-buoc.webp/", status=422, alt="")
    changed = desk.author.submit(one, "/so-do-ba-buoc.webp/", alt="Ba việc lần lượt")
    assert "Ba việc lần lượt" in changed.html
    one = desk.author.get(desk.at("pictures/so-do-ba-buoc.webp/"))
    desk.author.submit(one, "/so-do-ba-buoc.webp/remove/")
    draft = desk.author.get(desk.at())
    assert "The picture “so-do-ba-buoc.webp” is not among the pictures" in draft.text


def test_an_entry_that_names_a_picture_that_was_never_sent_is_told(desk: Desk) -> None:
    desk.send(drawing())
    page = desk.author.get(desk.at(f"files/{PICTURES}/"))
    fields = dict(page.form("/files/").fields)
    text = re.sub(r'sha256 = "[0-9a-f]{64}"', f'sha256 = "{"0" * 64}"', fields["text"])
    told = desk.author.submit(page, "/files/", text=text)
    assert "The picture “so-do-ba-buoc.webp” is not here." in told.text


def test_what_is_published_is_exported_and_loaded_back_byte_for_byte(
    desk: Desk, tmp_path: Path
) -> None:
    desk.send(photograph())
    lesson = desk.author.get(desk.at("lessons/10-mot/"))
    text = f"{texts.MARKDOWN}\n\n![Ba bước](so-do-ba-buoc.webp)\n"
    desk.author.submit(lesson, "/lessons/10-mot/", markdown=text)
    story = desk.author.get(desk.at("scenarios/chuyen/turns/n1/"), status=404)
    assert story.status == 404  # the module has no scenario: one is written in forms
    write_scenario(desk)
    desk.author.submit(desk.author.get(desk.at()), "/send/")
    review = desk.reviewer.get(desk.at("review/"))
    desk.reviewer.submit(review, "/publish/", change="none")
    newest = select(DraftVersion.files).order_by(DraftVersion.number.desc()).limit(1)
    files = desk.session.scalars(newest).one()
    desk.session.rollback()
    first, second = tmp_path / "a", tmp_path / "b"
    run(desk, "content", "export", "--to", str(first))
    for name, text in files.items():
        folder = "quizzes" if name == "bank.toml" or "scenario" in name else "courses"
        assert (first / folder / texts.SLUG / name).read_text(encoding="utf-8") == text, name
    folders = ("--courses", str(first / "courses"), "--quizzes", str(first / "quizzes"))
    assert "1 chuyên đề đã giống như trong thư mục" in run(desk, "content", "load", *folders)
    run(desk, "content", "export", "--to", str(second))
    written = sorted(path for path in first.rglob("*") if path.is_file())
    assert any(path.suffix == ".webp" for path in written)
    for path in written:
        assert (second / path.relative_to(first)).read_bytes() == path.read_bytes()
    page = desk.learner.get(f"/learn/{texts.SLUG}/10-mot/")
    address = next(one for one in SOURCE.findall(page.html) if one.startswith("/pictures/"))
    seen = desk.fetch(desk.learner, address)
    assert seen.data == (first / "courses" / texts.SLUG / "so-do-ba-buoc.webp").read_bytes()
    assert desk.fetch(desk.author.__class__(desk.app), address).status_code == 303


def write_scenario(desk: Desk) -> None:
    """The smallest dispute that keeps every promise, written turn by turn."""
    desk.author.submit(desk.author.get(desk.at()), "/scenarios/", title="Ngõ chung")
    at = desk.at("scenarios/ngo-chung/")
    ways: dict[str, Any] = {
        f"{name}-{row}": f"Câu {name} {row}."
        for row in (0, 1)
        for name in ("text", "consequence", "why")
    }
    node = desk.author.get(at + "turns/n1/")
    node = desk.author.submit(node, "/turns/n1/", situation="Hai nhà cãi nhau.", **ways)
    ending = desk.author.get(at + "turns/e1/")
    words: dict[str, Any] = {"title": "Vui vẻ", "summary": "Ngõ thông.", "better": "Nghe sớm hơn."}
    desk.author.submit(ending, "/turns/e1/", add_article="luat-a#3", **words)
    whole = desk.author.get(at)
    form = next(one for one in whole.forms if one.action == at)
    desk.author.post(at, form.filled(intro="Ngõ chung của hai nhà.", add_article="luat-a#3"))


def run(desk: Desk, *args: str) -> str:
    done = desk.app.test_cli_runner().invoke(args=list(args))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("language", ["vi", "en"])
def test_author_and_reviewer_read_the_pages_of_pictures(desk: Desk, language: str) -> None:
    desk.send(drawing())
    for client in (desk.author, desk.reviewer):
        client.language(language)
        client.get(desk.at("pictures/"))
        client.get(desk.at("pictures/so-do-ba-buoc.webp/"))
