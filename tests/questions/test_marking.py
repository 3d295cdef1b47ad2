from fractions import Fraction

import pytest

from tests.questions.examples import (
    MATCH,
    MULTIPLE,
    ORDER,
    SAFETY,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    WRITTEN,
)
from training_app.questions.rules import Response, credit_policy, mark
from training_app.questions.source import Question, from_body, to_body


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, TRUE_FALSE, ORDER, MATCH, SHORT, WRITTEN])
def test_not_knowing_earns_nothing_and_harms_nothing(question: Question) -> None:
    result = mark(question, Response(dont_know=True))
    assert result.points == 0
    assert not result.right
    assert not result.harmful
    assert result.expected


def test_single_counts_the_one_right_option() -> None:
    assert mark(SINGLE, Response(chosen=("b",))).right
    wrong = mark(SINGLE, Response(chosen=("a",)))
    assert wrong.points == 0
    assert not wrong.right
    assert wrong.chosen == ("Ngay trong ngày",)
    assert wrong.expected == ("Trong ba ngày",)
    assert wrong.comments == ("Luật cho thời gian chuẩn bị.",)


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (("a", "b"), Fraction(1)),
        (("a",), Fraction(1, 2)),
        (("a", "b", "c"), Fraction(1, 2)),
        (("a", "c"), Fraction(0)),
        (("c", "d"), Fraction(0)),
    ],
)
def test_per_option_credit_never_falls_below_nothing(
    chosen: tuple[str, ...], points: Fraction
) -> None:
    result = mark(MULTIPLE, Response(chosen=chosen))
    assert result.points == points
    assert result.right == (points == 1)


def test_all_or_nothing_gives_no_part_of_a_point() -> None:
    strict = MULTIPLE.model_copy(update={"credit": "all"})
    assert mark(strict, Response(chosen=("a",))).points == 0
    assert mark(strict, Response(chosen=("b", "a"))).right


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (("false", "y"), Fraction(1)),
        (("false", "x"), Fraction(1, 2)),
        (("true", "y"), Fraction(0)),
    ],
)
def test_a_right_reason_for_the_wrong_answer_earns_nothing(
    chosen: tuple[str, ...], points: Fraction
) -> None:
    assert mark(TRUE_FALSE, Response(chosen=chosen)).points == points


def test_order_counts_only_when_complete() -> None:
    assert mark(ORDER, Response(chosen=("s1", "s2", "s3"))).right
    assert mark(ORDER, Response(chosen=("s1", "s3", "s2"))).points == 0


def test_order_may_count_steps_in_their_place() -> None:
    partly = ORDER.model_copy(update={"credit": "per_option"})
    assert mark(partly, Response(chosen=("s1", "s3", "s2"))).points == Fraction(1, 3)


def test_match_counts_each_row() -> None:
    pairs = (("p1", "p1"), ("p2", "extra-1"), ("p3", "p3"))
    result = mark(MATCH, Response(pairs=pairs))
    assert result.points == Fraction(2, 3)
    assert result.chosen[1] == "Nhặt được của rơi → Luật Đất đai"


def test_a_corrected_mapping_decides_what_fits_and_is_said() -> None:
    corrected = MATCH.model_copy(update={"fits": {"p2": "extra-1"}})
    pairs = (("p1", "p1"), ("p2", "extra-1"), ("p3", "p3"))
    result = mark(corrected, Response(pairs=pairs))
    assert result.points == 1
    assert result.expected[1] == "Nhặt được của rơi → Luật Đất đai"
    assert mark(corrected, Response(pairs=(("p2", "p2"),))).points == 0
    assert from_body(to_body(corrected)) == corrected
    assert "fits" not in to_body(MATCH)


@pytest.mark.parametrize("text", ["Ba ngày", "ba  ngay", "BA NGÀY.", "3 ngày", "bà ngáy"])
def test_short_answers_compare_without_marks_and_capitals(text: str) -> None:
    assert mark(SHORT, Response(text=text)).right


def test_tone_placement_does_not_matter() -> None:
    question = SHORT.model_copy(update={"accept": ("hòa giải",)})
    assert mark(question, Response(text="hoà giải")).right


@pytest.mark.parametrize("text", ["bốn ngày", "ba", "ba ngày đêm"])
def test_other_words_are_not_right(text: str) -> None:
    assert not mark(SHORT, Response(text=text)).right


def test_the_forbidden_move_in_a_safety_question_is_harmful() -> None:
    assert mark(SAFETY, Response(chosen=("a",))).harmful
    assert not mark(SAFETY, Response(chosen=("c",))).harmful
    assert mark(SAFETY, Response(chosen=("b",))).right


def test_the_wrong_answer_to_a_safety_statement_is_harmful() -> None:
    statement = TRUE_FALSE.model_copy(update={"safety": True})
    assert mark(statement, Response(chosen=("true", "x"))).harmful
    assert not mark(statement, Response(chosen=("false", "x"))).harmful


def test_only_safety_questions_are_scored_apart() -> None:
    ordinary = SAFETY.model_copy(update={"safety": False})
    assert not mark(ordinary, Response(chosen=("a",))).harmful
    assert not mark(TRUE_FALSE, Response(chosen=("true", "x"))).harmful


def test_each_policy_has_its_own_words() -> None:
    everything: list[Question] = [SINGLE, MULTIPLE, TRUE_FALSE, ORDER, MATCH, WRITTEN]
    assert len({credit_policy(question) for question in everything}) == len(everything)


def test_a_written_answer_waits_for_people_and_not_knowing_does_not() -> None:
    given = mark(WRITTEN, Response(text="Nghe từng bên."))
    assert given.waiting
    assert given.points == 0
    assert not given.right
    assert not given.harmful
    assert given.expected == (WRITTEN.model,)
    assert not mark(WRITTEN, Response(dont_know=True)).waiting


def test_a_written_answer_is_right_from_half_of_the_points_unless_the_author_says() -> None:
    assert (WRITTEN.total, WRITTEN.needed) == (7, 4)
    assert WRITTEN.model_copy(update={"enough": 6}).needed == 6
