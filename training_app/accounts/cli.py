"""The first administrator."""

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from config import Settings
from training_app import clock
from training_app.access import Role, Viewer
from training_app.accounts import queries, services
from training_app.accounts.rules import tokens
from training_app.accounts.services import StaffFields
from training_app.db import writing
from training_app.errors import TrainingError
from training_app.extensions import db

_SYSTEM = Viewer.for_system("command line")


@click.group("admin")
def admin() -> None:
    """Administrators of the system."""


@admin.command("create")
@click.option("--name", required=True, help="Full name.")
@click.option("--login", required=True, help="Sign-in name: letters, digits, dots, dashes.")
@click.option("--another", is_flag=True, help="Make one although an administrator exists.")
@with_appcontext
def create(name: str, login: str, *, another: bool) -> None:
    """Make an administrator and print a way in that works once, within 30 minutes."""
    settings: Settings = current_app.config["SETTINGS"]
    session, now, on = db.session(), clock.now(), clock.today()
    with writing():
        if queries.administrator_exists(session, on) and not another:
            raise click.ClickException("an administrator exists; add --another to make one more")
        try:
            account = services.create_staff(
                session, StaffFields(login, name), on=on, now=now, actor=_SYSTEM
            )
            services.grant_role(
                session, account, Role.ADMINISTRATOR, None, on=on, now=now, actor=_SYSTEM
            )
            issued = services.issue_code(
                session, account, pepper=settings.pepper, now=now, actor=_SYSTEM
            )
        except TrainingError as error:
            raise click.ClickException(error.message % error.params) from error
        session.commit()
    with current_app.test_request_context():
        path = url_for("accounts.enter")
    click.echo(f"{settings.canonical_url}{path}#k={issued.secret}")
    click.echo(f"or open {settings.canonical_url}{path} and enter {tokens.spaced(issued.code)}")
    click.echo("It works once, within 30 minutes. Then choose a passphrase and a second factor.")
