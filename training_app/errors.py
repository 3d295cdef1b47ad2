"""The errors that the application raises on purpose.

    TrainingError
    ├── RuleBroken      a rule says no: a page that says why and what to do (409)
    ├── InvalidInput    a value cannot be used: shown beside its field (422)
    ├── NotFound        no such row, or not in the viewer's scope: the same 404
    ├── NotAllowed      the viewer lacks the permission (403)
    ├── TooManyTries    a throttle holds (429)
    └── ScopeMissing    a query on unit-owned rows without a scope: a bug (500)

Anything else is a bug as well and ends in the 500 page with a reference.
"""

from __future__ import annotations

from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark an English message for translation where it is defined.

    Lower layers know no request and no language; the edge translates.
    """
    return message


class TrainingError(Exception):
    """Base of the application's own errors; carries an English message id and its values.

    ``onward``: what to do next in the reader's language, and its address, where a screen knows it.
    """

    status: ClassVar[int] = 500
    onward: tuple[str, str] | None = None

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class RuleBroken(TrainingError):
    """A rule refused an otherwise well-formed request."""

    status = 409


class InvalidInput(TrainingError):
    """A value was understood but cannot be used; ``field`` names where to show it."""

    status = 422

    def __init__(self, message: str, field: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class NotFound(TrainingError):
    """The row does not exist, or the viewer's scope does not hold it."""

    status = 404

    def __init__(self, message: str = "not found", **params: object) -> None:
        super().__init__(message, **params)


class NotAllowed(TrainingError):
    """The viewer's roles do not carry the permission."""

    status = 403

    def __init__(self, message: str = "not allowed", **params: object) -> None:
        super().__init__(message, **params)


class TooManyTries(TrainingError):
    """A throttle holds; ``retry_after`` is the wait in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class ScopeMissing(TrainingError):
    """A query reads unit-owned rows and names no scope. Always a bug."""
