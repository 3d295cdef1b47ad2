"""Requirements: periods, renewal, what evidence amounts to, and the cycles of holding."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.errors import InvalidInput
from training_app.requirements.rules import (
    Complete,
    Evidence,
    HeldPeriod,
    Incomplete,
    InForce,
    Period,
    Renewal,
    Renewing,
    Required,
    evaluate,
    held_through,
    held_under,
    holdings,
    parse_period,
    renewal,
    shift,
)

DAY = timedelta(days=1)
YEAR, HALF_YEAR, MONTH = Period(months=12), Period(months=6), Period(months=1)
SCOPE, COURSE = 1, 2


def on(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


def passed(number: int, day: str, module: int = SCOPE, minutes: int | None = None) -> Evidence:
    """Evidence of one module on a day."""
    return Evidence(number, module, None, "test_passed", on(day), minutes)


def exempt(number: int, day: str, until: str, module: int = SCOPE) -> Evidence:
    """A limited exemption."""
    return Evidence(number, module, None, "exemption", on(day), valid_until=on(until))


def requires(
    *modules: int,
    mode: Renewing = Renewing.EXPIRY,
    months: int | None = 12,
    window: int = 1,
    minimum: int = 0,
    hours: int | None = None,
    anchor: date | None = None,
) -> Required:
    """A requirement of modules."""
    return Required(7, frozenset(modules), hours, months, mode, window, minimum, anchor)


def spans(held: tuple[HeldPeriod, ...]) -> list[tuple[str, str | None]]:
    """The periods as ISO dates."""
    return [(str(one.held_from), str(one.held_until) if one.held_until else None) for one in held]


# -- periods -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1y", YEAR),
        ("6m", HALF_YEAR),
        ("24M", Period(24)),
        ("3w", Period(0, 21)),
        (" 10 d", Period(0, 10)),
    ],
)
def test_a_period_is_a_number_and_a_letter(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "y", "1", "1x", "-1y", "1.5y", "1y6m", "101y", "99999d"])
def test_other_periods_are_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_period(text)


@pytest.mark.parametrize(
    ("day", "period", "result"),
    [
        ("2013-01-31", MONTH, "2013-02-28"),
        ("2012-01-31", MONTH, "2012-02-29"),
        ("2012-02-29", YEAR, "2013-02-28"),
        ("2013-03-31", Period(-1), "2013-02-28"),
        ("2013-12-31", Period(2), "2014-02-28"),
        ("2013-01-31", Period(2), "2013-03-31"),
    ],
)
def test_a_day_that_the_month_lacks_becomes_its_last(day: str, period: Period, result: str) -> None:
    assert shift(on(day), period) == on(result)


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidInput):
        shift(on("9999-06-01"), YEAR)


# -- renewal -------------------------------------------------------------------------------

EXAMPLES = [
    # mode, held until, completed, due, base, expires, window opens
    ("expiry", "2013-05-03", "2013-04-15", None, "2013-05-03", "2014-05-03", "2014-04-03"),
    ("expiry", "2013-05-03", "2013-02-15", None, "2012-05-03", "2013-05-03", "2013-04-03"),
    ("expiry", "2013-05-03", "2013-04-03", None, "2013-05-03", "2014-05-03", "2014-04-03"),
    ("expiry", "2013-05-03", "2013-05-04", None, "2013-05-04", "2014-05-04", "2014-04-04"),
    ("expiry", None, "2013-04-15", "2013-05-03", "2013-05-03", "2014-05-03", "2014-04-03"),
    ("expiry", None, "2013-05-20", "2013-05-03", "2013-05-20", "2014-05-20", "2014-04-20"),
    ("expiry", None, "2013-04-15", None, "2013-04-15", "2014-04-15", "2014-03-15"),
    ("completion", "2013-05-03", "2013-04-15", None, "2013-04-15", "2014-04-15", "2014-03-15"),
    ("completion", None, "2013-04-15", "2013-05-03", "2013-04-15", "2014-04-15", "2014-03-15"),
    ("completion", None, "2012-02-29", None, "2012-02-29", "2013-02-28", "2013-01-28"),
    # fixed: the end is the first date of the row at least six months after completion
    ("fixed", "2013-05-03", "2013-04-19", None, "2013-05-03", "2014-05-03", "2014-04-03"),
    ("fixed", None, "2013-04-15", "2013-12-15", "2012-12-15", "2013-12-15", "2013-11-15"),
    ("fixed", None, "2013-04-15", "2013-08-15", "2013-08-15", "2014-08-15", "2014-07-15"),
    ("fixed", None, "2013-04-15", None, "2013-04-15", "2014-04-15", "2014-03-15"),
    ("fixed", None, "2013-04-15", "2023-12-15", "2012-12-15", "2013-12-15", "2013-11-15"),
    ("fixed", None, "2013-04-15", "2003-05-15", "2013-05-15", "2014-05-15", "2014-04-15"),
    ("fixed", None, "2012-04-01", "2012-12-31", "2011-12-31", "2012-12-31", "2012-11-30"),
    ("fixed", "2012-12-31", "2012-11-05", "2012-12-31", "2012-12-31", "2013-12-31", "2013-11-30"),
    ("fixed", None, "2013-02-04", "2012-12-31", "2012-12-31", "2013-12-31", "2013-11-30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "held_until", "completed", "due", "base", "expires", "opens"), EXAMPLES
)
def test_renewal_follows_the_known_examples(  # noqa: PLR0917 - one column of the table each
    mode: str,
    held_until: str | None,
    completed: str,
    due: str | None,
    base: str,
    expires: str,
    opens: str,
) -> None:
    result = renewal(
        Renewing(mode),
        completed=on(completed),
        period=YEAR,
        window=MONTH,
        minimum=HALF_YEAR,
        held_until=on(held_until) if held_until else None,
        due=on(due) if due else None,
    )
    assert result == Renewal(on(base), on(expires), on(opens))


def test_a_period_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput):
        renewal(
            Renewing.FIXED,
            completed=on("2026-01-01"),
            period=Period(),
            window=MONTH,
            minimum=MONTH,
        )


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
lengths = st.one_of(
    st.integers(1, 60).map(lambda n: Period(months=n)),
    st.integers(20, 800).map(lambda n: Period(days=n)),
)
shorter = st.integers(0, 12).map(lambda n: Period(months=n))


@given(days, lengths, shorter, st.none() | days, st.none() | days)
def test_a_fixed_end_is_the_first_of_its_row_that_is_late_enough(
    completed: date, period: Period, minimum: Period, held_until: date | None, due: date | None
) -> None:
    result = renewal(
        Renewing.FIXED,
        completed=completed,
        period=period,
        window=Period(),
        minimum=minimum,
        held_until=held_until,
        due=due,
    )
    earliest = shift(completed, minimum)
    assert result.expires >= earliest
    anchor = held_until or due or completed
    guess = round((result.base - anchor).days / (period.days or period.months * 30.44))
    row = [shift(anchor, period, guess + step) for step in range(-3, 4)]
    assert result.base in row
    before = row[row.index(result.base) - 1]
    assert shift(before, period) < earliest


@given(days, lengths, shorter, st.none() | days, st.none() | days)
def test_renewal_by_expiry_never_shortens_what_is_held(
    completed: date, period: Period, window: Period, held_until: date | None, due: date | None
) -> None:
    result = renewal(
        Renewing.EXPIRY,
        completed=completed,
        period=period,
        window=window,
        minimum=Period(),
        held_until=held_until,
        due=due,
    )
    assert held_until is None or result.expires >= held_until
    assert result.window_opens <= result.expires


# -- evidence ------------------------------------------------------------------------------


def test_everything_there_is_complete_since_the_last_piece() -> None:
    evidence = [passed(2, "2026-03-02", COURSE), passed(1, "2026-01-05"), passed(3, "2026-04-01")]
    assert evaluate(requires(SCOPE, COURSE), evidence) == Complete(on("2026-03-02"), (1, 2))


def test_a_class_counts_like_a_test() -> None:
    attended = Evidence(9, SCOPE, None, "class_attended", on("2026-02-01"), 210)
    assert evaluate(requires(SCOPE), [attended]) == Complete(on("2026-02-01"), (9,))


def test_what_is_missing_is_named() -> None:
    result = evaluate(requires(SCOPE, COURSE, hours=4), [passed(1, "2026-01-05", minutes=35)])
    assert result == Incomplete(frozenset({COURSE}), 205)
    assert isinstance(result, Incomplete)
    assert result.missing_hours == 4


def test_a_requirement_of_nothing_is_never_complete() -> None:
    assert evaluate(requires(), [passed(1, "2026-01-05")]) == Incomplete(frozenset())


def test_hours_count_an_occasion_once() -> None:
    class_of_two_modules = [
        Evidence(n, n, None, "class_attended", on("2026-02-01"), 210, "workshop 5") for n in (1, 2)
    ]
    assert evaluate(requires(hours=4), class_of_two_modules) == Incomplete(frozenset(), 30)
    more = [*class_of_two_modules, passed(3, "2026-05-01", minutes=35)]
    assert evaluate(requires(hours=4), more) == Complete(on("2026-05-01"), (1, 3))


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
