"""Who holds a role over a unit that stands no more is still counted: in one row, and once."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.coverage.teaching import trainer
from tests.coverage.test_rollups import EVERYTHING
from tests.coverage.test_routes import rows_of
from tests.factories import records as make
from tests.factories.records import TODAY
from tests.factories.visitors import account
from training_app.access import Role
from training_app.coverage.queries import Asking, coverage_by_unit, people_of_unit, place
from training_app.coverage.queries.places import NATION
from training_app.coverage.rules import total_of
from training_app.organisation.models import UnitSpan
from training_app.programme.queries import asked_in_unit
from training_app.requirements.rules import Audience

YESTERDAY = TODAY - timedelta(days=1)


def end(session: Session, unit: UnitSpan) -> None:
    """The unit stands no more, and nothing says who follows it."""
    session.execute(
        update(UnitSpan).where(UnitSpan.unit_id == unit.unit_id).values(valid_to=YESTERDAY)
    )


def test_a_trainer_of_a_commune_that_ended_counts_with_the_province(scene: Scene) -> None:
    rule = make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    asked = f"?requirement={rule.id}"
    trainer(scene, "Phạm Văn Ân")
    trainer(scene, "Phạm Văn Bảo", scene.other)
    end(scene.session, scene.other)
    scene.session.commit()
    page = scene.province_officer.get(scene.province_path + asked)
    rows = [row[:2] for row in rows_of(page)]
    assert ["Tỉnh Bắc Ninh", "2"] in rows
    assert rows[-1] == ["Total", "2"]
    listed = scene.province_officer.get(f"{scene.province_path}people/{asked}")
    assert "Phạm Văn Bảo" in listed.text


def test_a_province_that_ended_is_a_row_of_the_nation_that_leads_nowhere(scene: Scene) -> None:
    rule = make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    asked = f"?requirement={rule.id}"
    old = make.unit(scene.session, "Hà Bắc")
    for number in range(6):
        trainer(scene, f"Phạm Văn {number}", old)
    end(scene.session, old)
    scene.session.commit()
    page = scene.ministry.get(f"/coverage/{asked}")
    assert ["Units that stand no more", "6", "0"] in [row[:3] for row in rows_of(page)]
    assert "/coverage/units/0/" not in page.html


@settings(max_examples=15)
@given(
    grants=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=10),
    ended=st.sets(st.integers(0, 4), max_size=3),
)
def test_rows_always_add_up_to_the_people_listed(
    db_session: Session, grants: list[tuple[int, int]], ended: set[int]
) -> None:
    session = db_session
    try:
        provinces = [make.unit(session, name) for name in ("Bắc Ninh", "Cà Mau")]
        communes = [make.unit(session, f"Xã {n}", provinces[0]) for n in range(3)]
        units = [*provinces, *communes]
        people = [make.person(session, f"Người {n}") for n in range(4)]
        make.requirement(session, make.module(session), audience=Audience.TRAINERS)
        for who, where in set(grants):
            account(session, people[who], role=Role.TRAINER, unit=units[where])
        for one in ended - {0}:
            end(session, units[one])
        (asked,) = asked_in_unit(session, "/", TODAY)
        asking = Asking(asked, TODAY, EVERYTHING)
        for here in (NATION, place(session, EVERYTHING, provinces[0].unit_id, TODAY)):
            table = coverage_by_unit(session, asking, here)
            listed = people_of_unit(session, asking, here, limit=None)
            mine = {who for who, where in grants if here is NATION or where != 1}
            assert table.total == total_of(row.counts for row in table.rows) + table.overlap
            assert table.total.people == listed.total == len(listed.rows) == len(mine)
            assert all(row.counts.people <= len(mine) for row in table.rows)
    finally:
        session.rollback()
