"""The list of what was entered after a day about that day or before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session, aliased

from training_app.accounts.models import Account
from training_app.coverage.queries.late.kinds import LateKind, late
from training_app.coverage.queries.late.law import law_entries
from training_app.coverage.queries.late.names import Named, subjects, writers
from training_app.coverage.queries.late.office import office_entries
from training_app.coverage.queries.late.record import record_entries
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.organisation.models import Person

_UNNAMED: Final = ("", "")


@dataclass(frozen=True)
class LateRow:
    """One row per entry: who, what, when it happened, when and by whom it was entered.

    About a team, a unit, the requirement or the law no person is named; ``name`` is then what it is
    about. ``subject_id`` is of the kind's own sort: a module, a team, a unit, ….
    """

    kind: LateKind
    person_id: int | None
    subject_id: int | None
    name: str
    name_en: str
    title: str
    title_en: str
    happened_on: date | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class LatePage:
    """A stretch of the list, and how many entries there are."""

    rows: tuple[LateRow, ...]
    total: int


def late_entries(
    session: Session,
    asking: Asking,
    here: Place,
    moment: datetime,
    *,
    limit: int | None,
    offset: int = 0,
) -> LatePage:
    """Entries about the day asked for or before, made after ``moment``, the last first.

    Of people of whom it is asked in the place: facts that count towards it, facts withdrawn,
    exemptions granted or ended early, services and leading begun or ended, what an office did to
    these and took back, records found to be of one person or of two; teams and units that came or
    went; the requirement itself; and the law that its modules cite. Where the list is empty, the
    day reads alike as known then and as known now. At most twelve SELECTs.
    """
    asked = late(session, asking, here, moment)
    parts = record_entries(asked) + law_entries(asked)
    if asking.by_team:
        parts += office_entries(asked)
    every = union_all(*parts).subquery("late")
    total = session.scalar(
        select(func.count()).select_from(every).execution_options(scope=asking.scope)
    )
    writer, keeper = aliased(Account), aliased(Person)
    chosen = (
        select(every, Person.full_name, keeper.full_name.label("by"))
        .outerjoin(Person, Person.id == every.c.human)
        .outerjoin(writer, writer.id == every.c.recorded_by)
        .outerjoin(keeper, keeper.id == writer.person_id)
        .order_by(
            every.c.recorded_at.desc(),
            Person.sort_key,
            every.c.human,
            every.c.kind,
            every.c.subject,
            every.c.happened_on,
            every.c.label,
        )
        .limit(limit)
        .offset(offset)
        .execution_options(scope=asking.scope)
    )
    rows = session.execute(chosen).all()
    named = subjects(session, rows, asking.on)
    by = writers(session, (row.recorded_at for row in rows if row.recorded_by is None))
    return LatePage(tuple(_row(row, named, by) for row in rows), total or 0)


def _row(row: Any, named: Mapping[tuple[str, int], Named], by: Mapping[datetime, str]) -> LateRow:
    title, title_en = named.get((row.kind, row.subject), _UNNAMED)
    name = row.full_name or row.label
    return LateRow(
        LateKind(row.kind),
        row.human,
        row.subject,
        name or title,
        name or title_en,
        title,
        title_en,
        row.happened_on,
        row.recorded_at,
        row.by or by.get(row.recorded_at, ""),
    )
