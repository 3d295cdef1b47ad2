"""Issuing once, freezing the name, revoking with a reason."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.access import Scope
from training_app.certificates import queries, services
from training_app.certificates.models import Certificate
from training_app.certificates.services import Completion
from training_app.db import Unscoped
from training_app.errors import InvalidInput, RuleBroken
from training_app.organisation.models import Person

ALL = {"scope": Unscoped("a test looks at everything")}
EVERYTHING = Scope(everything=True)


def issued(session: Session, *, day: date = TODAY, name: str = "Nguyễn Thị Hòa") -> Certificate:
    province = make.unit(session, "Hồ Chí Minh")
    commune = make.unit(session, "Vũng Tàu", province)
    who = make.person(session, name)
    make.team(session, commune, who)
    completion = Completion(1, who.id, make.module(session).id, day)
    assert services.issue(session, [completion], now=NOW, actor=SYSTEM) == 1
    assert services.issue(session, [completion], now=NOW, actor=SYSTEM) == 0
    return session.scalars(select(Certificate).execution_options(**ALL)).one()


def test_name_and_commune_stay_as_they_were(db_session: Session) -> None:
    certificate = issued(db_session)
    db_session.execute(update(Person).values(full_name="Tên Khác"))
    row = queries.certificate_in_scope(
        db_session, certificate.code, person_id=None, scope=EVERYTHING, on=TODAY
    )
    assert row is not None
    assert (row.printed_name, row.unit_name, row.province_name) == (
        "Nguyễn Thị Hòa",
        "Phường Vũng Tàu",
        "Tỉnh Hồ Chí Minh",
    )
    assert row.shown.startswith("HG-26-")


def test_whoever_had_no_team_that_day_has_no_commune(db_session: Session) -> None:
    assert issued(db_session, day=date(2019, 5, 1)).unit_id is None


def test_the_public_learns_no_name(db_session: Session) -> None:
    certificate = issued(db_session)
    public = queries.public_certificate(db_session, certificate.code)
    assert public is not None
    assert "Hòa" not in repr(public)
    assert public.month == date(2026, 11, 1)
    assert queries.name_is_printed(db_session, certificate.code, "nguyễn thị hoà")
    assert not queries.name_is_printed(db_session, certificate.code, "Nguyễn Thị Hoa")
    assert queries.public_certificate(db_session, "0" * 12) is None


def test_revoking_is_dated_reasoned_and_happens_once(db_session: Session) -> None:
    certificate = issued(db_session)
    with pytest.raises(InvalidInput):
        services.revoke(db_session, certificate, reason=" ", now=NOW, actor=SYSTEM)
    services.revoke(db_session, certificate, reason="Nhầm người", now=NOW, actor=SYSTEM)
    assert (certificate.revoked_at, certificate.revoke_reason) == (NOW, "Nhầm người")
    with pytest.raises(RuleBroken):
        services.revoke(db_session, certificate, reason="Nữa", now=NOW, actor=SYSTEM)


def test_certificates_of_linked_rows_are_one_persons(db_session: Session) -> None:
    certificate = issued(db_session)
    canonical = make.person(db_session, "Nguyễn Thị Hòa")
    link = update(Person).where(Person.id == certificate.person_id)
    db_session.execute(link.values(canonical_id=canonical.id))
    for person_id in (canonical.id, certificate.person_id):
        assert len(queries.certificates_of(db_session, person_id)) == 1


def test_a_colliding_code_is_thrown_again(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issued(db_session)
    throws = iter([int_of(first.code), 7])
    monkeypatch.setattr("secrets.randbits", lambda bits: next(throws))
    again = Completion(2, first.person_id, first.module_version_id, TODAY)
    assert services.issue(db_session, [again], now=NOW, actor=SYSTEM) == 1
    codes = db_session.scalars(select(Certificate.code).execution_options(**ALL)).all()
    assert "000000000007" in codes


def int_of(code: str) -> int:
    value = 0
    for letter in code:
        value = value * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return value
