"""What an office does to teams and people: shown, signed, taken back as if it had never been."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, START, World
from tests.organisation.operation_world import export
from tests.organisation.scenes import Scene, carry_out
from training_app.audit.models import AuditEvent
from training_app.errors import RuleBroken
from training_app.organisation.models import Leadership, Membership, UnitOperation
from training_app.organisation.queries.teams import members, team_on
from training_app.organisation.rules.operations import (
    ChangeTeam,
    ElectLeader,
    EndService,
    EndTeam,
    JoinTeam,
    MergeUnits,
    MovePerson,
    Recognise,
    SetUpTeam,
    Step,
    operation,
    read,
    written,
)
from training_app.organisation.services import operations
from training_app.organisation.services.operations import preview
from training_app.work.models import Stale

DAY, BEFORE = date(2026, 6, 1), date(2026, 5, 31)


class Ward(World):
    """A ward with a team of three, led, and a second team of one; one person serves nowhere."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.city = self.unit("79", "Hồ Chí Minh")
        self.ward = self.unit("00001", "Tân An", self.city)
        self.first, self.second = self.team(self.ward, "Tổ 1"), self.team(self.ward, "Tổ 2")
        self.an, self.ba, self.tu = (
            self.person(f"Trần Văn {name}", self.first) for name in ("An", "Ba", "Tư")
        )
        self.nam = self.person("Lê Thị Năm", self.second, sex="female")
        self.free = self.person("Lý Văn Sáu")
        self.lead(self.first, self.an)

    def do(self, *steps: Step, on: date = DAY) -> int:
        return operations.carry_out(
            self.session, operation(*steps), on=on, reason="Theo đơn", now=NOW, actor=OFFICER
        )

    def look(self, *steps: Step) -> operations.Preview:
        return preview(self.session, operation(*steps), on=DAY)

    def serve(self, team: int, on: date = DAY) -> set[int]:
        return {row.person_id for row in members(self.session, EVERYTHING, team, on)}


@pytest.fixture
def ward(db_session: Session) -> Ward:
    return Ward(db_session)


STEPS: dict[str, Callable[[Ward], tuple[Step, ...]]] = {
    "set up a team": lambda w: (SetUpTeam(-1, w.ward.unit_id, "Tổ 3", "Khu phố 3"),),
    "rename a team": lambda w: (ChangeTeam(w.first, "Tổ 1A", minority_required=True),),
    "end a team": lambda w: (EndTeam(w.first),),
    "join": lambda w: (JoinTeam(w.free, w.second),),
    "move": lambda w: (MovePerson(w.an, w.first, w.second),),
    "end a service": lambda w: (EndService(w.an, w.first, "own_wish"),),
    "elect": lambda w: (ElectLeader(w.first, w.ba), Recognise(w.ba, w.first, "leader", "5/QĐ")),
    "no leader": lambda w: (ElectLeader(w.first, None),),
    "recognise": lambda w: (Recognise(w.nam, w.second, "mediator", "5/QĐ", DAY, "ghi chú"),),
}


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("on", [DAY, START])
def test_what_is_taken_back_had_never_been(ward: Ward, kind: str, on: date) -> None:
    before = export(ward.session)
    chosen = operation(*STEPS[kind](ward))
    assert read(written(chosen)) == chosen
    made = ward.do(*chosen.steps, on=on)
    assert export(ward.session) != before
    operations.undo(ward.session, made, reason="nhầm", now=NOW, actor=OFFICER)
    assert export(ward.session) == before


@pytest.mark.parametrize("kind", STEPS)
def test_looking_ahead_writes_nothing_and_counts_again_only_where_something_changed(
    ward: Ward, kind: str
) -> None:
    chosen, before = operation(*STEPS[kind](ward)), export(ward.session)
    preview(ward.session, chosen, on=DAY)
    assert export(ward.session) == before
    ward.session.query(Stale).delete()
    ward.do(*chosen.steps)
    noted = {(row.kind, row.object_id) for row in ward.session.scalars(select(Stale))}
    assert noted == (set() if kind == "recognise" else {("unit", ward.ward.unit_id)})


def test_a_person_moves_and_the_team_left_is_told_what_it_lacks(ward: Ward) -> None:
    ahead = preview(ward.session, operation(*STEPS["move"](ward)), on=DAY)
    assert (ahead.people, ahead.blocked) == (1, False)
    assert [(one.kind, one.id) for one in ahead.questions] == [
        ("leader", ward.first),
        ("few", ward.first),
    ]
    ward.do(*STEPS["move"](ward))
    assert ward.serve(ward.first) == {ward.ba, ward.tu}
    assert ward.serve(ward.first, BEFORE) == {ward.an, ward.ba, ward.tu}
    assert ward.serve(ward.second) == {ward.an, ward.nam}
    left = select(Leadership).execution_options(scope=EVERYTHING)
    assert [row.valid_to for row in ward.session.scalars(left)] == [DAY]


def test_service_ends_with_its_ground_and_the_reason_given(ward: Ward) -> None:
    ward.do(*STEPS["end a service"](ward))
    ended = select(Membership).where(Membership.end_reason.is_not(None))
    [row] = ward.session.scalars(ended.execution_options(scope=EVERYTHING))
    assert (row.valid_to, row.end_reason, row.end_note) == (DAY, "own_wish", "Theo đơn")
    assert (row.end_recorded_at, row.end_recorded_by) == (NOW, OFFICER.account_id)
    told = select(AuditEvent).where(AuditEvent.action == "membership.ended")
    [event] = ward.session.scalars(told)
    assert (event.object_id, event.detail["why"]) == (ward.an, "own_wish")


def test_a_team_ends_with_its_people_and_its_leader(ward: Ward) -> None:
    assert preview(ward.session, operation(EndTeam(ward.first)), on=DAY).people == 3
    ward.do(EndTeam(ward.first))
    assert team_on(ward.session, EVERYTHING, ward.first, DAY) is None
    assert ward.serve(ward.first, BEFORE) == {ward.an, ward.ba, ward.tu}
    ended = select(Membership.end_reason).where(Membership.team_id == ward.first)
    scoped = ended.execution_options(scope=EVERYTHING)
    assert set(ward.session.scalars(scoped)) == {"team_ended"}


def test_a_renamed_team_keeps_its_earlier_name(ward: Ward) -> None:
    ward.do(ChangeTeam(ward.first, "Tổ 1A", "Khu phố 1"))
    named = [team_on(ward.session, EVERYTHING, ward.first, day) for day in (BEFORE, DAY)]
    assert [(row.name, row.village) for row in named if row] == [
        ("Tổ 1", ""),
        ("Tổ 1A", "Khu phố 1"),
    ]


def test_a_new_leader_follows_the_old_one(ward: Ward) -> None:
    ward.do(*STEPS["elect"](ward))
    led = [team_on(ward.session, EVERYTHING, ward.first, day) for day in (BEFORE, DAY)]
    assert [row.leader_id for row in led if row] == [ward.an, ward.ba]


REFUSED: list[tuple[Callable[[Ward], tuple[Step, ...]], str]] = [
    (lambda w: (JoinTeam(w.an, w.first),), "serves in this team already"),
    (lambda w: (MovePerson(w.an, w.first, w.first),), "another team"),
    (lambda w: (MovePerson(w.free, w.first, w.second),), "does not serve"),
    (lambda w: (EndService(w.nam, w.first, "died"),), "does not serve"),
    (lambda w: (ElectLeader(w.first, w.nam),), "Only a member"),
    (lambda w: (ElectLeader(w.first, w.an),), "change nothing"),
    (lambda w: (Recognise(w.an, w.first, "mediator"),), "a number or a date"),
    (lambda w: (ChangeTeam(w.first, "TỔ 2"),), "of this name"),
    (lambda w: (SetUpTeam(-1, w.ward.unit_id, " tổ  1"),), "of this name"),
    (lambda w: (SetUpTeam(-1, w.ward.unit_id, " "),), "needs a name"),
    (lambda w: (EndTeam(999),), "does not exist"),
]


@pytest.mark.parametrize(("steps", "said"), REFUSED)
def test_what_cannot_be_is_refused_before_anything_is_signed(
    ward: Ward, steps: Callable[[Ward], tuple[Step, ...]], said: str
) -> None:
    before = export(ward.session)
    ask = ward.do if said == "change nothing" else ward.look
    with pytest.raises(RuleBroken) as caught:
        ask(*steps(ward))
    assert said in caught.value.message
    assert export(ward.session) == before


def test_a_decision_stands_once(ward: Ward) -> None:
    ward.do(*STEPS["recognise"](ward))
    with pytest.raises(RuleBroken, match="recorded already"):
        preview(ward.session, operation(*STEPS["recognise"](ward)), on=DAY)


def test_a_day_before_a_later_change_of_the_same_person_is_refused(ward: Ward) -> None:
    ward.do(JoinTeam(ward.free, ward.second))
    with pytest.raises(RuleBroken, match="changes again"):
        ward.do(EndService(ward.free, ward.second, "died"), on=BEFORE)
    # Somebody else's later change stands in nobody's way.
    ward.do(EndService(ward.nam, ward.second, "died"), on=BEFORE)


def test_what_was_built_on_is_not_taken_back(ward: Ward) -> None:
    made = ward.do(*STEPS["move"](ward))
    ward.do(EndService(ward.an, ward.second, "died"), on=date(2026, 7, 1))
    with pytest.raises(RuleBroken, match="built on"):
        operations.undo(ward.session, made, reason="nhầm", now=NOW, actor=OFFICER)


def test_nobody_comes_back_into_a_team_that_ended_since(ward: Ward) -> None:
    left = ward.do(EndService(ward.nam, ward.second, "own_wish"))
    ended = ward.do(EndTeam(ward.second))
    with pytest.raises(RuleBroken):
        operations.undo(ward.session, left, reason="Nhầm", now=NOW, actor=OFFICER)
    operations.undo(ward.session, ended, reason="Nhầm", now=NOW, actor=OFFICER)
    operations.undo(ward.session, left, reason="Nhầm", now=NOW, actor=OFFICER)
    assert ward.nam in ward.serve(ward.second)


def test_no_team_comes_back_into_a_unit_that_ended_since(ward: Ward) -> None:
    into = ward.unit("00002", "Tân Bình", ward.city)
    ended = ward.do(EndTeam(ward.second))
    merged = ward.do(MergeUnits((ward.ward.unit_id, into.unit_id), into.unit_id))
    with pytest.raises(RuleBroken):
        operations.undo(ward.session, ended, reason="Nhầm", now=NOW, actor=OFFICER)
    operations.undo(ward.session, merged, reason="Nhầm", now=NOW, actor=OFFICER)
    operations.undo(ward.session, ended, reason="Nhầm", now=NOW, actor=OFFICER)
    assert ward.nam in ward.serve(ward.second)


def test_whoever_is_forgotten_leaves_no_words_in_what_was_done(ward: Ward) -> None:
    made = ward.do(*STEPS["recognise"](ward))
    other = ward.do(EndService(ward.ba, ward.first, "died"))
    assert operations.forget_people(ward.session, [ward.nam]) == 1
    row, kept = (ward.session.get_one(UnitOperation, one) for one in (made, other))
    assert (row.reason, row.operation["steps"][0]["note"]) == ("–", "")
    assert read(row.operation).steps[0] == Recognise(ward.nam, ward.second, "mediator", "5/QĐ", DAY)
    assert kept.reason == "Theo đơn"
    told = ward.session.scalars(select(AuditEvent).where(AuditEvent.object_id == ward.nam)).all()
    assert "Theo đơn" not in {event.reason for event in told}


def test_an_officer_moves_a_person_and_takes_it_back(app: Flask, db_session: Session) -> None:
    scene = Scene(app, db_session)
    other = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.session.commit()
    client = scene.officer()
    page = carry_out(client, f"/people/{scene.third}/team/", team=other, leaves=scene.team)
    assert "Move Lê Văn Cường from Tổ hòa giải khu phố 1 to Tổ hòa giải khu phố 2" in page.text
    assert page.link("Lê Văn Cường") == f"/people/{scene.third}/"
    assert "Lê Văn Cường" in client.get(f"/teams/{other}/").text
    client.submit(page, "", reason="Nhầm tổ", signed_name="Phạm Thị Dung")
    assert "Lê Văn Cường" in client.get(f"/teams/{scene.team}/").text
    assert "Lê Văn Cường" not in client.get(f"/teams/{other}/").text
    assert scene.events("units.restored")[-1].object_id == scene.third
