"""A need in one sentence: message ids here, language and dates from the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from training_app.errors import N_
from training_app.programme.rules.needs import Need, Reason, Standing, State

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
    Reason.LAW_CHANGED: N_("The requirement changed on %(arose)s"),
}
_HELD: Final = N_("Holds until %(until)s")
_FOR_EVER: Final = N_("Holds without end")
_EXEMPT: Final = N_("Exempt until %(until)s")
_EXEMPT_FOR_EVER: Final = N_("Exempt")
_BEYOND_PERIOD: Final = N_("Holds until %(until)s, not to the end of the period")
_UPDATED: Final = N_("Holds; its content was renewed on %(arose)s")
_MISSING: Final = N_("%(reason)s. Still missing: %(missing)s")
_HOURS: Final = N_("%(hours)s hours")


def need_message(found: Need) -> str:
    """Return the message id of a need.

    Values for the edge to fill in: the dates ``ended``, ``until``, ``arose`` and ``due``.
    """
    if found.state is State.EXEMPT:
        return _EXEMPT_FOR_EVER if found.until is None else _EXEMPT
    if found.reason is None:
        return _FOR_EVER if found.until is None else _HELD
    if found.reason is Reason.LAW_CHANGED and found.covered:
        return _UPDATED
    window = found.window_opens
    if found.reason is Reason.EXPIRES_BEFORE and window is not None and found.on < window:
        return _BEYOND_PERIOD
    return _REASONS[found.reason]


def missing_words(found: Need, names: Mapping[int, str], say: Say) -> str:
    """Return what is still to be done: titles of modules, then hours; empty when nothing."""
    parts = [title for module, title in names.items() if module in found.missing_modules]
    if found.missing_hours:
        parts.append(say(_HOURS, hours=found.missing_hours))
    return "; ".join(parts)


def explain(found: Need, names: Mapping[int, str], say: Say, day: Day) -> str:
    """Return the need in one sentence of the reader's language.

    ``names`` are the titles of modules in the order to be read, ``say`` translates a message id
    with its values, ``day`` writes a date.
    """
    reason = say(
        need_message(found),
        ended=day(found.ended_on),
        until=day(found.until),
        arose=day(found.arose_on),
        due=day(found.due_on),
    )
    missing = missing_words(found, names, say)
    partly = found.reason in {Reason.INCOMPLETE, Reason.EXPIRED, Reason.LAW_CHANGED}
    if missing and partly:
        return say(_MISSING, reason=reason, missing=missing)
    return reason
