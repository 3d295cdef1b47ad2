"""What a page keeps by itself while its author writes: beside the versions, never one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.authoring import queries
from training_app.authoring.models import EDITABLE, Draft, Unsaved
from training_app.authoring.services.drafting import STEPPED_AHEAD
from training_app.db import touched
from training_app.errors import NotAllowed, RuleBroken


@dataclass(frozen=True, slots=True)
class Kept:
    """That the text is safe, and who saved the same part meanwhile (empty: nobody)."""

    colleague: str = ""


def keep_unsaved(
    session: Session,
    draft: Draft,
    name: str,
    text: str,
    base_number: int,
    *,
    now: datetime,
    actor: Viewer,
) -> Kept:
    """Keep an author's text of one file as it stands on the page; the last one counts.

    No version is made and no colleague's text is touched: whoever saved the file after version
    ``base_number`` is told instead. Raises :class:`RuleBroken` when the draft cannot be written in.
    """
    if draft.state not in EDITABLE:
        raise RuleBroken(STEPPED_AHEAD)
    last = queries.newest(session, draft)
    saved = last.files.get(name)
    if saved == text:
        drop_unsaved(session, draft, name, actor=actor)
        return Kept()
    values = {"base_number": base_number, "text": text, "saved_at": now}
    if not _overwrite(session, draft, name, values, actor=actor):
        row = Unsaved(draft_id=draft.id, account_id=_account(actor), name=name, **values)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another tab of the same author was faster
            _overwrite(session, draft, name, values, actor=actor)
    if base_number == last.number:
        return Kept()
    base = queries.version(session, draft, base_number).files.get(name)
    return Kept("" if saved == base else queries.versions(session, draft)[0].author)


def drop_unsaved(session: Session, draft: Draft, name: str, *, actor: Viewer) -> None:
    """Forget what was kept of one file; without it nothing happens."""
    session.execute(
        delete(Unsaved).where(
            Unsaved.draft_id == draft.id,
            Unsaved.account_id == _account(actor),
            Unsaved.name == name,
        )
    )


def _overwrite(
    session: Session, draft: Draft, name: str, values: dict[str, object], *, actor: Viewer
) -> bool:
    done = session.execute(
        update(Unsaved)
        .where(
            Unsaved.draft_id == draft.id,
            Unsaved.account_id == _account(actor),
            Unsaved.name == name,
        )
        .values(values)
    )
    return touched(done) == 1


def _account(actor: Viewer) -> int:
    if actor.account_id is None:
        raise NotAllowed
    return actor.account_id
