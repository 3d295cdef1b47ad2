"""A module as its author writes it: frozen objects, and a fingerprint of their meaning."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from training_app.laws.source import (
    Citation,
    CitationField,
    Content,
    ItemId,
    Located,
    Problem,
    Several,
    Slug,
    Text,
)
from training_app.questions.source import Question, to_body

Audience: TypeAlias = Literal["mediator", "leader", "trainer", "official"]
Outcome: TypeAlias = Literal["good", "partial", "harm"]
Score = Annotated[int, Field(ge=-1, le=1)]
Minutes = Annotated[int, Field(ge=1, le=240)]

# The rubric along which a scenario is scored.
COMPETENCIES: Final = (
    "scope_safety",
    "impartiality",
    "process",
    "listening",
    "interests_options",
    "law_plain",
    "agreement",
    "record_followup",
)
# A telephone of 360 px shows 720 dots; a lesson on a slow line bears 30 kB for its picture.
PICTURE_WIDTH, PICTURE_HEIGHT, PICTURE_BYTES = 720, 1080, 30_000
PICTURE_NAME: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*\.webp$"
_SPOKEN: Final = re.compile(r"[^\W_]")


class ModuleHead(Content):
    """``module.toml``."""

    title: Text
    title_en: str = ""
    purpose: Text
    audience: Several[Audience]
    minutes: Minutes
    position: Annotated[int, Field(ge=1)]
    requires: Several[Slug] = ()
    objectives: Several[Text]
    reviewed_on: date
    reviewer: str = ""
    cites: Several[CitationField] = ()


class LessonHead(Content):
    """The front matter of a lesson."""

    title: Text
    minutes: Minutes
    cites: Several[CitationField] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: ``slug`` is the file name without its ending, ``markdown`` its text."""

    slug: str
    head: LessonHead
    markdown: str
    body_line: int = field(default=1, compare=False)

    @property
    def words(self) -> int:
        """Length in tiếng: the syllables that Vietnamese writes apart."""
        return count_words(self.markdown)


class Picture(Content):
    """One entry of ``pictures.toml``: what a picture shows, and which bytes it is."""

    name: Annotated[str, Field(pattern=PICTURE_NAME, max_length=80)]
    alt: Text
    description: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width: Annotated[int, Field(ge=1, le=PICTURE_WIDTH)]
    height: Annotated[int, Field(ge=1, le=PICTURE_HEIGHT)]
    size: Annotated[int, Field(ge=1, le=PICTURE_BYTES)]


class TestPart(Content):
    """``[[test.part]]``: so many questions of a topic, of one difficulty or of any."""

    __test__ = False

    topic: Slug
    difficulty: Annotated[int, Field(ge=1, le=3)] | None = None
    count: Annotated[int, Field(ge=1, le=100)]


class TestSettings(Content):
    """``[test]`` of a bank: how the graded test is drawn and passed."""

    __test__ = False  # pytest would take the name for a test

    draw: Annotated[int, Field(ge=1, le=100)]
    pass_mark: Annotated[int, Field(ge=1, le=100)]
    safety_always: bool = True
    retake_after_minutes: Annotated[int, Field(ge=0)] = 10
    attempts: Annotated[int, Field(ge=1)] | None = None  # none: as many as needed
    minutes: Annotated[int, Field(ge=1)] | None = None  # none: no time limit
    part: Several[TestPart] = ()  # none: shared out as the bank is


class Scores(Content):
    """What a choice shows of each competency: -1, 0 or 1."""

    scope_safety: Score = 0
    impartiality: Score = 0
    process: Score = 0
    listening: Score = 0
    interests_options: Score = 0
    law_plain: Score = 0
    agreement: Score = 0
    record_followup: Score = 0

    def given(self) -> dict[str, int]:
        """The competencies that the author scored."""
        return {name: getattr(self, name) for name in COMPETENCIES if name in self.model_fields_set}


class Choice(Content):
    """One way to respond; ``next`` names a node or an ending."""

    id: ItemId
    text: Text
    consequence: Text
    why: Text
    cites: Several[CitationField] = ()
    next: ItemId
    scores: Scores = Scores()
    harmful: bool = False


class Node(Content):
    """One turn: what happens, what a party says, how one may respond."""

    id: ItemId
    situation: Text
    speaker: str = ""
    line: str = ""
    choices: Several[Choice] = Field(alias="choice")


class Ending(Content):
    """Where a path ends, what it led to and what would have been better."""

    id: ItemId
    outcome: Outcome
    title: Text
    summary: Text
    better: str = ""
    cites: Several[CitationField] = ()


class Scenario(Content):
    """``<slug>.scenario.toml``: a branching dispute."""

    title: Text
    intro: Text
    minutes: Minutes
    feedback: Literal["each", "end"] = "each"
    start: ItemId
    cites: Several[CitationField] = ()
    reviewed_on: date
    reviewer: str = ""
    nodes: Several[Node] = Field(alias="node")
    endings: Several[Ending] = Field(alias="ending")

    def node(self, node_id: str) -> Node | None:
        """The node with this id, or None."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def ending(self, ending_id: str) -> Ending | None:
        """The ending with this id, or None."""
        return next((ending for ending in self.endings if ending.id == ending_id), None)

    def citations(self) -> Iterator[Citation]:
        """Everything cited anywhere in it; the same place may come more than once."""
        yield from self.cites
        for node in self.nodes:
            for choice in node.choices:
                yield from choice.cites
        for ending in self.endings:
            yield from ending.cites


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """A scenario and the slug its file name gives it."""

    slug: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Module:
    """A whole module, ready to be published."""

    slug: str
    head: ModuleHead
    lessons: tuple[Lesson, ...]
    test: TestSettings | None = None
    questions: tuple[Question, ...] = ()
    scenarios: tuple[NamedScenario, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleFiles:
    """A module with the place of everything in its files; a part that cannot be read is missing."""

    slug: str
    folder: str
    head: Located[ModuleHead] | None
    lessons: tuple[Located[Lesson], ...] = ()
    test: Located[TestSettings] | None = None
    questions: tuple[Located[Question], ...] = ()
    scenarios: tuple[Located[NamedScenario], ...] = ()
    pictures: tuple[Located[Picture], ...] = ()
    problems: tuple[Problem, ...] = ()

    def module(self) -> Module | None:
        """The module itself; None while its ``module.toml`` cannot be read."""
        if self.head is None:
            return None
        return Module(
            self.slug,
            self.head.value,
            tuple(lesson.value for lesson in self.lessons),
            self.test.value if self.test else None,
            tuple(question.value for question in self.questions),
            tuple(scenario.value for scenario in self.scenarios),
            tuple(picture.value for picture in self.pictures),
        )


def count_words(text: str) -> int:
    """Tiếng in ``text``: groups of signs, apart by spaces, that hold a letter or a digit."""
    return sum(1 for word in text.split() if _SPOKEN.search(word))


# -- fingerprints: equal meaning, equal hash; comments and layout of a file do not count ------


def question_hash(question: Question) -> str:
    """Fingerprint of a question; where it may be asked is a matter of the module, not of it."""
    body = {key: value for key, value in to_body(question).items() if key != "use"}
    return fingerprint(body)


def module_hash(module: Module) -> str:
    """Fingerprint of everything in a module; to cite a place twice says no more than once."""
    pictures = [one.model_dump(mode="json") for one in module.pictures]
    return fingerprint(
        {
            "head": _plain_head(module.head),
            "lessons": [
                [lesson.slug, _plain_head(lesson.head), lesson.markdown]
                for lesson in module.lessons
            ],
            "test": module.test and _plain_test(module.test),
            "questions": [to_body(question) for question in module.questions],
            "scenarios": [[one.slug, scenario_body(one.scenario)] for one in module.scenarios],
        }
        | ({"pictures": pictures} if pictures else {})
    )


def _plain_head(head: ModuleHead | LessonHead) -> dict[str, Any]:
    data = head.model_dump(mode="json", by_alias=True)
    return data | {"cites": list(dict.fromkeys(data["cites"]))}


def _plain_test(test: TestSettings) -> dict[str, Any]:
    """A test without a blueprint has the fingerprint that it had before there were any."""
    return test.model_dump(mode="json", exclude=None if test.part else {"part"})


def scenario_body(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data for storage: keys as in the file, defaults left out."""
    return scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)


def scenario_from_body(body: dict[str, Any]) -> Scenario:
    """The scenario that :func:`scenario_body` wrote."""
    return Scenario.model_validate(body | {"reviewed_on": date.fromisoformat(body["reviewed_on"])})


def fingerprint(data: object) -> str:
    """SHA-256 of plain ``data``, whatever the order of its keys."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
