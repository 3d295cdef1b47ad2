"""Screens of requirements: list, page, new, change, end, and a page to try a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import published_modules
from training_app.errors import N_, InvalidInput, NotAllowed, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries import units
from training_app.requirements import queries, services
from training_app.requirements.forms import (
    EndForm,
    RequirementForm,
    TermsForm,
    TryForm,
    audience_names,
    months_in_words,
    renewal_names,
)
from training_app.requirements.queries import RequirementRow
from training_app.requirements.rules import Audience, Period, Renewal, Renewing, renewal
from training_app.requirements.services import NewRequirement, Terms
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_date, format_number, notice, render, see_other

bp = Blueprint("requirements", __name__, template_folder="templates")

_SMALL: Final = 5


@dataclass(frozen=True)
class Line:
    """A version of a requirement in the reader's words."""

    row: RequirementRow
    title: str
    audience: str
    place: str
    asks: list[str]
    valid: str
    renewal: str
    state: str


@bp.get("/requirements/")
@needs(Permission.REQUIREMENT_VIEW)
def requirement_list() -> ResponseReturnValue:
    """Requirements of the nation and of the units around the viewer."""
    session, today = current_session(), clock.today()
    scope = current_viewer().scope(Permission.REQUIREMENT_VIEW)
    rows = queries.visible(session, queries.all_requirements(session, today), scope, today)
    return render(
        "requirements/requirement_list.html",
        lines=[_line(row, today) for row in rows],
        may_set=bool(_own_units(today)),
    )


@bp.get("/requirements/<int:requirement_id>/")
@needs(Permission.REQUIREMENT_VIEW)
def requirement_page(requirement_id: int) -> ResponseReturnValue:
    """One requirement with all its versions and how many people it touches today."""
    today = clock.today()
    rows = _visible_versions(requirement_id, today)
    current = next((row for row in rows if row.in_force(today)), rows[-1])
    last = rows[-1]
    return render(
        "requirements/requirement_page.html",
        line=_line(current, today),
        versions=[_line(row, today) for row in rows],
        people=_people(current, today),
        may_change=last.in_force_to is None and _may_manage(current.unit_id, today),
    )


@bp.get("/requirements/new/")
@needs(Permission.REQUIREMENT_MANAGE)
def new_requirement() -> ResponseReturnValue:
    """Ask what is required of whom."""
    form = _new_form()
    form.fill(Terms(clock.today(), frozenset(), None, 24, Renewing.EXPIRY, window_months=3))
    return render("requirements/new_requirement.html", form=form)


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
    return render("requirements/new_requirement.html", 422, form=form, errors_in_title=True)


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
        )
    )
    return render("requirements/change.html", form=form, line=_line(last, today))


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
    line = _line(rows[-1], today)
    return render("requirements/change.html", 422, form=form, line=line, errors_in_title=True)


@bp.get("/requirements/<int:requirement_id>/end/")
@needs(Permission.REQUIREMENT_MANAGE)
def end(requirement_id: int) -> ResponseReturnValue:
    """Ask for the day and the reason."""
    today = clock.today()
    rows = _managed_versions(requirement_id, today)
    return render("requirements/end.html", form=_end_form(), line=_line(rows[-1], today))


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
    line = _line(rows[-1], today)
    return render("requirements/end.html", 422, form=form, line=line, errors_in_title=True)


@bp.get("/requirements/try/")
@needs(Permission.REQUIREMENT_VIEW)
def try_rule() -> ResponseReturnValue:
    """Compare the three ways of renewal on dates of one's own; nothing is saved."""
    asked = "completed" in request.args
    form = TryForm(request.args if asked else None, meta={"csrf": False})
    form.prepare()
    if not asked:
        form.period.data, form.window.data, form.minimum.data = 24, 3, 6
        return render("requirements/try_rule.html", form=form, results=())
    results: list[tuple[str, Renewal]] = []
    if form.validate():
        try:
            results = [(words, _tried(form, mode)) for mode, words in renewal_names().items()]
        except InvalidInput as error:
            form.blame(error)
    status = 200 if results else 422
    return render(
        "requirements/try_rule.html",
        status,
        form=form,
        results=results,
        errors_in_title=not results,
    )


def _tried(form: TryForm, mode: Renewing) -> Renewal:
    assert form.completed.data is not None, "validated"  # noqa: S101 - a fact for mypy
    return renewal(
        mode,
        completed=form.completed.data,
        period=Period(months=form.period.data or 0),
        window=Period(months=form.window.data or 0),
        minimum=Period(months=form.minimum.data or 0),
        held_until=form.held_until.data,
        due=form.due.data,
    )


# -- what the screens share -----------------------------------------------------------------


def _tell_set(day: date) -> None:
    notice(
        N_(
            "The requirement holds from %(day)s. Results are being counted now; the coverage"
            " pages show them within minutes."
        ),
        day=format_date(day),
    )


def _visible_versions(requirement_id: int, today: date) -> list[RequirementRow]:
    """Return the versions of a requirement around the viewer; 404 otherwise."""
    session = current_session()
    scope = current_viewer().scope(Permission.REQUIREMENT_VIEW)
    rows = queries.visible(session, queries.versions_of(session, requirement_id), scope, today)
    if not rows:
        raise NotFound
    return rows


def _managed_versions(requirement_id: int, today: date) -> list[RequirementRow]:
    """Return the versions of a requirement that the viewer may change."""
    rows = _visible_versions(requirement_id, today)
    if not _may_manage(rows[-1].unit_id, today):
        raise NotAllowed(
            N_("This requirement was set by another office. Only that office can change it.")
        )
    return rows


def _may_manage(unit_id: int | None, today: date) -> bool:
    return services.may_manage(current_session(), unit_id, today, current_viewer())


def _own_units(today: date) -> list[tuple[int, str]]:
    """Units for which the viewer was given the permission, with their names."""
    session = current_session()
    paths = current_viewer().scope(Permission.REQUIREMENT_MANAGE).unit_paths
    found = (units.unit_on(session, int(path.strip("/").split("/")[-1]), today) for path in paths)
    return [(unit.id, unit.full_name) for unit in found if unit is not None]


def _chosen_unit(form: RequirementForm, today: date) -> int:
    """Return the chosen unit, or the commune named below it; ask when several may be meant."""
    unit_id: int = form.unit.data
    text = (form.commune.data or "").strip()
    if not text:
        return unit_id
    found = [
        unit
        for unit in units.find_units(current_session(), text, on=today)
        if _may_manage(unit.id, today)
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


def _new_form() -> RequirementForm:
    own = _own_units(clock.today())
    if not own:
        raise NotAllowed
    form = RequirementForm()
    form.prepare_all(_modules(), own)
    if form.unit.data is None and form.unit.raw_data is None:
        form.unit.data = own[0][0]
        form.audience.data = Audience.MEDIATORS.value
    return form


def _terms_form() -> TermsForm:
    form = TermsForm()
    form.prepare(_modules())
    return form


def _end_form() -> EndForm:
    form = EndForm()
    form.ends_on.label.text = _("Not required any more from")
    form.reason.label.text = _("Why does it end?")
    return form


def _line(row: RequirementRow, today: date) -> Line:
    """Say one version in the reader's words."""
    names = dict(_modules())
    required = row.required
    asks = [names.get(module_id, "–") for module_id in sorted(required.modules)]
    if required.hours:
        asks.append(_("%(count)s hours of training in all", count=required.hours))
    unit = units.unit_on(current_session(), row.unit_id, today) if row.unit_id else None
    return Line(
        row=row,
        title=row.named("en" if english() else "vi"),
        audience=audience_names()[row.audience],
        place=unit.full_name if unit else _("the whole nation"),
        asks=asks,
        valid=months_in_words(required.valid_months),
        renewal=renewal_names()[required.renewal],
        state=_state(row, today),
    )


def _state(row: RequirementRow, today: date) -> str:
    if row.in_force(today):
        return _("in force")
    return _("not yet in force") if today < row.in_force_from else _("ended")


def _people(row: RequirementRow, today: date) -> str:
    """Return how many people it touches; small numbers stay hidden where names are."""
    viewer = current_viewer()
    scope = viewer.scope(Permission.REQUIREMENT_VIEW)
    count = queries.audience_size(current_session(), row, scope, today)
    if 0 < count < _SMALL and not viewer.may(Permission.RESULT_VIEW):
        return _("fewer than 5")
    return format_number(count)
