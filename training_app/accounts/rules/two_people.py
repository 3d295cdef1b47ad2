"""What takes two people: whoever manages a province or the system is made and reset by two."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from training_app.access import Role

# Whoever holds one of these could make others; one administrator alone must not make a second.
ROLES: Final = frozenset({Role.PROVINCE_OFFICER, Role.ADMINISTRATOR})
LIFE: Final = timedelta(days=3)


class Act(StrEnum):
    """What one person proposes and another confirms."""

    GRANT_ROLE = "grant_role"
    SET_UP_ANEW = "set_up_anew"


class Outcome(StrEnum):
    """How a proposal ended; one that runs out has none."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def needed(roles: Iterable[Role]) -> bool:
    """Whether an act on an account with (or for) one of these roles takes two people."""
    return any(role in ROLES for role in roles)
