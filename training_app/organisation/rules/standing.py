"""Units, teams and members as they stand on a day, and what the steps of an operation make of them.

Pure: the tree is loaded, the steps are carried out on it in memory, and what is written to the
database is the difference between before and after.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

from training_app.errors import N_, RuleBroken
from training_app.organisation.rules.composition import FEWEST_MEMBERS
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
)
from training_app.organisation.rules.states import (
    PART,
    RANK,
    WHOLE,
    Question,
    TeamState,
    UnitState,
    shared_unit,
)
from training_app.vietnamese import clean, fold, phrase_key

NAME_TAKEN: Final = N_("A team of this name lives in this village already. Choose another name.")


@dataclass
class Standing:
    """The tree on a day. ``carry_out`` changes it in place."""

    units: dict[int, UnitState]
    teams: dict[int, TeamState] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    leaders: dict[int, int] = field(default_factory=dict)
    successions: dict[tuple[int, int], str] = field(default_factory=dict)
    waiting: dict[int, tuple[int, ...]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    followed: dict[int, int] = field(default_factory=dict)
    endings: dict[tuple[int, int], str] = field(default_factory=dict)
    recognised: list[Recognise] = field(default_factory=list)
    _below: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _homes: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _paths: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit_id, state in self.units.items():
            if state.parent is not None:
                self._below[state.parent].add(unit_id)
        for team_id, team in self.teams.items():
            self._homes[team.unit].add(team_id)

    def carry_out(self, chosen: Operation) -> None:
        """Carry the steps out in order. Raises RuleBroken for what cannot be."""
        for step in chosen.steps:
            self._step(step)
        self._check()
        for team_id, candidates in self.waiting.items():
            self._wait(team_id, candidates)

    def path(self, unit_id: int) -> str:
        """The ids from the province down, ``/1/23/``; call when all steps are carried out."""
        if unit_id not in self._paths:
            parent = self.units[unit_id].parent
            above = "/" if parent is None else self.path(parent)
            self._paths[unit_id] = f"{above}{unit_id}/"
        return self._paths[unit_id]

    # -- steps -----------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        match step:
            case SetUpUnit():
                self._set_up(step)
            case MergeUnits():
                self._merge(step)
            case SplitUnit():
                self._split(step)
            case ChangeUnit():
                self._change(step)
            case MoveUnit():
                self._unit(step.unit)
                self._move(step.unit, step.parent)
            case AbolishLevel():
                self._abolish(step.level)
            case SetUpTeam() | ChangeTeam() | MoveTeams() | MergeTeams() | SplitTeam() | EndTeam():
                self._team_step(step)
            case _:
                self._person_step(step)

    def _team_step(self, step: TeamStep) -> None:
        match step:
            case SetUpTeam():
                self._unit(step.unit)
                if step.ref >= 0 or step.ref in self.teams:
                    raise RuleBroken(N_("A team to set up needs a name and a number below zero."))
                self._name(step.ref, step.unit, step)
                self._homes[step.unit].add(step.ref)
                self.members[step.ref] = set()
            case ChangeTeam():
                self._name(step.team, self._team(step.team).unit, step)
            case EndTeam():
                self._team(step.team)
                for person in self.members.pop(step.team, set()):
                    self.endings[person, step.team] = "team_ended"
                self._end_team(step.team)
            case MoveTeams():
                self._unit(step.unit)
                for team_id in step.teams:
                    self._place(team_id, step.unit)
            case MergeTeams():
                self._merge_teams(step)
            case SplitTeam():
                self._split_team(step)

    def _set_up(self, step: SetUpUnit) -> None:
        if step.ref >= 0 or step.ref in self.units:
            raise RuleBroken(N_("A unit to set up needs a number of its own below zero."))
        self.units[step.ref] = UnitState(step.level, None, step.code, clean(step.name), step.type)
        self._move(step.ref, step.parent)

    def _merge(self, step: MergeUnits) -> None:
        self._unit(step.into)
        for unit_id in dict.fromkeys(step.units):
            if unit_id != step.into:
                self._hand_over(unit_id, step.into)
                self.successions[unit_id, step.into] = WHOLE
                self.followed[unit_id] = step.into
                self._end(unit_id)

    def _hand_over(self, unit_id: int, into: int) -> None:
        self._unit(unit_id)
        for child in sorted(self._below[unit_id]):
            self._move(child, into)
        for team_id in sorted(self._homes[unit_id]):
            self._place(team_id, into)

    def _split(self, step: SplitUnit) -> None:
        self._unit(step.unit)
        parts = tuple(dict.fromkeys(part.into for part in step.parts))
        if len(parts) < 2:  # noqa: PLR2004 - a split makes two or more
            raise RuleBroken(N_("A split names two parts or more."))
        for part in step.parts:
            self._unit(part.into)
            self._demand(self._below[step.unit].issuperset(part.units))
            self._demand(self._homes[step.unit].issuperset(part.teams))
            for child in part.units:
                self._move(child, part.into)
            for team_id in part.teams:
                self._place(team_id, part.into)
        for into in parts:
            if into != step.unit:
                self.successions[step.unit, into] = PART
        self._leave_unnamed(step.unit, parts)

    def _leave_unnamed(self, unit_id: int, parts: tuple[int, ...]) -> None:
        """What a split does not name stays where the unit goes on, and else waits."""
        if unit_id in parts:
            self.questions += [Question("team", one, parts) for one in sorted(self._homes[unit_id])]
            return
        self.waiting |= dict.fromkeys(self._homes[unit_id], parts)
        self._homes[unit_id].clear()
        if self._below[unit_id]:
            children = sorted(self._below[unit_id])
            self.questions += [Question("unit", one, parts, blocks=True) for one in children]
        else:
            self._end(unit_id)

    def _change(self, step: ChangeUnit) -> None:
        state = self._unit(step.unit)
        self.units[step.unit] = replace(
            state,
            name=clean(step.name or state.name),
            type=step.type or state.type,
            code=step.code or state.code,
        )

    def _abolish(self, level: str) -> None:
        for unit_id in [key for key, state in self.units.items() if state.level == level]:
            parent = self.units[unit_id].parent
            if parent is not None:
                self._hand_over(unit_id, parent)
                self._end(unit_id)

    def _merge_teams(self, step: MergeTeams) -> None:
        self._team(step.into)
        for team_id in dict.fromkeys(step.teams):
            if team_id == step.into:
                continue
            self._team(team_id)
            self.members[step.into] |= self.members.pop(team_id, set())
            self._end_team(team_id)
        if step.into not in self.leaders:
            self.questions.append(Question("leader", step.into))

    def _split_team(self, step: SplitTeam) -> None:
        self._team(step.team)
        left = self.members[step.team]
        for part in step.parts:
            self._team(part.into)
            if part.into == step.team:
                continue
            self._demand(left.issuperset(part.people))
            left.difference_update(part.people)
            self.members[part.into] |= set(part.people)
        parts = tuple(part.into for part in step.parts)
        stays = [part for part in step.parts if part.into == step.team]
        unnamed = left.difference(*(part.people for part in stays))
        self.questions += [
            Question("person", person, parts, blocks=not stays) for person in sorted(unnamed)
        ]
        if stays:
            if self.leaders.get(step.team) not in left:
                self.leaders.pop(step.team, None)
        elif not left:
            self._end_team(step.team)
        self.questions += [Question("leader", one) for one in parts if one not in self.leaders]

    def _name(self, team_id: int, unit_id: int, said: SetUpTeam | ChangeTeam) -> None:
        name, village = clean(said.name), clean(said.village)
        if not fold(name):
            raise RuleBroken(N_("A team needs a name."))
        key = phrase_key(name)
        for other in self._homes[unit_id] - {team_id}:
            if (self.teams[other].sort_key, self.teams[other].village) == (key, village):
                raise RuleBroken(NAME_TAKEN)
        self.teams[team_id] = TeamState(
            unit_id, name, fold(name), key, village, said.minority_required
        )

    # -- people ----------------------------------------------------------------------------

    def _person_step(self, step: PersonStep) -> None:
        self._team(step.team)
        match step:
            case JoinTeam():
                self._join(step.person, step.team)
            case MovePerson():
                if step.team == step.into:
                    raise RuleBroken(N_("Choose another team to move to."))
                self._leave(step.person, step.team, "moved")
                self._join(step.person, step.into)
            case EndService():
                self._leave(step.person, step.team, step.why)
            case ElectLeader():
                self._elect(step.team, step.person)
            case Recognise():
                if not clean(step.number) and step.decided_on is None:
                    raise RuleBroken(N_("A decision has a number or a date."))
                self.recognised.append(step)

    def _join(self, person: int, team_id: int) -> None:
        self._team(team_id)
        if person in self.members[team_id]:
            raise RuleBroken(N_("This person serves in this team already."))
        self.members[team_id].add(person)

    def _leave(self, person: int, team_id: int, why: str) -> None:
        if person not in self.members[team_id]:
            raise RuleBroken(N_("This person does not serve in this team on this day."))
        self.members[team_id].remove(person)
        self.endings[person, team_id] = why
        if self.leaders.get(team_id) == person:
            del self.leaders[team_id]
            self.questions.append(Question("leader", team_id))
        if len(self.members[team_id]) < FEWEST_MEMBERS:
            self.questions.append(Question("few", team_id))

    def _elect(self, team_id: int, person: int | None) -> None:
        if person is not None and person not in self.members[team_id]:
            raise RuleBroken(N_("Only a member of the team can be elected its leader."))
        self.leaders.pop(team_id, None)
        if person is None:
            self.questions.append(Question("leader", team_id))
        else:
            self.leaders[team_id] = person

    # -- the tree --------------------------------------------------------------------------

    def _unit(self, unit_id: int) -> UnitState:
        if unit_id not in self.units:
            raise RuleBroken(N_("The unit %(unit)s does not stand on this day."), unit=unit_id)
        return self.units[unit_id]

    def _team(self, team_id: int) -> TeamState:
        if team_id not in self.teams:
            raise RuleBroken(N_("The team %(team)s does not exist on this day."), team=team_id)
        return self.teams[team_id]

    def _move(self, unit_id: int, parent: int | None) -> None:
        state = self.units[unit_id]
        if parent is not None:
            self._unit(parent)
            self._below[parent].add(unit_id)
        if state.parent is not None and state.parent != parent:
            self._below[state.parent].discard(unit_id)
        self.units[unit_id] = replace(state, parent=parent)

    def _place(self, team_id: int, unit_id: int) -> None:
        team = self._team(team_id)
        self._homes[team.unit].discard(team_id)
        self._homes[unit_id].add(team_id)
        self.teams[team_id] = replace(team, unit=unit_id)
        self.waiting.pop(team_id, None)

    def _end(self, unit_id: int) -> None:
        state = self.units.pop(unit_id)
        if state.parent is not None:
            self._below[state.parent].discard(unit_id)

    def _end_team(self, team_id: int) -> None:
        self._homes[self.teams.pop(team_id).unit].discard(team_id)
        self.leaders.pop(team_id, None)
        self.waiting.pop(team_id, None)

    @staticmethod
    def _demand(below: bool) -> None:  # noqa: FBT001 - the one thing it asks
        if not below:
            raise RuleBroken(N_("A part can only receive what belongs to what is split."))

    # -- the end ---------------------------------------------------------------------------

    def _wait(self, team_id: int, candidates: tuple[int, ...]) -> None:
        """Place a team as low as is certain: at the lowest unit above all candidates."""
        standing = {self._follow(unit) for unit in candidates}
        shared = shared_unit(self.path(unit) for unit in standing)
        self.questions.append(Question("team", team_id, candidates, blocks=shared is None))
        if shared is not None:
            self.teams[team_id] = replace(self.teams[team_id], unit=shared)

    def _follow(self, unit_id: int) -> int:
        while unit_id not in self.units:
            if unit_id not in self.followed:
                raise RuleBroken(N_("The unit %(unit)s does not stand on this day."), unit=unit_id)
            unit_id = self.followed[unit_id]
        return unit_id

    def _check(self) -> None:
        codes: dict[str, int] = {}
        for unit_id, state in self.units.items():
            above = -1 if state.parent is None else RANK[self._unit(state.parent).level]
            if above >= RANK[state.level] or (state.parent is None) != (state.level == "province"):
                raise RuleBroken(N_("%(unit)s cannot stand there."), unit=state.full_name)
            if codes.setdefault(state.code, unit_id) != unit_id:
                raise RuleBroken(N_("Two units would bear the code %(code)s."), code=state.code)
