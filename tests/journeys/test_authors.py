"""Authors and a reviewer at a desk: a module is written, broken, mended, refused and published."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.authoring import texts
from tests.catalogue.pictures import drawing
from tests.journeys.conftest import Reading
from tests.journeys.walk import Start, Walk
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import Account
from training_app.assessment import services as assessment
from training_app.assessment.models import Attempt
from training_app.authoring.models import Unsaved
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
LOOKS = Unscoped("a test looks")


@dataclass
class Desk:
    """A published module, two trainers, a reviewer, and a learner."""

    session: Session
    version: ModuleVersion
    author: Account
    colleague: Account
    reviewer: Account
    learner: learners.Learner


@pytest.fixture
def desk(db_session: Session) -> Desk:
    version = texts.teach(db_session)
    roles = {"Tập Huấn": Role.TRAINER, "Đồng Soạn": Role.TRAINER, "Người Duyệt": Role.REVIEWER}
    accounts = [texts.staff(db_session, name, role)[0] for name, role in roles.items()]
    db_session.commit()
    learner = learners.enrol(db_session, version)
    learner.read_all()
    db_session.commit()
    author, colleague, reviewer = accounts
    return Desk(db_session, version, author, colleague, reviewer, learner)


def begin(walk: Walk) -> None:
    """Open the draft of the module from the list."""
    walk.arrive(walk.page.locator(f'form[action*="/modules/{texts.SLUG}/edit/"] button').first)


def started(desk: Desk, after: timedelta = timedelta()) -> ModuleVersion:
    """The version on which a test begun now, or somewhat later, runs."""
    now, actor = clock.now() + after, desk.learner.viewer
    attempt = assessment.start(desk.session, texts.SLUG, now=now, actor=actor)
    row = desk.session.get_one(Attempt, attempt, execution_options={"scope": LOOKS})
    found = desk.session.get_one(ModuleVersion, row.module_version_id)
    desk.session.commit()
    return found


def test_a_lesson_is_broken_mended_refused_mended_and_published_by_another(
    desk: Desk, start: Start
) -> None:
    assert started(desk).number == 1
    walk = start("/authoring/", desk=True, account=desk.author)
    begin(walk)
    walk.follow_name("Bài một")
    walk.fill(title="Bài mới", markdown="Quá ngắn!")
    walk.press("Save the draft")
    walk.reads("The lesson has %(found)d tiếng.", found=2)
    walk.follow("Back")
    walk.press("Send for review")
    walk.reads("Please check again")
    walk.follow_name("Bài mới")
    walk.fill(markdown=texts.MARKDOWN)
    walk.press("Save the draft")
    walk.follow("Back")
    walk.press("Send for review")
    walk.reads("waiting for review")
    judge = start("/authoring/", desk=True, account=desk.reviewer)
    judge.follow_name("Lắng nghe")
    judge.follow("Review")
    judge.shows("Bài mới")
    judge.press("Send back")
    judge.fill(note="Thiếu ví dụ ở đoạn hai.")
    judge.press("Send back")
    walk.reload()
    walk.shows("Thiếu ví dụ ở đoạn hai.")
    walk.follow_name("Bài mới")
    walk.fill(title="Bài mới hơn")
    walk.press("Save the draft")
    walk.follow("Back")
    walk.follow("Saved versions")
    walk.follow("Version %(n)s", n=4)
    walk.shows("Bài mới hơn")
    walk.back()
    walk.follow("Back")
    walk.press("Send for review")
    judge.follow_name("Lắng nghe")
    judge.follow("Review")
    judge.tick("change", "short_update")
    judge.press("Publish")
    desk.session.rollback()
    running = select(Attempt.module_version_id).where(Attempt.submitted_at.is_(None))
    kept = desk.session.scalars(running.execution_options(scope=LOOKS)).one()
    assert desk.session.get_one(ModuleVersion, kept).number == 1
    finish(desk)
    assert started(desk, timedelta(hours=1)).number == 2


def finish(desk: Desk) -> None:
    """Hand in the running test empty, and look at the mistakes."""
    session, now, actor = desk.session, clock.now(), desk.learner.viewer
    running = select(Attempt.id).where(Attempt.submitted_at.is_(None))
    attempt = session.scalars(running.execution_options(scope=LOOKS)).one()
    assessment.submit(session, attempt, now=now, on=clock.today(), actor=actor)
    assessment.see_mistakes(session, attempt, now=now, actor=actor)
    session.commit()


def test_two_authors_in_conflict_see_both_texts(desk: Desk, start: Start) -> None:
    mine = start("/authoring/", desk=True, account=desk.author)
    begin(mine)
    theirs = start("/authoring/", desk=True, account=desk.colleague)
    begin(theirs)
    mine.follow_name("Bài một")
    theirs.follow_name("Bài một")
    theirs.fill(title="Bài của đồng nghiệp")
    theirs.press("Save the draft")
    mine.fill(title="Bài của tôi")
    mine.press("Save the draft")
    mine.heading("A colleague saved meanwhile")
    expect(mine.page.locator("#text")).to_have_value(re.compile("Bài của tôi"))
    expect(mine.page.locator("#theirs")).to_have_value(re.compile("Bài của đồng nghiệp"))
    mine.press("Save this text")
    theirs.reload()
    expect(theirs.field("title")).to_have_value("Bài của tôi")


def test_what_is_typed_is_kept_by_itself_where_scripts_run(
    desk: Desk, start: Start, reading: Reading
) -> None:
    walk = start("/authoring/", desk=False, account=desk.author)
    begin(walk)
    walk.follow_name("Bài một")
    tools = walk.page.locator("[data-tools]")
    if not reading.javascript:
        expect(tools).to_be_hidden()
        return
    expect(tools).to_be_visible()
    text = walk.field("markdown")
    text.fill("Mở đầu")
    for mark, expected in (
        ("Bold", "Mở đầu****"),
        ("Heading", "## Mở đầu****"),
        ("List", "- ## Mở đầu****"),
        ("Link", "- ## Mở đầu****[](https://)"),
    ):
        text.press("End")
        walk.button(mark).click()
        expect(text).to_have_value(expected)
    walk.page.locator("#add_article").select_option(index=1)
    text.press("End")
    # Whoever types slowly is kept more than once: the last words are waited for.
    with walk.page.expect_response(lambda kept: "(Điều" in (kept.request.post_data or "")):
        walk.button("Law citation").click()
        expect(text).to_have_value(re.compile(r"\(Điều \d+ Luật [^)]+\)$"))
    expect(walk.page.locator("[data-kept]")).to_have_text(re.compile(r"\d\d:\d\d"))
    desk.session.rollback()
    assert "- ## Mở đầu" in desk.session.scalars(select(Unsaved.text)).one()
    desk.session.rollback()
    walk.reload()
    expect(walk.field("markdown")).not_to_have_value(re.compile("Mở đầu"))
    walk.follow("Go on with that text")
    expect(walk.field("markdown")).to_have_value(re.compile("Mở đầu"))
    walk.press("Save the draft")
    expect(walk.button("Forget it")).to_have_count(0)


def test_a_scenario_and_a_picture_are_made_in_forms(desk: Desk, start: Start) -> None:
    walk = start("/authoring/", desk=False, account=desk.author)
    begin(walk)
    walk.page.locator("summary", has_text=walk.say("Add a scenario")).click()
    walk.page.locator("#scenario-title").fill("Ngõ chung")
    walk.arrive(walk.page.locator('form[action$="/scenarios/"] button'))
    walk.shows("Ngõ chung")
    walk.follow_name("n1")
    walk.fill(**{"situation": "Hai nhà cãi nhau.", "speaker": "Bà Lan", "text-0": "Nghe bà nói"})
    walk.fill(**{"consequence-0": "Bà dịu lại.", "why-0": "", "law": "phạm vi"})
    walk.page.locator("#next-1").select_option("+node")
    walk.press("Save the draft")
    walk.reads("One more article")
    walk.reads("The text is empty.")
    expect(walk.field("why-0")).to_have_attribute("aria-invalid", "true")
    walk.fill(**{"why-0": "Người được nghe thì dễ nghe."})
    walk.page.locator("#add_article").select_option(index=1)
    walk.press("Save the draft")
    walk.arrive(walk.page.locator("a.back"))
    walk.follow_name("n2")
    walk.fill(name="tra-loi")
    walk.press("Save the draft")
    walk.heading("Turn %(name)s", name="tra-loi")
    walk.arrive(walk.page.locator("a.back"))
    walk.shows("tra-loi")
    walk.arrive(walk.page.locator("a.back"))
    walk.follow("Pictures of the module")
    walk.press("Add the picture")
    walk.reads("Choose the file of the picture.")
    walk.fill(alt="Sơ đồ ba bước", description="Nghe, cùng nghe, tìm lối ra.")
    sent = {"name": "a.png", "mimeType": "image/png", "buffer": drawing()}
    walk.page.locator("#file").set_input_files(sent)  # type: ignore[arg-type]
    walk.press("Add the picture")
    shown = walk.page.locator("figure img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 300)
