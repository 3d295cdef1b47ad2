"""What a hall may answer, how answers are counted, and when the counts may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from training_app.catalogue.source import Node, Scenario
from training_app.errors import N_, InvalidInput
from training_app.laws.source import Citation
from training_app.questions.rules import option_order
from training_app.questions.source import Multiple, Question, Single, TrueFalse

# A half-day class with its breaks; a session that was forgotten closes by itself.
OPEN_FOR: Final = timedelta(hours=6)
# With one or two answers the whole hall would know who gave which.
FEWEST_SHOWN: Final = 3
MOST_HANDS: Final = 2000
LOWEST_CODE, HIGHEST_CODE = 100_000, 999_999
UNSURE: Final = "dont-know"
LETTERS: Final = "ABCDEFGH"
_JOIN: Final = " "

_SAY_TRUE: Final = N_("Right")
_SAY_FALSE: Final = N_("Not right")
SAY_UNSURE: Final = N_("I do not know yet")


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to choose: ``letter`` is what the hall sees and a phone sends, ``id`` is stored.

    ``own_words`` says that ``text`` is a message of the application, to be translated.
    """

    id: str
    letter: str
    text: str
    own_words: bool = False
    right: bool = False
    harmful: bool = False
    consequence: str = ""
    why: str = ""
    cites: tuple[Citation, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is projected: a stem and the ways to answer; ``several`` may be chosen or just one."""

    stem: str
    ways: tuple[Way, ...]
    several: bool = False
    speaker: str = ""
    line: str = ""
    explanation: str = ""
    cites: tuple[Citation, ...] = ()

    def by_letter(self) -> dict[str, Way]:
        """The ways by what a phone sends."""
        return {way.letter: way for way in self.ways}


def can_be_projected(question: Question) -> bool:
    """Whether a hall can answer it by phone or hand: letters to choose, not text to write."""
    return isinstance(question, Single | Multiple | TrueFalse)


def question_ballot(question: Question) -> Ballot:
    """A question for the hall. Everybody sees the same order, so that hands can be counted."""
    if isinstance(question, TrueFalse):
        ways = [
            Way("true", "A", _SAY_TRUE, own_words=True, right=question.answer),
            Way("false", "B", _SAY_FALSE, own_words=True, right=not question.answer),
        ]
    elif isinstance(question, Single | Multiple):
        by_id = {option.id: option for option in question.options}
        shown = [by_id[one] for one in option_order(question, "hall")]
        ways = [
            Way(one.id, letter, one.text, right=one.right, harmful=one.harmful, why=one.why)
            for letter, one in zip(LETTERS, shown, strict=False)
        ]
    else:
        ways = []
    return Ballot(
        question.stem,
        (*ways, Way(UNSURE, UNSURE, SAY_UNSURE, own_words=True)),
        several=isinstance(question, Multiple),
        explanation=question.explanation,
        cites=question.cites,
    )


def node_ballot(node: Node) -> Ballot:
    """A turn of a scenario for the hall, its ways in the author's order."""
    ways = tuple(
        Way(
            one.id,
            letter,
            one.text,
            harmful=one.harmful,
            consequence=one.consequence,
            why=one.why,
            cites=one.cites,
            next=one.next,
        )
        for letter, one in zip(LETTERS, node.choices, strict=False)
    )
    return Ballot(node.situation, ways, speaker=node.speaker, line=node.line)


def turns(scenario: Scenario) -> tuple[Node, ...]:
    """The turns of a scenario, the first one first."""
    start = scenario.node(scenario.start)
    rest = tuple(node for node in scenario.nodes if node.id != scenario.start)
    return (start, *rest) if start else rest


# -- answering ------------------------------------------------------------------------------


def read_vote(ballot: Ballot, sent: Iterable[str]) -> str:
    """What a phone sent, as it is stored: ids joined by a blank. Raises InvalidInput.

    "I do not know yet" beside other answers means itself.
    """
    known = ballot.by_letter()
    chosen = [known[one] for one in dict.fromkeys(sent) if one in known]
    unsure = [way for way in chosen if way.id == UNSURE]
    if not chosen:
        raise InvalidInput(N_("Choose an answer, then send it."), "answer")
    if not ballot.several and len(chosen) > 1:
        raise InvalidInput(N_("Choose one answer only."), "answer")
    return _JOIN.join(sorted(way.id for way in unsure or chosen))


def read_hands(ballot: Ballot, sent: Mapping[str, str]) -> dict[str, int]:
    """Raised hands per way from fields ``hands-<letter>``, empty for none. Raises InvalidInput."""
    counts = {}
    for way in ballot.ways:
        field = f"hands-{way.letter}"
        text = sent.get(field, "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit()) or int(text[:9]) > MOST_HANDS:
            message = N_("Write a whole number from 0 to %(most)s.")
            raise InvalidInput(message, field, most=MOST_HANDS)
        counts[way.id] = int(text)
    return counts


# -- counting -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """One way with the phones and hands that chose it."""

    way: Way
    phones: int
    hands: int

    @property
    def total(self) -> int:
        """Phones and hands together."""
        return self.phones + self.hands


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the hall answered. ``answers`` is the number of people, as far as it is known.

    Where several ways may be chosen, hands say only how often each was raised; then at least as
    many people raised one as raised it for the most frequent way.
    """

    rows: tuple[Counted, ...]
    answers: int
    phones: int
    hands: int

    @property
    def shown(self) -> bool:
        """Whether there are enough answers for nobody to be recognised by theirs."""
        return self.answers >= FEWEST_SHOWN

    @property
    def apart(self) -> bool:
        """Whether phones may stand beside hands: one or two phones would be known by theirs."""
        return not 0 < self.phones < FEWEST_SHOWN

    @property
    def leading(self) -> Counted | None:
        """The way chosen most often; None where nobody answered or two are equal."""
        ordered = sorted(self.rows, key=lambda row: row.total, reverse=True)
        if not ordered or not ordered[0].total:
            return None
        if len(ordered) > 1 and ordered[1].total == ordered[0].total:
            return None
        return ordered[0]


def distribution(
    ballot: Ballot, tally: Mapping[str, int], hands: Mapping[str, int]
) -> Distribution:
    """Count ``tally`` (ids joined by a blank → phones) and ``hands`` (id → hands) per way."""
    phones = dict.fromkeys((way.id for way in ballot.ways), 0)
    for joined, times in tally.items():
        for one in joined.split(_JOIN):
            if one in phones:
                phones[one] += times
    rows = tuple(Counted(way, phones[way.id], hands.get(way.id, 0)) for way in ballot.ways)
    by_phone = sum(tally.values())
    by_hand = _people(ballot, [row.hands for row in rows])
    return Distribution(rows, by_phone + by_hand, by_phone, by_hand)


def _people(ballot: Ballot, hands: Sequence[int]) -> int:
    return max(hands, default=0) if ballot.several else sum(hands)
