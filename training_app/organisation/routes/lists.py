"""Lists of teams, communes and people, each within the viewer's reach."""

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Scope
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.organisation.models import Level
from training_app.organisation.queries import people as people_queries
from training_app.organisation.queries import teams as queries
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.routes import words
from training_app.organisation.routes.base import (
    bp,
    communes_of,
    link,
    note_names,
    own_units,
    scope_of,
    unit_in_scope,
)
from training_app.web.guard import needs
from training_app.web.pages import Page, paginate, render

_VIEW = Permission.TEAM_VIEW


@dataclass
class UnitLine:
    """A unit in the list of an office above, with what its teams come to."""

    unit: UnitRow
    teams: int = 0
    complete: int = 0
    members: int = 0


@bp.get("/teams/")
@needs(_VIEW)
def team_list() -> ResponseReturnValue:
    """The teams of a commune, or the communes of a province with their counts."""
    scope = scope_of(_VIEW)
    heads = own_units(scope)
    asked = request.args.get("unit", type=int)
    if asked is not None:
        unit: UnitRow | None = unit_in_scope(asked, scope)
    else:
        unit = heads[0] if len(heads) == 1 else None
    if unit is None and len(heads) > 1:
        return _units_page(None, heads, scope)
    if unit is not None and unit.level != Level.COMMUNE:
        children = unit_queries.children(current_session(), unit.id, clock.today())
        return _units_page(unit, children, scope)
    return _teams_page(unit, scope)


def _units_page(above: UnitRow | None, units: list[UnitRow], scope: Scope) -> ResponseReturnValue:
    session, on = current_session(), clock.today()
    lines = {unit.id: UnitLine(unit) for unit in units}
    path_of = {unit.path: unit.id for unit in units}
    paths = {above.path} if above else set(path_of)
    places: dict[int, int] = {}
    for path in sorted(paths):
        for team in queries.teams_under(session, scope, path, on):
            place = places.setdefault(team.unit_id, _place_of(team, lines, path_of))
            if place in lines:
                line = lines[place]
                line.teams += 1
                line.complete += team.composition.complete
                line.members += team.facts.members
    page = paginate(len(units))
    shown = list(lines.values())
    return render(
        "organisation/unit_list.html",
        above=above,
        lines=shown[page.offset : page.offset + page.size],
        totals=(
            sum(line.teams for line in shown),
            sum(line.complete for line in shown),
            sum(line.members for line in shown),
        ),
        page=page,
    )


def _place_of(team: TeamRow, lines: dict[int, UnitLine], path_of: dict[str, int]) -> int:
    """The listed unit in which a team stands: its own commune, or the province above."""
    if team.unit_id in lines:
        return team.unit_id
    unit = unit_queries.unit_on(current_session(), team.unit_id, clock.today())
    path = unit.path if unit else ""
    return next((found for above, found in path_of.items() if path.startswith(above)), 0)


def _teams_page(unit: UnitRow | None, scope: Scope) -> ResponseReturnValue:
    session, on = current_session(), clock.today()
    rows = queries.teams_under(session, scope, unit.path if unit else "/", on)
    page = paginate(len(rows))
    note_names("unit", unit.id if unit else None, unit.id if unit else None, teams=len(rows))
    return render(
        "organisation/team_list.html",
        unit=unit,
        several=unit is not None and [unit.id] != [head.id for head in own_units(scope)],
        rows=rows[page.offset : page.offset + page.size],
        complete=sum(row.composition.complete for row in rows),
        members=sum(row.facts.members for row in rows),
        page=page,
        words=words,
        link=link,
    )


@bp.get("/people/")
@needs(Permission.PERSON_MANAGE)
def people_list() -> ResponseReturnValue:
    """Find people in scope by name or telephone."""
    text = request.args.get("q", "").strip()[:100]
    scope, on = scope_of(Permission.PERSON_VIEW), clock.today()
    number = max(1, request.args.get("page", default=1, type=int))
    rows, total = people_queries.find_people(
        current_session(), scope, text, on, page=min(number, 10_000)
    )
    page = Page(number=min(number, 10_000), total=total, size=people_queries.PAGE)
    if rows:
        note_names("people", None, None, count=len(rows))
    return render(
        "organisation/people_list.html", text=text, rows=rows, page=page, words=words, link=link
    )


def chosen_commune(scope: Scope) -> UnitRow | None:
    """The commune asked for, or the only one; None when it must be chosen."""
    asked = request.args.get("unit", type=int)
    if asked is not None:
        unit = unit_in_scope(asked, scope)
        if unit.level != Level.COMMUNE:
            raise NotFound
        return unit
    heads = own_units(scope)
    return heads[0] if len(heads) == 1 and heads[0].level == Level.COMMUNE else None


def choose_commune(scope: Scope, endpoint: str, title: str) -> ResponseReturnValue:
    """A page that leads on with the commune chosen."""
    found = communes_of(scope)
    page = paginate(len(found))
    return render(
        "organisation/choose_commune.html",
        units=found[page.offset : page.offset + page.size],
        page=page,
        endpoint=endpoint,
        title=title,
    )
