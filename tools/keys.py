"""Make the secrets of an installation once: `python -m tools.keys ensure`.

This stands outside the application because the application refuses to start without its keys.
"""

import os
import secrets
import sys
from pathlib import Path

import config

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
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(
            f'{name} = "{secrets.token_hex(32)}"\n'
            for name in ("secret_key", "pepper", "audit_key")
        )
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    if arguments != ["ensure"]:
        sys.stderr.write("usage: python -m tools.keys ensure\n")
        return 2
    path = config.keys_file()
    made = ensure(path)
    config.read_keys(path)
    sys.stdout.write(f"keys: {'made' if made else 'found'} {path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
