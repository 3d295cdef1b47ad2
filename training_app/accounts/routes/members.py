"""Choosing members of a team: a page with their ways in, and those who were ticked."""

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts import queries
from training_app.accounts.forms import EmptyForm
from training_app.accounts.routes.base import database
from training_app.errors import NotFound
from training_app.organisation.queries import teams as org_teams
from training_app.organisation.queries.teams import MemberRow, TeamRow
from training_app.web.guard import current_viewer
from training_app.web.pages import render


def team_and_members(team_id: int) -> tuple[TeamRow, list[MemberRow]]:
    """A team to whose members the viewer may give a way in; any other is as if there were none."""
    scope, on = current_viewer().scope(Permission.ENTRY_ISSUE), clock.today()
    team = org_teams.team_on(database(), scope, team_id, on)
    if team is None:
        raise NotFound
    return team, org_teams.members(database(), scope, team_id, on)


def choice_page(template: str, team_id: int) -> ResponseReturnValue:
    """The page on which members are chosen; each stands there with the state of the way in."""
    team, members = team_and_members(team_id)
    ids = [member.person_id for member in members]
    states = queries.entry_states(database(), ids, now=clock.now())
    return render(template, form=EmptyForm(), team=team, members=members, states=states)


def chosen(members: list[MemberRow]) -> list[MemberRow]:
    """Those of the members who were ticked; whoever is not of the team is not among them."""
    ticked = {int(one) for one in request.form.getlist("person") if one.isdigit()}
    return [member for member in members if member.person_id in ticked]
