"""Writes a whole province or the nation: teams, people, classes, facts and what they amount to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Viewer
from training_app.catalogue.models import Module, ModuleVersion
from training_app.demo.bulk import Bulk
from training_app.demo.people import REFORM
from training_app.demo.shapes import (
    MODULES,
    Completion,
    DrawnCommune,
    DrawnPerson,
    DrawnTeam,
    Place,
    draw,
    sizes,
)
from training_app.organisation.models import Level, Share, Unit, UnitSpan, UnitSuccession, holds
from training_app.requirements.queries import all_versions
from training_app.requirements.rules import Audience, Evidence, InForce, held_under
from training_app.requirements.services import (
    REDERIVE_JOB,
    NewRequirement,
    Terms,
    set_requirement,
)
from training_app.vietnamese import fold, phrase_key, sort_key
from training_app.work.models import Job
from training_app.work.rules import StaleKind, State
from training_app.work.services import mark_stale

CORE: Final = 3
_AT_ONCE: Final = 40
_MINUTES: Final = 210
_TEAMS_PER_TRAINER: Final = 80
_WAY: Final = timedelta(days=30)


@dataclass(frozen=True)
class Curriculum:
    """Module ids with their current versions, in order, and the requirements' versions."""

    modules: tuple[tuple[int, int], ...]
    versions: dict[int, tuple[InForce, ...]]


@dataclass
class Count:
    """What was written."""

    people: int = 0
    teams: int = 0
    facts: int = 0
    holdings: int = 0
    trainers: list[int] = field(default_factory=list)


def places(session: Session, on: date, province: str | None) -> list[Place]:
    """The communes of the nation, or of a province by its code, with what became them."""
    top = aliased(UnitSpan)
    chosen = (
        select(UnitSpan.unit_id, UnitSpan.code)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .join(top, top.unit_id == UnitSpan.parent_id)
        .where(Unit.level == Level.COMMUNE, holds(UnitSpan, on), holds(top, on))
        .order_by(UnitSpan.code)
    )
    if province is not None:
        chosen = chosen.where(top.code == province)
    former: dict[int, list[int]] = {}
    links = select(UnitSuccession.new_unit_id, UnitSuccession.old_unit_id).where(
        UnitSuccession.share == Share.WHOLE
    )
    for new, old in session.execute(links.order_by(UnitSuccession.old_unit_id)):
        former.setdefault(new, []).append(old)
    rows = session.execute(chosen)
    return [Place(row.unit_id, row.code, tuple(former.get(row.unit_id, ()))) for row in rows]


def set_up(
    session: Session, core: Sequence[int], *, now: datetime, today: date, actor: Viewer
) -> Curriculum:
    """Add modules until there are twenty, a yearly refresher and the leaders' course.

    ``core`` are the modules taught in every class.
    """
    current = select(ModuleVersion.module_id, ModuleVersion.id, ModuleVersion.position).where(
        ModuleVersion.superseded_at.is_(None)
    )
    known = {row.module_id: row for row in session.execute(current)}
    rest = sorted(known.keys() - set(core), key=lambda one: known[one].position)
    modules = [(one, known[one].id) for one in (*core, *rest)]
    while len(modules) < MODULES:
        modules.append(_module(session, len(modules) + 1, now))
    later = [module for module, _ in modules[len(core) :]]
    wanted = (
        ("Bồi dưỡng hằng năm", "Yearly refresher", Audience.MEDIATORS, later[0], 12, 2, 2025),
        ("Bồi dưỡng tổ trưởng", "Leaders' course", Audience.LEADERS, later[1], 36, 3, 2024),
    )
    for title, title_en, audience, module, months, window, year in wanted:
        terms = Terms(
            date(year, 1, 1), frozenset({module}), valid_months=months, window_months=window
        )
        new = NewRequirement(title, audience, None, terms, title_en=title_en, key=_key(title_en))
        set_requirement(session, new, now=now, today=today, actor=actor)
    # What is held is written beside the facts; nobody has to be judged again.
    session.execute(delete(Job).where(Job.kind == REDERIVE_JOB, Job.state == State.WAITING.value))
    return Curriculum(tuple(modules), all_versions(session))


def _key(title: str) -> str:
    """The same in every demonstration."""
    return "scale-" + "-".join(title.lower().replace("'", "").split())


def _module(session: Session, number: int, now: datetime) -> tuple[int, int]:
    """A module without lessons: something to complete."""
    row = Module(slug=f"trinh-dien-{number:02}", created_at=now, retired_at=None)
    session.add(row)
    session.flush()
    version = ModuleVersion(
        module_id=row.id,
        number=1,
        title=f"Chuyên đề trình diễn {number}",
        title_en=f"Demonstration module {number}",
        purpose="",
        audience=["mediator"],
        minutes=35,
        position=100 + number,
        requires=[],
        objectives=[],
        reviewed_on=now.date(),
        reviewer="",
        draw=None,
        pass_mark=None,
        safety_always=False,
        retake_after_minutes=0,
        attempts=None,
        test_minutes=None,
        source_hash="0" * 64,
        change="none",
        published_at=now,
        published_by=None,
        superseded_at=None,
    )
    session.add(version)
    session.flush()
    return row.id, version.id


def write_scale(
    session: Session,
    chosen: Sequence[Place],
    curriculum: Curriculum,
    *,
    people: int,
    teams: int,
    today: date,
    now: datetime,
    tell: Callable[[int, int, Count], object],
) -> Count:
    """Write so many people in so many teams over the communes, committing every few of them."""
    count = Count()
    writer = _Writer(Bulk(session), curriculum, count, today)
    for at, team_sizes in enumerate(sizes(chosen, people, teams)):
        drawn = draw(chosen[at], team_sizes, today, core=CORE, modules=len(curriculum.modules))
        writer.commune(drawn)
        if (at + 1) % _AT_ONCE == 0 or at + 1 == len(chosen):
            writer.bulk.write()
            session.commit()
            tell(at + 1, len(chosen), count)
    writer.bulk.finish()
    mark_stale(session, StaleKind.ALL, now=now)
    return count


class _Writer:
    """Turns what was drawn into rows."""

    def __init__(self, bulk: Bulk, curriculum: Curriculum, count: Count, today: date) -> None:
        self.bulk = bulk
        self.curriculum = curriculum
        self.count = count
        self.today = today
        self.folded = cache(lambda name: (fold(name), sort_key(name)))
        self.team_names = cache(lambda name: (fold(name), phrase_key(name)))
        self.periods = cache(self._periods)
        self.relevant = frozenset(
            module
            for versions in curriculum.versions.values()
            for version in versions
            for module in version.required.modules
        )

    def commune(self, drawn: DrawnCommune) -> None:
        """One commune: its officer, its classes, its teams."""
        place = drawn.place
        officer = self._staff(f"commune.{place.code}", Role.COMMUNE_OFFICER, place.unit_id)
        if self.count.teams >= _TEAMS_PER_TRAINER * len(self.count.trainers):
            trainer = self._staff(f"trainer.{place.code}", Role.TRAINER, place.unit_id)
            self.count.trainers.append(trainer[0])
        classes = [self._class(place, day) for day in drawn.classes]
        ids = [self.bulk.number("team") for _ in drawn.teams]
        for team_id, team in zip(ids, drawn.teams, strict=True):
            self._team(place, team_id, team)
            for one in team.people:
                self._person(one, team_id, ids, classes, officer[1])
        self.count.teams += len(ids)

    def _staff(self, login: str, role: Role, unit_id: int) -> tuple[int, int]:
        """An account with a role over a unit; returns person and account."""
        person, account = self.bulk.number("person"), self.bulk.number("account")
        name = f"Cán bộ {login.rpartition('.')[2]}"
        moment = self.bulk.moment(REFORM)
        self.bulk.add("person", person, name, *self.folded(name), None, None, None, None, moment)
        self.bulk.add("account", account, person, "staff", f"demo.{login}", 0, "", moment)
        self.bulk.add(
            "role_grant", account, role.value, unit_id, str(REFORM), moment, "demonstration"
        )
        return person, account

    def _class(self, place: Place, day: date) -> int:
        number = self.bulk.number("workshop")
        title = f"Tập huấn nghiệp vụ hòa giải năm {day.year}"
        trainer = self.count.trainers[-1]
        moment = self.bulk.moment(day)
        hall = "Hội trường Ủy ban nhân dân"
        self.bulk.add(
            "workshop", number, place.unit_id, title, str(day), _MINUTES, hall, trainer, "", "",
            moment, "",
        )  # fmt: skip
        return number

    def _team(self, place: Place, team_id: int, team: DrawnTeam) -> None:
        """A team; one founded before the reform stood in a former unit until then."""
        self.bulk.add("team", team_id)
        name = f"Tổ hòa giải {team.name}"
        since = team.founded
        if team.former is not None and since < REFORM:
            self._span(team_id, team.former, f"{name} ({team_id})", since, REFORM)
            since = REFORM
        self._span(team_id, place.unit_id, name, since, None)

    def _span(self, team_id: int, unit: int, name: str, since: date, until: date | None) -> None:
        end = str(until) if until else None
        names = self.team_names(name)
        self.bulk.add("team_span", team_id, unit, name, *names, "", 0, str(since), end)

    def _person(
        self,
        one: DrawnPerson,
        team_id: int,
        teams: Sequence[int],
        classes: Sequence[int],
        officer: int,
    ) -> None:
        bulk = self.bulk
        person = bulk.number("person")
        self.count.people += 1
        since, moment = str(one.since), bulk.moment(one.since)
        bulk.add(
            "person", person, one.name, *self.folded(one.name), one.birth_year, one.sex,
            int(one.minority), int(one.law_qualified), moment,
        )  # fmt: skip
        # A range of numbers that no operator has handed out.
        bulk.add("person_phone", person, f"+8459{person:07d}", since)
        bulk.add("account", bulk.number("account"), person, "mediator", None, 0, "", moment)
        left = (str(one.left), "own_wish") if one.left else (None, None)
        ended = bulk.moment(one.left) if one.left else None
        bulk.add("membership", person, team_id, since, *left, "", moment, "demo", ended)
        if one.second is not None and one.left is None:
            second = str(max(one.since, REFORM))
            bulk.add(
                "membership", person, teams[one.second], second, None, None, "",
                bulk.moment(max(one.since, REFORM)), "demo", None,
            )  # fmt: skip
        if one.leads:
            led = one.since + _WAY
            bulk.add("leadership", person, team_id, str(led), bulk.moment(led))
        facts = [self._fact(person, done, classes, officer) for done in one.done]
        self._holdings(person, one.done, facts)

    def _fact(self, person: int, done: Completion, classes: Sequence[int], officer: int) -> int:
        number = self.bulk.number("fact")
        self.count.facts += 1
        if done.held is None:
            kind, source, by = "test_passed", ("demo", number), None
        else:
            kind, source, by = "class_attended", ("workshop", classes[done.held]), officer
        module = self.curriculum.modules[done.module]
        self.bulk.add(
            "fact", number, person, kind, *module, _MINUTES if by else 35, str(done.day),
            self.bulk.moment(done.entered), by, *source,
        )  # fmt: skip
        return number

    def _holdings(self, person: int, done: Iterable[Completion], facts: Sequence[int]) -> None:
        """What the rule makes of the facts; people of one class are judged once."""
        counting = tuple(
            (self.curriculum.modules[one.module][0], one.day, at)
            for at, one in enumerate(done)
            if self.curriculum.modules[one.module][0] in self.relevant
        )
        if not counting:
            return
        derived = self.bulk.moment(self.today)
        for requirement, version, start, end, basis in self.periods(counting):
            ids = json.dumps([facts[at] for at in basis])
            self.bulk.add("holding", person, requirement, version, start, end, ids, derived)
            self.count.holdings += 1

    def _periods(self, done: tuple[tuple[int, date, int], ...]) -> list[tuple[Any, ...]]:
        return list(self._derived(done))

    def _derived(self, done: tuple[tuple[int, date, int], ...]) -> Iterator[tuple[Any, ...]]:
        known = [Evidence(at, module, None, "test_passed", day) for module, day, at in done]
        for requirement, versions in self.curriculum.versions.items():
            for period in held_under(versions, known):
                end = str(period.held_until) if period.held_until else None
                yield requirement, period.version_id, str(period.held_from), end, period.basis
