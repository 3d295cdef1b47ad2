"""Who walks, what each may see by name, and where each is at home.

Written by hand from docs/permissions.md, so that it can disagree with the code.
"""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import visitors
from tests.page import PageClient
from tests.walker.world import World, canary
from training_app.access import Role
from training_app.accounts.models import Account


@dataclass(frozen=True)
class Principal:
    """A visitor: the roles in force, and the places whose people may be named to it."""

    name: str
    client: PageClient
    roles: frozenset[Role]
    account: Account | None
    names: frozenset[str]
    teams: frozenset[str]
    staff: frozenset[str]


def everyone(app: Flask, session: Session, world: World) -> list[Principal]:
    """Every principal of the walk."""
    own, sibling = world.places["own"], world.places["sibling"]
    people = {name: _people(name) for name in world.places}
    teams = {name: frozenset({canary("To", name, n) for n in (1, 2)}) for name in world.places}
    in_province = people["own"] | people["sibling"]
    province_teams = teams["own"] | teams["sibling"]
    all_staff = frozenset(token(name) for name in world.staff_names.values())
    province_staff = frozenset(
        token(world.staff_names[key])
        for key in ("province", "commune", "sibling commune", "trainer", "reviewer", "demoted")
    )
    trainer = frozenset({token(world.staff_names["trainer"])})
    # A reviewer reads who wrote the draft.
    authors = trainer | {token(world.staff_names["far trainer"])}
    officer = frozenset({token(world.staff_names["commune"])})
    own_team_1 = frozenset(canary("Nguoi", "own", n) for n in range(3))
    sees_own = (people["own"], teams["own"], officer | trainer)
    sees_province = (in_province, province_teams, province_staff)
    nothing: frozenset[str] = frozenset()

    def staff(
        key: str, role: Role | None, sees: tuple[frozenset[str], frozenset[str], frozenset[str]]
    ) -> Principal:
        account = world.staff[key]
        mine = frozenset({token(world.staff_names[key])})
        roles = frozenset({role}) if role else frozenset()
        return Principal(
            key,
            visitors.visitor(app, session, account),
            roles,
            account,
            sees[0],
            sees[1],
            sees[2] | mine,
        )

    def mediator(name: str, account: Account, roles: set[Role], place: str) -> Principal:
        names = own_team_1 if place == "own" else frozenset(people[place])
        # A mediator reads the own name and the helper's: leader or officer.
        return Principal(
            name,
            visitors.visitor(app, session, account),
            frozenset(roles),
            account,
            names,
            teams[place],
            officer | trainer,
        )

    leader_account = visitors.account(session, own.leader)
    return [
        Principal("anonymous", PageClient(app), frozenset(), None, nothing, nothing, nothing),
        mediator("mediator", own.account, {Role.MEDIATOR}, "own"),
        mediator("sibling mediator", sibling.account, {Role.MEDIATOR}, "sibling"),
        mediator("leader", leader_account, {Role.MEDIATOR, Role.TEAM_LEADER}, "own"),
        staff("trainer", Role.TRAINER, (own_team_1, teams["own"], trainer)),
        staff("reviewer", Role.REVIEWER, (nothing, nothing, authors)),
        staff("commune", Role.COMMUNE_OFFICER, sees_own),
        staff(
            "far commune",
            Role.COMMUNE_OFFICER,
            (people["other"], teams["other"], authors - trainer),
        ),
        staff("province", Role.PROVINCE_OFFICER, sees_province),
        staff("ministry", Role.MINISTRY_VIEWER, (nothing, nothing, nothing)),
        staff("administrator", Role.ADMINISTRATOR, (nothing, nothing, all_staff)),
        staff("demoted", None, (nothing, nothing, nothing)),
    ]


def _people(place: str) -> frozenset[str]:
    numbers = (*range(3), 7, 8, 9)
    return frozenset(canary("Nguoi", place, n) for n in numbers)


def token(name: str) -> str:
    """The canary inside a name."""
    return name.rsplit(maxsplit=1)[-1]
