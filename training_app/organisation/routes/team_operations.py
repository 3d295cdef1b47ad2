"""Teams that merge, split and move."""

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.forms import MergeTeamsForm, MoveTeamForm, SplitTeamForm
from training_app.organisation.queries import teams as queries
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.routes.base import (
    bp,
    communes_of,
    note_names,
    scope_of,
    team_in_scope,
)
from training_app.organisation.routes.lists import choose_commune, chosen_commune
from training_app.organisation.routes.operating import ask
from training_app.organisation.rules.operations import (
    MergeTeams,
    MoveTeams,
    Operation,
    SetUpTeam,
    SplitTeam,
    TeamPart,
    operation,
)
from training_app.web.forms import choices
from training_app.web.guard import needs
from training_app.web.pages import render

_MANAGE = Permission.TEAM_MANAGE
_NEW = -1
_TWO = 2


# -- merge ---------------------------------------------------------------------------------


@bp.get("/teams/merge/")
@needs(_MANAGE)
def merge_teams() -> ResponseReturnValue:
    """Ask which teams of a commune become one."""
    scope = scope_of(_MANAGE)
    unit = chosen_commune(scope)
    if unit is None:
        return choose_commune(scope, "organisation.merge_teams", N_("Where do teams merge?"))
    form = _merge_form(unit)
    form.on.data = clock.today()
    return render("organisation/merge_teams.html", form=form, unit=unit)


@bp.post("/teams/merge/")
@needs(_MANAGE)
def merge_teams_submit() -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    unit = chosen_commune(scope_of(_MANAGE))
    if unit is None:
        raise NotFound
    form = _merge_form(unit)

    def build() -> Operation:
        chosen = {*(form.teams.data or ()), form.into.data}
        if len(chosen) < _TWO:
            raise InvalidInput(N_("Choose at least two teams."), field="teams")
        return operation(MergeTeams(tuple(sorted(chosen)), form.into.data))

    return ask(form, build, "organisation/merge_teams.html", unit=unit)


def _merge_form(unit: UnitRow) -> MergeTeamsForm:
    form = MergeTeamsForm()
    rows = queries.teams_under(current_session(), scope_of(_MANAGE), unit.path, clock.today())
    form.teams.choices = choices((row.id, _named(row)) for row in rows)
    form.into.choices = form.teams.choices
    return form


def _named(row: TeamRow) -> str:
    return f"{row.name}, {row.village}" if row.village else row.name


# -- split ---------------------------------------------------------------------------------


@bp.get("/teams/<int:team_id>/split/")
@needs(_MANAGE)
def split_team(team_id: int) -> ResponseReturnValue:
    """Ask who goes to the new team."""
    team = team_in_scope(team_id, _MANAGE)
    form = _split_form(team)
    form.on.data = clock.today()
    return render("organisation/split_team.html", form=form, team=team)


@bp.post("/teams/<int:team_id>/split/")
@needs(_MANAGE)
def split_team_submit(team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    team = team_in_scope(team_id, _MANAGE)
    form = _split_form(team)

    def build() -> Operation:
        going = set(form.people.data or ())
        staying = {person for person, _name in _members(team)} - going
        if not going or not staying:
            message = N_("Choose who goes: at least one person, and not everybody.")
            raise InvalidInput(message, field="people")
        new = SetUpTeam(
            _NEW,
            team.unit_id,
            form.name.data or "",
            form.village.data or "",
            team.facts.minority_required,
        )
        parts = TeamPart(team_id, tuple(sorted(staying))), TeamPart(_NEW, tuple(sorted(going)))
        return operation(new, SplitTeam(team_id, parts))

    return ask(form, build, "organisation/split_team.html", team=team)


def _split_form(team: TeamRow) -> SplitTeamForm:
    form, members = SplitTeamForm(), _members(team)
    note_names("team", team.id, team.unit_id, count=len(members))
    form.people.choices = choices(members)
    return form


def _members(team: TeamRow) -> list[tuple[int, str]]:
    rows = queries.members(current_session(), scope_of(_MANAGE), team.id, clock.today())
    return [(row.person_id, row.full_name) for row in rows]


# -- move ----------------------------------------------------------------------------------


@bp.get("/teams/<int:team_id>/move/")
@needs(_MANAGE)
def move_team(team_id: int) -> ResponseReturnValue:
    """Ask for the commune to which the team belongs from now on."""
    team = team_in_scope(team_id, _MANAGE)
    form = _move_form(team)
    form.on.data = clock.today()
    return render("organisation/move_team.html", form=form, team=team)


@bp.post("/teams/<int:team_id>/move/")
@needs(_MANAGE)
def move_team_submit(team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    team = team_in_scope(team_id, _MANAGE)
    form = _move_form(team)

    def build() -> Operation:
        return operation(MoveTeams((team_id,), form.unit.data))

    return ask(form, build, "organisation/move_team.html", team=team)


def _move_form(team: TeamRow) -> MoveTeamForm:
    form = MoveTeamForm()
    found = [unit for unit in communes_of(scope_of(_MANAGE)) if unit.id != team.unit_id]
    form.unit.choices = choices((unit.id, unit.full_name) for unit in found)
    return form
