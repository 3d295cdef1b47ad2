"""``flask people link|unlink``: two rows are one human being, or are not."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.clock import now
from training_app.db import writing
from training_app.errors import RuleBroken
from training_app.extensions import current_session
from training_app.organisation.cli.groups import people
from training_app.organisation.services.links import link_person, unlink_person

_ACTOR = Viewer.for_system("people")


@people.command("link")
@click.argument("other", type=int)
@click.argument("same", type=int)
def link(other: int, same: int) -> None:
    """Count the row numbered OTHER under the one numbered SAME."""
    with _one_change() as session:
        link_person(session, other, same, now=now(), actor=_ACTOR)
    click.echo(_("Linked. Now run: flask learning rederive"))


@people.command("unlink")
@click.argument("other", type=int)
def unlink(other: int) -> None:
    """Count the row numbered OTHER by itself again."""
    with _one_change() as session:
        unlink_person(session, other, now=now(), actor=_ACTOR)
    click.echo(_("No longer linked. Now run: flask learning rederive"))


@contextmanager
def _one_change() -> Iterator[Session]:
    session = current_session()
    try:
        with writing():
            yield session
            session.commit()
    except RuleBroken as refused:
        session.rollback()
        raise click.ClickException(_(refused.message, **refused.params)) from refused
