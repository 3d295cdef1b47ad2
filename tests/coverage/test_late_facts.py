"""Whatever makes the two readings of a day differ is in the list of what was entered later."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.catalogue.examples import register
from tests.coverage.test_known_then import FIRST, Entry
from tests.coverage.test_rollups import EVERYTHING
from tests.coverage.test_taken_back import ALL, Office, said
from tests.factories.records import SYSTEM
from tests.learning.law_log import Cite
from tests.learning.test_currency_oracle import source
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import Change, LawTask, LawTaskSettlement, ModuleVersion
from training_app.coverage import rollups
from training_app.coverage.queries import Asking, Place, coverage_by_unit, place, place_then
from training_app.coverage.queries.late import late_entries
from training_app.coverage.queries.teams import coverage_by_team
from training_app.errors import NotFound
from training_app.laws.models import LawChange, LegalArticle
from training_app.laws.queries import stands
from training_app.laws.rules import ChangeKind
from training_app.laws.services import NewChange
from training_app.laws.services import load as load_laws
from training_app.learning.models import Exemption, ExemptionRevocation
from training_app.learning.services import (
    NewExemption,
    grant_exemption,
    rederive,
    revoke_exemption,
)
from training_app.programme.queries import asked_in_unit
from training_app.requirements.models import RequirementVersion
from training_app.requirements.services import Terms, change_requirement

BEFORE = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = ("pass", "pass", "pass", "withdraw", "exempt", "relieve no more", "join", "leave", "elect")
OFFICE = ("move", "merge teams", "set up team", "end team", "merge communes", "rename", "undo")
LAW = ("law", "law", "publish", "publish the same", "settle", "withdraw law", "require")
logs = st.lists(
    st.tuples(
        st.sampled_from((*WORDS, *WORDS, "link", "unlink", *OFFICE, *LAW)),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    min_size=4,
    max_size=12,
)


class Archive(Office):
    """The office of a province in which the law and what is required change, too."""

    MONTHS, WINDOW = 3, 1

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        for version in session.scalars(select(RequirementVersion)):
            version.recorded_at = BEFORE
        session.flush()

    def teach(self) -> ModuleVersion:
        load_laws(self.session, register(), now=BEFORE, actor=SYSTEM)
        return self._publish(Change.NONE, 0, BEFORE)

    def _publish(self, effect: Change, mark: int, now: datetime) -> ModuleVersion:
        """A lesson that always cites the same, and one that is never written anew."""
        parts = {
            "10-mot": (mark, frozenset({Cite(0, "1")})),
            "20-hai": (0, frozenset({Cite(0, "2")})),
        }
        return catalogue.publish(
            self.session, source(0, parts), now=now, actor=SYSTEM, change=effect
        )

    def _act(self, kind: str, person: int, team: int, on: date, now: datetime, number: int) -> None:
        acts = {
            "exempt": self._exempt,
            "relieve no more": self._relieve_no_more,
            "law": self._law,
            "publish": self._publish_anew,
            "publish the same": self._publish_anew,
            "settle": self._settle,
            "withdraw law": self._withdraw_law,
            "require": self._require,
        }
        if kind in acts:
            acts[kind](person, on, now, number)
        else:
            super()._act(kind, person, team, on, now, number)
        rederive(self.session, now=now)

    def _exempt(self, person: int, on: date, now: datetime, number: int) -> None:
        until = on + timedelta(days=30) if number % 2 else None
        new = NewExemption(person, self.requirement.id, on, until, "Thẩm phán")
        grant_exemption(self.session, new, now=now, actor=SYSTEM)

    def _relieve_no_more(self, person: int, on: date, now: datetime, number: int) -> None:
        open_ones = (
            select(Exemption)
            .outerjoin(ExemptionRevocation, ExemptionRevocation.exemption_id == Exemption.id)
            .where(ExemptionRevocation.exemption_id.is_(None), Exemption.exempt_until.is_(None))
            .execution_options(scope=EVERYTHING)
        )
        for one in self.session.scalars(open_ones).all():
            day = max(on, one.exempt_from)
            revoke_exemption(
                self.session, one.id, revoked_on=day, reason="Nhầm", now=now, actor=SYSTEM
            )

    def _law(self, person: int, on: date, now: datetime, number: int) -> None:
        article = select(LegalArticle.id).where(LegalArticle.number == "3")
        new = NewChange(
            self.session.scalars(article).one(),
            ChangeKind.AMENDED,
            on + timedelta(days=15),
            "Luật sửa đổi",
            clause="12"[number % 2],
            gist=f"Mới {number}",
        )
        today = now.date()
        catalogue.record_law_change(self.session, new, now=now, today=today, actor=SYSTEM)

    def _publish_anew(self, person: int, on: date, now: datetime, number: int) -> None:
        effect = (Change.SHORT_UPDATE, Change.SHORT_UPDATE, Change.FULL_RETAKE)[number % 3]
        self.module = self._publish(effect, number + 1, now)

    def _settle(self, person: int, on: date, now: datetime, number: int) -> None:
        waiting = (
            select(LawTask.id)
            .outerjoin(LawTaskSettlement, LawTaskSettlement.law_task_id == LawTask.id)
            .where(
                LawTaskSettlement.law_task_id.is_(None),
                LawTask.module_version_id != self.module.id,
            )
        )
        for task in self.session.scalars(waiting).all():
            catalogue.settle_by_hand(
                self.session, task, published=True, note="đủ", now=now, actor=SYSTEM
            )

    def _withdraw_law(self, person: int, on: date, now: datetime, number: int) -> None:
        for change in self.session.scalars(select(LawChange.id).where(stands())).all()[:1]:
            catalogue.withdraw_law_change(
                self.session, change, reason="nhầm", now=now, today=now.date(), actor=SYSTEM
            )

    def _require(self, person: int, on: date, now: datetime, number: int) -> None:
        """Other terms, from some day before or after."""
        terms = Terms(
            in_force_from=on + timedelta(days=20),
            modules=frozenset({self.module.module_id}),
            valid_months=1 + number % 3,
            window_months=1,
        )
        change_requirement(
            self.session, self.requirement.id, terms, now=now, today=now.date(), actor=SYSTEM
        )

    def unexplained(self, on: date) -> list[str]:
        """Places whose readings of the day differ while nothing is in the list."""
        (asked,) = asked_in_unit(self.session, self.province.path, on)
        asking, at = Asking(asked, on, ALL), rollups.last_moment(on)
        found = []
        for unit in (self.province, *self.communes):
            here = self._find(place, unit.unit_id, on)
            before = self._find(place_then, unit.unit_id, on, at)
            known = here or before
            if known is None or late_entries(self.session, asking, known, at, limit=1).total:
                continue
            if self._read(asking, here, then=False) != self._read(asking, before, then=True):
                found.append(known.name)
        return found

    def _find(self, find: Any, unit: int, *when: Any) -> Place | None:
        try:
            found: Place = find(self.session, ALL, unit, *when)
        except NotFound:
            return None
        return found

    def _read(self, asking: Asking, here: Place | None, *, then: bool) -> Any:
        """What the page of a place says."""
        if here is None:
            return None
        session = self.session
        if here.is_commune:
            read = rollups.teams_then if then else coverage_by_team
            return here, said(read(session, asking, here))
        units = rollups.units_then if then else coverage_by_unit
        return here, units(session, asking, here)


# What is known of the day of the first entry, and then is not.
SETTLED = [
    ("pass", 0, 0, 0),
    ("law", 0, 0, 0),
    ("publish", 0, 0, 0),
    ("settle", 0, 0, 0),
    ("withdraw law", 0, 0, 0),
]
EXEMPT = [
    ("exempt", 0, 0, 0),
    ("exempt", 1, 0, 0),
    ("exempt", 2, 0, 0),
    ("relieve no more", 0, 0, 0),
]
RENEWED = [("pass", 0, 0, 30), *(("leave", one, 0, 0) for one in (5, 4, 1)), ("pass", 0, 0, 0)]
UNITS = [("pass", 0, 0, 0), ("merge communes", 0, 0, 12), ("undo", 0, 0, 0), ("rename", 0, 0, 15)]
UNDONE = [("set up team", 0, 0, 0), ("undo", 0, 0, 0), ("end team", 0, 0, 12), ("undo", 0, 0, 0)]
TERMS = [("pass", 0, 0, 40), ("require", 0, 0, 40), ("require", 0, 0, 0), ("pass", 1, 0, 30)]
PARTED = [("link", 0, 0, 0), ("pass", 0, 0, 0), ("link", 3, 0, 0), ("unlink", 0, 0, 0)]


@settings(max_examples=3)
@given(log=logs)
@example(log=SETTLED)
@example(log=EXEMPT)
@example(log=RENEWED)
@example(log=UNITS)
@example(log=UNDONE)
@example(log=TERMS)
@example(log=PARTED)
def test_where_nothing_was_entered_later_a_day_reads_alike_then_and_now(
    db_session: Session, log: list[Entry]
) -> None:
    archive = Archive(db_session)
    try:
        for number, entry in enumerate(log):
            now = datetime.combine(FIRST + timedelta(days=200 + 10 * number), time(3), tzinfo=UTC)
            archive.enter(entry, now, number)
        for number in range(len(log)):
            on = FIRST + timedelta(days=200 + 10 * number + number % 2 * 5)
            assert not archive.unexplained(on), on
    finally:
        db_session.rollback()
