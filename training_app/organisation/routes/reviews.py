"""The yearly review of the commune's teams, one after another."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, RuleBroken
from training_app.extensions import current_session
from training_app.organisation.folders import review_plans
from training_app.organisation.forms import EmptyForm, ReviewForm
from training_app.organisation.models import CompositionException, Level, TeamReview
from training_app.organisation.queries import teams as queries
from training_app.organisation.queries.reviews import reviews
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.routes import words
from training_app.organisation.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    note_names,
    own_units,
    past,
    scope_of,
    team_in_scope,
    unit_in_scope,
)
from training_app.organisation.routes.lists import choose_commune, chosen_commune
from training_app.organisation.rules import RepairKind, Rule, repair_message
from training_app.organisation.rules.review import (
    Progress,
    ReviewPlan,
    ReviewState,
    plan_of,
    review_state,
)
from training_app.organisation.services import reviews as services
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, paginate, render, see_other

_MANAGE = Permission.TEAM_MANAGE


@dataclass(frozen=True)
class Step:
    """One thing to do for a team, in words, and where it is done."""

    text: str
    href: str


@dataclass(frozen=True)
class ReviewLine:
    """One team of the commune in the year's review."""

    team: TeamRow
    review: TeamReview | None
    state: ReviewState
    steps: list[Step]


def _plan(on: date) -> ReviewPlan:
    return plan_of(review_plans(), on.year)


def _lines(unit: UnitRow, on: date) -> list[ReviewLine]:
    """Every team of the commune: first what is still to be reviewed, incomplete teams before."""
    session, scope = current_session(), scope_of(_MANAGE)
    found = reviews(session, scope, unit.id, on)
    rows = []
    for team in queries.teams_under(session, scope, unit.path, on):
        last = found.get(team.id)
        this_year = last is not None and last.year == on.year
        state = review_state(_plan(on), on, reviewed=this_year)
        rows.append(ReviewLine(team, last, state, steps_of(team)))
    return sorted(
        rows, key=lambda line: (line.state is ReviewState.DONE, line.team.composition.complete)
    )


def steps_of(team: TeamRow) -> list[Step]:
    """The smallest repair of a team, each step with the page on which it is done."""
    pages = {
        RepairKind.ADD: "organisation.new_member",
        RepairKind.ELECT: "organisation.elect_leader",
    }
    steps = []
    for repair in team.composition.repairs:
        message, values = repair_message(repair)
        page = pages.get(repair.kind, "organisation.team_page")
        steps.append(Step(_(message, **values), url_for(page, team_id=team.id)))
    return steps


@bp.get("/teams/review/")
@needs(_MANAGE)
def yearly_review() -> ResponseReturnValue:
    """All teams of the commune: reviewed this year or not, what they lack, what to do next."""
    unit = chosen_commune(scope_of(_MANAGE))
    if unit is None:
        return choose_commune(
            scope_of(_MANAGE), "organisation.yearly_review", N_("Whose teams are reviewed?")
        )
    on = clock.today()
    lines = _lines(unit, on)
    page = paginate(len(lines))
    return render(
        "organisation/yearly_review.html",
        unit=unit,
        several=[unit.id] != [head.id for head in own_units(scope_of(_MANAGE))],
        lines=lines[page.offset : page.offset + page.size],
        progress=_progress(lines),
        next=next((line.team for line in lines if line.state is not ReviewState.DONE), None),
        plan=_plan(on),
        on=on,
        page=page,
        words=words,
        states=ReviewState,
    )


def _progress(lines: list[ReviewLine]) -> Progress:
    return Progress(
        len(lines),
        sum(line.state is ReviewState.DONE for line in lines),
        sum(line.team.composition.complete for line in lines),
    )


@bp.get("/teams/<int:team_id>/review/")
@needs(_MANAGE)
def review_team(team_id: int) -> ResponseReturnValue:
    """One team: who serves, what Article 12 asks, what to do; then the confirmation."""
    team, form = team_in_scope(team_id, _MANAGE), ReviewForm()
    form.on.data = clock.today()
    return _team_page(team, form)


def _team_page(team: TeamRow, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    session, scope, on = current_session(), scope_of(_MANAGE), clock.today()
    members = queries.members(session, scope, team.id, on)
    exceptions: list[CompositionException] = queries.exceptions(session, scope, team.id, on)
    last = reviews(session, scope, team.unit_id, on).get(team.id)
    note_names("team", team.id, team.unit_id, count=len(members), step="review")
    return render(
        "organisation/team_review.html",
        status,
        team=team,
        members=members,
        exceptions=exceptions,
        lines=words.rule_lines(team, exceptions),
        steps=steps_of(team),
        last=last,
        lacked=[_(words.RULES[Rule(name)]) for name in last.lacks.split(",") if name]
        if last
        else [],
        reviewed=last is not None and last.year == on.year,
        on=on,
        form=form,
        words=words,
        errors_in_title=status == UNPROCESSABLE,
    )


@bp.post("/teams/<int:team_id>/review/")
@needs(_MANAGE)
def review_team_submit(team_id: int) -> ResponseReturnValue:
    """Write down that the team was reviewed, and go on to the next one."""
    team, form = team_in_scope(team_id, _MANAGE), ReviewForm()

    def act() -> None:
        day = past(form.on.data)
        if day.year != clock.today().year:
            raise RuleBroken(N_("A review counts for this year. Write a day of this year."))
        services.record_review(
            current_session(),
            team_id,
            team.composition.lacks,
            note=form.note.data or "",
            on=day,
            now=clock.now(),
            actor=current_viewer(),
        )

    if form.validate() and done(form, act):
        return _go_on(team)
    return _team_page(team, form, UNPROCESSABLE)


def _go_on(team: TeamRow) -> ResponseReturnValue:
    """To the next team that is still to be reviewed; after the last one to the whole."""
    on = clock.today()
    lines = _lines(unit_in_scope(team.unit_id, scope_of(_MANAGE)), on)
    waiting = [line.team for line in lines if line.state is not ReviewState.DONE]
    if not waiting:
        notice(N_("Every team of the commune is reviewed this year."))
        return see_other("organisation.yearly_review", unit=team.unit_id)
    notice(N_("“%(team)s” is recorded as reviewed. This is the next team."), team=team.name)
    return see_other("organisation.review_team", team_id=waiting[0].id)


@bp.post("/teams/<int:team_id>/review/withdraw/")
@needs(_MANAGE)
def withdraw_review(team_id: int) -> ResponseReturnValue:
    """Take back this year's review that was recorded by mistake."""
    team = team_in_scope(team_id, _MANAGE)
    taken_back = EmptyForm().validate() and services.withdraw_review(
        current_session(), team.id, clock.today().year, now=clock.now(), actor=current_viewer()
    )
    current_session().commit()
    if taken_back:
        notice(N_("The review is taken back. The team is to be reviewed again."))
    return see_other("organisation.review_team", team_id=team_id)


def _waiting() -> int:
    """How many teams of the officer's own commune are to be reviewed, once reviews have begun."""
    on = clock.today()
    heads = own_units(scope_of(_MANAGE))
    if len(heads) != 1 or heads[0].level != Level.COMMUNE or on < _plan(on).opens_on(on.year):
        return 0
    found = reviews(current_session(), scope_of(_MANAGE), heads[0].id, on)
    teams = queries.teams_under(current_session(), scope_of(_MANAGE), heads[0].path, on)
    return sum(1 for team in teams if team.id not in found or found[team.id].year != on.year)


@bp.record_once
def _count_what_waits(state: BlueprintSetupState) -> None:
    """The menu says how many teams wait."""
    counters = state.app.extensions.setdefault("waiting", {})
    counters["organisation.yearly_review"] = _waiting
