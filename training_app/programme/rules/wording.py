"""A need in one sentence: message ids here, language and dates from the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from training_app.errors import N_
from training_app.programme.rules.needs import UPDATES, Need, Reason, Standing, State
from training_app.requirements.rules import SHORT_UPDATE

Say = Callable[..., str]
Day = Callable[[date | None], str]

STATE_MESSAGES: Final = {
    State.HELD: N_("Holds"),
    State.DUE_SOON: N_("Due soon"),
    State.NEEDED: N_("Needed"),
    State.EXEMPT: N_("Exempt"),
}
STANDING_MESSAGES: Final = {
    Standing.HELD: N_("Trained"),
    Standing.LAPSED: N_("Lapsed"),
    Standing.BEGUN: N_("In progress"),
    Standing.NOT_BEGUN: N_("Not begun"),
}
TAGS: Final = {
    Standing.HELD: "success",
    Standing.LAPSED: "error",
    Standing.BEGUN: "info",
    Standing.NOT_BEGUN: "warning",
}
_REASONS: Final = {
    Reason.NEVER_TRAINED: N_("Not trained yet"),
    Reason.EXPIRED: N_("Expired on %(ended)s"),
    Reason.EXPIRES_BEFORE: N_("Holds until %(until)s; can be renewed now"),
    Reason.NEW_REQUIREMENT: N_("New requirement since %(arose)s; time until %(due)s"),
    Reason.INCOMPLETE: N_("Begun"),
    Reason.REQUIREMENT_CHANGED: N_("The requirement changed on %(arose)s"),
    Reason.LAW_CHANGED: N_("%(law)s changed on %(since)s"),
    Reason.CONTENT_CHANGED: N_("The content was renewed on %(arose)s"),
}
_HELD: Final = N_("Holds until %(until)s")
_FOR_EVER: Final = N_("Holds without end")
_EXEMPT: Final = N_("Exempt until %(until)s")
_EXEMPT_FOR_EVER: Final = N_("Exempt")
_EXEMPT_THEN: Final = N_("Exempt until %(until)s; needed from that day on")
_BEYOND_PERIOD: Final = N_("Holds until %(until)s, not to the end of the period")
_SHORT: Final = N_("%(reason)s. To do: a short update of %(modules)s")
_AGAIN: Final = N_("%(reason)s. To learn again: %(modules)s")
_MISSING: Final = N_("%(reason)s. Still missing: %(missing)s")
_HOURS: Final = N_("%(hours)s hours")
_CLASS: Final = N_("a class")
_CLASS_ON: Final = N_("a class on %(modules)s (a test does not stand for it)")
_CLASS_HOURS: Final = N_("%(hours)s hours in a class")


def need_message(found: Need) -> str:
    """Return the message id of a need.

    Values for the edge to fill in: the dates ``ended``, ``until``, ``arose`` and ``due``; of a
    change of law, its place ``law`` and the day ``since``.
    """
    if found.state is State.EXEMPT:
        return _EXEMPT_FOR_EVER if found.until is None else _EXEMPT
    if found.reason is None:
        return _FOR_EVER if found.until is None else _HELD
    if found.exempt and found.reason is Reason.EXPIRES_BEFORE:
        return _EXEMPT_THEN
    window = found.window_opens
    if found.reason is Reason.EXPIRES_BEFORE and window is not None and found.on < window:
        return _BEYOND_PERIOD
    return _REASONS[found.reason]


def missing_words(found: Need, names: Mapping[int, str], say: Say) -> str:
    """Return what is still to be done: titles of modules, hours, a class; empty when nothing."""
    parts = [title for module, title in names.items() if module in found.missing_modules]
    if found.missing_class and parts:
        parts = [say(_CLASS_ON, modules=", ".join(parts))]
    if found.missing_hours:
        hours = _CLASS_HOURS if found.missing_class else _HOURS
        parts.append(say(hours, hours=found.missing_hours))
    if found.missing_class and not parts:
        parts.append(say(_CLASS))
    return "; ".join(parts)


def explain(
    found: Need, names: Mapping[int, str], say: Say, day: Day, *, english: bool = False
) -> str:
    """Return the need in one sentence of the reader's language.

    ``names`` are the titles of modules in the order to be read, ``say`` translates a message id
    with its values, ``day`` writes a date; ``english`` says in which language the law is named.
    """
    law = next((one.law for one in found.updates if one.law), None)
    reason = say(
        need_message(found),
        ended=day(found.ended_on),
        until=day(found.until),
        arose=day(found.arose_on),
        due=day(found.due_on),
        law=(law.english if english else law.vietnamese) if law else "",
        since=day(law.since if law else None),
    )
    if found.reason in UPDATES:
        return _what_to_do(found, names, say, reason)
    missing = missing_words(found, names, say)
    partly = {Reason.INCOMPLETE, Reason.EXPIRED, Reason.REQUIREMENT_CHANGED}
    if missing and (found.reason in partly or found.missing_class):
        return say(_MISSING, reason=reason, missing=missing)
    return reason


def _what_to_do(found: Need, names: Mapping[int, str], say: Say, reason: str) -> str:
    """Add to a reason which modules ask for a short update, or to be learned again."""
    again = {one.module_id for one in found.updates if one.effect != SHORT_UPDATE}
    short = {one.module_id for one in found.updates} - again
    for message, modules in ((_SHORT, short), (_AGAIN, again)):
        titles = "; ".join(title for module, title in names.items() if module in modules)
        if titles:
            reason = say(message, reason=reason, modules=titles)
    return reason
