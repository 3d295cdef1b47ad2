"""Somebody who learns: a published module with every kind of question, and a way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Blueprint, Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.catalogue.examples import HEAD, SCENARIO, module, register
from tests.factories import records
from tests.page import MEDIATOR_BYTES, Page, PageClient
from training_app import clock
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account, Kind
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.services import ensure_account, start_sign_in
from training_app.catalogue.models import Lesson, ModuleVersion, QuestionVersion
from training_app.catalogue.models import Question as QuestionRow
from training_app.catalogue.services import publish
from training_app.laws.services import load as load_laws
from training_app.learning.services import read_lesson
from training_app.questions.rules import Response, form_values, mark
from training_app.questions.source import Question, from_body
from training_app.web.guard import public

SYSTEM = Viewer.for_system("tests")
SLUG = "nghe"
# Words that only a key may hold: they must not stand on any page of a running test.
CANARY = "KHÓA-ĐÁP-ÁN"
BANK = f"""\
[test]
draw = 6
pass_mark = 4
retake_after_minutes = 10
[[question]]
id = "one"
kind = "single"
topic = "a"
lesson = "10-mot"
stem = "Câu một?"
explanation = "{CANARY} vì thế."
cites = ["luat-a#16"]
[[question.option]]
id = "a"
text = "Chờ"
why = "{CANARY} chờ thì muộn."
[[question.option]]
id = "b"
text = "Đến hỏi thăm"
right = true
[[question]]
id = "safe"
kind = "single"
topic = "b"
safety = true
lesson = "20-hai"
stem = "Câu an toàn?"
explanation = "{CANARY} luật cấm."
cites = ["luat-a#3"]
[[question.option]]
id = "a"
text = "Hòa giải luôn"
harmful = true
[[question.option]]
id = "b"
text = "Báo công an xã"
right = true
[[question]]
id = "many"
kind = "multiple"
credit = "per_option"
topic = "c"
stem = "Những việc nào?"
explanation = "{CANARY} hai việc."
cites = ["luat-a#3"]
[[question.option]]
id = "a"
text = "Nghe"
right = true
[[question.option]]
id = "b"
text = "Hỏi"
right = true
[[question.option]]
id = "c"
text = "Phán"
[[question]]
id = "said"
kind = "true_false"
topic = "d"
stem = "Phải ghi sổ."
answer = true
explanation = "{CANARY} luật nói."
cites = ["luat-a#16"]
[[question.reason]]
id = "a"
text = "Để theo dõi"
right = true
[[question.reason]]
id = "b"
text = "Để phạt"
[[question]]
id = "steps"
kind = "order"
topic = "e"
stem = "Xếp các bước."
explanation = "{CANARY} trước sau."
cites = ["luat-a#16"]
[[question.step]]
id = "a"
text = "Gặp từng bên"
[[question.step]]
id = "b"
text = "Gặp hai bên"
[[question.step]]
id = "c"
text = "Ghi biên bản"
[[question]]
id = "pairs"
kind = "match"
topic = "f"
stem = "Nối việc với nơi."
explanation = "{CANARY} mỗi việc một nơi."
cites = ["luat-a#3"]
[[question.pair]]
id = "a"
left = "Bạo lực"
right = "Công an xã"
[[question.pair]]
id = "b"
left = "Lối đi"
right = "Tổ hòa giải"
[[question.pair]]
id = "c"
left = "Lương"
right = "Tòa án"
[[question]]
id = "typed"
kind = "short"
use = "practice"
topic = "g"
stem = "Trong mấy ngày?"
accept = ["ba ngày"]
explanation = "{CANARY} ba ngày."
cites = ["luat-a#3"]
"""


@dataclass
class Learner:
    """A mediator with an account, and a module to learn."""

    session: Session
    person_id: int
    account: Account
    version: ModuleVersion

    @property
    def viewer(self) -> Viewer:
        """The learner as services see it."""
        return Viewer(
            account_id=self.account.id,
            person_id=self.person_id,
            name="Nguyễn Thị Hoa",
            grants=(Grant(Role.MEDIATOR),),
        )

    def read_all(self) -> None:
        """Read every lesson."""
        wanted = select(Lesson.id).where(Lesson.module_version_id == self.version.id)
        for lesson_id in self.session.scalars(wanted).all():
            read_lesson(self.session, self.person_id, lesson_id, now=clock.now())
        self.session.commit()


def teach(
    session: Session,
    *,
    bank: str = BANK,
    scenario: str = SCENARIO,
    slug: str = SLUG,
    **changes: Any,
) -> ModuleVersion:
    """Publish the module, as it stands or changed."""
    load_laws(session, register(), now=clock.now(), actor=SYSTEM)
    version = publish(
        session,
        module(slug=slug, head=HEAD, bank=bank, scenario=scenario, **changes),
        now=clock.now(),
        actor=SYSTEM,
    )
    session.commit()
    return version


def enrol(session: Session, version: ModuleVersion, name: str = "Nguyễn Thị Hoa") -> Learner:
    """A mediator who has finished the first entry."""
    session.rollback()
    person = records.person(session, name)
    account = ensure_account(session, person.id, Kind.MEDIATOR, now=clock.now(), actor=SYSTEM)
    account.secret_hash, account.notice_seen_at = "chosen", clock.now()
    session.commit()
    return Learner(session, person.id, account, version)


def entered(app: Flask, learner: Learner, budget: int = MEDIATOR_BYTES) -> PageClient:
    """A client that is signed in as the learner and checks every page."""
    stand_in(app, "certificates.check", "/check/")
    learner.session.rollback()
    token = start_sign_in(
        learner.session, learner.account, way=Way.PIN, device=None, now=clock.now()
    )
    learner.session.commit()
    client = PageClient(app, budget)
    with client.http.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def reading(app: Flask, learner: Learner, budget: int = MEDIATOR_BYTES) -> PageClient:
    """A client that is signed in as the learner and reads English."""
    client = entered(app, learner, budget)
    client.language("en")
    return client


def stand_in(app: Flask, endpoint: str, path: str) -> None:
    """A bare page in place of a screen that the application does not have."""
    if endpoint in app.view_functions:
        return
    package, name = endpoint.split(".")
    blueprint = Blueprint(package, __name__)
    blueprint.get(path, endpoint=name)(public("stands in")(lambda **_: ""))
    app._got_first_request = False
    app.register_blueprint(blueprint)


@pytest.fixture
def learner(db_session: Session) -> Learner:
    """A mediator and a published module."""
    return enrol(db_session, teach(db_session))


@pytest.fixture
def reader(app: Flask, learner: Learner) -> PageClient:
    """The learner's phone, reading English."""
    return reading(app, learner)


# -- answering ------------------------------------------------------------------------------


def questions(session: Session) -> dict[str, tuple[int, Question]]:
    """Id and content of the latest version of each question, by its key."""
    rows = session.execute(
        select(QuestionRow.key, QuestionVersion.id, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
        .order_by(QuestionVersion.id)
    )
    found = {key: (one, from_body(body)) for key, one, body in rows}
    session.rollback()
    return found


def right(question: Question) -> Response:
    """The answer that is right."""
    match question.kind:
        case "single" | "multiple":
            response = Response(chosen=tuple(o.id for o in question.options if o.right))
        case "true_false":
            said = "true" if question.answer else "false"
            response = Response(chosen=(said, *(r.id for r in question.reasons if r.right)))
        case "order":
            response = Response(chosen=tuple(step.id for step in question.steps))
        case "match":
            response = Response(pairs=tuple((pair.id, pair.id) for pair in question.pairs))
        case "written":
            return Response(text=question.model)
        case _:
            response = Response(text=question.accept[0])
    assert mark(question, response).right
    return response


def wrong(question: Question) -> Response:
    """An answer that is not right; the harmful one where there is one."""
    match question.kind:
        case "single" | "multiple":
            response = Response(chosen=(next(o.id for o in question.options if not o.right),))
        case "true_false":
            said = "false" if question.answer else "true"
            response = Response(chosen=(said, *(r.id for r in question.reasons[:1])))
        case "order":
            response = Response(chosen=tuple(step.id for step in reversed(question.steps)))
        case "match":
            ids = [pair.id for pair in question.pairs]
            turned = [*ids[1:], ids[0]]
            response = Response(pairs=tuple(zip(ids, turned, strict=True)))
        case _:
            response = Response(text="không rõ")
    assert not mark(question, response).right
    return response


def fields(question: Question, response: Response) -> dict[str, Any]:
    """The form fields of an answer, as a test client takes them."""
    named = form_values(question, response)
    return {name: many if len(many) > 1 else many[0] for name, many in named.items()}


def answer(client: PageClient, page: Page, question: Question, response: Response) -> Page:
    """Fill the question on the page and press the button."""
    return client.submit(page, "", **fields(question, response))


def answer_review(client: PageClient, page: Page, question: Question, response: Response) -> Page:
    """Fill the card on the review page and press the button."""
    return client.submit(page, "/practice/review/", **fields(question, response))
