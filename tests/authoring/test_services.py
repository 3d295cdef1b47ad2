"""A draft is written, reviewed by somebody else, refused, mended and published."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.authoring import texts
from tests.catalogue.examples import NOW
from training_app.access import Role, Viewer
from training_app.audit.models import AuditEvent
from training_app.authoring import queries, services
from training_app.authoring.models import Draft, DraftState, DraftVersion
from training_app.authoring.services import Conflict, NotReady
from training_app.catalogue.models import Change, ModuleVersion
from training_app.catalogue.queries import module_by_slug, module_files
from training_app.errors import InvalidInput, NotAllowed, NotFound, RuleBroken

LATER = NOW + timedelta(days=1)
HEAD, LESSON = "module.toml", "10-mot.md"


@dataclass
class Desk:
    """A published module, two trainers and a reviewer."""

    session: Session
    author: Viewer
    colleague: Viewer
    reviewer: Viewer

    def begin(self, actor: Viewer | None = None) -> Draft:
        return services.begin(self.session, texts.SLUG, now=LATER, actor=actor or self.author)

    def save(
        self, draft: Draft, base: int, actor: Viewer | None = None, **changes: str | None
    ) -> DraftVersion:
        named = {key.replace("_", "."): text for key, text in changes.items()}
        return self.save_files(draft, base, named, actor)

    def save_files(
        self, draft: Draft, base: int, files: dict[str, str | None], actor: Viewer | None = None
    ) -> DraftVersion:
        who = actor or self.author
        return services.save(self.session, draft, files, base, now=LATER, actor=who)

    def send(self, draft: Draft) -> None:
        services.send_for_review(self.session, draft, now=LATER, actor=self.author)

    def publish(self, draft: Draft, number: int, actor: Viewer | None = None) -> ModuleVersion:
        who = actor or self.reviewer
        change = Change.SHORT_UPDATE
        return services.publish(self.session, draft, number, change, now=LATER, actor=who)


@pytest.fixture
def desk(db_session: Session) -> Desk:
    texts.teach(db_session)
    roles = {"Tập Huấn": Role.TRAINER, "Đồng Soạn": Role.TRAINER, "Người Duyệt": Role.REVIEWER}
    viewers = [texts.staff(db_session, name, role)[1] for name, role in roles.items()]
    return Desk(db_session, *viewers)


def retitled(title: str) -> str:
    return texts.FILES[HEAD].replace("Lắng nghe", title)


def test_a_draft_begins_with_what_is_published(desk: Desk) -> None:
    draft = desk.begin()
    card = module_by_slug(desk.session, texts.SLUG)
    assert card
    found = queries.newest(desk.session, draft)
    assert found.files == module_files(desk.session, card.version_id)
    assert not queries.checked(desk.session, draft, found.files).errors


def test_a_colleague_who_edits_the_module_joins_the_open_draft(desk: Desk) -> None:
    first, second = desk.begin(), desk.begin(desk.colleague)
    assert first.id == second.id
    assert queries.own_draft(desk.session, desk.colleague, first.id) is first


def test_a_trainer_who_did_not_join_finds_no_draft_and_a_reviewer_finds_all(desk: Desk) -> None:
    draft = desk.begin()
    with pytest.raises(NotFound):
        queries.draft_in_scope(desk.session, desk.colleague, draft.id)
    assert queries.draft_in_scope(desk.session, desk.reviewer, draft.id) is draft
    with pytest.raises(NotFound):
        queries.own_draft(desk.session, desk.reviewer, draft.id)


def test_every_saving_adds_a_version_and_saving_nothing_adds_none(desk: Desk) -> None:
    draft = desk.begin()
    assert desk.save(draft, 1, module_toml=retitled("Nghe kỹ")).number == 2
    assert desk.save(draft, 2, module_toml=retitled("Nghe kỹ")).number == 2
    assert [one.number for one in queries.versions(desk.session, draft)] == [2, 1]


def test_two_who_change_the_same_file_meet_with_both_texts(desk: Desk) -> None:
    draft = desk.begin()
    desk.begin(desk.colleague)
    desk.save(draft, 1, desk.colleague, module_toml=retitled("Của đồng nghiệp"))
    with pytest.raises(Conflict) as caught:
        desk.save(draft, 1, module_toml=retitled("Của tôi"))
    assert "Của tôi" in caught.value.mine
    assert "Của đồng nghiệp" in caught.value.theirs
    assert (caught.value.number, caught.value.author) == (2, "Đồng Soạn")


def test_two_who_change_different_files_do_not_disturb_each_other(desk: Desk) -> None:
    draft = desk.begin()
    desk.begin(desk.colleague)
    desk.save(draft, 1, desk.colleague, module_toml=retitled("Của đồng nghiệp"))
    lesson = texts.LESSON.format(title="Bài của tôi")
    saved = desk.save_files(draft, 1, {LESSON: lesson})
    assert (saved.number, saved.base_number) == (3, 1)
    assert "Của đồng nghiệp" in saved.files[HEAD]
    assert "Bài của tôi" in saved.files[LESSON]


def test_what_is_missing_is_told_with_its_line_and_nothing_is_sent(desk: Desk) -> None:
    draft = desk.begin()
    desk.save(draft, 1, module_toml=retitled("Nghe").replace("minutes = 20", 'minutes = "bốn"'))
    desk.session.commit()
    with pytest.raises(NotReady) as caught:
        desk.send(draft)
    desk.session.rollback()
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.key) == (HEAD, 5, "minutes")
    assert draft.state == DraftState.DRAFT


def test_a_draft_in_review_is_not_written_on_until_taken_back(desk: Desk) -> None:
    draft = desk.begin()
    desk.send(draft)
    with pytest.raises(RuleBroken):
        desk.save(draft, 1, module_toml=retitled("Nghe"))
    services.take_back(desk.session, draft, now=LATER, actor=desk.author)
    assert desk.save(draft, 1, module_toml=retitled("Nghe")).number == 2


def test_a_refused_draft_is_mended_sent_again_and_published(desk: Desk) -> None:
    draft = desk.begin()
    desk.save(draft, 1, module_toml=retitled("Nghe kỹ"))
    desk.send(draft)
    services.refuse(desk.session, draft, 2, "Thiếu ví dụ", now=LATER, actor=desk.reviewer)
    desk.save(draft, 2, module_toml=retitled("Nghe kỹ hơn"))
    desk.send(draft)
    version = desk.publish(draft, 3)
    assert (version.number, version.title) == (2, "Nghe kỹ hơn")
    assert (version.change, version.published_by) == ("short_update", desk.reviewer.account_id)
    decisions = [(one.number, one.decision) for one in queries.reviews(desk.session, draft)]
    assert decisions == [(3, "approved"), (2, "refused")]
    with pytest.raises(RuleBroken):
        desk.publish(draft, 3)


def test_a_refusal_says_why(desk: Desk) -> None:
    draft = desk.begin()
    desk.send(draft)
    with pytest.raises(InvalidInput):
        services.refuse(desk.session, draft, 1, " ", now=LATER, actor=desk.reviewer)


def test_nobody_decides_on_what_they_wrote_a_part_of(desk: Desk) -> None:
    draft = desk.begin()
    desk.begin(desk.colleague)
    desk.save(draft, 1, desk.colleague, module_toml=retitled("Nghe kỹ"))
    desk.send(draft)
    for writer in (desk.author, desk.colleague):
        with pytest.raises(NotAllowed):
            desk.publish(draft, 2, writer)
        with pytest.raises(NotAllowed):
            services.refuse(desk.session, draft, 2, "Không", now=LATER, actor=writer)


def test_only_the_version_that_was_read_is_published(desk: Desk) -> None:
    draft = desk.begin()
    desk.save(draft, 1, module_toml=retitled("Nghe kỹ"))
    desk.send(draft)
    with pytest.raises(RuleBroken):
        desk.publish(draft, 1)


def test_what_changes_nothing_is_not_published(desk: Desk) -> None:
    draft = desk.begin()
    desk.send(draft)
    with pytest.raises(RuleBroken):
        desk.publish(draft, 1)


def test_what_was_published_meanwhile_is_not_undone_unseen(desk: Desk) -> None:
    draft = desk.begin()
    desk.save(draft, 1, module_toml=retitled("Nghe kỹ"))
    desk.send(draft)
    other = texts.FILES | {HEAD: retitled("Từ thư mục")}
    texts.publish_files(desk.session, other)
    desk.session.commit()
    with pytest.raises(RuleBroken):
        desk.publish(draft, 2)
    desk.session.rollback()
    services.refuse(desk.session, draft, 2, "Đã có bản mới", now=LATER, actor=desk.reviewer)
    services.catch_up(desk.session, draft, now=LATER, actor=desk.author)
    desk.send(draft)
    assert desk.publish(draft, 2).number == 3


def test_a_question_keeps_the_kind_it_was_published_with(desk: Desk) -> None:
    draft = desk.begin()
    bank = texts.FILES["bank.toml"].replace('kind = "single"', 'kind = "multiple"', 1)
    desk.save(draft, 1, bank_toml=bank)
    with pytest.raises(NotReady) as caught:
        desk.send(draft)
    assert "question[1].kind" in [problem.key for problem in caught.value.problems]


def test_a_new_module_is_written_from_nothing(desk: Desk) -> None:
    on = LATER.date()
    draft = services.begin_new(
        desk.session, "Đất đai và nhà ở", now=LATER, on=on, actor=desk.author
    )
    assert draft.slug == "dat-dai-va-nha-o"
    with pytest.raises(InvalidInput):
        services.begin_new(desk.session, "Đất đai và nhà ở", now=LATER, on=on, actor=desk.author)
    head = retitled("Đất đai và nhà ở").replace("position = 1", "position = 2")
    files: dict[str, str | None] = {**texts.FILES, HEAD: head}
    desk.save_files(draft, 1, files)
    desk.send(draft)
    assert desk.publish(draft, 2).number == 1
    assert draft.module_id is not None


def test_a_place_in_the_curriculum_is_taken_once(desk: Desk) -> None:
    draft = services.begin_new(
        desk.session, "Đất đai", now=LATER, on=LATER.date(), actor=desk.author
    )
    files = queries.newest(desk.session, draft).files
    head = (
        files[HEAD]
        .replace("position = 2", "position = 1")
        .replace('purpose = ""', 'purpose = "Đất"')
    )
    files = files | {HEAD: head}
    keys = {one.key for one in queries.checked(desk.session, draft, files).errors}
    assert "position" in keys


def test_a_draft_given_up_leaves_the_list_and_the_module_is_free_again(desk: Desk) -> None:
    draft = desk.begin()
    services.withdraw(desk.session, draft, now=LATER, actor=desk.author)
    assert queries.drafts(desk.session, desk.author) == []
    assert desk.begin(desk.colleague).id != draft.id


def test_the_way_of_a_draft_is_audited(desk: Desk) -> None:
    draft = desk.begin()
    desk.save(draft, 1, module_toml=retitled("Nghe kỹ"))
    desk.send(draft)
    desk.publish(draft, 2)
    wanted = select(AuditEvent.action).where(AuditEvent.object_kind == "draft")
    assert list(desk.session.scalars(wanted.order_by(AuditEvent.id))) == [
        "draft.begun", "draft.sent", "draft.approved",
    ]  # fmt: skip
    count = select(func.count()).select_from(DraftVersion)
    assert desk.session.scalar(count) == 2
