"""Which pairs are put before an officer: rules on plain values."""

from datetime import date

import pytest

from training_app.dossier.rules.pairs import History, Known, Service, proposals
from training_app.organisation.roster_file.roster import Person

TODAY = date(2026, 11, 20)
NOW_SERVING = Service(1, "Tổ 1", date(2020, 1, 1), None)
LATER = Service(2, "Tổ 2", date(2024, 6, 1), None)
ENDED = Service(1, "Tổ 1", date(2020, 1, 1), date(2024, 1, 1))


def known(number: int, *services: Service, phone: str = "", year: int | None = 1960) -> Known:
    row = Person("", number, "Nguyễn Văn An", birth_year=year, phones=(phone,) if phone else ())
    return Known(number, "nguyen van an", row, services)


def found(*people: Known) -> list[tuple[int, int]]:
    ids = [one.id for one in people]
    pairs = [(one, other) for one in ids for other in ids if one < other]
    return [
        (pair.first, pair.second)
        for pair in proposals(pairs, {one.id: one for one in people}, TODAY)
    ]


def test_one_telephone_and_one_name_are_enough() -> None:
    assert found(known(1, phone="+84912345678"), known(2, phone="+84912345678", year=None))


def test_two_telephones_speak_against_one_name_and_year() -> None:
    assert not found(known(1, NOW_SERVING, phone="a"), known(2, LATER, phone="b"))


def test_service_that_follows_another_speaks_for_one_person_with_a_new_telephone() -> None:
    assert found(known(1, ENDED, phone="a"), known(2, LATER, phone="b"))


def test_a_missing_telephone_leaves_name_and_year_to_be_asked_about() -> None:
    assert found(known(1, phone="a"), known(2))


def test_of_three_namesakes_of_one_year_nobody_is_proposed() -> None:
    assert not found(known(1), known(2), known(3))


@pytest.mark.parametrize(
    ("one", "other", "history"),
    [
        ((NOW_SERVING,), (LATER,), History.BOTH_SERVE),
        ((NOW_SERVING,), (NOW_SERVING,), History.SAME_TEAM_TWICE),
        ((ENDED,), (LATER,), History.FOLLOWS),
        ((), (LATER,), None),
    ],
)
def test_the_history_is_among_the_reasons(
    one: tuple[Service, ...], other: tuple[Service, ...], history: History | None
) -> None:
    people = {1: known(1, *one, phone="a"), 2: known(2, *other, phone="a")}
    (pair,) = proposals([(2, 1)], people, TODAY)
    assert pair.history is history
    assert (pair.first, pair.second) == (1, 2)
