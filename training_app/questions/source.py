"""Questions as authors write them: frozen objects, one class per kind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from training_app.laws.source import CitationField, Content, ItemId, Several, Slug, Text


class Kind(StrEnum):
    """How a question is answered. A further kind needs a class here and its rules."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    ORDER = "order"
    MATCH = "match"
    SHORT = "short"
    WRITTEN = "written"


Credit: TypeAlias = Literal["all", "per_option"]


class Option(Content):
    """One option of a single- or multiple-answer question."""

    id: ItemId
    text: Text
    right: bool = False
    harmful: bool = False
    why: str = ""
    pinned: bool = False


class Reason(Content):
    """One reason offered beside true and false."""

    id: ItemId
    text: Text
    right: bool = False


class Step(Content):
    """One step of a sequence; authors write the steps in the right order."""

    id: ItemId
    text: Text


class Pair(Content):
    """Two texts that belong together."""

    id: ItemId
    left: Text
    right: Text


class Criterion(Content):
    """One thing that a marker looks for in a written answer, and the points it can earn."""

    id: ItemId
    text: Text
    points: Annotated[int, Field(ge=1, le=10)]


class BaseQuestion(Content):
    """What every kind has. ``id`` is stable for ever within its module."""

    id: ItemId
    use: Literal["practice", "test", "both"] = "both"
    topic: Slug
    difficulty: Annotated[int, Field(ge=1, le=3)] = 1
    safety: bool = False
    lesson: str = ""
    stem: Text
    explanation: str = ""
    cites: Several[CitationField] = ()

    @property
    def in_test(self) -> bool:
        """Whether a graded test may draw it."""
        return self.use != "practice"

    @property
    def in_practice(self) -> bool:
        """Whether practice may ask it."""
        return self.use != "test"


class Single(BaseQuestion):
    """One right answer among two or three options."""

    kind: Literal["single"] = "single"
    options: Several[Option] = Field(alias="option")


class Multiple(BaseQuestion):
    """One or more right answers among three to five options."""

    kind: Literal["multiple"] = "multiple"
    credit: Credit = "all"
    options: Several[Option] = Field(alias="option")


class TrueFalse(BaseQuestion):
    """A statement; where reasons are given, one of them is to be chosen as well.

    In a safety question the wrong answer is the harmful one.
    """

    kind: Literal["true_false"] = "true_false"
    answer: bool
    reasons: Several[Reason] = Field(default=(), alias="reason")


class Order(BaseQuestion):
    """Steps to be put in order."""

    kind: Literal["order"] = "order"
    credit: Credit = "all"
    steps: Several[Step] = Field(alias="step")


class Match(BaseQuestion):
    """Left-hand texts to be joined to right-hand texts; ``extra`` ones fit nothing.

    ``fits`` (pair id → right-hand id) is written by a correction of the key alone: what belongs
    together instead, in the wording that people read.
    """

    kind: Literal["match"] = "match"
    credit: Credit = "per_option"
    pairs: Several[Pair] = Field(alias="pair")
    extra: Several[Text] = ()
    fits: Mapping[str, str] = Field(default_factory=dict)


class Short(BaseQuestion):
    """One to four words typed by hand."""

    kind: Literal["short"] = "short"
    accept: Several[Text]


class Written(BaseQuestion):
    """An answer in the person's own words, marked by people along a rubric.

    It counts as right from ``enough`` points on (half of all, rounded up, where none is given).
    ``second`` says when a second person marks, without seeing the first mark: ``near`` when the
    first stands within ``near`` points of ``enough``. Two marks more than ``differ`` points apart
    go to a third person, who decides.
    """

    kind: Literal["written"] = "written"
    criteria: Several[Criterion] = Field(alias="criterion")
    model: Text
    enough: Annotated[int, Field(ge=1)] | None = None
    second: Literal["never", "near", "always"] = "near"
    near: Annotated[int, Field(ge=0, le=10)] = 1
    differ: Annotated[int, Field(ge=0, le=10)] = 2

    @property
    def total(self) -> int:
        """The most points that the rubric gives."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def needed(self) -> int:
        """From how many points on the answer counts as right."""
        return self.enough if self.enough is not None else (self.total + 1) // 2


MarkedByRule: TypeAlias = Single | Multiple | TrueFalse | Order | Match | Short
Question: TypeAlias = MarkedByRule | Written

CLASSES: Final[Mapping[str, type[BaseQuestion]]] = {
    Kind.SINGLE: Single,
    Kind.MULTIPLE: Multiple,
    Kind.TRUE_FALSE: TrueFalse,
    Kind.ORDER: Order,
    Kind.MATCH: Match,
    Kind.SHORT: Short,
    Kind.WRITTEN: Written,
}

_ANY_KIND: Final[TypeAdapter[Question]] = TypeAdapter(
    Annotated[Question, Field(discriminator="kind")]
)


def to_body(question: Question) -> dict[str, Any]:
    """The question as plain data for storage: keys as in the file, defaults left out."""
    body = question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"kind": question.kind, **body}


def from_body(body: Mapping[str, Any]) -> Question:
    """The question that :func:`to_body` wrote."""
    return _ANY_KIND.validate_python(dict(body))
