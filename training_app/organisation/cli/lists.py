"""``flask units load`` and ``find``: the shipped lists, and a unit as people write it."""

import json
from datetime import date, datetime

import click
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.clock import now, today
from training_app.db import writing
from training_app.extensions import db
from training_app.organisation.cli.groups import units
from training_app.organisation.queries import units as queries
from training_app.organisation.services import units as services


@units.command("load")
def load() -> None:
    """Add the shipped units that the database does not have yet."""
    with writing():
        loaded = services.load_units(db.session(), now=now(), actor=Viewer.for_system("units"))
        db.session.commit()
    click.echo(
        _(
            "%(units)s units, %(spans)s intervals, %(successions)s successions added",
            units=loaded.units,
            spans=loaded.spans,
            successions=loaded.successions,
        )
    )


@units.command("find")
@click.argument("text")
@click.option("--province", "province_code", help="Official code of the province on that day.")
@click.option("--on", "moment", type=click.DateTime(["%Y-%m-%d"]), help="Day; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def find(text: str, province_code: str | None, moment: datetime | None, *, as_json: bool) -> None:
    """Print the units that TEXT may mean: one when certain, several when it must be asked."""
    on = moment.date() if moment else today()
    if province_code and queries.unit_by_code(db.session(), province_code, on) is None:
        message = _(
            "No province has the code %(code)s on %(day)s.", code=province_code, day=on.isoformat()
        )
        raise click.BadParameter(message, param_hint="--province")
    found = queries.find_units(db.session(), text, province_code, on=on)
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        click.echo(f"{row.code}\t{row.full_name}\t{row.valid_from}\t{_written(row.valid_to)}")


def _as_json(row: queries.UnitRow) -> dict[str, str | None]:
    return {
        "code": row.code,
        "name": row.name,
        "type": row.type,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
