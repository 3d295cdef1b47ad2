"""One account asks at a bearable pace, whatever others at the same address do.

The buckets live in each web process: exact over all of them would cost a write on every page, and
the limit is there against a script that runs away, not to the last request.
"""

import math
import threading
from collections import OrderedDict

from flask import current_app, g, request

from training_app import clock
from training_app.access import Viewer
from training_app.accounts.routes.base import bp, settings
from training_app.accounts.rules.pace import Bucket, taken
from training_app.errors import N_, TooManyTries

_KEPT = 20_000
_EXTENSION = "account-pace"


class Buckets:
    """The buckets of the accounts that asked last, in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[int, Bucket] = OrderedDict()

    def take(self, account_id: int, a_minute: int) -> int:
        """Count one request of the account; the seconds to wait, 0 when it may go on."""
        with self._lock:
            bucket, wait = taken(self._buckets.pop(account_id, None), a_minute, clock.now())
            self._buckets[account_id] = bucket
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        return math.ceil(wait.total_seconds()) if wait else 0


@bp.before_app_request
def _keep_the_pace() -> None:
    """Tell an account that asks far too fast to wait a moment; never an address."""
    viewer: Viewer = g.viewer
    a_minute = settings().requests_a_minute
    if viewer.account_id is None or not a_minute or request.endpoint == "static":
        return
    buckets: Buckets = current_app.extensions.setdefault(_EXTENSION, Buckets())
    if wait := buckets.take(viewer.account_id, a_minute):
        raise TooManyTries(
            N_("This account asks for pages very fast. Nothing is lost. Wait a moment."), wait
        )
