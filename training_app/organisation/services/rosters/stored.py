"""A roster as JSON and back: what is stored beside the import."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from training_app.organisation.roster_file import (
    Column,
    Ignored,
    Pair,
    Person,
    Problem,
    Recognition,
    Roster,
    Team,
)

_PLAIN = (
    *("sheet", "row", "full_name", "sex", "birth_year", "team", "role"),
    *("ethnic_minority", "law_qualified", "status", "remark"),
)


def to_json(roster: Roster) -> dict[str, Any]:
    """The roster as JSON values: the answer-key shape and what screens need besides."""
    return {
        **roster.as_key(),
        "problem_values": [problem.values for problem in roster.problems],
        "scores": [pair.score for pair in roster.same_person],
        "reasons": [list(pair.reasons) for pair in roster.same_person],
        "rejected": [list(place) for place in roster.rejected],
        "columns": {
            sheet: [[column.field, column.letter, column.heading] for column in columns]
            for sheet, columns in roster.columns.items()
        },
    }


def from_json(stored: Mapping[str, Any]) -> Roster:
    """The roster that ``to_json`` wrote; namesakes that are not asked about are left out."""
    return Roster(
        file=stored["file"],
        sheets_used=tuple(stored["sheets_used"]),
        ignored=tuple(Ignored(i["sheet"], i["row"], i["why"]) for i in stored["ignored"]),
        teams=tuple(
            Team(team["name"], team["members"], tuple(team["composition"]))
            for team in stored["teams"]
        ),
        people=tuple(_person(person) for person in stored["people"]),
        problems=tuple(
            Problem(found["code"], found["sheet"], found["row"], found["column"], values)
            for found, values in zip(stored["problems"], stored["problem_values"], strict=True)
        ),
        same_person=tuple(
            Pair(one, other, tuple(reasons), score)
            for (one, other), reasons, score in zip(
                stored["same_person"], stored["reasons"], stored["scores"], strict=True
            )
        ),
        rejected=tuple((sheet, row) for sheet, row in stored["rejected"]),
        columns={
            sheet: tuple(Column(*column) for column in columns)
            for sheet, columns in stored["columns"].items()
        },
    )


def _person(stored: Mapping[str, Any]) -> Person:
    decision = stored["recognition"]
    return Person(
        **{name: stored[name] for name in _PLAIN},
        birth_date=_day(stored["birth_date"]),
        phones=tuple(stored["phones"]),
        recognition=Recognition(decision["number"], _day(decision["date"])) if decision else None,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
