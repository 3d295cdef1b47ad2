"""Need explains itself, on every day, and the next step is the most urgent one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.assessment.rules.attempts import Marking, UsedUp, Wait
from training_app.programme.rules import (
    Asked,
    CardKind,
    Law,
    ModuleState,
    Need,
    Reason,
    Standing,
    State,
    Update,
    cards,
    due_soon_until,
    explain,
    need,
)
from training_app.requirements.rules import (
    Evidence,
    HeldPeriod,
    Period,
    Required,
    holdings,
    window_opens,
)

REQUIRED = Required(1, frozenset({10, 20}), valid_months=12, window_months=2)
ASKED = Asked(REQUIRED, since=date(2024, 1, 1), version_since=date(2024, 1, 1), grace_days=30)
DAY = date(2026, 11, 20)


def passed(fact: int, module: int, day: date) -> Evidence:
    return Evidence(fact, module, 1, "test_passed", day)


BOTH = (passed(1, 10, date(2026, 3, 1)), passed(2, 20, date(2026, 3, 9)))


def judge(evidence: tuple[Evidence, ...], on: date = DAY, **more: object) -> Need:
    return need(ASKED, holdings(REQUIRED, evidence), evidence, on, **more)  # type: ignore[arg-type]


def test_everything_done_is_held_until_its_end() -> None:
    found = judge(BOTH)
    assert (found.state, found.reason) == (State.HELD, None)
    assert (found.held_from, found.until) == (date(2026, 3, 9), date(2027, 3, 9))
    assert found.basis == (1, 2)


def test_the_last_day_is_held_and_the_next_is_not() -> None:
    assert judge(BOTH, date(2027, 3, 8)).covered
    ended = judge(BOTH, date(2027, 3, 9))
    assert (ended.state, ended.reason) == (State.NEEDED, Reason.EXPIRED)
    assert (ended.ended_on, ended.due_on) == (date(2027, 3, 9), date(2027, 4, 8))
    assert ended.missing_modules == {10, 20}


def test_in_the_window_it_is_due_soon_and_says_what_is_left() -> None:
    assert judge(BOTH, date(2027, 1, 8)).state is State.HELD
    found = judge((*BOTH, passed(3, 10, date(2027, 1, 10))), date(2027, 1, 11))
    assert (found.state, found.reason) == (State.DUE_SOON, Reason.EXPIRES_BEFORE)
    assert found.missing_modules == {20}


def test_renewed_early_is_held_without_a_hole() -> None:
    again = (*BOTH, passed(3, 10, date(2027, 1, 10)), passed(4, 20, date(2027, 1, 12)))
    found = judge(again, date(2027, 1, 20))
    assert found.state is State.HELD
    assert found.until is not None
    assert found.until > date(2027, 3, 9)


def test_begun_is_incomplete_and_names_what_is_missing() -> None:
    found = judge(BOTH[:1])
    assert (found.reason, found.missing_modules) == (Reason.INCOMPLETE, frozenset({20}))
    assert found.standing is Standing.BEGUN
    assert found.overdue


def test_nothing_done_is_new_within_the_days_of_grace_and_never_trained_after() -> None:
    joined = date(2026, 11, 1)
    new = judge((), joined=joined)
    assert (new.reason, new.arose_on, new.due_on) == (
        Reason.NEW_REQUIREMENT,
        joined,
        date(2026, 12, 1),
    )
    assert not new.overdue
    late = judge((), date(2026, 12, 1), joined=joined)
    assert (late.reason, late.overdue) == (Reason.NEVER_TRAINED, True)


def test_a_changed_requirement_says_so() -> None:
    changed = Asked(REQUIRED, since=date(2024, 1, 1), version_since=date(2026, 7, 1))
    held = (HeldPeriod(date(2026, 3, 9), date(2026, 7, 1), (1, 2)),)
    found = need(changed, held, BOTH[:1], DAY)
    assert (found.reason, found.arose_on, found.missing_modules) == (
        Reason.REQUIREMENT_CHANGED,
        date(2026, 7, 1),
        frozenset({20}),
    )
    assert found.standing is Standing.LAPSED


def test_a_pass_on_an_old_text_is_a_need_although_it_still_holds() -> None:
    found = judge(BOTH, updates=[Update(20, date(2026, 10, 1))])
    assert (found.state, found.reason, found.missing_modules) == (
        State.NEEDED,
        Reason.CONTENT_CHANGED,
        frozenset({20}),
    )
    assert (found.standing, found.until) == (Standing.LAPSED, judge(BOTH).until)
    assert (found.counts_until, judge(BOTH).counts_until) == (None, judge(BOTH).until)


def test_a_change_of_law_says_which_law_since_when_and_what_to_do() -> None:
    law = Law(7, "Điều 3 Luật A", "Article 3, Law A", date(2026, 9, 1))
    found = judge(BOTH, updates=[Update(20, date(2026, 10, 1), law=law)])
    told = explain(found, {20: "Hai"}, lambda text, **values: text % values, str)
    assert told == "Điều 3 Luật A changed on 2026-09-01. To do: a short update of Hai"


def test_an_update_done_is_asked_no_more() -> None:
    done = Update(20, date(2026, 10, 1), date(2026, 10, 2))
    assert judge(BOTH, updates=[done]).state is State.HELD


def test_an_end_before_the_period_is_due_soon() -> None:
    assert judge(BOTH, by=date(2027, 12, 31)).reason is Reason.EXPIRES_BEFORE
    assert judge(BOTH, by=date(2026, 12, 31)).reason is None


def test_an_exemption_is_said_to_be_one() -> None:
    exempt = (
        Evidence(5, 10, None, "exemption", date(2026, 5, 1), valid_until=date(2026, 12, 31)),
        Evidence(6, 20, None, "exemption", date(2026, 5, 1), valid_until=date(2026, 12, 31)),
    )
    found = judge(exempt, date(2026, 8, 1), exemptions=frozenset({5, 6}))
    assert (found.state, found.until) == (State.EXEMPT, date(2026, 12, 31))
    assert not judge(exempt, date(2026, 12, 31), exemptions=frozenset({5, 6})).covered
    ending = judge(exempt, date(2026, 12, 1), exemptions=frozenset({5, 6}))
    told = explain(ending, {}, lambda text, **values: text % values, str)
    assert told == "Exempt until 2026-12-31; needed from that day on"
    never, once = (cards([module(10, done=done)], [ending])[0].kind for done in (False, True))
    assert (never, once) == (CardKind.REQUIRED, CardKind.RENEWAL)


# -- for any record and any day ------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
RECORDS = st.lists(st.tuples(st.sampled_from([10, 20, 30]), DAYS), max_size=8).map(
    lambda facts: tuple(passed(at, module, day) for at, (module, day) in enumerate(facts, 1))
)


@given(RECORDS, DAYS)
def test_covered_exactly_when_a_period_covers_the_day(
    record: tuple[Evidence, ...], on: date
) -> None:
    periods = holdings(REQUIRED, record)
    covers = any(
        one.held_from <= on and (one.held_until is None or on < one.held_until) for one in periods
    )
    assert need(ASKED, periods, record, on).covered == covers


@given(RECORDS, DAYS)
def test_every_need_says_why_and_what_is_missing(record: tuple[Evidence, ...], on: date) -> None:
    found = judge(record, on)
    assert (found.reason is not None) == (found.state in {State.NEEDED, State.DUE_SOON})
    assert found.missing_modules <= REQUIRED.modules
    if found.state is State.NEEDED:
        assert found.missing_modules
        assert found.due_on is not None
    said = explain(found, {10: "M10", 20: "M20"}, lambda text, **values: text % values, str)
    assert said
    assert "%(" not in said


@given(RECORDS, DAYS)
def test_what_is_missing_completes_it(record: tuple[Evidence, ...], on: date) -> None:
    found = judge(record, on)
    known = tuple(one for one in record if one.happened_on <= on)
    if found.state is State.NEEDED:
        more = tuple(
            passed(100 + at, module, on) for at, module in enumerate(sorted(found.missing_modules))
        )
        assert judge((*known, *more), on).covered


@given(RECORDS, DAYS)
def test_what_comes_later_changes_nothing_but_an_earned_renewal(
    record: tuple[Evidence, ...], on: date
) -> None:
    known = tuple(one for one in record if one.happened_on <= on)
    assert judge(record, on).covered == judge(known, on).covered
    assert judge(record, on).standing == judge(known, on).standing


@given(DAYS, st.integers(0, 24))
def test_one_date_stands_for_all_windows(on: date, months: int) -> None:
    last = due_soon_until(on, months)
    window = Period(months=months)
    assert window_opens(last, window) <= on < window_opens(last + timedelta(days=1), window)


# -- cards ---------------------------------------------------------------------------------


def module(module_id: int, **more: object) -> ModuleState:
    values: dict[str, object] = {
        "module_id": module_id,
        "slug": f"m{module_id}",
        "title": "",
        "title_en": "",
        "position": module_id,
        "minutes": 30,
        "lessons": 4,
        "lessons_read": 0,
        "next_number": 1,
        "next_slug": "a",
        "next_title": "",
        "minutes_left": 30,
        "has_test": True,
        "open_attempt_id": None,
        "answered": 0,
        "out_of": 0,
        "mistakes_attempt_id": None,
        "mistakes": 0,
        "started": False,
        "done": False,
    }
    return ModuleState(**{**values, **more})  # type: ignore[arg-type]


def test_cards_come_most_urgent_first() -> None:
    wanted = judge(())
    modules = [
        module(10),
        module(20, started=True, next_number=3),
        module(30, mistakes_attempt_id=5, mistakes=2, started=True, next_number=None),
        module(40, open_attempt_id=6, started=True),
        module(50, done=True),
    ]
    kinds = [(card.kind, card.module.module_id) for card in cards(modules, [wanted])]
    assert kinds == [
        (CardKind.ATTEMPT, 40),
        (CardKind.LESSON, 20),
        (CardKind.MISTAKES, 30),
        (CardKind.REQUIRED, 10),
    ]


def test_a_finished_module_is_no_card_until_it_is_due_again() -> None:
    done = module(10, started=True, done=True, next_number=None)
    assert cards([done], [judge(BOTH)]) == ()
    (card,) = cards([done], [judge(BOTH, date(2027, 2, 1))])
    assert (card.kind, card.due) == (CardKind.RENEWAL, date(2027, 3, 9))


def test_what_only_a_class_brings_is_said_and_offers_no_test() -> None:
    class_only = Required(1, frozenset({10}), hours=4, class_only=True)
    owed = need(replace(ASKED, required=class_only), [], [passed(1, 10, date(2026, 3, 1))], DAY)
    assert owed.missing_class
    assert cards([module(10)], [owed]) == ()
    words = explain(owed, {10: "Law"}, lambda text, **values: text % values, str)
    assert words == (
        "Not trained yet. Still missing: a class on Law (a test does not stand for it);"
        " 4 hours in a class"
    )


def test_a_test_that_waits_for_marking_asks_nothing_of_the_person() -> None:
    read = module(1, started=True, next_number=None, door=Marking(7))
    assert cards([read], []) == ()
    assert [card.module for card in cards([read, module(2, started=True)], [])] == [
        module(2, started=True)
    ]


READ = {"started": True, "next_number": None}
LATER = Wait(datetime(2026, 11, 20, 4, tzinfo=UTC))


@pytest.mark.parametrize("more", [{"door": UsedUp(2)}, {"for_practice": True}])
def test_a_test_that_cannot_help_any_more_is_not_offered_and_comes_after_what_can_be_done(
    more: dict[str, object],
) -> None:
    spent = module(10, **READ, **more)
    other = module(20, started=True)
    assert [card.kind for card in cards([spent, other], [])] == [
        CardKind.LESSON,
        CardKind.NO_ATTEMPT,
    ]
    looked = module(10, **READ, **more, mistakes_attempt_id=3, mistakes=1)
    assert [card.kind for card in cards([looked], [])] == [CardKind.MISTAKES]


def test_renewing_by_a_test_without_an_attempt_left_is_not_offered() -> None:
    spent = module(10, **READ, done=True, door=UsedUp(2))
    assert cards([spent], [judge(BOTH)]) == ()
    (card,) = cards([spent], [judge(BOTH, date(2027, 2, 1))])
    assert (card.kind, card.due) == (CardKind.NO_ATTEMPT, date(2027, 3, 9))


def test_a_test_that_opens_later_comes_after_what_can_be_done_now() -> None:
    kinds = [card.kind for card in cards([module(10, **READ, door=LATER)], [judge(())])]
    assert kinds == [CardKind.WAIT]
    modules = [module(10, **READ, door=LATER), module(20)]
    assert [card.kind for card in cards(modules, [judge(())])] == [
        CardKind.REQUIRED,
        CardKind.WAIT,
    ]


def test_all_lessons_read_leads_to_the_test() -> None:
    (card,) = cards([module(10, started=True, next_number=None)], [])
    assert card.kind is CardKind.TEST


@given(
    st.lists(
        st.builds(module, st.integers(1, 30), started=st.booleans(), done=st.booleans()),
        unique_by=lambda one: one.module_id,
    )
)
def test_a_module_has_one_card_at_most(modules: list[ModuleState]) -> None:
    ids = [card.module.module_id for card in cards(modules, [judge(())])]
    assert len(ids) == len(set(ids))
