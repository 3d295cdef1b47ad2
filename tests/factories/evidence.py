"""Evidence and requirements as plain values, for tests of the rules."""

from datetime import date

from training_app.requirements.rules import Evidence, HeldPeriod, Renewing, Required

SCOPE, COURSE = 1, 2


def on(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


def passed(number: int, day: str, module: int = SCOPE, minutes: int | None = None) -> Evidence:
    """Evidence of one module on a day."""
    return Evidence(number, module, None, "test_passed", on(day), minutes)


def exempt(number: int, day: str, until: str, module: int = SCOPE) -> Evidence:
    """A limited exemption."""
    return Evidence(number, module, None, "exemption", on(day), valid_until=on(until))


def requires(
    *modules: int,
    mode: Renewing = Renewing.EXPIRY,
    months: int | None = 12,
    window: int = 1,
    minimum: int = 0,
    hours: int | None = None,
    anchor: date | None = None,
) -> Required:
    """A requirement of modules."""
    return Required(7, frozenset(modules), hours, months, mode, window, minimum, anchor)


def spans(held: tuple[HeldPeriod, ...]) -> list[tuple[str, str | None]]:
    """The periods as ISO dates."""
    return [(str(one.held_from), str(one.held_until) if one.held_until else None) for one in held]
