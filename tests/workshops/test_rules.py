"""What a roll changes, and when its names close."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.errors import InvalidInput, RuleBroken
from training_app.workshops import rules

PEOPLE = st.sets(st.integers(1, 8))
HELD = date(2026, 9, 7)


@given(st.dictionaries(st.integers(1, 8), st.booleans()), PEOPLE, PEOPLE)
def test_a_roll_says_of_each_listed_person_what_was_ticked_and_leaves_the_others(
    before: dict[int, bool], listed: set[int], ticked: set[int]
) -> None:
    ticked &= listed
    change = rules.change_roll(before, ticked, listed)
    after = dict(before) | dict.fromkeys(change.arrived, True)
    after |= dict.fromkeys(change.struck | change.absent, False)
    for person in listed:
        assert after[person] == (person in ticked)
    assert {p: after.get(p) for p in before.keys() - listed} == {
        p: before[p] for p in before.keys() - listed
    }
    assert rules.change_roll(after, ticked, listed).empty, "the same roll twice changes nothing"


def test_only_who_is_taken_off_the_roll_needs_a_reason() -> None:
    arrived = rules.change_roll({}, {1}, {1, 2})
    rules.demand_reason(arrived, "")
    struck = rules.change_roll({1: True}, set(), {1})
    with pytest.raises(InvalidInput):
        rules.demand_reason(struck, "  ")
    rules.demand_reason(struck, "Vắng mặt")


def test_names_close_after_thirty_days() -> None:
    assert rules.names_visible(HELD, HELD + timedelta(days=30))
    assert not rules.names_visible(HELD, HELD + timedelta(days=31))


def test_a_roll_opens_on_the_day_and_never_for_a_class_that_was_not_held() -> None:
    rules.check_roll_open(HELD, HELD, cancelled=False)
    with pytest.raises(RuleBroken):
        rules.check_roll_open(HELD, HELD - timedelta(days=1), cancelled=False)
    with pytest.raises(RuleBroken):
        rules.check_roll_open(HELD, HELD, cancelled=True)


def test_no_class_was_held_before_the_law() -> None:
    rules.check_day(date(2014, 1, 1))
    with pytest.raises(InvalidInput):
        rules.check_day(date(2013, 12, 31))


def test_a_trainer_does_not_certify_the_own_attendance() -> None:
    rules.refuse_self_certification(None, {1})
    rules.refuse_self_certification(2, {1})
    with pytest.raises(RuleBroken):
        rules.refuse_self_certification(1, {1})
