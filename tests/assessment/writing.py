"""A test with a written answer, somebody who writes it, and those who mark it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.learners import BANK, Learner
from training_app import clock
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account
from training_app.assessment import services
from training_app.assessment.models import Attempt, WrittenAnswer
from training_app.catalogue.queries import question_bodies
from training_app.db import Unscoped
from training_app.organisation.models import Person, UnitSpan
from training_app.questions.rules import Response
from training_app.questions.source import Written

ALL = {"scope": Unscoped("a test looks at everything")}
TEXT = "Tôi gặp riêng từng bên.\nSau đó mời hai bên cùng ngồi lại."
MODEL = "Nghe từng bên trước, rồi gặp cả hai bên."


def bank(settings: str = "") -> str:
    """Two questions in every test: one with options, one written; both right answers pass."""
    head, single = BANK.split("[[question]]")[:2]
    head = head.replace("draw = 6", "draw = 2").replace("pass_mark = 4", "pass_mark = 2")
    return f"""{head}[[question]]{single}
[[question]]
id = "essay"
kind = "written"
use = "test"
topic = "z"
lesson = "10-mot"
stem = "Hai nhà cãi nhau vì lối đi chung. Ông, bà làm gì trước?"
explanation = "{learners.CANARY} nghe trước."
cites = ["luat-a#16"]
model = "{learners.CANARY} {MODEL}"
{settings}
[[question.criterion]]
id = "hear"
text = "Nghe riêng từng bên"
points = 4
[[question.criterion]]
id = "both"
text = "Gặp cả hai bên"
points = 2
"""


@dataclass
class Desk:
    """A learner who serves in a team of a province, and the people around."""

    session: Session
    learner: Learner
    province: UnitSpan
    commune: UnitSpan

    def marker(self, role: Role, unit: UnitSpan | None = None, name: str = "Lê Thị Mai") -> Account:
        """A trainer or reviewer with a role over a unit."""
        person = make.person(self.session, name)
        return visitors.account(self.session, person, role=role, unit=unit or self.province)

    def viewer(self, role: Role, unit: UnitSpan | None = None) -> Viewer:
        """The same as services see it."""
        account = self.marker(role, unit)
        self.session.commit()
        return as_viewer(account, role, unit or self.province)

    def hand_in(self, *, single_right: bool = True, text: str = TEXT) -> int:
        """Take the whole test and return the id of the attempt."""
        self.learner.read_all()
        now = clock.now()
        actor = self.learner.viewer
        attempt_id = services.start(self.session, learners.SLUG, now=now, actor=actor)
        asked = self.attempt(attempt_id).questions
        for number, question in question_bodies(self.session, asked).items():
            if isinstance(question, Written):
                given = Response(text=text) if text else Response(dont_know=True)
            else:
                given = (learners.right if single_right else learners.wrong)(question)
            services.save_answer(
                self.session,
                attempt_id,
                asked.index(number) + 1,
                given,
                client_key=f"key-{attempt_id}-{number}",
                now=now,
                actor=actor,
            )
        services.submit(self.session, attempt_id, now=now, on=clock.today(), actor=actor)
        self.session.commit()
        return attempt_id

    def attempt(self, attempt_id: int) -> Attempt:
        """The attempt as it stands in the database."""
        return self.session.get_one(
            Attempt, attempt_id, execution_options=ALL, populate_existing=True
        )

    def waiting(self, attempt_id: int) -> int:
        """The id of the written answer of an attempt."""
        return self.session.scalars(
            select(WrittenAnswer.id).where(WrittenAnswer.attempt_id == attempt_id),
            execution_options=ALL,
        ).one()


def as_viewer(account: Account, role: Role, unit: UnitSpan) -> Viewer:
    """An account with its role, as services see it."""
    return Viewer(
        account_id=account.id,
        person_id=account.person_id,
        grants=(Grant(role, unit_id=unit.unit_id, unit_path=unit.path),),
    )


def open_desk(session: Session, settings: str = "") -> Desk:
    """Publish the test and seat the learner in a team of a commune."""
    learner = learners.enrol(session, learners.teach(session, bank=bank(settings)))
    province = make.unit(session, "Tỉnh Gần")
    commune = make.unit(session, "Xã Một", province)
    person = session.get_one(Person, learner.person_id, execution_options=ALL)
    make.team(session, commune, person)
    session.commit()
    return Desk(session, learner, province, commune)
