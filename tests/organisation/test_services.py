"""Teams and people change by dated intervals; nothing earlier is rewritten."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import serving
from tests.organisation.builders import EVERYTHING, NOW, OFFICER, START, TODAY, World
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.errors import RuleBroken
from training_app.organisation.models import EndReason, Membership, RecognitionRole, UnitSpan
from training_app.organisation.queries.people import person_detail, phones
from training_app.organisation.queries.teams import TeamRow, members, team_on
from training_app.organisation.rules import Rule
from training_app.organisation.services import memberships, people, teams

DAY = date(2026, 6, 1)


@pytest.fixture
def world(db_session: Session) -> World:
    return World(db_session)


@pytest.fixture
def ward(world: World) -> UnitSpan:
    return world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))


@pytest.fixture
def team(world: World, ward: UnitSpan) -> int:
    return world.team(ward, "Khu phố 1")


def seen(world: World, team_id: int, on: date = TODAY) -> TeamRow:
    row = team_on(world.session, EVERYTHING, team_id, on)
    assert row is not None
    return row


def names(world: World, team_id: int, on: date) -> list[str]:
    return [row.full_name for row in members(world.session, EVERYTHING, team_id, on)]


def test_a_new_team_lacks_everything(world: World, team: int) -> None:
    assert seen(world, team).composition.lacks == (Rule.MEMBERS, Rule.WOMAN, Rule.LEADER)


def test_a_full_team_is_complete(world: World, team: int) -> None:
    ids = [world.person(f"Trần Văn {name}", team) for name in ("An", "Bình")]
    world.person("Lê Thị Cúc", team, sex="female")
    world.lead(team, ids[0])
    row = seen(world, team)
    assert row.composition.complete
    assert row.leader_name == "Trần Văn An"


def test_one_living_team_of_a_name(world: World, ward: UnitSpan, team: int) -> None:
    with pytest.raises(RuleBroken):
        world.team(ward, "KHU PHỐ 1")
    world.team(ward, "Khu phố 2")


def test_an_exception_counts_while_it_holds(world: World, team: int) -> None:
    teams.grant_exception(
        world.session,
        team,
        Rule.WOMAN,
        reason="Chưa bầu bổ sung",
        until=DAY,
        on=START,
        now=NOW,
        actor=OFFICER,
    )
    assert Rule.WOMAN not in seen(world, team, date(2026, 5, 31)).composition.lacks
    assert Rule.WOMAN in seen(world, team, DAY).composition.lacks


def test_nobody_serves_twice_in_a_team(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team)
    with pytest.raises(RuleBroken):
        memberships.start_membership(world.session, person, team, on=DAY, now=NOW, actor=OFFICER)


def test_service_ends_once_with_its_reason(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team)
    world.lead(team, person)
    for expected in (None, RuleBroken):
        if expected:
            with pytest.raises(expected):
                end(world, person, team)
        else:
            end(world, person, team)
    rows = world.session.scalars(select(Membership).execution_options(scope=EVERYTHING)).all()
    assert [(row.valid_to, row.end_reason, row.end_recorded_at) for row in rows] == [
        (DAY, "own_wish", NOW)
    ]
    assert seen(world, team).leader_id is None


def end(world: World, person: int, team: int) -> None:
    serving.end_service(
        world.session, person, team, EndReason.OWN_WISH, on=DAY, now=NOW, actor=OFFICER
    )


def test_somebody_who_left_may_serve_again(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team)
    end(world, person, team)
    memberships.start_membership(world.session, person, team, on=DAY, now=NOW, actor=OFFICER)
    assert names(world, team, TODAY) == ["Trần Văn An"]


def test_moving_keeps_both_histories(world: World, ward: UnitSpan, team: int) -> None:
    person, other = world.person("Trần Văn An", team), world.team(ward, "Khu phố 2")
    serving.move_person(world.session, person, team, other, on=DAY, now=NOW, actor=OFFICER)
    assert names(world, team, date(2026, 5, 31)) == ["Trần Văn An"]
    assert names(world, team, DAY) == []
    assert names(world, other, DAY) == ["Trần Văn An"]
    detail = person_detail(world.session, EVERYTHING, person, TODAY)
    assert detail is not None
    assert [(row.team_id, row.end_reason) for row in detail.teams] == [
        (other, None),
        (team, "moved"),
    ]


def test_a_new_leader_follows_the_old_one(world: World, team: int) -> None:
    first, second = (world.person(f"Trần Văn {name}", team) for name in ("An", "Bình"))
    world.lead(team, first)
    world.lead(team, second, DAY)
    assert seen(world, team, date(2026, 5, 31)).leader_id == first
    assert seen(world, team, DAY).leader_id == second


def test_only_members_lead(world: World, team: int) -> None:
    with pytest.raises(RuleBroken):
        world.lead(team, world.person("Lê Văn Ngoài"))


def test_a_decision_is_recorded_once(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team)
    decision = memberships.Decision("12/QĐ-UBND", DAY)
    record = memberships.record_recognition
    role = RecognitionRole.MEDIATOR
    record(world.session, person, team, role, decision, now=NOW, actor=OFFICER)
    with pytest.raises(RuleBroken):
        record(world.session, person, team, role, decision, now=NOW, actor=OFFICER)
    with pytest.raises(RuleBroken):
        record(world.session, person, team, role, memberships.Decision(), now=NOW, actor=OFFICER)


def test_corrections_name_the_changed_fields_alone(world: World, team: int) -> None:
    person = world.person("Tran Van An", team)
    fields = people.PersonFields("Trần Văn An", birth_year=1960, sex="male", ethnic_minority=False)
    change = people.change_person
    changed = change(world.session, person, fields, on=TODAY, now=NOW, actor=OFFICER)
    assert changed == ["full_name"]
    assert change(world.session, person, fields, on=TODAY, now=NOW, actor=OFFICER) == []
    assert names(world, team, TODAY) == ["Trần Văn An"]


@pytest.mark.parametrize(("name", "year"), [("", 1960), (" ", None), ("An", 2027), ("An", 1900)])
def test_impossible_people_are_refused(world: World, name: str, year: int | None) -> None:
    fields = people.PersonFields(name, birth_year=year)
    with pytest.raises(RuleBroken):
        people.add_person(world.session, fields, team_id=None, on=TODAY, now=NOW, actor=OFFICER)


def test_a_new_number_ends_the_old_one(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team, phones=("+84912345678",))
    change = people.set_phones
    assert change(world.session, person, ["+84987654321"], on=DAY, now=NOW, actor=OFFICER)
    assert not change(world.session, person, ["+84987654321"], on=DAY, now=NOW, actor=OFFICER)
    before = phones(world.session, EVERYTHING, [person], date(2026, 5, 31))
    assert before == {person: ["+84912345678"]}
    assert phones(world.session, EVERYTHING, [person], DAY) == {person: ["+84987654321"]}


def test_events_carry_no_names(world: World, team: int) -> None:
    person = world.person("Trần Văn An", team)
    world.lead(team, person)
    events = world.session.scalars(select(AuditEvent)).all()
    assert {event.action for event in events} == {
        Action.TEAM_CREATED,
        Action.PERSON_ADDED,
        Action.MEMBERSHIP_STARTED,
        Action.LEADER_ELECTED,
    }
    assert "An" not in str([event.detail for event in events])
