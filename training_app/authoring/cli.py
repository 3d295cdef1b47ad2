"""``flask laws``: record what the law changes, and take back what was recorded by mistake."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.catalogue import services
from training_app.catalogue.queries import known_places, law_tasks
from training_app.clock import now, today
from training_app.db import writing
from training_app.extensions import current_session
from training_app.laws.queries import articles_by_citation, instrument_articles, law_changes
from training_app.laws.rules import ChangeKind, spoken_of
from training_app.laws.services import NewChange
from training_app.laws.source import BadCitation, Citation

laws = AppGroup("laws", help="Changes of law, and the content that cites them.")
_DAY = click.DateTime(["%Y-%m-%d"])


@laws.command("change")
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option("--kind", type=click.Choice([one.value for one in ChangeKind]), required=True)
@click.option("--from", "day", type=_DAY, required=True, help="First day, for example 2027-01-01.")
@click.option("--source", required=True, help="The act that decides it: number, name, date.")
@click.option("--gist", default="", help="What it says from then on, in short.")
@click.option("--by", "replaced_by", default="", metavar="PLACE", help="What takes its place.")
def change(  # noqa: PLR0917 - click hands over each option by name
    places: tuple[str, ...], kind: str, day: datetime, source: str, gist: str, replaced_by: str
) -> None:
    """Record that PLACE (luat-35-2013-qh13#12, #12.1.c, or a whole law without #) changes."""
    session = current_session()
    with writing():
        for place in [one for text in places for one in _places(text)]:
            found = articles_by_citation(session, [place])
            if place not in found:
                raise click.ClickException(_("%(place)s is not in the register.", place=place))
            article_id = found[place].article_id
            known = known_places(session, article_id)
            if not spoken_of((place.clause, place.point), known):
                click.echo(
                    _("%(place)s: nothing here cites it. Look at the paper.", place=place), err=True
                )
            made = services.record_law_change(
                session,
                NewChange(
                    article_id,
                    ChangeKind(kind),
                    day.date(),
                    source,
                    clause=place.clause,
                    point=place.point,
                    gist=gist,
                    replaced_by=replaced_by,
                ),
                now=now(),
                today=today(),
                actor=Viewer.for_system("laws"),
            )
            touched = [row.slug for row in law_tasks(session, change_id=made.id)]
            click.echo(f"{made.id}\t{place}\t{', '.join(touched) or '-'}")
        session.commit()


@laws.command("withdraw")
@click.argument("change_id", type=int)
@click.option("--reason", required=True)
def withdraw(change_id: int, reason: str) -> None:
    """Take back a change; exactly what it asked of people is asked no more."""
    with writing():
        session = current_session()
        services.withdraw_law_change(
            session,
            change_id,
            reason=reason,
            now=now(),
            today=today(),
            actor=Viewer.for_system("laws"),
        )
        session.commit()


@laws.command("list")
def listing() -> None:
    """One line per recorded change: number, place, kind, first day, modules still to review."""
    session = current_session()
    for row in law_changes(session):
        change = row.change
        tasks = law_tasks(session, change_id=change.id)
        waiting = [task.slug for task in tasks if task.open]
        state = "withdrawn" if row.withdrawn else ", ".join(waiting) or "-"
        click.echo(
            f"{change.id}\t{row.article.citation}\t{change.kind}\t{change.in_force_from}\t{state}"
        )


def _places(text: str) -> list[Citation]:
    """The place, or every article of a law named without one."""
    if "#" not in text:
        found = instrument_articles(current_session(), text)
        if not found:
            raise click.ClickException(_("%(place)s is not in the register.", place=text))
        return found
    try:
        return [Citation.parse(text)]
    except BadCitation as error:
        message = _("%(place)s is no place of a law; write luat-35-2013-qh13#12.", place=text)
        raise click.ClickException(message) from error
