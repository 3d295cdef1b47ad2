"""Counting, two people, locking, corrections, and what a province takes over."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.reporting.scene import Scene, line
from training_app.accounts.models import Account
from training_app.audit.models import AuditEvent
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Fact
from training_app.organisation.models import Membership, Person
from training_app.reporting.models import Report
from training_app.reporting.queries import reports
from training_app.reporting.queries.register import Counting, people_behind
from training_app.reporting.rules.consistency import Finding
from training_app.reporting.rules.layouts import Kind, Measure
from training_app.reporting.scope import reader
from training_app.reporting.services import deciding, drafting
from training_app.reporting.services.deciding import Signature

COLUMNS = (
    "teams", "mediators", "male", "female", "law_qualified", "law_untrained", "minority", "trained",
)  # fmt: skip


def totals(scene: Scene, row: Report) -> list[int]:
    figures = scene.figures(row)
    return [figures.total(key) for key in COLUMNS]


def test_a_commune_is_counted_team_by_team(scene: Scene) -> None:
    row = scene.start(scene.maker)
    first, second = scene.figures(row).lines
    assert [first.value(key) for key in COLUMNS] == [1, 3, 1, 2, 1, 2, 1, 2]
    assert [second.value(key) for key in COLUMNS] == [1, 2, 1, 1, 1, 1, 1, 0]
    assert totals(scene, row) == [2, 5, 2, 3, 2, 3, 2, 2]


def test_the_first_report_of_the_year_counts_through_its_closing_day(scene: Scene) -> None:
    scene.train("Chi", date(2026, 11, 3))
    row = scene.start(scene.maker)
    assert row.as_of == date(2026, 10, 31)
    assert totals(scene, row)[-1] == 2


def test_a_report_filled_before_its_closing_day_counts_up_to_today(scene: Scene) -> None:
    row = scene.start(scene.maker, Kind.FULL_YEAR)
    assert row.as_of == date(2026, 11, 20)


def test_somebody_in_two_teams_counts_once_where_they_served_first(scene: Scene) -> None:
    scene.join("An", scene.second.id, date(2024, 1, 1))
    row = scene.start(scene.maker)
    assert [one.value("mediators") for one in scene.figures(row).lines] == [3, 2]
    assert totals(scene, row)[1] == 5


def test_two_records_of_one_person_count_once(scene: Scene, db_session: Session) -> None:
    double = make.person(db_session, "Trần An", linked_to=scene.people["An"])
    scene.people["An lần hai"] = double
    scene.join("An lần hai", scene.second.id, date(2024, 1, 1))
    assert totals(scene, scene.start(scene.maker))[1] == 5


def test_an_exemption_is_not_training(scene: Scene, db_session: Session) -> None:
    db_session.execute(update(Fact).values(kind="exemption"))
    assert totals(scene, scene.start(scene.maker))[-1] == 0


def test_what_is_entered_after_the_count_does_not_move_it(scene: Scene) -> None:
    row = scene.start(scene.maker)
    before = totals(scene, row)
    late = datetime(2026, 11, 25, tzinfo=UTC)
    scene.train("Dũng", date(2026, 4, 1), late)
    scene.join("Giang", scene.team.id, date(2026, 2, 1), late)
    behind = people_behind(
        scene.session, _counting(scene, row), line(scene.team.id), Measure.MEDIATORS, limit=50
    )
    trained = people_behind(
        scene.session, _counting(scene, row), line(scene.second.id), Measure.TRAINED, limit=50
    )
    assert totals(scene, row) == before
    assert (len(behind), len(trained)) == (3, 0)


def test_an_end_entered_after_the_count_was_not_known_then(
    scene: Scene, db_session: Session
) -> None:
    row = scene.start(scene.maker)
    db_session.execute(
        update(Membership)
        .where(Membership.person_id == scene.people["Chi"].id)
        .values(valid_to=date(2026, 6, 1), end_recorded_at=datetime(2026, 11, 25, tzinfo=UTC))
    )
    behind = people_behind(
        scene.session, _counting(scene, row), line(scene.team.id), Measure.MEDIATORS, limit=50
    )
    assert len(behind) == 3


def _counting(scene: Scene, row: Report) -> Counting:
    return Counting(row.as_of, row.period_from, row.filled_at, reader(scene.maker).scope)


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_every_number_is_as_long_as_its_list(scene: Scene, column: str) -> None:
    row = scene.start(scene.maker)
    for one in scene.figures(row).lines:
        behind = people_behind(
            scene.session, _counting(scene, row), one.key, Measure(column), limit=50
        )
        assert len(behind) == one.value(column)


def test_starting_twice_gives_the_same_report(scene: Scene) -> None:
    assert scene.start(scene.maker).id == scene.start(scene.approver).id


def test_a_report_of_another_office_cannot_be_started(scene: Scene) -> None:
    ask = drafting.Ask(scene.other.unit_id, "mediators", Kind.FULL_YEAR, 2026)
    with pytest.raises(NotFound):
        drafting.start(
            scene.session, ask, reader(scene.maker),
            now=datetime(2026, 11, 20, tzinfo=UTC), today=date(2026, 11, 20), actor=scene.maker,
        )  # fmt: skip


def test_a_period_to_come_cannot_be_started(scene: Scene) -> None:
    ask = drafting.Ask(scene.commune.unit_id, "mediators", Kind.FULL_YEAR, 2027)
    with pytest.raises(RuleBroken, match="not begun"):
        drafting.start(
            scene.session, ask, reader(scene.maker),
            now=datetime(2026, 11, 20, tzinfo=UTC), today=date(2026, 11, 20), actor=scene.maker,
        )  # fmt: skip


# -- numbers by hand -----------------------------------------------------------------------------


def test_a_number_by_hand_needs_a_reason(scene: Scene) -> None:
    row = scene.start(scene.maker)
    with pytest.raises(InvalidInput, match="Say why"):
        scene.write(row, scene.maker, line(scene.team.id), reason="", trained=3)


def test_a_number_by_hand_stands_beside_the_one_counted(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.maker, line(scene.team.id), trained=3)
    one = scene.figures(row).lines[0]
    assert (one.value("trained"), one.counted["trained"]) == (3, 2)
    assert totals(scene, row)[-1] == 3


def test_a_number_by_hand_survives_counting_again(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.maker, line(scene.team.id), trained=3)
    scene.train("Dũng", date(2026, 4, 1), datetime(2026, 11, 20, 2, tzinfo=UTC))
    scene.fill(row, scene.maker)
    assert [one.value("trained") for one in scene.figures(row).lines] == [3, 1]


def test_writing_the_counted_number_takes_the_other_back(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.maker, line(scene.team.id), trained=3)
    scene.write(row, scene.maker, line(scene.team.id), reason="", trained=2)
    assert scene.figures(row).changed == []


# -- two people ----------------------------------------------------------------------------------


def test_who_prepared_a_report_cannot_approve_it(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.check(row, scene.maker)
    with pytest.raises(RuleBroken, match="Another officer"):
        scene.approve(row, scene.maker)


def test_who_changed_a_number_cannot_approve_it(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.approver, line(scene.team.id), trained=3)
    scene.check(row, scene.maker)
    with pytest.raises(RuleBroken, match="Another officer"):
        scene.approve(row, scene.approver)


def test_a_second_account_of_the_same_person_is_no_second_person(
    scene: Scene, db_session: Session
) -> None:
    row = scene.start(scene.maker)
    scene.check(row, scene.maker)
    maker, other = (db_session.get_one(Account, one.id) for one in scene.makers)
    db_session.execute(
        update(Person).where(Person.id == other.person_id).values(canonical_id=maker.person_id)
    )
    with pytest.raises(RuleBroken, match="Another officer"):
        scene.approve(row, scene.approver)


def test_the_province_cannot_approve_for_a_commune(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.check(row, scene.maker)
    with pytest.raises(RuleBroken, match="another office"):
        scene.approve(row, scene.province_maker)


def test_a_report_that_does_not_fit_together_is_not_passed_on(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.maker, line(scene.team.id), male=3)
    with pytest.raises(RuleBroken, match="do not fit together"):
        scene.check(row, scene.maker)


def test_what_was_sent_back_is_a_draft_with_its_note(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.check(row, scene.maker)
    deciding.send_back(
        scene.session, row, reader(scene.approver), row.turn,
        reason="Thiếu tổ 5.", now=datetime(2026, 11, 20, tzinfo=UTC), actor=scene.approver,
    )  # fmt: skip
    assert (row.state, row.returned_note, row.checked_by) == ("draft", "Thiếu tổ 5.", None)


# -- races ---------------------------------------------------------------------------------------


def test_a_decision_about_another_turn_is_refused(scene: Scene) -> None:
    row = scene.start(scene.maker)
    seen = row.turn
    scene.write(row, scene.maker, line(scene.team.id), trained=3)
    with pytest.raises(RuleBroken, match="meanwhile"):
        deciding.check(
            scene.session, row, reader(scene.maker), seen,
            now=datetime(2026, 11, 20, tzinfo=UTC), actor=scene.maker,
        )  # fmt: skip


def test_two_locks_of_one_report_lock_it_once(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.check(row, scene.maker)
    scene.approve(row, scene.approver)
    turn = row.turn
    scene.lock(row, scene.approver)
    with pytest.raises(RuleBroken):
        deciding.lock(
            scene.session, row, reader(scene.maker), turn, Signature(),
            now=datetime(2026, 11, 20, tzinfo=UTC), today=date(2026, 11, 20), actor=scene.maker,
        )  # fmt: skip


# -- locked --------------------------------------------------------------------------------------


def test_a_locked_report_keeps_its_numbers_whatever_the_records_say(
    scene: Scene, db_session: Session
) -> None:
    row = scene.locked(scene.maker, scene.approver)
    before = totals(scene, row)
    db_session.execute(update(Person).values(sex="male"))
    scene.join("Giang", scene.team.id, date(2026, 2, 1))
    assert totals(scene, scene.read(row.id, scene.maker)) == before
    assert row.digest == deciding.digest(row.frozen)


@pytest.mark.parametrize("step", ["fill", "check", "write"])
def test_a_locked_report_is_never_changed(scene: Scene, step: str) -> None:
    row = scene.locked(scene.maker, scene.approver)
    more = {"line": line(scene.team.id), "trained": 3} if step == "write" else {}
    with pytest.raises(RuleBroken, match="never changed"):
        getattr(scene, step)(row, scene.maker, **more)


def test_a_correction_is_a_new_report_and_both_are_kept(scene: Scene) -> None:
    old = scene.locked(scene.maker, scene.approver)
    new = scene.correct(old, scene.maker)
    assert (new.number, new.replaces_id, new.state) == (2, old.id, "draft")
    assert old.state == "locked"


def test_a_report_is_corrected_once(scene: Scene) -> None:
    old = scene.locked(scene.maker, scene.approver)
    scene.correct(old, scene.maker)
    with pytest.raises(RuleBroken, match="begun already"):
        scene.correct(old, scene.maker)


def test_every_step_is_in_the_audit_trail(scene: Scene, db_session: Session) -> None:
    row = scene.locked(scene.maker, scene.approver)
    seen = db_session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.object_kind == "report", AuditEvent.object_id == row.id)
        .order_by(AuditEvent.id)
    ).all()
    assert seen == ["report.started", "report.checked", "report.approved", "report.locked"]


# -- a province ----------------------------------------------------------------------------------


def test_a_province_takes_over_what_its_communes_have_sent(scene: Scene) -> None:
    sent = scene.start(scene.maker)
    scene.write(sent, scene.maker, line(scene.team.id), trained=3)
    scene.check(sent, scene.maker)
    scene.approve(sent, scene.approver)
    scene.lock(sent, scene.approver)
    row = scene.start(scene.province_maker)
    first, second = scene.figures(row).lines
    assert (first.value("trained"), first.report_id) == (3, sent.id)
    assert (second.value("mediators"), second.report_id) == (2, None)
    assert totals(scene, row)[1] == 7


def test_a_province_is_told_who_has_not_sent(scene: Scene) -> None:
    scene.locked(scene.maker, scene.approver)
    row = scene.start(scene.province_maker)
    (found,) = deciding.examine(scene.session, row)
    assert (found.error, found.values["missing"], found.values["names"]) == (
        False, 1, "Phường Võ Cường",
    )  # fmt: skip


def test_a_report_sent_after_the_count_has_to_be_taken_over(scene: Scene) -> None:
    row = scene.start(scene.province_maker)
    scene.locked(scene.maker, scene.approver)
    assert any(one.error and "after this one" in one.says for one in _found(scene, row))
    scene.fill(row, scene.province_maker)
    assert not any(one.error for one in _found(scene, row))


def _found(scene: Scene, row: Report) -> list[Finding]:
    return deciding.examine(scene.session, row)


def test_a_number_that_moved_far_since_the_last_report_is_named(
    scene: Scene, db_session: Session
) -> None:
    scene.locked(scene.maker, scene.approver, Kind.HALF_YEAR)
    for number in range(8):
        person = make.person(db_session, f"Lê Người {number}")
        person.sex, person.law_qualified, person.ethnic_minority = "male", False, False
        scene.people[f"mới {number}"] = person
        scene.join(f"mới {number}", scene.team.id, date(2026, 8, 1))
    found = _found(scene, scene.start(scene.maker))
    assert {one.whole for one in found} >= {"mediators", "male"}
    assert not any(one.error for one in found)


# -- who sees what -------------------------------------------------------------------------------


def test_the_province_reads_what_was_sent_and_no_draft(scene: Scene) -> None:
    draft = scene.start(scene.maker)
    with pytest.raises(NotFound):
        scene.read(draft.id, scene.province_maker)
    sent = scene.locked(scene.other_maker, scene.other_approver)
    assert scene.read(sent.id, scene.province_maker).id == sent.id


def test_a_neighbouring_commune_reads_nothing(scene: Scene) -> None:
    sent = scene.locked(scene.maker, scene.approver)
    with pytest.raises(NotFound):
        scene.read(sent.id, scene.other_maker)


def test_the_reports_of_a_unit_are_listed_for_its_officers(scene: Scene) -> None:
    scene.locked(scene.maker, scene.approver)
    scene.start(scene.other_maker)
    mine, count = reports.listed(scene.session, reader(scene.maker), limit=50)
    theirs, _ = reports.listed(scene.session, reader(scene.province_maker), limit=50)
    assert (count, len(mine), len(theirs)) == (1, 1, 1)
