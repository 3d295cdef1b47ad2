"""Reading drafts, their versions, what surrounds them and whom a publication would touch."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account
from training_app.assessment.models import Attempt
from training_app.authoring.checks import Around, Checked, check_draft
from training_app.authoring.models import OPEN, Draft, DraftVersion, Review, Unsaved
from training_app.authoring.rules import pictures_in
from training_app.authoring.scope import visible, writable
from training_app.catalogue.models import Module, ModuleVersion, Question, QuestionVersion
from training_app.catalogue.parsing import HEAD
from training_app.catalogue.queries import module_files, module_head, picture_sizes
from training_app.catalogue.source import ModuleFiles
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.laws.queries import register
from training_app.laws.source import Located
from training_app.learning.models import Fact
from training_app.learning.queries import standing
from training_app.organisation.models import Person

_SIGNED = Unscoped("authors and reviewers sign what they wrote")
_COUNTED = Unscoped("how many people a publication touches, in the whole country, no names")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    id: int
    slug: str
    title: str
    state: str
    saved_at: datetime
    author: str
    module_id: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved version: its files, when and by whom."""

    number: int
    files: dict[str, Any]
    saved_at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a reviewer said about a version."""

    number: int
    decision: str
    note: str
    at: datetime
    reviewer: str


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A published module: its current version and the draft that is open on it."""

    module_id: int
    slug: str
    title: str
    number: int
    published_at: datetime
    draft_id: int | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Affected:
    """People with evidence on a module's versions so far, and tests under way on them."""

    people: int
    running: int


def draft_in_scope(session: Session, viewer: Viewer, draft_id: int) -> Draft:
    """A draft that the viewer may see. Raises :class:`NotFound`."""
    return _one(session.scalar(select(Draft).where(Draft.id == draft_id, visible(viewer))))


def own_draft(session: Session, viewer: Viewer, draft_id: int) -> Draft:
    """A draft that the viewer may write in. Raises :class:`NotFound`."""
    return _one(session.scalar(select(Draft).where(Draft.id == draft_id, writable(viewer))))


def _one(draft: Draft | None) -> Draft:
    if draft is None:
        raise NotFound
    return draft


def is_author(session: Session, viewer: Viewer, draft: Draft) -> bool:
    """Whether the viewer may write in this draft."""
    found = session.scalar(select(Draft.id).where(Draft.id == draft.id, writable(viewer)))
    return found is not None


def drafts(session: Session, viewer: Viewer) -> list[DraftLine]:
    """One row per open draft that the viewer may see, last saved first."""
    newest = _newest_numbers()
    rows = session.execute(
        select(Draft, DraftVersion.files, DraftVersion.saved_at, Person.full_name)
        .join(newest, newest.c.draft_id == Draft.id)
        .join(
            DraftVersion,
            (DraftVersion.draft_id == Draft.id) & (DraftVersion.number == newest.c.number),
        )
        .join(Account, Account.id == Draft.created_by)
        .join(Person, Person.id == Account.person_id)
        .where(Draft.state.in_(OPEN), visible(viewer))
        .order_by(DraftVersion.saved_at.desc(), Draft.id)
        .execution_options(scope=_SIGNED)
    )
    return [
        DraftLine(
            draft.id, draft.slug, title_of(files) or draft.slug, draft.state, at, name,
            draft.module_id,
        )
        for draft, files, at, name in rows
    ]  # fmt: skip


def _newest_numbers() -> Any:
    return (
        select(DraftVersion.draft_id, func.max(DraftVersion.number).label("number"))
        .group_by(DraftVersion.draft_id)
        .subquery()
    )


def title_of(files: dict[str, Any]) -> str:
    """The title in ``module.toml``; empty where it cannot be read."""
    try:
        return str(tomllib.loads(files.get(HEAD, "")).get("title", ""))
    except tomllib.TOMLDecodeError:
        return ""


def versions(session: Session, draft: Draft) -> list[Saved]:
    """One row per saved version of a draft, newest first."""
    rows = session.execute(
        select(DraftVersion, Person.full_name)
        .join(Account, Account.id == DraftVersion.saved_by)
        .join(Person, Person.id == Account.person_id)
        .where(DraftVersion.draft_id == draft.id)
        .order_by(DraftVersion.number.desc())
        .execution_options(scope=_SIGNED)
    )
    return [Saved(row.number, row.files, row.saved_at, name) for row, name in rows]


def newest(session: Session, draft: Draft) -> DraftVersion:
    """The version saved last; every draft has one."""
    return session.scalars(
        select(DraftVersion)
        .where(DraftVersion.draft_id == draft.id)
        .order_by(DraftVersion.number.desc())
        .limit(1)
    ).one()


def version(session: Session, draft: Draft, number: int) -> DraftVersion:
    """One saved version. Raises :class:`NotFound`."""
    found = session.scalar(
        select(DraftVersion).where(DraftVersion.draft_id == draft.id, DraftVersion.number == number)
    )
    if found is None:
        raise NotFound
    return found


def unsaved(session: Session, viewer: Viewer, draft: Draft, name: str) -> Unsaved | None:
    """What the viewer's page kept of one file and nobody saved yet, or None."""
    return session.scalar(
        select(Unsaved).where(
            Unsaved.draft_id == draft.id,
            Unsaved.account_id == viewer.account_id,
            Unsaved.name == name,
        )
    )


def reviews(session: Session, draft: Draft) -> list[Decided]:
    """One row per decision on a draft, newest first."""
    rows = session.execute(
        select(DraftVersion.number, Review, Person.full_name)
        .join(DraftVersion, DraftVersion.id == Review.draft_version_id)
        .join(Account, Account.id == Review.reviewer)
        .join(Person, Person.id == Account.person_id)
        .where(DraftVersion.draft_id == draft.id)
        .order_by(Review.id.desc())
        .execution_options(scope=_SIGNED)
    )
    return [
        Decided(number, review.decision, review.note, review.at, name)
        for number, review, name in rows
    ]


def writers(session: Session, draft: Draft) -> frozenset[int]:
    """Accounts of all who wrote any version of a draft, and of who began it."""
    saved = session.scalars(
        select(DraftVersion.saved_by).where(DraftVersion.draft_id == draft.id).distinct()
    )
    return frozenset({draft.created_by, *saved})


def published(session: Session, viewer: Viewer) -> list[PublishedLine]:
    """One row per published module, with the draft open on it, in curriculum order."""
    rows = session.execute(
        select(Module, ModuleVersion, Draft.id, writable(viewer).label("mine"))
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .outerjoin(Draft, (Draft.module_id == Module.id) & Draft.state.in_(OPEN))
        .where(ModuleVersion.superseded_at.is_(None), Module.retired_at.is_(None))
        .order_by(ModuleVersion.position, Module.slug)
    )
    return [
        PublishedLine(
            module.id, module.slug, current.title, current.number, current.published_at,
            draft_id, bool(mine),
        )
        for module, current, draft_id, mine in rows
    ]  # fmt: skip


def current_version(session: Session, module_id: int | None) -> ModuleVersion | None:
    """The published version of a module in use, or None."""
    return session.scalar(
        select(ModuleVersion)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(
            Module.id == module_id,
            Module.retired_at.is_(None),
            ModuleVersion.superseded_at.is_(None),
        )
    )


def published_files(session: Session, draft: Draft) -> dict[str, str]:
    """The files of what is published now of the draft's module; empty for a new one."""
    current = current_version(session, draft.module_id)
    return module_files(session, current.id) if current else {}


def checked(session: Session, draft: Draft, files: dict[str, Any]) -> Checked:
    """The files read and checked against laws, other modules and published questions."""
    pictures = picture_sizes(session, (one.sha256 for one in pictures_in(files)))
    around = Around(
        register(session), neighbours(session, draft.slug), _kinds(session, draft), pictures
    )
    return check_draft(draft.slug, files, around)


def neighbours(session: Session, slug: str) -> list[ModuleFiles]:
    """The heads of the other published modules: all that the curriculum looks at."""
    rows = session.execute(
        select(Module.slug, ModuleVersion)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .where(
            ModuleVersion.superseded_at.is_(None),
            Module.retired_at.is_(None),
            Module.slug != slug,
        )
        .order_by(Module.slug)
    )
    return [
        ModuleFiles(other, other, Located(module_head(row, ()), f"{other}/{HEAD}"))
        for other, row in rows
    ]


def _kinds(session: Session, draft: Draft) -> dict[str, str]:
    rows = session.execute(
        select(Question.key, QuestionVersion.kind)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.module_id == draft.module_id)
    )
    return dict(iter(rows))


def affected(session: Session, module_id: int | None) -> Affected:
    """Whom a new version touches; the same human being counts once."""
    people = session.scalar(
        select(func.count(func.distinct(func.coalesce(Person.canonical_id, Person.id))))
        .join(Fact, Fact.person_id == Person.id)
        .where(Fact.module_id == module_id, standing())
        .execution_options(scope=_COUNTED)
    )
    running = session.scalar(
        select(func.count(Attempt.id))
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(ModuleVersion.module_id == module_id, Attempt.submitted_at.is_(None))
        .execution_options(scope=_COUNTED)
    )
    return Affected(people or 0, running or 0)
