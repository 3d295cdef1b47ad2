"""Opening a hall, projecting, voting, counting hands in, closing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Unscoped, touched
from training_app.errors import N_, NotFound, RuleBroken
from training_app.hall import queries, rules
from training_app.hall.models import Hall, HallHands, HallRound, HallVote
from training_app.hall.queries import Joined, Offer
from training_app.workshops.models import Workshop
from training_app.workshops.queries import modules_of

_TRIES = 5
_OWN = Unscoped("the hall was reached through its class, or by the code on its screen")


# -- the trainer's side ---------------------------------------------------------------------


def project(
    session: Session,
    workshop: Workshop,
    wanted: Offer,
    scope: Scope,
    *,
    now: datetime,
    actor: Viewer,
) -> HallRound:
    """Open a round that asks ``wanted``, and the hall with the first one.

    A round that is still open is closed by the next; a second press finds the round of the first.
    Raises NotFound when no module of the class asks this, RuleBroken for a class not held or
    when a colleague projects at the same moment.
    """
    if workshop.cancelled_at is not None:
        raise RuleBroken(N_("This class was not held; there is nobody to ask."))
    _refuse_foreign(session, workshop, wanted, scope)
    hall = _hall(session, workshop, scope, now=now, actor=actor)
    current = session.scalars(
        select(HallRound)
        .where(HallRound.hall_id == hall.id, HallRound.closed_at.is_(None))
        .execution_options(scope=scope)
    ).one_or_none()
    if current is not None:
        if _asks(current, wanted):
            return current
        close_round(session, current, now=now)
    last = session.scalar(
        select(func.max(HallRound.number))
        .where(HallRound.hall_id == hall.id)
        .execution_options(scope=scope)
    )
    shown = HallRound(
        hall_id=hall.id,
        number=(last or 0) + 1,
        question_version_id=wanted.question_version_id,
        scenario_version_id=wanted.scenario_version_id,
        node=wanted.node,
        opened_at=now,
    )
    try:
        with session.begin_nested():
            session.add(shown)
    except IntegrityError as error:
        raise RuleBroken(
            N_("A colleague projected something at the same moment. Load the page and look.")
        ) from error
    return shown


def _asks(shown: HallRound, wanted: Offer) -> bool:
    return (shown.question_version_id, shown.scenario_version_id, shown.node) == (
        wanted.question_version_id,
        wanted.scenario_version_id,
        wanted.node,
    )


def _refuse_foreign(session: Session, workshop: Workshop, wanted: Offer, scope: Scope) -> None:
    """A class projects what its modules practise, nothing else."""
    for module in queries.offers(session, modules_of(session, workshop.id, scope)):
        turns = [turn for story in module.stories for turn in story.turns]
        for one in (*module.questions, *turns):
            if (one.question_version_id, one.scenario_version_id, one.node) == (
                wanted.question_version_id,
                wanted.scenario_version_id,
                wanted.node,
            ):
                return
    raise NotFound


def _hall(
    session: Session, workshop: Workshop, scope: Scope, *, now: datetime, actor: Viewer
) -> Hall:
    """The open hall of the class, opened now if there is none."""
    found = queries.open_hall(session, scope, workshop.id, now=now)
    if found is not None:
        return found
    close_lapsed(session, now=now)
    for _ in range(_TRIES):
        code = rules.LOWEST_CODE + secrets.randbelow(rules.HIGHEST_CODE - rules.LOWEST_CODE + 1)
        hall = Hall(
            workshop_id=workshop.id,
            code=code,
            opened_at=now,
            closes_at=now + rules.OPEN_FOR,
            opened_by=actor.account_id,
        )
        try:
            with session.begin_nested():
                session.add(hall)
        except IntegrityError:
            # Another hall has the code, or a colleague opened this one a moment ago.
            found = queries.open_hall(session, scope, workshop.id, now=now)
            if found is not None:
                return found
            continue
        _audit(session, Action.HALL_OPENED, workshop, now=now, actor=actor)
        return hall
    raise RuleBroken(N_("No join code was free. Please try again."))


def close_round(session: Session, shown: HallRound, *, now: datetime) -> None:
    """Count the votes into the round and delete them; a second press changes nothing.

    The UPDATE waits for votes that are being stored; later ones find the round closed.
    """
    closed = session.execute(
        update(HallRound)
        .where(HallRound.id == shown.id, HallRound.closed_at.is_(None))
        .values(closed_at=now, tally={})
        .execution_options(synchronize_session=False)
    )
    if touched(closed):
        tally = queries.tally_votes(session, shown.id)
        session.execute(
            update(HallRound)
            .where(HallRound.id == shown.id)
            .values(tally=tally)
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(HallVote).where(HallVote.round_id == shown.id))
    session.refresh(shown)


def close_hall(
    session: Session, workshop: Workshop, hall: Hall, *, now: datetime, actor: Viewer
) -> None:
    """End the session of a class: the code opens nothing any more."""
    _close(session, hall, now=now)
    _audit(session, Action.HALL_CLOSED, workshop, now=now, actor=actor)


def close_lapsed(session: Session, *, now: datetime) -> int:
    """Close halls whose hours have passed, with their rounds; returns how many."""
    lapsed = session.scalars(
        select(Hall)
        .where(Hall.closed_at.is_(None), Hall.closes_at <= now)
        .execution_options(scope=_OWN)
    ).all()
    for hall in lapsed:
        _close(session, hall, now=now)
    return len(lapsed)


def _close(session: Session, hall: Hall, *, now: datetime) -> None:
    still_open = session.scalars(
        select(HallRound)
        .where(HallRound.hall_id == hall.id, HallRound.closed_at.is_(None))
        .execution_options(scope=_OWN)
    ).all()
    for shown in still_open:
        close_round(session, shown, now=now)
    hall.closed_at = now
    session.flush()


def keep_hands(
    session: Session,
    shown: HallRound,
    counts: Mapping[str, int],
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """Count raised hands in; a correction is a further row, and the newest counts."""
    session.add(
        HallHands(
            round_id=shown.id,
            counts=dict(counts),
            recorded_at=now,
            recorded_by=actor.account_id,
        )
    )
    session.flush()


def _audit(
    session: Session, action: Action, workshop: Workshop, *, now: datetime, actor: Viewer
) -> None:
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="workshop",
        object_id=workshop.id,
        unit_id=workshop.unit_id,
    )
    session.flush()


# -- a phone's side -------------------------------------------------------------------------


def voter(round_id: int, token: str) -> str:
    """The fingerprint of a phone's random number in one round; two rounds cannot be joined."""
    return hashlib.sha256(f"{round_id}\0{token}".encode()).hexdigest()


def vote(session: Session, hall: Joined, token: str, choices: str) -> bool:
    """Store one phone's answer; False when the round has closed. A second answer changes nothing.

    The row of the round is held against closing until the vote is committed.
    """
    still_open = session.scalar(
        select(HallRound.id)
        .where(HallRound.id == hall.round_id, HallRound.closed_at.is_(None))
        .with_for_update(read=True)
        .execution_options(scope=_OWN)
    )
    if still_open is None:
        return False
    try:
        with session.begin_nested():
            session.add(
                HallVote(round_id=still_open, voter=voter(still_open, token), choices=choices)
            )
    except IntegrityError:
        pass  # this phone has answered: the first answer stands
    return True
