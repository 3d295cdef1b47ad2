"""What a person's standing rests on: facts, who entered them, when, on which text and law."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.catalogue.models import ContentCitation, ItemKind, ModuleVersion
from training_app.errors import NotFound
from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.queries import CITED_COLUMNS, CitedArticle, cited_article
from training_app.learning.models import Fact, FactWithdrawal
from training_app.learning.queries import one_human
from training_app.organisation.models import Membership, Person, TeamSpan, holds
from training_app.organisation.scope import may_see_person, teams, units
from training_app.programme.queries import PersonNeed, asked_of_person, judged, record_of
from training_app.workshops.models import Attendance, Workshop
from training_app.workshops.queries import visible
from training_app.workshops.services import SOURCE

_ASKED_ROLES = (Role.TRAINER.value, Role.COMMUNE_OFFICER.value)


@dataclass(frozen=True)
class HeldClass:
    """The class that a fact comes from; ``open`` when the reader may open its page."""

    id: int
    title: str
    held_on: date
    trainer: str
    open: bool


@dataclass(frozen=True)
class EvidenceRow:
    """One row per fact of the person up to the day, withdrawn ones included."""

    fact_id: int
    kind: str
    module_id: int | None
    title: str
    title_en: str
    version: int | None
    version_id: int | None
    minutes: int | None
    happened_on: date
    valid_until: date | None
    recorded_at: datetime
    recorded_by: str
    held_class: HeldClass | None
    withdrawn_on: date | None
    withdrawn_by: str
    withdrawal_reason: str
    laws: tuple[CitedArticle, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One person: name, teams in scope on the day, what is asked, and what it rests on."""

    person_id: int
    full_name: str
    teams: tuple[tuple[int, str], ...]
    needs: tuple[PersonNeed, ...]
    rows: tuple[EvidenceRow, ...]


def evidence(
    session: Session,
    person_id: int,
    on: date,
    *,
    today: date,
    scope: Scope,
    classes: Scope | None = None,
) -> Evidence:
    """The person as of the day, if in scope then or today. Raises NotFound otherwise.

    ``classes`` are the classes whose pages the reader may open; without it, none.
    """
    days = tuple(dict.fromkeys((on, today)))
    if not any(
        may_see_person(session, scope, person_id, day)
        or _holds_a_role(session, scope, person_id, day)
        for day in days
    ):
        raise NotFound
    human, full_name, served = _who(session, person_id, on, scope)
    asked = asked_of_person(session, human, on=on, scope=scope)
    record = record_of(session, human, scope=scope)
    return Evidence(
        person_id=human,
        full_name=full_name,
        teams=served,
        needs=tuple(PersonNeed(one, judged(one, record, on, joined=one.joined)) for one in asked),
        rows=tuple(_facts(session, human, on, scope, visible(classes or Scope(), today))),
    )


def _holds_a_role(session: Session, scope: Scope, person_id: int, on: date) -> bool:
    """Whether a table counts the person as a trainer or official of a unit in scope."""
    found = session.scalar(
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            Account.person_id.in_(one_human(person_id)),
            RoleGrant.role.in_(_ASKED_ROLES),
            holds(RoleGrant, on),
            RoleGrant.unit_id.in_(units(scope, on)),
        )
        .limit(1)
        .execution_options(scope=scope)
    )
    return not scope.totals_only and found is not None


def _who(
    session: Session, person_id: int, on: date, scope: Scope
) -> tuple[int, str, tuple[tuple[int, str], ...]]:
    """The canonical person, the name, and the teams in scope."""
    canonical = aliased(Person)
    human = func.coalesce(Person.canonical_id, Person.id)
    row = session.execute(
        select(canonical.id, canonical.full_name)
        .join(Person, human == canonical.id)
        .where(Person.id == person_id)
        .execution_options(scope=scope)
    ).one()
    served = session.execute(
        select(TeamSpan.team_id, TeamSpan.name)
        .join(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .where(
            Membership.person_id.in_(one_human(person_id)),
            holds(TeamSpan, on),
            TeamSpan.team_id.in_(teams(scope, on)),
        )
        .order_by(TeamSpan.sort_key)
        .execution_options(scope=scope)
    )
    return row.id, row.full_name, tuple((team_id, name) for team_id, name in served)


def _facts(
    session: Session, human: int, on: date, scope: Scope, may_open: ColumnElement[bool]
) -> list[EvidenceRow]:
    """Facts with their class: a fact of attendance names the line of the roll it comes from."""
    writer, withdrawer, trainer = aliased(Person), aliased(Person), aliased(Person)
    by, taken_back_by = aliased(Account), aliased(Account)
    line = and_(Fact.source_kind == SOURCE, Attendance.id == Fact.source_id)
    found = session.execute(
        select(
            Fact,
            ModuleVersion,
            FactWithdrawal,
            Workshop,
            func.coalesce(trainer.full_name, Workshop.guest_trainer).label("trainer"),
            may_open.label("may_open"),
            writer.full_name.label("writer"),
            withdrawer.full_name.label("withdrawer"),
        )
        .outerjoin(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .outerjoin(by, by.id == Fact.recorded_by)
        .outerjoin(writer, writer.id == by.person_id)
        .outerjoin(Attendance, line)
        .outerjoin(Workshop, Workshop.id == Attendance.workshop_id)
        .outerjoin(trainer, trainer.id == Workshop.trainer_person_id)
        .outerjoin(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .outerjoin(taken_back_by, taken_back_by.id == FactWithdrawal.recorded_by)
        .outerjoin(withdrawer, withdrawer.id == taken_back_by.person_id)
        .where(Fact.person_id.in_(one_human(human)), Fact.happened_on <= on)
        .order_by(Fact.happened_on.desc(), Fact.id.desc())
        .execution_options(scope=scope)
    ).all()
    versions = {row.ModuleVersion.id for row in found if row.ModuleVersion is not None}
    laws = _laws(session, versions)
    return [_fact_row(row, laws) for row in found]


def _fact_row(row: Any, laws: dict[int, tuple[CitedArticle, ...]]) -> EvidenceRow:
    fact: Fact = row.Fact
    version: ModuleVersion | None = row.ModuleVersion
    withdrawn: FactWithdrawal | None = row.FactWithdrawal
    return EvidenceRow(
        fact_id=fact.id,
        kind=fact.kind,
        module_id=fact.module_id,
        title=version.title if version else "",
        title_en=(version.title_en or version.title) if version else "",
        version=version.number if version else None,
        version_id=version.id if version else None,
        minutes=fact.minutes,
        happened_on=fact.happened_on,
        valid_until=fact.valid_until,
        recorded_at=fact.recorded_at,
        recorded_by=row.writer or "",
        held_class=_held_class(row),
        withdrawn_on=withdrawn.withdrawn_on if withdrawn else None,
        withdrawn_by=row.withdrawer or "",
        withdrawal_reason=withdrawn.reason if withdrawn else "",
        laws=laws.get(version.id, ()) if version else (),
    )


def _held_class(row: Any) -> HeldClass | None:
    found: Workshop | None = row.Workshop
    if found is None:
        return None
    return HeldClass(found.id, found.title, found.held_on, row.trainer or "", bool(row.may_open))


def _laws(session: Session, version_ids: Iterable[int]) -> dict[int, tuple[CitedArticle, ...]]:
    """What each module version as a whole cites. One SELECT, none for nothing."""
    wanted = list(version_ids)
    if not wanted:
        return {}
    found: dict[int, list[CitedArticle]] = defaultdict(list)
    for row in session.execute(
        select(
            *CITED_COLUMNS,
            ContentCitation.clause,
            ContentCitation.point,
            ContentCitation.module_version_id,
        )
        .select_from(ContentCitation)
        .join(LegalArticle, LegalArticle.id == ContentCitation.article_id)
        .join(LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id)
        .where(
            ContentCitation.module_version_id.in_(wanted),
            ContentCitation.item_kind == ItemKind.MODULE,
        )
        .order_by(ContentCitation.position)
    ):
        found[row.module_version_id].append(cited_article(row, row.clause, row.point))
    return {version_id: tuple(articles) for version_id, articles in found.items()}
