"""What a class can project, the rounds of its hall, and what a phone may know by the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.catalogue.models import ModuleVersion
from training_app.catalogue.queries import (
    question_bank,
    question_bodies,
    scenario_version,
    scenarios_of,
)
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.hall import rules
from training_app.hall.models import Hall, HallHands, HallRound, HallVote
from training_app.hall.rules import Ballot, Distribution

# -- what can be projected ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to project: a question, or a turn of a scenario (``node``)."""

    question_version_id: int | None
    scenario_version_id: int | None
    node: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario with its turns, the first one first."""

    title: str
    turns: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class ModuleOffers:
    """What one module of the class has to project."""

    title: str
    title_en: str
    questions: tuple[Offer, ...]
    stories: tuple[Story, ...]


def offers(session: Session, modules: Iterable[ModuleVersion]) -> list[ModuleOffers]:
    """One entry per module: practice questions that letters can answer, and scenarios."""
    return [
        ModuleOffers(
            module.title,
            module.title_en,
            tuple(
                Offer(one.version_id, None, None, one.question().stem)
                for one in question_bank(session, module.id)
                if one.use != "test" and rules.can_be_projected(one.question())
            ),
            tuple(_stories(session, module.id)),
        )
        for module in modules
    ]


def _stories(session: Session, module_version_id: int) -> Iterable[Story]:
    for line in scenarios_of(session, module_version_id):
        page = scenario_version(session, line.scenario_version_id)
        if page is not None:
            yield Story(
                line.title,
                tuple(
                    Offer(None, line.scenario_version_id, node.id, node.situation)
                    for node in rules.turns(page.scenario)
                ),
            )


@dataclass(frozen=True, slots=True)
class End:
    """An ending to which a way leads."""

    title: str
    summary: str
    better: str


@dataclass(frozen=True, slots=True)
class Projected:
    """The ballot of a round, the scenario's title, and the endings its ways lead to, by id."""

    ballot: Ballot
    title: str
    endings: Mapping[str, End]


def projected(session: Session, shown: HallRound | Joined) -> Projected:
    """What a round asks. Raises NotFound when the scenario has no such turn."""
    if shown.question_version_id is not None:
        found = question_bodies(session, [shown.question_version_id])
        return Projected(rules.question_ballot(found[shown.question_version_id]), "", {})
    page = scenario_version(session, shown.scenario_version_id or 0)
    node = page.scenario.node(shown.node or "") if page else None
    if page is None or node is None:
        raise NotFound
    endings = {one.id: End(one.title, one.summary, one.better) for one in page.scenario.endings}
    return Projected(rules.node_ballot(node), page.scenario.title, endings)


# -- the trainer's side ---------------------------------------------------------------------


def open_hall(session: Session, scope: Scope, workshop_id: int, *, now: datetime) -> Hall | None:
    """The hall of a class, if it is open."""
    return session.scalars(
        select(Hall)
        .where(
            Hall.workshop_id == workshop_id,
            Hall.closed_at.is_(None),
            Hall.closes_at > now,
        )
        .execution_options(scope=scope)
    ).one_or_none()


def round_of(
    session: Session, scope: Scope, workshop_id: int, round_id: int
) -> tuple[HallRound, Hall]:
    """A round of the class and its hall. The class was found in scope; NotFound otherwise."""
    found = session.execute(
        select(HallRound, Hall)
        .join(Hall, Hall.id == HallRound.hall_id)
        .where(HallRound.id == round_id, Hall.workshop_id == workshop_id)
        .execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def rounds(session: Session, scope: Scope, workshop_id: int) -> list[HallRound]:
    """Every round of the class, newest first."""
    return list(
        session.scalars(
            select(HallRound)
            .join(Hall, Hall.id == HallRound.hall_id)
            .where(Hall.workshop_id == workshop_id)
            .order_by(HallRound.id.desc())
            .execution_options(scope=scope)
        )
    )


def tally_votes(session: Session, round_id: int) -> dict[str, int]:
    """Ids of the choices, joined by a blank → how many phones sent them."""
    found = session.execute(
        select(HallVote.choices, func.count().label("times"))
        .where(HallVote.round_id == round_id)
        .group_by(HallVote.choices)
    )
    return {row.choices: row.times for row in found}


def votes(session: Session, round_id: int) -> int:
    """How many phones have answered the open round."""
    counted = select(func.count()).select_from(HallVote).where(HallVote.round_id == round_id)
    return session.scalar(counted) or 0


def hands(session: Session, scope: Scope, round_id: int) -> dict[str, int]:
    """Raised hands as last counted in: way → hands."""
    found = session.scalars(
        select(HallHands)
        .where(HallHands.round_id == round_id)
        .order_by(HallHands.id.desc())
        .limit(1)
        .execution_options(scope=scope)
    ).one_or_none()
    return dict(found.counts) if found else {}


def counted(session: Session, scope: Scope, shown: HallRound, ballot: Ballot) -> Distribution:
    """How the hall answered: the tally of a closed round, the votes so far of an open one."""
    tally = tally_votes(session, shown.id) if shown.tally is None else shown.tally
    return rules.distribution(ballot, tally, hands(session, scope, shown.id))


# -- a phone's side -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a hall stands, for whoever knows its code; before the first round there is none."""

    hall_id: int
    closes_at: datetime
    round_id: int | None
    number: int | None
    closed_at: datetime | None
    question_version_id: int | None
    scenario_version_id: int | None
    node: str | None

    @property
    def open(self) -> bool:
        """Whether a round can be answered now."""
        return self.round_id is not None and self.closed_at is None

    @property
    def state(self) -> str:
        """Where the hall stands, in one word that changes whenever a phone has to look again."""
        if self.round_id is None:
            return "wait"
        return f"{self.number}-{'open' if self.open else 'closed'}"


_BY_CODE: Final = Unscoped("the code on the screen opens its own hall, which names nobody")
_LAST: Final = (
    select(func.max(HallRound.number))
    .where(HallRound.hall_id == Hall.id)
    .correlate(Hall)
    .scalar_subquery()
)
# One statement for each look of a phone: the hall by its code, its last round by its number.
_JOINED: Final = (
    select(
        Hall.id,
        Hall.closes_at,
        HallRound.id.label("round_id"),
        HallRound.number,
        HallRound.closed_at,
        HallRound.question_version_id,
        HallRound.scenario_version_id,
        HallRound.node,
    )
    .outerjoin(HallRound, (HallRound.hall_id == Hall.id) & (HallRound.number == _LAST))
    .where(Hall.code == bindparam("code"), Hall.closed_at.is_(None))
)


def joined(session: Session, code: int, *, now: datetime) -> Joined | None:
    """The open hall with this code, or None."""
    row = session.execute(_JOINED, {"code": code}, execution_options={"scope": _BY_CODE}).first()
    if row is None or row.closes_at <= now:
        return None
    return Joined(*row)


def ended_lately(session: Session, code: int, *, now: datetime) -> bool:
    """Whether a hall with this code ended so short a time ago that its phones may still ask."""
    since = now - rules.OPEN_FOR
    ended = or_(
        Hall.closed_at > since, and_(Hall.closed_at.is_(None), Hall.closes_at.between(since, now))
    )
    found = select(Hall.id).where(Hall.code == code, ended).limit(1)
    return session.scalar(found.execution_options(scope=_BY_CODE)) is not None


def has_voted(session: Session, round_id: int, voter: str) -> bool:
    """Whether this phone has answered the round."""
    found = select(HallVote.round_id).where(HallVote.round_id == round_id, HallVote.voter == voter)
    return session.scalar(found) is not None
