"""Writes the demonstration's units, teams, mediators and staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Role, Viewer
from training_app.accounts.models import Account, Kind, RoleGrant
from training_app.accounts.services import ensure_account
from training_app.db import Unscoped
from training_app.demo.plan import PlannedCommune, PlannedPerson, PlannedTeam
from training_app.organisation.models import (
    RecognitionRole,
    Share,
    TeamSpan,
    UnitSpan,
    UnitSuccession,
    holds,
)
from training_app.organisation.services import memberships, people, teams

REFORM = date(2025, 7, 1)
TERM = timedelta(days=30)
DEMO = Unscoped("the demonstration writes invented people")


@dataclass
class Written:
    """What was written: person ids of each commune with their plans, and staff accounts."""

    mediators: dict[int, list[tuple[int, PlannedPerson]]] = field(default_factory=dict)
    leaders: list[int] = field(default_factory=list)
    staff: dict[str, Account] = field(default_factory=dict)
    trainers: list[int] = field(default_factory=list)


def write_commune(
    session: Session, planned: PlannedCommune, written: Written, *, now: datetime, actor: Viewer
) -> int:
    """Write one commune's teams; those older than the reform began in a former ward."""
    unit = session.execute(
        select(UnitSpan).where(UnitSpan.code == planned.code, UnitSpan.valid_to.is_(None))
    ).scalar_one()
    former = session.scalars(
        select(UnitSuccession.old_unit_id)
        .where(UnitSuccession.new_unit_id == unit.unit_id, UnitSuccession.share == Share.WHOLE)
        .order_by(UnitSuccession.old_unit_id)
    ).all()
    written.mediators[unit.unit_id] = []
    for place, team in enumerate(planned.teams):
        old = former[place % len(former)] if former else unit.unit_id
        team_id = _write_team(session, team, old, now=now, actor=actor)
        for person in team.people:
            person_id = _write_person(session, person, team_id, team.founded, now=now, actor=actor)
            written.mediators[unit.unit_id].append((person_id, person))
            if person.leads:
                written.leaders.append(person_id)
        if old != unit.unit_id:
            _move_at_reform(session, team_id, unit.unit_id)
    session.flush()
    return unit.unit_id


def _write_team(
    session: Session, team: PlannedTeam, unit_id: int, *, now: datetime, actor: Viewer
) -> int:
    fields = teams.TeamFields(
        name=f"Tổ hòa giải {team.name}",
        minority_required=team.minority_required,
    )
    return teams.create_team(session, unit_id, fields, on=team.founded, now=now, actor=actor)


def _move_at_reform(session: Session, team_id: int, unit_id: int) -> None:
    """On 1 July 2025 the ward became part of another; the team's past stays where it was."""
    span = session.scalars(
        select(TeamSpan)
        .where(TeamSpan.team_id == team_id, TeamSpan.valid_to.is_(None))
        .execution_options(scope=DEMO)
    ).one()
    span.valid_to = REFORM
    session.flush()
    session.add(
        TeamSpan(
            team_id=team_id,
            unit_id=unit_id,
            # Two former wards may each have had a "Khu phố 1".
            name=span.name,
            name_fold=span.name_fold,
            sort_key=span.sort_key,
            village=span.village,
            minority_required=span.minority_required,
            valid_from=REFORM,
            valid_to=None,
        )
    )


def _write_person(
    session: Session,
    planned: PlannedPerson,
    team_id: int,
    since: date,
    *,
    now: datetime,
    actor: Viewer,
) -> int:
    fields = people.PersonFields(
        full_name=planned.full_name,
        birth_year=planned.birth_year,
        sex=planned.sex,
        ethnic_minority=planned.minority,
        law_qualified=planned.law_qualified,
    )
    person_id = people.add_person(
        session, fields, team_id=team_id, phones=[planned.phone], on=since, now=now, actor=actor
    )
    if planned.leads:
        memberships.elect_leader(session, team_id, person_id, on=since + TERM, now=now, actor=actor)
    memberships.record_recognition(
        session,
        person_id,
        team_id,
        RecognitionRole.LEADER if planned.leads else RecognitionRole.MEDIATOR,
        memberships.Decision(number=f"{person_id:03d}/QĐ-UBND", decided_on=since + TERM),
        now=now,
        actor=actor,
    )
    ensure_account(session, person_id, Kind.MEDIATOR, now=now, actor=actor)
    return person_id


STAFF = (
    # key, name, sex, role, unit: official code, "province" or nothing
    ("administrator", "Quản trị viên (trình diễn)", "male", Role.ADMINISTRATOR, ""),
    ("ministry", "Nguyễn Thị Minh Châu", "female", Role.MINISTRY_VIEWER, ""),
    ("province", "Trần Quốc Việt", "male", Role.PROVINCE_OFFICER, "province"),
    ("commune", "Lê Thị Hồng Nhung", "female", Role.COMMUNE_OFFICER, "26506"),
    ("approver", "Nguyễn Hoàng Nam", "male", Role.COMMUNE_OFFICER, "26506"),
    ("commune-2", "Phạm Đức Thịnh", "male", Role.COMMUNE_OFFICER, "26526"),
    ("commune-3", "Võ Thị Thùy Dương", "female", Role.COMMUNE_OFFICER, "26536"),
    ("trainer", "Đặng Văn Khải", "male", Role.TRAINER, "province"),
    ("trainer-2", "Bùi Thị Ngọc Ánh", "female", Role.TRAINER, "province"),
    ("reviewer", "Hồ Thị Diệu Hiền", "female", Role.REVIEWER, "province"),
    # What one administrator proposes, another has to confirm.
    ("administrator-2", "Quản trị viên thứ hai (trình diễn)", "female", Role.ADMINISTRATOR, ""),
)


def staff_unit(key: str) -> str:
    """The official code of the unit of one of the staff."""
    return next(code for one, _, _, _, code in STAFF if one == key)


def write_staff(
    session: Session, province_code: str, written: Written, *, now: datetime, actor: Viewer
) -> None:
    """Write the staff accounts, each with its role over its unit."""
    today = now.date()
    for key, name, sex, role, place in STAFF:
        code = province_code if place == "province" else place
        unit_id = _unit(session, code, today) if code else None
        person_id = people.add_person(
            session,
            people.PersonFields(full_name=name, sex=sex),
            team_id=None,
            on=today,
            now=now,
            actor=actor,
        )
        account = ensure_account(session, person_id, Kind.STAFF, now=now, actor=actor)
        account.login_name = f"demo.{key}"
        session.add(
            RoleGrant(
                account_id=account.id,
                role=role.value,
                unit_id=unit_id,
                valid_from=REFORM,
                valid_to=None,
                recorded_at=now,
                reason="demonstration",
            )
        )
        written.staff[key] = account
        if role is Role.TRAINER:
            written.trainers.append(person_id)
    session.flush()


def _unit(session: Session, code: str, on: date) -> int:
    return session.execute(
        select(UnitSpan.unit_id).where(UnitSpan.code == code, holds(UnitSpan, on))
    ).scalar_one()
