"""Make the secrets of an installation once: `python -m tools.keys ensure`.

A pair of keys for backups, on any machine: `python -m tools.keys backup FILE`.
This stands outside the application because the application refuses to start without its keys.
"""

import os
import secrets
import sys
from pathlib import Path

from pyrage import x25519

import config
from training_app import clock

USAGE = "usage: python -m tools.keys ensure | backup FILE\n"
HEADER = """\
# Secrets of this installation. Keep a copy apart from the backups: without `pepper` no stored
# PIN or code can be checked, without `audit_key` the audit chain cannot be proved.
# To change secret_key, move the old value into old_secret_keys = ["..."] and restart.
"""
NAMES = ("secret_key", "pepper", "audit_key")


def ensure(path: Path) -> bool:
    """Write new keys to `path` unless the file exists; return whether it was written.

    The file is complete before it gets its name, so that two starts at the same moment end with
    one set of keys and neither reads half a file.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    lines = (f'{name} = "{secrets.token_hex(32)}"\n' for name in NAMES)
    _write_new(draft, HEADER + "".join(lines))
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def make_identity(path: Path) -> str:
    """Write a new secret key for backups to `path`, as `age-keygen` does; return the public key.

    Raises FileExistsError: a key that opens backups is never written over.
    """
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    made = f"# created: {clock.now().isoformat(timespec='seconds')}\n"
    _write_new(path, f"{made}# public key: {recipient}\n{identity}\n")
    return recipient


def _write_new(path: Path, text: str) -> None:
    """Write a file for its owner alone; raises FileExistsError where one has that name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    match arguments:
        case ["ensure"]:
            return _ensure()
        case ["backup", path]:
            return _backup(Path(path))
        case _:
            sys.stderr.write(USAGE)
            return 2


def _ensure() -> int:
    path = config.keys_file()
    made = ensure(path)
    config.read_keys(path)
    sys.stdout.write(f"keys: {'made' if made else 'found'} {path}\n")
    return 0


def _backup(path: Path) -> int:
    try:
        recipient = make_identity(path)
    except OSError as error:
        sys.stderr.write(f"no key was made: {error}\n")
        return 1
    sys.stdout.write(
        f"{path}: the secret key. Keep it twice, away from this machine and from the backups:"
        f" without it no backup opens.\nIn the settings of the server:\n"
        f"TRAINING_BACKUP_RECIPIENTS={recipient}\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
