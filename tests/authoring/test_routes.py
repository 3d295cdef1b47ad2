"""The desk of authors and reviewers, walked in a client without JavaScript."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.authoring import texts
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.assessment import services as assessment
from training_app.assessment.models import Attempt
from training_app.authoring.models import Draft
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped

ADDED: dict[str, Any] = {
    "text-2": "Gọi điện",
    "explanation": "",
    "add_article": "luat-a#3",
    "add_clause": "1",
}


@dataclass
class Desk:
    """Clients of an author, a colleague and a reviewer."""

    session: Session
    author: PageClient
    colleague: PageClient
    reviewer: PageClient
    version: ModuleVersion

    def begin(self, client: PageClient | None = None) -> Page:
        client = client or self.author
        return client.submit(client.get("/authoring/"), f"/modules/{texts.SLUG}/edit/")

    @property
    def draft_id(self) -> int:
        self.session.rollback()
        return self.session.scalars(select(Draft.id)).one()

    def at(self, tail: str = "") -> str:
        return f"/authoring/{self.draft_id}/{tail}"


@pytest.fixture
def desk(app: Flask, db_session: Session) -> Desk:
    version = texts.teach(db_session)
    clients = []
    for name, role in (("Soạn", Role.TRAINER), ("Bạn", Role.TRAINER), ("Duyệt", Role.REVIEWER)):
        account, _ = texts.staff(db_session, name, role)
        clients.append(visitors.visitor(app, db_session, account))
    author, colleague, reviewer = clients
    return Desk(db_session, author, colleague, reviewer, version)


def test_a_lesson_is_broken_told_mended_sent_refused_mended_and_published_by_another(
    desk: Desk,
) -> None:
    learner = learners.enrol(desk.session, desk.version)
    learner.read_all()
    now = clock.now()
    running = assessment.start(desk.session, texts.SLUG, now=now, actor=learner.viewer)
    desk.session.commit()
    desk.begin()
    lesson = desk.author.get(desk.at("lessons/10-mot/"))
    broken = desk.author.submit(lesson, "/lessons/10-mot/", markdown="Quá ngắn!", title="Bài mới")
    assert "Draft saved at" in broken.text
    assert "The lesson has 2 tiếng." in broken.text
    assert "text, line 1" in broken.text
    assert "(Quá ngắn!)" in broken.text, "the line is found by its words, not by counting"
    refused = desk.author.submit(desk.author.get(desk.at()), "/send/", status=422)
    assert "1 things have to be mended first" in refused.text
    assert "Lesson “Bài mới”" in refused.text, "a part is named as its author named it"
    mended = desk.author.submit(broken, "/lessons/10-mot/", markdown=texts.MARKDOWN)
    assert "minutes to read" in mended.text
    sent = desk.author.submit(desk.author.get(desk.at()), "/send/")
    assert "waiting for review" in sent.text
    review = desk.reviewer.get(desk.at("review/"))
    assert "Bài mới (10-mot.md)" in review.text
    desk.reviewer.submit(review, "/refuse/", status=422)
    desk.reviewer.submit(review, "/refuse/", note="Thiếu ví dụ")
    back = desk.author.get(desk.at())
    assert "Thiếu ví dụ" in back.text
    again = desk.author.get(desk.at("lessons/10-mot/"))
    desk.author.submit(again, "/lessons/10-mot/", title="Bài mới hơn")
    desk.author.submit(desk.author.get(desk.at()), "/send/")
    review = desk.reviewer.get(desk.at("review/"))
    desk.reviewer.submit(review, "/publish/", status=422)
    done = desk.reviewer.submit(review, "/publish/", change="short_update")
    assert "Published as version 2" in done.text
    desk.session.rollback()
    attempt = desk.session.get_one(
        Attempt, running, execution_options={"scope": Unscoped("a test looks")}
    )
    assert attempt.module_version_id == desk.version.id
    newest = desk.session.scalars(
        select(ModuleVersion).where(ModuleVersion.superseded_at.is_(None))
    ).one()
    assert (newest.number, newest.change) == (2, "short_update")
    lines = desk.session.scalars(select(Draft.state)).all()
    assert lines == ["published"]


def test_an_author_cannot_publish_and_a_stranger_finds_nothing(desk: Desk) -> None:
    desk.begin()
    desk.author.submit(desk.author.get(desk.at()), "/send/")
    desk.author.get(desk.at("review/"), status=403)
    desk.colleague.get(desk.at(), status=404)
    desk.colleague.get(desk.at("lessons/10-mot/"), status=404)


def test_two_authors_in_conflict_see_both_texts_and_lose_none(desk: Desk) -> None:
    desk.begin()
    mine = desk.author.get(desk.at("lessons/10-mot/"))
    theirs = desk.begin(desk.colleague)
    theirs = desk.colleague.get(desk.at("lessons/10-mot/"))
    desk.colleague.submit(theirs, "/lessons/10-mot/", title="Của đồng nghiệp")
    conflict = desk.author.submit(mine, "/lessons/10-mot/", status=409, title="Của tôi")
    assert "Của đồng nghiệp" in conflict.text
    assert "Của tôi" in conflict.text
    saved = desk.author.submit(conflict, "/files/10-mot.md/")
    assert "Draft saved at" in saved.text
    assert "Của tôi" in desk.author.get(desk.at("lessons/10-mot/")).h1
    versions = desk.author.get(desk.at("versions/"))
    assert "Version 3" in versions.text
    assert "Của đồng nghiệp" in desk.author.get(desk.at("versions/3/")).text


def test_two_authors_of_different_questions_are_not_in_each_others_way(desk: Desk) -> None:
    desk.begin()
    desk.begin(desk.colleague)
    mine = desk.author.get(desk.at("questions/one/"))
    theirs = desk.colleague.get(desk.at("questions/many/"))
    desk.colleague.submit(theirs, "/questions/many/", stem="Của đồng nghiệp?")
    assert "Draft saved at" in desk.author.submit(mine, "/questions/one/", stem="Của tôi?").text
    bank = desk.author.get(desk.at("files/bank.toml/")).text
    assert "Của đồng nghiệp?" in bank
    assert "Của tôi?" in bank


def test_two_authors_of_one_question_see_where_their_texts_differ(desk: Desk) -> None:
    desk.begin()
    desk.begin(desk.colleague)
    mine = desk.author.get(desk.at("questions/one/"))
    theirs = desk.colleague.get(desk.at("questions/one/"))
    desk.colleague.submit(theirs, "/questions/one/", stem="Của đồng nghiệp?")
    conflict = desk.author.submit(mine, "/questions/one/", status=409, stem="Của tôi?")
    assert "Where they differ" in conflict.text
    assert [one in conflict.html for one in ("<del>stem", "<ins>stem")] == [True, True]


def test_an_author_with_two_pages_is_not_told_of_a_colleague(desk: Desk) -> None:
    desk.begin()
    first = desk.author.get(desk.at("lessons/10-mot/"))
    desk.author.submit(desk.author.get(desk.at("lessons/10-mot/")), "/10-mot/", title="Trang hai")
    told = desk.author.submit(first, "/lessons/10-mot/", status=409, title="Trang một")
    assert "Saved from another page meanwhile" in told.h1
    assert "colleague" not in told.text


def test_a_form_names_its_own_fields_and_the_text_of_the_file_the_keys(desk: Desk) -> None:
    desk.begin()
    page = desk.author.get(desk.at("questions/one/"))
    fields: dict[str, Any] = {"text-0": "Một", "text-1": "Hai", "right-rows": ""}
    said = desk.author.submit(page, "/questions/one/", **fields)
    assert "Mark exactly one with “This is right”." in said.text
    assert "1 thing has to be mended" in said.text
    file = desk.author.get(desk.at("files/bank.toml/"))
    assert "Mark exactly one with “right = true”." in file.text


def test_a_number_beyond_its_limit_and_a_day_that_is_none_are_told_in_plain_words(
    desk: Desk,
) -> None:
    desk.begin()
    page = desk.author.get(desk.at("head/"))
    said = desk.author.submit(page, "/head/", draw="0", reviewed_on="31/02/2026").text
    assert "The number is too small. Give at least 1." in said
    assert "Write it like 20/11/2026." in said
    assert "Input should" not in said


def test_a_blueprint_is_told_what_the_bank_has_and_lacks(desk: Desk) -> None:
    desk.begin()
    page = desk.author.get(desk.at("head/"))
    assert "What a test can ask: a 1 (1); b 1 (1);" in page.text
    said = desk.author.submit(page, "/head/", part="hai a\n1 b 1")
    assert "Write a whole number." in said.text
    assert "hai a\n1 b 1</textarea>" in said.html
    said = desk.author.submit(said, "/head/", part="9 khac\n1 b 1")
    assert "For “khac” the bank has 0, and a test asks for 9." in said.text
    assert "take 10 places of 6. Raise “Questions in a test”, or ask for fewer." in said.text
    mended = desk.author.submit(said, "/head/", part="")
    assert "khac" not in mended.html


def test_a_question_is_edited_in_its_form(desk: Desk) -> None:
    desk.begin()
    page = desk.author.get(desk.at("questions/one/"))
    saved = desk.author.submit(
        page,
        "/questions/one/",
        **ADDED,
    )
    assert "Option 3" in saved.text
    assert "The explanation is missing." in saved.text
    assert "luat-a#3.1" in saved.html
    fields = dict(saved.form("/questions/one/").fields)
    assert fields["id-2"] == "c"
    text = dict(desk.author.get(desk.at("files/bank.toml/")).form("/files/").fields)["text"]
    assert "Gọi điện" in text


@pytest.mark.parametrize("key", ["one", "safe", "many", "said", "steps", "pairs", "typed"])
def test_saving_a_question_of_any_kind_without_a_change_keeps_its_meaning(
    desk: Desk, key: str
) -> None:
    desk.begin()
    page = desk.author.get(desk.at(f"questions/{key}/"))
    both: dict[str, Any] = {"right-rows": ["0", "1"]} if key == "many" else {}
    saved = desk.author.submit(page, f"/questions/{key}/", **both)
    assert "Nothing is missing here." in saved.text
    assert "There is no difference." in desk.author.get(desk.at("changes/")).text


def test_a_question_is_added_and_removed(desk: Desk) -> None:
    page = desk.begin()
    added = desk.author.submit(page, "/questions/", title="Khi nào?", kind="true_false")
    assert added.h1 == "Question q01"
    assert "The explanation is missing." in added.text
    gone = desk.author.submit(added, "/questions/q01/remove/")
    assert "q01" not in gone.text


def test_a_new_module_tells_everything_that_it_lacks(desk: Desk) -> None:
    page = desk.author.get("/authoring/new/")
    desk.author.submit(page, "/authoring/new/", status=422)
    head = desk.author.submit(page, "/authoring/new/", title="Đất đai")
    assert "The text is empty." in head.text
    saved = desk.author.submit(
        head, "/head/", purpose="Hiểu đất đai.", objectives="Một\nHai\nBa", add_article="luat-a#3"
    )
    assert "Nothing is missing here." not in saved.text  # the test cannot be drawn yet
    draft = desk.author.get(desk.at())
    assert "The module has no lesson." in draft.text
    lesson = desk.author.submit(draft, "/lessons/", title="Bài đầu")
    assert lesson.h1 == "Bài đầu"
    story = desk.author.submit(desk.author.get(desk.at()), "/scenarios/", title="Ngõ chung")
    assert "Turns of the scenario" in story.text
    text = desk.author.get(story.link("Text of the file"))
    fixed = desk.author.submit(text, "/files/", text="title = ")
    assert "This is not valid TOML" in fixed.text


def test_a_broken_file_is_mended_as_text_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.begin()
    page = desk.author.get(desk.at("files/bank.toml/"))
    broken = desk.author.submit(page, "/files/bank.toml/", text="[[question]\n<script>")
    assert "&lt;script&gt;" in broken.html
    assert "cannot be read" in desk.author.get(desk.at()).text
    assert "Mend the text" in desk.author.get(desk.at("questions/one/")).text


def test_a_module_is_taken_out_of_use_with_a_reason(desk: Desk) -> None:
    page = desk.reviewer.get(f"/authoring/modules/{texts.SLUG}/retire/")
    assert "People who completed it0" in page.text
    desk.reviewer.submit(page, "/retire/", status=422)
    gone = desk.reviewer.submit(page, "/retire/", reason="Luật mới")
    assert "Lắng nghe" not in gone.text


def test_where_people_stumble_hides_small_counts_and_leads_to_the_editor(desk: Desk) -> None:
    asked = learners.questions(desk.session)
    for number in range(5):
        learner = learners.enrol(desk.session, desk.version, f"Người {number}")
        learner.read_all()
        _sit(desk.session, learner, asked)
    page = desk.author.get(f"/authoring/modules/{texts.SLUG}/stumbling/")
    assert page.text.index("Câu an toàn?") < page.text.index("Câu một?")
    assert "Hòa giải luôn (5)" in page.text
    assert "0/5" in page.text
    editor = desk.author.post(
        f"/authoring/modules/{texts.SLUG}/edit/",
        dict(page.form("/edit/").fields) | {"question": "safe"},
    )
    assert editor.h1 == "Question safe"


def _sit(session: Session, learner: learners.Learner, asked: dict[str, Any]) -> None:
    """Hand in a test in which the safety question is answered wrongly."""
    now = clock.now()
    attempt = assessment.start(session, texts.SLUG, now=now, actor=learner.viewer)
    session.commit()
    for key, (one, question) in asked.items():
        if key == "typed":
            continue
        response = learners.wrong(question) if key == "safe" else learners.right(question)
        number = _place(session, attempt, one)
        assessment.save_answer(
            session,
            attempt,
            number,
            response,
            client_key=f"{attempt}-{key}",
            now=now,
            actor=learner.viewer,
        )
    assessment.submit(session, attempt, now=now, on=clock.today(), actor=learner.viewer)
    session.commit()


def _place(session: Session, attempt: int, question: int) -> int:
    row = session.get_one(Attempt, attempt, execution_options={"scope": Unscoped("a test looks")})
    return list(row.questions).index(question) + 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_can_be_read_in_both_languages_by_author_and_reviewer(
    desk: Desk, language: str
) -> None:
    desk.begin()
    tails = (
        "", "head/", "lessons/10-mot/", "questions/pairs/", "files/bank.toml/", "versions/",
        "versions/1/", "changes/",
    )  # fmt: skip
    for client in (desk.author, desk.reviewer):
        client.language(language)
        for tail in tails:
            client.get(desk.at(tail))
        client.get("/authoring/")
    desk.reviewer.get(desk.at("review/"))
    saves = {"vi": "Lưu bản nháp", "en": "Save the draft"}[language]
    assert saves in desk.author.get(desk.at("head/")).text
    assert saves not in desk.reviewer.get(desk.at("head/")).text


def test_what_is_wrong_with_a_question_stands_beside_its_field(desk: Desk) -> None:
    desk.begin()
    page = desk.author.get(desk.at("questions/one/"))
    page = desk.author.submit(page, "/questions/one/", explanation="")
    assert wrong(page) == {"explanation"}
    emptied: dict[str, Any] = {"text-0": "", "stem": ""}
    page = desk.author.submit(page, "/questions/one/", **emptied)
    assert wrong(page) == {"stem", "text-0"}


def wrong(page: Page) -> set[str]:
    """Fields that say that something is wrong with them."""
    return {one.get("id") for one in page.elements if one.get("aria-invalid") == "true"}
