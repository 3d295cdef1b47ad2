"""Random logs of publications, passes, changes of law and withdrawals, against the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.catalogue.examples import register
from tests.factories import records as make
from tests.factories.records import SYSTEM
from tests.learning.law_log import Cite, Log, Parts, day_of
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import Change as Effect
from training_app.catalogue.parsing import ModuleTexts, TextFile, parse_module
from training_app.catalogue.source import Module
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.errors import InvalidInput
from training_app.laws.models import LawChange, LegalArticle
from training_app.laws.rules import ChangeKind
from training_app.laws.services import NewChange
from training_app.laws.services import load as load_laws
from training_app.learning.models import Fact, FactKind, Holding, ShortUpdate, UpdateNeed
from training_app.learning.services import NewFact, record_facts, rederive
from training_app.organisation.models import Person
from training_app.requirements.models import Requirement
from training_app.work.models import Job

EVERYTHING = Unscoped("a test looks at everything")
PEOPLE = ("An", "Bình", "Chi")
MODULES = (0, 1)
NAMES = ("10-mot", "20-hai")
ARTICLES = ("3", "16")

cites = st.builds(Cite, st.sampled_from([0, 0, 1]), st.sampled_from(["", "1", "2"]))
part = st.tuples(st.sampled_from(NAMES), st.frozensets(cites, max_size=2), st.booleans())
effect = st.sampled_from(["none", "short_update", "short_update", "full_retake"])
module = st.sampled_from(MODULES)
person = st.sampled_from(PEOPLE)
publish = st.tuples(st.just("publish"), module, effect, st.lists(part, min_size=1, max_size=3))
# What an author does after a change of law: every part says something else.
rewrite = st.tuples(st.just("rewrite"), module, effect, st.frozensets(cites, max_size=1))
passes = st.tuples(st.just("pass"), person, module, st.sampled_from(["new", "new", "old"]))
short = st.tuples(st.just("update"), person, module)
change = st.tuples(st.just("change"), cites, st.integers(-2, 4))
withdraw = st.tuples(st.just("withdraw"), st.integers(0, 5))
events = st.lists(
    st.one_of(publish, rewrite, rewrite, passes, passes, passes, change, change, short, withdraw),
    min_size=8,
    max_size=24,
)


class Play:
    """Does in the application what it writes in the log."""

    def __init__(self, session: Session) -> None:
        self.session, self.log, self.day = session, Log(), 0
        load_laws(session, register(), now=self.now, actor=SYSTEM)
        self.articles = [
            session.scalars(select(LegalArticle.id).where(LegalArticle.number == number)).one()
            for number in ARTICLES
        ]
        self.people: dict[str, Person] = {name: make.person(session, name) for name in PEOPLE}
        self.parts: dict[int, Parts] = {}
        self.versions: dict[int, list[Any]] = {module: [] for module in MODULES}
        self.changes: list[int] = []
        self.marks = 0
        for module in MODULES:
            self.publish(module, "none", [("10-mot", frozenset({Cite(module)}), True)])
        self.requirement: Requirement = make.requirement(
            session, *(self.versions[module][0] for module in MODULES), since=day_of(0), months=None
        )

    @property
    def now(self) -> datetime:
        return datetime.combine(day_of(self.day), time(5), tzinfo=UTC)

    def do(self, event: tuple[Any, ...]) -> None:
        self.day += 1
        kind, *values = event
        getattr(self, {"pass": "pass_test"}.get(kind, kind))(*values)
        rederive(self.session, now=self.now)

    def publish(self, module: int, effect: str, parts: list[Any]) -> None:
        now = dict(self.parts.get(module, {}))
        for name, cited, keep_text in parts:
            self.marks += 1
            mark = now[name][0] if keep_text and name in now else self.marks
            now[name] = (mark, cited)
        if now == self.parts.get(module):
            return
        self.parts[module] = now
        version = catalogue.publish(
            self.session,
            source(module, now),
            now=self.now,
            actor=SYSTEM,
            change=Effect(effect),
        )
        self.versions[module].append(version)
        self.log.publish(module, self.day, effect, now)

    def rewrite(self, module: int, effect: str, cited: frozenset[Cite]) -> None:
        """Publish every part with a new text, citing what it cited and something more."""
        parts = [(name, cites | cited, False) for name, (_, cites) in self.parts[module].items()]
        self.publish(module, effect, parts)

    def pass_test(self, name: str, module: int, which: str) -> None:
        """Pass the current version, or one begun before it was published."""
        back = 2 if which == "old" and len(self.versions[module]) > 1 else 1
        version = self.versions[module][-back]
        self.marks += 1
        fact = NewFact(
            self.people[name].id,
            FactKind.TEST_PASSED,
            version.module_id,
            version.id,
            30,
            day_of(self.day),
            "attempt",
            self.marks,
        )
        record_facts(self.session, [fact], now=self.now, actor=SYSTEM)
        self.log.passes.append((name, module, version.number, self.day))

    def update(self, name: str, module: int) -> None:
        version = self.versions[module][-1]
        key = (self.people[name].id, version.id)
        if self.session.get(ShortUpdate, key, execution_options={"scope": EVERYTHING}):
            return
        self.session.add(
            ShortUpdate(
                person_id=key[0],
                module_version_id=key[1],
                done_on=day_of(self.day),
                recorded_at=self.now,
            )
        )
        self.session.flush()
        self.log.updates.append((name, module, version.number, self.day))

    def change(self, place: Cite, delay: int) -> None:
        new = NewChange(
            self.articles[place.article],
            ChangeKind.AMENDED,
            day_of(self.day + delay),
            "Luật sửa đổi",
            clause=place.clause,
            gist=f"Mới {self.day}",
        )
        if self.stands(place, self.day + delay):
            with pytest.raises(InvalidInput, match="recorded already"):
                self._record(new)
            return
        self.changes.append(self._record(new).id)
        self.log.change(place, self.day, self.day + delay)

    def stands(self, place: Cite, takes_effect: int) -> bool:
        """Whether a change of the place from that day is on record and not withdrawn."""
        return any(
            (one.place, one.takes_effect) == (place, takes_effect) and not one.withdrawn
            for one in self.log.changes
        )

    def _record(self, new: NewChange) -> LawChange:
        return catalogue.record_law_change(
            self.session, new, now=self.now, today=day_of(self.day), actor=SYSTEM
        )

    def withdraw(self, number: int) -> None:
        if number >= len(self.changes) or self.log.changes[number].withdrawn:
            return
        before = replace(self.log.changes[number])
        catalogue.withdraw_law_change(
            self.session,
            self.changes[number],
            reason="nhầm",
            now=self.now,
            today=day_of(self.day),
            actor=SYSTEM,
        )
        self.log.changes[number].withdrawn = not before.withdrawn

    def stored(self, on: int) -> set[tuple[str, int, int | None]]:
        """What the application asks on the day, in the words of the log."""
        names = {row.id: name for name, row in self.people.items()}
        modules = {self.versions[module][0].module_id: module for module in MODULES}
        day = day_of(on)
        rows = self.session.scalars(select(UpdateNeed).execution_options(scope=EVERYTHING)).all()
        return {
            (
                names[row.person_id],
                modules[row.module_id],
                None if row.law_change_id is None else self.changes.index(row.law_change_id),
            )
            for row in rows
            if row.opened_on <= day and (row.closed_on is None or day < row.closed_on)
        }


def source(module: int, parts: Parts) -> Module:
    """A module whose lessons say and cite what the parts do."""
    slug = f"oracle-{module}"
    lessons = tuple(
        TextFile(
            f"courses/{slug}/{name}.md",
            f'+++\ntitle = "{name}"\nminutes = 4\ncites = {_cited(cited)}\n+++\nChữ {mark}.\n',
        )
        for name, (mark, cited) in sorted(parts.items())
    )
    head = TextFile(
        f"courses/{slug}/module.toml",
        'title = "Chuyên đề"\npurpose = "Học."\naudience = ["mediator"]\nminutes = 20\n'
        f'position = {module + 1}\nobjectives = ["Nghe"]\nreviewed_on = 2026-01-01\n',
    )
    found = parse_module(ModuleTexts(slug, f"courses/{slug}", head, lessons, None, ()))
    made = found.module()
    assert made
    assert not found.problems
    return made


def _cited(cited: frozenset[Cite]) -> list[str]:
    return sorted(
        f"luat-a#{ARTICLES[one.article]}" + (f".{one.clause}" if one.clause else "")
        for one in cited
    )


def facts_and_holdings(session: Session) -> set[tuple[Any, ...]]:
    """Everything of the past that a change of law must leave alone."""
    found: set[tuple[Any, ...]] = set()
    for name, ids in (("fact", select(Fact.id)), ("certificate", select(Certificate.id))):
        found |= {(name, one) for one in session.scalars(ids.execution_options(scope=EVERYTHING))}
    for row in session.scalars(select(Holding).execution_options(scope=EVERYTHING)):
        found.add(("held", row.person_id, row.held_from, row.held_until, *row.basis))
    return found


def played(session: Session, log: list[tuple[Any, ...]], check: Any) -> None:
    """Play a log in a transaction of its own and check what came of it."""
    session.rollback()
    try:
        play = Play(session)
        for event in log:
            play.do(event)
        check(play)
    finally:
        session.rollback()
        session.expunge_all()


few = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.thorough
@few
@given(events)
def test_needs_are_those_of_the_oracle_on_every_day(
    db_session: Session, log: list[tuple[Any, ...]]
) -> None:
    def check(play: Play) -> None:
        for on in range(play.day + 8):
            assert play.stored(on) == play.log.needs(on), f"day {on}"

    played(db_session, log, check)


@pytest.mark.thorough
@few
@given(events, cites, st.integers(0, 2))
def test_withdrawing_restores_exactly_what_was_asked_before(
    db_session: Session, log: list[tuple[Any, ...]], place: Cite, delay: int
) -> None:
    """Of two like worlds one records the change, takes it up and withdraws it."""

    def check(play: Play) -> None:
        days = range(play.day + 6)
        before, past = [play.stored(on) for on in days], facts_and_holdings(play.session)
        recorded = len(play.changes)
        play.do(("change", place, delay))
        if len(play.changes) == recorded:
            return  # it stood already and was refused
        with_it = facts_and_holdings(play.session)
        assert with_it == past
        play.do(("withdraw", len(play.changes) - 1))
        assert [play.stored(on) for on in days] == before
        assert facts_and_holdings(play.session) == past

    played(db_session, log, check)


def test_a_republication_asks_only_whose_pass_rests_on_the_old_text(db_session: Session) -> None:
    play = Play(db_session)
    play.do(("pass", "An", 0, "new"))
    play.do(("pass", "Bình", 1, "new"))
    play.do(("change", Cite(0, "1"), 0))
    assert play.stored(play.day) == set()
    past = facts_and_holdings(db_session)
    play.do(("publish", 0, "short_update", [("10-mot", frozenset({Cite(0)}), False)]))
    assert play.stored(play.day) == {("An", 0, 0)}
    assert facts_and_holdings(db_session) == past
    play.do(("update", "An", 0))
    assert play.stored(play.day) == set()
    play.do(("withdraw", 0))
    assert db_session.scalars(select(UpdateNeed).execution_options(scope=EVERYTHING)).all() == []


def test_a_publication_that_leaves_a_touched_part_alone_settles_nothing(
    db_session: Session,
) -> None:
    play = Play(db_session)
    play.do(("pass", "An", 0, "new"))
    play.do(("change", Cite(0), 0))
    play.do(("publish", 0, "none", [("20-hai", frozenset(), False)]))
    assert play.log.changes[0].settled == {}
    play.do(("publish", 0, "full_retake", [("10-mot", frozenset({Cite(0)}), False)]))
    assert play.stored(play.day) == {("An", 0, 0)}
    play.do(("update", "An", 0))
    assert play.stored(play.day) == {("An", 0, 0)}
    play.do(("pass", "An", 0, "new"))
    assert play.stored(play.day) == set()


def test_publishing_with_an_effect_and_withdrawing_queue_the_recount(db_session: Session) -> None:
    play = Play(db_session)
    play.do(("change", Cite(0), 0))
    play.do(("publish", 0, "short_update", [("10-mot", frozenset({Cite(0)}), False)]))
    play.do(("withdraw", 0))
    kinds = db_session.scalars(select(Job.kind)).all()
    assert kinds.count(catalogue.RECOUNT_JOB) == 2


def test_rebuilding_from_nothing_gives_the_same_rows(db_session: Session) -> None:
    play = Play(db_session)
    play.do(("pass", "An", 0, "new"))
    play.do(("publish", 0, "short_update", [("10-mot", frozenset(), False)]))
    before = play.stored(play.day)
    assert before == {("An", 0, None)}
    db_session.execute(delete(UpdateNeed))
    rederive(db_session, now=play.now + timedelta(days=1))
    assert play.stored(play.day) == before
