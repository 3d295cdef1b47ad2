"""Erasing a person: a row without a name stays, so that totals and evidence stay true.

Gone: name, birth, telephones, ways in, phones used, answers, notes about the person, the name on
certificates and in files of rosters. Kept, without a name: service and evidence with their days,
sex, law qualification and the restricted flag, because official counts of past days rest on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import (
    Account,
    Consent,
    Device,
    EntryPass,
    Passkey,
    Proposal,
    RoleGrant,
    SignIn,
)
from training_app.assessment.models import (
    Answer,
    Attempt,
    LateAnswer,
    WrittenAnswer,
    WrittenMark,
)
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.certificates.models import Certificate
from training_app.coverage.services import forget_every_file
from training_app.dossier.models import DataRequest
from training_app.dossier.services.files import (
    ERASING,
    OPTIONS,
    TOMBSTONE,
    refuse_open_files,
    wipe_files,
)
from training_app.errors import N_, RuleBroken
from training_app.learning.models import Exemption
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    PersonPhone,
    Recognition,
)
from training_app.organisation.services.operations import forget_people
from training_app.practice.models import PracticeAnswer, ReviewCard, ScenarioRun, ScenarioStep
from training_app.vietnamese import sort_key
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale


def erase(session: Session, person_id: int, *, now: datetime, actor: Viewer) -> None:
    """Erase a human being with all its records; it cannot be undone.

    Raises RuleBroken while the person serves in a team or holds a role, or while a file of a
    roster that names the person waits to be applied: end these first.
    """
    ids = _rows(session, person_id)
    _refuse_in_service(session, ids)
    people = session.scalars(
        select(Person).where(Person.id.in_(ids)).execution_options(scope=ERASING)
    ).all()
    refuse_open_files(session, ids, people)
    _wipe(session, ids, people, now=now)
    audit.record(
        session,
        Action.PERSON_ERASED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
    )
    session.flush()


def replay(session: Session, erased: Mapping[int, str], *, now: datetime, actor: Viewer) -> int:
    """Erase again whom a restored copy brought back: person id → moment its row was recorded.

    A row whose moment is another belongs to another database and is left alone. Returns how many
    rows were erased.
    """
    people = session.scalars(
        select(Person)
        .where(Person.id.in_(erased), Person.anonymised_at.is_(None))
        .execution_options(scope=ERASING)
    ).all()
    back = [one for one in people if one.recorded_at.isoformat() == erased[one.id]]
    if back:
        _wipe(session, [one.id for one in back], back, now=now)
        for one in back:
            audit.record(
                session,
                Action.PERSON_ERASED,
                actor=actor,
                now=now,
                object_kind="person",
                object_id=one.id,
                detail={"replayed": True},
            )
        session.flush()
    return len(back)


def erased_rows(session: Session) -> dict[int, str]:
    """Person id → moment its row was recorded, of everybody erased: what :func:`replay` takes."""
    rows = session.execute(
        select(Person.id, Person.recorded_at)
        .where(Person.anonymised_at.is_not(None))
        .order_by(Person.id)
        .execution_options(scope=ERASING)
    )
    return {row.id: row.recorded_at.isoformat() for row in rows}


def _rows(session: Session, person_id: int) -> list[int]:
    person = session.get_one(Person, person_id, execution_options={"scope": ERASING})
    linked = select(Person.id).where(Person.canonical_id == person.canonical)
    return [person.canonical, *session.scalars(linked.execution_options(scope=ERASING))]


def _refuse_in_service(session: Session, ids: list[int]) -> None:
    for model in (Membership, Leadership):
        serving = select(model.id).where(model.person_id.in_(ids), model.valid_to.is_(None))
        if session.scalars(serving.limit(1).execution_options(scope=ERASING)).first():
            raise RuleBroken(
                N_("This person still serves in a team. End the service first, then erase.")
            )
    role = (
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.person_id.in_(ids), RoleGrant.valid_to.is_(None))
    )
    if session.scalars(role.limit(1)).first():
        raise RuleBroken(N_("This person still holds a role. End the role first, then erase."))


def _wipe(session: Session, ids: list[int], people: Iterable[Person], *, now: datetime) -> None:
    wipe_files(session, ids, people)
    _wipe_ways_in(session, ids, now)
    _wipe_answers(session, ids, now)
    _wipe_notes(session, ids)
    session.execute(
        update(Person)
        .where(Person.id.in_(ids))
        .values(
            full_name=TOMBSTONE,
            name_fold="",
            sort_key=sort_key(TOMBSTONE),
            birth_date=None,
            birth_year=None,
            restricted_at=None,
            anonymised_at=now,
        ),
        execution_options=OPTIONS,
    )
    session.expire_all()
    mark_stale(session, StaleKind.PERSON, ids, now=now)


def _wipe_ways_in(session: Session, ids: list[int], now: datetime) -> None:
    session.execute(delete(PersonPhone).where(PersonPhone.person_id.in_(ids)))
    accounts = list(session.scalars(select(Account.id).where(Account.person_id.in_(ids))))
    for model in (SignIn, EntryPass, Consent, Device, Passkey):
        session.execute(
            delete(model).where(model.account_id.in_(accounts)), execution_options=OPTIONS
        )
    session.execute(
        update(Proposal).where(Proposal.account_id.in_(accounts)).values(reason=""),
        execution_options=OPTIONS,
    )
    session.execute(
        update(Account)
        .where(Account.id.in_(accounts))
        .values(
            login_name=None,
            secret_hash=None,
            totp_secret=None,
            totp_since=None,
            locked_at=now,
            lock_reason="",
        ),
        execution_options=OPTIONS,
    )


def _wipe_answers(session: Session, ids: list[int], now: datetime) -> None:
    attempts = select(Attempt.id).where(Attempt.person_id.in_(ids))
    written = select(WrittenAnswer.id).where(WrittenAnswer.attempt_id.in_(attempts))
    runs = select(ScenarioRun.id).where(ScenarioRun.person_id.in_(ids))
    statements = (
        delete(Answer).where(Answer.attempt_id.in_(attempts)),
        delete(LateAnswer).where(LateAnswer.attempt_id.in_(attempts)),
        update(WrittenMark).where(WrittenMark.written_answer_id.in_(written)).values(note=""),
        # Nothing is left to mark, so nobody is asked to.
        update(WrittenAnswer)
        .where(WrittenAnswer.attempt_id.in_(attempts), WrittenAnswer.decided_at.is_(None))
        .values(step="done", decided_at=now),
        delete(PracticeAnswer).where(PracticeAnswer.person_id.in_(ids)),
        delete(ScenarioStep).where(ScenarioStep.run_id.in_(runs)),
        delete(ScenarioRun).where(ScenarioRun.person_id.in_(ids)),
        delete(ReviewCard).where(ReviewCard.person_id.in_(ids)),
    )
    for statement in statements:
        session.execute(statement, execution_options=OPTIONS)


def _wipe_notes(session: Session, ids: list[int]) -> None:
    statements = (
        update(Membership).where(Membership.person_id.in_(ids)).values(end_note=""),
        update(Recognition).where(Recognition.person_id.in_(ids)).values(note=""),
        update(Exemption).where(Exemption.person_id.in_(ids)).values(reason=""),
        update(DataRequest).where(DataRequest.person_id.in_(ids)).values(wish=""),
        # The code stays: whoever holds the paper can still learn that it is real.
        update(Certificate).where(Certificate.person_id.in_(ids)).values(printed_name=""),
    )
    for statement in statements:
        session.execute(statement, execution_options=OPTIONS)
    forget_every_file(session)
    forget_people(session, ids)
