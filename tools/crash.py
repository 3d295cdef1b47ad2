"""Kill the server ten thousand times, make the disk fail, count its syncs: `make crash`.

    python -m tools.crash [--kills 10000]

Phones answer, hand in and begin again over HTTP and write down every acknowledgement. Shown are:
every acknowledgement follows a sync of the disk; a sync that fails, a full disk and a slow one give
no false acknowledgement; `kill -9` of workers at random moments loses and doubles nothing.
"""

import argparse
import contextlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash.killing import kill_workers
from tests.crash.savers import Crowd, crowd
from tests.crash.scene import Proof, Scene, examine, prepare
from tests.crash.server import Server
from tests.databases import SQLite

KILLS = 10_000
BATCH = 500  # then a fresh database, so that the thousandth attempt of a person slows nothing
SYNCS = r"(?:fdatasync|fsync)"
SYNCED = re.compile(rf"\b{SYNCS}(?:\(| resumed).*= 0\b")
SAVES = 200
REFUSALS = 30
PATIENCE = 120
MISSING = """\
make crash needs strace, which watches the syncs of the disk and makes them fail:
    Debian, Ubuntu:  apt-get install strace
    Fedora:          dnf install strace
    Alpine:          apk add strace
"""
FORBIDDEN = """\
strace is here but may not watch processes: {words}
In a container, start it with --cap-add=SYS_PTRACE; elsewhere run as the owner of the processes.
"""


@dataclass(frozen=True)
class Fault:
    """Something a disk does, in the words of strace, and whether saving then fails."""

    name: str
    inject: str
    refuses: bool = True


FAULTS = (
    Fault("the sync of the disk fails", "fdatasync,fsync:error=EIO:when=5+"),
    Fault("the disk is full", "pwrite64:error=ENOSPC:when=40+"),
    Fault("the sync takes 200 ms", "fdatasync,fsync:delay_enter=200ms", refuses=False),
)


class Broken(Exception):
    """A promise was not kept."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything; 0 when every promise was kept, 1 when not or when a tool is missing."""
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="of workers (default: 10000)")
    wanted = parser.parse_args(arguments)
    if complaint := missing():
        sys.stderr.write(complaint)
        return 1
    try:
        count_syncs()
        for fault in FAULTS:
            suffer(fault)
        kill(wanted.kills)
    except Broken as broken:
        say(f"BROKEN: {broken}")
        return 1
    return 0


def missing() -> str:
    """What this machine lacks, with the way to get it; empty when nothing."""
    if shutil.which("strace") is None:
        return MISSING
    tried = subprocess.run(
        ["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
    )
    return FORBIDDEN.format(words=tried.stderr.strip()) if tried.returncode else ""


# -- the three proofs -----------------------------------------------------------------------


def count_syncs() -> None:
    """An acknowledgement follows a sync of the disk: at least one each."""
    with scene() as place:
        log = place.database.folder / "strace.log"
        watch = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", str(log)]
        with Server(place, within=watch) as server:
            before = log.stat().st_size
            with crowd(place.phones, server.port) as busy:
                busy.wait_for(SAVES, PATIENCE)
            demand(examine(place.database, busy), busy)
            syncs = len(SYNCED.findall(log.read_text(encoding="utf-8")[before:]))
    acknowledged = busy.acknowledged()
    ratio = syncs / acknowledged
    say(f"syncs: {syncs} ÷ {acknowledged} acknowledged = {ratio:.2f}, at least 1.00")
    if ratio < 1:
        raise Broken("something was acknowledged before it was on the disk")


def suffer(fault: Fault) -> None:
    """Serve on a disk with the fault: what is acknowledged is there, what is not is refused."""
    with scene() as place:
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={fault.inject}"]
        # What is done before the start would use up the good syncs.
        with Server(place, within=inject, warm=not fault.refuses) as server:
            with crowd(place.phones, server.port) as busy:
                if fault.refuses:
                    wait_for_refusals(busy)
                else:
                    busy.wait_for(SAVES // 4, PATIENCE)
            beside = examine(place.database, busy)
            server.kill_everything()
        after = examine(place.database, busy)
    refused = busy.failures()["500"]
    say(f"{fault.name}: {refused} refused; {after}")
    for proof in (beside, after):
        demand(proof, busy)
    if beside.unacknowledged:
        raise Broken(f"shown as saved, yet refused: {beside.unacknowledged[:5]}")


def kill(kills: int) -> None:
    """Kill workers at random moments, in batches on fresh databases."""
    done = acknowledged = 0
    began, chance = time.monotonic(), random.Random()  # noqa: S311 - any moment will do
    while done < kills:
        batch = min(BATCH, kills - done)
        with scene() as place:
            with Server(place) as server, crowd(place.phones, server.port) as busy:
                kill_workers(server, busy, batch, chance)
            proof = examine(place.database, busy)
        demand(proof, busy)
        done += batch
        acknowledged += proof.acknowledged
        say(
            f"kills of a worker: {done} of {kills}, {acknowledged} acknowledged, 0 lost,"
            f" 0 doubled, 0 half written, quick_check ok; {time.monotonic() - began:.0f} s"
        )


# -- around them ----------------------------------------------------------------------------


@contextlib.contextmanager
def scene() -> Iterator[Scene]:
    """People in front of a test, on a database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        database = SQLite(Path(folder) / "data")
        yield prepare(database)
        database.disconnect()


def wait_for_refusals(busy: Crowd) -> None:
    """Wait until the fault has made itself felt."""
    deadline = time.monotonic() + PATIENCE
    while busy.failures()["500"] < REFUSALS:
        if busy.strange():
            return
        if time.monotonic() > deadline:
            raise Broken(f"the fault was never felt: {dict(busy.failures())}")
        time.sleep(0.05)


def demand(proof: Proof, busy: Crowd) -> None:
    """Raise Broken when anything is lost, doubled, torn or strange."""
    if not proof.holds():
        raise Broken(str(proof))
    if strange := busy.strange():
        raise Broken("; ".join(strange[:5]))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
