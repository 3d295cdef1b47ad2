"""What the screens of requirements share: the blueprint, rows around the viewer, their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint
from flask_babel import gettext as _

from training_app.access import Permission
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.organisation.queries import units
from training_app.requirements import queries, services
from training_app.requirements.forms import audience_names, months_in_words, renewal_names
from training_app.requirements.queries import Place, RequirementRow
from training_app.requirements.rules import Renewing
from training_app.web.guard import current_viewer
from training_app.web.pages import english

bp = Blueprint("requirements", __name__, template_folder="../templates")


@dataclass(frozen=True)
class Line:
    """A version of a requirement in the reader's words."""

    row: RequirementRow
    title: str
    audience: str
    place: str
    asks: list[str]
    valid: str
    details: list[str]
    state: str
    stands: bool


def visible_versions(requirement_id: int, today: date) -> list[RequirementRow]:
    """Return the versions of a requirement around the viewer; 404 otherwise."""
    session = current_session()
    scope = current_viewer().scope(Permission.REQUIREMENT_VIEW)
    rows = queries.visible(session, queries.versions_of(session, requirement_id), scope, today)
    if not rows:
        raise NotFound
    return rows


def may_manage(unit_id: int | None, today: date) -> bool:
    """Whether the viewer sets requirements of this unit."""
    return services.may_manage(current_session(), unit_id, today, current_viewer())


def own_units(today: date) -> list[tuple[int, str]]:
    """Units for which the viewer was given the permission, with their names."""
    session = current_session()
    paths = current_viewer().scope(Permission.REQUIREMENT_MANAGE).unit_paths
    found = (units.unit_on(session, int(path.strip("/").split("/")[-1]), today) for path in paths)
    return [(unit.id, unit.full_name) for unit in found if unit is not None]


def line(row: RequirementRow, today: date) -> Line:
    """One version in the reader's words."""
    return lines([row], today)[0]


def lines(rows: list[RequirementRow], today: date) -> list[Line]:
    """Say versions in the reader's words; two SELECTs, however many rows."""
    session, language = current_session(), int(english())
    modules = {module_id for row in rows for module_id in row.required.accepted}
    titles = {
        module_id: both[language] or both[0]
        for module_id, both in queries.module_titles(session, modules).items()
    }
    unit_ids = {row.unit_id for row in rows if row.unit_id is not None}
    places = queries.places(session, unit_ids, today)
    return [
        Line(
            row=row,
            title=row.named("en" if language else "vi"),
            audience=audience_names()[row.audience],
            place=_place(row, places),
            asks=_asks(row, titles),
            valid=months_in_words(row.required.valid_months),
            details=_details(row),
            state=_state(row, today, places),
            stands=row.unit_id not in places or places[row.unit_id].stands,
        )
        for row in rows
    ]


def _place(row: RequirementRow, places: dict[int, Place]) -> str:
    if row.unit_id is None:
        return _("the whole nation")
    return places[row.unit_id].name if row.unit_id in places else "–"


def _asks(row: RequirementRow, titles: dict[int, str]) -> list[str]:
    # Titles come in the order of the curriculum.
    asks = [title for module_id, title in titles.items() if module_id in row.required.modules]
    if row.required.hours:
        asks.append(_("%(count)s hours of training in all", count=row.required.hours))
    if row.required.any_class:
        asks.append(_("a class of any kind"))
    elif row.required.class_only:
        asks.append(_("learned in a class; tests do not count"))
    places = {module_id: place for place, module_id in enumerate(titles)}
    pairs = sorted(row.required.equivalents, key=lambda pair: [places.get(one, 0) for one in pair])
    asks += [
        _(
            "%(module)s counts for %(other)s",
            module=titles.get(one, "–"),
            other=titles.get(other, "–"),
        )
        for one, other in pairs
    ]
    return asks


def _details(row: RequirementRow) -> list[str]:
    """Say how it is renewed, and what grace there is."""
    required, details = row.required, []
    if required.valid_months is not None:
        details.append(renewal_names()[required.renewal])
        if required.window_months:
            details.append(_("up to %(count)s months before the end", count=required.window_months))
        if required.minimum_months and required.renewal is Renewing.FIXED:
            details.append(_("valid for at least %(count)s months", count=required.minimum_months))
    if row.grace_days:
        details.append(_("%(count)s days of grace", count=row.grace_days))
    return details


def _state(row: RequirementRow, today: date, places: dict[int, Place]) -> str:
    place = places.get(row.unit_id or 0)
    if place is not None and not place.stands and row.lasts(today):
        return _("nobody is asked: its unit ended")
    if row.in_force(today):
        return _("applies now")
    return _("does not apply yet") if today < row.in_force_from else _("ended")
