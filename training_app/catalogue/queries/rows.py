"""What queries hand out: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from training_app.catalogue.source import Scenario
from training_app.laws.queries import CitedArticle
from training_app.questions.rules import Part
from training_app.questions.source import Question as SourceQuestion
from training_app.questions.source import from_body


@dataclass(frozen=True, slots=True)
class ModuleCard:
    """A published module as a list shows it."""

    module_id: int
    version_id: int
    slug: str
    number: int
    title: str
    title_en: str
    purpose: str
    audience: tuple[str, ...]
    minutes: int
    position: int
    requires: tuple[str, ...]
    objectives: tuple[str, ...]
    reviewed_on: date
    reviewer: str
    draw: int | None
    pass_mark: int | None
    safety_always: bool
    retake_after_minutes: int
    published_at: datetime
    attempts: int | None = None
    test_minutes: int | None = None
    blueprint: tuple[Part, ...] = ()
    lesson_count: int = 0

    @property
    def has_test(self) -> bool:
        """Whether a graded test belongs to it."""
        return self.draw is not None

    def named(self, language: str) -> str:
        """The title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson in a list of contents."""

    lesson_id: int
    slug: str
    position: int
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A scenario in a list of contents."""

    scenario_version_id: int
    slug: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ModulePage:
    """A module with its contents."""

    card: ModuleCard
    lessons: tuple[LessonLine, ...]
    scenarios: tuple[ScenarioLine, ...]
    practice_count: int
    citations: tuple[CitedArticle, ...]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """Everything the page of one lesson shows. ``html`` is clean; ``next_slug`` may be empty."""

    lesson_id: int
    module_id: int
    version_id: int
    module_slug: str
    module_title: str
    module_title_en: str
    slug: str
    position: int
    count: int
    title: str
    minutes: int
    html: str
    reviewed_on: date
    reviewer: str
    previous_slug: str
    next_slug: str
    citations: tuple[CitedArticle, ...]


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of a bank: its row, what drawing needs, and the question itself."""

    question_id: int
    version_id: int
    id: str
    position: int
    use: str
    safety: bool
    topic: str
    difficulty: int
    body: dict[str, Any]

    def question(self) -> SourceQuestion:
        """The question with its key; build it only where it is marked or explained."""
        return from_body(self.body)


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """A scenario ready to be played."""

    scenario_version_id: int
    module_id: int
    version_id: int
    module_slug: str
    module_title: str
    module_title_en: str
    slug: str
    scenario: Scenario

    def module_named(self, language: str) -> str:
        """The module's title in that language, in Vietnamese where there is no other."""
        english = self.module_title_en if language == "en" else ""
        return english or self.module_title


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """Number and fingerprint of the current version of a module."""

    number: int
    source_hash: str
