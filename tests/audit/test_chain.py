"""The audit chain: an edit, a gap, a changed order and a cut tail are found; a whole one holds."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import Table, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from config import Settings
from tests.backup.test_services import make as make_backup
from tests.factories.records import NOW, SYSTEM
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent, AuditSeal
from training_app.audit.rules import Anchor, anchor_line, read_anchor
from training_app.jobs.tasks import ChainBroken, anchor_audit, verify_audit

KEY = b"audit-key-of-the-tests-" + b"a" * 41
EVENT, SEAL = cast("Table", AuditEvent.__table__), cast("Table", AuditSeal.__table__)


def happen(session: Session, count: int) -> None:
    """Some events, sealed."""
    for number in range(count):
        audit.record(session, Action.SIGN_OUT, actor=SYSTEM, now=NOW, object_id=number)
    session.flush()
    audit.seal_new(session, key=KEY, now=NOW)
    session.commit()


@pytest.fixture
def insider() -> Iterator[Session]:
    """A database without the guards of ours, as somebody has it who holds the file."""
    engine = create_engine("sqlite://")
    EVENT.create(engine)
    SEAL.create(engine)
    with Session(engine) as session:
        happen(session, 30)
        yield session
    engine.dispose()


def edit_event(session: Session, at: int) -> None:
    session.execute(update(EVENT).where(EVENT.c.id == at).values(object_id=4_711))


def edit_moment(session: Session, at: int) -> None:
    session.execute(update(EVENT).where(EVENT.c.id == at).values(at=NOW.replace(year=2020)))


def delete_event(session: Session, at: int) -> None:
    session.execute(delete(EVENT).where(EVENT.c.id == at))


def delete_both(session: Session, at: int) -> None:
    session.execute(delete(SEAL).where(SEAL.c.event_id == at))
    delete_event(session, at)


def edit_seal(session: Session, at: int) -> None:
    session.execute(update(SEAL).where(SEAL.c.event_id == at).values(seal=b"\1" * 32))


def swap(session: Session, at: int) -> None:
    other = at % 30 + 1
    for one, two in ((at, -1), (other, at), (-1, other)):
        session.execute(update(SEAL).where(SEAL.c.sequence == one).values(sequence=two))


def insert_event(session: Session, at: int) -> None:
    """An event put between two others; the seals behind it move on."""
    row = dict(session.execute(select(EVENT).where(EVENT.c.id == at)).mappings().one())
    session.execute(insert(EVENT).values(**{**row, "id": 99}))
    session.execute(update(SEAL).where(SEAL.c.sequence >= at).values(sequence=-SEAL.c.sequence - 1))
    session.execute(update(SEAL).where(SEAL.c.sequence < 0).values(sequence=-SEAL.c.sequence))
    session.execute(insert(SEAL).values(event_id=99, sequence=at, seal=b"\2" * 32, sealed_at=NOW))


def cut_tail(session: Session, at: int) -> None:
    session.execute(delete(SEAL).where(SEAL.c.event_id >= at))
    session.execute(delete(EVENT).where(EVENT.c.id >= at))


def cut_and_go_on(session: Session, at: int) -> None:
    """Cut, and let the sealer chain new events over the place."""
    cut_tail(session, at)
    happen_again = 31 - at
    for number in range(happen_again):
        audit.record(session, Action.SIGN_OUT, actor=SYSTEM, now=NOW, object_id=900 + number)
    session.flush()
    audit.seal_new(session, key=KEY, now=NOW)


TAMPERINGS: tuple[Callable[[Session, int], None], ...] = (
    edit_event,
    edit_moment,
    delete_event,
    delete_both,
    edit_seal,
    swap,
    insert_event,
    cut_tail,
    cut_and_go_on,
)


def test_a_whole_chain_holds_with_all_its_anchors(insider: Session) -> None:
    early, end = audit.head(insider), None
    happen(insider, 5)
    end = audit.head(insider)
    assert early
    assert end
    assert (early.sequence, end.sequence) == (30, 35)
    assert audit.verify(insider, key=KEY, anchors=[end, early]) is None


def test_a_thousand_random_tamperings_are_all_found(insider: Session) -> None:
    end = audit.head(insider)
    assert end
    chance = random.Random(20_261_121)
    found = 0
    for number in range(1_000):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        tamper(insider, chance.randint(1, 30))
        found += audit.verify(insider, key=KEY, anchors=[end]) is not None
        insider.rollback()
    assert found == 1_000
    assert audit.verify(insider, key=KEY, anchors=[end]) is None


def test_a_cut_tail_shows_only_against_what_was_noted_elsewhere(insider: Session) -> None:
    end = audit.head(insider)
    assert end
    cut_tail(insider, 27)
    assert audit.verify(insider, key=KEY) is None
    broken = audit.verify(insider, key=KEY, anchors=[end])
    assert broken
    assert broken.sequence == 27
    assert "4 events are missing" in broken.problem


def test_a_tail_that_was_cut_and_grew_again_is_found_by_its_seal(insider: Session) -> None:
    end = audit.head(insider)
    assert end
    cut_and_go_on(insider, 25)
    now = audit.head(insider)
    assert now
    assert now.sequence == end.sequence
    broken = audit.verify(insider, key=KEY, anchors=[end])
    assert broken
    assert "grew" in broken.problem or "grown" in broken.problem


def test_half_a_seal_copied_from_paper_is_enough_and_less_is_refused(insider: Session) -> None:
    end = audit.head(insider)
    assert end
    noted = read_anchor(f"{end.sequence} {end.seal[:16].upper()}")
    assert noted
    assert audit.verify(insider, key=KEY, anchors=[noted]) is None
    assert read_anchor(f"{end.sequence} {end.seal[:15]}") is None
    assert read_anchor("# moved to another machine") is None
    assert read_anchor("") is None


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_itself_refuses_to_rewrite_the_trail(
    db_session: Session, table: str, act: str
) -> None:
    happen(db_session, 1)
    column = "id" if table == "audit_event" else "sequence"
    with pytest.raises(DatabaseError, match="append-only"):
        db_session.execute(text(act.format(table, column, column)))
    db_session.rollback()


def test_a_line_of_the_file_reads_back_as_it_was_written() -> None:
    anchor = Anchor(7, "ab" * 32, NOW.isoformat(timespec="seconds"))
    assert read_anchor(anchor_line(anchor, NOW)) == anchor


def at(tmp_path: Path, app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    values = {**vars(settings), "anchors_file": tmp_path / "elsewhere" / "anchors.txt"}
    return Settings(**values)


def test_the_end_of_the_chain_is_noted_each_hour_outside_the_database(
    app: Flask, db_session: Session, tmp_path: Path
) -> None:
    settings = at(tmp_path, app)
    anchor_audit(db_session, settings, NOW)
    assert not settings.audit_anchors.exists(), "nothing is sealed yet"
    for _ in range(2):
        happen(db_session, 3)
        anchor_audit(db_session, settings, NOW)
        anchor_audit(db_session, settings, NOW)
    lines = settings.audit_anchors.read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines] == ["3", "6"]
    assert settings.audit_anchors.stat().st_mode & 0o077 == 0
    verify_audit(db_session, settings, NOW)


def test_the_nightly_proof_holds_the_chain_against_the_file(
    app: Flask, db_session: Session, tmp_path: Path
) -> None:
    settings = at(tmp_path, app)
    happen(db_session, 3)
    anchor_audit(db_session, settings, NOW)
    with settings.audit_anchors.open("a", encoding="ascii") as file:
        file.write(anchor_line(Anchor(9, "00" * 32), NOW) + "\n")
    with pytest.raises(ChainBroken, match="6 events are missing"):
        verify_audit(db_session, settings, NOW)


def test_the_command_holds_the_chain_against_paper_and_backups(
    app: Flask, db_session: Session, tmp_path: Path
) -> None:
    happen(db_session, 4)
    copy = tmp_path / "copy.zip"
    make_backup(app, copy)
    runner = app.test_cli_runner()
    printed = runner.invoke(args=["audit", "head"]).output.split()
    held = runner.invoke(
        args=["audit", "verify", "--backup", str(copy), "--anchor", " ".join(printed[1:])]
    )
    assert held.exit_code == 0, held.output
    assert "anchors that hold: 2, the newest at 4" in held.output
    lost = runner.invoke(args=["audit", "verify", "--anchor", f"6 {'0' * 64}"])
    assert lost.exit_code == 1
    assert "2 events are missing" in lost.output
    assert "is no anchor" in runner.invoke(args=["audit", "verify", "--anchor", "six"]).output
    assert "audit chain: 4 " in runner.invoke(args=["backup", "show", str(copy)]).output


def test_the_worker_notes_the_end_of_the_chain_by_itself(app: Flask, db_session: Session) -> None:
    happen(db_session, 2)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["worker", "step"]).exit_code == 0
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 0, result.output
    assert "anchors that hold: 1" in result.output


def test_a_chain_without_any_anchor_holds_and_says_what_would_not_show(
    app: Flask, db_session: Session
) -> None:
    happen(db_session, 2)
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert "no anchor was found" in result.output
