"""What was locked, and what was written by hand, the database itself refuses to rewrite."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from tests.reporting.scene import Scene, line
from training_app.db import Unscoped
from training_app.reporting.models import Report, ReportChange

TESTS = Unscoped("a test looks at everything")


def refuse(scene: Scene, statement: str, says: str) -> None:
    """The statement fails with these words; nothing of it stays."""
    with pytest.raises(DBAPIError, match=says), scene.session.begin_nested():
        scene.session.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "frozen = '{}'",
        "rows = '[]'",
        "state = 'draft', locked_at = NULL",
        "document_number = '99/BC-UBND'",
        "turn = turn + 1",
        "replaces_id = id",
    ],
)
def test_a_locked_report_is_never_rewritten(scene: Scene, change: str) -> None:
    row = scene.locked(scene.maker, scene.approver)
    refuse(scene, f"UPDATE report SET {change} WHERE id = {row.id}", "never changed")


def test_a_locked_report_is_never_removed(scene: Scene) -> None:
    row = scene.locked(scene.maker, scene.approver)
    refuse(scene, f"DELETE FROM report WHERE id = {row.id}", "never changed")


def test_a_locked_correction_is_never_rewritten_either(scene: Scene) -> None:
    old = scene.locked(scene.maker, scene.approver)
    new = scene.correct(old, scene.maker)
    scene.check(new, scene.maker)
    scene.approve(new, scene.approver)
    scene.lock(new, scene.approver)
    for change in ("replaces_id = NULL", "number = 3", "frozen = '{}'"):
        refuse(scene, f"UPDATE report SET {change} WHERE id = {new.id}", "never changed")


def test_a_draft_is_still_written(scene: Scene) -> None:
    row = scene.start(scene.maker)
    scene.session.execute(
        update(Report)
        .where(Report.id == row.id)
        .values(turn=7)
        .execution_options(scope=TESTS, synchronize_session=False)
    )
    scene.session.refresh(row)
    assert row.turn == 7


@pytest.mark.parametrize(
    "statement", ["UPDATE report_change SET value = 9", "DELETE FROM report_change"]
)
def test_a_number_written_by_hand_is_never_rewritten(scene: Scene, statement: str) -> None:
    row = scene.start(scene.maker)
    scene.write(row, scene.maker, line(scene.team.id), trained=3)
    refuse(scene, statement, "append-only")


def test_a_number_taken_back_leaves_both_steps_on_record(scene: Scene) -> None:
    row = scene.start(scene.maker)
    key = line(scene.team.id)
    scene.write(row, scene.maker, key, trained=3)
    scene.write(row, scene.approver, key, reason="", trained=2)
    kept = scene.session.execute(
        select(ReportChange.value, ReportChange.recorded_by)
        .order_by(ReportChange.id)
        .execution_options(scope=TESTS)
    ).all()
    assert [tuple(one) for one in kept] == [
        (3, scene.maker.account_id),
        (None, scene.approver.account_id),
    ]
    assert scene.figures(row).total("trained") == 2
    assert not scene.figures(row).changed


def test_a_number_written_again_is_the_one_that_holds(scene: Scene) -> None:
    row = scene.start(scene.maker)
    key = line(scene.team.id)
    for value, reason in ((3, "Một."), (2, ""), (1, "Hai.")):
        scene.write(row, scene.maker, key, reason=reason, trained=value)
    assert [(one.value, one.reason) for _, _, one in scene.figures(row).changed] == [(1, "Hai.")]
