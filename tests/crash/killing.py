"""When to kill: at any moment of the phones' work, but never so fast that nothing is saved."""

import random
import time

from tests.crash.savers import Crowd
from tests.crash.server import Server

LONGEST_PAUSE = 0.04


def kill_workers(server: Server, busy: Crowd, kills: int, chance: random.Random) -> None:
    """Kill a worker so many times; between two kills something is saved."""
    done = 0
    while done < kills:
        busy.wait_for(1)
        time.sleep(chance.random() * LONGEST_PAUSE)
        done += server.kill_worker(chance)
    busy.wait_for(len(busy.phones))


def kill_everything(server: Server, busy: Crowd, chance: random.Random) -> None:
    """Let the phones work for a moment, kill master and workers, and start them again."""
    busy.wait_for(20)
    time.sleep(chance.random() * LONGEST_PAUSE)
    server.kill_everything()
    server.start()
