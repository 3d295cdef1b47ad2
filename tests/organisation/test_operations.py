"""Merging, splitting, moving and taking back, one by one."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, START, World
from tests.organisation.operation_world import export, heads, paths_agree
from training_app.audit.models import AuditEvent
from training_app.errors import RuleBroken
from training_app.organisation.models import (
    Leadership,
    TeamSpan,
    UnitOperation,
    UnitSpan,
    UnitSuccession,
    holds,
)
from training_app.organisation.queries.units import successors, unit_by_code, unit_on
from training_app.organisation.rules.operations import (
    AbolishLevel,
    ChangeUnit,
    MergeTeams,
    MergeUnits,
    MoveTeams,
    MoveUnit,
    Operation,
    SetUpTeam,
    SetUpUnit,
    SplitTeam,
    SplitUnit,
    Step,
    TeamPart,
    UnitPart,
    operation,
    read,
    written,
)
from training_app.organisation.services.operations import carry_out, preview, undo
from training_app.organisation.services.teams import TeamFields, create_team

DAY, BEFORE = date(2026, 7, 1), date(2026, 6, 30)


class Country(World):
    """Two provinces; the first has three communes, two of them with a team of one name."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.province = self.unit("79", "Hồ Chí Minh")
        self.other = self.unit("74", "Bình Dương")
        self.a = self.unit("00001", "Tân An", self.province)
        self.b = self.unit("00002", "Tân Bình", self.province)
        self.c = self.unit("00003", "Tân Châu", self.province)
        self.team_a, self.team_b = self.team(self.a, "Tổ 1"), self.team(self.b, "Tổ 1")
        self.people = [self.person(f"Trần Văn {name}", self.team_a) for name in ("An", "Ba", "Tư")]
        self.people += [self.person("Lê Thị Năm", self.team_b, sex="female")]
        self.lead(self.team_a, self.people[0])

    def do(self, *steps: Step, on: date = DAY) -> int:
        chosen = operation(*steps)
        return carry_out(self.session, chosen, on=on, reason="Nghị quyết", now=NOW, actor=OFFICER)

    def undo(self, operation_id: int) -> None:
        undo(self.session, operation_id, reason="nhầm", now=NOW, actor=OFFICER)

    def home(self, team_id: int, on: date = DAY) -> tuple[int, str]:
        row = self.session.execute(
            select(TeamSpan.unit_id, TeamSpan.village)
            .where(TeamSpan.team_id == team_id, holds(TeamSpan, on))
            .execution_options(scope=EVERYTHING)
        ).one()
        return row.unit_id, row.village


def new_commune(country: Country, ref: int = -1, code: str = "00009") -> SetUpUnit:
    return SetUpUnit(ref, "commune", country.province.unit_id, code, "Tân Hòa", "Phường")


@pytest.fixture
def country(db_session: Session) -> Country:
    return Country(db_session)


def test_communes_merge_into_a_new_one(country: Country) -> None:
    session = country.session
    before = heads(session, BEFORE)
    merge = MergeUnits((country.a.unit_id, country.b.unit_id), -1)
    ahead = preview(session, operation(new_commune(country), merge), on=DAY)
    assert (ahead.units_new, ahead.units_ended, ahead.teams, ahead.people) == (1, 2, 2, 4)
    assert (ahead.labelled, ahead.blocked) == (2, False)
    country.do(new_commune(country), merge)
    new = unit_by_code(session, "00009", DAY)
    assert new is not None
    assert country.home(country.team_a) == (new.id, "(Phường Tân An)")
    assert country.home(country.team_b) == (new.id, "(Phường Tân Bình)")
    assert country.home(country.team_a, BEFORE) == (country.a.unit_id, "")
    assert successors(session, country.a.unit_id) == [(new.id, "whole")]
    assert unit_by_code(session, "00001", DAY) is None
    assert unit_by_code(session, "00001", BEFORE) is not None
    assert heads(session, DAY) == heads(session, BEFORE) == before == 4
    assert paths_agree(session, DAY)


def test_what_a_split_does_not_name_waits_where_it_is_certain(country: Country) -> None:
    second = country.team(country.a, "Tổ 2")
    parts = (UnitPart(-1, teams=(country.team_a,)), UnitPart(country.b.unit_id))
    operation_id = country.do(new_commune(country), SplitUnit(country.a.unit_id, parts))
    assert country.home(second)[0] == country.province.unit_id
    stored = country.session.get_one(UnitOperation, operation_id)
    [question] = stored.questions
    assert (question["kind"], question["id"], question["blocks"]) == ("team", second, False)
    assert {share for _, share in successors(country.session, country.a.unit_id)} == {"part"}
    country.do(MoveTeams((second,), country.b.unit_id), on=date(2026, 8, 1))
    assert country.home(second, date(2026, 8, 1))[0] == country.b.unit_id
    assert country.home(second, date(2026, 7, 31))[0] == country.province.unit_id


def test_what_a_unit_gives_away_is_named_and_the_rest_stays(country: Country) -> None:
    second = country.team(country.a, "Tổ 2")
    parts = (UnitPart(country.a.unit_id), UnitPart(country.b.unit_id, teams=(second,)))
    country.do(SplitUnit(country.a.unit_id, parts))
    assert country.home(second)[0] == country.b.unit_id
    assert country.home(country.team_a)[0] == country.a.unit_id
    assert unit_on(country.session, country.a.unit_id, DAY)


def test_a_province_is_not_split_before_all_its_communes_are_named(country: Country) -> None:
    new = SetUpUnit(-1, "province", None, "90", "Mới", "Tỉnh")
    parts = (UnitPart(-1, units=(country.a.unit_id,)), UnitPart(country.other.unit_id))
    split = SplitUnit(country.province.unit_id, parts)
    ahead = preview(country.session, operation(new, split), on=DAY)
    assert ahead.blocked
    assert {one.id for one in ahead.questions} == {country.b.unit_id, country.c.unit_id}
    with pytest.raises(RuleBroken, match="Decide first"):
        country.do(new, split)


def test_a_name_and_a_type_hold_from_their_day(country: Country) -> None:
    country.do(ChangeUnit(country.a.unit_id, name="Tân Lập", type="Xã"))
    now, then = (unit_on(country.session, country.a.unit_id, day) for day in (DAY, BEFORE))
    assert now is not None
    assert then is not None
    assert (now.full_name, then.full_name) == ("Xã Tân Lập", "Phường Tân An")
    # Twice on one day: the name between never held.
    country.do(ChangeUnit(country.a.unit_id, name="Tân Long"))
    again = unit_on(country.session, country.a.unit_id, DAY)
    assert again is not None
    assert again.full_name == "Xã Tân Long"


def test_a_moved_unit_takes_along_the_paths_below(country: Country) -> None:
    country.do(MoveUnit(country.a.unit_id, country.other.unit_id))
    moved = unit_on(country.session, country.a.unit_id, DAY)
    assert moved is not None
    assert moved.path == f"/{country.other.unit_id}/{country.a.unit_id}/"
    assert paths_agree(country.session, DAY)
    assert paths_agree(country.session, BEFORE)


def test_a_level_is_abolished(country: Country) -> None:
    district = SetUpUnit(-1, "district", country.province.unit_id, "760", "Quận 1", "Quận")
    country.do(district, MoveUnit(country.a.unit_id, -1), on=date(2026, 5, 1))
    country.do(AbolishLevel("district"))
    assert unit_by_code(country.session, "760", DAY) is None
    then, now = (unit_on(country.session, country.a.unit_id, day) for day in (BEFORE, DAY))
    assert then is not None
    assert now is not None
    assert (then.path.count("/"), now.path.count("/")) == (4, 3)


def test_teams_merge_with_their_people(country: Country) -> None:
    operation_id = country.do(MergeTeams((country.team_a, country.team_b), country.team_b))
    session = country.session
    assert heads(session, DAY) == heads(session, BEFORE) == 4
    still = select(func.count()).select_from(Leadership).where(holds(Leadership, DAY))
    assert session.scalar(still.execution_options(scope=EVERYTHING)) == 0
    [question] = session.get_one(UnitOperation, operation_id).questions
    assert (question["kind"], question["id"]) == ("leader", country.team_b)


def test_a_team_splits_when_everybody_is_placed(country: Country) -> None:
    new = SetUpTeam(-1, country.a.unit_id, "Tổ mới", village="Ấp 2")
    other = SetUpTeam(-2, country.a.unit_id, "Tổ mới", village="Ấp 3")
    first, second, third = country.people[:3]
    some = SplitTeam(country.team_a, (TeamPart(-1, (first,)), TeamPart(-2, (second,))))
    with pytest.raises(RuleBroken, match="Decide first"):
        country.do(new, other, some)
    country.do(
        new, SplitTeam(country.team_a, (TeamPart(-1, (third,)), TeamPart(country.team_a, ())))
    )
    assert heads(country.session, DAY) == 4


STEPS: dict[str, Callable[[Country], tuple[Step, ...]]] = {
    "merge": lambda c: (new_commune(c), MergeUnits((c.a.unit_id, c.b.unit_id), -1)),
    "split": lambda c: (
        new_commune(c),
        SplitUnit(c.a.unit_id, (UnitPart(-1), UnitPart(c.b.unit_id))),
    ),
    "rename": lambda c: (ChangeUnit(c.a.unit_id, name="Khác"),),
    "move": lambda c: (MoveUnit(c.a.unit_id, c.other.unit_id),),
    "province": lambda c: (MergeUnits((c.province.unit_id,), c.other.unit_id),),
    "merge teams": lambda c: (MergeTeams((c.team_a,), c.team_b),),
    "split team": lambda c: (
        SetUpTeam(-1, c.b.unit_id, "Tổ 3"),
        SplitTeam(c.team_a, (TeamPart(-1, (c.people[0],)), TeamPart(c.team_a, ()))),
    ),
}


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("on", [DAY, START])
def test_what_is_taken_back_had_never_been(country: Country, kind: str, on: date) -> None:
    before = export(country.session)
    operation_id = country.do(*STEPS[kind](country), on=on)
    assert export(country.session) != before
    assert heads(country.session, DAY) == 4
    assert paths_agree(country.session, DAY)
    country.undo(operation_id)
    assert export(country.session) == before
    with pytest.raises(RuleBroken, match="not in force"):
        country.undo(operation_id)
    events = set(country.session.scalars(select(AuditEvent.action)))
    assert events >= {"units.reorganised", "units.restored"}


def test_what_something_was_built_on_is_not_taken_back(country: Country) -> None:
    first = country.do(*STEPS["merge"](country))
    new = unit_by_code(country.session, "00009", DAY)
    assert new is not None
    create_team(country.session, new.id, TeamFields("Tổ 9"), on=DAY, now=NOW, actor=OFFICER)
    with pytest.raises(RuleBroken, match="built on"):
        country.undo(first)


def test_a_later_operation_is_taken_back_first(country: Country) -> None:
    before = export(country.session)
    first = country.do(*STEPS["rename"](country))
    second = country.do(ChangeUnit(country.a.unit_id, type="Xã"), on=date(2026, 8, 1))
    with pytest.raises(RuleBroken, match="built on"):
        country.undo(first)
    country.undo(second)
    country.undo(first)
    assert export(country.session) == before


def test_a_unit_set_up_below_since_keeps_a_move_in_place(country: Country) -> None:
    district = SetUpUnit(-1, "district", country.province.unit_id, "760", "Quận 1", "Quận")
    country.do(district, on=date(2026, 5, 1))
    found = unit_by_code(country.session, "760", DAY)
    assert found is not None
    moved = country.do(MoveUnit(found.id, country.other.unit_id))
    country.do(SetUpUnit(-1, "commune", found.id, "00010", "Mới", "Xã"), on=date(2026, 8, 1))
    with pytest.raises(RuleBroken, match="built on"):
        country.undo(moved)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (lambda c: (ChangeUnit(c.a.unit_id, code="00002"),), "would bear the code"),
        (lambda c: (MoveUnit(c.province.unit_id, c.a.unit_id),), "cannot stand there"),
        (lambda c: (ChangeUnit(c.a.unit_id, name="Tân An"),), "change nothing"),
        (lambda c: (MoveTeams((999,), c.a.unit_id),), "does not exist"),
        (lambda c: (MoveUnit(999, c.a.unit_id),), "does not stand"),
        (lambda c: (SplitUnit(c.a.unit_id, (UnitPart(c.b.unit_id),)),), "two parts"),
        (
            lambda c: (
                SplitUnit(
                    c.a.unit_id,
                    (UnitPart(c.b.unit_id, teams=(c.team_b,)), UnitPart(c.c.unit_id)),
                ),
            ),
            "can only receive",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    country: Country, steps: Callable[[Country], tuple[Step, ...]], said: str
) -> None:
    before = export(country.session)
    with pytest.raises(RuleBroken) as caught:
        country.do(*steps(country))
    assert said in caught.value.message
    assert export(country.session) == before


def test_a_day_before_a_later_change_is_refused(country: Country) -> None:
    country.do(ChangeUnit(country.a.unit_id, name="Khác"))
    with pytest.raises(RuleBroken, match="changes again"):
        country.do(ChangeUnit(country.a.unit_id, name="Khác nữa"), on=BEFORE)


def test_an_operation_is_data(country: Country) -> None:
    for make in STEPS.values():
        chosen = operation(*make(country))
        assert read(written(chosen)) == chosen
    with pytest.raises(ValueError, match="kind"):
        read({"steps": [{"kind": "guess"}]})
    assert isinstance(read({"steps": []}), Operation)


def test_nothing_else_is_counted_or_touched(country: Country) -> None:
    country.do(*STEPS["merge"](country))
    rows = country.session.scalars(select(UnitSuccession)).all()
    assert [row.basis for row in rows] == ["Nghị quyết"] * 2
    assert country.session.scalar(select(func.count()).select_from(UnitSpan)) == 6
