"""Deployment settings: what makes no sense is refused, naming the setting."""

from pathlib import Path

import pytest

import config
from tools import keys


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation with keys and nothing else set."""
    keys.ensure(tmp_path / "keys.toml")
    return {"TRAINING_DATA_FOLDER": str(tmp_path)}


def test_defaults_are_a_closed_installation_on_sqlite(environment: dict[str, str]) -> None:
    settings = config.Settings.from_environment(environment)
    assert settings.database_url.startswith("sqlite:////")
    assert settings.database_url.endswith("/training.sqlite")
    assert not settings.demo
    assert not settings.maintenance


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_always_means_psycopg_3(scheme: str) -> None:
    url = config.database_url(f"{scheme}://u:p@db/training", Path("/data"))
    assert url == "postgresql+psycopg://u:p@db/training"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u@db/training"),
        ("DATABASE_URL", "training.sqlite"),
        ("TRAINING_DEMO", "perhaps"),
        ("TRAINING_CANONICAL_URL", "hoagiai.example.vn"),
        ("TRAINING_CANONICAL_URL", "https://example.vn/path"),
    ],
)
def test_a_senseless_value_is_refused_by_name(
    environment: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(config.SettingsError, match=name):
        config.Settings.from_environment({**environment, name: value})


def test_missing_keys_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match=r"tools\.keys ensure"):
        config.Settings.from_environment({"TRAINING_DATA_FOLDER": str(tmp_path)})


def test_keys_that_others_can_read_are_refused(environment: dict[str, str]) -> None:
    config.keys_file(environment).chmod(0o644)
    with pytest.raises(config.SettingsError, match="chmod 600"):
        config.Settings.from_environment(environment)


@pytest.mark.parametrize("text", ['secret_key = "short"', "secret_key = ", "old_secret_keys = 1"])
def test_weak_or_broken_keys_are_refused(environment: dict[str, str], text: str) -> None:
    config.keys_file(environment).write_text(text, encoding="utf-8")
    with pytest.raises(config.SettingsError, match=r"keys\.toml"):
        config.Settings.from_environment(environment)


def test_keys_are_made_once_and_differ(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.toml"
    assert keys.ensure(path)
    first = config.read_keys(path)
    assert not keys.ensure(path)
    assert config.read_keys(path) == first
    assert len({first.secret_key, first.pepper, first.audit_key}) == 3
    assert [each.name for each in path.parent.iterdir()] == ["keys.toml"]


def test_secrets_are_not_in_the_printed_form(environment: dict[str, str]) -> None:
    settings = config.Settings.from_environment(environment)
    printed = repr(settings)
    assert settings.secret_key not in printed
    assert settings.pepper not in printed
    assert settings.audit_key not in printed


def test_the_public_address_is_always_a_trusted_host(environment: dict[str, str]) -> None:
    environment |= {
        "TRAINING_CANONICAL_URL": "https://hoagiai.example.vn/",
        "TRAINING_TRUSTED_HOSTS": "10.0.0.5, noi-bo.example.vn",
    }
    settings = config.Settings.from_environment(environment)
    assert settings.canonical_url == "https://hoagiai.example.vn"
    assert settings.trusted_hosts == ("hoagiai.example.vn", "10.0.0.5", "noi-bo.example.vn")
    assert settings.secure
