"""A backup for a key is useless without it: other keys, changed bytes and no key change nothing."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest
from alembic.script import ScriptDirectory
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from pyrage import x25519
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from tests.audit.test_chain import happen
from tests.backup.test_services import everything
from training_app.audit.models import AuditEvent
from training_app.backup import rules, services
from training_app.backup.services import encryption
from training_app.clock import now
from training_app.db import writing
from training_app.extensions import current_session, db

# Written by the program `age` 1.1.1 of Debian, not by ours.
FOREIGN_KEY = "AGE-SECRET-KEY-1HUM6D7RGMLZZ49FCASWQCTWUL2VFMC26R6T6EDWLGKTTDA6AD49QL4VW6M"
FOREIGN = b"""\
-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBCUHNaNitVL0cwaVd1cVA1
SVphZGFaWWEwVEpBaFkzaHFneXRWMVlqTVJjClU4aXE2VmhRQnZFc3NxNWtQcks5
WlY4Z2xZY2l0RWIxd2xVYWx5MmxiRzQKLS0tIFpqSU5xaTg3TDliQzV2SWR6TDVW
Z1RYdnNDcnJsdi9PU0NRWmRWeWhoSlkKwa8DIXsDzF2AOpaS29cb39jzkjJcbkBV
2kk1Lku5+BMnAYrBW0lQttpSxnUPxilbI3YIHwUuBPCis+I=
-----END AGE ENCRYPTED FILE-----
"""


class Key:
    """A pair of keys, its secret half in a file."""

    def __init__(self, folder: Path, name: str) -> None:
        self.identity = x25519.Identity.generate()
        self.public = str(self.identity.to_public())
        self.file = folder / f"{name}.key"
        self.file.write_text(f"# public key: {self.public}\n{self.identity}\n", encoding="ascii")


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key(tmp_path, "office")


@pytest.fixture
def other(tmp_path: Path) -> Key:
    return Key(tmp_path, "other")


@contextmanager
def for_keys(app: Flask, *keys: Key) -> Iterator[None]:
    """The settings of an installation that encrypts its backups."""
    settings = app.config["SETTINGS"]
    recipients = tuple(key.public for key in keys)
    app.config["SETTINGS"] = replace(settings, backup_recipients=recipients)
    try:
        yield
    finally:
        app.config["SETTINGS"] = settings


def run(app: Flask, *arguments: object, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=[str(each) for each in arguments], input=typed)


def made(app: Flask, target: Path, *keys: Key) -> Path:
    with for_keys(app, *keys):
        result = run(app, "backup", "make", target)
    assert result.exit_code == 0, result.output
    return target


def tables_in(app: Flask) -> list[str]:
    with app.app_context():
        return inspect(db.engine).get_table_names()


def facts(app: Flask) -> dict[str, list[str]]:
    """Everything but the trail, in which making and restoring a backup are noted."""
    return {name: rows for name, rows in everything(app).items() if name != "audit_event"}


def noted(app: Flask) -> list[tuple[str, Any]]:
    """What was done to the whole database, and its detail."""
    events = select(AuditEvent).where(AuditEvent.actor_role == "backup").order_by(AuditEvent.id)
    with app.app_context():
        return [(event.action, event.detail) for event in current_session().scalars(events)]


def holding(path: Path, identity: x25519.Identity) -> bytes:
    with services.opened(path, identities=[identity], scratch=path.parent) as archive:
        return archive.read()


def test_only_the_key_restores_a_backup_and_without_it_nothing_changes(
    app: Flask, blank: Flask, db_session: Session, tmp_path: Path, key: Key, other: Key
) -> None:
    happen(db_session, 3)
    archive = made(app, tmp_path / "copy.zip.age", key)
    ((_, of_making),) = noted(app)
    assert of_making["keys"] == 1
    assert archive.stat().st_mode & 0o077 == 0
    assert b"jsonl" not in archive.read_bytes()
    none = run(blank, "backup", "restore", archive)
    assert none.exit_code == 1
    assert "encrypted (for one key)" in none.output
    assert "--identity FILE" in none.output
    wrong = run(blank, "backup", "restore", archive, "--identity", other.file)
    assert wrong.exit_code == 1
    assert "none of the given keys opens it" in wrong.output
    assert "nothing was restored" in wrong.output
    assert tables_in(blank) == []
    right = run(blank, "backup", "restore", archive, "--identity", key.file)
    assert right.exit_code == 0, right.output
    ((action, of_restoring),) = noted(blank)
    assert (action, of_restoring["rows"]) == ("backup.restored", of_making["rows"])
    assert facts(blank) == facts(app)


def test_a_key_typed_in_is_never_written_to_the_machine(
    app: Flask, db_session: Session, tmp_path: Path, key: Key
) -> None:
    happen(db_session, 1)
    archive = made(app, tmp_path / "copy.zip.age", key)
    shown = run(app, "backup", "show", archive, "--identity", "-", typed=f"{key.identity}\n")
    assert "audit_event: 1 rows" in shown.output
    assert str(key.identity) not in shown.output


def test_what_is_not_encrypted_says_so(
    app: Flask, blank: Flask, db_session: Session, tmp_path: Path, key: Key
) -> None:
    happen(db_session, 1)
    plain = tmp_path / "copy.zip"
    said = run(app, "backup", "make", plain)
    assert "NOT ENCRYPTED" in said.output
    assert "TRAINING_BACKUP_RECIPIENTS" in said.output
    with for_keys(app, key):
        said = run(app, "backup", "make", tmp_path / "copy.zip.age")
    assert "NOT ENCRYPTED" not in said.output
    assert key.public in said.output
    assert run(blank, "backup", "restore", plain).exit_code == 0
    assert facts(blank) == facts(app)


def test_while_keys_change_either_opens_and_old_copies_can_follow(
    app: Flask, db_session: Session, tmp_path: Path, key: Key, other: Key
) -> None:
    happen(db_session, 1)
    both = made(app, tmp_path / "both.zip.age", key, other)
    assert holding(both, key.identity) == holding(both, other.identity)
    old = made(app, tmp_path / "old.zip.age", key)
    new = tmp_path / "new.zip.age"
    with for_keys(app, other):
        moved = run(app, "backup", "encrypt", old, new, "--identity", key.file)
    assert moved.exit_code == 0, moved.output
    assert holding(new, other.identity) == holding(old, key.identity)
    with pytest.raises(services.BackupRefused, match="none of the given keys"):
        holding(new, key.identity)


def test_a_plain_copy_is_not_encrypted_for_nobody_nor_over_another_file(
    app: Flask, tmp_path: Path, key: Key
) -> None:
    plain = made(app, tmp_path / "copy.zip")
    assert "is empty" in run(app, "backup", "encrypt", plain, tmp_path / "new").output
    with for_keys(app, key):
        assert "exists" in run(app, "backup", "encrypt", plain, plain).output
        assert run(app, "backup", "encrypt", plain, tmp_path / "new").exit_code == 0
    assert holding(tmp_path / "new", key.identity) == plain.read_bytes()


@pytest.mark.parametrize("place", [0.001, 0.3, 0.7, 0.999], ids=lambda place: f"at {place}")
def test_one_changed_byte_is_refused_before_anything_is_restored(
    app: Flask, blank: Flask, tmp_path: Path, key: Key, place: float
) -> None:
    archive = made(app, tmp_path / "copy.zip.age", key)
    content = bytearray(archive.read_bytes())
    content[int(len(content) * place)] ^= 1
    archive.write_bytes(content)
    result = run(blank, "backup", "restore", archive, "--identity", key.file)
    assert result.exit_code == 1
    assert "nothing was restored" in result.output
    assert tables_in(blank) == []


def test_a_copy_that_was_cut_off_is_refused(
    app: Flask, blank: Flask, tmp_path: Path, key: Key
) -> None:
    archive = made(app, tmp_path / "copy.zip.age", key)
    os.truncate(archive, archive.stat().st_size - 1)
    result = run(blank, "backup", "restore", archive, "--identity", key.file)
    assert "damaged or cut off" in result.output
    assert tables_in(blank) == []


def test_a_changed_byte_of_a_plain_copy_changes_nothing_either(
    app: Flask, blank: Flask, tmp_path: Path
) -> None:
    archive = made(app, tmp_path / "copy.zip")
    content = bytearray(archive.read_bytes())
    content[200] ^= 1
    archive.write_bytes(content)
    result = run(blank, "backup", "restore", archive)
    assert result.exit_code == 1
    assert "damaged" in result.output
    assert tables_in(blank) == []


def test_the_copy_before_an_upgrade_is_encrypted_too(blank: Flask, key: Key) -> None:
    scripts = ScriptDirectory(str(Path(blank.root_path).parent / "migrations"))
    newest, older, *_ = scripts.walk_revisions()
    with blank.app_context(), writing():
        upgrade(revision=older.revision)
    with for_keys(blank, key):
        result = run(blank, "database", "upgrade")
    assert f"now at revision {newest.revision}" in result.output
    (copy,) = (blank.config["SETTINGS"].data_folder / "backups").glob("*.zip.age")
    assert rules.is_encrypted(copy.read_bytes())
    assert services.read_manifest(io.BytesIO(holding(copy, key.identity)))["revision"] == (
        older.revision
    )
    assert [action for action, _ in noted(blank)] == ["backup.made"]
    copy.unlink()


def test_the_chain_is_held_against_an_encrypted_backup(
    app: Flask, db_session: Session, tmp_path: Path, key: Key
) -> None:
    happen(db_session, 2)
    copy = made(app, tmp_path / "copy.zip.age", key)
    held = run(app, "audit", "verify", "--backup", copy, "--identity", key.file)
    assert held.exit_code == 0, held.output
    assert "anchors that hold: 1, the newest at 2" in held.output
    assert "--identity" in run(app, "audit", "verify", "--backup", copy).output


def test_what_another_program_encrypted_opens(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(FOREIGN)
    identity = x25519.Identity.from_str(FOREIGN_KEY)
    assert holding(tmp_path / "letter", identity) == b"written by another program\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# nothing here\n", "no secret key"),
        ("AGE-SECRET-KEY-1QQQ\n", "no secret key"),
        ("age-encryption.org/v1\n-> scrypt\n", "itself encrypted"),
    ],
)
def test_a_file_that_is_no_key_is_refused_without_repeating_it(content: str, told: str) -> None:
    with pytest.raises(services.BackupRefused, match=told) as refused:
        services.read_identities(content)
    assert "1QQQ" not in refused.value.message


def test_a_backup_that_breaks_off_leaves_no_file(tmp_path: Path, key: Key) -> None:
    def broken() -> Iterator[bytes]:
        yield b"the beginning"
        raise RuntimeError("the database went away")

    for recipients in ((), (key.public,)):
        with pytest.raises(RuntimeError, match="went away"):
            encryption.write(broken(), tmp_path / "copy", recipients)
    assert not list(tmp_path.glob("copy*"))


def test_a_disk_that_is_full_at_the_last_byte_is_noticed(key: Key) -> None:
    """The library itself says nothing when the last 8 kB cannot be written."""
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(OSError, match="No space"),
    ):
        encryption._encrypt([b"little"], full, [key.public])


def test_rows_leave_in_pieces_however_many_there_are(db_engine_of_nothing: Engine) -> None:
    with db_engine_of_nothing.begin() as connection:
        connection.execute(text("CREATE TABLE page (id INTEGER PRIMARY KEY, content TEXT)"))
        rows = [{"id": n, "content": os.urandom(1_000).hex()} for n in range(4_000)]
        connection.execute(text("INSERT INTO page VALUES (:id, :content)"), rows)
    with db_engine_of_nothing.connect() as connection:
        pieces = services.archives._pieces(connection, {}, now(), lambda *_: None)
        sizes = [len(piece) for piece in pieces if piece]
    assert sum(sizes) > 4_000_000
    assert max(sizes) < 2 * encryption.PIECE


@pytest.fixture
def db_engine_of_nothing(blank: Flask) -> Engine:
    with blank.app_context():
        engine: Engine = db.engine
    return engine


MEASURED = """
import os, re, sys
from pathlib import Path
from pyrage import x25519
from training_app.backup.services import encryption

def peak():
    # Not ru_maxrss, which begins with the size of the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

folder, key, before = Path(sys.argv[1]), x25519.Identity.generate(), peak()
pieces = (os.urandom(1 << 18) for _ in range(320))
encryption.write(pieces, folder / "big", [str(key.to_public())])
with encryption.opened(folder / "big", identities=[key], scratch=folder) as plain:
    size = sum(len(piece) for piece in iter(lambda: plain.read(1 << 18), b""))
print(size, peak() - before)
"""


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    output = subprocess.check_output([sys.executable, "-c", MEASURED, str(tmp_path)], text=True)
    size, grown_by_kilobytes = map(int, output.split())
    assert size == 80 << 20
    assert grown_by_kilobytes < 16_000


def test_nothing_readable_stays_beside_the_archive(tmp_path: Path, key: Key) -> None:
    encryption.write([b"a name"], tmp_path / "copy", [key.public])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    archive: IO[bytes]
    with services.opened(tmp_path / "copy", identities=[key.identity], scratch=scratch) as archive:
        assert archive.read() == b"a name"
        assert not list(scratch.iterdir())
