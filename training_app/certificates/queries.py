"""Reading certificates: the own one, one in an officer's scope, and what the public may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.catalogue.models import ModuleVersion
from training_app.certificates.models import Certificate
from training_app.certificates.rules import name_matches, shown_code
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import Person
from training_app.organisation.queries import units

_PUBLIC: Final = Unscoped("anybody who holds the code may check it; no name leaves this module")
_OWN: Final = Unscoped("the person's own certificates")


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate as its owner and the offices see it. Units are named as on the day of issue."""

    id: int
    code: str
    person_id: int
    printed_name: str
    module_version_id: int
    title: str
    title_en: str
    minutes: int
    unit_name: str
    province_name: str
    issued_on: date
    recorded_at: datetime
    revoked_at: datetime | None
    revoke_reason: str

    @property
    def shown(self) -> str:
        """The code as printed."""
        return shown_code(self.code, self.issued_on.year)

    def named(self, language: str) -> str:
        """The module's title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """What anybody may know of a certificate: no name, no commune, no day.

    ``nameless``: the person was erased on request, so no name can be held against it.
    """

    code: str
    shown: str
    title: str
    title_en: str
    month: date
    province_name: str
    revoked_at: datetime | None
    nameless: bool = False

    def named(self, language: str) -> str:
        """The module's title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title


def certificate_in_scope(
    session: Session, code: str, *, person_id: int | None, scope: Scope, on: date
) -> CertificateRow | None:
    """One certificate: the person's own, or of somebody in the scope, serving or left."""
    people = scoping.people(scope, on, former=True)
    mine = false() if person_id is None else Certificate.person_id.in_(_one_human(person_id))
    visible = or_(mine, Certificate.person_id.in_(people))
    found = _select().where(Certificate.code == code, visible).execution_options(scope=scope)
    row = session.execute(found).first()
    return _row(session, *row) if row else None


def certificate_to_revoke(
    session: Session, code: str, *, scope: Scope, on: date
) -> Certificate | None:
    """The certificate of somebody in the scope, to be changed."""
    people = scoping.people(scope, on, former=True)
    found = select(Certificate).where(Certificate.code == code, Certificate.person_id.in_(people))
    return session.scalars(found.execution_options(scope=scope)).first()


def certificates_of(session: Session, person_id: int) -> list[CertificateRow]:
    """One row per certificate of a human being, newest first."""
    found = (
        _select()
        .where(Certificate.person_id.in_(_one_human(person_id)))
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
        .execution_options(scope=_OWN)
    )
    return [_row(session, *row) for row in session.execute(found)]


def public_certificate(session: Session, code: str) -> PublicCertificate | None:
    """What the public check page shows of a code, or None when no certificate has it."""
    found = _select().where(Certificate.code == code).execution_options(scope=_PUBLIC)
    row = session.execute(found).first()
    if row is None:
        return None
    full = _row(session, *row)
    return PublicCertificate(
        code=full.code,
        shown=full.shown,
        title=full.title,
        title_en=full.title_en,
        month=full.issued_on.replace(day=1),
        province_name=full.province_name,
        revoked_at=full.revoked_at,
        nameless=not full.printed_name,
    )


def name_is_printed(session: Session, code: str, typed: str) -> bool:
    """Whether a typed name is the one printed on the certificate."""
    found = select(Certificate.printed_name).where(Certificate.code == code)
    printed = session.scalar(found.execution_options(scope=_PUBLIC))
    return printed is not None and name_matches(typed, printed)


def _one_human(person_id: int) -> Select[int]:
    """Ids of all linked rows; the viewer's and the record's ids are canonical or linked ones."""
    canonical = select(Person.canonical_id).where(Person.id == person_id).scalar_subquery()
    return select(Person.id).where(
        or_(
            Person.id == person_id,
            Person.canonical_id == person_id,
            Person.id == canonical,
            Person.canonical_id == canonical,
        )
    )


def _select() -> Select[Certificate, str, str, int]:
    return select(
        Certificate, ModuleVersion.title, ModuleVersion.title_en, ModuleVersion.minutes
    ).join(ModuleVersion, ModuleVersion.id == Certificate.module_version_id)


def _row(
    session: Session, certificate: Certificate, title: str, title_en: str, minutes: int
) -> CertificateRow:
    unit_name, province_name = _places(session, certificate)
    return CertificateRow(
        id=certificate.id,
        code=certificate.code,
        person_id=certificate.person_id,
        printed_name=certificate.printed_name,
        module_version_id=certificate.module_version_id,
        title=title,
        title_en=title_en,
        minutes=minutes,
        unit_name=unit_name,
        province_name=province_name,
        issued_on=certificate.issued_on,
        recorded_at=certificate.recorded_at,
        revoked_at=certificate.revoked_at,
        revoke_reason=certificate.revoke_reason,
    )


def _places(session: Session, certificate: Certificate) -> tuple[str, str]:
    """Names of the commune and its province on the day of issue; empty where there is none."""
    if certificate.unit_id is None:
        return "", ""
    unit = units.unit_on(session, certificate.unit_id, certificate.issued_on)
    if unit is None:
        return "", ""
    above = units.breadcrumb(session, unit, certificate.issued_on)
    return unit.full_name, above[0].full_name if above else ""
