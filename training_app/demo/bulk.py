"""Writing hundreds of thousands of rows: past the object mapper, by each engine's fast way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import column as sql_column
from sqlalchemy import func, select, table
from sqlalchemy.orm import Session

from training_app.organisation.services.units import reserve_ids

Row = tuple[Any, ...]
# Parents first.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "team": ("id",),
    "team_span": (
        "team_id",
        "unit_id",
        "name",
        "name_fold",
        "sort_key",
        "village",
        "minority_required",
        "valid_from",
        "valid_to",
    ),
    "person": (
        "id",
        "full_name",
        "name_fold",
        "sort_key",
        "birth_year",
        "sex",
        "ethnic_minority",
        "law_qualified",
        "recorded_at",
    ),
    "person_phone": ("person_id", "number", "valid_from"),
    "membership": (
        "person_id",
        "team_id",
        "valid_from",
        "valid_to",
        "end_reason",
        "end_note",
        "recorded_at",
        "source",
        "end_recorded_at",
    ),
    "leadership": ("person_id", "team_id", "valid_from", "recorded_at"),
    "account": ("id", "person_id", "kind", "login_name", "totp_step", "lock_reason", "created_at"),
    "role_grant": ("account_id", "role", "unit_id", "valid_from", "recorded_at", "reason"),
    "workshop": (
        "id",
        "unit_id",
        "title",
        "held_on",
        "minutes",
        "place",
        "trainer_person_id",
        "guest_trainer",
        "note",
        "recorded_at",
        "cancel_reason",
    ),
    "fact": (
        "id",
        "person_id",
        "kind",
        "module_id",
        "module_version_id",
        "minutes",
        "happened_on",
        "recorded_at",
        "recorded_by",
        "source_kind",
        "source_id",
    ),
    "holding": (
        "person_id",
        "requirement_id",
        "requirement_version_id",
        "held_from",
        "held_until",
        "basis",
        "derived_at",
    ),
}
_NUMBERED: Final = ("team", "person", "account", "workshop", "fact")


class Bulk:
    """Rows of many tables, collected and written together; the caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.last = {name: self._highest(name) for name in _NUMBERED}
        self.moment = cache(self._moment)

    def _highest(self, name: str) -> int:
        return self.session.scalar(select(func.max(sql_column("id"))).select_from(table(name))) or 0

    def number(self, name: str) -> int:
        """The next id of a table."""
        self.last[name] += 1
        return self.last[name]

    def add(self, name: str, *values: Any) -> None:
        """Collect a row in the order of its columns; days are written as texts."""
        self.rows[name].append(values)

    def _moment(self, day: date) -> str:
        """Midday of a day in Viet Nam, as the engine reads it."""
        return f"{day} 05:00:00.000000{'+00' if self.postgresql else ''}"

    def write(self) -> int:
        """Write what was collected; returns how many rows."""
        written = 0
        for name, columns in COLUMNS.items():
            rows = self.rows.pop(name, [])
            written += len(rows)
            if rows:
                self._write(name, columns, rows)
        return written

    def _write(self, name: str, columns: Sequence[str], rows: list[Row]) -> None:
        connection = self.session.connection()
        if not self.postgresql:
            places = ", ".join("?" * len(columns))
            # Names come from the table above, never from outside.
            statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
            connection.exec_driver_sql(statement, rows)
            return
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Let the engines go on counting ids after ours."""
        for name in _NUMBERED:
            reserve_ids(self.session, name, max(1, self.last[name]))
