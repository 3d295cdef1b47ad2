"""The blueprint, who reads, and what every page of a report shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext

from training_app import clock
from training_app.extensions import current_session
from training_app.reporting import folders, printing
from training_app.reporting.models import Report
from training_app.reporting.printing import Document, Facts, Names
from training_app.reporting.queries import people, reports
from training_app.reporting.queries.register import Counting
from training_app.reporting.rules.figures import Figures
from training_app.reporting.rules.layouts import Kind, Layout, PeriodRule
from training_app.reporting.rules.states import State
from training_app.reporting.scope import Reader, reader
from training_app.reporting.services.drafting import layout_named
from training_app.web.guard import current_viewer
from training_app.web.pages import english

bp = Blueprint("reporting", __name__, template_folder="../templates")


@bp.record_once
def _count_what_waits(state: BlueprintSetupState) -> None:
    """Let menus say how many reports wait for who looks."""
    state.app.extensions.setdefault("waiting", {}).update({"reporting.report_list": _waiting})


def _waiting() -> int:
    return len(reports.waiting(current_session(), who(), current_viewer().account_id))


def language() -> str:
    """The reader's language, as titles are kept."""
    return "en" if english() else "vi"


def who() -> Reader:
    """Who reads."""
    return reader(current_viewer())


def today() -> date:
    """The day in Viet Nam."""
    return clock.local_date(clock.now())


@dataclass(frozen=True)
class Opened:
    """A report with everything that its pages show."""

    report: Report
    who: Reader
    layout: Layout
    rule: PeriodRule
    figures: Figures
    place: reports.Place

    @property
    def own(self) -> bool:
        """Whether it is the reader's own work."""
        return self.who.acts_for(self.report.unit_id)

    @property
    def draft(self) -> bool:
        """Whether its numbers may still change."""
        return self.report.state == State.DRAFT

    @property
    def locked(self) -> bool:
        """Whether it was sent."""
        return self.report.state == State.LOCKED

    @property
    def counting(self) -> Counting:
        """How it was counted, to open the list behind a number."""
        row = self.report
        return Counting(row.as_of, row.period_from, row.filled_at, self.who.scope)

    @property
    def title(self) -> str:
        """Kind and year, as reports are called."""
        return f"{self.rule.named(language())} {self.report.year}"


def opened(report_id: int) -> Opened:
    """The report, or NotFound for a reader who may not see it."""
    session, reads = current_session(), who()
    report = reports.find(session, reads, report_id, whole=True)
    return Opened(
        report=report,
        who=reads,
        layout=layout_named(report),
        rule=folders.periods()[Kind(report.kind)],
        figures=reports.figures_of(session, report),
        place=reports.place_of(session, report.unit_id, report.as_of),
    )


def made(one: Opened) -> tuple[Document, Facts]:
    """The document of a report. People are named to their own office."""
    row, session = one.report, current_session()
    place = one.place
    frozen = row.frozen if one.locked else {}
    names = people.people_of(session, [row.filled_by, row.approved_by]) if one.own else {}
    facts = Facts(
        unit=frozen.get("unit", place.name),
        short=frozen.get("short", place.short_name),
        parent=frozen.get("parent", place.parent_name),
        level=place.level,
        kind=Kind(row.kind),
        year=row.year,
        number=row.number,
        correction_reason=row.correction_reason,
        period_from=row.period_from,
        period_to=row.period_to,
        as_of=row.as_of,
        filled_at=row.filled_at,
        locked=one.locked,
        document_number=row.document_number,
        signed_on=row.signed_on,
        signer=row.signer if one.own else "",
    )
    makers = Names(
        maker=names[row.filled_by][1] if row.filled_by in names else "",
        checker=names[row.approved_by][1] if row.approved_by in names else "",
    )
    return printing.document(one.layout, facts, one.figures, makers), facts


Crumb = tuple[str, str | None]


def crumbs(one: Opened, *below: str) -> list[Crumb]:
    """The way from the list of reports down to a page."""
    way: list[Crumb] = [(gettext("Reports"), url_for("reporting.report_list"))]
    way.append((one.title, url_for("reporting.report", report_id=one.report.id)))
    way += [(text, None) for text in below]
    return [*way[:-1], (way[-1][0], None)]


def period_choices() -> list[Any]:
    """The kinds of report."""
    return [(rule.kind.value, rule.named(language())) for rule in folders.periods().values()]


def form_choices() -> list[tuple[str, str]]:
    """The forms, each once, in its newest version."""
    newest = {one.key: one for one in folders.layouts()}
    return [(key, one.named(language())) for key, one in newest.items()]
