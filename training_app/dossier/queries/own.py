"""Everything that is stored of one human being, in sections that a person can read.

Nothing here works by itself: no secret, no token, no key of a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.db import Unscoped
from training_app.dossier.queries import played, stored
from training_app.dossier.queries.stored import Ids
from training_app.errors import N_
from training_app.organisation.models import Person

_OWN: Final = Unscoped("the person's own data, shown to the person alone")


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of stored data: its name, why it is stored, its columns and rows."""

    key: str
    title: str
    why: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    title: str
    why: str
    columns: tuple[tuple[str, str], ...]
    read: Callable[[Ids], Any]
    # What makes one line of several rows, or words of codes.
    told: Callable[[Iterable[Any]], Iterable[Any]] = iter


def human_ids(session: Session, person_id: int) -> Ids:
    """The ids of all records of the human being, the main one first."""
    person = session.get_one(Person, person_id, execution_options={"scope": _OWN})
    linked = select(Person.id).where(Person.canonical_id == person.canonical).order_by(Person.id)
    return (person.canonical, *session.scalars(linked.execution_options(scope=_OWN)))


def everything(session: Session, person_ids: Ids) -> list[Section]:
    """One section per kind of data, in the order of the page; empty ones are among them."""
    found = []
    for part in PARTS:
        rows = session.execute(part.read(person_ids), execution_options={"scope": _OWN})
        values = tuple(tuple(row) for row in part.told(rows))
        found.append(Section(part.key, part.title, part.why, part.columns, values))
    return found


_NAME, _TEAM, _MODULE = N_("Name"), N_("Team"), N_("Module")
_SINCE, _UNTIL, _WHEN = N_("Since"), N_("Up to the day"), N_("When")
_ROSTER = N_(
    "So that the commune recognises mediators and sees to their teams by the Law on Grassroots "
    "Mediation."
)
_WAY_IN = N_("So that only the person comes in, and sees who issued a card or a code.")
_RECORD = N_("The record of training that the person, the team and the office go by.")
_LEARNING = N_("So that learning goes on where it stopped. Nobody else sees single answers.")
_ASKED = N_("So that every wish about the data has an answer in time.")

PARTS: Final = (
    _Part(
        "person",
        N_("The person"),
        _ROSTER,
        (
            ("full_name", _NAME),
            ("birth_date", N_("Birth date")),
            ("birth_year", N_("Birth year")),
            ("sex", N_("Sex")),
            ("ethnic_minority", N_("Belongs to an ethnic minority")),
            ("law_qualified", N_("Qualified in law")),
            ("recorded_at", N_("Recorded")),
            ("restricted_at", N_("Restricted since")),
        ),
        stored.person,
    ),
    _Part(
        "phones",
        N_("Telephone numbers"),
        N_("So that the leader and the commune can call."),
        (("number", N_("Number")), ("from", _SINCE), ("until", _UNTIL)),
        stored.phones,
    ),
    _Part(
        "service",
        N_("Service in teams"),
        _ROSTER,
        (
            ("team", _TEAM),
            ("part", N_("Part")),
            ("from", _SINCE),
            ("until", _UNTIL),
            ("end_reason", N_("Why it ended")),
            ("note", N_("Note")),
        ),
        stored.memberships,
    ),
    _Part(
        "recognitions",
        N_("Recognitions"),
        _ROSTER,
        (
            ("team", _TEAM),
            ("part", N_("Part")),
            ("number", N_("Decision")),
            ("decided_on", N_("Date")),
            ("note", N_("Note")),
        ),
        stored.recognitions,
    ),
    _Part(
        "accounts",
        N_("Account"),
        _WAY_IN,
        (
            ("kind", N_("Kind")),
            ("login_name", N_("Sign-in name")),
            ("created_at", N_("Made")),
            ("notice_seen_at", N_("Privacy notice read")),
            ("locked_at", N_("Locked")),
            ("lock_reason", N_("Reason")),
        ),
        stored.account,
    ),
    _Part(
        "roles",
        N_("Roles"),
        _WAY_IN,
        (("role", N_("Role")), ("unit", N_("Unit")), ("from", _SINCE), ("until", _UNTIL)),
        stored.roles,
    ),
    _Part(
        "consents",
        N_("Consents"),
        N_("Each is free, dated, and can be withdrawn at any time."),
        (("purpose", N_("For what")), ("given_at", N_("Given")), ("withdrawn_at", N_("Withdrawn"))),
        stored.consents,
    ),
    _Part(
        "devices",
        N_("Phones used"),
        _WAY_IN,
        (
            ("label", N_("Phone")),
            ("shared", N_("Shared")),
            ("from", _SINCE),
            ("last_seen_at", N_("Last entry")),
            ("removed_at", N_("Removed")),
        ),
        stored.devices,
    ),
    _Part(
        "passkeys",
        N_("Passkeys"),
        _WAY_IN,
        (("name", N_("Name")), ("from", _SINCE), ("last_used_at", N_("Last used"))),
        stored.passkeys,
    ),
    _Part(
        "sign_ins",
        N_("Entries"),
        _WAY_IN,
        (
            ("way", N_("Way")),
            ("from", _SINCE),
            ("last_seen_at", N_("Last seen")),
            ("until", _UNTIL),
        ),
        stored.sign_ins,
    ),
    _Part(
        "passes",
        N_("Cards and codes"),
        _WAY_IN,
        (
            ("kind", N_("Kind")),
            ("issued_at", N_("Issued")),
            ("used_at", N_("Used")),
            ("revoked_at", N_("Voided")),
        ),
        stored.passes,
    ),
    _Part(
        "facts",
        N_("Evidence of training"),
        _RECORD,
        (
            ("kind", N_("What happened")),
            ("module", _MODULE),
            ("happened_on", _WHEN),
            ("recorded_at", N_("Recorded")),
            ("minutes", N_("Minutes")),
            ("withdrawn_on", N_("Withdrawn")),
            ("reason", N_("Reason")),
        ),
        stored.facts,
    ),
    _Part(
        "holdings",
        N_("Requirements met"),
        _RECORD,
        (("requirement", N_("Requirement")), ("from", _SINCE), ("until", _UNTIL)),
        stored.holdings,
    ),
    _Part(
        "exemptions",
        N_("Exemptions"),
        _RECORD,
        (("from", _SINCE), ("until", _UNTIL), ("reason", N_("Reason"))),
        stored.exemptions,
    ),
    _Part(
        "certificates",
        N_("Certificates"),
        _RECORD,
        (
            ("code", N_("Code")),
            ("printed_name", N_("Printed name")),
            ("module", _MODULE),
            ("issued_on", N_("Issued")),
            ("revoked_at", N_("Revoked")),
            ("reason", N_("Reason")),
        ),
        stored.certificates,
    ),
    _Part(
        "classes",
        N_("Classes"),
        _RECORD,
        (
            ("title", N_("Class")),
            ("held_on", _WHEN),
            ("present", N_("Present")),
            ("recorded_at", N_("Recorded")),
        ),
        stored.classes,
    ),
    _Part(
        "lessons",
        N_("Modules begun and lessons read"),
        _LEARNING,
        (("module", _MODULE), ("lesson", N_("Lesson")), ("at", _WHEN)),
        stored.lessons,
    ),
    _Part(
        "attempts",
        N_("Attempts at tests"),
        _LEARNING,
        (
            ("module", _MODULE),
            ("number", N_("Number")),
            ("started_at", N_("Started")),
            ("submitted_at", N_("Handed in")),
            ("points", N_("Points")),
            ("out_of", N_("Out of")),
            ("passed", N_("Passed")),
            ("shared_phone", N_("On a shared phone")),
        ),
        stored.attempts,
    ),
    _Part(
        "answers",
        N_("Answers in tests"),
        _LEARNING,
        (
            ("module", _MODULE),
            ("question", N_("Question")),
            ("answer", N_("Answer")),
            ("at", _WHEN),
        ),
        stored.answers,
    ),
    _Part(
        "late_answers",
        N_("Answers that came too late"),
        _LEARNING,
        (
            ("module", _MODULE),
            ("question", N_("Question")),
            ("answer", N_("Answer")),
            ("at", _WHEN),
        ),
        stored.late_answers,
    ),
    _Part(
        "practice",
        N_("Answers in practice"),
        _LEARNING,
        (
            ("question", N_("Question")),
            ("answer", N_("Answer")),
            ("right", N_("Right")),
            ("at", _WHEN),
        ),
        stored.practice,
    ),
    _Part(
        "scenarios",
        N_("Scenarios played"),
        _LEARNING,
        (
            ("scenario", N_("Scenario")),
            ("from", _SINCE),
            ("until", _UNTIL),
            ("ways", N_("Ways chosen")),
            ("ending", N_("Ending")),
        ),
        played.scenarios,
        played.told,
    ),
    _Part(
        "review",
        N_("Short review"),
        _LEARNING,
        (("question", N_("Question")), ("due_at", N_("Due")), ("reviews", N_("Times"))),
        stored.cards,
    ),
    _Part(
        "requests",
        N_("Requests about the data"),
        _ASKED,
        (
            ("kind", N_("Kind")),
            ("wish", N_("Wish")),
            ("received_on", N_("Received")),
            ("due_on", N_("Due")),
            ("decision", N_("Decision")),
            ("reason", N_("Reason")),
            ("decided_at", N_("Decided")),
        ),
        stored.requests,
    ),
)


def as_data(sections: Iterable[Section]) -> dict[str, list[dict[str, Any]]]:
    """The sections as plain values for a file; days and moments in ISO form."""
    return {
        section.key: [
            {name: _plain(value) for (name, _), value in zip(section.columns, row, strict=True)}
            for row in section.rows
        ]
        for section in sections
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
