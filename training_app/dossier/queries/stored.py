"""One SELECT for each kind of data that is stored of a human being, by the ids of its records."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import String, func, literal, select
from sqlalchemy.orm import aliased

from training_app.accounts.models import (
    Account,
    Consent,
    Device,
    EntryPass,
    Passkey,
    RoleGrant,
    SignIn,
)
from training_app.assessment.models import Answer, Attempt, LateAnswer
from training_app.catalogue.models import Lesson, Module, ModuleVersion, QuestionVersion
from training_app.catalogue.models import Question as QuestionRow
from training_app.certificates.models import Certificate
from training_app.dossier.models import DataRequest
from training_app.learning.models import (
    Enrolment,
    Exemption,
    Fact,
    FactWithdrawal,
    Holding,
    LessonProgress,
)
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    PersonPhone,
    Recognition,
    TeamSpan,
    UnitSpan,
)
from training_app.practice.models import PracticeAnswer, ReviewCard
from training_app.requirements.models import Requirement
from training_app.workshops.models import Attendance, Workshop

_SPAN: Final = aliased(TeamSpan)
Ids = tuple[int, ...]


def _team_name(team_id: Any) -> Any:
    return (
        select(_SPAN.name)
        .where(_SPAN.team_id == team_id)
        .order_by(_SPAN.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )


def _unit_name(unit_id: Any) -> Any:
    return (
        select(UnitSpan.type + " " + UnitSpan.name)
        .where(UnitSpan.unit_id == unit_id)
        .order_by(UnitSpan.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )


def _accounts(ids: Ids) -> Any:
    return select(Account.id).where(Account.person_id.in_(ids))


def person(ids: Ids) -> Any:
    """What is recorded of the person."""
    return (
        select(
            Person.full_name,
            Person.birth_date,
            Person.birth_year,
            Person.sex,
            Person.ethnic_minority,
            Person.law_qualified,
            Person.recorded_at,
            Person.restricted_at,
        )
        .where(Person.id.in_(ids))
        .order_by(Person.id)
    )


def phones(ids: Ids) -> Any:
    """Telephone numbers and when they held."""
    return (
        select(PersonPhone.number, PersonPhone.valid_from, PersonPhone.valid_to)
        .where(PersonPhone.person_id.in_(ids))
        .order_by(PersonPhone.id)
    )


def memberships(ids: Ids) -> Any:
    """Teams served in and led."""
    return (
        select(
            _team_name(Membership.team_id),
            literal("member", String),
            Membership.valid_from,
            Membership.valid_to,
            Membership.end_reason,
            Membership.end_note,
        )
        .where(Membership.person_id.in_(ids))
        .union_all(
            select(
                _team_name(Leadership.team_id),
                literal("leader", String),
                Leadership.valid_from,
                Leadership.valid_to,
                literal("", String),
                literal("", String),
            ).where(Leadership.person_id.in_(ids))
        )
    )


def recognitions(ids: Ids) -> Any:
    """Decisions that recognised the person."""
    return (
        select(
            _team_name(Recognition.team_id),
            Recognition.role,
            Recognition.decision_number,
            Recognition.decided_on,
            Recognition.note,
        )
        .where(Recognition.person_id.in_(ids))
        .order_by(Recognition.id)
    )


def account(ids: Ids) -> Any:
    """The ways in, without any secret."""
    return (
        select(
            Account.kind,
            Account.login_name,
            Account.created_at,
            Account.notice_seen_at,
            Account.locked_at,
            Account.lock_reason,
        )
        .where(Account.person_id.in_(ids))
        .order_by(Account.id)
    )


def roles(ids: Ids) -> Any:
    """Roles held."""
    return (
        select(
            RoleGrant.role,
            _unit_name(RoleGrant.unit_id),
            RoleGrant.valid_from,
            RoleGrant.valid_to,
        )
        .where(RoleGrant.account_id.in_(_accounts(ids)))
        .order_by(RoleGrant.id)
    )


def devices(ids: Ids) -> Any:
    """Phones used."""
    return (
        select(
            Device.label, Device.shared, Device.created_at, Device.last_seen_at, Device.removed_at
        )
        .where(Device.account_id.in_(_accounts(ids)))
        .order_by(Device.id)
    )


def passkeys(ids: Ids) -> Any:
    """Passkeys of staff."""
    return (
        select(Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.account_id.in_(_accounts(ids)))
        .order_by(Passkey.id)
    )


def sign_ins(ids: Ids) -> Any:
    """Entries, the newest first."""
    return (
        select(SignIn.way, SignIn.started_at, SignIn.last_seen_at, SignIn.ended_at)
        .where(SignIn.account_id.in_(_accounts(ids)))
        .order_by(SignIn.id.desc())
    )


def passes(ids: Ids) -> Any:
    """Cards and codes issued."""
    return (
        select(EntryPass.kind, EntryPass.issued_at, EntryPass.used_at, EntryPass.revoked_at)
        .where(EntryPass.account_id.in_(_accounts(ids)))
        .order_by(EntryPass.id.desc())
    )


def consents(ids: Ids) -> Any:
    """Consents given and withdrawn."""
    return (
        select(Consent.purpose, Consent.given_at, Consent.withdrawn_at)
        .where(Consent.account_id.in_(_accounts(ids)))
        .order_by(Consent.id)
    )


def facts(ids: Ids) -> Any:
    """Evidence, also what was withdrawn."""
    return (
        select(
            Fact.kind,
            ModuleVersion.title,
            Fact.happened_on,
            Fact.recorded_at,
            Fact.minutes,
            FactWithdrawal.withdrawn_on,
            FactWithdrawal.reason,
        )
        .outerjoin(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .outerjoin(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(Fact.person_id.in_(ids))
        .order_by(Fact.happened_on, Fact.id)
    )


def holdings(ids: Ids) -> Any:
    """Requirements met."""
    return (
        select(Requirement.title, Holding.held_from, Holding.held_until)
        .join(Requirement, Requirement.id == Holding.requirement_id)
        .where(Holding.person_id.in_(ids))
        .order_by(Holding.held_from, Holding.id)
    )


def exemptions(ids: Ids) -> Any:
    """Exemptions granted."""
    return (
        select(Exemption.exempt_from, Exemption.exempt_until, Exemption.reason)
        .where(Exemption.person_id.in_(ids))
        .order_by(Exemption.id)
    )


def certificates(ids: Ids) -> Any:
    """Certificates."""
    return (
        select(
            Certificate.code,
            Certificate.printed_name,
            ModuleVersion.title,
            Certificate.issued_on,
            Certificate.revoked_at,
            Certificate.revoke_reason,
        )
        .join(ModuleVersion, ModuleVersion.id == Certificate.module_version_id)
        .where(Certificate.person_id.in_(ids))
        .order_by(Certificate.id)
    )


def classes(ids: Ids) -> Any:
    """Classes on whose roll the person stands."""
    return (
        select(Workshop.title, Workshop.held_on, Attendance.present, Attendance.recorded_at)
        .join(Attendance, Attendance.workshop_id == Workshop.id)
        .where(Attendance.person_id.in_(ids), Attendance.replaced_at.is_(None))
        .order_by(Workshop.held_on, Workshop.id)
    )


def attempts(ids: Ids) -> Any:
    """Attempts at tests."""
    return (
        select(
            ModuleVersion.title,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.points,
            Attempt.out_of,
            Attempt.passed,
            Attempt.shared_phone,
        )
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(Attempt.person_id.in_(ids))
        .order_by(Attempt.id)
    )


def answers(ids: Ids) -> Any:
    """Answers given in tests."""
    return (
        select(ModuleVersion.title, QuestionRow.key, Answer.response, Answer.answered_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(Attempt.person_id.in_(ids))
        .order_by(Answer.id)
    )


def late_answers(ids: Ids) -> Any:
    """Answers that arrived after their test was closed."""
    return (
        select(ModuleVersion.title, QuestionRow.key, LateAnswer.response, LateAnswer.arrived_at)
        .join(Attempt, Attempt.id == LateAnswer.attempt_id)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .join(QuestionVersion, QuestionVersion.id == LateAnswer.question_version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(Attempt.person_id.in_(ids))
        .order_by(LateAnswer.id)
    )


def practice(ids: Ids) -> Any:
    """Answers given in practice."""
    return (
        select(
            QuestionRow.key,
            PracticeAnswer.response,
            PracticeAnswer.right,
            PracticeAnswer.answered_at,
        )
        .join(QuestionVersion, QuestionVersion.id == PracticeAnswer.question_version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(PracticeAnswer.person_id.in_(ids))
        .order_by(PracticeAnswer.id)
    )


def cards(ids: Ids) -> Any:
    """Questions to meet again."""
    return (
        select(ReviewCard.question_key, ReviewCard.due_at, ReviewCard.reviews)
        .where(ReviewCard.person_id.in_(ids))
        .order_by(ReviewCard.id)
    )


def lessons(ids: Ids) -> Any:
    """Modules begun and lessons read."""
    version = aliased(ModuleVersion)
    newest = select(func.max(version.id)).where(version.module_id == Module.id).scalar_subquery()
    begun = (
        select(ModuleVersion.title, literal("", String), Enrolment.started_at)
        .join(Module, Module.id == Enrolment.module_id)
        .join(ModuleVersion, ModuleVersion.id == newest)
        .where(Enrolment.person_id.in_(ids))
    )
    read = (
        select(ModuleVersion.title, Lesson.title, LessonProgress.read_at)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        .where(LessonProgress.person_id.in_(ids))
    )
    return begun.union_all(read)


def requests(ids: Ids) -> Any:
    """What the person asked about the data."""
    return (
        select(
            DataRequest.kind,
            DataRequest.wish,
            DataRequest.received_on,
            DataRequest.due_on,
            DataRequest.decision,
            DataRequest.decision_reason,
            DataRequest.decided_at,
        )
        .where(DataRequest.person_id.in_(ids))
        .order_by(DataRequest.id)
    )
