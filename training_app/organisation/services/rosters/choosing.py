"""Who on record a row is, where an officer knows better than any comparison."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.roster_file import Person
from training_app.organisation.services.rosters.changes import (
    decide,
    open_import,
    record_of,
    roster_of,
)
from training_app.organisation.services.rosters.matching import Known
from training_app.organisation.services.rosters.plan import place_of
from training_app.vietnamese import fold, sort_key

MOST: Final = 25
_FEWEST_DIGITS: Final = 4


def row_of(session: Session, import_id: int, number: int) -> Person | None:
    """The row of a person by its place in the file, from 1; None where there is none."""
    people = roster_of(open_import(session, import_id)).people
    return people[number - 1] if 1 <= number <= len(people) else None


def on_record(session: Session, import_id: int, text: str, *, on: date) -> list[Known]:
    """People of the commune, serving or not, whose name or telephone holds the text."""
    wanted, digits = fold(text), "".join(filter(str.isdigit, text)).removeprefix("0")
    record = record_of(session, open_import(session, import_id).unit_id, on)
    found = [
        one
        for one in record.people
        if wanted in fold(one.row.full_name)
        or (len(digits) >= _FEWEST_DIGITS and any(digits in number for number in one.row.phones))
    ]
    return sorted(found, key=lambda one: sort_key(one.row.full_name))[:MOST]


def choose(session: Session, import_id: int, row: Person, person_id: int, *, on: date) -> None:
    """Say that a row is this person on record, as an answer like any other: it can be asked again.

    Raises InvalidInput for somebody whom the commune does not have on record, RuleBroken where
    another row of the file was said to be the same person in the same team.
    """
    kept = open_import(session, import_id)
    record = record_of(session, kept.unit_id, on)
    if person_id not in {one.person_id for one in record.people}:
        raise InvalidInput(N_("Choose one of the people listed."), field="person")
    answers: Mapping[str, Mapping[str, Any]] = kept.decisions.get("rows", {})
    place = place_of(row)
    taken = [other for other, said in answers.items() if said.get("person") == person_id]
    teams = {place_of(one): one.team for one in roster_of(kept).people}
    if any(other != place and teams.get(other) == row.team for other in taken):
        raise RuleBroken(N_("Another row of this team was said to be this person."))
    team = {"team": answers[place]["team"]} if answers.get(place, {}).get("team") else {}
    decide(session, import_id, {"rows": {place: {**team, "answer": "same", "person": person_id}}})
