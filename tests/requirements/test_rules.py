"""Requirements: periods, renewal, what evidence amounts to, and the cycles of holding."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.evidence import COURSE, SCOPE, on, passed, requires
from training_app.errors import InvalidInput
from training_app.requirements.rules import (
    Complete,
    Evidence,
    Incomplete,
    Period,
    Renewal,
    Renewing,
    evaluate,
    parse_period,
    renewal,
    shift,
)

YEAR, HALF_YEAR, MONTH = Period(months=12), Period(months=6), Period(months=1)
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
def test_renewal_follows_the_known_examples(
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


def test_a_fixed_end_without_a_minimum_is_never_the_day_of_completion() -> None:
    day = on("2026-01-01")
    nothing = Period()
    result = renewal(Renewing.FIXED, completed=day, period=YEAR, window=MONTH, minimum=nothing)
    assert result.expires == on("2027-01-01")


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
    earliest = max(shift(completed, minimum), completed + timedelta(days=1))
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
