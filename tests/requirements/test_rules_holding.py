"""The cycles of holding: renewal in time and late, exemptions, versions, and laws over anything."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.evidence import COURSE, SCOPE, exempt, on, passed, requires, spans
from training_app.requirements.rules import (
    Complete,
    Evidence,
    HeldPeriod,
    InForce,
    Period,
    Renewing,
    Required,
    evaluate,
    held_through,
    held_under,
    holdings,
    shift,
)

DAY = timedelta(days=1)

# -- cycles --------------------------------------------------------------------------------


def test_diligence_is_not_punished_by_expiry() -> None:
    held = holdings(requires(SCOPE), [passed(1, "2024-06-01"), passed(2, "2025-05-10")])
    assert spans(held) == [("2024-06-01", "2025-06-01"), ("2025-06-01", "2026-06-01")]


def test_before_the_window_nothing_is_renewed() -> None:
    held = holdings(requires(SCOPE), [passed(1, "2024-06-01"), passed(2, "2025-04-10")])
    assert spans(held) == [("2024-06-01", "2025-06-01")]


def test_late_renewal_starts_on_the_day_and_leaves_the_gap() -> None:
    held = holdings(requires(SCOPE), [passed(1, "2024-06-01"), passed(2, "2025-08-10")])
    assert spans(held) == [("2024-06-01", "2025-06-01"), ("2025-08-10", "2026-08-10")]


def test_pieces_of_the_window_and_after_the_end_complete_together() -> None:
    evidence = [
        passed(1, "2024-06-01"),
        passed(2, "2024-06-01", COURSE),
        passed(3, "2025-05-20"),
        passed(4, "2025-07-01", COURSE),
    ]
    held = holdings(requires(SCOPE, COURSE), evidence)
    assert spans(held)[1:] == [("2025-07-01", "2026-07-01")]
    assert held[1].basis == (3, 4)


def test_by_completion_the_new_period_takes_over_on_the_day() -> None:
    rule = requires(SCOPE, mode=Renewing.COMPLETION)
    held = holdings(rule, [passed(1, "2024-06-01"), passed(2, "2025-05-10")])
    assert spans(held) == [("2024-06-01", "2025-05-10"), ("2025-05-10", "2026-05-10")]


def test_fixed_cycles_end_on_the_same_day_every_year() -> None:
    rule = requires(SCOPE, mode=Renewing.FIXED, window=3, minimum=3, anchor=on("2024-01-01"))
    evidence = [passed(1, "2024-03-10"), passed(2, "2024-11-20"), passed(3, "2026-10-15")]
    assert spans(holdings(rule, evidence)) == [
        ("2024-03-10", "2025-01-01"),
        ("2025-01-01", "2026-01-01"),
        ("2026-10-15", "2028-01-01"),
    ]


def test_for_ever_is_for_ever() -> None:
    held = holdings(
        requires(SCOPE, months=None), [passed(1, "2024-06-01"), passed(2, "2025-06-01")]
    )
    assert held == (HeldPeriod(on("2024-06-01"), None, (1,)),)


def test_a_fact_recorded_late_counts_from_the_day_it_happened() -> None:
    known_then = [passed(1, "2024-06-01"), passed(2, "2025-09-01")]
    late = passed(3, "2025-05-25")  # a paper register typed in afterwards
    assert spans(holdings(requires(SCOPE), known_then))[1] == ("2025-09-01", "2026-09-01")
    assert spans(holdings(requires(SCOPE), [*known_then, late]))[1] == ("2025-06-01", "2026-06-01")


def test_a_limited_exemption_ends_the_period_and_the_rest_goes_on_counting() -> None:
    evidence = [
        passed(1, "2026-01-10", COURSE),
        exempt(2, "2026-01-01", "2026-06-30"),
        passed(3, "2026-09-01"),
    ]
    held = holdings(requires(SCOPE, COURSE, mode=Renewing.COMPLETION, months=24), evidence)
    assert spans(held) == [("2026-01-10", "2026-06-30"), ("2026-09-01", "2028-09-01")]
    assert held[1].basis == (1, 3)


def test_a_test_passed_during_an_exemption_leaves_no_hole() -> None:
    evidence = [exempt(1, "2026-01-01", "2026-06-30"), passed(2, "2026-05-01")]
    held = holdings(requires(SCOPE, months=None), evidence)
    assert spans(held) == [("2026-01-01", "2026-06-30"), ("2026-06-30", None)]


def test_an_exemption_over_before_the_rest_was_done_is_worth_nothing() -> None:
    evidence = [exempt(1, "2026-01-01", "2026-06-30"), passed(2, "2026-07-01", COURSE)]
    assert holdings(requires(SCOPE, COURSE), evidence) == ()


# -- versions ------------------------------------------------------------------------------


def test_each_version_speaks_for_its_own_interval() -> None:
    versions = [
        InForce(1, requires(SCOPE, months=24), on("2024-01-01"), on("2026-01-01")),
        InForce(2, requires(SCOPE, COURSE, months=24), on("2026-01-01"), None),
    ]
    evidence = [passed(1, "2023-10-01"), passed(2, "2025-03-01", COURSE), passed(3, "2025-09-10")]
    held = held_under(versions, evidence)
    assert [(one.version_id, *span) for one, span in zip(held, spans(held), strict=True)] == [
        (1, "2024-01-01", "2025-10-01"),
        (1, "2025-10-01", "2026-01-01"),
        (2, "2026-01-01", "2027-03-01"),
    ]
    assert held_through(held, on("2025-09-30")) == (True, on("2027-03-01"))
    assert held_through(held, on("2027-03-01")) == (False, None)


def test_before_the_first_version_nothing_is_required_and_nothing_held() -> None:
    version = InForce(1, requires(SCOPE), on("2026-01-01"), None)
    assert held_under([version], [passed(1, "2024-01-01")]) == ()


# -- laws of holding, over anything that may happen ----------------------------------------

happenings = st.lists(
    st.tuples(
        st.sampled_from([SCOPE, COURSE]),
        st.dates(min_value=date(2020, 1, 1), max_value=date(2024, 12, 31)),
        st.none() | st.integers(1, 400),
    ),
    max_size=9,
)
rules = st.builds(
    Required,
    requirement_id=st.just(7),
    modules=st.sampled_from([frozenset({SCOPE}), frozenset({SCOPE, COURSE})]),
    hours=st.none() | st.integers(1, 3),
    valid_months=st.none() | st.integers(1, 30),
    renewal=st.sampled_from(Renewing),
    window_months=st.integers(0, 14),
    minimum_months=st.integers(0, 12),
    anchor=st.none() | st.just(date(2020, 1, 1)),
)


def as_evidence(drawn: list[tuple[int, date, int | None]]) -> list[Evidence]:
    """Turn drawn happenings into evidence; the third value limits an exemption in days."""
    return [
        Evidence(
            number,
            module,
            None,
            "exemption" if limit else "test_passed",
            day,
            90,
            valid_until=day + timedelta(days=limit) if limit else None,
        )
        for number, (module, day, limit) in enumerate(drawn)
    ]


@given(rules, happenings, st.randoms())
def test_periods_are_in_order_and_never_overlap(
    rule: Required, drawn: list[tuple[int, date, int | None]], chance: object
) -> None:
    evidence = as_evidence(drawn)
    held = holdings(rule, evidence)
    for one in held:
        assert one.held_until is None or one.held_from < one.held_until
    for before, after in itertools.pairwise(held):
        assert before.held_until is not None
        assert before.held_until <= after.held_from
    assert held == holdings(rule, list(reversed(evidence)))


@given(rules, happenings)
def test_every_period_rests_on_complete_evidence_from_before_it_began(
    rule: Required, drawn: list[tuple[int, date, int | None]]
) -> None:
    evidence = {one.fact_id: one for one in as_evidence(drawn)}
    for held in holdings(rule, evidence.values()):
        basis = [evidence[fact] for fact in held.basis]
        assert isinstance(evaluate(rule, basis), Complete)
        assert all(one.happened_on <= held.held_from for one in basis)
        limits = [one.valid_until for one in basis if one.valid_until]
        assert all(held.held_until is not None and held.held_until <= limit for limit in limits)


@given(rules, happenings)
def test_whatever_was_ever_complete_is_held_on_that_day(
    rule: Required, drawn: list[tuple[int, date, int | None]]
) -> None:
    evidence = as_evidence([(module, day, None) for module, day, _ in drawn])
    held = holdings(rule, evidence)
    done = evaluate(rule, evidence)
    assert bool(held) == isinstance(done, Complete)
    if isinstance(done, Complete):
        assert held[0].held_from == done.completed_on


def day_by_day(rule: Required, evidence: list[Evidence]) -> set[date]:
    """An oracle for one module by expiry or completion: live through every day and keep a flag."""
    until: date | None = None
    held: set[date] = set()
    day = date(2020, 1, 1)
    assert rule.valid_months is not None
    done_on = {one.happened_on for one in evidence}
    last: date | None = None
    while day < date(2028, 1, 1):
        if day in done_on and (last is None or day > last):
            opens = until and shift(until, Period(months=rule.window_months), -1)
            if opens is None or day >= opens:
                early = until is not None and day <= until and rule.renewal is Renewing.EXPIRY
                base = until if early and until else day
                until, last = shift(base, Period(months=rule.valid_months)), day
        if until is not None and day < until:
            held.add(day)
        day += DAY
    return held


@given(
    st.sampled_from([Renewing.EXPIRY, Renewing.COMPLETION]),
    st.integers(1, 26),
    st.integers(0, 30),
    st.lists(st.dates(min_value=date(2020, 1, 1), max_value=date(2024, 12, 31)), max_size=8),
)
def test_the_walk_agrees_with_living_through_every_day(
    mode: Renewing, months: int, window: int, happened: list[date]
) -> None:
    rule = requires(SCOPE, mode=mode, months=months, window=window)
    evidence = [passed(n, str(day)) for n, day in enumerate(happened)]
    held = holdings(rule, evidence)
    expected = day_by_day(rule, evidence)
    covered = {
        day
        for one in held
        if one.held_until is not None
        for day in (one.held_from + n * DAY for n in range((one.held_until - one.held_from).days))
        if day < date(2028, 1, 1)
    }
    assert covered == expected
