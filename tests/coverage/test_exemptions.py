"""Exemptions: granted with a reason, dated, limited, ended; and what they count for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.access import Scope
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.learning.models import Exemption, Holding
from training_app.learning.services import NewExemption, grant_exemption, revoke_exemption
from training_app.programme.queries import PersonNeed, needs_of_person
from training_app.programme.rules import State

TESTS = Unscoped("a test looks at everything")


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def path(scene: Scene, name: str) -> str:
    return f"/coverage/people/{scene.people[name].id}/exemptions/"


def asked(scene: Scene, name: str, on: date = TODAY) -> PersonNeed:
    person = scene.people[name].id
    (one,) = needs_of_person(scene.session, person, on, scope=Scope(people=frozenset({person})))
    return one


def grant(scene: Scene, name: str, until: date | None = None) -> int:
    new = NewExemption(
        scene.people[name].id, scene.requirement.id, date(2026, 11, 1), until, "Cựu thẩm phán"
    )
    made = grant_exemption(scene.session, new, now=NOW, actor=SYSTEM)
    scene.session.commit()
    return made.id


def test_an_officer_grants_an_exemption_and_the_person_counts(scene: Scene) -> None:
    assert asked(scene, "Dũng").need.state is State.NEEDED
    page = scene.officer.get(path(scene, "Dũng"))
    done = scene.officer.submit(
        page,
        "/exemptions/",
        requirement=str(scene.requirement.id),
        exempt_from="01/11/2026",
        exempt_until="01/01/2028",
        reason="Cựu thẩm phán, đã xem giấy tờ",
    )
    assert "The exemption is in the record." in done.text
    assert "Cựu thẩm phán, đã xem giấy tờ" in done.text
    scene.session.rollback()
    found = asked(scene, "Dũng").need
    assert (found.state, found.until) == (State.EXEMPT, date(2028, 1, 1))
    actions = set(scene.session.scalars(select(AuditEvent.action)))
    assert "exemption.granted" in actions


def test_a_second_exemption_for_the_same_days_is_refused_until_the_first_is_ended(
    scene: Scene,
) -> None:
    page = scene.officer.get(path(scene, "Dũng"))
    first = grant(scene, "Dũng", date(2027, 2, 1))  # from 1 November on
    typed: dict[str, Any] = {"requirement": str(scene.requirement.id), "reason": "Hai lần"}
    again = scene.officer.submit(page, "/exemptions/", 422, exempt_from="15/11/2026", **typed)
    assert "exempt already on some of these days" in again.text
    later = scene.officer.submit(page, "/exemptions/", 422, exempt_from="01/02/2027", **typed)
    assert "This day has not come yet." in later.text
    before = scene.officer.submit(page, "/exemptions/", 422, exempt_from="31/12/2013", **typed)
    assert "The law came into force on 1 January 2014" in before.text
    earlier: dict[str, Any] = {"exempt_from": "01/10/2026", "exempt_until": "01/11/2026"}
    done = scene.officer.submit(page, "/exemptions/", **typed, **earlier)
    assert "The exemption is in the record." in done.text
    day = date(2026, 11, 5)
    ending = {"revoked_on": day, "reason": "nhầm", "now": NOW, "actor": SYSTEM}
    revoke_exemption(scene.session, first, **ending)  # type: ignore[arg-type]
    scene.session.commit()
    typed |= {"exempt_until": "01/01/2027"}
    done = scene.officer.submit(page, "/exemptions/", exempt_from="05/11/2026", **typed)
    assert "The exemption is in the record." in done.text


def test_an_exemption_ends_by_itself_and_is_no_period_of_validity(scene: Scene) -> None:
    grant(scene, "Dũng", date(2027, 2, 1))
    assert asked(scene, "Dũng", date(2027, 1, 31)).need.covered
    after = asked(scene, "Dũng", date(2027, 2, 1)).need
    assert (after.state, after.ended_on) == (State.NEEDED, date(2027, 2, 1))


def test_an_unlimited_exemption_does_not_lapse_with_the_requirement(scene: Scene) -> None:
    grant(scene, "Dũng")
    assert asked(scene, "Dũng", date(2040, 1, 1)).need.state is State.EXEMPT


def test_ending_it_early_keeps_what_it_counted_for(scene: Scene) -> None:
    exemption = grant(scene, "Dũng")
    page = scene.officer.get(path(scene, "Dũng"))
    done = scene.officer.submit(page, "/end/", revoked_on="20/11/2026", reason="Giấy tờ sai")
    assert "Ended early: Giấy tờ sai" in done.text
    scene.session.rollback()
    assert asked(scene, "Dũng").need.state is State.NEEDED
    assert asked(scene, "Dũng", date(2026, 11, 19)).need.covered
    row = scene.session.scalars(select(Exemption).execution_options(scope=TESTS)).one()
    assert (row.id, row.exempt_until) == (exemption, None)


def test_revoking_on_the_first_day_leaves_the_person_as_before(scene: Scene) -> None:
    person = scene.people["Chi"].id
    mine = select(Holding).where(Holding.person_id == person).execution_options(scope=TESTS)
    exemption = grant(scene, "Chi")
    assert len(scene.session.scalars(mine).all()) == 1
    revoke_exemption(
        scene.session, exemption, revoked_on=date(2026, 11, 1), reason="nhầm", now=NOW, actor=SYSTEM
    )
    assert scene.session.scalars(mine).all() == []


def test_what_was_earned_goes_before_an_exemption(scene: Scene) -> None:
    before = asked(scene, "An").need
    grant(scene, "An", date(2026, 12, 1))
    after = asked(scene, "An").need
    assert (after.state, after.until) == (before.state, before.until)


def test_without_a_reason_nothing_is_granted(scene: Scene) -> None:
    page = scene.officer.get(path(scene, "Dũng"))
    again = scene.officer.submit(
        page, "/exemptions/", status=422, requirement=str(scene.requirement.id), reason=" "
    )
    assert "Say why the person is exempt." in again.text


def test_a_person_of_another_commune_is_not_found(scene: Scene) -> None:
    assert scene.officer.get(path(scene, "Em"), status=404).status == 404
