"""What a hall may answer, and how it is counted."""

import pytest

from tests import learners
from tests.catalogue.examples import HEAD, SCENARIO, module
from training_app.errors import InvalidInput
from training_app.hall.rules import (
    UNSURE,
    Ballot,
    can_be_projected,
    distribution,
    node_ballot,
    question_ballot,
    read_hands,
    read_vote,
    turns,
)
from training_app.questions.source import Question

MODULE = module(slug="nghe", head=HEAD, bank=learners.BANK, scenario=SCENARIO)
BY_ID: dict[str, Question] = {question.id: question for question in MODULE.questions}


def ballot(question_id: str) -> Ballot:
    return question_ballot(BY_ID[question_id])


def letter(shown: Ballot, way_id: str) -> str:
    return next(way.letter for way in shown.ways if way.id == way_id)


def test_only_questions_with_letters_to_choose_can_be_projected() -> None:
    fit = {one for one, question in BY_ID.items() if can_be_projected(question)}
    assert fit == {"one", "safe", "many", "said"}


def test_every_question_offers_not_knowing_and_a_turn_does_not() -> None:
    assert [way.id for way in ballot("one").ways][-1] == UNSURE
    turn = node_ballot(turns(MODULE.scenarios[0].scenario)[0])
    assert [(way.letter, way.id) for way in turn.ways] == [("A", "a")]


def test_letters_stand_for_the_same_answers_on_every_screen() -> None:
    assert ballot("one") == ballot("one")
    assert [way.letter for way in ballot("many").ways] == ["A", "B", "C", UNSURE]


def test_a_vote_is_read_by_letter_and_kept_by_id() -> None:
    shown = ballot("many")
    sent = [letter(shown, "b"), letter(shown, "a"), "Z", letter(shown, "a")]
    assert read_vote(shown, sent) == "a b"


def test_not_knowing_beside_other_answers_means_itself() -> None:
    shown = ballot("many")
    assert read_vote(shown, [letter(shown, "a"), UNSURE]) == UNSURE


@pytest.mark.parametrize("sent", [[], ["Z"], ["A", "B"]])
def test_a_vote_that_says_nothing_or_too_much_is_refused(sent: list[str]) -> None:
    with pytest.raises(InvalidInput):
        read_vote(ballot("one"), sent)


def test_raised_hands_are_whole_numbers() -> None:
    shown = ballot("one")
    assert read_hands(shown, {"hands-A": " 12 ", "hands-B": "", "hands-Q": "3"}) == {
        next(way.id for way in shown.ways if way.letter == "A"): 12
    }
    for wrong in ("-1", "2001", "1.5", "٣", "9" * 40):
        with pytest.raises(InvalidInput) as caught:
            read_hands(shown, {"hands-B": wrong})
        assert caught.value.field == "hands-B"


def test_phones_and_hands_are_counted_apart_and_together() -> None:
    found = distribution(ballot("one"), {"a": 3, "b": 4, UNSURE: 1}, {"b": 10})
    rows = {row.way.id: (row.phones, row.hands, row.total) for row in found.rows}
    assert rows == {"a": (3, 0, 3), "b": (4, 10, 14), UNSURE: (1, 0, 1)}
    assert (found.phones, found.hands, found.answers) == (8, 10, 18)
    assert found.leading is not None
    assert found.leading.way.id == "b"


def test_where_several_may_be_chosen_people_are_counted_once() -> None:
    found = distribution(ballot("many"), {"a b": 5, "a": 2}, {"a": 6, "b": 4})
    rows = {row.way.id: row.total for row in found.rows}
    assert (rows["a"], rows["b"]) == (13, 9)
    assert found.answers == 7 + 6


@pytest.mark.parametrize(("phones", "shown"), [(0, False), (2, False), (3, True)])
def test_numbers_are_shown_only_when_nobody_can_be_recognised(phones: int, *, shown: bool) -> None:
    assert distribution(ballot("one"), {"a": phones}, {}).shown is shown


def test_two_ways_chosen_equally_often_have_no_leader() -> None:
    assert distribution(ballot("one"), {"a": 4, "b": 4}, {}).leading is None
