"""Half-open intervals: what holds from one day up to, and not on, another."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Mapped


class Dated:
    """Mixin for rows that hold on ``valid_from <= day < valid_to``; NULL while still open."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


def holds(entity: type[Dated], on: date) -> ColumnElement[bool]:
    """The interval of ``entity`` holds on the day."""
    return and_(entity.valid_from <= on, or_(entity.valid_to.is_(None), entity.valid_to > on))
