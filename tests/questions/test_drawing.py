from collections import Counter
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from training_app.questions.rules import Part, draw, room


@dataclass(frozen=True)
class Item:
    id: str
    topic: str
    difficulty: int
    safety: bool = False


banks = st.lists(
    st.builds(
        Item,
        id=st.uuids().map(str),
        topic=st.sampled_from(["a", "b", "c"]),
        difficulty=st.integers(1, 3),
        safety=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda item: item.id,
)
seeds = st.text(max_size=10)


def bank_of(number: int, **changes: object) -> list[Item]:
    return [Item(f"q{i:02}", "abcd"[i % 4], i % 3 + 1, safety=i < 2) for i in range(number)]


@given(banks, seeds, st.integers(1, 20))
def test_a_draw_has_the_promised_number_without_doubles(
    bank: list[Item], seed: str, count: int
) -> None:
    drawn = draw(bank, seed, count)
    assert len(drawn) == len(set(drawn)) == min(count, len(bank))
    assert draw(list(reversed(bank)), seed, count) == drawn


@given(banks, seeds, st.integers(1, 20))
def test_safety_questions_are_always_drawn(bank: list[Item], seed: str, count: int) -> None:
    safety = {item.id for item in bank if item.safety}
    drawn = set(draw(bank, seed, count))
    assert safety <= drawn or drawn <= safety


@given(banks, st.integers(1, 20), seeds, seeds)
def test_two_people_get_tests_of_equal_difficulty(
    bank: list[Item], count: int, one: str, other: str
) -> None:
    known = {item.id: item.difficulty for item in bank if not item.safety}
    levels = [
        Counter(known[key] for key in draw(bank, seed, count) if key in known)
        for seed in (one, other)
    ]
    assert levels[0] == levels[1]


@given(banks, st.integers(1, 20), seeds, seeds)
def test_nothing_seen_last_time_comes_while_its_like_is_unseen(
    bank: list[Item], count: int, first: str, second: str
) -> None:
    seen = set(draw(bank, first, count))
    again = set(draw(bank, second, count, seen))
    for level in (1, 2, 3):
        here = {item.id for item in bank if item.difficulty == level and not item.safety}
        assert not (again & seen & here) or here - seen <= again


@given(seeds)
def test_topics_are_spread(seed: str) -> None:
    topics = {item.id: item.topic for item in bank_of(24)}
    counted = Counter(topics[key] for key in draw(bank_of(24), seed, 10))
    assert len(counted) == 4
    assert max(counted.values()) <= 4


def test_a_second_draw_is_another_test() -> None:
    bank = bank_of(22)
    first = draw(bank, "first", 10)
    second = draw(bank, "second", 10, frozenset(first))
    assert set(first) & set(second) == {"q00", "q01"}


def test_the_safety_questions_do_not_always_come_first() -> None:
    places = {draw(bank_of(20), str(seed), 10).index("q00") for seed in range(40)}
    assert len(places) > 5


def test_without_the_rule_safety_questions_are_drawn_like_others() -> None:
    draws = [set(draw(bank_of(20), str(seed), 5, safety_always=False)) for seed in range(40)]
    assert any("q00" not in drawn for drawn in draws)


parts = st.lists(
    st.builds(
        Part,
        topic=st.sampled_from(["a", "b", "c"]),
        count=st.integers(1, 4),
        difficulty=st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=5,
    unique_by=lambda part: (part.topic, part.difficulty),
)


@given(
    bank=banks,
    blueprint=parts,
    count=st.integers(1, 20),
    seed=seeds,
    safety_always=st.booleans(),
)
def test_each_part_of_a_blueprint_that_fits_gets_as_many_as_it_asks_for(
    bank: list[Item], blueprint: list[Part], count: int, seed: str, *, safety_always: bool
) -> None:
    needed = room(bank, blueprint, safety_always=safety_always)
    assume(not needed.short and needed.places <= min(count, len(bank)))
    drawn = draw(bank, seed, count, safety_always=safety_always, parts=blueprint)
    assert len(drawn) == len(set(drawn)) == min(count, len(bank))
    asked = [item for item in bank if item.id in drawn]
    assert not safety_always or {item for item in bank if item.safety} <= set(asked)
    for part in blueprint:
        whole = [part] if part.difficulty else [one for one in blueprint if one.topic == part.topic]
        assert sum(part.wants(item) for item in asked) >= sum(one.count for one in whole)


@given(banks, parts, st.integers(1, 20), seeds, seeds)
def test_two_people_get_tests_of_equal_difficulty_by_a_blueprint_of_difficulties(
    bank: list[Item], blueprint: list[Part], count: int, one: str, other: str
) -> None:
    exact = [part for part in blueprint if part.difficulty]
    needed = room(bank, exact)
    assume(not needed.short and needed.places <= min(count, len(bank)))
    known = {item.id: item.difficulty for item in bank}
    levels = [
        Counter(known[key] for key in draw(bank, seed, count, parts=exact)) for seed in (one, other)
    ]
    assert levels[0] == levels[1]


@given(banks, parts, st.integers(1, 20), seeds)
def test_a_blueprint_that_does_not_fit_still_gives_a_whole_test(
    bank: list[Item], blueprint: list[Part], count: int, seed: str
) -> None:
    drawn = draw(bank, seed, count, parts=blueprint)
    assert len(set(drawn)) == len(drawn) == min(count, len(bank))


def test_what_a_blueprint_lacks_is_counted_and_safety_questions_count_in() -> None:
    bank = [
        Item("q1", "law", 1, safety=True), Item("q2", "law", 1),
        Item("q3", "law", 2), Item("q4", "listening", 1),
    ]  # fmt: skip
    fits = room(bank, [Part("law", 1), Part("law", 2, 1), Part("listening", 1)])
    assert (fits.places, fits.short) == (4, {})
    lacks = room(bank, [Part("law", 3, 1), Part("law", 2), Part("listening", 1, 3)])
    assert lacks.short == {0: 2, 1: 1, 2: 0}


def test_a_part_asks_first_what_was_not_seen_last_time() -> None:
    bank = [Item(f"q{i}", "law", 1) for i in range(4)]
    drawn = draw(bank, "seed", 2, {"q0", "q1"}, parts=[Part("law", 2, 1)])
    assert set(drawn) == {"q2", "q3"}
