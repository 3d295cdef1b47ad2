"""Walking through a branching dispute."""

import tomllib

import pytest

from training_app.catalogue.source import Scenario
from training_app.errors import NotFound
from training_app.practice.rules.paths import Level, Move, competencies, walk

SCENARIO = Scenario.model_validate(
    tomllib.loads("""
title = "Hàng rào"
intro = "Hai nhà cãi nhau."
minutes = 5
start = "n1"
reviewed_on = 2026-11-20
[[node]]
id = "n1"
situation = "Bà Lan đến."
[[node.choice]]
id = "a"
text = "Nghe"
consequence = "Bà nói."
why = "Nghe trước."
next = "n2"
scores = { listening = 1, process = 1 }
[[node.choice]]
id = "b"
text = "Phán"
consequence = "Bà giận."
why = "Chưa nghe."
next = "e2"
scores = { listening = -1 }
[[node]]
id = "n2"
situation = "Ông Tư đến."
[[node.choice]]
id = "a"
text = "Gặp riêng"
consequence = "Ông kể."
why = "Dễ nói."
next = "e1"
scores = { listening = 0 }
[[ending]]
id = "e1"
outcome = "good"
title = "Thành"
summary = "Hai bên đồng ý."
[[ending]]
id = "e2"
outcome = "harm"
title = "Không thành"
summary = "Bà Lan bỏ về."
""")
)


def test_a_walk_begins_at_the_start() -> None:
    here = walk(SCENARIO, [])
    assert here.node is not None
    assert (here.node.id, here.number, here.ending) == ("n1", 1, None)


def test_moves_replay_to_the_same_ending() -> None:
    moves = [Move("n1", "a"), Move("n2", "a")]
    assert walk(SCENARIO, moves) == walk(SCENARIO, moves)
    here = walk(SCENARIO, moves)
    assert here.ending is not None
    assert here.ending.id == "e1"
    assert [turn.choice.text for turn in here.turns] == ["Nghe", "Gặp riêng"]


def test_a_step_back_returns_to_the_turn_before() -> None:
    here = walk(SCENARIO, [Move("n1", "a"), Move("n2", None)])
    assert here.node is not None
    assert (here.node.id, here.turns) == ("n1", ())


def test_a_move_that_the_scenario_does_not_know_is_not_found() -> None:
    with pytest.raises(NotFound):
        walk(SCENARIO, [Move("n1", "z")])


def test_competencies_sum_along_the_path_in_words() -> None:
    here = walk(SCENARIO, [Move("n1", "a"), Move("n2", "a")])
    shown = {one.competency: one for one in competencies(here.turns)}
    assert set(shown) == {"process", "listening"}
    assert shown["process"].level is Level.WELL
    assert (shown["listening"].total, shown["listening"].level) == (1, Level.PARTLY)
    bad = competencies(walk(SCENARIO, [Move("n1", "b")]).turns)
    assert [one.level for one in bad] == [Level.TO_PRACTISE]


def test_what_the_law_forbids_is_not_made_good_by_other_turns() -> None:
    text = SCENARIO.model_dump(by_alias=True)
    text["node"][0]["choice"][0].update(harmful=True, scores={"scope_safety": -1, "process": 1})
    text["node"][1]["choice"][0].update(scores={"scope_safety": 1, "process": 1})
    here = walk(Scenario.model_validate(text), [Move("n1", "a"), Move("n2", "a")])
    levels = {one.competency: one.level for one in competencies(here.turns)}
    assert levels == {"scope_safety": Level.TO_PRACTISE, "process": Level.WELL}
