"""Setting, changing and ending requirements."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import published_modules
from training_app.errors import N_, InvalidInput, NotAllowed
from training_app.extensions import current_session
from training_app.organisation.queries import units
from training_app.requirements import services
from training_app.requirements.forms import EndForm, RequirementForm, TermsForm
from training_app.requirements.queries import RequirementRow, every_module
from training_app.requirements.routes import presets
from training_app.requirements.routes.base import bp, line, may_manage, own_units, visible_versions
from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.services import NewRequirement, Terms
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_date, notice, render, see_other

_FINE: Final = 200
_TOP: Final = 2  # slashes in the path of a province: /1/


@bp.get("/requirements/new/")
@needs(Permission.REQUIREMENT_MANAGE)
def new_requirement() -> ResponseReturnValue:
    """Ask what is required of whom; a preset fills the form and sets nothing in force."""
    form, preset = _new_form(), presets.chosen_preset()
    if preset is None:
        form.fill(Terms(clock.today(), frozenset(), None, 24, Renewing.EXPIRY, window_months=3))
    else:
        presets.fill(form, preset, clock.today())
    return _new_page(form, _FINE)


def _new_page(form: RequirementForm, status: int) -> ResponseReturnValue:
    today, preset = clock.today(), presets.chosen_preset()
    return render(
        "requirements/new_requirement.html",
        status,
        form=form,
        wide=_rules_communes(),
        presets=presets.offered(),
        preset=presets.shown(preset, own_units(today), today) if preset else None,
        errors_in_title=status != _FINE,
    )


@bp.post("/requirements/new/")
@needs(Permission.REQUIREMENT_MANAGE)
def new_requirement_submit() -> ResponseReturnValue:
    """Set the requirement; what was typed stays when something is missing."""
    form, session = _new_form(), current_session()
    if form.validate():
        try:
            new = NewRequirement(
                form.title.data or "",
                Audience(form.audience.data),
                _chosen_unit(form, clock.today()),
                form.terms(),
                title_en=form.title_en.data or "",
            )
            requirement = services.set_requirement(
                session, new, now=clock.now(), today=clock.today(), actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            _tell_set(new.terms.in_force_from)
            return see_other("requirements.requirement_page", requirement_id=requirement.id)
    return _new_page(form, 422)


@bp.get("/requirements/<int:requirement_id>/change/")
@needs(Permission.REQUIREMENT_MANAGE)
def change(requirement_id: int) -> ResponseReturnValue:
    """Ask for the new terms, beginning with the last ones."""
    today = clock.today()
    rows = _managed_versions(requirement_id, today)
    form = _terms_form()
    last, required = rows[-1], rows[-1].required
    form.fill(
        Terms(
            today,
            required.modules,
            required.hours,
            required.valid_months,
            required.renewal,
            required.window_months,
            required.minimum_months,
            last.grace_days,
            required.class_only,
            required.equivalents,
        )
    )
    return render("requirements/change.html", form=form, line=line(last, today))


@bp.post("/requirements/<int:requirement_id>/change/")
@needs(Permission.REQUIREMENT_MANAGE)
def change_submit(requirement_id: int) -> ResponseReturnValue:
    """Let the new terms hold from their day on."""
    session, today = current_session(), clock.today()
    rows = _managed_versions(requirement_id, today)
    form = _terms_form()
    if form.validate():
        try:
            terms = form.terms()
            services.change_requirement(
                session, requirement_id, terms, now=clock.now(), today=today, actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            _tell_set(terms.in_force_from)
            return see_other("requirements.requirement_page", requirement_id=requirement_id)
    shown = line(rows[-1], today)
    return render("requirements/change.html", 422, form=form, line=shown, errors_in_title=True)


@bp.get("/requirements/<int:requirement_id>/end/")
@needs(Permission.REQUIREMENT_MANAGE)
def end(requirement_id: int) -> ResponseReturnValue:
    """Ask for the day and the reason."""
    today = clock.today()
    rows = _managed_versions(requirement_id, today)
    return render("requirements/end.html", form=_end_form(), line=line(rows[-1], today))


@bp.post("/requirements/<int:requirement_id>/end/")
@needs(Permission.REQUIREMENT_MANAGE)
def end_submit(requirement_id: int) -> ResponseReturnValue:
    """End it; what people held stays in their record."""
    session, today = current_session(), clock.today()
    rows = _managed_versions(requirement_id, today)
    form = _end_form()
    if form.validate():
        try:
            services.end_requirement(
                session,
                requirement_id,
                ends_on=form.ends_on.data or today,
                reason=form.reason.data or "",
                now=clock.now(),
                today=today,
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(
                N_("The requirement ends on %(day)s. Nobody loses what is in the record."),
                day=format_date(form.ends_on.data),
            )
            return see_other("requirements.requirement_page", requirement_id=requirement_id)
    shown = line(rows[-1], today)
    return render("requirements/end.html", 422, form=form, line=shown, errors_in_title=True)


def _tell_set(day: date) -> None:
    notice(
        N_(
            "The requirement holds from %(day)s. Results are being counted now; the coverage"
            " pages show them within minutes."
        ),
        day=format_date(day),
    )


def _managed_versions(requirement_id: int, today: date) -> list[RequirementRow]:
    """Return the versions of a requirement that the viewer may change."""
    rows = visible_versions(requirement_id, today)
    if not may_manage(rows[-1].unit_id, today):
        raise NotAllowed(
            N_("This requirement was set by another office. Only that office can change it.")
        )
    return rows


def _rules_communes() -> bool:
    """Say whether the viewer's own units have units below them."""
    paths = current_viewer().scope(Permission.REQUIREMENT_MANAGE).unit_paths
    return any(path.count("/") == _TOP for path in paths)


def _chosen_unit(form: RequirementForm, today: date) -> int:
    """Return the chosen unit, or the commune named below it; ask when several may be meant."""
    unit_id: int = form.unit.data
    text = (form.commune.data or "").strip()
    if not text:
        return unit_id
    found = [
        unit
        for unit in units.find_units(current_session(), text, on=today)
        if may_manage(unit.id, today)
    ]
    if len(found) == 1:
        return found[0].id
    if not found:
        raise InvalidInput(
            N_("No commune of your area has this name. Write it as on official papers."),
            field="commune",
        )
    names = ", ".join(unit.full_name for unit in found)
    message = N_("Several may be meant: %(names)s. Write the name with all its marks.")
    raise InvalidInput(message, field="commune", names=names)


def _modules() -> list[tuple[int, str]]:
    language = "en" if english() else "vi"
    cards = published_modules(current_session())
    return [(card.module_id, card.named(language)) for card in cards]


def _every_module() -> list[tuple[int, str]]:
    """Every module that somebody may have completed, retired ones too."""
    found = every_module(current_session())
    return [(key, both[int(english())] or both[0]) for key, both in found.items()]


def _new_form() -> RequirementForm:
    own = own_units(clock.today())
    if not own:
        raise NotAllowed
    form = RequirementForm()
    form.prepare_all(_modules(), own, _every_module())
    if form.unit.data is None and form.unit.raw_data is None:
        form.unit.data = own[0][0]
        form.audience.data = Audience.MEDIATORS.value
    return form


def _terms_form() -> TermsForm:
    form = TermsForm()
    form.prepare(_modules(), _every_module())
    return form


def _end_form() -> EndForm:
    form = EndForm()
    form.ends_on.label.text = _("Not required any more from")
    form.reason.label.text = _("Why does it end?")
    return form
