"""How long a sign-in lasts, and when a proof of the PIN or passphrase is still fresh."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """How somebody came in."""

    CARD = "card"
    CODE = "code"
    PIN = "pin"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a way in
    PASSKEY = "passkey"
    DEMO = "demo"


@dataclass(frozen=True)
class Lifetime:
    """A sign-in ends after ``idle`` without a request, and after ``absolute`` in any case."""

    idle: timedelta
    absolute: timedelta

    @property
    def notice_after(self) -> timedelta:
        """How old the stored "last seen" may grow before it is written again."""
        return min(self.idle / 15, timedelta(minutes=10))


OWN_PHONE: Final = Lifetime(timedelta(days=90), timedelta(days=180))
ASKING_PHONE: Final = Lifetime(timedelta(hours=12), timedelta(days=180))
SHARED_PHONE: Final = Lifetime(timedelta(minutes=15), timedelta(hours=4))
STAFF: Final = Lifetime(timedelta(minutes=30), timedelta(hours=12))

DEVICE_DAYS: Final = 400
CARD_DAYS: Final = 30
CODE_MINUTES: Final = 30
PROOF_MINUTES: Final = 5
TOGETHER: Final = timedelta(hours=12)
AFTER_TEST: Final = timedelta(minutes=5)


def lifetime(*, staff: bool, shared: bool, asks_pin: bool = False) -> Lifetime:
    """The lifetime of a sign-in of this kind of account on this kind of phone.

    ``asks_pin``: the person chose to be asked for the PIN after half a day without use.
    """
    if staff:
        return STAFF
    if shared:
        return SHARED_PHONE
    return ASKING_PHONE if asks_pin else OWN_PHONE


def over(life: Lifetime, *, last_seen: datetime, expires: datetime, now: datetime) -> bool:
    """Whether a sign-in has ended by time."""
    return now >= expires or now - last_seen >= life.idle


def recently_proved(extra: Mapping[str, str], now: datetime) -> bool:
    """Whether the viewer gave PIN or passphrase within the last five minutes.

    ``extra`` is ``viewer.extra``. A demonstration sign-in has neither and always passes.
    """
    if extra.get("way") == Way.DEMO:
        return True
    proved = extra.get("proved_at", "")
    return bool(proved) and now - datetime.fromisoformat(proved) < timedelta(minutes=PROOF_MINUTES)
