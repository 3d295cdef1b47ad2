"""Who supports the teams of a commune: entering it, and what was entered."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission, Scope
from training_app.coverage import queries, services
from training_app.coverage.forms import SupportForm
from training_app.coverage.printing import professions_said
from training_app.coverage.queries import Place
from training_app.coverage.queries.support import entries, professions_by_team
from training_app.coverage.routes.base import bp, spoken
from training_app.coverage.rules.support import PROFESSION_MESSAGES, Profession
from training_app.coverage.services import NewSupport
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries.teams import teams_under
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


@bp.get("/coverage/units/<int:unit_id>/targets/support/")
@needs(Permission.TEAM_MANAGE)
def support(unit_id: int) -> ResponseReturnValue:
    """The teams of a commune with who supports them, and a form to enter it."""
    here = _here(unit_id)
    teams = _teams(here)
    return _page(here, teams, _form(teams))


@bp.post("/coverage/units/<int:unit_id>/targets/support/")
@needs(Permission.TEAM_MANAGE)
def support_submit(unit_id: int) -> ResponseReturnValue:
    """Enter that people of a profession support a team from a day on, or no longer."""
    here, session, now = _here(unit_id), current_session(), clock.now()
    teams = _teams(here)
    form = _form(teams)
    if form.validate():
        try:
            services.record_support(
                session, _new(form), now=now, today=clock.local_date(now), actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(N_("The entry is recorded."))
            return see_other("coverage.support", unit_id=unit_id)
    return _page(here, teams, form, 422)


def _new(form: SupportForm) -> NewSupport:
    return NewSupport(
        team_id=int(form.team.data),
        profession=Profession(form.profession.data),
        supported=form.supported.data == "yes",
        happened_on=form.day.data,
        source=form.source.data or "",
    )


def _scope() -> Scope:
    return current_viewer().scope(Permission.TEAM_MANAGE)


def _here(unit_id: int) -> Place:
    """The commune as it stands today, in scope. NotFound for other units."""
    here = queries.place(current_session(), _scope(), unit_id, clock.today())
    if not here.is_commune:
        raise NotFound
    return here


def _teams(here: Place) -> list[tuple[int, str]]:
    """The teams of the commune by name."""
    found = teams_under(current_session(), _scope(), here.path, clock.today())
    return [(one.id, f"{one.name}, {one.village}" if one.village else one.name) for one in found]


def _form(teams: list[tuple[int, str]]) -> SupportForm:
    form = SupportForm()
    form.prepare(
        [(str(team_id), name) for team_id, name in teams],
        [(one.value, _(PROFESSION_MESSAGES[one])) for one in Profession],
        clock.today(),
    )
    return form


def _page(
    here: Place, teams: list[tuple[int, str]], form: SupportForm, status: int = 200
) -> ResponseReturnValue:
    session, today = current_session(), clock.today()
    by_team = professions_by_team(session, _scope(), here.path, today)
    return render(
        "coverage/support.html",
        status,
        here=here,
        form=form,
        teams=[(name, professions_said(by_team, team_id, spoken())) for team_id, name in teams],
        supported=len(by_team),
        entries=entries(session, _scope(), here.path, today),
        professions=PROFESSION_MESSAGES,
        errors_in_title=bool(form.errors),
    )
