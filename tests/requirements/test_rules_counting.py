"""Classes only, modules that count for others, and exemptions from the whole. Pure."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training_app.requirements.rules import (
    Complete,
    Evidence,
    HeldPeriod,
    Incomplete,
    Required,
    evaluate,
    held_through,
    holdings,
)

DAY = date(2026, 1, 1)


def fact(number: int, module: int | None, kind: str = "test_passed", **more: object) -> Evidence:
    return Evidence(number, module, None, kind, DAY + timedelta(days=number), **more)  # type: ignore[arg-type]


def exempt(number: int, until: date | None, requirement: int = 1) -> Evidence:
    return fact(number, None, "exemption", valid_until=until, requirement_id=requirement)


def test_a_class_of_any_kind_can_be_all_that_is_asked() -> None:
    required = Required(1, frozenset(), class_only=True)
    assert evaluate(required, [fact(1, 10)]) == Incomplete(frozenset(), missing_class=True)
    attended = fact(3, None, "class_attended", minutes=90)
    assert evaluate(required, [fact(1, 10), attended]) == Complete(attended.happened_on, (3,))


def test_tests_do_not_count_where_only_classes_do() -> None:
    required = Required(1, frozenset({10}), class_only=True)
    assert evaluate(required, [fact(1, 10)]) == Incomplete(frozenset({10}), missing_class=True)
    assert isinstance(evaluate(required, [fact(1, 10), fact(2, 10, "class_attended")]), Complete)


def test_an_older_module_counts_for_the_one_asked_for() -> None:
    required = Required(1, frozenset({10, 20}), equivalents=frozenset({(5, 10)}))
    assert required.accepted == {5, 10, 20}
    found = evaluate(required, [fact(1, 5), fact(2, 20)])
    assert found == Complete(DAY + timedelta(days=2), (1, 2))
    assert evaluate(required, [fact(1, 10)]) == Incomplete(frozenset({20}))


def test_what_counts_for_another_says_nothing_the_other_way() -> None:
    required = Required(1, frozenset({5}), equivalents=frozenset({(5, 10)}))
    assert evaluate(required, [fact(1, 10)]) == Incomplete(frozenset({5}))


def test_an_exemption_from_another_requirement_counts_for_nothing() -> None:
    required = Required(1, frozenset({10}))
    assert holdings(required, [exempt(1, None, requirement=2)]) == ()


def test_an_exemption_fills_the_days_between_what_was_earned() -> None:
    required = Required(1, frozenset({10}), valid_months=1)
    earned = fact(20, 10)
    periods = holdings(required, [exempt(1, date(2026, 6, 1)), earned])
    assert periods == (
        HeldPeriod(date(2026, 1, 2), date(2026, 1, 21), (1,)),
        HeldPeriod(date(2026, 1, 21), date(2026, 2, 21), (20,)),
        HeldPeriod(date(2026, 2, 21), date(2026, 6, 1), (1,)),
    )


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), max_size=4),
    st.lists(st.integers(0, 400), max_size=4),
    st.integers(0, 800),
)
def test_a_day_is_held_when_it_was_earned_or_exempt(
    spans: list[tuple[int, int]], passes: list[int], asked: int
) -> None:
    required = Required(1, frozenset({10}), valid_months=3)
    evidence = [
        Evidence(n, 10, None, "test_passed", DAY + timedelta(days=one))
        for n, one in enumerate(passes)
    ]
    relieved = [
        Evidence(
            100 + n, None, None, "exemption", DAY + timedelta(days=start),
            valid_until=DAY + timedelta(days=start + length), requirement_id=1,
        )
        for n, (start, length) in enumerate(spans)
    ]  # fmt: skip
    on = DAY + timedelta(days=asked)
    periods = holdings(required, evidence + relieved)
    earned, _ = held_through(holdings(required, evidence), on)
    exempted = any(start <= asked < start + length for start, length in spans)
    assert held_through(periods, on)[0] is (earned or exempted)
    assert all(
        one.held_until is not None and one.held_until <= other.held_from
        for one, other in itertools.pairwise(periods)
    )
