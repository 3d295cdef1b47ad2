"""The page's own script asks for one question after the other, each answer in one request."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import learners
from tests.assessment.test_routes import begin
from tests.learners import Learner
from tests.page import Page, PageClient
from tests.statements import counted
from training_app.assessment.models import Answer
from training_app.db import Unscoped
from training_app.questions.rules import form_values

ALL = {"scope": Unscoped("a test looks at everything")}
PART = {"X-Part": "main", "Sec-Fetch-Site": "same-origin"}


def sent(client: FlaskClient, path: str, fields: dict[str, object]) -> TestResponse:
    return client.post(path, data=fields, headers=PART)


def fields_of(page: Page, learner: Learner) -> dict[str, object]:
    """The form of the question on the page, rightly answered."""
    by_stem = {one.stem: one for _, one in learners.questions(learner.session).values()}
    asked = by_stem[page.h1]
    form = next(form for form in page.forms if "client_key" in form.filled())
    return form.filled(**form_values(asked, learners.right(asked)))


def kept(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Answer), execution_options=ALL).all())


def test_an_answer_is_saved_and_the_next_question_comes_in_the_same_request(
    reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    path = page.response.request.path
    for number in range(2, 7):
        answered = sent(reader.http, path, fields_of(page, learner))
        path = answered.headers["Content-Location"]
        assert (answered.status_code, answered.headers["X-Part"]) == (200, "main")
        assert path.endswith(f"/questions/{number}/")
        page = Page(answered)
        assert f"{number - 1} of 6 questions answered" in page.text
        assert not page.all("html")
        assert not page.all("footer")
        assert kept(learner.session) == number - 1
    last = sent(reader.http, path, fields_of(page, learner))
    assert last.status_code == 204
    assert last.headers["Location"].endswith("/review/")
    assert kept(learner.session) == 6


def test_a_part_is_the_middle_of_the_same_page(reader: PageClient, learner: Learner) -> None:
    page = begin(reader, learner)
    path = page.response.request.path
    part = Page(reader.http.get(path, headers=PART))
    assert part.h1 == page.h1
    assert part.all("title")[0].text == page.all("title")[0].text
    own, whole = (
        next(form for form in one.forms if "client_key" in form.filled()) for one in (part, page)
    )
    assert own.filled().keys() == whole.filled().keys()
    assert part.bytes < page.bytes / 2


def test_an_empty_answer_is_refused_in_place_and_what_was_chosen_stays(
    reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    path = page.response.request.path
    form = next(form for form in page.forms if "client_key" in form.filled()).filled()
    refused = sent(reader.http, path, form)
    assert (refused.status_code, refused.headers["X-Part"]) == (422, "main")
    assert "Content-Location" not in refused.headers
    again = Page(refused)
    assert [one.get("id") for one in again.elements if one.get("id") == "errors"] == ["errors"]
    assert kept(learner.session) == 0


def test_what_is_no_question_is_left_to_a_whole_page(reader: PageClient, learner: Learner) -> None:
    page = begin(reader, learner)
    path = page.response.request.path
    fields = fields_of(page, learner)
    reader.post(path.rsplit("/questions/")[0] + "/submit/", {"csrf_token": fields["csrf_token"]})
    late = sent(reader.http, path, fields)
    assert late.status_code == 409
    assert "X-Part" not in late.headers


def test_an_answer_by_script_costs_few_statements(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    fields = fields_of(page, learner)
    with counted(app) as statements:
        sent(reader.http, page.response.request.path, fields)
    assert len(statements) == 4, (
        statements
    )  # who asks, the locked attempt, the answer, what follows
