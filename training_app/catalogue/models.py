"""Published content. A version is never changed once published; a change makes a new one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, PrimaryKey, code_point_string

SLUG_LENGTH = 80


class Change(StrEnum):
    """What a new version asks of people who completed an earlier one."""

    NONE = "none"
    SHORT_UPDATE = "short_update"
    FULL_RETAKE = "full_retake"


class ItemKind(StrEnum):
    """What part of a module cites."""

    MODULE = "module"
    LESSON = "lesson"
    QUESTION = "question"
    SCENARIO = "scenario"


class Module(Base):
    """A module as people know it, through all its versions."""

    __tablename__ = "module"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ModuleVersion(Base):
    """What was published at a moment; current from ``published_at`` until ``superseded_at``."""

    __tablename__ = "module_version"
    __table_args__ = (
        UniqueConstraint("module_id", "number"),
        CheckConstraint("change IN ('none', 'short_update', 'full_retake')", name="change"),
        # One current version per module; two publishers at once are told apart here.
        Index(
            "uq_module_version_current",
            "module_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    purpose: Mapped[str] = mapped_column(Text)
    audience: Mapped[list[Any]]
    minutes: Mapped[int]
    position: Mapped[int]
    requires: Mapped[list[Any]]
    objectives: Mapped[list[Any]]
    reviewed_on: Mapped[date]
    reviewer: Mapped[str]
    # The graded test; without ``draw`` the module has none.
    draw: Mapped[int | None]
    pass_mark: Mapped[int | None]
    safety_always: Mapped[bool]
    retake_after_minutes: Mapped[int]
    # None: as many attempts as needed, no time limit.
    attempts: Mapped[int | None]
    test_minutes: Mapped[int | None]
    # So many questions of a topic and difficulty: rows of ``source.TestPart``; empty: as it comes.
    blueprint: Mapped[list[Any]] = mapped_column(server_default="[]")
    source_hash: Mapped[str] = mapped_column(code_point_string(64))
    change: Mapped[str] = mapped_column(code_point_string(20))
    published_at: Mapped[datetime]
    # Accounts stand beside this package; the id is kept as a plain number.
    published_by: Mapped[int | None] = mapped_column(Identity)
    superseded_at: Mapped[datetime | None]


class Lesson(Base):
    """One lesson of a version, with the HTML made from its Markdown at publication."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("module_version_id", "slug"),
        UniqueConstraint("module_version_id", "position"),
    )

    id: Mapped[PrimaryKey]
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    slug: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    position: Mapped[int]
    title: Mapped[str]
    minutes: Mapped[int]
    markdown: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    words: Mapped[int]


class Picture(Base):
    """The bytes of a picture, named by what they are: drawn anew, without metadata."""

    __tablename__ = "picture"

    id: Mapped[PrimaryKey]
    digest: Mapped[str] = mapped_column(code_point_string(64), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Identity)


class ModuleVersionPicture(Base):
    """Which pictures a module version shows, under which names and with which words."""

    __tablename__ = "module_version_picture"

    module_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module_version.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH), primary_key=True)
    position: Mapped[int]
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), index=True)
    alt: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)


class Question(Base):
    """A question as statistics know it, through all its versions; retired, never deleted."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("module_id", "key"),)

    id: Mapped[PrimaryKey]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    key: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    retired_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """The wording and key of a question; shared by all module versions that left it alone."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[PrimaryKey]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(code_point_string(20))
    body: Mapped[dict[str, Any]]
    safety: Mapped[bool]
    topic: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    difficulty: Mapped[int]
    source_hash: Mapped[str] = mapped_column(code_point_string(64))
    created_at: Mapped[datetime]


class ModuleVersionQuestion(Base):
    """Which question versions a module version asks, in which order and where."""

    __tablename__ = "module_version_question"
    __table_args__ = (CheckConstraint("\"use\" IN ('practice', 'test', 'both')", name="use"),)

    module_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module_version.id"), primary_key=True, autoincrement=False
    )
    question_version_id: Mapped[int] = mapped_column(
        Identity,
        ForeignKey("question_version.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    position: Mapped[int]
    use: Mapped[str] = mapped_column(code_point_string(10))


class ScenarioVersion(Base):
    """A branching dispute as one module version tells it."""

    __tablename__ = "scenario_version"
    __table_args__ = (UniqueConstraint("module_version_id", "slug"),)

    id: Mapped[PrimaryKey]
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    slug: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    title: Mapped[str]
    minutes: Mapped[int]
    position: Mapped[int]
    body: Mapped[dict[str, Any]]
    source_hash: Mapped[str] = mapped_column(code_point_string(64))


class ContentCitation(Base):
    """One part of a module version cites one place of an article.

    ``item_key`` is the lesson's slug, the question's key or the scenario's slug; empty for the
    module itself.
    """

    __tablename__ = "citation"
    __table_args__ = (
        UniqueConstraint(
            "module_version_id", "item_kind", "item_key", "article_id", "clause", "point"
        ),
    )

    id: Mapped[PrimaryKey]
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    item_kind: Mapped[str] = mapped_column(code_point_string(10))
    item_key: Mapped[str] = mapped_column(code_point_string(SLUG_LENGTH))
    position: Mapped[int]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    clause: Mapped[str] = mapped_column(code_point_string(10))
    point: Mapped[str] = mapped_column(code_point_string(10))


class ContentLoad(Base):
    """One loading of the content folders, with the fingerprint of each module then."""

    __tablename__ = "content_load"

    id: Mapped[PrimaryKey]
    loaded_at: Mapped[datetime]
    folder_hash: Mapped[str] = mapped_column(code_point_string(64))
    modules: Mapped[dict[str, Any]]


class LawTask(Base):
    """A published module cites what a change of law touches: somebody has to look at it.

    ``module_version_id`` is the version that was current when the change was recorded; what it
    cites says which parts are meant.
    """

    __tablename__ = "law_task"
    __table_args__ = (UniqueConstraint("law_change_id", "module_id"),)

    id: Mapped[PrimaryKey]
    law_change_id: Mapped[int] = mapped_column(ForeignKey("law_change.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    recorded_at: Mapped[datetime]


class LawTaskSettlement(Base):
    """What settled a task: a version published since, or (NULL) that nothing had to change."""

    __tablename__ = "law_task_settlement"

    law_task_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("law_task.id"), primary_key=True, autoincrement=False
    )
    module_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("module_version.id"), index=True
    )
    note: Mapped[str] = mapped_column(code_point_string(500))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Identity)
