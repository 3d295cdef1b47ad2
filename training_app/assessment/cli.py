"""``flask items``: analyse the questions of a test, and correct a key found wrong."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext
from sqlalchemy.orm import Session

from training_app import clock
from training_app.access import Viewer
from training_app.assessment import queries, services
from training_app.assessment.parsing import TOLERANCE, Results, read_names, read_results
from training_app.assessment.rules.attempts import Policy
from training_app.assessment.rules.item_analysis import Analysis, analyse
from training_app.assessment.rules.keys import NewKey
from training_app.db import writing
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.extensions import db

items_group = AppGroup("items", help="How well the questions of a test do their work.")


@items_group.command("analyse")
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--items", "chosen", default="", help="Columns, separated by commas.")
@click.option("--max", "maxima", default="", help="Highest mark: one for all, or one per column.")
def analyse_command(results: Path, chosen: str, maxima: str, *, as_json: bool) -> None:
    """Analyse RESULTS, a CSV file with one row per attempt and one column per item."""
    try:
        table = read_results(_text(results), read_names(chosen))
        analysis = analyse(table.marks, _maxima(table, maxima))
    except InvalidInput as error:
        raise click.ClickException(gettext(error.message, **error.params)) from error
    _say_columns(table)
    if as_json:
        click.echo(json.dumps(_as_data(analysis), ensure_ascii=False))
    else:
        _print(analysis)


@items_group.command("correct")
@click.argument("module")
@click.argument("question")
@click.option("--version", type=int, help="The number of the wording; by default the latest.")
@click.option("--right", multiple=True, help="Id of an option, or of the reason, that is right.")
@click.option("--harmful", multiple=True, help="Id of an option that the law forbids.")
@click.option("--answer", type=click.Choice(["true", "false"]), help="Of a statement.")
@click.option("--accept", multiple=True, help="A typed answer that counts.")
@click.option("--order", default="", help="Ids of steps, separated by commas.")
@click.option("--pair", multiple=True, metavar="LEFT=RIGHT", help="Ids that belong together.")
@click.option("--void", is_flag=True, help="No answer was right: everybody gets the point.")
@click.option("--apply", "reason", default="", metavar="REASON", help="Correct it, with reason.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def correct_command(  # noqa: PLR0913 - click hands over one argument per option
    *,
    module: str,
    question: str,
    version: int | None,
    right: tuple[str, ...],
    harmful: tuple[str, ...],
    answer: str | None,
    accept: tuple[str, ...],
    order: str,
    pair: tuple[str, ...],
    void: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Say whose results a corrected key of QUESTION in MODULE would change; change none.

    With --apply the key is corrected and results that become better follow at once; what would
    become worse waits for a decision on the correction's page.
    """
    new = NewKey(
        right=frozenset(right),
        harmful=frozenset(harmful),
        answer=None if answer is None else answer == "true",
        accept=accept,
        order=tuple(part for part in order.split(",") if part),
        pairs={left: right for left, _, right in (one.partition("=") for one in pair)},
        void=void,
    )
    with writing(), Session(db.engine) as session:
        try:
            told = _correct(session, module, question, version, new, reason=reason)
        except (InvalidInput, RuleBroken) as error:
            raise click.ClickException(gettext(error.message, **error.params)) from error
    if as_json:
        click.echo(json.dumps(told))
    else:
        for name, number in told.items():
            click.echo(f"{name:10}{number}")


@items_group.command("counting")
@click.argument("module")
@click.argument("policy", type=click.Choice([one.value for one in Policy]))
@click.option("--apply", "reason", default="", metavar="REASON", help="Change it, with reason.")
@click.option("--lowering", default="", metavar="NAME", help="Who decided to lower passes too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def counting_command(
    *, module: str, policy: str, reason: str, lowering: str, as_json: bool
) -> None:
    """Say whose result changes if another attempt of MODULE's test counts; change none.

    With --apply it counts from now on, and results there are follow; a pass that was granted
    stands unless --lowering names who decided otherwise.
    """
    chosen = Policy(policy)
    with writing(), Session(db.engine) as session:
        try:
            if not reason:
                told = services.preview_policy(session, module, chosen, lowering=bool(lowering))
            else:
                told = services.change_policy(
                    session,
                    module,
                    chosen,
                    reason=reason,
                    decided_for=lowering,
                    lowering=bool(lowering),
                    now=clock.now(),
                    actor=Viewer.for_system("flask items counting"),
                )
                session.commit()
        except NotFound as error:
            raise click.ClickException(gettext("There is no such module.")) from error
        except (InvalidInput, RuleBroken) as error:
            raise click.ClickException(gettext(error.message, **error.params)) from error
    if as_json:
        click.echo(json.dumps(asdict(told)))
    else:
        for name, number in asdict(told).items():
            click.echo(f"{name:10}{number}")


def _correct(
    session: Session, module: str, key: str, version: int | None, new: NewKey, *, reason: str
) -> dict[str, int]:
    """The preview, and after --apply how many results changed."""
    asked = queries.asked_named(session, module, key, version)
    if asked is None:
        raise click.ClickException(gettext("There is no such question."))
    told = asdict(queries.preview(session, asked, services.key_for(session, asked, new)))
    if reason:
        now, actor = clock.now(), Viewer.for_system("flask items correct")
        made = services.correct_key(session, asked, new, reason=reason, now=now, actor=actor)
        told["changed"] = services.apply_all(session, made, now=now, actor=actor)
        session.commit()
    return told


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
    if len(numbers) != len(names) or not all(0 < one < math.inf for one in numbers):
        message = gettext("--max takes one number above 0, or one for each column.")
        raise click.ClickException(message)
    maxima = dict(zip(names, numbers, strict=True))
    over = [name for name, column in table.marks.items() if max(column) > maxima[name] + TOLERANCE]
    if over:
        message = gettext("Marks are higher than --max says in: %(names)s.", names=", ".join(over))
        raise click.ClickException(message)
    return maxima


def _say_columns(table: Results) -> None:
    """Say on the error stream which columns were taken, so that the output stays pure."""
    click.echo(gettext("Items: %(names)s", names=", ".join(table.marks)), err=True)
    if table.left_out:
        names = ", ".join(table.left_out)
        click.echo(gettext("Left out as number or sum: %(names)s", names=names), err=True)
    if table.text:
        names = ", ".join(table.text)
        click.echo(
            gettext("Left out, as not every cell is a number: %(names)s", names=names), err=True
        )
    if table.empty:
        message = gettext("Empty cells, counted as nothing earned: %(count)s", count=table.empty)
        click.echo(message, err=True)


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
