"""Requirements of units that ended: who is asked to decide, and what follows for people."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from training_app.access import Grant, Permission, Role, Scope, Viewer
from training_app.audit.models import AuditEvent
from training_app.errors import InvalidInput, NotAllowed, NotFound, RuleBroken
from training_app.learning.services import NewExemption, grant_exemption, rederive
from training_app.organisation.models import UnitSpan
from training_app.organisation.rules.operations import MergeUnits, SetUpUnit, operation
from training_app.organisation.services.operations import carry_out, undo
from training_app.programme.queries import needs_of_person
from training_app.requirements import queries, services
from training_app.requirements.models import Requirement
from training_app.requirements.rules import Renewing
from training_app.requirements.services import Decision

EVERYTHING = Scope(everything=True)
PERMISSION = Permission.REQUIREMENT_MANAGE
ENDED = TODAY - timedelta(days=30)
TOMORROW = TODAY + timedelta(days=1)


class Merger:
    """Two communes of a province became one on a day; the first asked something of its people."""

    def __init__(self, session: Session, on: date = ENDED) -> None:
        self.session = session
        self.province = make.unit(session, "Hồ Chí Minh")
        self.old = make.unit(session, "Vũng Tàu", self.province)
        self.new = make.unit(session, "Tam Thắng", self.province)
        self.came, self.other = make.person(session), make.person(session, "Lê Thị Bình")
        make.team(session, self.old, self.came)
        make.team(session, self.new, self.other)
        self.module = make.module(session)
        self.asked = make.requirement(
            session,
            self.module,
            unit_id=self.old.unit_id,
            since=date(2025, 3, 1),
            mode=Renewing.FIXED,
        )
        make.end_unit(session, self.old, on, self.new)

    def officer(self, unit: UnitSpan, role: Role = Role.COMMUNE_OFFICER) -> Viewer:
        return Viewer(account_id=1, grants=(Grant(role, unit.unit_id, unit.path),))

    def open(self, viewer: Viewer | None = None) -> list[tuple[int, int]]:
        scope = viewer.scope(PERMISSION) if viewer else EVERYTHING
        found = queries.to_decide(self.session, scope, TODAY)
        return [(left.requirement_id, unit) for left, unit in found]

    def decide(
        self, carry_on_from: date | None = TODAY, unit: UnitSpan | None = None, **changes: object
    ) -> Requirement | None:
        unit = unit or self.new
        values = {"reason": "Sáp nhập", "requirement_id": self.asked.id, **changes}
        chosen = Decision(unit_id=unit.unit_id, carry_on_from=carry_on_from, **values)  # type: ignore[arg-type]
        actor = self.officer(unit)
        return services.decide(self.session, chosen, now=NOW, today=TODAY, actor=actor)

    def asked_of(self, person_id: int, on: date = TODAY) -> list[int]:
        rows = needs_of_person(self.session, person_id, on, scope=EVERYTHING)
        return [row.requirement.id for row in rows]


@pytest.fixture
def merger(db_session: Session) -> Merger:
    return Merger(db_session)


def test_the_officer_of_the_unit_in_its_place_is_asked_and_nobody_else(merger: Merger) -> None:
    waits = [(merger.asked.id, merger.new.unit_id)]
    assert merger.open(merger.officer(merger.new)) == waits
    assert merger.open(merger.officer(merger.province, Role.PROVINCE_OFFICER)) == waits
    far = make.unit(merger.session, "Bà Rịa", make.unit(merger.session, "Đồng Nai"))
    assert merger.open(merger.officer(far)) == []
    with pytest.raises(NotFound):
        merger.decide(unit=far)


def test_carried_on_everybody_in_the_new_unit_is_asked_from_the_day(merger: Merger) -> None:
    made = merger.decide(carry_on_from=TOMORROW)
    assert made is not None
    assert merger.asked_of(merger.came.id) == []
    assert merger.asked_of(merger.came.id, TOMORROW) == [made.id]
    assert merger.asked_of(merger.other.id, TOMORROW) == [made.id]
    assert merger.asked_of(merger.came.id, ENDED - timedelta(days=1)) == [merger.asked.id]
    assert merger.open() == []


def test_ended_nobody_is_asked_and_the_past_stays(merger: Merger) -> None:
    before = queries.versions_of(merger.session, merger.asked.id)
    assert merger.decide(carry_on_from=None) is None
    assert merger.asked_of(merger.came.id, TOMORROW) == []
    assert merger.asked_of(merger.came.id, ENDED - timedelta(days=1)) == [merger.asked.id]
    (row,) = queries.versions_of(merger.session, merger.asked.id)
    assert (row.in_force_from, row.in_force_to) == (before[0].in_force_from, TODAY)
    assert merger.open() == []


def test_an_exemption_and_the_fixed_day_go_on_with_it(merger: Merger) -> None:
    new = NewExemption(merger.came.id, merger.asked.id, LONG_AGO, None, "ốm")
    grant_exemption(merger.session, new, now=NOW, actor=SYSTEM)
    made = merger.decide()
    assert made is not None
    rederive(merger.session, now=NOW, requirement_id=made.id)
    (need,) = needs_of_person(merger.session, merger.came.id, TODAY, scope=EVERYTHING)
    assert need.need.covered
    (row,) = queries.versions_of(merger.session, made.id)
    assert row.required.anchor == date(2025, 3, 1)
    assert row.required.exempting == {made.id, merger.asked.id}


def test_decided_before_the_unit_ends_there_is_no_gap(db_session: Session) -> None:
    merger = Merger(db_session, on=TOMORROW)
    made = merger.decide(carry_on_from=TOMORROW)
    assert made is not None
    assert merger.asked_of(merger.came.id, TODAY) == [merger.asked.id]
    assert merger.asked_of(merger.came.id, TOMORROW) == [made.id]


def test_each_part_of_a_split_unit_is_decided_for_itself(merger: Merger) -> None:
    split = make.unit(merger.session, "Châu Thành", merger.province)
    asked = make.requirement(merger.session, merger.module, unit_id=split.unit_id)
    part = make.unit(merger.session, "Thắng Nhì", merger.province)
    make.end_unit(merger.session, split, ENDED, merger.new, part)
    waits = [(asked.id, merger.new.unit_id), (asked.id, part.unit_id)]
    assert [one for one in merger.open() if one[0] == asked.id] == waits
    merger.decide(unit=part, requirement_id=asked.id)
    assert [one for one in merger.open() if one[0] == asked.id] == waits[:1]
    (row,) = queries.versions_of(merger.session, asked.id)
    assert row.in_force_to is None


def test_a_unit_that_ended_again_hands_the_question_on(merger: Merger) -> None:
    last = make.unit(merger.session, "Bến Đình", merger.province)
    make.end_unit(merger.session, merger.new, TODAY, last)
    assert merger.open() == [(merger.asked.id, last.unit_id)]
    assert merger.open(merger.officer(last)) == [(merger.asked.id, last.unit_id)]


def test_a_later_change_and_the_end_already_set_go_on_as_well(merger: Merger) -> None:
    def terms(since: date, months: int) -> services.Terms:
        return services.Terms(since, frozenset({merger.module.module_id}), valid_months=months)

    soon, later = TODAY + timedelta(days=10), TODAY + timedelta(days=20)
    hand = {"now": NOW, "today": TODAY, "actor": SYSTEM}
    services.change_requirement(merger.session, merger.asked.id, terms(soon, 36), **hand)  # type: ignore[arg-type]
    services.end_requirement(
        merger.session,
        merger.asked.id,
        ends_on=later,
        reason="hết",
        **hand,  # type: ignore[arg-type]
    )
    made = merger.decide()
    assert made is not None
    rows = queries.versions_of(merger.session, made.id)
    assert [(row.in_force_from, row.in_force_to, row.required.valid_months) for row in rows] == [
        (TODAY, soon, 12),
        (soon, later, 36),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": "  "}, "reason"), ({"carry_on_from": TODAY - timedelta(days=1)}, "day")],
)
def test_without_a_reason_or_in_the_past_nothing_is_decided(
    merger: Merger, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        merger.decide(**changes)  # type: ignore[arg-type]
    assert refused.value.field == field
    merger.session.rollback()


def test_it_is_decided_once_and_on_record(merger: Merger) -> None:
    made = merger.decide()
    with pytest.raises(NotFound):
        merger.decide(carry_on_from=None)
    event = select(AuditEvent).where(AuditEvent.action == "requirement.decided")
    (told,) = merger.session.scalars(event)
    assert (told.object_id, told.detail) == (merger.asked.id, {"carried_on": made and made.id})
    count = merger.session.scalar(select(func.count()).select_from(Requirement))
    assert count == 2


def test_another_office_cannot_decide(merger: Merger) -> None:
    stranger = merger.officer(make.unit(merger.session, "Bà Rịa", merger.province))
    chosen = Decision(merger.asked.id, merger.new.unit_id, "vì", None)
    with pytest.raises(NotAllowed):
        services.decide(merger.session, chosen, now=NOW, today=TODAY, actor=stranger)


def test_people_of_the_new_unit_still_see_what_was_required(merger: Merger) -> None:
    scope = merger.officer(merger.new).scope(PERMISSION)
    rows = queries.all_requirements(merger.session, TODAY)
    (seen,) = queries.visible(merger.session, rows, scope, TODAY)
    assert seen.requirement_id == merger.asked.id


def test_a_merger_on_which_was_decided_cannot_be_taken_back(db_session: Session) -> None:
    province = make.unit(db_session, "Hồ Chí Minh")
    old, other = (make.unit(db_session, name, province) for name in ("Vũng Tàu", "Tam Thắng"))
    asked = make.requirement(db_session, make.module(db_session), unit_id=old.unit_id)
    new = SetUpUnit(-1, "commune", province.unit_id, "99999", "Bến Đình", "Phường")
    merge = operation(new, MergeUnits((old.unit_id, other.unit_id), -1))
    number = carry_out(db_session, merge, on=ENDED, reason="sáp nhập", now=NOW, actor=SYSTEM)
    ((left, heir),) = queries.to_decide(db_session, EVERYTHING, TODAY)
    assert (left.requirement_id, left.unit.ended_on) == (asked.id, ENDED)
    chosen = Decision(asked.id, heir, "tiếp tục", TODAY)
    services.decide(db_session, chosen, now=NOW, today=TODAY, actor=SYSTEM)
    with pytest.raises(RuleBroken):
        undo(db_session, number, reason="nhầm", now=NOW, actor=SYSTEM)
