import pytest

from tests.questions.examples import EVERY_KIND, MULTIPLE
from training_app.questions.source import CLASSES, Kind, Question, from_body, to_body


@pytest.mark.parametrize("question", EVERY_KIND)
def test_a_stored_question_comes_back_equal(question: Question) -> None:
    assert from_body(to_body(question)) == question


def test_every_kind_has_its_class() -> None:
    assert set(CLASSES) == set(Kind)


def test_a_question_for_practice_is_not_drawn_for_a_test() -> None:
    question = MULTIPLE.model_copy(update={"use": "practice"})
    assert question.in_practice
    assert not question.in_test
