"""A province of random teams, people and records, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, NOW, SYSTEM
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped
from training_app.learning.models import Fact, FactKind, FactWithdrawal, ShortUpdate
from training_app.learning.services import rederive
from training_app.organisation.models import Leadership, Membership, Person, UnitSpan
from training_app.requirements.models import Requirement
from training_app.requirements.services import Terms, change_requirement
from training_app.vietnamese import fold, sort_key

EVERYTHING = Unscoped("a test looks at everything")
FIRST, LAST = date(2021, 1, 1), date(2026, 11, 20)


@dataclass
class RandomProvince:
    """What was made."""

    province: UnitSpan
    communes: list[UnitSpan]
    requirement: Requirement
    modules: list[ModuleVersion]
    people: list[Person]


def random_province(
    session: Session, seed: int, *, people: int = 2_000, communes: int = 12
) -> RandomProvince:
    """Teams of about six; some people serve twice, some left, some rows are linked."""
    dice = random.Random(seed)
    province = make.unit(session, "Bắc Ninh")
    below = [make.unit(session, f"Phường {n}", province) for n in range(communes)]
    modules = [make.module(session, f"random-{n}") for n in range(3)]
    requirement = make.requirement(
        session, *modules[:2], since=date(2022, 1, 1), months=24, window=3
    )
    humans = _people(session, dice, people)
    _serve(session, dice, below, humans)
    _learn(session, dice, modules, humans)
    _publish_anew(session, dice, modules[0], humans)
    change_requirement(
        session,
        requirement.id,
        Terms(
            in_force_from=date(2025, 7, 1),
            modules=frozenset(one.module_id for one in modules),
            valid_months=12,
            window_months=2,
        ),
        now=NOW,
        today=LAST,
        actor=SYSTEM,
    )
    rederive(session, now=NOW)
    session.flush()
    return RandomProvince(province, below, requirement, modules, humans)


def _people(session: Session, dice: random.Random, number: int) -> list[Person]:
    humans = []
    for at in range(number):
        name = f"Nguyễn Văn {chr(65 + dice.randrange(26))}{at}"
        humans.append(
            Person(
                full_name=name,
                name_fold=fold(name),
                sort_key=sort_key(name),
                sex=dice.choice(["female", "male", None]),
                recorded_at=NOW,
            )
        )
    session.add_all(humans)
    session.flush()
    for human in dice.sample(humans[number // 2 :], number // 40):
        human.canonical_id = humans[dice.randrange(number // 2)].id
    session.flush()
    return humans


def _serve(
    session: Session, dice: random.Random, communes: list[UnitSpan], humans: list[Person]
) -> None:
    left = list(humans)
    dice.shuffle(left)
    while left:
        team = make.team(session, dice.choice(communes))
        size = dice.randint(0, 9)
        members, left = left[:size], left[size:]
        twice = dice.sample(humans, 1) if dice.random() < 0.2 else []
        for at, human in enumerate({one.id: one for one in members + twice}.values()):
            start = LONG_AGO + timedelta(days=dice.randrange(2_000))
            end = start + timedelta(days=dice.randrange(1, 2_000))
            session.add(
                Membership(
                    person_id=human.id,
                    team_id=team.id,
                    valid_from=start,
                    valid_to=end if dice.random() < 0.2 else None,
                    recorded_at=NOW,
                )
            )
            if at == 0 and dice.random() < 0.9:
                session.add(
                    Leadership(
                        person_id=human.id, team_id=team.id, valid_from=start, recorded_at=NOW
                    )
                )
    session.flush()


def _learn(
    session: Session, dice: random.Random, modules: list[ModuleVersion], humans: list[Person]
) -> None:
    days = (LAST - FIRST).days
    source = 0
    for human in humans:
        for module in modules:
            for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
                source += 1
                exempt = dice.random() < 0.05
                day = FIRST + timedelta(days=dice.randrange(days))
                session.add(
                    Fact(
                        person_id=human.id,
                        kind=FactKind.EXEMPTION if exempt else FactKind.TEST_PASSED,
                        module_id=module.module_id,
                        module_version_id=module.id,
                        minutes=30,
                        happened_on=day,
                        valid_until=day + timedelta(days=200) if exempt else None,
                        recorded_at=NOW,
                        source_kind="attempt",
                        source_id=source,
                    )
                )
    session.flush()
    ids = session.scalars(select(Fact.id).execution_options(scope=EVERYTHING)).all()
    session.add_all(
        FactWithdrawal(fact_id=one, withdrawn_on=LAST, recorded_at=NOW, reason="sai")
        for one in dice.sample(list(ids), len(ids) // 50)
    )
    session.flush()


def _publish_anew(
    session: Session, dice: random.Random, old: ModuleVersion, humans: list[Person]
) -> None:
    """The first module asks back whoever passed its first version; some have come since."""
    published = datetime(2025, 3, 1, 5, tzinfo=UTC)
    old.superseded_at = published
    session.flush()
    kept = {"id", "number", "change", "published_at", "superseded_at"}
    columns = [one.key for one in ModuleVersion.__table__.columns if one.key not in kept]
    new = ModuleVersion(
        **{name: getattr(old, name) for name in columns},
        number=2,
        change="short_update",
        published_at=published,
    )
    session.add(new)
    session.flush()
    for source, human in enumerate(dice.sample(humans, len(humans) // 4), start=10_000_000):
        day = date(2025, 3, 2) + timedelta(days=dice.randrange(600))
        session.add(
            Fact(
                person_id=human.id,
                kind=FactKind.CLASS_ATTENDED,
                module_id=new.module_id,
                module_version_id=new.id,
                minutes=120,
                happened_on=day,
                recorded_at=NOW,
                source_kind="workshop",
                source_id=source,
            )
        )
        if human.canonical_id is None and dice.random() < 0.5:
            values = {"person_id": human.id, "module_version_id": new.id}
            session.add(ShortUpdate(**values, done_on=day - timedelta(days=40), recorded_at=NOW))
    session.flush()
