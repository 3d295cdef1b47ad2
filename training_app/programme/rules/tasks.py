"""What a person should do next, most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from training_app.assessment.rules.attempts import Door, Marking, Open, UsedUp, Wait
from training_app.programme.rules.needs import Law, Need, Reason, State


class CardKind(IntEnum):
    """What a card offers; the smaller number is the more urgent one."""

    ATTEMPT = 1
    LESSON = 2
    TEST = 3
    MISTAKES = 4
    UPDATE = 5
    REQUIRED = 6
    RENEWAL = 7
    WAIT = 8
    NO_ATTEMPT = 9


_NEVER_TAKEN: Final = Open(1)


@dataclass(frozen=True)
class ModuleState:
    """How far one person has come with one published module.

    ``next_number`` is the place of the first lesson not read yet (None: all are read);
    ``minutes_left`` what the lessons not read and the test take. ``open_attempt_id`` is a test
    under way of which ``answered`` questions are answered; ``mistakes_attempt_id`` the last test,
    handed in with ``mistakes`` wrong answers that were not looked at. ``done`` says that the
    module was completed at some time, by test or in a class. ``news_attempt_id`` is an attempt
    whose result was changed without the person having read it; ``door`` says whether the test
    may be taken, ``for_practice`` that another pass would complete nothing.
    """

    module_id: int
    slug: str
    title: str
    title_en: str
    position: int
    minutes: int
    lessons: int
    lessons_read: int
    next_number: int | None
    next_slug: str | None
    next_title: str | None
    minutes_left: int
    has_test: bool
    open_attempt_id: int | None
    answered: int
    out_of: int
    mistakes_attempt_id: int | None
    mistakes: int
    started: bool
    done: bool
    news_attempt_id: int | None = None
    door: Door = _NEVER_TAKEN
    for_practice: bool = False


@dataclass(frozen=True)
class Card:
    """One thing to do, with what its sentence needs."""

    kind: CardKind
    module: ModuleState
    due: date | None = None
    overdue: bool = False
    reason: Reason | None = None
    law: Law | None = None


def cards(modules: Sequence[ModuleState], needs: Iterable[Need]) -> tuple[Card, ...]:
    """Return all cards of a person, one per module at most, most urgent first.

    Work already begun comes before new work; among new work the earlier due date decides.
    """
    asked = _asked(needs)
    found = [card for module in modules if (card := _card(module, asked.get(module.module_id)))]
    return tuple(
        sorted(found, key=lambda card: (card.kind, card.due or date.max, card.module.position))
    )


def _asked(needs: Iterable[Need]) -> dict[int, Need]:
    """Return by module the most pressing need that learning it alone brings nearer."""
    asked: dict[int, Need] = {}
    for found in sorted((one for one in needs if not one.missing_class), key=_urgency):
        for module_id in found.missing_modules:
            asked.setdefault(module_id, found)
    return asked


def _urgency(found: Need) -> tuple[bool, date]:
    return found.covered, found.due_on or date.max


def _card(module: ModuleState, asked: Need | None) -> Card | None:
    """Return the one card that a module deserves, if any."""
    if module.open_attempt_id is not None:
        return _as(CardKind.ATTEMPT, module, asked)
    if asked is not None and asked.short_update_of(module.module_id):
        return _as(CardKind.UPDATE, module, asked)
    unfinished = asked is not None or not module.done
    if module.started and unfinished and module.next_number is not None:
        return _as(CardKind.LESSON, module, asked)
    if module.mistakes_attempt_id is not None and module.mistakes:
        return _as(CardKind.MISTAKES, module, asked)
    return _further(module, asked)


def _further(module: ModuleState, asked: Need | None) -> Card | None:
    """Return the card of a module in which nothing is left half done."""
    owed = asked is not None or (module.started and not module.done and module.has_test)
    if not owed or isinstance(module.door, Marking):
        return None
    if module.for_practice or isinstance(module.door, UsedUp):
        return _as(CardKind.NO_ATTEMPT, module, asked)
    if asked is not None and _renewed(module, asked):
        return _as(CardKind.RENEWAL, module, asked)
    if not (module.started and module.has_test):
        return _as(CardKind.REQUIRED, module, asked)
    waits = isinstance(module.door, Wait)
    return _as(CardKind.WAIT if waits else CardKind.TEST, module, asked)


def _renewed(module: ModuleState, asked: Need) -> bool:
    """Whether the module was learned before and is asked for again."""
    again = asked.state is State.DUE_SOON or asked.ended_on or asked.held_from
    return bool(again) and (module.done or not asked.exempt)


def _as(kind: CardKind, module: ModuleState, asked: Need | None) -> Card:
    if asked is None:
        return Card(kind, module)
    law = next((one.law for one in asked.updates if one.module_id == module.module_id), None)
    return Card(kind, module, asked.due_on, asked.overdue, asked.reason, law)
