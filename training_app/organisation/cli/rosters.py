"""``flask people import``: a roster from the command line, dry or for real."""

import hashlib
import json
from pathlib import Path

import click
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.clock import now, today
from training_app.db import writing
from training_app.extensions import db
from training_app.organisation.cli.groups import people
from training_app.organisation.queries import units as queries
from training_app.organisation.roster_file import Refusal, Roster, read
from training_app.organisation.services import rosters


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "code", required=True, help="Official code of the commune or ward today.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print what was understood, row by row.")
def import_people(file: Path, code: str, *, dry_run: bool, as_json: bool) -> None:
    """Read a roster (.xlsx, .xls, .csv) and take over every row about which nothing is in doubt.

    Rows in doubt wait for an officer on the page of imports; nobody's service is ended because the
    file does not name them.
    """
    on = today()
    unit = queries.unit_by_code(db.session(), code, on)
    if unit is None:
        message = _("No unit has the code %(code)s on %(day)s.", code=code, day=on.isoformat())
        if not dry_run:
            raise click.BadParameter(message, param_hint="--unit")
        click.echo(message, err=True)
    db.session.rollback()  # reading the file may take minutes: hold nothing meanwhile
    found = read(file, today=on)
    if isinstance(found, Refusal):
        if as_json:
            click.echo(json.dumps({"file": file.name, "refusal": found.as_dict()}))
        raise click.ClickException(_(found.message, **found.values))
    with writing():
        plan = _planned(unit, found, file, apply=not dry_run) if unit else None
    if as_json:
        click.echo(json.dumps(found.as_key(), ensure_ascii=False, indent=1))
        return
    _tell(found, plan)


def _planned(unit: queries.UnitRow, found: Roster, file: Path, *, apply: bool) -> rosters.Plan:
    """Store the file and carry out its plan; a dry run does the same and takes it back."""
    session = db.session()
    moment, actor = now(), Viewer.for_system("people")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    import_id = rosters.store(
        session, unit.id, found, file_name=file.name, file_hash=digest, now=moment, actor=actor
    )
    plan = rosters.apply(session, import_id, on=today(), now=moment, actor=actor)
    if apply:
        session.commit()
    else:
        session.rollback()
    return plan


def _tell(found: Roster, plan: rosters.Plan | None) -> None:
    click.echo(
        _(
            "%(people)s people in %(teams)s teams, %(problems)s problems",
            people=len(found.people),
            teams=len(found.teams),
            problems=len(found.problems),
        )
    )
    for problem in found.problems:
        place = f"{problem.sheet}!{problem.column or ''}{problem.row or ''}"
        said = _(problem.message, **problem.values)
        click.echo(f"{place}\t{problem.severity}\t{said} {_(problem.remedy, **problem.values)}")
    for kind, count in (plan.summary if plan else {}).items():
        click.echo(f"{kind}\t{count}")
