"""Commands on requirements."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup

from training_app.errors import InvalidInput
from training_app.requirements.rules import (
    Period,
    Renewal,
    Renewing,
    parse_period,
    refuse_long_window,
    renewal,
)

group = AppGroup("requirements", help="What must be held by whom.")


class _Checked(click.ParamType[Any]):
    """A value read by a function that says in words what is wrong with it."""

    def __init__(self, name: str, read: Callable[[str], object]) -> None:
        self.name = name
        self._read = read

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> object:
        """Read the text of the command line; defaults come as they are."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except InvalidInput as error:
            self.fail(error.message % error.params, param, ctx)
        except ValueError:
            self.fail(f"“{value}” is not a date such as 2026-05-15", param, ctx)


def _read_date(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone


DATE = _Checked("date", _read_date)
PERIOD = _Checked("period", parse_period)


@group.command()
@click.option("--mode", type=click.Choice([mode.value for mode in Renewing]), required=True)
@click.option("--held-until", type=DATE, help="The end of what is held now.")
@click.option("--completed", type=DATE, required=True, help="The day everything was done.")
@click.option("--due", type=DATE, help="The day by which it is due the first time.")
@click.option("--period", type=PERIOD, required=True, help="How long it holds, as 1y or 24m.")
@click.option("--minimum", type=PERIOD, default="0m", help="The shortest time that it holds.")
@click.option("--window", type=PERIOD, default="0m", help="How early it may be renewed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def preview(  # noqa: PLR0917 - click hands over one argument per option
    mode: str,
    held_until: date | None,
    completed: date,
    due: date | None,
    period: Period,
    minimum: Period,
    window: Period,
    as_json: bool,  # noqa: FBT001 - as above
) -> None:
    """Try a renewal rule: say until when it would hold, and from when it may be renewed."""
    try:
        refuse_long_window(completed, period=period, window=window)
        result = renewal(
            Renewing(mode),
            completed=completed,
            period=period,
            window=window,
            minimum=minimum,
            held_until=held_until,
            due=due,
        )
    except InvalidInput as error:
        raise click.ClickException(error.message % error.params) from error
    click.echo(_as_json(result) if as_json else _as_sentence(result))


def _as_json(result: Renewal) -> str:
    return json.dumps(
        {
            "base": result.base.isoformat(),
            "expires": result.expires.isoformat(),
            "window_opens": result.window_opens.isoformat(),
        }
    )


def _as_sentence(result: Renewal) -> str:
    return (
        f"Counted from {result.base}, held until {result.expires},"
        f" may be renewed from {result.window_opens}."
    )
