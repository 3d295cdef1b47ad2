"""How many people mark a written answer, and what their marks amount to."""

from fractions import Fraction

import pytest

from tests.questions.examples import WRITTEN
from training_app.assessment.rules.written import Step, decide, next_step, read_points
from training_app.errors import InvalidInput

# Of seven points four are needed.
FAR = {"hear": 4, "calm": 3}
NEAR = {"hear": 4, "calm": 1}
LOW = {"hear": 1, "calm": 0}


def test_one_mark_is_enough_unless_it_stands_near_the_point_where_it_counts() -> None:
    assert next_step(WRITTEN, []) is Step.FIRST
    assert next_step(WRITTEN, [FAR]) is Step.DONE
    assert next_step(WRITTEN, [NEAR]) is Step.SECOND
    assert next_step(WRITTEN, [{"hear": 3, "calm": 0}]) is Step.SECOND
    assert next_step(WRITTEN, [LOW]) is Step.DONE


def test_the_author_may_ask_for_a_second_mark_always_or_never() -> None:
    always = WRITTEN.model_copy(update={"second": "always"})
    never = WRITTEN.model_copy(update={"second": "never"})
    assert next_step(always, [FAR]) is Step.SECOND
    assert next_step(never, [NEAR]) is Step.DONE


def test_two_marks_far_apart_go_to_a_third_person() -> None:
    assert next_step(WRITTEN, [FAR, NEAR]) is Step.DONE
    assert next_step(WRITTEN, [FAR, LOW]) is Step.THIRD
    assert next_step(WRITTEN, [FAR, LOW, NEAR]) is Step.DONE


def test_two_marks_count_by_their_mean_and_a_half_point_goes_to_the_learner() -> None:
    decided = decide(WRITTEN, [{"hear": 2, "calm": 1}, {"hear": 3, "calm": 1}])
    assert (decided.earned, decided.out_of, decided.right) == (4, 7, True)
    assert decided.by_criterion == {"hear": Fraction(5, 2), "calm": Fraction(1)}
    assert decided.share == Fraction(4, 7)
    assert decided.rounded
    assert not decide(WRITTEN, [{"hear": 2, "calm": 1}]).rounded


def test_a_third_mark_decides_alone() -> None:
    decided = decide(WRITTEN, [FAR, LOW, LOW])
    assert (decided.earned, decided.right) == (1, False)


@pytest.mark.parametrize("text", ["", "5", "-1", "1.5", "٣", "9" * 50, "một"])
def test_points_beyond_the_rubric_are_refused_at_their_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_points(WRITTEN, {"hear": text, "calm": "1"})
    assert refused.value.field == "points-hear"


def test_points_are_read_for_each_criterion() -> None:
    assert read_points(WRITTEN, {"hear": " 4 ", "calm": "0"}) == {"hear": 4, "calm": 0}
