"""The pair of keys for backups: made apart, never written over, refused in the wrong place."""

from pathlib import Path

import pytest
from pyrage import x25519

import config
from tools import keys


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation with keys and nothing else set."""
    keys.ensure(tmp_path / "keys.toml")
    return {"TRAINING_DATA_FOLDER": str(tmp_path)}


def recipients(environment: dict[str, str], value: str) -> tuple[str, ...]:
    values = {**environment, "TRAINING_BACKUP_RECIPIENTS": value}
    return config.Settings.from_environment(values).backup_recipients


def test_a_new_pair_is_one_secret_file_and_one_line_of_settings(
    tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "office.key"
    assert keys.main(["backup", str(path)]) == 0
    printed = capsys.readouterr().out
    assert path.stat().st_mode & 0o077 == 0
    (line,) = [line for line in printed.splitlines() if line.startswith("TRAINING_")]
    *_, secret = path.read_text(encoding="ascii").splitlines()
    public = str(x25519.Identity.from_str(secret).to_public())
    assert recipients(environment, line.partition("=")[2]) == (public,)
    assert secret not in printed


def test_a_key_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "office.key"
    keys.make_identity(path)
    before = path.read_bytes()
    assert keys.main(["backup", str(path)]) == 1
    assert "no key was made" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_several_keys_are_named_side_by_side_and_once(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    one, two = (keys.make_identity(tmp_path / name) for name in ("one", "two"))
    assert recipients(environment, f"{one}, {two} {one}") == (one, two)
    assert recipients(environment, "") == ()


def test_a_mistyped_key_is_refused_when_the_server_starts(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    public = keys.make_identity(tmp_path / "key")
    mistyped = public[:-1] + ("q" if public[-1] != "q" else "p")
    with pytest.raises(config.SettingsError, match="TRAINING_BACKUP_RECIPIENTS"):
        recipients(environment, mistyped)


def test_a_secret_key_in_the_settings_is_refused_and_not_repeated(
    environment: dict[str, str],
) -> None:
    secret = str(x25519.Identity.generate())
    with pytest.raises(config.SettingsError, match="secret key") as refused:
        recipients(environment, secret)
    assert secret not in str(refused.value)
