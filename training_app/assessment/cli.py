"""``flask items``: analyse the questions of a test from a file of results."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext

from training_app.assessment.parsing import Results, read_results
from training_app.assessment.rules.item_analysis import Analysis, analyse
from training_app.errors import InvalidInput

items_group = AppGroup("items", help="How well the questions of a test do their work.")


@items_group.command("analyse")
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--items", "chosen", default="", help="Columns, separated by commas.")
@click.option("--max", "maxima", default="", help="Highest mark: one for all, or one per column.")
def analyse_command(results: Path, chosen: str, maxima: str, *, as_json: bool) -> None:
    """Analyse RESULTS, a CSV file with one row per attempt and one column per item."""
    wanted = [name.strip() for name in chosen.split(",") if name.strip()]
    try:
        table = read_results(_text(results), wanted)
        analysis = analyse(table.marks, _maxima(table, maxima))
    except InvalidInput as error:
        raise click.ClickException(gettext(error.message, **error.params)) from error
    _say_columns(table)
    if as_json:
        click.echo(json.dumps(_as_data(analysis), ensure_ascii=False))
    else:
        _print(analysis)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = gettext("The file is not UTF-8 text. Save it as CSV UTF-8 and try again.")
        raise click.ClickException(message) from error


def _maxima(table: Results, given: str) -> dict[str, float]:
    """The highest mark of each item: as given, or 1 where no mark is higher."""
    names = list(table.marks)
    if not given:
        over = [name for name, column in table.marks.items() if max(column) > 1]
        if over:
            message = gettext("Marks are higher than 1 in: %(names)s.", names=", ".join(over))
            remedy = gettext("Say the highest mark with --max.")
            raise click.ClickException(f"{message} {remedy}")
        return dict.fromkeys(names, 1.0)
    try:
        numbers = [float(part) for part in given.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        numbers *= len(names)
    if len(numbers) != len(names) or min(numbers) <= 0:
        message = gettext("--max takes one number above 0, or one for each column.")
        raise click.ClickException(message)
    return dict(zip(names, numbers, strict=True))


def _say_columns(table: Results) -> None:
    """Say on the error stream which columns were taken, so that the output stays pure."""
    click.echo(gettext("Items: %(names)s", names=", ".join(table.marks)), err=True)
    if table.left_out:
        names = ", ".join(table.left_out)
        click.echo(gettext("Left out as number or sum: %(names)s", names=names), err=True)


def _as_data(analysis: Analysis) -> dict[str, object]:
    return {"test": asdict(analysis.test), "items": [asdict(item) for item in analysis.items]}


def _print(analysis: Analysis) -> None:
    """The same numbers as lines of text."""
    for name, value in asdict(analysis.test).items():
        click.echo(f"{name:24}{_shown(value)}")
    for item in analysis.items:
        cells = (f"{name} {_shown(value)}" for name, value in asdict(item).items())
        click.echo("  ".join(cells))


def _shown(value: float | str | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:.6g}"
