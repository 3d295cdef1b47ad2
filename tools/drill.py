"""Prove that a backup can be restored, without touching the installation.

    python -m tools.drill FILE --identity KEY

Restores FILE into a folder of its own inside the data folder, with the keys of this machine, and
asks everything that would be asked after a real loss. The folder is removed at the end. Exits 1
at the first step that fails; so a scheduler can run it each week and keep what it prints.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import config
from training_app.audit.rules import read_anchor
from training_app.backup import services

NOT_CARRIED = frozenset({"DATABASE_URL", "TRAINING_AUDIT_ANCHORS", "TRAINING_MAINTENANCE"})


def main(arguments: list[str]) -> int:
    """Run the drill; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description=__doc__)
    parser.add_argument("file", type=Path, help="the backup")
    parser.add_argument("--identity", type=Path, help="the file with its secret key")
    given = parser.parse_args(arguments)
    settings = config.Settings.from_environment()
    began = time.monotonic()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="drill-", dir=settings.data_folder) as place:
        passed = _drill(given.file.resolve(), given.identity, settings, Path(place))
    if not passed:
        sys.stdout.write("THE DRILL FAILED; the installation was not touched\n")
        return 1
    sys.stdout.write(f"the backup can be restored; that took {time.monotonic() - began:.0f} s\n")
    return 0


def _drill(file: Path, identity: Path | None, settings: config.Settings, place: Path) -> bool:
    """Restore, check, prove, erase again, look: in the order of a real loss."""
    try:
        manifest = _manifest(file, identity, place)
    except services.BackupRefused as error:
        sys.stdout.write(f"{file}: {error.message}\n")
        return False
    sys.stdout.write(f"{file}: made {manifest['made_at']}, {manifest['revision']}\n")
    sys.stdout.flush()
    _carry(settings, place, newest=(manifest.get("audit") or {}).get("sequence", 0))
    opened = shlex.quote(str(file))
    if identity:
        opened += f" --identity {shlex.quote(str(identity.resolve()))}"
    commands = [
        f"backup restore {opened}",
        "database check",
        f"audit verify --backup {opened}",
        "data-requests replay-erasures",
    ]
    return _succeeds(["tools.commands", *commands], place) and _succeeds(["tools.visit"], place)


def _manifest(file: Path, identity: Path | None, scratch: Path) -> dict[str, Any]:
    text = identity.read_text(encoding="utf-8") if identity else None
    keys = services.read_identities(text) if text is not None else []
    with services.opened(file, identities=keys, scratch=scratch) as archive:
        return services.read_manifest(archive)


def _carry(settings: config.Settings, place: Path, *, newest: int) -> None:
    """Take along the list of the erased, and the anchors that the backup is old enough to hold."""
    erased = settings.data_folder / "erased.json"
    if erased.exists():
        (place / erased.name).write_bytes(erased.read_bytes())
    if not settings.audit_anchors.exists():
        return
    lines = settings.audit_anchors.read_text(encoding="utf-8").splitlines(keepends=True)
    older = [line for line in lines if (kept := read_anchor(line)) and kept.sequence <= newest]
    (place / "audit-anchors.txt").write_text("".join(older), encoding="utf-8")


def _succeeds(module: list[str], place: Path) -> bool:
    """Run a module under an installation in `place`: a SQLite of its own, the keys of this one."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_CARRIED}
    environment = kept | {
        "TRAINING_DATA_FOLDER": str(place),
        "TRAINING_KEYS_FILE": str(config.keys_file()),
    }
    done = subprocess.run(
        [sys.executable, "-m", *module], cwd=config.ROOT, env=environment, check=False
    )
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
