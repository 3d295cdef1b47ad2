"""Folders and database, once in step, then each changed apart."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.catalogue.examples import ACTOR, NOW
from training_app.catalogue.folders import Folders, read_folders
from training_app.catalogue.models import ModuleVersion
from training_app.catalogue.queries import edited_since_load, last_load, published_modules
from training_app.catalogue.rules import Step
from training_app.catalogue.services import LoadReport, load_folders, publish
from training_app.catalogue.source import Module
from training_app.errors import RuleBroken
from training_app.laws.source import Located, Problem

ROOT = Path(__file__).parent.parent.parent
SLUG = "tien-trinh-hoa-giai"
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def shipped() -> Folders:
    """The content of this repository."""
    return read_folders(ROOT / "courses", ROOT / "quizzes")


@pytest.fixture
def session(db_session: Session, shipped: Folders) -> Session:
    """A database into which the shipped content was loaded."""
    load_folders(db_session, shipped, now=NOW, actor=ACTOR)
    return db_session


def renamed(folders: Folders, title: str) -> Folders:
    """The folders with another title of one module."""
    modules = []
    for files in folders.modules:
        head = files.head
        if files.slug == SLUG and head:
            head = Located(head.value.model_copy(update={"title": title}), head.file, head.lines)
        modules.append(replace(files, head=head))
    return replace(folders, modules=tuple(modules), folder_hash=title)


def one_module(folders: Folders) -> Module:
    found = next(files.module() for files in folders.modules if files.slug == SLUG)
    assert found
    return found


def steps(report: LoadReport) -> dict[str, Step]:
    return {one.slug: one.step for one in report.modules}


def titles(session: Session) -> dict[str, str]:
    return {card.slug: card.title for card in published_modules(session)}


def test_everything_shipped_is_published_once(session: Session, shipped: Folders) -> None:
    again = load_folders(session, shipped, now=LATER, actor=ACTOR)
    assert set(steps(again).values()) == {Step.SAME}
    assert not again.laws.any
    assert session.scalar(select(func.count()).select_from(ModuleVersion)) == len(shipped.modules)


def test_modules_come_in_the_order_of_the_curriculum(session: Session) -> None:
    positions = [card.position for card in published_modules(session)]
    assert positions == sorted(positions)


def test_only_what_changed_in_the_folder_is_published(session: Session, shipped: Folders) -> None:
    report = load_folders(session, renamed(shipped, "Tên khác"), now=LATER, actor=ACTOR)
    published = [slug for slug, step in steps(report).items() if step is Step.PUBLISH]
    assert published == [SLUG]
    assert titles(session)[SLUG] == "Tên khác"


def test_what_was_edited_in_the_browser_stays(session: Session, shipped: Folders) -> None:
    edited = one_module(renamed(shipped, "Sửa trên trang"))
    publish(session, edited, now=LATER, actor=ACTOR)
    load = last_load(session)
    assert load
    assert edited_since_load(session, load) == [SLUG]
    report = load_folders(session, shipped, now=LATER, actor=ACTOR)
    assert steps(report)[SLUG] is Step.KEEP
    assert titles(session)[SLUG] == "Sửa trên trang"


def test_a_change_on_both_sides_waits_for_somebody_to_choose(
    session: Session, shipped: Folders
) -> None:
    publish(session, one_module(renamed(shipped, "Trên trang")), now=LATER, actor=ACTOR)
    folders = renamed(shipped, "Trong thư mục")
    for _ in range(2):  # it stays a conflict until it is decided
        report = load_folders(session, folders, now=LATER, actor=ACTOR)
        assert report.conflicts == (SLUG,)
        assert titles(session)[SLUG] == "Trên trang"
    load_folders(session, folders, now=LATER, actor=ACTOR, take=[SLUG])
    assert titles(session)[SLUG] == "Trong thư mục"


def test_a_module_without_a_folder_is_reported_and_kept(session: Session, shipped: Folders) -> None:
    fewer = replace(shipped, modules=shipped.modules[1:])
    report = load_folders(session, fewer, now=LATER, actor=ACTOR)
    assert report.only_here == (shipped.modules[0].slug,)
    assert len(published_modules(session)) == len(shipped.modules)


def test_folders_with_an_error_are_not_loaded_at_all(db_session: Session, shipped: Folders) -> None:
    broken = replace(shipped, problems=(Problem("x.md", 1, "", "Wrong.", "Mend it."),))
    with pytest.raises(RuleBroken, match="nothing was loaded"):
        load_folders(db_session, broken, now=NOW, actor=ACTOR)
    assert published_modules(db_session) == []
