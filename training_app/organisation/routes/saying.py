"""Operations in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app.organisation.models import EndReason, RecognitionRole
from training_app.organisation.queries import operations as queries
from training_app.organisation.routes.words import END_REASONS, ROLES
from training_app.organisation.rules.operations import (
    AbolishLevel,
    ChangeTeam,
    ChangeUnit,
    ElectLeader,
    EndService,
    EndTeam,
    JoinTeam,
    MergeTeams,
    MergeUnits,
    MovePerson,
    MoveTeams,
    MoveUnit,
    Operation,
    PersonStep,
    Recognise,
    SetUpTeam,
    SetUpUnit,
    SplitTeam,
    SplitUnit,
    Step,
    TeamStep,
    people_named,
    teams_named,
    units_named,
)
from training_app.organisation.rules.states import Question
from training_app.web.pages import format_date, format_number


@dataclass(frozen=True)
class Open:
    """A question in words; one that blocks must be answered first."""

    words: str
    blocks: bool


def named_decision(number: str | None, decided_on: date | None) -> str:
    """Number and date of a decision in one line."""
    parts = (number or "", format_date(decided_on) if decided_on else "")
    return ", ".join(part for part in parts if part)


def told(message: str) -> str:
    """A message in the reader's language."""
    return _(message)


def stored(rows: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Questions as an operation keeps them."""
    return [
        Question(row["kind"], row["id"], tuple(row["candidates"]), blocks=row["blocks"])
        for row in rows
    ]


def counts(numbers: Mapping[str, int]) -> list[tuple[str, str]]:
    """What is touched: a name and a number; what is not touched is left out."""
    names = {
        "units_new": _("Units set up"),
        "units_ended": _("Units that end"),
        "units_changed": _("Units that change"),
        "teams": _("Teams that change"),
        "people": _("People affected"),
        "labelled": _("Teams told apart by the name of their old unit"),
        "requirements": _("Requirements of units that end"),
        "workshops": _("Classes of units that end"),
        "roles": _("Roles over units that end"),
    }
    return [(name, format_number(numbers[key])) for key, name in names.items() if numbers.get(key)]


class Names:
    """Names of what an operation speaks of, as they stood on its day.

    Without ``teams`` no team and no person is named: the reader sees numbers.
    """

    def __init__(self, session: Session, chosen: Operation, on: date, *, teams: bool) -> None:
        """Read the names in a few SELECTs."""
        self._session, self._on, self._named = session, on, teams
        self._units = {
            step.ref: f"{step.type} {step.name}"
            for step in chosen.steps
            if isinstance(step, SetUpUnit)
        }
        self._teams = {
            step.ref: step.name for step in chosen.steps if isinstance(step, SetUpTeam) and teams
        }
        self._units |= queries.unit_names(session, units_named(chosen), on)
        self._people: dict[int, str] = {}
        if teams:
            self._teams |= queries.team_names(session, teams_named(chosen), on)
            self._people = queries.person_names(session, people_named(chosen))

    def steps(self, chosen: Operation) -> list[str]:
        """One sentence for each step."""
        return [self._step(step) for step in chosen.steps]

    def questions(self, found: Iterable[Question], chosen: Operation) -> list[Open]:
        """What is left to decide, one sentence each."""
        asked = list(found)
        about_teams = {"team", "leader", "few"}
        teams = {one.id for one in asked if one.kind in about_teams} - self._teams.keys()
        units = {one.id for one in asked if one.kind == "unit"}
        units |= {unit for one in asked if one.kind in {"team", "unit"} for unit in one.candidates}
        self._units |= queries.unit_names(self._session, units - self._units.keys(), self._on)
        people: dict[int, str] = {}
        if self._named:
            self._teams |= queries.team_names(self._session, teams, self._on)
            ids = {one.id for one in asked if one.kind == "person"}
            people = queries.person_names(self._session, ids)
        goes_on = {step.unit for step in chosen.steps if isinstance(step, SplitUnit)}
        return [Open(self._question(one, people, goes_on), one.blocks) for one in asked]

    def _question(self, one: Question, people: dict[int, str], goes_on: set[int]) -> str:
        if one.kind == "person":
            name = people.get(one.id) or _("A mediator")
            return _("%(name)s is not named and stays in the old team.", name=name)
        places = self._listed(self._unit(unit) for unit in one.candidates)
        if one.kind == "unit":
            return _(
                "%(unit)s must go to one of: %(places)s.", unit=self._unit(one.id), places=places
            )
        if one.kind == "leader":
            said = _("%(team)s has no leader: record who is elected.", team=self._team(one.id))
        elif one.kind == "few":
            said = _(
                "%(team)s is left with fewer than three mediators (Article 12).",
                team=self._team(one.id),
            )
        elif goes_on & {*one.candidates}:
            said = _("%(team)s is not named and stays where it is.", team=self._team(one.id))
        else:
            said = _(
                "%(team)s waits for a decision: %(places)s.",
                team=self._team(one.id),
                places=places,
            )
        return said

    def _step(self, step: Step) -> str:
        if isinstance(step, PersonStep):
            return self._person_step(step)
        if isinstance(step, TeamStep):
            return self._team_step(step)
        return self._unit_step(step)

    def _team_step(self, step: TeamStep) -> str:
        match step:
            case MergeTeams():
                return _(
                    "Merge %(teams)s into %(into)s",
                    teams=self._listed(
                        self._team(team) for team in step.teams if team != step.into
                    ),
                    into=self._team(step.into),
                )
            case MoveTeams():
                return _(
                    "Move %(teams)s to %(unit)s",
                    teams=self._listed(map(self._team, step.teams)),
                    unit=self._unit(step.unit),
                )
            case SplitTeam():
                parts = (
                    f"{self._team(part.into)} ({len(part.people)})"
                    for part in step.parts
                    if part.into != step.team
                )
                return _(
                    "Split %(team)s; people who go: %(parts)s",
                    team=self._team(step.team),
                    parts=self._listed(parts),
                )
            case SetUpTeam():
                return _(
                    "Set up %(team)s in %(unit)s",
                    team=self._team(step.ref),
                    unit=self._unit(step.unit),
                )
            case ChangeTeam():
                new = ", ".join(one for one in (step.name, step.village) if one)
                return _("Change %(team)s: %(new)s", team=self._team(step.team), new=new)
            case EndTeam():
                return _("End %(team)s", team=self._team(step.team))

    def _person_step(self, step: PersonStep) -> str:
        said = {"person": self._person(step.person), "team": self._team(step.team)}
        match step:
            case JoinTeam():
                return _("%(person)s serves in %(team)s", **said)
            case MovePerson():
                into = self._team(step.into)
                return _("Move %(person)s from %(team)s to %(into)s", **said, into=into)
            case EndService():
                why = _(END_REASONS.get(EndReason(step.why), step.why))
                return _("End the service of %(person)s in %(team)s: %(why)s", **said, why=why)
            case ElectLeader():
                if step.person is None:
                    return _("%(team)s has no leader for now", team=said["team"])
                return _("%(person)s leads %(team)s", **said)
            case Recognise():
                decision = named_decision(step.number, step.decided_on)
                role = _(ROLES[RecognitionRole(step.role)])
                return _(
                    "Recognise %(person)s in %(team)s, %(role)s: %(decision)s",
                    **said, role=role, decision=decision,
                )  # fmt: skip

    def _unit_step(
        self, step: SetUpUnit | MergeUnits | SplitUnit | ChangeUnit | MoveUnit | AbolishLevel
    ) -> str:
        match step:
            case SetUpUnit():
                return _(
                    "Set up %(unit)s, code %(code)s", unit=self._unit(step.ref), code=step.code
                )
            case MergeUnits():
                ended = (self._unit(unit) for unit in step.units if unit != step.into)
                return _(
                    "Merge %(units)s into %(into)s",
                    units=self._listed(ended),
                    into=self._unit(step.into),
                )
            case SplitUnit():
                return _(
                    "Split %(unit)s into %(parts)s",
                    unit=self._unit(step.unit),
                    parts=self._listed(self._unit(part.into) for part in step.parts),
                )
            case ChangeUnit():
                new = ", ".join(one for one in (step.type, step.name, step.code) if one)
                return _("Change %(unit)s: %(new)s", unit=self._unit(step.unit), new=new)
            case MoveUnit():
                return _("Move %(unit)s", unit=self._unit(step.unit))
            case AbolishLevel():
                return _("Abolish the district level")

    def _unit(self, unit_id: int) -> str:
        return self._units.get(unit_id) or _("unit no. %(number)s", number=unit_id)

    def _team(self, team_id: int) -> str:
        return self._teams.get(team_id) or _("team no. %(number)s", number=abs(team_id))

    def _person(self, person_id: int | None) -> str:
        return self._people.get(person_id or 0) or _("a mediator")

    @staticmethod
    def _listed(names: Iterable[str]) -> str:
        return ", ".join(names)
