"""What an office did and took back later is still seen by a report as known then."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.coverage.test_known_then import FIRST, Diary, Entry
from tests.coverage.test_rollups import EVERYTHING
from tests.coverage.test_routes import rows_of
from tests.factories import records as make
from tests.factories import serving
from tests.factories.records import SYSTEM
from tests.organisation import roster_desk
from tests.organisation.builders import NOW, TODAY, World
from training_app.access import Scope
from training_app.coverage import rollups
from training_app.coverage.queries import Asking, Place, coverage_by_unit, place_then
from training_app.coverage.queries.late import LateKind, late_entries
from training_app.coverage.queries.teams import coverage_by_team
from training_app.coverage.rules import Counts
from training_app.organisation.models import Level, RosterImport
from training_app.organisation.rules.operations import (
    ChangeUnit,
    EndTeam,
    MergeTeams,
    MergeUnits,
    MovePerson,
    SetUpTeam,
    SetUpUnit,
    SplitTeam,
    SplitUnit,
    Step,
    TeamPart,
    UnitPart,
)
from training_app.organisation.services import operations, rosters
from training_app.programme.queries import asked_in_unit
from training_app.requirements.services import Terms, change_requirement

ALL = Scope(everything=True)
Report = list[Any]

logs = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "pass",
                "join",
                "leave",
                "elect",
                "move",
                "merge teams",
                "split team",
                "set up team",
                "end team",
                "merge communes",
                "split commune",
                "rename",
                "link",
                "unlink",
                "undo",
                "undo",
                "undo",
            )
        ),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 30),
    ),
    min_size=4,
    max_size=12,
)


class Office(Diary):
    """The diary of a province whose office also changes teams and units, and takes that back."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.done: list[int] = []

    def _act(self, kind: str, person: int, team: int, on: date, now: datetime, number: int) -> None:
        steps = self._steps(kind, person, team, number)
        if kind == "undo" and self.done:
            chosen = self.done[-1 - number % min(2, len(self.done))]
            operations.undo(self.session, chosen, reason="sai", now=now, actor=SYSTEM)
            self.done.remove(chosen)
        elif steps:
            self.done.append(serving.do(self.session, *steps, on=on, now=now, actor=SYSTEM))
        else:
            super()._act(kind, person, team, on, now, number)

    def _steps(self, kind: str, person: int, team: int, number: int) -> tuple[Step, ...]:
        other = next(one for one in self.teams if one != team)
        here, there = (one.unit_id for one in self.communes)
        new, code, name = -1, f"9{number:04}", f"Mới {number}"
        steps: dict[str, tuple[Step, ...]] = {
            "move": (MovePerson(person, team, other),),
            "merge teams": (MergeTeams((team, other), team),),
            "split team": (
                SetUpTeam(new, here, name),
                SplitTeam(team, (TeamPart(team, ()), TeamPart(new, (person,)))),
            ),
            "set up team": (SetUpTeam(new, there, name),),
            "end team": (EndTeam(team),),
            "merge communes": (MergeUnits((here, there), there),),
            "split commune": (
                SetUpUnit(new, "commune", self.province.unit_id, code, name, "Xã"),
                SplitUnit(here, (UnitPart(here), UnitPart(new, teams=(team,)))),
            ),
            "rename": (ChangeUnit(there, name=name),),
        }
        return steps.get(kind, ())

    def known(self, on: date) -> Report:
        """The province and the teams of each of its communes as known at the end of the day."""
        session, at = self.session, rollups.last_moment(on)
        (asked,) = asked_in_unit(session, self.province.path, on)
        asking = Asking(asked, on, ALL)
        table = rollups.units_then(session, asking, self.place)
        found: Report = [table]
        for row in table.rows:
            here = place_then(session, ALL, row.unit_id, on, at)
            found.append(said(rollups.teams_then(session, asking, here)))
        return found

    def live(self, on: date) -> Report:
        """The same from the tables as they are."""
        session = self.session
        (asked,) = asked_in_unit(session, self.province.path, on)
        asking = Asking(asked, on, ALL)
        table = coverage_by_unit(session, asking, self.place)
        found: Report = [table]
        for row in table.rows:
            here = place_then(session, ALL, row.unit_id, on, rollups.last_moment(on))
            found.append(said(coverage_by_team(session, asking, here)))
        return found

    @property
    def place(self) -> Place:
        return Place(self.province.unit_id, "", Level.PROVINCE, self.province.path)


def said(table: Any) -> list[Any]:
    """What the page of a commune says of each team."""
    return [
        *(
            (row.team.name, row.counts, row.team.id, row.team.village, row.team.facts)
            for row in table.rows
        ),
        *((row.need.has_leader, row.need.leader_held) for row in table.rows),
        table.total,
    ]


MERGED = [("merge communes", 0, 0, 0), ("pass", 3, 0, 0), ("undo", 0, 0, 0), ("pass", 0, 0, 0)]
MOVED = [("pass", 0, 0, 3), ("move", 0, 0, 5), ("end team", 0, 1, 0), ("undo", 0, 0, 0)] * 2
SPLIT = [("split commune", 0, 0, 0), ("rename", 0, 0, 0), ("undo", 0, 0, 0), ("undo", 0, 0, 0)]
LINKED = [("link", 0, 0, 0), ("merge teams", 0, 0, 0), ("undo", 0, 0, 0), ("unlink", 0, 0, 0)]


@settings(max_examples=2)
@given(log=logs)
@example(log=LINKED)
@example(log=MERGED)
@example(log=MOVED)
@example(log=SPLIT)
def test_what_was_taken_back_is_in_the_report_of_the_days_before(
    db_session: Session, log: list[Entry]
) -> None:
    office = Office(db_session)
    seen: dict[date, Report] = {}
    try:
        for number, entry in enumerate(log):
            now = datetime.combine(FIRST + timedelta(days=200 + 10 * number), time(3), tzinfo=UTC)
            office.enter(entry, now, number)
            on = now.date()
            seen[on] = office.known(on)
            assert seen[on] == office.live(on)
        for on, report in seen.items():
            assert office.known(on) == report, on
    finally:
        db_session.rollback()


MONTH = timedelta(days=30)


def test_a_list_of_people_taken_back_was_known_until_then(db_session: Session) -> None:
    world = World(db_session)
    ward = world.unit("26506", "Vũng Tàu", world.unit("79", "Hồ Chí Minh"))
    make.requirement(db_session, make.module(db_session), since=FIRST)
    roster_desk.applied(world, ward, roster_desk.roster(roster_desk.row(1, "Lê Văn An")))
    (number,) = db_session.scalars(select(RosterImport.id).execution_options(scope=EVERYTHING))
    on = TODAY
    seen = _teams(db_session, ward, on)
    # What was known of the person is gone with the list; that somebody served is not.
    assert seen[0][:2] == ("Khu phố 1", Counts(1))
    rosters.undo(db_session, number, now=NOW + MONTH, actor=SYSTEM)
    assert _teams(db_session, ward, on)[0][:2] == seen[0][:2]
    assert _teams(db_session, ward, on + MONTH) == [Counts()]


def test_a_later_change_of_what_is_asked_was_not_known(scene: Scene) -> None:
    session, on = scene.session, date(2026, 11, 20)
    (asked,) = asked_in_unit(session, scene.commune.path, on)
    at, later = rollups.last_moment(on), on + MONTH
    asking = Asking(asked, on, ALL)
    here = place_then(session, ALL, scene.commune.unit_id, on, at)
    seen = said(rollups.teams_then(session, asking, here))
    assert seen[0][1].held
    terms = Terms(
        in_force_from=later + MONTH,
        modules=frozenset({scene.first.module_id}),
        valid_months=1,
        window_months=1,
    )
    change_requirement(session, asked.id, terms, now=at + MONTH, today=later, actor=SYSTEM)
    assert said(rollups.teams_then(session, asking, here)) == seen


def test_a_team_never_set_up_is_named_and_opens_nothing(scene: Scene) -> None:
    session, on = scene.session, date(2026, 10, 1)
    at = rollups.last_moment(on)
    step = SetUpTeam(-1, scene.commune.unit_id, "Tổ nhầm")
    done = serving.do(session, step, on=on, now=at, actor=SYSTEM)
    operations.undo(session, done, reason="nhầm", now=at + MONTH, actor=SYSTEM)
    session.commit()
    day = f"{scene.commune_path}?as_of=2026-10-01"
    assert "Tổ nhầm" not in scene.province_officer.get(day).text
    page = scene.province_officer.get(day + "&known=then")
    wrong, other = sorted(rows_of(page)[1:3], key=lambda row: "Tổ nhầm" not in row[0])
    assert wrong[0] == "Tổ nhầm"
    assert f">{other[0]}</a>" in page.html
    assert "Tổ nhầm</a>" not in page.html
    assert "what was taken back later is counted" in page.text


def test_a_move_taken_back_is_in_the_list_of_what_came_late(scene: Scene) -> None:
    session, on = scene.session, date(2026, 11, 20)
    at = rollups.last_moment(on)
    step = MovePerson(scene.people["Chi"].id, scene.team.id, scene.far_team.id)
    done = serving.do(session, step, on=on, now=at, actor=SYSTEM)
    operations.undo(session, done, reason="nhầm", now=at + timedelta(hours=1), actor=SYSTEM)
    session.commit()
    (asked,) = asked_in_unit(session, scene.province.path, on)
    here = Place(scene.province.unit_id, "", Level.PROVINCE, scene.province.path)
    late = late_entries(session, Asking(asked, on, ALL), here, at, limit=None)
    assert {(row.kind, row.name) for row in late.rows} == {(LateKind.TAKEN_BACK, "Trần Thị Chi")}
    assert late.total == 2


def _teams(session: Session, ward: Any, on: date) -> list[Any]:
    (asked,) = asked_in_unit(session, ward.path, on)
    here = Place(ward.unit_id, "", Level.COMMUNE, ward.path)
    return said(rollups.teams_then(session, Asking(asked, on, ALL), here))
