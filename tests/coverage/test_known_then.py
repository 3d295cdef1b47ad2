"""A report as known then is the same whenever it is asked for; what came later is listed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.coverage.test_rollups import EVERYTHING
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories import serving
from tests.factories.records import NOW, SYSTEM
from training_app.catalogue.models import ModuleVersion
from training_app.coverage import rollups
from training_app.coverage.queries import Asking, Place, UnitTable, coverage_by_unit
from training_app.coverage.rules import Counts
from training_app.dossier.services import merging
from training_app.errors import InvalidInput, RuleBroken
from training_app.learning.models import FactKind
from training_app.learning.services import (
    NewExemption,
    NewFact,
    grant_exemption,
    record_facts,
    revoke_exemption,
    withdraw_fact,
)
from training_app.organisation.models import EndReason, Level
from training_app.organisation.rules.operations import SetUpTeam
from training_app.organisation.services import memberships
from training_app.programme.queries import asked_in_unit

FIRST = date(2025, 1, 1)
Entry = tuple[str, int, int, int]
# The table of the province, and of each team: people, and whether its leader is there and trained.
Report = tuple[UnitTable, list[tuple[int, Counts, bool, bool]]]

# What is entered, about whom, and how many days ago it happened.
logs = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "pass",
                "pass",
                "pass",
                "withdraw",
                "join",
                "leave",
                "elect",
                "unlead",
                "link",
                "link",
                "unlink",
            )
        ),
        st.integers(0, 5),
        st.integers(0, 3),
        st.integers(0, 120),
    ),
    min_size=3,
    max_size=10,
)


class Diary:
    """A province of two communes in which something is entered every ten days."""

    MONTHS, WINDOW = 12, 2

    def __init__(self, session: Session) -> None:
        self.session = session
        self.province = make.unit(session, "Bắc Ninh")
        self.communes = [make.unit(session, f"Xã {n}", self.province) for n in range(2)]
        self.people = [make.person(session, f"Người {n}") for n in range(6)]
        self.teams = [
            make.team(session, commune, *self.people[3 * at : 3 * at + 2]).id
            for at, commune in enumerate(self.communes)
        ]
        for model in ("membership", "leadership"):
            table = session.get_bind().dialect.identifier_preparer.quote(model)
            session.connection().exec_driver_sql(
                f"UPDATE {table} SET recorded_at = '2020-01-01 00:00:00'"
            )
        self.module = self.teach()
        self.requirement = make.requirement(
            session, self.module, since=FIRST, months=self.MONTHS, window=self.WINDOW
        )
        self.facts: list[int] = []

    def teach(self) -> ModuleVersion:
        return make.module(self.session)

    def enter(self, entry: Entry, now: datetime, number: int) -> None:
        kind, one, other, ago = entry
        on = max(FIRST, now.date() - timedelta(days=ago))
        person, team = self.people[one].id, self.teams[other % 2]
        session = self.session
        try:
            with session.begin_nested():
                self._act(kind, person, team, on, now, number)
        except (RuleBroken, InvalidInput):
            session.expire_all()

    def _act(self, kind: str, person: int, team: int, on: date, now: datetime, number: int) -> None:
        session = self.session
        if kind == "pass":
            module = self.module
            new = NewFact(
                person, FactKind.TEST_PASSED, module.module_id, module.id, 30, on, "test", number
            )
            self.facts.append(record_facts(session, [new], now=now, actor=SYSTEM)[0].id)
        elif kind == "withdraw" and self.facts:
            chosen = self.facts[number % len(self.facts)]
            withdraw_fact(session, chosen, reason="sai", withdrawn_on=on, now=now, actor=SYSTEM)
        elif kind == "join":
            memberships.start_membership(session, person, team, on=on, now=now, actor=SYSTEM)
        elif kind == "leave":
            serving.end_service(
                session, person, team, EndReason.OWN_WISH, on=on, now=now, actor=SYSTEM
            )
        elif kind == "elect":
            memberships.elect_leader(session, team, person, on=on, now=now, actor=SYSTEM)
        elif kind == "unlead":
            serving.end_leadership(session, team, on=on, now=now, actor=SYSTEM)
        elif kind == "link":
            same = self.people[(number + 1 + self._place(person)) % len(self.people)].id
            merging.link(session, person, same, "trùng", now=now, actor=SYSTEM)
        elif kind == "unlink":
            merging.unlink(session, person, "nhầm", now=now, actor=SYSTEM)

    def _place(self, person: int) -> int:
        return next(at for at, one in enumerate(self.people) if one.id == person)

    def reports(self, on: date) -> Report:
        """The tables of the province and of its communes as known then."""
        (asked,) = asked_in_unit(self.session, self.province.path, on)
        asking = Asking(asked, on, EVERYTHING)
        above = Place(self.province.unit_id, "", Level.PROVINCE, self.province.path)
        communes = [Place(one.unit_id, "", Level.COMMUNE, one.path) for one in self.communes]
        return (
            rollups.units_then(self.session, asking, above),
            [
                (row.team.id, row.counts, row.need.has_leader, row.need.leader_held)
                for one in communes
                for row in rollups.teams_then(self.session, asking, one).rows
            ],
        )


# The second and the third serve and pass in different communes; linked, they are one.
LINKED = [
    ("pass", 1, 0, 0),
    ("link", 1, 0, 0),
    ("pass", 2, 0, 0),
    ("unlink", 1, 0, 0),
    ("link", 1, 0, 0),
    ("unlink", 1, 0, 0),
    ("link", 3, 0, 0),
]


@settings(max_examples=5)
@given(log=logs)
@example(log=LINKED)
def test_a_report_as_known_then_is_the_same_on_the_day_and_later(
    db_session: Session, log: list[Entry]
) -> None:
    diary = Diary(db_session)
    seen: dict[date, Report] = {}
    try:
        for number, entry in enumerate(log):
            now = datetime.combine(FIRST + timedelta(days=200 + 10 * number), time(3), tzinfo=UTC)
            diary.enter(entry, now, number)
            on = now.date()
            seen[on] = diary.reports(on)
            live = coverage_by_unit(
                db_session,
                Asking(asked_in_unit(db_session, "/", on)[0], on, EVERYTHING),
                seen[on][0].place,
            )
            assert seen[on][0] == live
        for on, report in seen.items():
            assert diary.reports(on) == report, on
    finally:
        db_session.rollback()


def test_late_entries_change_now_but_not_then_and_are_listed(scene: Scene) -> None:
    client = scene.province_officer
    day = "?as_of=2026-04-01"
    now = rows_of(client.get(scene.province_path + day))[-1]
    then = rows_of(client.get(scene.province_path + day + "&known=then"))[-1]
    # Passed on 9 March, entered on 20 November.
    assert (now[4], then[4]) == ("2", "0")
    late = client.get(f"{scene.province_path}late/{day}")
    # Two tests, the service itself, and leading the team.
    assert late.text.count("Trần Thị An") == 4
    assert "Elected leader: Tổ " in late.text
    assert "9 Mar 2026" in late.text
    assert "20 Nov 2026" in late.text


def _told(scene: Scene) -> set[tuple[str, str]]:
    """What was entered later about the day of the scene, and about whom."""
    page = scene.province_officer.get(f"{scene.province_path}late/?as_of={scene.today}")
    if "was entered later" in page.text:
        return set()
    return {(row[0], row[1]) for row in rows_of(page)[1:]}


def test_everything_that_makes_the_readings_differ_is_listed(scene: Scene) -> None:
    session, on = scene.session, scene.today
    people = {name: person.id for name, person in scene.people.items()}
    later, team = NOW + timedelta(days=3), scene.team.id
    new = NewExemption(people["Dũng"], scene.requirement.id, on, None, "Thẩm phán")
    exempted = grant_exemption(session, new, now=NOW, actor=SYSTEM).id
    session.commit()
    with time_machine.travel(later):
        assert _told(scene) == set()
        more = NewExemption(people["Giang"], scene.requirement.id, on, None, "Luật sư")
        grant_exemption(session, more, now=later, actor=SYSTEM)
        revoke_exemption(session, exempted, revoked_on=on, reason="Nhầm", now=later, actor=SYSTEM)
        merging.link(session, people["Giang"], people["Chi"], "trùng", now=later, actor=SYSTEM)
        memberships.elect_leader(session, team, people["Chi"], on=on, now=later, actor=SYSTEM)
        step = SetUpTeam(-1, scene.other.unit_id, "Tổ mới")
        serving.do(session, step, on=on, now=later, actor=SYSTEM)
        session.commit()
        team_name = f"Tổ {team}"
        assert _told(scene) == {
            ("Trần Thị Dũng", "Exemption ended before its time"),
            ("Trần Thị Chi", "Exemption granted"),
            ("Trần Thị Chi", "Two records found to be of one person"),
            ("Trần Thị Chi", f"Elected leader: {team_name}"),
            ("Trần Thị An", f"No longer leader: {team_name}"),
            ("Tổ mới", "Team set up, moved here or named anew"),
        }


def test_readers_of_totals_see_one_reading_of_a_province(scene: Scene) -> None:
    page = scene.ministry.get(scene.province_path + "?as_of=2026-04-01&known=then")
    assert "As known" not in page.text
    assert scene.ministry.http.get(f"{scene.province_path}late/").status_code in {403, 404}


def test_the_forecast_says_what_lapses_by_quarter(scene: Scene) -> None:
    page = scene.province_officer.get(f"{scene.province_path}forecast/")
    head, first, *_, total = rows_of(page)
    # Two hold it until 9 March 2027 and nobody else does.
    assert head[2:6] == [
        "lapse by 31 Dec 2026",
        "lapse by 31 Mar 2027",
        "lapse by 30 Jun 2027",
        "lapse by 30 Sep 2027",
    ]
    assert first[0] == "Phường Kinh Bắc"
    assert total[1:6] == ["2", "0", "2", "0", "0"]
    commune = scene.officer.get(f"{scene.commune_path}forecast/")
    assert rows_of(commune)[-1][1:6] == total[1:6]


def test_readers_of_totals_see_what_lapses_without_small_counts(scene: Scene) -> None:
    address = f"{scene.province_path}forecast/"
    assert "too small to be shown" in scene.ministry.get(address).text
    more = {f"N{n}": make.person(scene.session, f"Người {n}") for n in range(12)}
    scene.people |= more
    make.team(scene.session, scene.other, *more.values())
    for name in list(more)[:8]:
        scene.pass_test(name, scene.first, scene.second)
    scene.session.commit()
    assert address in scene.ministry.get(scene.province_path).html
    page = scene.ministry.get(address)
    *rows, total = rows_of(page)[1:]
    # Two of the ten are of one commune: neither they nor the rest are told.
    assert total[1:6] == ["10", "0", "10", "0", "0"]
    assert {cell for row in rows for cell in row[1:]} == {"…"}
    assert "/coverage/units/" + str(scene.commune.unit_id) not in page.html
    sheet = sheet_of(scene.ministry, address + "table.xlsx")
    assert next(line for line in sheet if line[0] == "Total")[1:6] == [10, 0, 10, 0, 0]


def test_the_files_have_the_same_rows(scene: Scene) -> None:
    client = scene.province_officer
    for path in ("forecast/", "late/"):
        shown = rows_of(client.get(f"{scene.province_path}{path}?as_of=2026-04-01"))
        lines = sheet_of(client, f"{scene.province_path}{path}table.xlsx?as_of=2026-04-01")
        assert len([line for line in lines if line[0] == shown[1][0]]) >= 1


def test_numbers_of_then_do_not_open_lists_of_now(scene: Scene) -> None:
    client = scene.province_officer
    address = f"{scene.commune_path}people/"
    assert address in client.get(f"{scene.province_path}?as_of=2026-12-01").html
    page = client.get(f"{scene.province_path}?as_of=2026-04-01&known=then")
    assert address not in page.html
    assert page.link("Entered later").endswith("as_of=2026-04-01&known=then")
