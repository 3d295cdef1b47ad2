"""What the communes of a province have sent, who is late, and whom to remind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.errors import N_, RuleBroken
from training_app.extensions import current_session
from training_app.organisation.models import Level
from training_app.organisation.queries.units import UnitRow, unit_on
from training_app.reporting import folders
from training_app.reporting.forms import CollectForm
from training_app.reporting.queries.people import Sender, senders
from training_app.reporting.routes.base import (
    bp,
    form_choices,
    language,
    period_choices,
    today,
    who,
)
from training_app.reporting.rules.layouts import Kind, PeriodRule, nearest_due
from training_app.reporting.rules.states import STATE_MESSAGES, TAGS, State
from training_app.web.exports import Sheet, xlsx_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_date, format_phone, paginate, render

COMMUNE: Final = Level.COMMUNE.value


@dataclass(frozen=True)
class Collection:
    """The communes of one province for one form and period."""

    unit: UnitRow
    form: CollectForm
    rule: PeriodRule
    due: date | None
    rows: list[Sender]

    @property
    def sent(self) -> list[Sender]:
        """Who has sent."""
        return [row for row in self.rows if row.sent]

    @property
    def waiting(self) -> list[Sender]:
        """Who has not."""
        return [row for row in self.rows if not row.sent]

    @property
    def late(self) -> int:
        """Days since the deadline."""
        return max(0, (today() - self.due).days) if self.due else 0

    @property
    def said(self) -> str:
        """Form, kind and year in words."""
        title = dict(form_choices())[self.form.layout.data]
        return f"{title} – {self.rule.named(language())} {self.form.year.data}"


@bp.get("/reports/collection/")
@needs(Permission.REPORT_VIEW)
def collection() -> ResponseReturnValue:
    """Commune by commune: sent when, or how far it is."""
    found = _collection()
    page = paginate(len(found.rows))
    ordered = found.waiting + found.sent
    return render(
        "reporting/collection.html", found=found, page=page,
        stretch=ordered[page.offset : page.offset + page.size], states=STATE_MESSAGES, tags=TAGS,
        shows_phones=current_viewer().may(Permission.PHONE_VIEW),
    )  # fmt: skip


@bp.get("/reports/collection/reminders.xlsx")
@needs(Permission.REPORT_VIEW)
def reminders() -> Response:
    """Communes that have not sent, with their officers, as a list to telephone along."""
    found = _collection()
    phones = current_viewer().may(Permission.PHONE_VIEW)
    due = gettext("Due on %(day)s.", day=format_date(found.due)) if found.due else ""
    return xlsx_response(
        Sheet(
            name=gettext("To remind"),
            filename=f"reminders-{found.form.kind.data}-{found.form.year.data}",
            head=[gettext("Unit"), gettext("State"), gettext("Officers"), gettext("Telephone")],
            rows=[
                [
                    row.name,
                    gettext(STATE_MESSAGES[State(row.state)])
                    if row.state
                    else gettext("Report not begun"),
                    ", ".join(row.officers),
                    ", ".join(map(format_phone, row.phones)) if phones else "",
                ]
                for row in found.waiting
            ],
            preamble=[gettext("Communes that have not sent their report"), found.said, due],
        )
    )


def _state(row: Sender) -> str:
    return gettext(STATE_MESSAGES[State(row.state)]) if row.state else gettext("Report not begun")


def _collection() -> Collection:
    """What the reader's province asked for. Raises RuleBroken for who collects nothing."""
    reads, day = who(), today()
    units = [unit_on(current_session(), unit_id, day) for unit_id in sorted(reads.offices)]
    province = next((unit for unit in units if unit and unit.level == Level.PROVINCE), None)
    if province is None:
        raise RuleBroken(
            N_("Reports of communes are collected by their province. Your unit collects none.")
        )
    asked = request.args.copy()
    if "kind" not in asked and (nearest := nearest_due(folders.periods().values(), COMMUNE, day)):
        asked["kind"], asked["year"] = nearest[0].value, str(nearest[1])
    form = CollectForm(asked, day.year)
    form.offer(form_choices(), period_choices())
    rule = folders.periods()[Kind(form.kind.data)]
    year = int(form.year.data or day.year)
    wanted = (form.layout.data, form.kind.data, year)
    rows = senders(current_session(), reads, province.path, wanted, day)
    return Collection(province, form, rule, rule.due_on(year, COMMUNE), rows)
