"""Drafts of modules. What was saved is never changed; saving adds a version."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.accounts.models import Account
from training_app.catalogue.models import SLUG_LENGTH, Module, ModuleVersion
from training_app.db import Base, Identity, PrimaryKey, code_point_string

NOTE_LENGTH = 2000
ACCOUNT = Account.__table__.c.id


class DraftState(StrEnum):
    """Where a draft stands between its author and its reviewer."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REFUSED = "refused"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


OPEN = (DraftState.DRAFT, DraftState.IN_REVIEW, DraftState.REFUSED)
EDITABLE = (DraftState.DRAFT, DraftState.REFUSED)
_OPEN_ONLY = text("module_id IS NOT NULL AND state IN ('draft', 'in_review', 'refused')")


class Decision(StrEnum):
    """What a reviewer decided."""

    APPROVED = "approved"
    REFUSED = "refused"


class Draft(Base):
    """A module being written: a change of a published one, or a new one (no ``module_id``).

    ``based_on`` is the published version that the text was taken from. ``changed_at`` is touched
    by every step, so that two steps at once meet in the database.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_review', 'refused', 'published', 'withdrawn')", name="state"
        ),
        # One open draft per published module: colleagues meet in it instead of diverging.
        Index(
            "uq_draft_open",
            "module_id",
            unique=True,
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
    )

    id: Mapped[PrimaryKey]
    module_id: Mapped[int | None] = mapped_column(ForeignKey(Module.__table__.c.id))
    based_on: Mapped[int | None] = mapped_column(ForeignKey(ModuleVersion.__table__.c.id))
    slug: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    state: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[int] = mapped_column(ForeignKey(ACCOUNT))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DraftAuthor(Base):
    """Somebody who may write in a draft: who began it, and colleagues who joined."""

    __tablename__ = "draft_author"

    draft_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("draft.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        Identity, ForeignKey(ACCOUNT), primary_key=True, autoincrement=False, index=True
    )
    joined_at: Mapped[datetime]


class DraftVersion(Base):
    """The whole module as it was saved: the text of each file of its folder, by file name.

    ``base_number`` is the version that the author had on the screen.
    """

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[PrimaryKey]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    files: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey(ACCOUNT))
    base_number: Mapped[int]


class Review(Base):
    """What a reviewer decided about one version of a draft, and why."""

    __tablename__ = "review"

    id: Mapped[PrimaryKey]
    draft_version_id: Mapped[int] = mapped_column(ForeignKey("draft_version.id"), index=True)
    reviewer: Mapped[int] = mapped_column(ForeignKey(ACCOUNT))
    decision: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH))
    at: Mapped[datetime]


class Unsaved(Base):
    """An author's text of one file as the page keeps it by itself; no version until it is saved.

    ``base_number`` is the version that the author had on the screen.
    """

    __tablename__ = "draft_unsaved"

    draft_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("draft.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        Identity, ForeignKey(ACCOUNT), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(code_point_string(200), primary_key=True)
    base_number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
