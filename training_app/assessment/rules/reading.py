"""An attempt as pages tell it: what was answered, and what to learn from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training_app.assessment.rules.keys import Earned, Key, mark_under
from training_app.questions.rules import Mark, Response, mark
from training_app.questions.source import Kind, Question


@dataclass(frozen=True, slots=True)
class Line:
    """One question of an attempt before it is handed in.

    ``chosen`` is the answer in words: None where none was given, empty for "I do not know yet".
    Nothing here tells whether it is right.
    """

    number: int
    kind: Kind
    stem: str
    chosen: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A question that was not answered right, with the decision on the answer."""

    number: int
    question: Question
    mark: Mark

    @property
    def kind(self) -> Kind:
        """How the question is answered."""
        return Kind(self.question.kind)


def lines(
    asked: Sequence[int], questions: Mapping[int, Question], answers: Mapping[int, Response]
) -> list[Line]:
    """One line per question; those without an answer first."""
    told = [
        Line(
            number, Kind(questions[one].kind), questions[one].stem, _chosen(questions, answers, one)
        )
        for number, one in enumerate(asked, start=1)
    ]
    return sorted(told, key=lambda line: (line.chosen is not None, line.number))


def _chosen(
    questions: Mapping[int, Question], answers: Mapping[int, Response], one: int
) -> tuple[str, ...] | None:
    if one not in answers:
        return None
    return mark(questions[one], answers[one]).chosen


def mistakes(
    asked: Sequence[int],
    keys: Mapping[int, Key],
    answers: Mapping[int, Response],
    earned: Mapping[int, Earned],
) -> list[Mistake]:
    """What does not count as right, in the order asked; an answer not given is a mistake as well.

    ``earned`` decides, because people and later decisions mark as well; the key that holds
    explains.
    """
    return [
        Mistake(number, keys[one].question, mark_under(keys[one], answers.get(one)))
        for number, one in enumerate(asked, start=1)
        if not earned[one].right
    ]
