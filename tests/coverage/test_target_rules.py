"""Where a pace leads: the forecast of a target, for every number there can be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.coverage.rules.targets import (
    MEASURE_DEFINITIONS,
    MEASURE_MESSAGES,
    OUTLOOK_KINDS,
    Goal,
    Outlook,
    Progress,
    TargetMeasure,
    disclosable,
    forecast,
)

TODAY = date(2026, 11, 20)


def goal(
    value: int = 100,
    *,
    days: int = 30,
    begins: int = -300,
    measure: TargetMeasure = TargetMeasure.TRAINED,
) -> Goal:
    """A goal whose last day is so many days from today."""
    start, last = TODAY + timedelta(days=begins), TODAY + timedelta(days=days)
    return Goal(measure, start, last + timedelta(days=1), value, "Kế hoạch")


@st.composite
def progresses(draw: st.DrawFn) -> Progress:
    """Any standing that counting can give."""
    whole = draw(st.integers(0, 600_000))
    done, before = draw(st.integers(0, whole)), draw(st.integers(0, whole))
    return Progress(whole, done, before, draw(st.integers(1, 90)))


goals = st.builds(
    goal,
    st.integers(1, 100),
    days=st.integers(-400, 2000),
    begins=st.integers(-900, -401),
    measure=st.sampled_from(list(TargetMeasure)),
)


@given(goals, progresses())
def test_it_is_reached_exactly_when_nothing_is_missing(one: Goal, now: Progress) -> None:
    told = forecast(one, now, TODAY)
    assert told.gap == max(0, told.required - now.done)
    assert (told.outlook is Outlook.EMPTY) == (now.whole == 0)
    assert (told.outlook is Outlook.REACHED) == (now.whole > 0 and told.gap == 0)


@given(goals, progresses())
def test_nobody_is_asked_for_more_than_there_are(one: Goal, now: Progress) -> None:
    assert 0 <= forecast(one, now, TODAY).required <= now.whole


@given(goals, progresses())
def test_the_day_named_is_the_first_on_which_the_pace_is_enough(one: Goal, now: Progress) -> None:
    told = forecast(one, now, TODAY)
    if told.on is None:
        return
    days = (told.on - TODAY).days
    assert now.change * days >= told.gap * now.days
    assert now.change * (days - 1) < told.gap * now.days
    assert (told.on <= one.last_day) == (told.outlook is Outlook.ON_COURSE)


@given(goals, progresses())
def test_what_is_short_at_the_end_is_what_the_pace_leaves(one: Goal, now: Progress) -> None:
    told = forecast(one, now, TODAY)
    assert (told.short > 0) == (told.outlook in {Outlook.MISSED, Outlook.SHORT, Outlook.STILL})
    assert told.short <= told.required
    if told.outlook is Outlook.MISSED:
        assert told.short == told.gap


@given(goals, progresses())
def test_a_faster_pace_never_leads_to_less(one: Goal, now: Progress) -> None:
    faster = Progress(now.whole, now.done, max(0, now.before - 1), now.days)
    slow, fast = forecast(one, now, TODAY), forecast(one, faster, TODAY)
    assert fast.short <= slow.short
    if slow.on is not None:
        assert fast.on is not None
        assert fast.on <= slow.on


@given(goals, progresses())
def test_the_pace_needed_fills_the_gap_in_time(one: Goal, now: Progress) -> None:
    told = forecast(one, now, TODAY)
    left = (one.last_day - TODAY).days
    if told.gap and left >= 31:
        assert told.needed * left / (365.25 / 12) == pytest.approx(told.gap)
    assert told.needed <= told.gap


@pytest.mark.parametrize(
    ("now", "days", "outlook", "short"),
    [
        (Progress(0, 0, 0), 30, Outlook.EMPTY, 0),
        (Progress(0, 0, 0), -1, Outlook.EMPTY, 0),
        (Progress(10, 10, 2), 30, Outlook.REACHED, 0),
        (Progress(10, 10, 10), -1, Outlook.REACHED, 0),
        (Progress(10, 4, 1), -1, Outlook.MISSED, 6),
        (Progress(10, 4, 4), 30, Outlook.STILL, 6),
        (Progress(10, 4, 10), 30, Outlook.STILL, 8),
        (Progress(10, 4, 10), 900, Outlook.STILL, 10),
        (Progress(10, 4, 1), 179, Outlook.SHORT, 1),
        (Progress(10, 4, 1), 180, Outlook.ON_COURSE, 0),
        (Progress(10, 9, 0), 0, Outlook.SHORT, 1),
    ],
)
def test_an_outlook_at_its_edges(now: Progress, days: int, outlook: Outlook, short: int) -> None:
    told = forecast(goal(days=days), now, TODAY)
    assert (told.outlook, told.short) == (outlook, short)


@pytest.mark.parametrize("days", [-1, 0, 30])
def test_of_a_day_to_come_nothing_is_called_over_or_still(days: int) -> None:
    now = Progress(10, 4, 4, ahead=True)
    told = forecast(goal(days=days), now, TODAY)
    assert (told.outlook, told.gap, told.pace, told.on) == (Outlook.AHEAD, 6, 0.0, None)
    assert forecast(goal(days=days), Progress(10, 10, 4, ahead=True), TODAY).outlook is (
        Outlook.REACHED
    )


def test_what_is_compared_with_nothing_has_no_pace_even_once_it_is_reached() -> None:
    for now in (Progress(10, 10, 4, compared=False), Progress(10, 10, 4, ahead=True)):
        told = forecast(goal(), now, TODAY)
        assert (told.outlook, told.pace) == (Outlook.REACHED, 0.0)


def test_the_pace_needed_in_a_period_is_that_of_its_own_months() -> None:
    year = goal(begins=366, days=731, measure=TargetMeasure.KIT)
    told = forecast(year, Progress(120, 0, 0), TODAY)
    assert told.outlook is Outlook.NOT_BEGUN
    assert told.needed == pytest.approx(120 / (365 / (365.25 / 12)))


def test_a_pace_of_centuries_names_no_day() -> None:
    told = forecast(goal(days=900), Progress(600_000, 1, 0), TODAY)
    assert (told.outlook, told.on) == (Outlook.SHORT, None)


def test_what_happens_in_a_period_waits_for_it_to_begin() -> None:
    coming = goal(begins=5, measure=TargetMeasure.TAUGHT)
    assert forecast(coming, Progress(10, 0, 0), TODAY).outlook is Outlook.NOT_BEGUN
    standing = goal(begins=5)
    assert forecast(standing, Progress(10, 0, 0), TODAY).outlook is Outlook.STILL


def test_trainers_are_asked_for_by_teams_rounded_up() -> None:
    wanted = goal(100, measure=TargetMeasure.TRAINERS)
    assert [wanted.required(teams) for teams in (0, 1, 100, 101)] == [0, 1, 1, 2]
    assert [goal(90).required(people) for people in (0, 1, 10, 11)] == [0, 1, 9, 10]


@given(progresses())
def test_figures_are_shown_only_where_no_count_that_follows_is_small(now: Progress) -> None:
    follows = {now.whole, now.done, now.whole - now.done, now.before, abs(now.change)}
    assert disclosable(now, 5) == (not follows & {1, 2, 3, 4})


def test_every_measure_and_outlook_has_its_words() -> None:
    assert set(MEASURE_MESSAGES) == set(MEASURE_DEFINITIONS) == set(TargetMeasure)
    assert set(OUTLOOK_KINDS) < set(Outlook)
