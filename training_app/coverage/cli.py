"""``flask coverage``: make the ready counts anew, and prove them."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask.cli import AppGroup

from training_app.clock import now, today
from training_app.coverage import rollups, services
from training_app.db import writing
from training_app.extensions import current_session

group = AppGroup("coverage", help="Which teams still need training.")

_SHOWN = 50


@group.command()
def rebuild() -> None:
    """Make the ready counts of every requirement anew from the record."""
    session = current_session()
    waiting = rollups.pending(session).rows
    for requirement_id in rollups.kept_requirements(session):
        begun = now()
        made = services.draft(session, requirement_id, tell=_told(requirement_id))
        session.rollback()
        with writing():
            written = services.write(session, made, now=begun)
            session.commit()
        if not written:
            raise click.ClickException("somebody else counted meanwhile: run it again")
        click.echo(f"requirement {requirement_id}: {len(made.changes)} rows")
        session.rollback()
    with writing():
        services.forget(session, waiting)
        session.commit()


@group.command()
def verify() -> None:
    """Hold the ready counts against a full recount; exits 1 and lists what differs."""
    session = current_session()
    if waiting := len(rollups.pending(session).rows):
        click.echo(f"{waiting} changes wait to be counted and may differ", err=True)
    known = rollups.turns(session)
    found = [
        one
        for requirement_id in rollups.kept_requirements(session)
        if requirement_id in known
        for one in services.verify(session, requirement_id, tell=_told(requirement_id))
    ]
    for one in found[:_SHOWN]:
        place = f"{one.path} (repeated from {one.leaf})" if one.leaf else one.path
        click.echo(f"requirement {one.requirement_id}, place {place}, year {one.year}", err=True)
    click.echo(f"{len(found)} differences from a full recount of {len(known)} requirements")
    if found:
        raise SystemExit(1)


@group.command()
def targets() -> None:
    """Count where each province stands beside the national targets, as the worker does nightly."""
    session, day = current_session(), today()
    for place, on in services.standings_wanted(session, day):
        rows = services.count_standings(session, place, on, now=now())
        session.rollback()
        with writing():
            services.keep_standings(session, place, on, rows)
            session.commit()
        if rows:
            click.echo(f"  {place.name}, {on:%d/%m/%Y}: {len(rows)} targets")


def _told(requirement_id: int) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        click.echo(f"  requirement {requirement_id}: {done} of {total} communes", err=True)

    return tell
