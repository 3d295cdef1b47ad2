"""One team: held against Article 12, set up, changed, excepted, ended."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.organisation.forms import EmptyForm, ExceptionForm, OperationForm, TeamForm
from training_app.organisation.queries import people as people_queries
from training_app.organisation.queries import teams as queries
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.routes import words
from training_app.organisation.routes.base import (
    UNPROCESSABLE,
    bp,
    communes_of,
    done,
    link,
    note_names,
    past,
    scope_of,
    team_in_scope,
)
from training_app.organisation.routes.lists import choose_commune, chosen_commune
from training_app.organisation.routes.operating import ask
from training_app.organisation.rules import Rule
from training_app.organisation.rules.operations import (
    ChangeTeam,
    EndTeam,
    Operation,
    SetUpTeam,
    operation,
)
from training_app.organisation.services import teams as services
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_VIEW = Permission.TEAM_VIEW
_MANAGE = Permission.TEAM_MANAGE
_NEW = -1


@bp.get("/teams/new/")
@needs(_MANAGE)
def new_team() -> ResponseReturnValue:
    """Ask for the team; where there are several communes, first for the commune."""
    scope = scope_of(_MANAGE)
    unit = chosen_commune(scope)
    if unit is None:
        return choose_commune(scope, "organisation.new_team", N_("Where is the new team?"))
    form = TeamForm()
    form.on.data = clock.today()
    return render("organisation/team_form.html", form=form, unit=unit, team=None)


@bp.post("/teams/new/")
@needs(_MANAGE)
def new_team_submit() -> ResponseReturnValue:
    """Show what it would touch, then set the team up."""
    unit = chosen_commune(scope_of(_MANAGE))
    if unit is None:
        raise NotFound
    form = TeamForm()

    def build() -> Operation:
        past(form.on.data)
        return operation(SetUpTeam(_NEW, unit.id, *_said(form)))

    return ask(form, build, "organisation/team_form.html", unit=unit, team=None)


def _said(form: TeamForm) -> tuple[str, str, bool]:
    """Name, village, and whether a member of a minority must be there."""
    return form.name.data or "", form.village.data or "", bool(form.minority_required.data)


def _invalid(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render(template, UNPROCESSABLE, form=form, errors_in_title=True, **context)


# -- one team ------------------------------------------------------------------------------


@bp.get("/teams/<int:team_id>/")
@needs(_VIEW)
def team_page(team_id: int) -> ResponseReturnValue:
    """One team: Article 12 rule by rule, the smallest repair, its members."""
    team = team_in_scope(team_id, _VIEW)
    session, scope, on = current_session(), scope_of(_VIEW), clock.today()
    members = queries.members(session, scope, team_id, on)
    ids = [member.person_id for member in members]
    phones = people_queries.phones(session, scope_of(Permission.PHONE_VIEW), ids, on)
    exceptions = queries.exceptions(session, scope, team_id, on)
    note_names("team", team.id, team.unit_id, count=len(members), phones=bool(phones))
    return render(
        "organisation/team_page.html",
        team=team,
        members=members,
        recognitions=queries.recognitions(session, scope, team_id, on),
        phones=phones,
        exceptions=exceptions,
        lines=words.rule_lines(team, exceptions),
        may_manage=current_viewer().may(_MANAGE),
        may_move=len(communes_of(scope_of(_MANAGE))) > 1,
        form=EmptyForm(formdata=None),
        words=words,
        link=link,
    )


@bp.get("/teams/<int:team_id>/change/")
@needs(_MANAGE)
def change_team(team_id: int) -> ResponseReturnValue:
    """Name, village and the demand for a minority member, from a day on."""
    team = team_in_scope(team_id, _MANAGE)
    form = TeamForm()
    form.name.data, form.village.data = team.name, team.village
    form.minority_required.data = team.facts.minority_required
    form.on.data = clock.today()
    return render("organisation/team_form.html", form=form, team=team, unit=None)


@bp.post("/teams/<int:team_id>/change/")
@needs(_MANAGE)
def change_team_submit(team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then let the new name, village or demand hold."""
    team, form = team_in_scope(team_id, _MANAGE), TeamForm()

    def build() -> Operation:
        past(form.on.data)
        return operation(ChangeTeam(team_id, *_said(form)))

    return ask(form, build, "organisation/team_form.html", team=team, unit=None)


@bp.get("/teams/<int:team_id>/exception/")
@needs(_MANAGE)
def new_exception(team_id: int) -> ResponseReturnValue:
    """Ask which rule, why, and until when."""
    team = team_in_scope(team_id, _MANAGE)
    return render("organisation/exception.html", form=_exception_form(team), team=team, words=words)


def _exception_form(team: TeamRow) -> ExceptionForm:
    form = ExceptionForm()
    asked = [rule for rule in Rule if rule is not Rule.MINORITY or team.facts.minority_required]
    form.rule.choices = choices((rule.value, words.rule_name(rule)) for rule in asked)
    return form


@bp.post("/teams/<int:team_id>/exception/")
@needs(_MANAGE)
def new_exception_submit(team_id: int) -> ResponseReturnValue:
    """Except the team from one rule until a day."""
    team = team_in_scope(team_id, _MANAGE)
    form = _exception_form(team)

    def act() -> None:
        services.grant_exception(
            current_session(),
            team_id,
            Rule(form.rule.data),
            reason=form.reason.data or "",
            until=form.until.data,
            on=clock.today(),
            now=clock.now(),
            actor=current_viewer(),
        )

    if form.validate() and done(form, act):
        notice(N_("The exception is recorded."))
        return see_other("organisation.team_page", team_id=team_id)
    return _invalid("organisation/exception.html", form, team=team, words=words)


@bp.post("/teams/<int:team_id>/exception/end/")
@needs(_MANAGE)
def end_exception(team_id: int) -> ResponseReturnValue:
    """End an exception of the team today."""
    team_in_scope(team_id, _MANAGE)
    session, on = current_session(), clock.today()
    wanted = request.form.get("exception", type=int)
    rows = queries.exceptions(session, scope_of(_MANAGE), team_id, on)
    if wanted not in {row.id for row in rows}:
        raise NotFound
    services.end_exception(session, wanted, on=on, now=clock.now(), actor=current_viewer())
    session.commit()
    notice(N_("The exception has ended."))
    return see_other("organisation.team_page", team_id=team_id)


@bp.get("/teams/<int:team_id>/end/")
@needs(_MANAGE)
def end_team(team_id: int) -> ResponseReturnValue:
    """Ask since when there is no such team, and say what ends with it."""
    team, form = team_in_scope(team_id, _MANAGE), OperationForm()
    form.on.data = clock.today()
    return render("organisation/end_team.html", form=form, team=team, words=words)


@bp.post("/teams/<int:team_id>/end/")
@needs(_MANAGE)
def end_team_submit(team_id: int) -> ResponseReturnValue:
    """Show whose service ends, then end the team."""
    team, form = team_in_scope(team_id, _MANAGE), OperationForm()

    def build() -> Operation:
        past(form.on.data)
        return operation(EndTeam(team_id))

    return ask(form, build, "organisation/end_team.html", team=team, words=words)
