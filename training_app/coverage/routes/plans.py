"""The plan of a unit: entering what is asked by when, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.coverage import services
from training_app.coverage.forms import PlanForm, WithdrawPlanForm
from training_app.coverage.models import Target
from training_app.coverage.queries import Place
from training_app.coverage.queries.targets import plans
from training_app.coverage.routes import taking_back
from training_app.coverage.routes.base import bp, language
from training_app.coverage.routes.target_cells import goal_title
from training_app.coverage.rules.targets import MEASURE_MESSAGES, TargetMeasure
from training_app.coverage.services import NewTarget
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.organisation.models import Level
from training_app.programme.queries import AskedRow, asked_in_unit
from training_app.requirements.rules import Audience
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, see_other


@bp.get("/coverage/units/<int:unit_id>/targets/plan/")
@needs(Permission.TARGET_MANAGE)
def plan(unit_id: int) -> ResponseReturnValue:
    """The plans of the unit, and a form to enter one."""
    here = taking_back.managed(unit_id)
    return _page(here, _form(here))


@bp.post("/coverage/units/<int:unit_id>/targets/plan/")
@needs(Permission.TARGET_MANAGE)
def plan_submit(unit_id: int) -> ResponseReturnValue:
    """Enter a plan; one for the same measure and period takes the place of the earlier."""
    here, session = taking_back.managed(unit_id), current_session()
    form = _form(here)
    if form.validate():
        try:
            services.set_target(
                session, _new(unit_id, form), now=clock.now(), actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(N_("The plan is recorded."))
            return see_other("coverage.targets", unit_id=unit_id)
    return _page(here, form)


@bp.post("/coverage/units/<int:unit_id>/targets/<int:target_id>/withdraw/")
@needs(Permission.TARGET_MANAGE)
def plan_withdraw(unit_id: int, target_id: int) -> ResponseReturnValue:
    """Take a plan back, with a reason; what it was stays on record."""
    here, session = taking_back.managed(unit_id), current_session()
    standing = [one.plan_id for one in plans(session, here, clock.today())]
    row = taking_back.entry(Target, target_id, here, standing)
    form = WithdrawPlanForm(target_id, sent=True)
    if form.validate():
        services.withdraw_target(
            session, row, form.reason.data or "", now=clock.now(), actor=current_viewer()
        )
        session.commit()
        notice(N_("The plan is taken back."))
        return see_other("coverage.plan", unit_id=unit_id)
    return _page(here, _form(here, filled=False), form)


def _asked(here: Place) -> list[AskedRow]:
    rows = asked_in_unit(current_session(), here.path, clock.today())
    return [one for one in rows if one.audience == Audience.MEDIATORS]


def _measures(here: Place) -> list[tuple[str, str]]:
    """What can be planned: of each requirement, and the measures that need none."""
    trained = _(MEASURE_MESSAGES[TargetMeasure.TRAINED])
    found = [
        (
            f"{TargetMeasure.TRAINED.value}.{one.id}",
            _("%(what)s: %(title)s, per cent", what=trained, title=one.named(language())),
        )
        for one in _asked(here)
    ]
    rest = [
        TargetMeasure.TAUGHT,
        TargetMeasure.COMPLETE,
        TargetMeasure.KIT,
        TargetMeasure.SUPPORTED,
        TargetMeasure.SETTLED,
    ]
    if here.level == Level.PROVINCE:
        rest.append(TargetMeasure.COACHED)
    found += [(one.value, _("%(what)s, per cent", what=_(MEASURE_MESSAGES[one]))) for one in rest]
    if here.level == Level.PROVINCE:
        found += [
            (one.value, _("%(what)s, teams for each trainer", what=_(MEASURE_MESSAGES[one])))
            for one in (TargetMeasure.TRAINERS, TargetMeasure.LOCAL_TRAINERS)
        ]
    return found


def _new(unit_id: int, form: PlanForm) -> NewTarget:
    measure, _dot, requirement = str(form.measure.data).partition(".")
    last: date = form.last_day.data
    return NewTarget(
        unit_id=unit_id,
        measure=TargetMeasure(measure),
        requirement_id=int(requirement) if requirement else None,
        period_from=form.first_day.data,
        period_to=last + timedelta(days=1),
        value=form.value.data or 0,
        source=form.source.data or "",
    )


def _form(here: Place, *, filled: bool = True) -> PlanForm:
    form = PlanForm() if filled else PlanForm(None)
    form.prepare(_measures(here), clock.today())
    return form


def _page(
    here: Place, form: PlanForm, refused: WithdrawPlanForm | None = None
) -> ResponseReturnValue:
    by_id = {one.id: one for one in _asked(here)}
    entries = [
        (one.plan_id, (one, goal_title(one, by_id)))
        for one in plans(current_session(), here, clock.today())
        if one.unit_id == here.id and one.plan_id is not None
    ]
    return taking_back.page(
        "coverage/plan.html", here, form, entries, ending=WithdrawPlanForm, refused=refused
    )
