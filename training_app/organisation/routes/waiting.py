"""People of split units whose new unit is not decided: by team, in bulk or one by one."""

from typing import Any, Final

from flask import request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.forms import OperationForm, PlaceForm
from training_app.organisation.queries import operations as names
from training_app.organisation.queries import waiting as queries
from training_app.organisation.queries.waiting import WaitingTeam
from training_app.organisation.routes import words
from training_app.organisation.routes.base import bp, note_names, scope_of, team_in_scope
from training_app.organisation.routes.operating import ask
from training_app.organisation.rules.operations import (
    MoveTeams,
    Operation,
    SetUpTeam,
    SplitTeam,
    Step,
    TeamPart,
    operation,
)
from training_app.web.forms import choices
from training_app.web.guard import needs
from training_app.web.pages import notice, render, see_other

_MANAGE = Permission.TEAM_MANAGE
# A choice of its own, so that "all others" does not reach the team or person.
UNDECIDED: Final = "wait"


@bp.record_once
def _count_what_waits(state: BlueprintSetupState) -> None:
    """Let menus and first pages say how many teams wait for a place."""
    counters = state.app.extensions.setdefault("waiting", {})
    counters["organisation.waiting_list"] = lambda: sum(one.teams for one in _units())


def _units() -> list[queries.WaitingUnit]:
    return queries.waiting_units(current_session(), scope_of(_MANAGE), clock.today())


# -- teams ---------------------------------------------------------------------------------


@bp.get("/teams/waiting/")
@needs(_MANAGE)
def waiting_list() -> ResponseReturnValue:
    """The split units with people who wait; of one of them the teams, their people, the parts."""
    units = _units()
    asked = _asked(units)
    if asked is None:
        found = names.unit_names(current_session(), {one.unit_id for one in units}, clock.today())
        return render("organisation/waiting_units.html", units=units, names=found, words=words)
    rows = _teams_of(asked)
    form = _place_form(rows)
    form.on.data = clock.today()
    return render("organisation/waiting_list.html", form=form, **_context(asked, rows))


@bp.post("/teams/waiting/")
@needs(_MANAGE)
def place_teams() -> ResponseReturnValue:
    """Place the teams for which a unit was chosen: first what it would touch, then the deed."""
    asked = _asked(_units())
    if asked is None:
        raise NotFound
    rows = _teams_of(asked)
    form = _place_form(rows)

    def build() -> Operation:
        homes: dict[int, list[int]] = {}
        for row in rows:
            unit = _chosen(f"team_{row.team_id}", form.rest.data)
            if unit in row.candidates:
                homes.setdefault(unit, []).append(row.team_id)
        if not homes:
            raise InvalidInput(N_("Choose a unit for at least one team."))
        return operation(*(MoveTeams(tuple(teams), unit) for unit, teams in homes.items()))

    return ask(form, build, "organisation/waiting_list.html", **_context(asked, rows))


def _asked(units: list[queries.WaitingUnit]) -> int | None:
    """The split unit asked for, or the only one; None when there are none or several."""
    ids = [one.unit_id for one in units]
    asked = request.values.get("unit", type=int)
    if asked is not None:
        return asked if asked in ids else None
    return ids[0] if len(ids) == 1 else None


def _teams_of(unit_id: int) -> list[WaitingTeam]:
    return queries.waiting_teams(current_session(), scope_of(_MANAGE), clock.today(), unit_id)


def _place_form(rows: list[WaitingTeam]) -> PlaceForm:
    form = PlaceForm()
    parts = {unit for row in rows for unit in row.candidates}
    found = names.unit_names(current_session(), parts, clock.today())
    form.prepare(choices((str(unit), found.get(unit, "–")) for unit in sorted(parts)))
    return form


def _chosen(name: str, rest: str | None) -> int:
    """The unit chosen for one, else for the rest; 0 while it is not decided."""
    said = request.form.get(name) or rest or ""
    return int(said) if said.isdecimal() else 0


def _context(unit_id: int, rows: list[WaitingTeam]) -> dict[str, Any]:
    session, on = current_session(), clock.today()
    ids = [row.team_id for row in rows]
    people = queries.people_of(session, scope_of(_MANAGE), ids, on)
    note_names("unit", unit_id, unit_id, count=sum(map(len, people.values())))
    units = {unit for row in rows for unit in (*row.candidates, row.waits_at)} | {unit_id}
    return {
        "rows": rows,
        "people": people,
        "unit_id": unit_id,
        "units": names.unit_names(session, units, on),
        "chosen": {row.team_id: request.form.get(f"team_{row.team_id}") for row in rows},
        "undecided": UNDECIDED,
        "words": words,
    }


# -- people of one team --------------------------------------------------------------------


@bp.get("/teams/waiting/<int:team_id>/people/")
@needs(_MANAGE)
def waiting_people(team_id: int) -> ResponseReturnValue:
    """Ask person by person where the people of one team belong."""
    row = _waiting_team(team_id)
    if row is None:
        return _placed_meanwhile()
    form = OperationForm()
    form.on.data = clock.today()
    return render("organisation/waiting_people.html", form=form, **_people_context(row))


@bp.post("/teams/waiting/<int:team_id>/people/")
@needs(_MANAGE)
def place_people(team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then let the team go on in one part and begin in the others."""
    row, form = _waiting_team(team_id), OperationForm()
    if row is None:
        return _placed_meanwhile()
    context = _people_context(row)
    people = [person_id for person_id, _name in context["people"]]
    return ask(form, lambda: _parting(row, people), "organisation/waiting_people.html", **context)


def _waiting_team(team_id: int) -> WaitingTeam | None:
    """The team in scope, while it waits. NotFound for one out of scope."""
    team_in_scope(team_id, _MANAGE)
    waiting = queries.waiting_teams(current_session(), scope_of(_MANAGE), clock.today())
    return next((row for row in waiting if row.team_id == team_id), None)


def _placed_meanwhile() -> ResponseReturnValue:
    notice(N_("This team waits no more. These teams still do."))
    return see_other("organisation.waiting_list")


def _parting(row: WaitingTeam, people: list[int]) -> Operation:
    """The team goes where most of its people go; elsewhere a team of its name begins."""
    homes: dict[int, list[int]] = {}
    for person in people:
        unit = _chosen(f"person_{person}", None)
        if unit not in row.candidates:
            raise InvalidInput(N_("Choose a unit for every person of the team."))
        homes.setdefault(unit, []).append(person)
    if not homes:
        raise InvalidInput(N_("Nobody serves in this team. Place the team itself."))
    main = max(homes, key=lambda unit: (len(homes[unit]), -unit))
    needed = team_in_scope(row.team_id, _MANAGE).facts.minority_required
    old = names.unit_names(current_session(), [row.old_unit_id], clock.today())
    # Another team of its name may live there, so the new one says where it comes from.
    village = f"{row.village} ({old.get(row.old_unit_id, '')})".strip()
    steps: list[Step] = []
    parts = [TeamPart(row.team_id, tuple(homes.pop(main)))]
    for number, (unit, going) in enumerate(homes.items(), 1):
        steps.append(SetUpTeam(-number, unit, row.name, village, needed))
        parts.append(TeamPart(-number, tuple(going)))
    if homes:
        steps.append(SplitTeam(row.team_id, tuple(parts)))
    return operation(*steps, MoveTeams((row.team_id,), main))


def _people_context(row: WaitingTeam) -> dict[str, Any]:
    session, on = current_session(), clock.today()
    people = queries.people_of(session, scope_of(_MANAGE), [row.team_id], on)[row.team_id]
    note_names("team", row.team_id, row.waits_at, count=len(people))
    units = {*row.candidates, row.old_unit_id}
    return {
        "row": row,
        "people": people,
        "units": names.unit_names(session, units, on),
        "chosen": {
            person: request.form.get(f"person_{person}", type=int) for person, _name in people
        },
        "words": words,
    }
