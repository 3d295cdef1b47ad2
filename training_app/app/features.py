"""Every feature's screens and commands, in one list."""

from __future__ import annotations

import click
from flask import Flask

from training_app.access import Viewer
from training_app.accounts import cli as accounts_cli
from training_app.accounts import routes as accounts
from training_app.assessment import cli as assessment_cli
from training_app.assessment import routes as assessment
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.authoring import cli as authoring_cli
from training_app.authoring import routes as authoring
from training_app.backup.cli import backup_group, database_group
from training_app.catalogue import cli as catalogue_cli
from training_app.catalogue import routes as catalogue
from training_app.certificates import routes as certificates
from training_app.clock import now
from training_app.coverage import cli as coverage_cli
from training_app.coverage import routes as coverage
from training_app.demo.cli import demo
from training_app.dossier import cli as dossier_cli
from training_app.dossier import routes as dossier
from training_app.extensions import db
from training_app.hall import routes as hall
from training_app.jobs.cli import audit_group, worker_group
from training_app.learning import cli as learning_cli
from training_app.learning import routes as learning
from training_app.organisation import cli as organisation_cli
from training_app.organisation import routes as organisation
from training_app.practice import routes as practice
from training_app.programme import routes as programme
from training_app.reporting import routes as reporting
from training_app.requirements import cli as requirements_cli
from training_app.requirements import routes as requirements
from training_app.web.asides import aside
from training_app.workshops import routes as workshops

ANONYMOUS = Viewer.anonymous()
load_viewer = accounts.load_viewer

BLUEPRINTS = (
    accounts.bp,
    assessment.bp,
    authoring.bp,
    catalogue.bp,
    certificates.bp,
    coverage.bp,
    dossier.bp,
    hall.bp,
    learning.bp,
    organisation.bp,
    practice.bp,
    programme.bp,
    reporting.bp,
    requirements.bp,
    workshops.bp,
)
COMMANDS: tuple[click.Command, ...] = (
    assessment_cli.items_group,
    accounts_cli.admin,
    audit_group,
    authoring_cli.laws,
    backup_group,
    catalogue_cli.content,
    coverage_cli.group,
    database_group,
    demo,
    dossier_cli.group,
    learning_cli.group,
    organisation_cli.people,
    organisation_cli.units,
    requirements_cli.group,
    worker_group,
)


def register(app: Flask) -> None:
    """Add all screens and commands to the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)


def audit_refusal(viewer: Viewer, endpoint: str) -> None:
    """Write down that a signed-in viewer was refused; strangers are not written down."""
    if viewer.signed_in:
        with aside(db.engine) as session:
            audit.record(
                session,
                Action.ACCESS_REFUSED,
                actor=viewer,
                now=now(),
                object_kind="endpoint",
                detail={"endpoint": endpoint},
            )
