"""Which unit a role is held over, and who may give it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from training_app.access import Role
from training_app.access.permissions import MAY_GRANT
from training_app.errors import N_


class Place(StrEnum):
    """What kind of unit a role needs."""

    NOWHERE = "nowhere"
    PROVINCE = "province"
    COMMUNE = "commune"
    ANY = "any"


PLACES: Final = {
    Role.COMMUNE_OFFICER: Place.COMMUNE,
    Role.PROVINCE_OFFICER: Place.PROVINCE,
    Role.TRAINER: Place.ANY,
    Role.REVIEWER: Place.ANY,
    Role.MINISTRY_VIEWER: Place.NOWHERE,
    Role.ADMINISTRATOR: Place.NOWHERE,
}
LABELS: Final = {
    Role.MEDIATOR: N_("Mediator"),
    Role.TEAM_LEADER: N_("Team leader"),
    Role.TRAINER: N_("Trainer"),
    Role.REVIEWER: N_("Reviewer"),
    Role.COMMUNE_OFFICER: N_("Commune officer"),
    Role.PROVINCE_OFFICER: N_("Province officer"),
    Role.MINISTRY_VIEWER: N_("Ministry viewer"),
    Role.ADMINISTRATOR: N_("System administrator"),
}


def may_grant(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The roles that a holder of ``roles`` may give and end, in a fixed order."""
    given = frozenset[Role]().union(*(MAY_GRANT.get(role, frozenset()) for role in roles))
    return tuple(role for role in Role if role in given)


def refusal(role: Role, level: str | None, *, national: bool) -> str | None:
    """Why the role cannot be held over a unit of this level (None: no unit), as a message id.

    ``national`` says that whoever gives the role works for the whole country; others give
    trainers and reviewers over one of their own units.
    """
    place = PLACES[role]
    if place is Place.NOWHERE:
        return N_("This role is held over no unit; leave the unit empty.") if level else None
    if place is Place.ANY:
        wanted = level is None and not national
        return N_("Name the unit that the role is held over.") if wanted else None
    if level is None:
        return N_("Name the unit that the role is held over.")
    if level != place:
        return (
            N_("This role is held over a commune.")
            if place is Place.COMMUNE
            else N_("This role is held over a province.")
        )
    return None
