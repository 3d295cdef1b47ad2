"""Large demonstrations: exact in number, the same every time, and true to the rules."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.db import Unscoped
from training_app.demo import scale
from training_app.demo.shapes import Place, draw, sizes
from training_app.learning.models import Fact, Holding
from training_app.learning.services import rederive
from training_app.organisation.models import Person, TeamSpan
from training_app.requirements.models import Requirement

LOOKING = {"scope": Unscoped("a test looks at everything")}


def test_so_many_people_are_spread_over_so_many_teams() -> None:
    places = [Place(n, f"{n:05}", ()) for n in range(50)]
    found = sizes(places, 5_000, 780)
    assert sum(map(sum, found)) == 5_000
    assert sum(map(len, found)) == 780
    assert min(size for teams in found for size in teams) >= 3
    assert found == sizes(places, 5_000, 780)


def test_a_commune_is_drawn_the_same_every_time() -> None:
    place = Place(1, "00001", (2, 3))
    first = draw(place, [5, 6, 7], TODAY, core=3, modules=20)
    assert first == draw(place, [5, 6, 7], TODAY, core=3, modules=20)
    assert [len(team.people) for team in first.teams] == [5, 6, 7]
    days = [done.day for team in first.teams for one in team.people for done in one.done]
    assert days
    assert max(days) <= TODAY


def test_what_is_written_is_what_the_rules_derive(db_session: Session) -> None:
    province = make.unit(db_session, "Bắc Ninh")
    communes = [make.unit(db_session, f"Xã {n}", province) for n in range(3)]
    old = make.unit(db_session, "Xã cũ", province)
    modules = [make.module(db_session) for _ in range(3)]
    make.requirement(db_session, *modules, months=24, window=3)
    places = [Place(one.unit_id, one.code, (old.unit_id,)) for one in communes]
    core = [one.module_id for one in modules]
    curriculum = scale.set_up(db_session, core, now=NOW, today=TODAY, actor=SYSTEM)
    assert len(curriculum.modules) == 20
    told: list[tuple[int, int]] = []
    count = scale.write_scale(
        db_session,
        places,
        curriculum,
        people=120,
        teams=20,
        today=TODAY,
        now=NOW,
        tell=lambda done, total, _: told.append((done, total)),
    )
    assert (count.people, count.teams, told[-1]) == (120, 20, (3, 3))

    def number(model: type[Fact | Holding | Person | TeamSpan | Requirement]) -> int:
        counted = select(func.count()).select_from(model).execution_options(**LOOKING)
        return db_session.scalar(counted) or 0

    assert number(Fact) == count.facts
    assert number(Requirement) == 3
    keys = set(db_session.scalars(select(Requirement.key)))
    assert {"scale-yearly-refresher", "scale-leaders-course"} <= keys
    assert number(TeamSpan) > 20  # those founded before the reform stood in a former unit
    before = Counter(
        db_session.execute(
            select(Holding.person_id, Holding.held_from).execution_options(**LOOKING)
        ).all()
    )
    assert before.total() == count.holdings > 0
    assert rederive(db_session, now=NOW) == 0
