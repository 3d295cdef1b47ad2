from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.questions.examples import (
    EVERY_KIND,
    MATCH,
    MULTIPLE,
    ORDER,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    WRITTEN,
)
from training_app.questions.rules import (
    Response,
    Unreadable,
    form_values,
    mark,
    read_response,
    response_from_data,
    response_to_data,
    token,
)
from training_app.questions.source import Question


def responses(question: Question) -> st.SearchStrategy[Response]:
    """Every response that a question can have."""
    given_answers: dict[str, st.SearchStrategy[Response]] = {
        "single": st.sampled_from("abc").map(lambda one: Response(chosen=(one,))),
        "multiple": st.sets(st.sampled_from("abcd"), min_size=1).map(
            lambda some: Response(chosen=tuple(sorted(some)))
        ),
        "true_false": st.tuples(st.sampled_from(["true", "false"]), st.sampled_from("xy")).map(
            lambda both: Response(chosen=both)
        ),
        "order": st.permutations(["s1", "s2", "s3"]).map(lambda all_: Response(chosen=tuple(all_))),
        "match": st.tuples(*[st.sampled_from(["p1", "p2", "p3", "extra-1"])] * 3).map(
            lambda right: Response(pairs=tuple(zip(("p1", "p2", "p3"), right, strict=True)))
        ),
        "short": st.sampled_from(["ba ngày", "ngay"]).map(lambda text: Response(text=text)),
        "written": st.sampled_from(["Nghe trước.\n\nHỏi sau.", "Tôi chờ."]).map(
            lambda text: Response(text=text)
        ),
    }
    return st.one_of(st.just(Response(dont_know=True)), given_answers[question.kind])


answered = st.sampled_from(EVERY_KIND).flatmap(
    lambda question: st.tuples(st.just(question), responses(question))
)


@given(answered)
def test_a_saved_answer_fills_the_form_that_gives_it(pair: tuple[Question, Response]) -> None:
    question, response = pair
    assert read_response(question, form_values(question, response)) == response


@given(answered)
def test_a_response_survives_storage(pair: tuple[Question, Response]) -> None:
    question, response = pair
    assert response_from_data(response_to_data(response)) == response
    assert 0 <= mark(question, response).points <= 1


junk = st.dictionaries(
    st.one_of(
        st.sampled_from(["answer", "reason", "text", "dont-know"]),
        st.sampled_from([f"step-{token('q4', one)}" for one in ("s1", "s2", "s3")]),
        st.sampled_from([f"left-{token('q5', f'left:{one}')}" for one in ("p1", "p2", "p3")]),
        st.text(max_size=10),
    ),
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["1", "2", "3", "٣", "1e3", "-1", "9" * 5000, "true", token("q1", "a")]
            ),
        ),
        max_size=3,
    ),
    max_size=8,
)


@given(st.sampled_from(EVERY_KIND), junk)
def test_whatever_comes_is_read_or_refused_and_never_fails(
    question: Question, values: dict[str, list[str]]
) -> None:
    answer = read_response(question, values)
    if isinstance(answer, Response):
        mark(question, answer)
    else:
        assert answer.message % answer.params


@pytest.mark.parametrize(
    ("question", "values", "field"),
    [
        (SINGLE, {}, "answer"),
        (SINGLE, {"answer": ["a"]}, "answer"),
        (SINGLE, {"answer": [token("q1", "a"), token("q1", "b")]}, "answer"),
        (MULTIPLE, {"answer": ["nothing"]}, "answer"),
        (TRUE_FALSE, {"answer": ["perhaps"]}, "answer"),
        (TRUE_FALSE, {"answer": ["true"]}, "reason"),
        (MATCH, {}, f"left-{token('q5', 'left:p1')}"),
        (SHORT, {"text": ["   "]}, "text"),
        (SHORT, {"text": ["x" * 201]}, "text"),
    ],
)
def test_an_incomplete_answer_is_refused_at_its_field(
    question: Question, values: Any, field: str
) -> None:
    answer = read_response(question, values)
    assert isinstance(answer, Unreadable)
    assert answer.field == field


def test_two_steps_with_one_number_are_refused_at_the_second() -> None:
    names = [f"step-{token('q4', one)}" for one in ("s1", "s2", "s3")]
    answer = read_response(ORDER, dict(zip(names, (["1"], ["1"], ["2"]), strict=True)))
    assert isinstance(answer, Unreadable)
    assert answer.field == names[1]
    assert "1" in answer.message % answer.params


def test_typed_text_is_cleaned_but_kept_as_written() -> None:
    answer = read_response(SHORT, {"text": ["  Ba   nga\u0300y "]})
    assert answer == Response(text="Ba ngày")


def test_a_written_answer_keeps_its_lines_and_drops_what_cannot_be_seen() -> None:
    read = read_response(WRITTEN, {"text": ["  Nghe  trước.\r\n\r\nHỏi\u200b sau. \r\n"]})
    assert read == Response(text="Nghe trước.\n\nHỏi sau.")


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a" * 6001])
def test_a_written_answer_says_something_and_is_not_a_book(text: str) -> None:
    assert isinstance(read_response(WRITTEN, {"text": [text]}), Unreadable)


def test_ticking_options_and_not_knowing_together_is_asked_again_and_drops_nothing() -> None:
    right = form_values(MULTIPLE, Response(chosen=("a",)))["answer"]
    both = read_response(MULTIPLE, {"answer": [*right, "dont-know"]})
    assert isinstance(both, Unreadable)
    assert (both.field, both.message.endswith("not both.")) == ("answer", True)
    assert read_response(MULTIPLE, {"answer": ["dont-know"]}) == Response(dont_know=True)
    assert read_response(MULTIPLE, {"answer": ["nowhere", "dont-know"]}) == Response(dont_know=True)
