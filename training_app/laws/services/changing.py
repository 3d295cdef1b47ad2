"""Recording that the law changes an article, and withdrawing what was recorded by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.laws.models import LawChange, LawChangeWithdrawal, LegalArticle
from training_app.laws.queries import standing_changes
from training_app.laws.rules import ArticleText, ChangeKind, text_on


@dataclass(frozen=True, slots=True)
class NewChange:
    """What the law changes; see ``models.LawChange``. Without a clause it is the whole article."""

    article_id: int
    kind: ChangeKind
    in_force_from: date
    source: str
    clause: str = ""
    point: str = ""
    heading: str = ""
    gist: str = ""
    replaced_by: str = ""


def record_change(
    session: Session, new: NewChange, *, now: datetime, today: date, actor: Viewer
) -> LawChange:
    """Write down a change; the article shows it from its day on.

    Raises :class:`NotFound` for an article that is not in the register and
    :class:`InvalidInput` where the act that decided it, or the new text, is missing, or where the
    same was recorded before.
    """
    article = session.get(LegalArticle, new.article_id)
    if article is None:
        raise NotFound
    if not new.source.strip():
        raise InvalidInput(N_("Write which act changes it."), field="source")
    if new.kind is ChangeKind.AMENDED and not new.gist.strip():
        raise InvalidInput(N_("Write in short what it says from then on."), field="gist")
    if new.point and not new.clause:
        raise InvalidInput(N_("Write the clause that the point belongs to."), field="clause")
    before = _before(session, new)
    change = LawChange(
        article_id=article.id,
        clause=new.clause,
        point=new.point,
        kind=new.kind.value,
        in_force_from=new.in_force_from,
        heading=new.heading.strip(),
        gist=new.gist.strip(),
        replaced_by=new.replaced_by,
        source=new.source.strip(),
        base=before[0].base if before else _base(article),
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(change)
    session.flush()
    _apply(article, change.base, (*before, change), today, now)
    record(
        session,
        Action.LAW_CHANGE_RECORDED,
        actor=actor,
        now=now,
        object_kind="law_change",
        object_id=change.id,
        detail={
            "article": article.id,
            "kind": change.kind,
            "clause": change.clause,
            "from": change.in_force_from.isoformat(),
        },
    )
    session.flush()
    return change


def _before(session: Session, new: NewChange) -> tuple[LawChange, ...]:
    """The changes of the article that stand; refuses one that is among them.

    The article's row is locked, so that of two who record the same the second is told.
    """
    session.execute(
        select(LegalArticle.id).where(LegalArticle.id == new.article_id).with_for_update()
    )
    before = standing_changes(session, {new.article_id}).get(new.article_id, ())
    place = new.clause, new.point, new.in_force_from
    if any((one.clause, one.point, one.in_force_from) == place for one in before):
        raise InvalidInput(
            N_(
                "A change of this place from this day is recorded already. Withdraw that one first"
                " if it was wrong."
            ),
            field="in_force_from",
        )
    return before


def withdraw_change(
    session: Session, change_id: int, *, reason: str, now: datetime, today: date, actor: Viewer
) -> LawChange:
    """Take back a change that was recorded by mistake; the article reads as without it.

    Raises :class:`RuleBroken` when it was withdrawn before.
    """
    change = session.get(LawChange, change_id)
    if change is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(N_("Say why it is withdrawn."), field="reason")
    withdrawal = LawChangeWithdrawal(
        law_change_id=change.id,
        reason=reason.strip(),
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(withdrawal)
    except IntegrityError:
        message = N_("This change of law was already withdrawn. Nothing was changed.")
        raise RuleBroken(message) from None
    article = session.get_one(LegalArticle, change.article_id)
    left = standing_changes(session, {article.id}).get(article.id, ())
    _apply(article, change.base, left, today, now)
    record(
        session,
        Action.LAW_CHANGE_WITHDRAWN,
        actor=actor,
        now=now,
        object_kind="law_change",
        object_id=change.id,
        reason=reason.strip(),
    )
    session.flush()
    return change


def refresh(session: Session, *, now: datetime, today: date) -> int:
    """Let every article with changes read as it does today; returns how many now differ."""
    changed = 0
    for article_id, changes in standing_changes(session).items():
        article = session.get_one(LegalArticle, article_id)
        changed += _apply(article, changes[0].base, changes, today, now)
    session.flush()
    return changed


def _base(article: LegalArticle) -> dict[str, Any]:
    """The article as the register has it, as plain data."""
    end = article.in_force_to
    return {
        "heading": article.heading,
        "gist": article.gist,
        "in_force_to": end.isoformat() if end else None,
        "replaced_by": article.replaced_by,
    }


def _apply(
    article: LegalArticle,
    base: dict[str, Any],
    changes: Iterable[LawChange],
    today: date,
    now: datetime,
) -> bool:
    """Write what the article says today, and its end whenever it comes."""
    text = text_on(base, changes, today)
    known = ArticleText(article.heading, article.gist, article.in_force_to, article.replaced_by)
    if text == known:
        return False
    article.heading, article.gist = text.heading, text.gist
    article.in_force_to, article.replaced_by = text.in_force_to, text.replaced_by
    article.recorded_at = now
    return True
