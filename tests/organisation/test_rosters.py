"""From file to record: the dry run is the real run, twice is once, undo is before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, TODAY, World
from tests.organisation.roster_desk import (
    applied,
    everything,
    last_import,
    roster,
    row,
    stored,
)
from training_app.errors import RuleBroken
from training_app.organisation.models import (
    Membership,
    NotSamePerson,
    Person,
    UnitSpan,
)
from training_app.organisation.queries.people import person_detail
from training_app.organisation.queries.teams import members, teams_under
from training_app.organisation.roster_file import Recognition
from training_app.organisation.services import people as person_services
from training_app.organisation.services import rosters
from training_app.organisation.services.rosters import Plan, RowKind, changes

ROWS = (
    row(1, "Trần Văn An", role="leader", phones=("+84912345678",)),
    row(2, "Lê Thị Bình", sex="female", recognition=Recognition("1/QĐ-UBND", date(2024, 5, 1))),
    row(3, "Ngô Văn Cường", team="Khu phố 2", ethnic_minority=True),
)


@pytest.fixture
def world(db_session: Session) -> World:
    return World(db_session)


@pytest.fixture
def ward(world: World) -> UnitSpan:
    return world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))


def kinds(plan: Plan) -> list[RowKind]:
    return [row.kind for row in plan.rows]


def teams(world: World, ward: UnitSpan) -> dict[str, list[str]]:
    return {
        team.name: [m.full_name for m in members(world.session, EVERYTHING, team.id, TODAY)]
        for team in teams_under(world.session, EVERYTHING, ward.path, TODAY)
    }


def test_a_first_roster_sets_up_teams_and_people(world: World, ward: UnitSpan) -> None:
    plan = applied(world, ward, roster(*ROWS))
    assert kinds(plan) == [RowKind.NEW] * 3
    assert plan.summary["new_teams"] == 2
    assert teams(world, ward) == {
        "Khu phố 1": ["Trần Văn An", "Lê Thị Bình"],
        "Khu phố 2": ["Ngô Văn Cường"],
    }
    first, _ = teams_under(world.session, EVERYTHING, ward.path, TODAY)
    assert first.leader_name == "Trần Văn An"


def test_who_was_recognised_serves_since_then(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    rows = world.session.scalars(select(Membership).execution_options(scope=EVERYTHING))
    assert [membership.valid_from for membership in rows] == [TODAY, date(2024, 5, 1), TODAY]


def test_the_same_file_twice_changes_nothing(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    before = everything(world.session)
    again = applied(world, ward, roster(*ROWS))
    assert again.changes_nothing
    assert kinds(again) == [RowKind.UNCHANGED] * 3
    assert everything(world.session) == before


def test_equal_rows_of_two_namesakes_stay_two_people(world: World, ward: UnitSpan) -> None:
    twins = (row(1, "Lê Văn Nam"), row(2, "Lê Văn Nam"), row(3, "Lê Văn Nam", birth_year=None))
    new = {"rows": {f"DS!{number}": {"answer": "new"} for number in (1, 2, 3)}}
    applied(world, ward, roster(*twins), new)
    again = applied(world, ward, roster(*twins))
    assert kinds(again) == [RowKind.UNCHANGED] * 3


def test_a_changed_row_changes_its_person(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    phones = (*ROWS[0].phones, "+84987654321")
    later = replace(ROWS[0], birth_date=date(1960, 2, 3), phones=phones, role="mediator")
    plan = applied(world, ward, roster(later, replace(ROWS[1], role="leader"), ROWS[2]))
    assert kinds(plan) == [RowKind.CHANGED, RowKind.CHANGED, RowKind.UNCHANGED]
    assert [change.field for change in plan.rows[0].changes] == ["birth_date", "phones"]
    first, _ = teams_under(world.session, EVERYTHING, ward.path, TODAY)
    assert first.leader_name == "Lê Thị Bình"


def test_silence_in_the_file_erases_nothing(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    silent = replace(ROWS[0], sex=None, birth_year=None, role="mediator")
    plan = applied(world, ward, roster(silent))
    assert kinds(plan) == [RowKind.UNCHANGED]


@pytest.mark.parametrize("fields", [{"phones": ("+84987654321",)}, {"birth_year": None}])
def test_another_telephone_or_no_birth_where_others_have_one_is_asked_about(
    world: World, ward: UnitSpan, fields: dict[str, Any]
) -> None:
    applied(world, ward, roster(*ROWS))
    plan = applied(world, ward, roster(replace(ROWS[0], **fields), *ROWS[1:]))
    assert kinds(plan) == [RowKind.ASK_SAME, RowKind.UNCHANGED, RowKind.UNCHANGED]


def test_absence_is_told_and_ends_nothing_unless_said(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    plan = applied(world, ward, roster(ROWS[0], ROWS[2]))
    [absent] = plan.absent
    assert (absent.full_name, absent.ends) == ("Lê Thị Bình", False)
    assert teams(world, ward)["Khu phố 1"] == ["Trần Văn An", "Lê Thị Bình"]
    applied(world, ward, roster(ROWS[0], ROWS[2]), {"absent": [absent.person_id]})
    assert teams(world, ward)["Khu phố 1"] == ["Trần Văn An"]


def test_a_remark_that_means_an_end_is_asked_about(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    gone = replace(ROWS[0], status="ended", remark="đã thôi")
    assert kinds(applied(world, ward, roster(gone))) == [RowKind.ASK_ENDED]
    plan = applied(world, ward, roster(gone), {"rows": {"DS!1": {"answer": "end"}}})
    assert kinds(plan) == [RowKind.ENDED]
    assert teams(world, ward)["Khu phố 1"] == ["Lê Thị Bình"]
    assert applied(world, ward, roster(gone)).changes_nothing


def test_somebody_unknown_who_left_is_not_recorded(world: World, ward: UnitSpan) -> None:
    plan = applied(world, ward, roster(replace(ROWS[0], status="ended")))
    assert kinds(plan) == [RowKind.SKIPPED]
    assert teams(world, ward) == {}


def test_an_unclear_remark_waits_for_an_answer(world: World, ward: UnitSpan) -> None:
    unclear = replace(ROWS[0], status=None, remark="?")
    assert kinds(applied(world, ward, roster(unclear))) == [RowKind.ASK_ENDED]
    serves = {"rows": {"DS!1": {"answer": "serves"}}}
    assert kinds(applied(world, ward, roster(unclear), serves)) == [RowKind.NEW]


def test_a_likely_person_is_asked_about_and_the_answer_kept(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    likely = replace(ROWS[0], team="Khu phố 9", phones=(), role="mediator")
    plan = applied(world, ward, roster(likely))
    assert kinds(plan) == [RowKind.ASK_SAME]
    [candidate] = plan.rows[0].candidates
    assert candidate.full_name == "Trần Văn An"
    answer = {"answer": "new", "not": [candidate.person_id]}
    applied(world, ward, roster(likely), {"rows": {"DS!1": answer}})
    assert teams(world, ward)["Khu phố 9"] == ["Trần Văn An"]
    pairs = world.session.scalars(select(NotSamePerson).execution_options(scope=EVERYTHING)).all()
    assert [pair.first_id for pair in pairs] == [candidate.person_id]
    assert kinds(applied(world, ward, roster(likely))) == [RowKind.UNCHANGED]


def test_who_is_the_same_joins_another_team(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    likely = replace(ROWS[0], team="Khu phố 9", phones=(), role="mediator")
    person = world.session.scalars(
        select(Person.id)
        .where(Person.name_fold == "tran van an")
        .execution_options(scope=EVERYTHING)
    ).one()
    same = {"rows": {"DS!1": {"answer": "same", "person": person}}}
    plan = applied(world, ward, roster(likely), same)
    assert [change.field for change in plan.rows[0].changes] == ["team"]
    detail = person_detail(world.session, EVERYTHING, person, TODAY)
    assert detail is not None
    assert {team.team_name for team in detail.teams} == {"Khu phố 1", "Khu phố 9"}


def test_who_stands_in_another_team_of_the_file_has_moved(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    moved = replace(ROWS[0], team="Khu phố 2", role="mediator")
    plan = applied(world, ward, roster(moved, ROWS[1], ROWS[2]))
    assert kinds(plan) == [RowKind.CHANGED, RowKind.UNCHANGED, RowKind.UNCHANGED]
    assert teams(world, ward) == {
        "Khu phố 1": ["Lê Thị Bình"],
        "Khu phố 2": ["Trần Văn An", "Ngô Văn Cường"],
    }


def test_one_person_in_two_rows_is_asked_about(world: World, ward: UnitSpan) -> None:
    twice = (ROWS[0], replace(ROWS[0], row=9, team="Khu phố 2", role="mediator"))
    plan = applied(world, ward, roster(*twice))
    assert kinds(plan) == [RowKind.NEW, RowKind.ASK_SAME]
    same = {"rows": {"DS!9": {"answer": "same_row", "row": "DS!1"}}}
    plan = applied(world, ward, roster(*twice), same)
    assert kinds(plan) == [RowKind.UNCHANGED, RowKind.CHANGED]
    assert teams(world, ward) == {"Khu phố 1": ["Trần Văn An"], "Khu phố 2": ["Trần Văn An"]}


def test_linked_rows_of_one_person_are_compared_as_one(world: World, ward: UnitSpan) -> None:
    twice = (ROWS[0], replace(ROWS[0], row=9, team="Khu phố 2", role="mediator"))
    applied(world, ward, roster(*twice), {"rows": {"DS!9": {"answer": "new"}}})
    first, second = world.session.scalars(
        select(Person).order_by(Person.id).execution_options(scope=EVERYTHING)
    )
    second.canonical_id = first.id
    world.session.flush()
    changed = tuple(replace(one, birth_date=date(1960, 3, 4)) for one in twice)
    plan = applied(
        world, ward, roster(*changed), {"rows": {"DS!9": {"answer": "same_row", "row": "DS!1"}}}
    )
    assert {row.person_id for row in plan.rows} == {first.id}
    assert teams(world, ward) == {"Khu phố 1": ["Trần Văn An"], "Khu phố 2": ["Trần Văn An"]}


def test_two_leaders_of_a_team_elect_nobody(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(ROWS[0], replace(ROWS[1], role="leader")))
    [team] = teams_under(world.session, EVERYTHING, ward.path, TODAY)
    assert team.leader_id is None


def test_a_row_without_a_team_waits(world: World, ward: UnitSpan) -> None:
    assert kinds(applied(world, ward, roster(replace(ROWS[0], team=None)))) == [RowKind.NO_TEAM]


def test_an_import_is_applied_once(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    with pytest.raises(RuleBroken):
        rosters.apply(world.session, last_import(world), on=TODAY, now=NOW, actor=OFFICER)


def test_a_preview_overtaken_by_changes_must_be_looked_at_again(
    world: World, ward: UnitSpan
) -> None:
    number = stored(world, ward, roster(*ROWS))
    shown = changes.digest(rosters.preview(world.session, number, on=TODAY))
    applied(world, ward, roster(ROWS[0]))
    with pytest.raises(RuleBroken):
        rosters.apply(world.session, number, on=TODAY, now=NOW, actor=OFFICER, expected=shown)


def test_undo_restores_what_was_before(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    before = everything(world.session)
    phones = (*ROWS[0].phones, "+84987654321")
    later = replace(ROWS[0], birth_date=date(1960, 2, 3), phones=phones, role="mediator")
    gone = replace(ROWS[2], status="ended", remark="đã mất")
    newcomer = row(7, "Đỗ Thị Hoa", sex="female", role="leader", team="Khu phố 3")
    ends = {"rows": {"DS!3": {"answer": "end"}}}
    applied(world, ward, roster(later, replace(ROWS[1], role="leader"), gone, newcomer), ends)
    assert everything(world.session) != before
    rosters.undo(world.session, last_import(world), now=NOW, actor=OFFICER)
    assert everything(world.session) == before


def test_undo_refuses_when_something_changed_since(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    applied(world, ward, roster(replace(ROWS[0], birth_date=date(1960, 2, 3))))
    person = world.session.scalars(
        select(Person.id).where(Person.birth_date.is_not(None)).execution_options(scope=EVERYTHING)
    ).one()
    fields = person_services.PersonFields("Trần Văn An", birth_date=date(1961, 2, 3))
    person_services.change_person(world.session, person, fields, on=TODAY, now=NOW, actor=OFFICER)
    with pytest.raises(RuleBroken):
        rosters.undo(world.session, last_import(world), now=NOW, actor=OFFICER)


def test_only_the_last_import_is_undone(world: World, ward: UnitSpan) -> None:
    applied(world, ward, roster(*ROWS))
    first = last_import(world)
    number = stored(world, ward, roster(*ROWS))
    later = NOW.replace(hour=9)
    rosters.apply(world.session, number, on=TODAY, now=later, actor=OFFICER)
    with pytest.raises(RuleBroken):
        rosters.undo(world.session, first, now=NOW, actor=OFFICER)
