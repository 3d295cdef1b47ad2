"""Reading the shipped forms of elections and recognitions; a mistake names its form and field."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import Any, Final

from training_app.organisation.rules.papers import Column, Field, Form, Frame, Papers, Rows

_FRAME: Final = tuple(field.name for field in fields(Frame))
# Every place to fill in, so that a misspelt one is found when the file is read.
_PLACES: Final = (
    *("unit", "UNIT", "place", "village", "VILLAGE", "team", "year", "members", "women"),
    *("listed", "leader", "leader_birth", "dots"),
)
_TEXTS: Final = ("left", "before", "after", "signings")


class BadForm(ValueError):
    """A form cannot be used; the message says which and why."""


def papers(text: str) -> Papers:
    """Return the forms of a TOML text. Raises BadForm on the first that cannot be used."""
    read = tomllib.loads(text)
    forms = tuple(_form(row) for row in read.pop("form", []))
    missing = set(_FRAME) ^ set(read)
    if missing or not forms:
        message = f"frame: missing or unknown {sorted(missing) or 'forms'}"
        raise BadForm(message)
    return Papers(Frame(**read), forms)


def _form(row: dict[str, Any]) -> Form:
    number = row.get("number", "?")
    try:
        made = Form(
            **{"under": ""}
            | row
            | {name: tuple(row[name]) for name in _TEXTS}
            | {"rows": Rows(row["rows"])}
            | {"columns": tuple(_column(column) for column in row.get("columns", ()))},
        )
        for line in (*made.left, *made.before, *made.after):
            line.format_map(dict.fromkeys(_PLACES, ""))
    except (KeyError, TypeError, ValueError) as error:
        message = f"form {number}: {error}"
        raise BadForm(message) from error
    return made


def _column(row: dict[str, Any]) -> Column:
    return Column(str(row["title"]), Field(row["field"]), int(row["width"]))
