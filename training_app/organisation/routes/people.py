"""One person: what is recorded, service and decisions, and what an office changes."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, NotFound, RuleBroken
from training_app.extensions import current_session, db
from training_app.organisation.forms import (
    EndServiceForm,
    MinorityForm,
    MoveForm,
    PersonForm,
    RecognitionForm,
)
from training_app.organisation.models import EndReason, RecognitionRole
from training_app.organisation.queries import people as queries
from training_app.organisation.queries import teams as team_queries
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.people import PersonDetail, TeamOfPerson
from training_app.organisation.routes import words
from training_app.organisation.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    link,
    note_names,
    past,
    person_in_scope,
    scope_of,
)
from training_app.organisation.routes.operating import ask
from training_app.organisation.routes.saying import named_decision
from training_app.organisation.rules.operations import (
    EndService,
    JoinTeam,
    MovePerson,
    Operation,
    Recognise,
    operation,
)
from training_app.organisation.services import people as services
from training_app.web.asides import aside
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_MANAGE = Permission.PERSON_MANAGE
_STAYS = 0
# Reasons that an office chooses; the others are written by what it does.
_CHOSEN = tuple(reason for reason in EndReason if reason is not EndReason.TEAM_ENDED)


def _serving(person: PersonDetail) -> list[TeamOfPerson]:
    """The teams in which the person serves today and which the viewer may see."""
    on = clock.today()
    return [
        row for row in person.teams if row.visible and (row.valid_to is None or row.valid_to > on)
    ]


def _row_in(person: PersonDetail, team_id: int) -> int:
    """Which of the rows of this human being serves in the team."""
    members = team_queries.members(current_session(), scope_of(_MANAGE), team_id, clock.today())
    ids = set(person.linked_ids)
    found = next((member.person_id for member in members if member.person_id in ids), None)
    if found is None:
        raise NotFound
    return found


def _invalid(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render(template, UNPROCESSABLE, form=form, errors_in_title=True, **context)


def _back_to(person: PersonDetail) -> ResponseReturnValue:
    return see_other("organisation.person_page", person_id=person.id)


@bp.get("/people/<int:person_id>/")
@needs(_MANAGE)
def person_page(person_id: int) -> ResponseReturnValue:
    """What is recorded of one person; the restricted flag stands behind a click of its own."""
    person = person_in_scope(person_id, _MANAGE)
    numbers = _numbers(person)
    note_names("person", person.canonical_id, None, count=1, phones=bool(numbers))
    return render(
        "organisation/person_page.html",
        person=person,
        serving=_serving(person),
        phones=numbers,
        team_names={row.team_id: row.team_name for row in person.teams},
        words=words,
        link=link,
    )


def _numbers(person: PersonDetail) -> list[str]:
    found = queries.phones(
        current_session(), scope_of(Permission.PHONE_VIEW), person.linked_ids, clock.today()
    )
    return list(dict.fromkeys(number for one in person.linked_ids for number in found.get(one, ())))


# -- what is recorded ----------------------------------------------------------------------


@bp.get("/people/<int:person_id>/change/")
@needs(_MANAGE)
def change_person(person_id: int) -> ResponseReturnValue:
    """Correct what is recorded."""
    person, form = person_in_scope(person_id, _MANAGE), _person_form()
    form.show(
        person.full_name,
        person.sex,
        person.birth_date or person.birth_year,
        person.law_qualified,
        _numbers(person),
    )
    return render("organisation/person_form.html", form=form, person=person)


def _person_form() -> PersonForm:
    form = PersonForm()
    form.prepare()
    return form


@bp.post("/people/<int:person_id>/change/")
@needs(_MANAGE)
def change_person_submit(person_id: int) -> ResponseReturnValue:
    """Keep the correction; the audit trail names the fields, never their content."""
    person, form = person_in_scope(person_id, _MANAGE), _person_form()
    if form.validate() and done(form, lambda: _correct(person, form)):
        notice(N_("The person's record is saved."))
        return _back_to(person)
    return _invalid("organisation/person_form.html", form, person=person)


def _refuse_restricted(person: PersonDetail) -> None:
    """A restricted record is only kept; a decision about it comes first."""
    if person.restricted_at is not None:
        raise RuleBroken(
            N_("The data of this person are restricted. Lift the restriction before changing them.")
        )


def _correct(person: PersonDetail, form: PersonForm) -> None:
    _refuse_restricted(person)
    session, on, now = current_session(), clock.today(), clock.now()
    unseen = queries.minority_flags(session, scope_of(_MANAGE), [person.canonical_id], on)
    fields = form.fields(ethnic_minority=unseen.get(person.canonical_id))
    viewer = current_viewer()
    services.change_person(session, person.canonical_id, fields, on=on, now=now, actor=viewer)
    if viewer.may(Permission.PHONE_VIEW) and set(form.numbers()) != set(_numbers(person)):
        for row in person.linked_ids[1:]:
            services.set_phones(session, row, (), on=on, now=now, actor=viewer)
        services.set_phones(
            session, person.canonical_id, form.numbers(), on=on, now=now, actor=viewer
        )


@bp.get("/people/<int:person_id>/minority/")
@needs(Permission.MINORITY_VIEW)
def minority(person_id: int) -> ResponseReturnValue:
    """The restricted flag; every look is written down."""
    person, form = person_in_scope(person_id, Permission.MINORITY_VIEW), MinorityForm()
    if person.anonymised_at is not None:
        raise NotFound  # what stays for the totals is no longer anybody's entry
    form.prepare()
    form.show(_flag(person))
    _note_minority(person)
    return render("organisation/minority.html", form=form, person=person)


def _flag(person: PersonDetail) -> bool | None:
    scope = scope_of(Permission.MINORITY_VIEW)
    found = queries.minority_flags(current_session(), scope, [person.canonical_id], clock.today())
    return found.get(person.canonical_id)


def _note_minority(person: PersonDetail) -> None:
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.MINORITY_VIEWED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind="person",
            object_id=person.canonical_id,
        )


@bp.post("/people/<int:person_id>/minority/")
@needs(Permission.MINORITY_VIEW)
def minority_submit(person_id: int) -> ResponseReturnValue:
    """Record the restricted flag."""
    person, form = person_in_scope(person_id, Permission.MINORITY_VIEW), MinorityForm()
    form.prepare()

    def act() -> None:
        _refuse_restricted(person)
        fields = services.PersonFields(
            person.full_name,
            person.birth_date,
            person.birth_year,
            person.sex,
            form.value(),
            person.law_qualified,
        )
        services.change_person(
            current_session(),
            person.canonical_id,
            fields,
            on=clock.today(),
            now=clock.now(),
            actor=current_viewer(),
        )

    if form.validate() and done(form, act):
        notice(N_("The person's record is saved."))
        return _back_to(person)
    return _invalid("organisation/minority.html", form, person=person)


# -- service -------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/end/<int:team_id>/")
@needs(_MANAGE)
def end_service(person_id: int, team_id: int) -> ResponseReturnValue:
    """Ask why and since when the person serves no more."""
    person, form = person_in_scope(person_id, _MANAGE), _end_form()
    team = _team_served(person, team_id)
    form.on.data = clock.today()
    return render("organisation/end_service.html", form=form, person=person, team=team, words=words)


def _team_served(person: PersonDetail, team_id: int) -> TeamOfPerson:
    team = next((row for row in _serving(person) if row.team_id == team_id), None)
    if team is None:
        raise NotFound
    return team


def _end_form() -> EndServiceForm:
    form = EndServiceForm()
    form.why.choices = choices((reason.value, _(words.END_REASONS[reason])) for reason in _CHOSEN)
    return form


@bp.post("/people/<int:person_id>/end/<int:team_id>/")
@needs(_MANAGE)
def end_service_submit(person_id: int, team_id: int) -> ResponseReturnValue:
    """Show what it would touch, then end the service; what was learned stays on record."""
    person, form = person_in_scope(person_id, _MANAGE), _end_form()
    team = _team_served(person, team_id)

    def build() -> Operation:
        past(form.on.data)
        return operation(EndService(_row_in(person, team_id), team_id, form.why.data))

    return ask(form, build, "organisation/end_service.html", person=person, team=team, words=words)


@bp.get("/people/<int:person_id>/team/")
@needs(_MANAGE)
def move(person_id: int) -> ResponseReturnValue:
    """Ask for the team to serve in from a day on, instead of the present one or beside it."""
    person = person_in_scope(person_id, _MANAGE)
    form = _move_form(person)
    form.on.data = clock.today()
    form.leaves.data = next((row.team_id for row in _serving(person)), _STAYS)
    return render("organisation/move.html", form=form, person=person)


def _move_form(person: PersonDetail) -> MoveForm:
    """Offers the living teams of the communes in which the person serves or served."""
    session, scope, on = current_session(), scope_of(_MANAGE), clock.today()
    serving = _serving(person)
    units = {row.unit_id for row in person.teams if row.visible}
    here = {row.team_id for row in serving}
    form = MoveForm()
    form.team.choices = choices(
        (team.id, f"{team.name}, {team.unit_name}" if len(units) > 1 else team.name)
        for unit_id in sorted(units)
        if (unit := unit_queries.unit_on(session, unit_id, on)) is not None
        for team in team_queries.teams_under(session, scope, unit.path, on)
        if team.id not in here
    )
    leaving = [(row.team_id, _("Leaves %(team)s", team=row.team_name)) for row in serving]
    stays = _("Goes on serving there") if serving else _("Serves in no team now")
    form.leaves.choices = choices([*leaving, (_STAYS, stays)])
    return form


@bp.post("/people/<int:person_id>/team/")
@needs(_MANAGE)
def move_submit(person_id: int) -> ResponseReturnValue:
    """Show what it would touch, then let the person serve there; nothing earlier changes."""
    person = person_in_scope(person_id, _MANAGE)
    form = _move_form(person)
    return ask(form, lambda: _moving(person, form), "organisation/move.html", person=person)


def _moving(person: PersonDetail, form: MoveForm) -> Operation:
    past(form.on.data)
    leaves, into = form.leaves.data, form.team.data
    if leaves == _STAYS:
        return operation(JoinTeam(person.canonical_id, into))
    return operation(MovePerson(_row_in(person, leaves), leaves, into))


# -- decisions -----------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/recognition/")
@needs(_MANAGE)
def recognition(person_id: int) -> ResponseReturnValue:
    """Ask for the decision of the commune's chair."""
    person = person_in_scope(person_id, _MANAGE)
    form = _recognition_form(person)
    form.team.data = request.args.get("team", type=int)
    form.role.data = RecognitionRole.MEDIATOR.value
    return render("organisation/recognition.html", form=form, person=person)


def _recognition_form(person: PersonDetail) -> RecognitionForm:
    form = RecognitionForm()
    teams: dict[int, str] = {row.team_id: row.team_name for row in person.teams if row.visible}
    form.team.choices = choices(teams.items())
    form.role.choices = choices((role.value, _(name)) for role, name in words.ROLES.items())
    return form


@bp.post("/people/<int:person_id>/recognition/")
@needs(_MANAGE)
def recognition_submit(person_id: int) -> ResponseReturnValue:
    """Show what it would touch, then record the decision (Articles 8 and 14)."""
    person = person_in_scope(person_id, _MANAGE)
    form = _recognition_form(person)

    def build() -> Operation:
        decided = past(form.decided_on.data, "decided_on") if form.decided_on.data else None
        return operation(
            Recognise(
                person.canonical_id,
                form.team.data,
                form.role.data,
                form.number.data or "",
                decided,
                form.note.data or "",
            )
        )

    return ask(
        form,
        build,
        "organisation/recognition.html",
        on=clock.today(),
        decision=named_decision(form.number.data, form.decided_on.data),
        person=person,
    )
