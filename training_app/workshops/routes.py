"""Screens of classes: list, record, page, roll, cancel."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission, Scope
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, InvalidInput, NotAllowed
from training_app.extensions import current_session, db
from training_app.web.asides import aside
from training_app.web.exports import Sheet, xlsx_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_date, notice, render, see_other
from training_app.workshops import queries, rules, services
from training_app.workshops.forms import NOBODY, CancelForm, RollForm, UnitForm, WorkshopForm
from training_app.workshops.models import Workshop

bp = Blueprint("workshops", __name__, template_folder="templates")

HALF_DAY_MINUTES = 210


def _scope(permission: Permission) -> Scope:
    return current_viewer().scope(permission)


def _workshop(workshop_id: int, permission: Permission) -> Workshop:
    return queries.workshop_in_scope(
        current_session(), _scope(permission), workshop_id, clock.today()
    )


@bp.get("/classes/")
@needs(Permission.WORKSHOP_VIEW)
def class_list() -> ResponseReturnValue:
    """Classes in the viewer's scope, planned ones first."""
    today = clock.today()
    found = queries.workshop_list(current_session(), _scope(Permission.WORKSHOP_VIEW), today)
    planned = [row for row in found if row.held_on > today and not row.cancelled]
    return render(
        "workshops/class_list.html",
        planned=sorted(planned, key=lambda row: row.held_on),
        held=[row for row in found if row not in planned],
        today=today,
        may_record=_may_record(),
    )


def _may_record() -> bool:
    return current_viewer().may(Permission.WORKSHOP_PLAN)


@bp.get("/classes/new/")
@needs(Permission.WORKSHOP_PLAN)
def new_class() -> ResponseReturnValue:
    """First the unit, when there are several; then the class."""
    units = _units()
    unit_id = request.args.get("unit", type=int)
    if unit_id is None and len(units) == 1:
        unit_id = units[0][0]
    if unit_id is None or unit_id not in dict(units):
        form = UnitForm(request.args, meta={"csrf": False})
        form.unit.label.text = _("Where is the class held?")
        form.unit.choices = units
        return render("workshops/choose_unit.html", form=form)
    form = _class_form(unit_id)
    form.minutes.data = HALF_DAY_MINUTES
    form.teams.data = [choice[0] for choice in form.teams.choices or ()]
    return render("workshops/new_class.html", form=form, unit_id=unit_id, unit=dict(units)[unit_id])


@bp.post("/classes/new/")
@needs(Permission.WORKSHOP_PLAN)
def new_class_submit() -> ResponseReturnValue:
    """Record the class; what was typed stays on the page when something is missing."""
    units = dict(_units())
    unit_id = request.args.get("unit", default=next(iter(units)), type=int)
    if unit_id not in units:
        raise NotAllowed
    form = _class_form(unit_id)
    if form.validate():
        try:
            workshop = services.record(
                current_session(),
                _draft(form, unit_id),
                _scope(Permission.WORKSHOP_PLAN),
                now=clock.now(),
                today=clock.today(),
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            current_session().commit()
            notice(N_("The class is recorded. Now mark who attended, once it has been held."))
            return see_other("workshops.class_page", workshop_id=workshop.id)
    return render(
        "workshops/new_class.html",
        422,
        form=form,
        unit_id=unit_id,
        unit=units[unit_id],
        errors_in_title=True,
    )


def _units() -> list[tuple[int, str]]:
    units = queries.unit_choices(current_session(), _scope(Permission.WORKSHOP_PLAN), clock.today())
    if not units:
        raise NotAllowed
    return units


def _class_form(unit_id: int) -> WorkshopForm:
    """The form with this unit's trainers and teams and the published modules."""
    session, scope, today = current_session(), _scope(Permission.WORKSHOP_PLAN), clock.today()
    form = WorkshopForm()
    trainers = queries.trainer_choices(session, scope, unit_id, today)
    form.trainer.choices = [
        (NOBODY, _("A lecturer from outside")),
        *((choice.person_id, choice.name) for choice in trainers),
    ]
    form.modules.choices = [
        (module.id, (english() and module.title_en) or module.title)
        for module in queries.current_modules(session)
    ]
    form.teams.choices = [
        (team.team_id, _("%(name)s (%(count)s people)", name=team.name, count=team.members))
        for team in queries.team_choices(session, scope, unit_id, today)
    ]
    labels = {
        "title": _("Name of the class"),
        "held_on": _("Day"),
        "place": _("Place"),
        "minutes": _("Minutes of teaching"),
        "trainer": _("Trainer"),
        "guest_trainer": _("Name of the lecturer from outside"),
        "modules": _("Modules that the class covers"),
        "teams": _("Teams invited"),
        "note": _("Note"),
    }
    for name, label in labels.items():
        form[name].label.text = label
    return form


def _draft(form: WorkshopForm, unit_id: int) -> services.Draft:
    return services.Draft(
        unit_id=unit_id,
        title=form.title.data or "",
        held_on=form.held_on.data,
        minutes=form.minutes.data or 0,
        place=form.place.data or "",
        trainer_person_id=form.trainer.data or None,
        guest_trainer="" if form.trainer.data else form.guest_trainer.data or "",
        module_version_ids=form.modules.data or (),
        team_ids=form.teams.data or (),
        note=form.note.data or "",
    )


@bp.get("/classes/<int:workshop_id>/")
@needs(Permission.WORKSHOP_VIEW)
def class_page(workshop_id: int) -> ResponseReturnValue:
    """One class: what it was, who was there, what to do next."""
    return render("workshops/class_page.html", **_page_of(workshop_id), form=CancelForm())


def _page_of(workshop_id: int) -> dict[str, Any]:
    workshop = _workshop(workshop_id, Permission.WORKSHOP_VIEW)
    session, scope = current_session(), _scope(Permission.WORKSHOP_VIEW)
    listed = queries.roll(session, scope, workshop)
    shown = _shown(listed, workshop, scope)
    if shown:
        _note_viewing(workshop, len(shown))
    return {
        "workshop": workshop,
        "modules": queries.modules_of(session, workshop.id, scope),
        "trainer": queries.trainer_name(session, workshop, scope),
        "roll": shown,
        "marked": any(row.present is not None for row in listed),
        "present": sum(row.present is True for row in listed),
        "invited": len(listed),
        "names": bool(shown) or not listed,
        "held": workshop.held_on <= clock.today(),
        "may_record": _may_keep_roll(workshop),
    }


def _names_open(workshop: Workshop, scope: Scope) -> bool:
    """An office sees its people; a trainer those of the own class until 30 days after it."""
    if scope.unit_paths or scope.everything:
        return True
    mine = scope.trainer_id is not None and workshop.trainer_person_id == scope.trainer_id
    return mine and rules.names_visible(workshop.held_on, clock.today())


def _shown(
    listed: list[queries.RollRow], workshop: Workshop, scope: Scope
) -> list[queries.RollRow]:
    """The lines that may be named to this viewer; a leader sees the own team's."""
    if _names_open(workshop, scope):
        return listed
    return [row for row in listed if row.team_id in scope.teams]


def _may_keep_roll(workshop: Workshop) -> bool:
    scope = _scope(Permission.WORKSHOP_RECORD)
    return not scope.empty and _names_open(workshop, scope)


def _note_viewing(workshop: Workshop, count: int) -> None:
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.NAMES_VIEWED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind="workshop",
            object_id=workshop.id,
            unit_id=workshop.unit_id,
            detail={"count": count},
        )


@bp.get("/classes/<int:workshop_id>/attendance/")
@needs(Permission.WORKSHOP_RECORD)
def attendance(workshop_id: int) -> ResponseReturnValue:
    """The roll to tick."""
    workshop = _workshop(workshop_id, Permission.WORKSHOP_RECORD)
    return _roll_page(workshop, RollForm())


@bp.post("/classes/<int:workshop_id>/attendance/")
@needs(Permission.WORKSHOP_RECORD)
def attendance_submit(workshop_id: int) -> ResponseReturnValue:
    """Keep the roll; a second press changes nothing."""
    workshop = _workshop(workshop_id, Permission.WORKSHOP_RECORD)
    if not _may_keep_roll(workshop):
        raise NotAllowed
    form = RollForm()
    if form.validate():
        try:
            services.keep_roll(
                current_session(),
                workshop,
                services.Roll(
                    frozenset(request.form.getlist("present", type=int)),
                    frozenset(request.form.getlist("listed", type=int)),
                    form.reason.data or "",
                ),
                _scope(Permission.WORKSHOP_RECORD),
                now=clock.now(),
                today=clock.today(),
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            current_session().commit()
            notice(N_("The roll is saved. Each person's record shows the class."))
            return see_other("workshops.class_page", workshop_id=workshop.id)
    return _roll_page(workshop, form, 422)


def _roll_page(workshop: Workshop, form: RollForm, status: int = 200) -> ResponseReturnValue:
    if not _may_keep_roll(workshop):
        raise NotAllowed
    listed = queries.roll(current_session(), _scope(Permission.WORKSHOP_RECORD), workshop)
    ticked = set(request.form.getlist("present", type=int)) if request.method == "POST" else None
    form.reason.label.text = _("Why people are taken off the roll")
    return render(
        "workshops/attendance.html",
        status,
        workshop=workshop,
        roll=listed,
        ticked={row.person_id for row in listed if row.present} if ticked is None else ticked,
        corrected=any(row.present for row in listed),
        held=workshop.held_on <= clock.today(),
        form=form,
        errors_in_title=status != 200,  # noqa: PLR2004 - plain success
    )


@bp.post("/classes/<int:workshop_id>/cancel/")
@needs(Permission.WORKSHOP_RECORD)
def cancel(workshop_id: int) -> ResponseReturnValue:
    """Say that the class was not held."""
    workshop = _workshop(workshop_id, Permission.WORKSHOP_RECORD)
    form = CancelForm()
    if not form.validate():
        return render(
            "workshops/class_page.html",
            422,
            **_page_of(workshop_id),
            form=form,
            errors_in_title=True,
        )
    services.cancel(
        current_session(),
        workshop,
        reason=form.reason.data or "",
        scope=_scope(Permission.WORKSHOP_RECORD),
        now=clock.now(),
        actor=current_viewer(),
    )
    current_session().commit()
    notice(N_("The class is marked as not held."))
    return see_other("workshops.class_page", workshop_id=workshop.id)


@bp.get("/classes/<int:workshop_id>/roll.xlsx")
@needs(Permission.WORKSHOP_VIEW)
def roll_xlsx(workshop_id: int) -> Response:
    """The roll as on the page."""
    page = _page_of(workshop_id)
    if not page["names"]:
        raise NotAllowed
    workshop: Workshop = page["workshop"]
    words = {True: _("present"), False: _("absent"), None: _("not marked")}
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.NAMES_EXPORTED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind="workshop",
            object_id=workshop.id,
            unit_id=workshop.unit_id,
            detail={"count": len(page["roll"])},
        )
    return xlsx_response(
        Sheet(
            name=_("Roll"),
            filename=f"class-{workshop.id}",
            head=[_("Name"), _("Team"), _("Attendance")],
            rows=[(row.full_name, row.team_name, words[row.present]) for row in page["roll"]],
            preamble=[workshop.title, f"{format_date(workshop.held_on)}, {workshop.place}"],
            totals=(_("Present"), "", page["present"]),
        )
    )
