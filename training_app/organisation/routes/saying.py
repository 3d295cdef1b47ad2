"""Operations in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app.organisation.queries import operations as queries
from training_app.organisation.rules.operations import (
    AbolishLevel,
    ChangeUnit,
    MergeTeams,
    MergeUnits,
    MoveTeams,
    MoveUnit,
    Operation,
    SetUpTeam,
    SetUpUnit,
    SplitTeam,
    SplitUnit,
    Step,
    teams_named,
    units_named,
)
from training_app.organisation.rules.standing import Question
from training_app.web.pages import format_number


@dataclass(frozen=True)
class Open:
    """A question in words; one that blocks must be answered first."""

    words: str
    blocks: bool


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
        if teams:
            self._teams |= queries.team_names(session, teams_named(chosen), on)

    def steps(self, chosen: Operation) -> list[str]:
        """One sentence for each step."""
        return [self._step(step) for step in chosen.steps]

    def questions(self, found: Iterable[Question], chosen: Operation) -> list[Open]:
        """What is left to decide, one sentence each."""
        asked = list(found)
        teams = {one.id for one in asked if one.kind in {"team", "leader"}} - self._teams.keys()
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
        if one.kind == "leader":
            return _("%(team)s has no leader: record who is elected.", team=self._team(one.id))
        if one.kind == "person":
            name = people.get(one.id) or _("A mediator")
            return _("%(name)s is not named and stays in the old team.", name=name)
        places = self._listed(self._unit(unit) for unit in one.candidates)
        if one.kind == "unit":
            return _(
                "%(unit)s must go to one of: %(places)s.", unit=self._unit(one.id), places=places
            )
        if goes_on & {*one.candidates}:
            return _("%(team)s is not named and stays where it is.", team=self._team(one.id))
        return _(
            "%(team)s waits for a decision: %(places)s.", team=self._team(one.id), places=places
        )

    def _step(self, step: Step) -> str:
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
            case _:
                return self._unit_step(step)

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

    @staticmethod
    def _listed(names: Iterable[str]) -> str:
        return ", ".join(names)
