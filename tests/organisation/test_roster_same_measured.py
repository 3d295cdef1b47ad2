"""How well one human being is recognised: measured on invented lists in which it is known."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.organisation.labelled import SHEET, Years, years
from training_app.organisation.roster_file import Pair, Roster, pairs_across, pairs_within
from training_app.organisation.services.rosters import Known, Record
from training_app.organisation.services.rosters.matching import (
    KnownMembership,
    fingerprints,
    match,
)

Note = Callable[[str, object], None]
COMMUNES = range(12)
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.95


@dataclass
class Score:
    """Pairs that are one human being and were proposed, were proposed wrongly, were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def count(self, proposed: set[tuple[int, int]], true: set[tuple[int, int]]) -> None:
        self.right += len(proposed & true)
        self.wrong += len(proposed - true)
        self.missed += len(true - proposed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def __str__(self) -> str:
        found = f"precision {self.precision:.4f}, recall {self.recall:.4f}"
        return f"{found} ({self.right} right, {self.wrong} wrong, {self.missed} missed)"


def rows_of(pair: Pair) -> tuple[int, int]:
    one, other = (int(side.rpartition("!")[2]) for side in (pair.one, pair.other))
    return one, other


def test_one_human_being_in_two_years_or_twice_in_one_is_proposed(record_property: Note) -> None:
    across, within, both = Score(), Score(), Score()
    for seed in COMMUNES:
        made = years(seed)
        listed = Roster("2026.xlsx", people=tuple(made.listed))
        found, _ = pairs_across(listed, Roster("2025.xlsx", people=tuple(made.record)))
        again, _ = pairs_within(listed.file, made.listed)
        for score in (across, both):
            score.count({rows_of(pair) for pair in found}, made.same)
        for score in (within, both):
            score.count({rows_of(pair) for pair in again}, made.twice)
    told = f"same person, all pairs: {both}; between years: {across}; in one list: {within}"
    record_property("figures", told)
    assert both.precision >= LEAST_PRECISION
    assert both.recall >= LEAST_RECALL
    assert within.recall >= LEAST_RECALL


def test_nobody_is_taken_for_somebody_else_without_a_question(record_property: Note) -> None:
    taken = asked = 0
    wrong = []
    for seed in COMMUNES:
        made = years(seed)
        roster = Roster("2026.xlsx", people=tuple(made.listed))
        record = Record(people=tuple(known(made)))
        found = match(roster, record, {}, fingerprints(roster.people))
        for place, one in found.items():
            row = int(place.removeprefix(f"{SHEET}!"))
            taken += one.person_id is not None
            asked += bool(one.candidates)
            if one.person_id is not None and (row, one.person_id) not in made.same:
                wrong.append((row, one.person_id))
    told = f"taken without a question {taken}, wrongly {len(wrong)}, asked about {asked}"
    record_property("figures", f"same person, against the record: {told}")
    assert not wrong


def known(made: Years) -> list[Known]:
    """The people on record, each serving in one team."""
    found = []
    for row in made.record:
        team = KnownMembership(row.row, 1, row.team or "", serving=True, leads=False)
        found.append(Known(row.row, row, (team,)))
    return found
