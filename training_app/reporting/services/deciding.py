"""From a draft to a locked report: checked by the one, approved by another, frozen for good."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.models import Level
from training_app.reporting.models import Report
from training_app.reporting.queries import people, reports
from training_app.reporting.rules.consistency import Finding, blocking, findings
from training_app.reporting.rules.figures import stored
from training_app.reporting.rules.states import State, demand_other_person, demand_state
from training_app.reporting.scope import Reader
from training_app.reporting.services.drafting import demand_own, layout_named
from training_app.reporting.services.moving import move, note


@dataclass(frozen=True)
class Signature:
    """What the paper of a report bears: its number, the day and who signed; each may be empty."""

    document_number: str = ""
    signed_on: date | None = None
    signer: str = ""


def examine(session: Session, report: Report) -> list[Finding]:
    """Everything that does not fit together in a report as it stands, errors first."""
    layout = layout_named(report)
    place = reports.place_of(session, report.unit_id, report.as_of)
    below = place.level != Level.COMMUNE
    return findings(
        layout,
        reports.figures_of(session, report),
        before=reports.before(session, report, layout),
        lower=reports.lower(session, report, place.path, layout) if below else (),
    )


def check(
    session: Session, report: Report, who: Reader, turn: int, *, now: datetime, actor: Viewer
) -> None:
    """Pass a draft on for approval. Raises RuleBroken while something has to be mended."""
    demand_own(report, who)
    demand_state(report.state, State.DRAFT)
    found = examine(session, report)
    if blocking(found):
        raise RuleBroken(
            N_("Some numbers do not fit together yet. Mend what the report lists, then check it.")
        )
    move(
        session, report, turn,
        state=State.CHECKED.value, checked_at=now, checked_by=actor.account_id, returned_note="",
    )  # fmt: skip
    note(session, report, Action.REPORT_CHECKED, now=now, actor=actor, warnings=len(found))
    session.flush()


def send_back(
    session: Session,
    report: Report,
    who: Reader,
    turn: int,
    *,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> None:
    """Make a report that waits, or is approved, a draft again, with what to mend."""
    demand_own(report, who)
    demand_state(report.state, State.CHECKED, State.APPROVED)
    if not reason:
        raise InvalidInput(N_("Say what has to be mended."), "reason")
    move(
        session, report, turn,
        state=State.DRAFT.value, returned_note=reason,
        checked_at=None, checked_by=None, approved_at=None, approved_by=None,
    )  # fmt: skip
    note(session, report, Action.REPORT_RETURNED, now=now, actor=actor, reason=reason)
    session.flush()


def approve(
    session: Session, report: Report, who: Reader, turn: int, *, now: datetime, actor: Viewer
) -> None:
    """Approve a checked report: by a person who had no hand in it. Raises RuleBroken."""
    demand_own(report, who)
    demand_state(report.state, State.CHECKED)
    _demand_other(session, report, actor)
    move(
        session, report, turn,
        state=State.APPROVED.value, approved_at=now, approved_by=actor.account_id,
    )  # fmt: skip
    note(session, report, Action.REPORT_APPROVED, now=now, actor=actor)
    session.flush()


def _demand_other(session: Session, report: Report, actor: Viewer) -> None:
    """Compare human beings: somebody with two accounts or two linked records is one."""
    makers = people.hands(session, report)
    if actor.account_id is None or actor.account_id in makers:
        demand_other_person(None, set())
    found = people.people_of(session, {*makers, actor.account_id})
    mine = found.get(actor.account_id or 0)
    demand_other_person(
        mine[0] if mine else None, {found[one][0] for one in makers if one in found}
    )


def lock(
    session: Session,
    report: Report,
    who: Reader,
    turn: int,
    signature: Signature,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """Freeze an approved report and send it to the office above.

    Nothing of it is written again: a correction is a new report. Raises InvalidInput for a day of
    signing still to come.
    """
    demand_own(report, who)
    demand_state(report.state, State.APPROVED)
    if signature.signed_on and signature.signed_on > today:
        raise InvalidInput(N_("The day of signing has not come yet."), "signed_on")
    frozen = freeze(session, report)
    move(
        session, report, turn,
        state=State.LOCKED.value, locked_at=now, locked_by=actor.account_id,
        document_number=signature.document_number, signed_on=signature.signed_on,
        signer=signature.signer, frozen=frozen, digest=digest(frozen),
    )  # fmt: skip
    note(session, report, Action.REPORT_LOCKED, now=now, actor=actor, digest=report.digest)
    session.flush()


def freeze(session: Session, report: Report) -> dict[str, Any]:
    """The document as it goes out: rows, totals, names of the units as they stand."""
    layout = layout_named(report)
    figures = reports.figures_of(session, report)
    place = reports.place_of(session, report.unit_id, report.as_of)
    return {
        "unit": place.name,
        "short": place.short_name,
        "parent": place.parent_name,
        "level": place.level,
        "rows": stored(figures),
        "totals": {one.key: figures.total(one.key) for one in layout.counted},
    }


def digest(frozen: dict[str, Any]) -> str:
    """SHA-256 of a frozen document, whatever the order of its keys."""
    text = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
