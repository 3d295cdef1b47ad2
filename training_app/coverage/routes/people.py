"""People behind the numbers: members of a team, and the list of a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.printing import reason_words, state_words
from training_app.coverage.queries import Asking, PersonCoverage, Place
from training_app.coverage.routes.base import (
    NOTHING_REQUIRED,
    Question,
    View,
    ask,
    bp,
    crumbs,
    filter_values,
    names_file,
    read_filter,
    spoken,
)
from training_app.coverage.routes.files import PEOPLE, with_file
from training_app.coverage.routes.lists import Listed, about
from training_app.coverage.routes.places import NOT_YET
from training_app.coverage.routes.tables import Cell, Column, Row, Table, day, telephone, words
from training_app.coverage.rules import GROUP_MESSAGES
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.organisation.queries.teams import TeamRow, team_on
from training_app.organisation.queries.units import unit_on
from training_app.organisation.rules import LACK_MESSAGES, repair_message
from training_app.programme.rules import TAGS, Need
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render

_TEAM: Final = Listed("team", "team")
_PEOPLE: Final = Listed("unit", "people")

# -- the team ------------------------------------------------------------------------------


@bp.get("/coverage/own-teams/")
@needs(Permission.RESULT_VIEW)
def own_teams() -> ResponseReturnValue:
    """The teams that the viewer leads; one opens at once."""
    teams = sorted(current_viewer().scope(Permission.RESULT_VIEW).teams)
    if len(teams) == 1:
        return redirect(url_for("coverage.team", team_id=teams[0]), 303)
    question = read_filter(Permission.RESULT_VIEW)
    found = [team_on(current_session(), question.scope, one, question.on) for one in teams]
    places = [(one.name, url_for("coverage.team", team_id=one.id)) for one in found if one]
    return render("coverage/choose.html", heading=gettext("My teams"), places=places)


@bp.get("/coverage/teams/<int:team_id>/")
@needs(Permission.RESULT_VIEW)
def team(team_id: int) -> ResponseReturnValue:
    """The members of a team with their standing."""
    return _TEAM.page(team_id, _team_view)


@bp.get("/coverage/teams/<int:team_id>/table.xlsx")
@bp.get("/coverage/teams/<int:team_id>/table.json", endpoint="team_data")
@needs(Permission.COVERAGE_NAMES)
def team_table(team_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data."""
    return _TEAM.file(team_id, _team_view)


def _team_view(team_id: int) -> tuple[View, int]:
    """Everything the page of a team shows, and how many people it names."""
    question = read_filter(Permission.RESULT_VIEW)
    found = find_team(question, team_id)
    if found is None:
        empty = gettext(NOT_YET)
        return View(gettext("Team"), question, [], empty=empty, definitions=False), 0
    here = place_of(found, question)
    question = ask(question, here.path)
    view = View(
        heading=gettext("%(team)s – who is trained", team=found.name),
        question=question,
        crumbs=crumbs(here, question, (found.name, "")),
        notes=tuple(_composition_said(found)),
    )
    if question.asking is None:
        return replace(view, empty=gettext(NOTHING_REQUIRED), definitions=False), 0
    phones = current_viewer().may(Permission.PHONE_VIEW)
    people = queries.coverage_people(current_session(), question.asking, team_id, phones=phones)
    trained = ngettext(
        "%(trained)s of %(num)s person is trained.",
        "%(trained)s of %(num)s people are trained.",
        len(people),
        trained=sum(one.need.covered for one in people),
    )
    values = filter_values(question, team_id=team_id)
    return replace(
        view,
        table=_people_table(people, question, by_team=False, phones=phones),
        notes=(trained, *view.notes) if people else view.notes,
        file_url=names_file("coverage.team_table", values),
        links=_own_team_link(question, team_id),
        empty="" if people else gettext("The team has nobody of whom this is asked."),
    ), len(people)


def _own_team_link(question: Question, team_id: int) -> tuple[tuple[str, str], ...]:
    """The way of a leader back to the page with cards and entry codes."""
    if team_id not in question.scope.teams:
        return ()
    return ((gettext("My team"), url_for("accounts.own_team")),)


def find_team(question: Question, team_id: int) -> TeamRow | None:
    """The team on the day; None when it lives today but did not then. NotFound out of scope."""
    session, scope = current_session(), question.scope
    found = team_on(session, scope, team_id, question.on)
    if found is None and (
        question.on == question.form.today
        or team_on(session, scope, team_id, question.form.today) is None
    ):
        raise NotFound
    return found


def place_of(found: TeamRow, question: Question) -> Place:
    """The commune of a team on the day."""
    row = unit_on(current_session(), found.unit_id, question.on)
    if row is None:
        raise NotFound
    return Place(row.id, row.full_name, row.level, row.path)


def _composition_said(found: TeamRow) -> list[str]:
    """What Article 12 says of the team, with the smallest repair."""
    lacks = found.composition.lacks
    if not lacks:
        return [gettext("Complete by Article 12.")]
    parts = [gettext(LACK_MESSAGES[rule]) for rule in lacks]
    for repair in found.composition.repairs:
        message, values = repair_message(repair)
        parts.append(gettext(message, **values))
    return [gettext("By Article 12: %(parts)s.", parts="; ".join(parts))]


# -- the list of a unit --------------------------------------------------------------------


@bp.get("/coverage/units/<int:unit_id>/people/")
@needs(Permission.COVERAGE_NAMES)
def people(unit_id: int) -> ResponseReturnValue:
    """People of a unit in one group or in all, fifty to a page."""
    return _PEOPLE.stretch(unit_id, _people_view)


@bp.get("/coverage/units/<int:unit_id>/people/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/people/table.json", endpoint="people_data")
@needs(Permission.COVERAGE_NAMES)
def people_table(unit_id: int) -> ResponseReturnValue:
    """The whole list as XLSX, or as data. RuleBroken when it is too long for one file."""
    return _PEOPLE.whole(unit_id, _people_view, most=PEOPLE.most)


def _people_view(unit_id: int, *, limit: int | None, offset: int) -> tuple[View, int]:
    """Everything the list shows, and how many people it names."""
    title = gettext("List of people")
    view, here = about(unit_id, Permission.COVERAGE_NAMES, title, groups=True)
    question = view.question
    if here is None or question.asking is None:
        return view, 0
    group = question.form.group
    page = queries.people_of_unit(
        current_session(), question.asking, here, standing=group, limit=limit, offset=offset
    )
    view = replace(
        view,
        table=_people_table(page.rows, question, by_team=question.asking.by_team),
        total=page.total,
        notes=(_group_said(page.total, question),),
        empty="" if page.total else gettext("Nobody stands in this group."),
    )
    return with_file(PEOPLE, view, here, page.total), len(page.rows)


def _group_said(total: int, question: Question) -> str:
    group = question.form.group
    name = gettext(GROUP_MESSAGES[group]) if group else gettext("Everybody")
    return ngettext("%(group)s: %(num)s person.", "%(group)s: %(num)s people.", total, group=name)


# -- rows ----------------------------------------------------------------------------------


def _people_table(
    rows: tuple[PersonCoverage, ...],
    question: Question,
    *,
    by_team: bool,
    phones: bool = False,
) -> Table:
    """One row per human being."""
    head = [Column(gettext("Name"))]
    head += [Column(gettext("Team"))] if by_team else []
    head += [Column(gettext("State")), Column(gettext("Until")), Column(gettext("Reason"))]
    head += [Column(gettext("Telephone"))] if phones else []
    head += [Column(gettext("Part"))]
    return Table(
        caption=gettext("People, by given name"),
        head=tuple(head),
        rows=tuple(_person_row(row, question, by_team=by_team, phones=phones) for row in rows),
    )


def _person_row(row: PersonCoverage, question: Question, *, by_team: bool, phones: bool) -> Row:
    values = filter_values(question, person_id=row.person_id)
    cells = [words(row.full_name, url_for("coverage.person", **values))]
    if by_team:
        to_team = filter_values(question, team_id=row.team_id)
        cells.append(words(row.team_name, url_for("coverage.team", **to_team)))
    cells += [
        state(row.need),
        day(row.need.counts_until),
        words(reason(row.need, question.asking)),
    ]
    if phones:
        cells.append(telephone(row.phone))
    cells.append(words(gettext("Leader") if row.leads else ""))
    return tuple(cells)


def state(found: Need) -> Cell:
    """The standing of a person in one word."""
    tag = TAGS[found.standing]
    if found.covered:
        tag = "success" if found.reason is None else "warning"
    return words(state_words(found, gettext), tag=tag)


def reason(found: Need, asking: Asking | None) -> str:
    """Why, in one sentence."""
    return reason_words(found, asking, spoken()) if asking else ""
