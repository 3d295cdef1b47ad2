"""Reading: the list of modules and a lesson, as a person without scripts meets them."""

from flask import Flask

from tests import learners
from tests.learners import Learner
from tests.page import PageClient
from tests.statements import counted


def test_a_lesson_is_read_with_its_law_and_leads_to_the_next(reader: PageClient) -> None:
    page = reader.get("/learn/nghe/10-mot/")
    assert page.h1 == "Bài một"
    assert "Lesson 1 of 2" in page.text
    assert "<strong>từng bên</strong>" in page.html
    assert "Article 16" in page.text
    after = reader.submit(page, "/read/")
    assert after.h1 == "Bài hai"
    assert reader.submit(after, "/read/").response.request.path == "/learn/nghe/"


def test_the_list_says_how_far_the_reader_is(reader: PageClient, learner: Learner) -> None:
    assert "not started" in reader.get("/learn/").text
    reader.submit(reader.get("/learn/nghe/10-mot/"), "/read/")
    assert "learning, 1 lessons left" in reader.get("/learn/").text
    reader.submit(reader.get("/learn/nghe/20-hai/"), "/read/")
    assert "lessons read, test to do" in reader.get("/learn/").text


def test_a_lesson_read_twice_is_read_once(reader: PageClient, learner: Learner) -> None:
    page = reader.get("/learn/nghe/10-mot/")
    for _ in range(2):
        reader.submit(page, "/read/")
    assert "Read 1 more lesson to open the test." in reader.get("/learn/nghe/").text


def test_a_corrected_lesson_stays_read(reader: PageClient, learner: Learner) -> None:
    learner.read_all()
    learners.teach(learner.session, bank=learners.BANK.replace("Câu một?", "Câu một, viết lại?"))
    assert "lessons read, test to do" in reader.get("/learn/").text
    assert "Start the test" in reader.get("/learn/nghe/").text


def test_a_lesson_that_is_not_there_is_not_found(reader: PageClient) -> None:
    reader.get("/learn/nghe/99-khong/", status=404)
    reader.get("/learn/khong/", status=404)


def test_vietnamese_pages_hold_no_english(app: Flask, learner: Learner) -> None:
    client = learners.entered(app, learner)
    assert "Đã đọc, sang bài 2" in client.get("/learn/nghe/10-mot/").text
    assert "Đọc thêm 2 bài nữa để mở bài kiểm tra." in client.get("/learn/nghe/").text


def test_each_page_needs_few_statements_and_few_bytes(app: Flask, reader: PageClient) -> None:
    for path, limit in (("/learn/", 5), ("/learn/nghe/10-mot/", 4)):
        with counted(app) as seen:
            page = reader.get(path)
        assert len(seen) <= limit, (path, seen)
        assert page.bytes <= 8_000
