"""The viewer: built once per request, handed down to everything that must know who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from training_app.access.permissions import GRANTS, STAFF_ROLES, Permission, Reach, Role


@dataclass(frozen=True)
class Grant:
    """One role held on the day: over a unit's subtree (``unit_path``) or a team, or nowhere."""

    role: Role
    unit_id: int | None = None
    unit_path: str | None = None
    team_id: int | None = None


@dataclass(frozen=True)
class Scope:
    """Rows that a viewer may see for one permission; the union of all grants that carry it.

    ``unit_paths`` are subtrees such as ``/1/23/``. ``totals_only`` says that no person may be
    named from those subtrees. ``trainer_id`` opens the people of that trainer's classes.
    """

    people: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    unit_paths: tuple[str, ...] = ()
    trainer_id: int | None = None
    totals_only: bool = False
    everything: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing at all is in scope."""
        return not (
            self.people or self.teams or self.unit_paths or self.trainer_id or self.everything
        )


@dataclass(frozen=True)
class Viewer:
    """Who asks: an account and its person with the roles held today, or the system itself."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    sign_in_id: int | None = None
    system: str = ""
    shared_phone: bool = False
    extra: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    @classmethod
    def anonymous(cls) -> Viewer:
        """Nobody signed in."""
        return cls()

    @classmethod
    def for_system(cls, name: str) -> Viewer:
        """A job or a command acting by itself; ``name`` appears in the audit trail."""
        return cls(system=name)

    @property
    def signed_in(self) -> bool:
        """Whether an account stands behind this viewer."""
        return self.account_id is not None

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held today."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def staff(self) -> bool:
        """Whether any role is a staff role."""
        return bool(self.roles & STAFF_ROLES)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """All permissions of all roles held today."""
        return frozenset(p for role in self.roles for p in GRANTS[role])

    def may(self, permission: Permission) -> bool:
        """Whether any role carries the permission, over whatever rows."""
        return permission in self.permissions

    def scope(self, permission: Permission) -> Scope:
        """The rows over which the permission holds; empty when it is not held."""
        people: set[int] = set()
        teams: set[int] = set()
        open_paths: set[str] = set()
        total_paths: set[str] = set()
        trainer_id: int | None = None
        everything = False
        for grant in self.grants:
            match GRANTS[grant.role].get(permission):
                case Reach.SELF if self.person_id is not None:
                    people.add(self.person_id)
                case Reach.TEAM if grant.team_id is not None:
                    teams.add(grant.team_id)
                case Reach.CLASS:
                    trainer_id = self.person_id
                case Reach.UNIT if grant.unit_path is not None:
                    open_paths.add(grant.unit_path)
                case Reach.TOTALS:
                    total_paths.add(grant.unit_path or "/")
                case Reach.ALL:
                    everything = True
                case _:
                    pass
        # A role that may see names wins over totals only where it reaches; a viewer who holds
        # both is served by the named scope, and the totals page asks again for its own.
        named = bool(open_paths or people or teams or trainer_id or everything)
        return Scope(
            people=frozenset(people),
            teams=frozenset(teams),
            unit_paths=tuple(sorted(open_paths if named else total_paths)),
            trainer_id=trainer_id,
            totals_only=not named and bool(total_paths),
            everything=everything,
        )
