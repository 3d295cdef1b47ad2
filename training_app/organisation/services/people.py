"""Adding people and correcting what is recorded of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import Person, PersonPhone
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.memberships import start_membership
from training_app.vietnamese import clean, fold, sort_key

_OLDEST = 110


@dataclass(frozen=True)
class PersonFields:
    """What an officer or a roster says of a person; None is "not known".

    A birth date implies its year. ``sex`` is "female" or "male".
    """

    full_name: str
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str | None = None
    ethnic_minority: bool | None = None
    law_qualified: bool | None = None


def add_person(
    session: Session,
    fields: PersonFields,
    *,
    team_id: int | None,
    phones: Sequence[str] = (),
    on: date,
    now: datetime,
    actor: Viewer,
) -> int:
    """Record a person, serving in the team from the day on where one is given; returns the id.

    Staff may belong to no team. Raises RuleBroken for an empty name or an impossible birth.
    """
    check_fields(fields, on)
    person = new_person(fields, now)
    session.add(person)
    session.flush()
    session.add_all(
        PersonPhone(person_id=person.id, number=number, valid_from=on)
        for number in dict.fromkeys(phones)
    )
    audit.record(
        session,
        Action.PERSON_ADDED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person.id,
    )
    if team_id is not None:
        start_membership(session, person.id, team_id, on=on, now=now, actor=actor)
    session.flush()
    return person.id


def change_person(
    session: Session,
    person_id: int,
    fields: PersonFields,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> list[str]:
    """Correct what is recorded of a person; returns the names of the fields that changed.

    The audit event names the fields, never their content.
    """
    check_fields(fields, on)
    person = _person(session, person_id)
    changed = write_fields(person, fields)
    if changed:
        audit.record(
            session,
            Action.PERSON_CHANGED,
            actor=actor,
            now=now,
            object_kind="person",
            object_id=person_id,
            detail={"fields": changed},
        )
    session.flush()
    return changed


def set_phones(
    session: Session,
    person_id: int,
    numbers: Sequence[str],
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> bool:
    """Let exactly these numbers, ``+84...``, reach the person from the day on.

    Returns whether any changed.
    """
    open_rows = session.scalars(
        select(PersonPhone)
        .where(PersonPhone.person_id == person_id, PersonPhone.valid_to.is_(None))
        .execution_options(**CHANGE)
    ).all()
    wanted, present = set(numbers), {row.number for row in open_rows}
    if wanted == present:
        return False
    for row in open_rows:
        if row.number not in wanted:
            row.valid_to = max(on, row.valid_from)
    session.add_all(
        PersonPhone(person_id=person_id, number=number, valid_from=on)
        for number in dict.fromkeys(numbers)
        if number not in present
    )
    audit.record(
        session,
        Action.PERSON_CHANGED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        detail={"fields": ["phones"]},
    )
    session.flush()
    return True


def new_person(fields: PersonFields, now: datetime) -> Person:
    """A person row made of the fields, not yet added to a session."""
    person = Person(recorded_at=now)
    write_fields(person, fields)
    return person


def write_fields(person: Person, fields: PersonFields) -> list[str]:
    """Write the fields on the row and return the names of those that differ."""
    name = clean(fields.full_name)
    values = {
        "full_name": name,
        "birth_date": fields.birth_date,
        "birth_year": fields.birth_date.year if fields.birth_date else fields.birth_year,
        "sex": fields.sex,
        "ethnic_minority": fields.ethnic_minority,
        "law_qualified": fields.law_qualified,
    }
    changed = [field for field, value in values.items() if getattr(person, field) != value]
    for field in changed:
        setattr(person, field, values[field])
    if "full_name" in changed:
        person.name_fold, person.sort_key = fold(name), sort_key(name)
    return changed


def check_fields(fields: PersonFields, on: date) -> None:
    """Refuse an empty name and a birth in the future or more than 110 years back."""
    if not fold(fields.full_name):
        raise RuleBroken(N_("A person needs a name."))
    year = fields.birth_date.year if fields.birth_date else fields.birth_year
    if year is not None and not on.year - _OLDEST <= year <= on.year:
        raise RuleBroken(
            N_("The birth year %(year)s cannot be right. Correct it or leave it empty."), year=year
        )


def _person(session: Session, person_id: int) -> Person:
    chosen = select(Person).where(Person.id == person_id)
    return session.scalars(chosen.execution_options(**CHANGE)).one()
