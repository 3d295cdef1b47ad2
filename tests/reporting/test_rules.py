"""Forms and days as data, consistency, disclosure, order of what is due. No database."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from training_app.errors import RuleBroken
from training_app.reporting import folders, parsing
from training_app.reporting.parsing import BadReportData
from training_app.reporting.rules.consistency import Finding, Lower, blocking, findings
from training_app.reporting.rules.disclosure import hidden, shown_as
from training_app.reporting.rules.figures import (
    Change,
    Figures,
    Line,
    cell,
    from_stored,
    grouped,
    share,
    stored,
)
from training_app.reporting.rules.layouts import Kind, Layout, layout_for, layout_of, nearest_due
from training_app.reporting.rules.states import (
    State,
    Wanted,
    demand_other_person,
    demand_state,
    in_order,
)

DATA = Path(parsing.__file__).parent / "data"
GOOD = {
    "teams": 1, "mediators": 10, "male": 4, "female": 6, "law_qualified": 3, "law_untrained": 7,
    "minority": 2, "trained": 8,
}  # fmt: skip


def form() -> Layout:
    found = layout_of(folders.layouts(), "mediators", 1)
    assert found is not None
    return found


def one_line(key: str = "team-1", changed: dict[str, int] | None = None, **more: int) -> Line:
    return Line(key, f"Tổ {key}", GOOD | (changed or {}) | more)


def found(*lines: Line, **more: object) -> list[Finding]:
    return findings(form(), Figures(lines), **more)  # type: ignore[arg-type]


# -- data ----------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_form_in_their_order() -> None:
    assert [one.number for one in form().columns] == list("12345678")


def test_every_form_and_every_kind_names_its_source_and_how_well_it_is_known() -> None:
    said = [(one.source, one.source_en) for one in folders.layouts()]
    said += [(one.source, one.source_en) for one in folders.periods().values()]
    assert all(len(text) > 40 for pair in said for text in pair)


@pytest.mark.parametrize(
    ("day", "version"), [(date(2024, 12, 31), 1), (date(2025, 10, 31), 1), (date(2025, 11, 1), 2)]
)
def test_a_period_uses_the_version_in_force_on_its_last_day(day: date, version: int) -> None:
    layout = layout_for(folders.layouts(), "mediators", day)
    assert layout is not None
    assert layout.version == version


def test_a_number_of_a_form_that_was_not_read_is_not_printed() -> None:
    newest = layout_for(folders.layouts(), "mediators", date(2026, 12, 31))
    assert newest is not None
    assert newest.codes == {}


@pytest.mark.parametrize(
    ("kind", "level", "due"),
    [
        (Kind.PRELIMINARY_YEAR, "commune", date(2026, 11, 7)),
        (Kind.PRELIMINARY_YEAR, "province", date(2026, 11, 28)),
        (Kind.FULL_YEAR, "commune", date(2027, 1, 20)),
        (Kind.FULL_YEAR, "province", date(2027, 2, 20)),
        (Kind.HALF_YEAR, "commune", None),
    ],
)
def test_deadlines_are_those_on_record(kind: Kind, level: str, due: date | None) -> None:
    assert folders.periods()[kind].due_on(2026, level) == due


@pytest.mark.parametrize(
    ("today", "nearest"),
    [
        (date(2026, 11, 21), (Kind.PRELIMINARY_YEAR, 2026)),
        (date(2027, 1, 5), (Kind.FULL_YEAR, 2026)),
        (date(2027, 3, 1), (Kind.FULL_YEAR, 2026)),
        (date(2027, 9, 1), (Kind.PRELIMINARY_YEAR, 2027)),
    ],
)
def test_the_report_looked_for_first_is_the_one_whose_day_lies_nearest(
    today: date, nearest: tuple[Kind, int]
) -> None:
    assert nearest_due(folders.periods().values(), "commune", today) == nearest


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('measure = "teams"', 'measure = "villages"', "measure"),
        ('number = "8"', 'number = "8"\ncolour = "red"', "colour"),
        ('parts = ["male", "female"]', 'parts = ["male", "women"]', "name only those"),
        ("from = 2025-11-01", "from = 2025-10-01", "two versions"),
        ("copies = 1", "copies = 9", "copies what is not there"),
        ("[layout.codes]", "[layout.codes", "layouts.toml"),
    ],
)
def test_a_broken_form_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    text = (DATA / "layouts.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(BadReportData, match=says):
        parsing.layouts(text.replace(old, new, 1))


def test_a_day_that_no_year_has_is_refused() -> None:
    text = (DATA / "periods.toml").read_text(encoding="utf-8")
    with pytest.raises(BadReportData, match=r"periods\.toml"):
        parsing.periods(text.replace('"06-30"', '"06-31"', 1))


# -- figures -------------------------------------------------------------------------------------


def test_a_total_is_the_sum_of_its_rows_also_after_a_change_by_hand() -> None:
    changed = replace(one_line(), changes={"trained": Change(10, "Giấy.")})
    figures = Figures((changed, one_line("team-2")))
    assert (figures.total("trained"), figures.counted("trained")) == (18, 16)


def test_figures_survive_storing() -> None:
    figures = Figures((replace(one_line(), changes={"male": Change(5, "Giấy.")}, report_id=7),))
    assert from_stored(stored(figures)) == figures


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (171, 214, "171/214 (79,9 %)"),
        (4, 6, "4/6 (66,7 %)"),
        (9999, 10000, "9.999/10.000 (99,9 %)"),
        (1, 10000, "1/10.000 (0,1 %)"),
        (0, 5, "0/5 (0,0 %)"),
        (5, 5, "5/5 (100,0 %)"),
        (0, 0, "–"),
    ],
)
def test_a_share_shows_both_terms_and_only_all_are_a_hundred_percent(
    part: int, whole: int, text: str
) -> None:
    assert share(part, whole) == text


def test_numbers_are_grouped_as_in_vietnamese_documents() -> None:
    assert grouped(1234567) == "1.234.567"


def test_the_share_of_a_total_is_made_of_totals() -> None:
    layout = layout_of(folders.layouts(), "indicator-3-4-2", 1)
    assert layout is not None
    figures = Figures(tuple(Line(f"u{n}", "", {"mediators": 10, "given": n}) for n in (1, 6)))
    assert cell(figures, layout.columns[-1]) == "7/20 (35,0 %)"


# -- consistency ---------------------------------------------------------------------------------


def test_numbers_that_fit_together_are_left_in_peace() -> None:
    assert found(one_line(), one_line("team-2")) == []


@pytest.mark.parametrize("key", ["male", "female", "law_qualified", "law_untrained"])
def test_parts_that_do_not_make_the_whole_are_an_error(key: str) -> None:
    (only,) = found(one_line(changed={key: GOOD[key] + 1}))
    assert only.error
    assert key in only.parts
    assert only.line == "team-1"


@pytest.mark.parametrize("key", ["minority", "trained"])
def test_a_part_beyond_its_whole_is_an_error(key: str) -> None:
    (only,) = found(one_line(changed={key: 11}))
    assert (only.error, only.parts) == (True, (key,))


def test_a_part_as_large_as_its_whole_is_right() -> None:
    assert found(one_line(minority=10, trained=10)) == []


def test_what_is_not_on_record_is_named_as_the_reason() -> None:
    (only,) = found(one_line(male=3, sex_unknown=1))
    assert "sex is not on record" in only.remedy
    assert only.values["unknown"] == 1


def test_errors_in_rows_that_cancel_out_in_the_total_are_found() -> None:
    assert len(found(one_line(male=5), one_line("team-2", male=3))) == 2


def test_no_row_at_all_is_worth_a_look_but_no_error() -> None:
    (only,) = found()
    assert not only.error


def before(**changed: int) -> dict[str, int]:
    return GOOD | changed


@pytest.mark.parametrize(
    ("was", "warned"), [(10, False), (14, False), (15, True), (60, True), (5, True), (6, False)]
)
def test_a_move_of_a_fifth_and_of_five_people_is_named(was: int, *, warned: bool) -> None:
    told = [one for one in found(one_line(), before=before(mediators=was)) if one.whole]
    assert [one.whole for one in told] == (["mediators"] if warned else [])
    assert not blocking(told)


def test_who_was_trained_is_not_compared_with_another_year() -> None:
    assert found(one_line(), before=before(trained=100)) == []


def test_communes_that_have_not_sent_are_named_up_to_five() -> None:
    lower = [Lower(n, f"Xã {n}", None) for n in range(7)]
    lines = [one_line(f"unit-{n}") for n in range(7)]
    (only,) = found(*lines, lower=lower)
    assert only.values["names"] == "Xã 0, Xã 1, Xã 2, Xã 3, Xã 4 (+2)"
    assert not only.error


def test_a_row_that_differs_from_the_report_below_is_named() -> None:
    line = replace(one_line("unit-1"), changes={"trained": Change(9, "Giấy.")}, report_id=4)
    (only,) = found(line, lower=[Lower(1, "Xã 1", 4, GOOD)])
    assert (only.error, only.whole, only.values["sent"]) == (False, "trained", 8)


def test_a_report_below_that_was_corrected_since_has_to_be_taken_over() -> None:
    line = replace(one_line("unit-1"), report_id=4)
    (only,) = found(line, lower=[Lower(1, "Xã 1", 9, GOOD)])
    assert only.error


def test_errors_stand_before_what_is_only_worth_a_look() -> None:
    listed = found(one_line(male=9), before=before(mediators=60))
    assert [one.error for one in listed] == [True, False, False]


# -- what a reader of totals sees ----------------------------------------------------------------


def total(**changed: int) -> Figures:
    return Figures((one_line(changed=dict.fromkeys(GOOD, 100) | changed),))


def test_large_counts_are_shown() -> None:
    assert hidden(form(), total(mediators=200, minority=50, trained=60)) == frozenset()


def test_a_small_count_hides_its_partner_that_would_tell_it() -> None:
    assert hidden(form(), total(mediators=200, male=3, female=197)) == {"male", "female"}


@pytest.mark.parametrize(("minority", "seen"), [(0, True), (1, False), (4, False), (5, True)])
def test_one_to_four_people_are_not_shown(minority: int, *, seen: bool) -> None:
    masked = hidden(form(), total(mediators=200, minority=minority))
    assert ("minority" not in masked) is seen


def test_few_who_are_not_trained_are_not_told_by_subtraction() -> None:
    assert "trained" in hidden(form(), total(mediators=200, trained=197))


def test_two_small_parts_of_a_sum_do_not_tell_each_other() -> None:
    figures = total(mediators=8, male=4, female=4, law_qualified=8, law_untrained=0)
    said = shown_as(form(), figures)
    assert (said["male"], said["female"]) == ("<5", "…")


def test_a_large_number_hidden_beside_a_small_one_is_not_called_small() -> None:
    said = shown_as(form(), total(mediators=200, male=3, female=197))
    assert (said["male"], said["female"]) == ("<5", "…")


def test_nobody_can_find_a_small_count_by_adding_and_subtracting() -> None:
    """For every small table: a hidden part stays open between several values."""
    for male, female, other in product(range(8), range(8), (0, 2, 9)):
        whole = male + female
        figures = total(
            mediators=whole, male=male, female=female, law_qualified=whole, law_untrained=0,
            minority=min(other, whole), trained=0,
        )  # fmt: skip
        masked = hidden(form(), figures)
        shown = {key for key in ("mediators", "male", "female") if key not in masked}
        small = [n for n in (male, female) if 0 < n < 5]
        assert not small or len(shown) <= 1


# -- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
def test_only_the_right_state_is_let_through(state: State) -> None:
    demand_state(state, state)
    with pytest.raises(RuleBroken):
        demand_state(state, *(set(State) - {state}))


def test_approving_needs_a_person_with_no_hand_in_it() -> None:
    demand_other_person(3, {1, 2})
    with pytest.raises(RuleBroken):
        demand_other_person(2, {1, 2})
    with pytest.raises(RuleBroken):
        demand_other_person(None, set())


def test_what_is_due_first_stands_first_and_what_has_no_day_last() -> None:
    rows = [
        Wanted("a", Kind.HALF_YEAR, 2026, None),
        Wanted("b", Kind.FULL_YEAR, 2026, date(2027, 1, 20)),
        Wanted("c", Kind.PRELIMINARY_YEAR, 2026, date(2026, 11, 7)),
    ]
    assert [one.layout for one in in_order(rows)] == ["c", "b", "a"]


@pytest.mark.parametrize(("today", "late"), [(6, 0), (7, 0), (8, 1), (20, 13)])
def test_a_report_is_late_from_the_day_after(today: int, late: int) -> None:
    wanted = Wanted("c", Kind.PRELIMINARY_YEAR, 2026, date(2026, 11, 7))
    assert wanted.late_by(date(2026, 11, today)) == late
