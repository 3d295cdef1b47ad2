"""Members of a team: a person joins, the mediators elect a leader."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.organisation.forms import JoinForm, LeaderForm
from training_app.organisation.queries import people as people_queries
from training_app.organisation.queries import teams as queries
from training_app.organisation.queries.people import PersonRow
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    past,
    scope_of,
    team_in_scope,
)
from training_app.organisation.routes.operating import ask
from training_app.organisation.routes.saying import named_decision
from training_app.organisation.rules.operations import (
    ElectLeader,
    Operation,
    Recognise,
    Step,
    operation,
)
from training_app.organisation.services.people import add_person
from training_app.vietnamese import fold
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_MANAGE = Permission.TEAM_MANAGE
_NOBODY = 0


@bp.get("/teams/<int:team_id>/members/new/")
@needs(Permission.PERSON_MANAGE)
def new_member(team_id: int) -> ResponseReturnValue:
    """Ask who joins the team."""
    team, form = team_in_scope(team_id, Permission.PERSON_MANAGE), _join_form()
    form.on.data = clock.today()
    return render("organisation/new_member.html", form=form, team=team, alike=[])


def _join_form() -> JoinForm:
    form = JoinForm()
    form.prepare()
    return form


@bp.post("/teams/<int:team_id>/members/new/")
@needs(Permission.PERSON_MANAGE)
def new_member_submit(team_id: int) -> ResponseReturnValue:
    """Record a new person in the team; somebody of the same name is shown first."""
    team, form = team_in_scope(team_id, Permission.PERSON_MANAGE), _join_form()
    alike = [] if not form.validate() or form.another.data else _alike(form.full_name.data or "")

    def act() -> None:
        add_person(
            current_session(),
            form.fields(),
            team_id=team_id,
            phones=form.numbers(),
            on=past(form.on.data),
            now=clock.now(),
            actor=current_viewer(),
        )

    if not form.error_list() and not alike and done(form, act):
        notice(N_("The mediator is added to the team."))
        return see_other("organisation.team_page", team_id=team_id)
    if alike:
        form.form_errors.append(_("Somebody of this name is on record. Is it the same person?"))
    return _invalid("organisation/new_member.html", form, team=team, alike=alike)


def _alike(full_name: str) -> list[PersonRow]:
    """People in scope who bear the very same name, marks aside."""
    rows, _total = people_queries.find_people(
        current_session(), scope_of(Permission.PERSON_MANAGE), full_name, clock.today(), per_page=10
    )
    return [row for row in rows if fold(row.full_name) == fold(full_name)]


def _invalid(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render(template, UNPROCESSABLE, form=form, errors_in_title=True, **context)


@bp.get("/teams/<int:team_id>/leader/")
@needs(_MANAGE)
def elect_leader(team_id: int) -> ResponseReturnValue:
    """Ask whom the mediators elected."""
    team = team_in_scope(team_id, _MANAGE)
    form = _leader_form(team)
    form.on.data = clock.today()
    return render("organisation/leader.html", form=form, team=team)


def _leader_form(team: TeamRow) -> LeaderForm:
    form = LeaderForm()
    members = queries.members(current_session(), scope_of(_MANAGE), team.id, clock.today())
    options = [(member.person_id, member.full_name) for member in members]
    if team.leader_id:
        options.append((_NOBODY, _("Nobody: the team has no leader for now")))
    form.person.choices = choices(options)
    return form


@bp.post("/teams/<int:team_id>/leader/")
@needs(_MANAGE)
def elect_leader_submit(team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then record the leader, and the decision where it is known."""
    team = team_in_scope(team_id, _MANAGE)
    form = _leader_form(team)
    return ask(
        form,
        lambda: _election(team_id, form),
        "organisation/leader.html",
        decision=named_decision(form.number.data, form.decided_on.data),
        team=team,
    )


def _election(team_id: int, form: LeaderForm) -> Operation:
    past(form.on.data)
    person = form.person.data or None
    steps: list[Step] = [ElectLeader(team_id, person)]
    if person and (form.number.data or form.decided_on.data):
        decided = past(form.decided_on.data, "decided_on") if form.decided_on.data else None
        steps.append(Recognise(person, team_id, "leader", form.number.data or "", decided))
    return operation(*steps)
