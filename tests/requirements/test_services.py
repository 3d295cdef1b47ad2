"""Requirements by date: set, changed, ended; whose they are; whom they touch."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from tests.factories.visitors import account
from training_app.access import Grant, Role, Scope, Viewer
from training_app.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from training_app.organisation.models import Person, UnitSpan
from training_app.requirements import queries, services
from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.services import NewRequirement, Terms
from training_app.work.models import Job

TOMORROW = TODAY + timedelta(days=1)
EVERYTHING = Scope(everything=True)


def officer(unit: UnitSpan, role: Role = Role.COMMUNE_OFFICER) -> Viewer:
    return Viewer(account_id=1, grants=(Grant(role, unit.unit_id, unit.path),))


def terms(session: Session, since: date = TODAY, **changes: object) -> Terms:
    module = make.module(session)
    values = {"in_force_from": since, "modules": frozenset({module.module_id}), "valid_months": 24}
    return Terms(**{**values, **changes})  # type: ignore[arg-type]


def new(session: Session, unit: UnitSpan | None, **changes: object) -> NewRequirement:
    unit_id = unit.unit_id if unit else None
    return NewRequirement(
        "Bồi dưỡng",
        Audience.MEDIATORS,
        unit_id,
        terms(session, **changes),  # type: ignore[arg-type]
    )


def set_by(session: Session, actor: Viewer, unit: UnitSpan | None, **changes: object) -> int:
    return services.set_requirement(
        session, new(session, unit, **changes), now=NOW, today=TODAY, actor=actor
    ).id


@pytest.fixture
def commune(db_session: Session) -> UnitSpan:
    return make.unit(db_session, "Vũng Tàu", make.unit(db_session, "Hồ Chí Minh"))


def test_an_officer_sets_for_the_own_units_and_never_for_the_nation(
    db_session: Session, commune: UnitSpan
) -> None:
    other = make.unit(db_session, "Bà Rịa", make.unit(db_session, "Đồng Nai"))
    assert set_by(db_session, officer(commune), commune)
    for unit in (other, None):
        with pytest.raises(NotAllowed):
            set_by(db_session, officer(commune), unit)
    assert set_by(db_session, SYSTEM, None)


def test_a_requirement_set_twice_as_by_a_button_pressed_twice_is_set_once(
    db_session: Session, commune: UnitSpan
) -> None:
    asked, actor = new(db_session, commune), officer(commune)
    once = services.set_requirement(db_session, asked, now=NOW, today=TODAY, actor=actor)
    with pytest.raises(RuleBroken, match="set before"):
        services.set_requirement(db_session, asked, now=NOW, today=TODAY, actor=actor)
    later = replace(asked, terms=replace(asked.terms, in_force_from=TOMORROW))
    other = services.set_requirement(db_session, later, now=NOW, today=TODAY, actor=actor)
    assert once.key != other.key


def test_setting_queues_the_recount(db_session: Session, commune: UnitSpan) -> None:
    requirement_id = set_by(db_session, officer(commune), commune)
    (job,) = db_session.scalars(select(Job))
    assert (job.kind, job.payload) == (services.REDERIVE_JOB, {"requirement_id": requirement_id})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"modules": frozenset()}, "modules"),
        ({"since": TODAY - timedelta(days=1)}, "in_force_from"),
        ({"valid_months": 6, "window_months": 7}, "window_months"),
    ],
)
def test_terms_that_cannot_be_are_refused_beside_their_field(
    db_session: Session, commune: UnitSpan, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_by(db_session, officer(commune), commune, **changes)
    assert refused.value.field == field


def test_a_change_is_a_new_version_from_its_day(db_session: Session, commune: UnitSpan) -> None:
    actor = officer(commune)
    requirement_id = set_by(db_session, actor, commune)
    changed = terms(db_session, TOMORROW, renewal=Renewing.FIXED)
    services.change_requirement(
        db_session, requirement_id, changed, now=NOW, today=TODAY, actor=actor
    )
    before, after = queries.versions_of(db_session, requirement_id)
    assert (before.in_force_to, after.in_force_from) == (TOMORROW, TOMORROW)
    today, tomorrow = (
        queries.in_force_one(db_session, requirement_id, day) for day in (TODAY, TOMORROW)
    )
    assert today is not None
    assert tomorrow is not None
    assert today.required.renewal is Renewing.EXPIRY
    assert tomorrow.required.renewal is Renewing.FIXED
    assert tomorrow.required.anchor == TODAY
    with pytest.raises(RuleBroken):
        services.change_requirement(
            db_session, requirement_id, changed, now=NOW, today=TODAY, actor=actor
        )


def test_an_end_is_a_day_and_happens_once(db_session: Session, commune: UnitSpan) -> None:
    actor = officer(commune)
    requirement_id = set_by(db_session, actor, commune)

    def end(on: date) -> None:
        services.end_requirement(
            db_session,
            requirement_id,
            ends_on=on,
            reason="Thay bằng yêu cầu của tỉnh",
            now=NOW,
            today=TODAY,
            actor=actor,
        )

    with pytest.raises(InvalidInput):
        end(TODAY - timedelta(days=1))
    end(TOMORROW)
    assert queries.in_force_one(db_session, requirement_id, TODAY)
    assert queries.in_force_one(db_session, requirement_id, TOMORROW) is None
    with pytest.raises(RuleBroken):
        end(TOMORROW)


def test_what_does_not_exist_or_belongs_to_others_is_not_changed(
    db_session: Session, commune: UnitSpan
) -> None:
    requirement_id = set_by(db_session, SYSTEM, None)
    for wanted, refusal in ((999, NotFound), (requirement_id, NotAllowed)):
        with pytest.raises(refusal):
            services.change_requirement(
                db_session,
                wanted,
                terms(db_session, TOMORROW),
                now=NOW,
                today=TODAY,
                actor=officer(commune),
            )


def test_lists_show_the_version_of_the_day_else_the_next_else_the_last(
    db_session: Session,
) -> None:
    running = set_by(db_session, SYSTEM, None)
    services.change_requirement(
        db_session, running, terms(db_session, TOMORROW), now=NOW, today=TODAY, actor=SYSTEM
    )
    coming = set_by(db_session, SYSTEM, None, since=TOMORROW)
    rows = {row.requirement_id: row for row in queries.all_requirements(db_session, TODAY)}
    assert rows[running].in_force_from == TODAY
    assert rows[coming].in_force_from == TOMORROW
    assert [row.requirement_id for row in queries.in_force(db_session, TODAY)] == [running]
    later = {row.requirement_id for row in queries.for_unit(db_session, [1, 2], TOMORROW)}
    assert later == {running, coming}


# -- audiences ------------------------------------------------------------------------------


class Corps:
    """Two communes of a province with teams, a trainer and officers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.province = make.unit(session, "Hồ Chí Minh")
        self.here = make.unit(session, "Vũng Tàu", self.province)
        self.there = make.unit(session, "Bà Rịa", self.province)
        self.people: list[Person] = [make.person(session, f"Người {n}") for n in range(6)]
        a, b, c, d, e, _ = self.people
        self.double = make.person(session, "Người 0", linked_to=a)
        make.team(session, self.here, a, b, c)
        make.team(session, self.here, c, self.double)
        make.team(session, self.there, d, e)
        account(session, role=Role.TRAINER, unit=self.province)
        account(session, make.person(session), role=Role.COMMUNE_OFFICER, unit=self.here)

    def size(self, audience: Audience, unit: UnitSpan | None, scope: Scope = EVERYTHING) -> int:
        row = make.requirement(
            self.session,
            make.module(self.session),
            audience=audience,
            unit_id=unit.unit_id if unit else None,
        )
        found = queries.in_force_one(self.session, row.id, TODAY)
        assert found is not None
        return queries.audience_size(self.session, found, scope, TODAY)


@pytest.fixture
def corps(db_session: Session) -> Corps:
    return Corps(db_session)


def test_everybody_is_counted_once_however_many_teams_and_rows(corps: Corps) -> None:
    assert corps.size(Audience.MEDIATORS, None) == 5
    assert corps.size(Audience.MEDIATORS, corps.province) == 5
    assert corps.size(Audience.MEDIATORS, corps.here) == 3
    assert corps.size(Audience.LEADERS, corps.here) == 2
    assert corps.size(Audience.LEADERS, None) == 3


def test_trainers_and_officers_are_found_by_their_roles(corps: Corps) -> None:
    assert corps.size(Audience.TRAINERS, None) == corps.size(Audience.TRAINERS, corps.province) == 1
    assert corps.size(Audience.TRAINERS, corps.here) == 0
    assert corps.size(Audience.OFFICIALS, corps.here) == 1
    assert corps.size(Audience.OFFICIALS, corps.there) == 0


def test_the_scope_narrows_the_audience(corps: Corps) -> None:
    there = Scope(unit_paths=(corps.there.path,))
    assert corps.size(Audience.MEDIATORS, None, there) == 2
    assert corps.size(Audience.MEDIATORS, corps.here, there) == 0
    totals = Scope(unit_paths=("/",), totals_only=True)
    assert corps.size(Audience.MEDIATORS, None, totals) == 5


def test_the_audience_is_of_the_day(corps: Corps) -> None:
    row = make.requirement(corps.session, make.module(corps.session))
    found = queries.in_force_one(corps.session, row.id, TODAY)
    assert found is not None
    before = LONG_AGO - timedelta(days=1)
    assert queries.audience_size(corps.session, found, EVERYTHING, before) == 0
