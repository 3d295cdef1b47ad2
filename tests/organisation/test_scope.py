"""What each kind of scope holds, on the day it is asked."""

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from tests.factories import serving
from tests.organisation.builders import EVERYTHING, NOW, OFFICER, START, TODAY, World
from training_app.access import Scope
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import EndReason, Person, UnitSpan
from training_app.organisation.queries.people import find_people, minority_flags, person_detail
from training_app.organisation.queries.teams import team_on, teams_under
from training_app.organisation.services import memberships

DAY = date(2026, 6, 1)
NOTHING = Scope()


@dataclass
class Cast:
    """Two wards of one province with a team each, and a third team elsewhere."""

    world: World
    province: UnitSpan
    ward: UnitSpan
    other_ward: UnitSpan
    team: int
    other_team: int
    far_team: int
    an: int
    binh: int
    far: int

    def ids(self, chosen: Select[int], scope: Scope) -> set[int]:
        return set(self.world.session.scalars(chosen.execution_options(scope=scope)))

    def people(self, scope: Scope, on: date = TODAY, *, former: bool = False) -> set[int]:
        return self.ids(scoping.people(scope, on, former=former), scope)


@pytest.fixture
def cast(db_session: Session) -> Cast:
    world = World(db_session)
    province = world.unit("79", "Hồ Chí Minh")
    ward, other_ward = (
        world.unit("26506", "Vũng Tàu", province),
        world.unit("1", "Rạch Dừa", province),
    )
    far_ward = world.unit("2", "Ba Đình", world.unit("01", "Hà Nội"))
    team, other_team = world.team(ward, "Khu phố 1"), world.team(other_ward, "Khu phố 1")
    far_team = world.team(far_ward, "Tổ 1")
    return Cast(
        world=world,
        province=province,
        ward=ward,
        other_ward=other_ward,
        team=team,
        other_team=other_team,
        far_team=far_team,
        an=world.person("Trần Văn An", team, minority=True),
        binh=world.person("Lê Thị Bình", other_team, sex="female", phones=("+84912345678",)),
        far=world.person("Ngô Văn Xa", far_team),
    )


def commune(cast: Cast) -> Scope:
    return Scope(unit_paths=(cast.ward.path,))


def test_a_commune_sees_its_own(cast: Cast) -> None:
    scope = commune(cast)
    assert cast.ids(scoping.units(scope, TODAY), scope) == {cast.ward.unit_id}
    assert cast.ids(scoping.teams(scope, TODAY), scope) == {cast.team}
    assert cast.people(scope) == {cast.an}


def test_a_province_sees_its_communes(cast: Cast) -> None:
    scope = Scope(unit_paths=(cast.province.path,))
    assert cast.ids(scoping.teams(scope, TODAY), scope) == {cast.team, cast.other_team}
    assert cast.people(scope) == {cast.an, cast.binh}


def test_a_leader_sees_the_team_and_a_mediator_nobody_else(cast: Cast) -> None:
    assert cast.people(Scope(teams=frozenset({cast.team}))) == {cast.an}
    assert cast.people(Scope(people=frozenset({cast.binh}))) == {cast.binh}
    assert cast.people(NOTHING) == set()


def test_totals_name_nobody(cast: Cast) -> None:
    scope = Scope(unit_paths=("/",), totals_only=True)
    assert len(cast.ids(scoping.units(scope, TODAY), scope)) == 5
    assert cast.ids(scoping.teams(scope, TODAY), scope) == set()
    assert cast.people(scope) == set()


def test_a_path_is_not_mistaken_for_one_that_begins_alike(cast: Cast) -> None:
    longer = UnitSpan(
        unit_id=cast.province.unit_id,
        code="9",
        name="Xa",
        name_fold="xa",
        sort_key="xa",
        type="Tỉnh",
        path=cast.ward.path[:-1] + "7/",
        valid_from=START,
    )
    cast.world.session.add(longer)
    cast.world.session.flush()
    scope = Scope(unit_paths=(cast.ward.path,))
    assert cast.ids(scoping.units(scope, TODAY), scope) == {cast.ward.unit_id}


def test_who_moves_leaves_one_scope_and_enters_the_other(cast: Cast) -> None:
    serving.move_person(
        cast.world.session, cast.an, cast.team, cast.other_team, on=DAY, now=NOW, actor=OFFICER
    )
    other = Scope(unit_paths=(cast.other_ward.path,))
    assert cast.people(commune(cast)) == set()
    assert cast.people(commune(cast), date(2026, 5, 31)) == {cast.an}
    assert cast.people(other) == {cast.an, cast.binh}
    assert not scoping.may_see_person(cast.world.session, commune(cast), cast.an, TODAY)


def test_who_left_is_kept_by_the_last_commune(cast: Cast) -> None:
    serving.end_service(
        cast.world.session, cast.an, cast.team, EndReason.DIED, on=DAY, now=NOW, actor=OFFICER
    )
    assert cast.people(commune(cast)) == set()
    assert scoping.may_see_person(cast.world.session, commune(cast), cast.an, TODAY)
    other = Scope(unit_paths=(cast.other_ward.path,))
    assert not scoping.may_see_person(cast.world.session, other, cast.an, TODAY)


def test_linked_rows_of_one_human_being_come_together(cast: Cast) -> None:
    person = cast.world.session.get_one(
        Person, cast.binh, execution_options={"scope": Unscoped("test")}
    )
    person.canonical_id = cast.an
    cast.world.session.flush()
    assert cast.people(commune(cast)) == {cast.an, cast.binh}
    assert cast.people(Scope(people=frozenset({cast.binh}))) == {cast.an, cast.binh}
    rows, total = find_people(cast.world.session, commune(cast), "", TODAY)
    assert ([row.id for row in rows], total) == ([cast.an], 1)
    detail = person_detail(cast.world.session, commune(cast), cast.binh, TODAY)
    assert detail is not None
    assert detail.linked_ids == (cast.an, cast.binh)


def test_a_strangers_rows_are_as_if_missing(cast: Cast) -> None:
    session, scope = cast.world.session, commune(cast)
    assert team_on(session, scope, cast.far_team, TODAY) is None
    assert person_detail(session, scope, cast.far, TODAY) is None
    assert minority_flags(session, scope, [cast.far, cast.an], TODAY) == {cast.an: True}
    assert teams_under(session, scope, "/", TODAY, team_ids=[cast.far_team]) == []


def test_a_team_elsewhere_is_not_named(cast: Cast) -> None:
    memberships.start_membership(
        cast.world.session, cast.an, cast.far_team, on=START, now=NOW, actor=OFFICER
    )
    detail = person_detail(cast.world.session, commune(cast), cast.an, TODAY)
    assert detail is not None
    assert sorted((row.visible, row.team_name) for row in detail.teams) == [
        (False, ""),
        (True, "Khu phố 1"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bình", ["Lê Thị Bình"]),
        ("LE THI", ["Lê Thị Bình"]),
        ("0912 345 678", ["Lê Thị Bình"]),
        ("+84912345678", ["Lê Thị Bình"]),
        ("", ["Trần Văn An", "Lê Thị Bình", "Ngô Văn Xa"]),
        ("%", []),
        ("0000", []),
    ],
)
def test_people_are_found_by_name_or_number(cast: Cast, text: str, found: list[str]) -> None:
    rows, total = find_people(cast.world.session, EVERYTHING, text, TODAY)
    assert [row.full_name for row in rows] == found
    assert total == len(found)
    assert all(len(row.teams) == 1 for row in rows)


def test_lists_are_paged(cast: Cast) -> None:
    rows, total = find_people(cast.world.session, EVERYTHING, "", TODAY, page=2, per_page=2)
    assert ([row.full_name for row in rows], total) == (["Ngô Văn Xa"], 3)
