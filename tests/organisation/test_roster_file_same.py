"""Proposals that two rows are one human being, with reasons; namesakes are never proposed."""

from datetime import date
from typing import Any

import pytest

from training_app.organisation.roster_file import (
    Person,
    Roster,
    pairs_across,
    pairs_within,
    same_person,
)


def person(row: int = 1, name: str = "Trần Thị Hoa", **facts: Any) -> Person:
    return Person("Danh sách", row, name, **facts)


BASE: dict[str, Any] = {"birth_year": 1965, "phones": ("+84912345678",), "team": "Khu phố 1"}
DAY: dict[str, Any] = {"birth_date": date(1965, 5, 4), "birth_year": 1965}


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({**BASE}, {**BASE}, "same name, same birth year, same phone, same team"),
        ({**BASE}, {**BASE, "team": "KP 1"}, "same name, same birth year, same phone, same team"),
        (
            {**BASE},
            {**BASE, "team": "Khu phố 2"},
            "same name, same birth year, same phone, other team",
        ),
        (DAY, DAY, "same name, same birth date, phone changed or absent, other team"),
        (BASE, {"phones": BASE["phones"]}, "same name, same phone, other team"),
        (
            BASE,
            {**BASE, "birth_year": 1956},
            "same name, birth year differs, same phone, same team",
        ),
    ],
)
def test_reasons(one: dict[str, Any], other: dict[str, Any], reasons: str) -> None:
    proposal = same_person(person(**one), person(**other))
    assert proposal is not None
    assert ", ".join(proposal.reasons) == reasons
    assert proposal.score >= 0.8


@pytest.mark.parametrize("other", ["TRẦN THỊ HOA", "Tran Thi Hoa", "Trần  Thị Hoa"])
def test_spellings_of_one_name(other: str) -> None:
    assert same_person(person(**BASE), person(name=other, **BASE))


def test_tone_placement_is_no_difference_but_a_tone_is() -> None:
    assert same_person(
        person(name="Lê Thị Thuý Hoà", **BASE), person(name="Lê Thị Thúy Hòa", **BASE)
    )
    one, other = person(name="Đỗ Thị Thủy", **BASE), person(name="Đỗ Thị Thúy", **BASE)
    proposal = same_person(one, other)
    assert proposal is not None
    assert proposal.reasons[0] == "name differs in its marks"
    assert (
        same_person(
            person(name="Đỗ Thị Thủy", birth_year=1965), person(name="Đỗ Thị Thúy", birth_year=1965)
        )
        is None
    )


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Trần Thị Loan", **BASE},
        {"birth_year": 1966},
        {"birth_date": date(1965, 1, 1), "birth_year": 1965},
        {**BASE, "sex": "male"},
    ],
)
def test_nobody_else_is_proposed(other: dict[str, Any]) -> None:
    one = person(
        sex="female", birth_date=date(1965, 5, 4), birth_year=1965, phones=("+84912345678",)
    )
    if "birth_date" not in other:
        one = person(sex="female", **BASE)
    assert same_person(one, person(**other)) is None


@pytest.mark.parametrize("other", ["Trần Thị Hao", "Trần Thị Hoan", "Trần Hoa", "Trần Thị Kim Hoa"])
def test_a_slip_in_the_name_is_asked_if_birth_and_telephone_agree(other: str) -> None:
    proposal = same_person(person(**BASE), person(name=other, **BASE))
    assert bool(proposal) is (other != "Trần Thị Hao")
    assert same_person(person(**BASE), person(name=other, birth_year=1965)) is None
    people = [person(1, **BASE), person(2, name=other, **BASE)]
    assert len(pairs_within("a.xlsx", people)[0]) == bool(proposal)
    one, two = Roster("1.xlsx", people=(people[0],)), Roster("2.xlsx", people=(people[1],))
    assert len(pairs_across(one, two)[0]) == bool(proposal)


def test_in_one_list_two_numbers_mean_two_people_even_of_one_birth_year() -> None:
    people = [person(1, **BASE), person(2, **{**BASE, "phones": ("+84987654321",)})]
    same, namesakes = pairs_within("a.xlsx", people)
    assert same == ()
    assert [(pair.one, pair.other, pair.why()) for pair in namesakes] == [
        (
            "a.xlsx!Danh sách!1",
            "a.xlsx!Danh sách!2",
            "same year, so a person must be asked, phone differs, same team",
        )
    ]


def test_a_remark_that_names_a_namesake_is_believed() -> None:
    people = [person(1, birth_year=1965), person(2, birth_year=1965, remark="trùng tên HGV KP 1")]
    assert pairs_within("a.xlsx", people)[0] == ()


def test_between_two_years_the_best_fit_excludes_the_weaker_ones() -> None:
    last = Roster(
        "2025.xls", people=(person(1, **BASE), person(2, birth_year=1965, phones=("+84987654321",)))
    )
    this = Roster(
        "2026.xlsx",
        people=(person(1, **BASE), person(2, birth_year=1965, phones=("+84987654321",))),
    )
    same, namesakes = pairs_across(this, last)
    assert [(pair.one[-1], pair.other[-1]) for pair in same] == [("1", "1"), ("2", "2")]
    assert len(namesakes) == 2


def test_between_two_years_a_changed_number_is_a_proposal_if_nobody_fits_better() -> None:
    last = Roster("2025.xls", people=(person(1, **BASE),))
    this = Roster("2026.xlsx", people=(person(7, birth_year=1965, phones=("+84987654321",)),))
    same, _ = pairs_across(this, last)
    assert [pair.why() for pair in same] == [
        "same name, same birth year, phone changed or absent, other team"
    ]
    assert same[0].score < 0.8


def test_two_equal_weak_fits_are_left_to_nobody() -> None:
    last = Roster("2025.xls", people=(person(1, birth_year=1965), person(2, birth_year=1965)))
    this = Roster("2026.xlsx", people=(person(1, birth_year=1965),))
    assert pairs_across(this, last)[0] == ()


def test_the_pairs_of_a_frequent_name_stay_few() -> None:
    people = [
        person(row, birth_year=1940 + row % 40, phones=(f"+849{row:08d}",)) for row in range(1, 600)
    ]
    people.append(person(600, birth_year=1941, phones=("+84900000001",)))
    same, namesakes = pairs_within("a.xlsx", people)
    assert [(pair.one[-2:], pair.other[-3:]) for pair in same] == [("!1", "600")]
    assert namesakes == ()
