"""What a person's standing rests on: facts, who entered them, when, on which text and law."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.accounts.models import Account
from training_app.catalogue.models import ContentCitation, ItemKind, ModuleVersion
from training_app.errors import NotFound
from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.queries import CITED_COLUMNS, CitedArticle, cited_article
from training_app.learning.models import Fact, FactWithdrawal
from training_app.learning.queries import one_human
from training_app.organisation.models import Membership, Person, TeamSpan, holds
from training_app.organisation.scope import may_see_person, teams
from training_app.programme.queries import PersonNeed, asked_of_person, judged, record_of
from training_app.workshops.models import Workshop


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
    class_title: str
    withdrawn_on: date | None
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


def evidence(session: Session, person_id: int, on: date, *, today: date, scope: Scope) -> Evidence:
    """The person as of the day, if in scope then or today. Raises NotFound otherwise."""
    if not any(
        may_see_person(session, scope, person_id, day) for day in dict.fromkeys((on, today))
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
        rows=tuple(_facts(session, human, on, scope)),
    )


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


def _facts(session: Session, human: int, on: date, scope: Scope) -> list[EvidenceRow]:
    writer = aliased(Person)
    held_class = and_(Fact.source_kind == "workshop", Workshop.id == Fact.source_id)
    found = session.execute(
        select(
            Fact.id,
            Fact.kind,
            Fact.module_id,
            func.coalesce(ModuleVersion.title, ""),
            func.coalesce(func.nullif(ModuleVersion.title_en, ""), ModuleVersion.title, ""),
            ModuleVersion.number,
            ModuleVersion.id,
            Fact.minutes,
            Fact.happened_on,
            Fact.valid_until,
            Fact.recorded_at,
            func.coalesce(writer.full_name, ""),
            func.coalesce(Workshop.title, ""),
            FactWithdrawal.withdrawn_on,
            func.coalesce(FactWithdrawal.reason, ""),
        )
        .outerjoin(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .outerjoin(Account, Account.id == Fact.recorded_by)
        .outerjoin(writer, writer.id == Account.person_id)
        .outerjoin(Workshop, held_class)
        .outerjoin(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(Fact.person_id.in_(one_human(human)), Fact.happened_on <= on)
        .order_by(Fact.happened_on.desc(), Fact.id.desc())
        .execution_options(scope=scope)
    ).all()
    laws = _laws(session, {row[6] for row in found if row[6] is not None})
    return [replace(EvidenceRow(*row), laws=laws.get(row[6], ())) for row in found]


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
