"""How long an office has: data with its source, counted from the day of receipt."""

from datetime import date

import pytest

from training_app.dossier.folders import deadline_table
from training_app.dossier.parsing import BadDeadline, deadlines
from training_app.dossier.rules.deadlines import (
    Confidence,
    Kind,
    NoDeadline,
    Pressing,
    deadline_of,
    due,
    pressing,
    working_days_after,
)

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "acknowledge_by", "due_on"),
    [
        (Kind.CORRECT, date(2026, 11, 24), date(2026, 11, 30)),
        (Kind.RESTRICT, date(2026, 11, 24), date(2026, 12, 5)),
        (Kind.OBJECT, date(2026, 11, 24), date(2026, 12, 5)),
        (Kind.ERASE, date(2026, 11, 24), date(2026, 12, 10)),
    ],
)
def test_each_kind_has_its_clock(kind: Kind, acknowledge_by: date, due_on: date) -> None:
    row = deadline_of(deadline_table(), kind, FRIDAY)
    assert due(row, FRIDAY) == (acknowledge_by, due_on)


def test_no_figure_claims_to_be_confirmed_before_a_lawyer_has_read_it() -> None:
    assert {row.confidence for row in deadline_table()} == {Confidence.SECONDARY}
    assert all(row.source and row.source_en for row in deadline_table())


def test_before_the_law_there_is_no_deadline() -> None:
    with pytest.raises(NoDeadline):
        deadline_of(deadline_table(), Kind.ERASE, date(2025, 12, 31))


def test_working_days_leave_the_weekend_out() -> None:
    assert working_days_after(FRIDAY, 1) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 11, 27), Pressing.CALM),
        (date(2026, 11, 28), Pressing.SOON),
        (date(2026, 11, 30), Pressing.SOON),
        (date(2026, 12, 1), Pressing.LATE),
    ],
)
def test_a_request_presses_two_days_before_and_is_late_after(on: date, state: Pressing) -> None:
    assert pressing(date(2026, 11, 30), on) is state


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("days = 10", 'days = "ten"'), "days must be given as int"),
        (("days = 10", "days = 0"), "at least 1"),
        (('kind = "correct"', 'kind = "wish"'), "deadline 1"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(change: tuple[str, str], words: str) -> None:
    text = (
        '[[deadline]]\nkind = "correct"\nfrom = 2026-01-01\nacknowledge = 2\ndays = 10\n'
        'extension = 0\nconfidence = "secondary"\nsource = "a"\nsource_en = "b"\n'
    )
    assert len(deadlines(text)) == 1
    with pytest.raises(BadDeadline, match=words):
        deadlines(text.replace(*change))
