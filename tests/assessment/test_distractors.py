"""What the wrong answers to a question tell: who chooses them, and which nobody chooses."""

import pytest

from training_app.assessment.rules.distractors import (
    FEWEST_FOR_MEAN,
    MOST_LINES,
    Group,
    Line,
    Notice,
    lines,
    pairs,
)
from training_app.assessment.rules.item_analysis import analyse_pairs
from training_app.assessment.rules.keys import Key
from training_app.questions.rules import Response
from training_app.questions.source import from_body

ONE = Key(
    from_body(
        {
            "id": "one",
            "kind": "single",
            "topic": "a",
            "stem": "Câu một?",
            "option": [
                {"id": "a", "text": "Chờ"},
                {"id": "b", "text": "Đến", "right": True},
                {"id": "c", "text": "Ép", "harmful": True},
            ],
        }
    )
)
TYPED = Key(
    from_body(
        {"id": "t", "kind": "short", "topic": "a", "stem": "Mấy ngày?", "accept": ["ba ngày"]}
    )
)


def chose(option: str, rest: float, times: int) -> Group:
    return Group(Response(chosen=(option,)), rest, times)


def by_words(found: list[Line]) -> dict[str, Line]:
    return {"; ".join(line.words): line for line in found}


def test_every_option_has_its_line_in_the_order_of_the_author() -> None:
    found = lines(ONE, [chose("b", 8.0, 15), chose("b", 6.0, 5), chose("a", 5.0, 10)])
    assert [(line.words, line.times, line.right, line.harmful) for line in found] == [
        (("Chờ",), 10, False, False),
        (("Đến",), 20, True, False),
        (("Ép",), 0, False, True),
    ]
    assert by_words(found)["Đến"].others == pytest.approx(7.5)


def test_an_option_hardly_anybody_chooses_is_said_unless_it_is_right_or_forbidden() -> None:
    found = by_words(lines(ONE, [chose("b", 5.0, 29), chose("a", 5.0, 1)]))
    assert found["Chờ"].notice is Notice.RARE
    assert found["Ép"].notice is None
    found = by_words(lines(ONE, [chose("a", 5.0, 29), chose("b", 5.0, 1)]))
    assert found["Đến"].notice is None
    assert found["Chờ"].notice is None


def test_a_wrong_option_that_those_choose_who_know_more_is_said_beyond_chance_only() -> None:
    spread = [chose("b", 4.0, 10), chose("b", 5.0, 10), chose("c", 4.0, 2)]
    found = by_words(lines(ONE, [*spread, chose("a", 8.0, 10), chose("a", 9.0, 10)]))
    assert found["Chờ"].notice is Notice.ATTRACTS
    near = by_words(lines(ONE, [*spread, chose("a", 4.0, 9), chose("a", 5.0, 11)]))
    assert near["Chờ"].notice is None


def test_an_average_of_few_people_is_not_told() -> None:
    found = by_words(lines(ONE, [chose("b", 8.0, 20), chose("a", 5.0, FEWEST_FOR_MEAN - 1)]))
    assert found["Chờ"].others is None


def test_not_knowing_and_not_answering_come_last() -> None:
    given = [Group(None, 1.0, 2), Group(Response(dont_know=True), 2.0, 6), chose("b", 8.0, 20)]
    assert [(line.words, line.times) for line in lines(ONE, given)[-2:]] == [
        (("I do not know yet",), 6),
        (("no answer",), 2),
    ]


def test_typed_answers_are_told_whole_the_most_frequent_first() -> None:
    given = [Group(Response(text=f"lời {n}"), 3.0, n) for n in range(1, 20)]
    found = lines(TYPED, [*given, Group(Response(text="Ba ngày"), 7.0, 40)])
    assert len(found) == MOST_LINES
    assert (found[0].times, found[0].right) == (40, True)
    assert found[1].words == ("lời 19",)


def test_the_pairs_give_the_numbers_of_the_question() -> None:
    given = [chose("b", 8.0, 15), chose("a", 5.0, 10), Group(None, 4.0, 5)]
    (item,) = analyse_pairs({"one": pairs(ONE, given)}, {}, {"one": 1.0}).items
    assert (item.n, item.facility) == (30, 0.5)
    assert item.discrimination_index is not None
    assert item.discrimination_index > 90


def test_under_a_key_found_void_every_answer_is_right() -> None:
    found = lines(Key(ONE.question, void=True), [chose("a", 5.0, 20), Group(None, 4.0, 3)])
    assert {line.right for line in found} == {True}
    assert {line.notice for line in found} == {None}
