"""Bringing the register of laws into the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.queries import standing_changes
from training_app.laws.source import DatedArticle, Instrument, Register

# What a recorded change of law says of an article.
_GOVERNED: Final = frozenset({"heading", "gist", "in_force_to", "replaced_by"})


@dataclass(frozen=True, slots=True)
class LawChanges:
    """What a load did: keys of instruments and ``key#article`` of articles."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything was written."""
        return bool(self.added or self.changed)


def load(session: Session, register: Register, *, now: datetime, actor: Viewer) -> LawChanges:
    """Add what is new and change what differs; the same register twice changes nothing.

    Articles that the register no longer lists stay, because published content cites them; they are
    reported as absent. Where a change of law was recorded and stands, the text and the end of the
    article are left as that change says. Every change is audited with the values before and after.
    """
    added: list[str] = []
    changed: list[str] = []
    known = {one.key: one for one in session.scalars(select(LegalInstrument))}
    for position, instrument in enumerate(register.instruments):
        values = _instrument_values(instrument) | {"position": position}
        row = known.get(instrument.key)
        if row is None:
            known[instrument.key] = LegalInstrument(key=instrument.key, recorded_at=now, **values)
            session.add(known[instrument.key])
            added.append(instrument.key)
        elif _update(session, row, values, instrument.key, now=now, actor=actor):
            changed.append(instrument.key)
    session.flush()
    absent = _load_articles(session, register, known, added, changed, now=now, actor=actor)
    session.flush()
    if added:
        detail = {"added": len(added), "changed": len(changed)}
        record(session, Action.LAWS_LOADED, actor=actor, now=now, detail=detail)
    return LawChanges(tuple(added), tuple(changed), tuple(absent))


def _load_articles(
    session: Session,
    register: Register,
    instruments: Mapping[str, LegalInstrument],
    added: list[str],
    changed: list[str],
    *,
    now: datetime,
    actor: Viewer,
) -> list[str]:
    """Add and change articles; returns those that the register does not list."""
    known = {
        f"{instrument.key}#{article.number}": article
        for article, instrument in session.execute(
            select(LegalArticle, LegalInstrument).join(
                LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id
            )
        )
    }
    governed = standing_changes(session)
    for position, dated in enumerate(register.articles()):
        name = str(dated.citation)
        values = _article_values(dated) | {"position": position}
        row = known.pop(name, None)
        if row is not None and row.id in governed:
            values = {key: value for key, value in values.items() if key not in _GOVERNED}
        if row is None:
            owner = instruments[dated.instrument.key]
            number = dated.article.number
            session.add(
                LegalArticle(instrument_id=owner.id, number=number, recorded_at=now, **values)
            )
            added.append(name)
        elif _update(session, row, values, name, now=now, actor=actor):
            changed.append(name)
    return sorted(known)


def _instrument_values(instrument: Instrument) -> dict[str, Any]:
    return instrument.model_dump(exclude={"key", "articles"})


def _article_values(dated: DatedArticle) -> dict[str, Any]:
    return {
        "heading": dated.article.heading,
        "gist": dated.article.gist,
        "confidence": dated.article.confidence,
        "in_force_from": dated.in_force_from,
        "in_force_to": dated.in_force_to,
        "replaced_by": dated.replaced_by,
    }


def _update(
    session: Session,
    row: LegalInstrument | LegalArticle,
    values: Mapping[str, Any],
    name: str,
    *,
    now: datetime,
    actor: Viewer,
) -> bool:
    """Write what differs and audit it; a new place in the list alone is no change of law."""
    differing = {key: value for key, value in values.items() if getattr(row, key) != value}
    before = {key: _plain(getattr(row, key)) for key in differing}
    for key, value in differing.items():
        setattr(row, key, value)
    differing.pop("position", None)
    if not differing:
        return False
    row.recorded_at = now
    after = {key: _plain(value) for key, value in differing.items()}
    before.pop("position", None)
    kind = "instrument" if isinstance(row, LegalInstrument) else "article"
    record(
        session,
        Action.LAW_CHANGED,
        actor=actor,
        now=now,
        object_kind=kind,
        object_id=row.id,
        detail={"place": name, "before": before, "after": after},
    )
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
