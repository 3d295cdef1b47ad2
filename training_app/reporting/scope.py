"""Which reports a viewer may see: drafts of the own unit, below it what was sent.

A unit is found as it stood on the day the report counts, so that reports of communes that were
merged since stay with their province.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from training_app.access import Permission, Scope, Viewer
from training_app.organisation import scope as rows
from training_app.organisation.models import Level, Unit, UnitSpan
from training_app.reporting.models import Report
from training_app.reporting.rules.states import State


@dataclass(frozen=True)
class Reader:
    """Who reads reports: over which rows, and for which units as their own office."""

    scope: Scope
    offices: frozenset[int]

    @property
    def totals_only(self) -> bool:
        """Whether the reader sees totals alone, small counts hidden."""
        return self.scope.totals_only

    def acts_for(self, unit_id: int) -> bool:
        """Whether the unit's reports are the reader's own work."""
        return unit_id in self.offices


def reader(viewer: Viewer) -> Reader:
    """The reader behind a viewer."""
    scope = viewer.scope(Permission.REPORT_VIEW)
    return Reader(scope, frozenset(_offices(viewer)))


def _offices(viewer: Viewer) -> Collection[int]:
    return {
        grant.unit_id
        for grant in viewer.grants
        if grant.unit_id is not None
        and Permission.REPORT_PREPARE in Viewer(grants=(grant,)).permissions
    }


def visible(who: Reader) -> ColumnElement[bool]:
    """The reports that a reader may see; ``Report`` stands in the query."""
    sent = Report.state == State.LOCKED.value
    below = Report.id.in_(_below(who))
    if who.totals_only:
        provinces = select(Unit.id).where(Unit.level == Level.PROVINCE.value)
        return and_(below, sent, Report.unit_id.in_(provinces))
    return or_(Report.unit_id.in_(who.offices), and_(below, sent))


def _below(who: Reader) -> Select[int]:
    """Ids of the reports of units that stood in the scope on the day they count."""
    stood = and_(
        UnitSpan.unit_id == Report.unit_id,
        UnitSpan.valid_from <= Report.as_of,
        or_(UnitSpan.valid_to.is_(None), UnitSpan.valid_to > Report.as_of),
    )
    chosen = select(Report.id).join(UnitSpan, stood).correlate(None)
    if not who.scope.everything:
        chosen = chosen.where(or_(false(), *(rows.within(path) for path in who.scope.unit_paths)))
    return chosen.execution_options(scope=who.scope)
