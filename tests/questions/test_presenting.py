import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.questions.examples import EVERY_KIND, MATCH, MULTIPLE, ORDER, SINGLE, TRUE_FALSE
from training_app.questions.rules import option_order, present
from training_app.questions.source import Question

seeds = st.text(max_size=20)


@given(st.sampled_from(EVERY_KIND), seeds)
def test_the_same_seed_always_gives_the_same_order(question: Question, seed: str) -> None:
    assert present(question, seed) == present(question, seed)


@given(seeds)
def test_every_option_is_shown_once(seed: str) -> None:
    assert sorted(option_order(SINGLE, seed)) == ["a", "b", "c"]
    assert sorted(option_order(MATCH, seed)) == ["extra-1", "p1", "p2", "p3"]


@given(seeds)
def test_steps_are_never_shown_in_the_right_order(seed: str) -> None:
    assert option_order(ORDER, seed) != ("s1", "s2", "s3")


@given(seeds)
def test_a_pinned_option_keeps_its_place(seed: str) -> None:
    last = MULTIPLE.options[3].model_copy(update={"pinned": True})
    question = MULTIPLE.model_copy(update={"options": (*MULTIPLE.options[:3], last)})
    assert option_order(question, seed)[3] == "d"


def test_orders_differ_between_seeds() -> None:
    assert len({option_order(SINGLE, str(seed)) for seed in range(50)}) == 6


def test_one_seed_orders_each_question_in_its_own_way() -> None:
    """Else the right answer would stand at the same place all through a test."""
    others = [SINGLE.model_copy(update={"id": f"other-{n}"}) for n in range(50)]
    assert len({option_order(one, "seed") for one in others}) == 6


@pytest.mark.parametrize("question", EVERY_KIND)
def test_a_page_never_gets_the_key(question: Question) -> None:
    shown = json.dumps(asdict(present(question, "seed")), ensure_ascii=False)
    assert "right" not in shown
    assert "harmful" not in shown
    assert question.explanation not in shown
    if question.kind == "short":
        assert "ba ngày" not in shown


def test_names_of_fields_do_not_tell_the_authors_order() -> None:
    names = [item.token for item in present(ORDER, "seed").items]
    assert not {"s1", "s2", "s3"} & set(names)
    left = {item.token for item in present(MATCH, "seed").items}
    assert not left & {item.token for item in present(MATCH, "seed").choices}


def test_reasons_stand_beside_the_statement() -> None:
    shown = present(TRUE_FALSE, "seed")
    assert {item.text for item in shown.choices} == {"Vì luật cấm", "Vì các bên tự nguyện"}
