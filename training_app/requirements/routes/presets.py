"""Presets on the page of a new requirement: a filled form, what it means, whom it would ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request
from flask_babel import gettext as _

from training_app.access import Permission
from training_app.catalogue.queries import published_modules
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.requirements import queries
from training_app.requirements.folders import preset_table
from training_app.requirements.forms import RequirementForm
from training_app.requirements.rules.presets import Confidence, Preset
from training_app.requirements.services import Terms
from training_app.web.guard import current_viewer
from training_app.web.pages import english


@dataclass(frozen=True)
class Shown:
    """A preset in the reader's words; ``people`` would be asked today in ``place``."""

    key: str
    title: str
    who: str
    until: str
    confidence: str
    source: str
    open_names: list[str]
    missing: list[str]
    people: int
    place: str


def chosen_preset() -> Preset | None:
    """Return the preset that the address names; 404 for one that does not exist."""
    key = request.args.get("preset", "")
    if not key:
        return None
    found = next((one for one in preset_table() if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def offered() -> list[tuple[str, str]]:
    """Key and title of each preset, in the reader's language."""
    return [(one.key, one.title_en if english() else one.title) for one in preset_table()]


def fill(form: RequirementForm, preset: Preset, today: date) -> None:
    """Write the preset into the form; the first day is the officer's to write."""
    slugs = _published()
    form.fill(
        Terms(
            today,
            frozenset(slugs[slug] for slug in preset.modules if slug in slugs),
            preset.hours,
            preset.valid_months,
            preset.renewal,
            preset.window_months,
            grace_days=preset.grace_days,
            class_only=preset.class_only,
        )
    )
    form.title.data, form.title_en.data = preset.title, preset.title_en
    form.audience.data = preset.audience.value


def shown(preset: Preset, units: list[tuple[int, str]], today: date) -> Shown:
    """Say the preset in the reader's words, with how many people it would ask in the first unit."""
    unit_id, place = units[0]
    slugs, foreign = _published(), english()
    scope = current_viewer().scope(Permission.REQUIREMENT_MANAGE)
    return Shown(
        key=preset.key,
        title=preset.title_en if foreign else preset.title,
        who=preset.who_en if foreign else preset.who,
        until=preset.until_en if foreign else preset.until,
        confidence=_confidence(preset.confidence),
        source=preset.source_en if foreign else preset.source,
        open_names=[_open_names()[name] for name in preset.open_fields],
        missing=[slug for slug in preset.modules if slug not in slugs],
        people=queries.would_ask(current_session(), preset.audience, unit_id, scope, today),
        place=place,
    )


def _published() -> dict[str, int]:
    return {card.slug: card.module_id for card in published_modules(current_session())}


def _confidence(level: Confidence) -> str:
    return {
        Confidence.SOURCE: _("Stands in the document itself"),
        Confidence.REPORTED: _("Not confirmed: read in reports about the document"),
        Confidence.PRACTICE: _("Not confirmed: practice, no document known"),
    }[level]


def _open_names() -> dict[str, str]:
    return {
        "modules": _("which modules"),
        "hours": _("how many hours"),
        "valid_months": _("how long it is valid"),
        "renewal": _("how the next period is counted"),
        "window_months": _("how early it can be renewed"),
        "grace_days": _("the days of grace"),
    }
