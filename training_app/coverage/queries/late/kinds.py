"""The kinds of entries made after a day, and what all their SELECTs have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, String, and_, cast, literal, null, select
from sqlalchemy.orm import Session

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import HUMAN, Asking, people_asked
from training_app.db import Identity
from training_app.programme.rules import due_soon_until
from training_app.requirements.queries import versions_of
from training_app.requirements.rules import Required

NOBODY: Final[Any] = cast(null(), Identity)
NO_DAY: Final = cast(null(), Date)
NOTHING: Final = cast(null(), String)

Entries = Select[*tuple[Any, ...]]


class LateKind(StrEnum):
    """What was entered late."""

    FACT = "fact"
    RENEWED = "renewed"
    WITHDRAWAL = "withdrawal"
    JOINED = "joined"
    LEFT = "left"
    TAKEN_BACK = "taken_back"
    LED = "led"
    UNLED = "unled"
    EXEMPTED = "exempted"
    REVOKED = "revoked"
    LINKED = "linked"
    PARTED = "parted"
    TEAM_CAME = "team_came"
    TEAM_WENT = "team_went"
    TEAM_UNDONE = "team_undone"
    UNIT_CAME = "unit_came"
    UNIT_WENT = "unit_went"
    UNIT_UNDONE = "unit_undone"
    REQUIRED = "required"
    UNREQUIRED = "unrequired"
    LAW_CHANGED = "law_changed"
    LAW_WITHDRAWN = "law_withdrawn"
    LAW_SETTLED = "law_settled"


@dataclass(frozen=True)
class Late:
    """What is asked: which requirement of whom, on which day, where; entries after ``at``.

    ``versions`` is what the requirement asked for through all time.
    """

    asking: Asking
    here: Place
    at: datetime
    versions: tuple[Required, ...]

    @property
    def on(self) -> date:
        """The day that the two readings are of."""
        return self.asking.on

    @cached_property
    def soon(self) -> date:
        """The last day on which an end makes somebody count as due soon on the day."""
        return due_soon_until(self.on, max((one.window_months for one in self.versions), default=0))

    @cached_property
    def modules(self) -> frozenset[int]:
        """Every module that was ever asked for or counted for one."""
        return frozenset[int]().union(*(one.accepted for one in self.versions))

    def asked(self, human: ColumnElement[int] = HUMAN) -> ColumnElement[bool]:
        """The human being is one of whom it is asked in the place."""
        return human.in_(select(people_asked(self.asking, self.here.path).c.human))

    def inside(self, path: Any) -> ColumnElement[bool]:
        """The path lies in the place."""
        first = self.here.path
        return and_(path >= first, path < first[:-1] + chr(ord("/") + 1))


def late(session: Session, asking: Asking, here: Place, at: datetime) -> Late:
    """What is asked, with every version of the requirement. Four SELECTs."""
    versions = versions_of(session, asking.requirement.id)
    return Late(asking, here, at, tuple(one.required for one in versions))


def columns(  # noqa: PLR0917 - one row of values, in the order of its columns
    kind: LateKind | ColumnElement[str],
    human: Any,
    subject: Any,
    on: Any,
    at: Any,
    by: Any = NOBODY,
    label: Any = NOTHING,
) -> Entries:
    """The head of a SELECT of entries.

    ``subject`` is the module, team, requirement or change of law that the kind speaks of; ``label``
    a name where that would not find it.
    """
    return select(
        (literal(kind.value) if isinstance(kind, LateKind) else kind).label("kind"),
        human.label("human"),
        subject.label("subject"),
        on.label("happened_on"),
        at.label("recorded_at"),
        by.label("recorded_by"),
        label.label("label"),
    )
