"""How scenarios do their work, for those who write and teach them: numbers, never a name."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import ScenarioPage
from training_app.catalogue.queries import scenario as published_scenario
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.practice import queries
from training_app.practice.routes.base import bp
from training_app.practice.rules.paths import COMPETENCY_NAMES, LEVEL_NAMES
from training_app.practice.rules.statistics import (
    LEAST,
    CompetencyLine,
    competency_lines,
    ending_lines,
    node_lines,
)
from training_app.web.exports import Sheet, xlsx_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_moment, render

OUTCOMES = {"good": "success", "partial": "warning", "harm": "error"}


@bp.get("/items/scenarios/")
@needs(Permission.ITEM_STATISTICS)
def scenario_list() -> ResponseReturnValue:
    """The scenarios whose numbers can be looked at."""
    found = queries.stories(current_session())
    return render("practice/scenario_list.html", stories=found, in_english=english())


@bp.get("/items/<slug>/scenarios/<scenario_slug>/")
@needs(Permission.ITEM_STATISTICS)
def scenario_statistics(slug: str, scenario_slug: str) -> ResponseReturnValue:
    """Turn by turn what people chose first, where they ended, what their choices show."""
    return render(
        "practice/scenario_statistics.html",
        least=LEAST,
        outcomes=OUTCOMES,
        **_numbers(_page(slug, scenario_slug)),
    )


def _page(slug: str, scenario_slug: str) -> ScenarioPage:
    found = published_scenario(current_session(), slug, scenario_slug)
    if found is None:
        raise NotFound
    return found


def _numbers(page: ScenarioPage) -> dict[str, Any]:
    session, on = current_session(), clock.today()
    scope = current_viewer().scope(Permission.ITEM_STATISTICS)
    versions = queries.same_story(session, page.scenario_version_id)
    chosen = queries.first_choices(session, scope, versions, on=on)
    ended = queries.first_endings(session, scope, versions, on=on)
    finished = sum(ended.values())
    return {
        "page": page,
        "nodes": node_lines(page.scenario, chosen),
        "endings": ending_lines(page.scenario, ended),
        "finished": finished if finished >= LEAST else None,
        "competencies": [_named(line) for line in competency_lines(page.scenario, chosen)],
    }


def _named(line: CompetencyLine) -> dict[str, Any]:
    return {
        "name": gettext(COMPETENCY_NAMES[line.competency]),
        "average": line.average,
        "choices": line.choices,
        "level": line.level.value if line.level else "",
        "words": gettext(LEVEL_NAMES[line.level]) if line.level else "",
    }


@bp.get("/items/<slug>/scenarios/<scenario_slug>/choices.xlsx")
@needs(Permission.ITEM_STATISTICS)
def scenario_xlsx(slug: str, scenario_slug: str) -> Response:
    """The first choices as on the page, one row each; a hidden number is an empty cell."""
    found = _numbers(_page(slug, scenario_slug))
    page: ScenarioPage = found["page"]
    return xlsx_response(
        Sheet(
            name=gettext("First choices"),
            filename=f"scenario-{page.slug}",
            head=[
                gettext("Turn"),
                gettext("What happens"),
                gettext("Way to respond"),
                gettext("People who chose it first"),
                gettext("People who came to the turn"),
                gettext("Not allowed by law"),
            ],
            rows=[
                (
                    number,
                    line.node.situation,
                    one.choice.text,
                    one.people,
                    line.people,
                    gettext("yes") if one.choice.harmful else "",
                )
                for number, line in enumerate(found["nodes"], start=1)
                for one in line.choices
            ],
            preamble=[
                page.scenario.title,
                gettext("Numbers of fewer than %(n)s people are left empty.", n=LEAST),
                format_moment(clock.now()),
            ],
        )
    )
