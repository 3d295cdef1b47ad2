"""The forms of elections and recognitions, as drafts to be checked and signed."""

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.organisation import printing
from training_app.organisation.folders import election_papers
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.papers import paper_people
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.routes.base import bp, note_names, scope_of, team_in_scope
from training_app.organisation.rules.papers import PaperPerson, PaperTeam, candidates, fill
from training_app.web.guard import needs
from training_app.web.pages import render

_MANAGE = Permission.TEAM_MANAGE
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/teams/<int:team_id>/forms/")
@needs(_MANAGE)
def team_papers(team_id: int) -> ResponseReturnValue:
    """Which form, and whom it is about."""
    team = team_in_scope(team_id, _MANAGE)
    members = _people(team)
    note_names("team", team.id, team.unit_id, count=len(members), step="forms")
    return render(
        "organisation/team_papers.html",
        team=team,
        members=members,
        proposed={one.person_id for one in candidates(members)},
        forms=election_papers().forms,
    )


def _people(team: TeamRow) -> list[PaperPerson]:
    return paper_people(current_session(), scope_of(_MANAGE), team, clock.today())


@bp.get("/teams/<int:team_id>/forms/<int:number>/draft.docx")
@needs(_MANAGE)
def team_paper(team_id: int, number: int) -> Response:
    """One form, filled with what is on record, as a file to be corrected and signed.

    ``person`` names the candidates; without ``chosen`` they are the members not recognised yet.
    """
    team = team_in_scope(team_id, _MANAGE)
    papers = election_papers()
    form = papers.named(number)
    if form is None:
        raise NotFound
    members = _people(team)
    draft = fill(papers, form, _paper_team(team, members), year=clock.today().year)
    note_names("team", team.id, team.unit_id, count=len(members), form=form.number)
    response = make_response(printing.docx_bytes(draft))
    response.headers["Content-Type"] = DOCX_TYPE
    name = f"mau-{form.number}-to-{team.id}-du-thao.docx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _paper_team(team: TeamRow, members: list[PaperPerson]) -> PaperTeam:
    wanted = set(request.args.getlist("person", type=int))
    chosen = [one for one in members if one.person_id in wanted]
    unit = unit_queries.unit_on(current_session(), team.unit_id, clock.today())
    return PaperTeam(
        name=team.name,
        village=team.village,
        unit=team.unit_name,
        place=unit.name if unit else "",
        members=tuple(members),
        candidates=tuple(chosen if request.args.get("chosen") else candidates(members)),
        leader=_leader(members),
    )


def _leader(members: list[PaperPerson]) -> PaperPerson | None:
    """Whom the letter names: the one chosen, nobody if so wished, else who leads now."""
    said = request.args.get("leader", type=int)
    if said is None:
        return next((one for one in members if one.leads), None)
    return next((one for one in members if one.person_id == said), None)
