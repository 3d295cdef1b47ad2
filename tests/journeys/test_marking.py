"""A written answer from the phone to the trainer and back; a wrong key from doubt to decision."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_corrections import HARD, take
from tests.assessment.writing import MODEL, TEXT, open_desk
from tests.factories import records as make
from tests.factories import visitors
from tests.journeys.walk import Start
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import Account
from training_app.assessment import services
from training_app.assessment.models import KeyCorrection
from training_app.questions.rules import Response

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the services are proved on both engines elsewhere
]


def test_what_was_written_is_marked_without_a_name_and_comes_back_with_a_note(
    db_session: Session, start: Start
) -> None:
    desk = open_desk(db_session)
    desk.learner.read_all()
    _, question = learners.questions(db_session)["one"]
    phone = start("/learn/nghe/", account=desk.learner.account)
    phone.press("Start the test")
    for _ in range(2):
        if phone.page.locator("textarea").count():
            phone.fill(text=TEXT)
        else:
            phone.answer(question, learners.right(question))
        phone.press("Answer")
    phone.press("Hand in")
    phone.heading("Handed in – waiting for marking")
    phone.follow("Back to the module")
    phone.follow("See the attempt")
    phone.hides(MODEL)

    trainer = start("/more/", desk=True, account=desk.marker(Role.TRAINER))
    trainer.go("/marking/")
    trainer.reads("The writers are not named.")
    trainer.follow("Mark the oldest")
    trainer.hides("Nguyễn Thị Hoa")
    trainer.shows("Tôi gặp riêng từng bên.")
    trainer.press("Save the mark")
    trainer.reads("Give each criterion from 0 to its highest points.")
    trainer.field("points-hear").select_option("4")
    trainer.field("points-both").select_option("2")
    trainer.fill(note="Rõ ràng, đủ hai bước.")
    trainer.press("Save the mark")
    trainer.reads("The mark is saved. This answer is decided.")

    phone.reload()
    phone.heading("Passed – %(right)s of %(count)s questions right", right=2, count=2)
    phone.shows("Rõ ràng, đủ hai bước.")
    phone.reads("An answer that earns all points")


def reviewer(session: Session) -> Account:
    """Somebody who corrects keys and may lower results."""
    person = make.person(session, "Lê Thị Mai")
    unit = make.unit(session, "Tỉnh Gần")
    return visitors.account(session, person, role=Role.REVIEWER, unit=unit)


def test_a_wrong_key_is_looked_at_corrected_and_lowered_by_name(
    db_session: Session, start: Start
) -> None:
    version = learners.teach(db_session, bank=HARD)
    people = {}
    for name, said in (("Nguyễn Thị Lên", "a"), ("Trần Văn Xuống", "b")):
        one = learners.enrol(db_session, version, name)
        people[said] = one, take(one, Response(chosen=(said,)))
    asked = learners.questions(db_session)["one"][0]
    office = start(f"/items/questions/{asked}/", desk=True, account=reviewer(db_session))
    office.follow("Correct the key")
    office.page.locator('input[name="right"][value="b"]').uncheck()
    office.press("See who changes")
    office.reads("Choose at least one right option.")
    office.tick("right", "a")
    office.press("See who changes")
    office.heading("Who changes")
    office.fill(reason="Điều luật đã đổi.")
    office.press("Correct the key")
    office.reads("Results that would become worse")
    apply_what_is_due(db_session)
    office.reload()
    office.fill(name="Bà Hà, Sở Tư pháp", reason="Đáp án cũ trái luật.")
    office.tick("passes", "fall")
    office.press("Lower the results")
    apply_what_is_due(db_session)
    office.reload()
    office.reads("Everything that follows from this key is done.")

    for said, words in (
        ("a", "With the right answer the test is passed, from the day on which it was handed in."),
        ("b", "Questions right: %(before)s before, %(after)s now."),
    ):
        one, attempt_id = people[said]
        phone = start(f"/attempts/{attempt_id}/result/", account=one.account)
        phone.reads(words, before=6, after=5)


def apply_what_is_due(session: Session) -> None:
    """What the worker does by itself."""
    session.rollback()
    made = session.scalars(select(KeyCorrection.id)).one()
    services.apply_all(session, made, now=clock.now(), actor=learners.SYSTEM)
    session.commit()
