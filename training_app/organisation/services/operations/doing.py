"""Looking ahead at an operation, and carrying it out in one transaction."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import Membership, Person, UnitOperation, holds
from training_app.organisation.models.operations import SIGNED_LENGTH
from training_app.organisation.rules.difference import Difference, difference, label_namesakes
from training_app.organisation.rules.operations import (
    Operation,
    SetUpUnit,
    levels_abolished,
    teams_named,
    units_named,
    written,
)
from training_app.organisation.rules.states import Question, shared_unit
from training_app.organisation.services.conditions import CHANGE, refused_as
from training_app.organisation.services.operations.loading import (
    Loaded,
    hold,
    load,
    parts,
    refuse_later_units,
    refuse_taken_codes,
)
from training_app.organisation.services.operations.rows import BUSY
from training_app.organisation.services.operations.telling import Telling, count_again, told_reason
from training_app.organisation.services.operations.writing import write
from training_app.vietnamese import clean


@dataclass(frozen=True)
class Signature:
    """Who answers for an operation, as written by hand, and the decision behind it."""

    name: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Preview:
    """What an operation touches: units begun, ended, changed; teams moved, with their people.

    ``requirements``, ``workshops`` and ``roles`` count the rows that speak of a unit which ends:
    they stay as they are, and somebody has to look at them. ``labelled`` teams get the name of
    their old unit beside the village, because another of the same name lives where they come to.
    ``touched`` is a digest of what stands before and after: it differs where the same numbers are
    of other people, or of a team that was renamed meanwhile.
    """

    units_new: int
    units_ended: int
    units_changed: int
    teams: int
    labelled: int
    people: int
    requirements: int
    workshops: int
    roles: int
    questions: tuple[Question, ...]
    touched: str = ""

    @property
    def blocked(self) -> bool:
        """Whether something must be decided before the operation can be carried out."""
        return any(question.blocks for question in self.questions)

    def counts(self) -> dict[str, int]:
        """The numbers alone, and how many questions are open."""
        numbers = {key: value for key, value in asdict(self).items() if isinstance(value, int)}
        return numbers | {"questions": len(self.questions)}


def preview(session: Session, chosen: Operation, *, on: date) -> Preview:
    """Say what the operation would touch on the day; nothing is written.

    Raises RuleBroken for what cannot be done at all.
    """
    return _worked_out(session, chosen, on)[2]


def carry_out(
    session: Session,
    chosen: Operation,
    *,
    on: date,
    reason: str,
    now: datetime,
    actor: Viewer,
    signature: Signature | None = None,
) -> int:
    """Carry the operation out from the day on, signed by the actor; returns its id.

    Spans close and open on the day; who serves or leads changes only where teams merge, split or
    end, or a step names the person; no other record is touched. Raises RuleBroken without a
    reason, while a question blocks, when something touched changes again later, or when somebody
    else was faster.
    """
    said = clean(reason)
    if not said:
        raise RuleBroken(N_("Say why this is changed."))
    hold(session, chosen)
    loaded, changes, seen = _worked_out(session, chosen, on)
    if changes.empty:
        raise RuleBroken(N_("This would change nothing on %(day)s."), day=on.isoformat())
    if seen.blocked:
        raise RuleBroken(
            N_("Decide first where everything goes: %(count)s questions are open."),
            count=sum(question.blocks for question in seen.questions),
        )
    with refused_as(BUSY), session.begin_nested():
        rows = write(session, loaded, changes, on=on, reason=said, now=now, actor=actor)
    session.expire_all()
    made = UnitOperation(
        operation=written(chosen),
        on=on,
        reason=said[:500],
        counts=seen.counts(),
        questions=[asdict(question) for question in seen.questions],
        undo=rows.as_undo(),
        signed_by=actor.account_id,
        unit_id=_place(loaded, chosen),
        decision=clean(signature.decision)[:SIGNED_LENGTH] if signature else "",
        signed_name=clean(signature.name)[:SIGNED_LENGTH] if signature else "",
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    count_again(session, chosen, made.undo, now=now)
    detail = {"on": on.isoformat(), **seen.counts()}
    telling = Telling(session, made.id, made.unit_id, told_reason(chosen, said), now, actor)
    telling.operation(Action.UNITS_REORGANISED, detail)
    telling.steps(chosen, rows.teams)
    session.flush()
    return made.id


def _place(loaded: Loaded, chosen: Operation) -> int | None:
    """The lowest unit that holds everything the operation names, as it stood before."""
    if levels_abolished(chosen):
        return None
    before = loaded.before
    touched = units_named(chosen) | {
        before.teams[team].unit for team in teams_named(chosen) if team in before.teams
    }
    if any(isinstance(step, SetUpUnit) and step.parent is None for step in chosen.steps):
        return None
    return shared_unit(before.path(unit) for unit in touched if unit in before.units)


def _worked_out(
    session: Session, chosen: Operation, on: date
) -> tuple[Loaded, Difference, Preview]:
    loaded = load(session, chosen, on)
    loaded.after.carry_out(chosen)
    labelled = label_namesakes(loaded.before, loaded.after)
    changes = difference(loaded.before, loaded.after)
    changed = {*changes.ended_units, *changes.changed_units}
    refuse_later_units(session, changed, loaded.units, on)
    # A parent with a planned end would leave its new children hanging.
    parents = {
        loaded.after.units[one].parent
        for one in (*changes.new_units, *changed - {*changes.ended_units})
    }
    refuse_later_units(session, {one for one in parents if one} - changed, loaded.units, on)
    kept = {loaded.before.units[one].code for one in changes.changed_units}
    codes = {loaded.after.units[one].code for one in changes.new_units + changes.changed_units}
    refuse_taken_codes(session, codes - kept, on)
    return loaded, changes, _preview(session, loaded, changes, labelled, on)


def _preview(
    session: Session, loaded: Loaded, changes: Difference, labelled: int, on: date
) -> Preview:
    moved = {team for team in changes.changed_teams + changes.ended_teams if team > 0}
    named = changes.joined + changes.left + changes.led + changes.unled
    people = _people(session, moved, on) | _humans(session, {person for person, _ in named})
    people |= _humans(session, {step.person for step in changes.recognised})
    return Preview(
        units_new=len(changes.new_units),
        units_ended=len(changes.ended_units),
        units_changed=len(changes.changed_units),
        teams=len(changes.new_teams) + len(moved),
        labelled=labelled,
        people=len(people),
        requirements=_pointing(session, "requirement", changes.ended_units),
        workshops=_pointing(session, "workshop", changes.ended_units),
        roles=_pointing(session, "role_grant", changes.ended_units),
        questions=tuple(loaded.after.questions),
        touched=_touched(loaded, changes, people),
    )


def _touched(loaded: Loaded, changes: Difference, people: set[int]) -> str:
    """A digest of every unit and team that changes, as before and after, and of the people."""
    units = changes.new_units + changes.ended_units + changes.changed_units
    teams = changes.new_teams + changes.ended_teams + changes.changed_teams
    sides = [
        (standing.units.get(unit), standing.teams.get(team))
        for standing in (loaded.before, loaded.after)
        for unit, team in [*((one, 0) for one in units), *((0, one) for one in teams)]
    ]
    whole = repr((changes, sides, sorted(people)))
    return hashlib.sha256(whole.encode()).hexdigest()


def _people(session: Session, teams: set[int], on: date) -> set[int]:
    """The human beings who serve in the teams on the day."""
    found: set[int] = set()
    for part in parts(teams):
        serving = (
            select(func.coalesce(Person.canonical_id, Person.id))
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.team_id.in_(part), holds(Membership, on))
            .execution_options(**CHANGE)
        )
        found.update(session.scalars(serving))
    return found


def _humans(session: Session, people: set[int]) -> set[int]:
    """The human beings behind the rows."""
    found: set[int] = set()
    for part in parts(people):
        chosen = select(func.coalesce(Person.canonical_id, Person.id)).where(Person.id.in_(part))
        found.update(session.scalars(chosen.execution_options(**CHANGE)))
    return found


def _pointing(session: Session, table: str, units: tuple[int, ...]) -> int:
    """How many rows of a table above the organisation point to the units."""
    target = Person.metadata.tables.get(table)
    if target is None:
        return 0
    counted = 0
    for part in parts(units):
        rows = select(func.count()).select_from(target).where(target.c.unit_id.in_(part))
        counted += session.scalar(rows) or 0
    return counted
