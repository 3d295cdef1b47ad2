"""Deployment settings: what differs between two machines that run the same release.

Everything is read once, from the environment and from `keys.toml`, and refused loudly when it
makes no sense. Secrets have no default: `python -m tools.keys ensure` makes them.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyrage

ROOT = Path(__file__).resolve().parent
MEGABYTE = 1_000_000
SHORTEST_KEY = 32

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message names it and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the application accepts, in bytes unless the name says otherwise."""

    request: int = 1 * MEGABYTE
    form_parts: int = 200
    form_text: int = 500_000
    spreadsheet: int = 10 * MEGABYTE
    csv: int = 20 * MEGABYTE
    unpacked: int = 100 * MEGABYTE
    unpacked_ratio: int = 100
    archive_members: int = 500
    spreadsheet_rows: int = 100_000
    parser_memory: int = 1_000 * MEGABYTE
    parser_seconds: int = 120
    image_pixels: int = 25_000_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one running application; tests build their own with the constructor."""

    data_folder: Path
    database_url: str
    secret_key: str = field(repr=False)
    pepper: str = field(repr=False)
    audit_key: str = field(repr=False)
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    canonical_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    demo: bool = False
    maintenance: bool = False
    maintenance_message: str = ""
    anchors_file: Path | None = None
    # Public keys (age1…); the secret ones need not be on this machine. None: copies are readable.
    backup_recipients: tuple[str, ...] = ()
    # Of one account, on each web process; 0 sets no limit.
    requests_a_minute: int = 0
    limits: Limits = field(default_factory=Limits)

    @property
    def audit_anchors(self) -> Path:
        """Where the ends of the audit chain are noted; best on another machine than the data."""
        return self.anchors_file or self.data_folder / "audit-anchors.txt"

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so that cookies may be limited to it."""
        return self.canonical_url.startswith("https://")

    @property
    def courses_folder(self) -> Path:
        """Where the modules in Markdown are, shipped with the release."""
        return ROOT / "courses"

    @property
    def quizzes_folder(self) -> Path:
        """Where question banks and scenarios are, shipped with the release."""
        return ROOT / "quizzes"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of this machine.

        Raises SettingsError naming the variable or file at fault.
        """
        data_folder = _folder(environment.get("TRAINING_DATA_FOLDER", "instance"))
        keys = read_keys(_keys_file(environment, data_folder))
        canonical_url = _canonical_url(environment)
        return cls(
            data_folder=data_folder,
            database_url=database_url(environment.get("DATABASE_URL", ""), data_folder),
            secret_key=keys.secret_key,
            pepper=keys.pepper,
            audit_key=keys.audit_key,
            old_secret_keys=keys.old_secret_keys,
            canonical_url=canonical_url,
            trusted_hosts=_trusted_hosts(environment, canonical_url),
            demo=_flag(environment, "TRAINING_DEMO"),
            maintenance=_flag(environment, "TRAINING_MAINTENANCE"),
            maintenance_message=environment.get("TRAINING_MAINTENANCE_MESSAGE", "").strip(),
            anchors_file=_anchors_file(environment),
            backup_recipients=_backup_recipients(environment),
            requests_a_minute=_requests_a_minute(environment),
        )


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The secrets of one installation. Losing the pepper makes every stored PIN useless."""

    secret_key: str = field(repr=False)
    pepper: str = field(repr=False)
    audit_key: str = field(repr=False)
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)


def keys_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the secrets of this machine are kept."""
    return _keys_file(environment, _folder(environment.get("TRAINING_DATA_FOLDER", "instance")))


def read_keys(path: Path) -> Keys:
    """Read `keys.toml`; raises SettingsError when it is missing, readable by others or weak."""
    remedy = "make it with `python -m tools.keys ensure`"
    try:
        mode = path.stat().st_mode
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path}: the keys are missing; {remedy}"
        raise SettingsError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: {error}"
        raise SettingsError(message) from None
    if mode & 0o077:
        message = f"{path}: other users can read the keys; run `chmod 600 {path}`"
        raise SettingsError(message)
    old = values.get("old_secret_keys", [])
    if not isinstance(old, list):
        message = f"{path}: old_secret_keys must be a list of texts"
        raise SettingsError(message)
    return Keys(
        secret_key=_key(path, "secret_key", values.get("secret_key")),
        pepper=_key(path, "pepper", values.get("pepper")),
        audit_key=_key(path, "audit_key", values.get("audit_key")),
        old_secret_keys=tuple(_key(path, "old_secret_keys", key) for key in old),
    )


def database_url(url: str, data_folder: Path) -> str:
    """Return the SQLAlchemy address of the database: the given one, or SQLite in `data_folder`.

    `postgres://` and `postgresql://`, which managed servers hand out, mean psycopg 3 here.
    """
    url = url.strip()
    if not url:
        return f"sqlite:///{data_folder / 'training.sqlite'}"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql", "sqlite"}:
        message = "DATABASE_URL: expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        raise SettingsError(message)
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    return url


def _key(path: Path, name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) < SHORTEST_KEY:
        message = f"{path}: {name} must be a text of at least {SHORTEST_KEY} characters"
        raise SettingsError(message)
    return value


def _folder(text: str) -> Path:
    return (ROOT / text).resolve()


def _keys_file(environment: Mapping[str, str], data_folder: Path) -> Path:
    given = environment.get("TRAINING_KEYS_FILE", "")
    return _folder(given) if given else data_folder / "keys.toml"


def _requests_a_minute(environment: Mapping[str, str]) -> int:
    """What is set, else 120; a demonstration, where scripts try every page, has no limit."""
    name = "TRAINING_REQUESTS_A_MINUTE"
    default = "0" if _flag(environment, "TRAINING_DEMO") else "120"
    text = environment.get(name, "").strip() or default
    if not text.isdecimal():
        message = f"{name}: expected a number of requests, not {text!r}"
        raise SettingsError(message)
    return int(text)


def _anchors_file(environment: Mapping[str, str]) -> Path | None:
    given = environment.get("TRAINING_AUDIT_ANCHORS", "").strip()
    return _folder(given) if given else None


def _backup_recipients(environment: Mapping[str, str]) -> tuple[str, ...]:
    name = "TRAINING_BACKUP_RECIPIENTS"
    keys = environment.get(name, "").replace(",", " ").split()
    for key in keys:
        if key.upper().startswith("AGE-SECRET-KEY-"):
            message = f"{name}: this is a secret key; here stands the public one, age1…"
            raise SettingsError(message)
        try:
            pyrage.x25519.Recipient.from_str(key)
        except pyrage.RecipientError as error:
            message = f"{name}: {key!r} is no public key: {error}"
            raise SettingsError(message) from None
    return tuple(dict.fromkeys(keys))


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    message = f"{name}: expected 1 or 0, not {text!r}"
    raise SettingsError(message)


def _canonical_url(environment: Mapping[str, str]) -> str:
    default = f"http://{environment.get('HOST', '127.0.0.1')}:{environment.get('PORT', '8000')}"
    url = environment.get("TRAINING_CANONICAL_URL", "").strip() or default
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        message = "TRAINING_CANONICAL_URL: expected an address such as https://example.vn"
        raise SettingsError(message)
    return f"{parts.scheme}://{parts.netloc}"


def _trusted_hosts(environment: Mapping[str, str], canonical_url: str) -> tuple[str, ...]:
    names = environment.get("TRAINING_TRUSTED_HOSTS", "").replace(",", " ").split()
    own = urlsplit(canonical_url).hostname or ""
    return tuple(dict.fromkeys([own, *(names or ["127.0.0.1", "localhost"])]))
