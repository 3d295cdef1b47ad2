"""The drill proves a backup by restoring it elsewhere; what is installed stays as it is."""

from pathlib import Path

import pytest
from flask import Flask
from pyrage import x25519
from sqlalchemy.orm import Session

from config import Settings
from tests.walker.world import build as build_world
from tools import drill, keys
from training_app.audit.rules import Anchor, anchor_line
from training_app.backup import services
from training_app.clock import now
from training_app.extensions import db

# The drill restores into SQLite, whatever the installation runs on.
pytestmark = [pytest.mark.engine("sqlite"), pytest.mark.thorough]


@pytest.fixture
def installation(tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation with the keys under which the backup was made."""
    settings: Settings = app.config["SETTINGS"]
    folder = tmp_path / "installation"
    folder.mkdir()
    file = folder / "keys.toml"
    file.write_text("".join(f'{name} = "{getattr(settings, name)}"\n' for name in keys.NAMES))
    file.chmod(0o600)
    monkeypatch.setenv("TRAINING_DATA_FOLDER", str(folder))
    return folder


@pytest.fixture
def backup(app: Flask, db_session: Session, tmp_path: Path, identity: Path) -> Path:
    """An encrypted backup of a filled database."""
    build_world(db_session)
    target = tmp_path / "copy.zip.age"
    public = str(x25519.Identity.from_str(identity.read_text().splitlines()[-1]).to_public())
    with app.app_context(), db.engine.connect() as connection:
        services.make(connection, target, now=now(), progress=lambda *_: None, recipients=[public])
    return target


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    keys.make_identity(tmp_path / "office.key")
    return tmp_path / "office.key"


def test_a_good_backup_passes_and_leaves_nothing_behind(
    installation: Path, backup: Path, identity: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    younger = anchor_line(Anchor(1_000_000, "ab" * 32), now())
    (installation / "audit-anchors.txt").write_text(f"{younger}\n")
    code = drill.main([str(backup), "--identity", str(identity)])
    printed = capfd.readouterr().out
    assert code == 0, printed
    assert "the backup can be restored" in printed
    assert "the chain holds" in printed
    assert "certificates found by their code: " in printed
    left = sorted(each.name for each in installation.iterdir())
    assert left == ["audit-anchors.txt", "keys.toml"]


def test_without_the_right_key_the_drill_fails_and_says_why(
    installation: Path, backup: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keys.make_identity(tmp_path / "other.key")
    assert drill.main([str(backup), "--identity", str(tmp_path / "other.key")]) == 1
    printed = capfd.readouterr().out
    assert "none of the given keys opens it" in printed
    assert "THE DRILL FAILED" in printed
    assert [each.name for each in installation.iterdir()] == ["keys.toml"]
