"""``flask content``: check the folders, load them, write them back."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.catalogue import services
from training_app.catalogue.folders import Folders, folder_hash, read_folders, write_folders
from training_app.catalogue.queries import (
    edited_since_load,
    last_load,
    picture_contents,
    published_modules,
    source_module,
)
from training_app.catalogue.rules import Step
from training_app.clock import now
from training_app.db import writing
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.laws.queries import register
from training_app.laws.source import Problem

content = AppGroup("content", help="Modules, question banks and scenarios in folders.")

STEPS = {
    Step.PUBLISH: N_("%(slug)s: published as version %(number)s"),
    Step.KEEP: N_("%(slug)s: edited in the browser since the last load; version %(number)s stays"),
    Step.CONFLICT: N_(
        "%(slug)s: changed in the folder and in the browser; version %(number)s stays. "
        "Load with --take %(slug)s to publish the folder's."
    ),
}

_folder = click.Path(exists=True, file_okay=False, path_type=Path)
courses_option = click.option("--courses", type=_folder, help="Folder of modules.")
quizzes_option = click.option("--quizzes", type=_folder, help="Folder of question banks.")


@content.command("check")
@courses_option
@quizzes_option
def check(courses: Path | None, quizzes: Path | None) -> None:
    """Report every problem with file, line and remedy; exit 1 on an error. Needs no database."""
    folders = _read(courses, quizzes)
    _report(folders)
    if folders.errors:
        raise SystemExit(1)


@content.command("load")
@click.option("--if-changed", is_flag=True, help="Do nothing if no file changed since last time.")
@click.option("--take", multiple=True, metavar="SLUG", help="Publish the folder's version.")
@courses_option
@quizzes_option
def load(
    courses: Path | None, quizzes: Path | None, take: tuple[str, ...], *, if_changed: bool
) -> None:
    """Publish what changed in the folders; exit 1 when they have an error."""
    if if_changed and _untouched(courses, quizzes):
        return
    folders = _read(courses, quizzes)
    if folders.errors:
        _report(folders)
        raise SystemExit(1)
    with writing():
        session = current_session()
        report = services.load_folders(
            session, folders, now=now(), actor=Viewer.for_system("content"), take=take
        )
        session.commit()
    _tell(report)


@content.command("export")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write courses/ and quizzes/ below this folder instead of the application's own.",
)
def export(to: Path | None) -> None:
    """Write what is published back as folders; loading them changes nothing."""
    courses, quizzes = (to / "courses", to / "quizzes") if to else _places(None, None)
    session = current_session()
    modules = [source_module(session, one.version_id) for one in published_modules(session)]
    pictures = picture_contents(session, [p.sha256 for one in modules for p in one.pictures])
    touched = write_folders(courses, quizzes, register(session), modules, pictures)
    for path in touched:
        click.echo(path)
    click.echo(_("%(files)s files written or removed.", files=len(touched)))


def _places(courses: Path | None, quizzes: Path | None) -> tuple[Path, Path]:
    settings = current_app.config["SETTINGS"]
    return courses or settings.courses_folder, quizzes or settings.quizzes_folder


def _read(courses: Path | None, quizzes: Path | None) -> Folders:
    return read_folders(*_places(courses, quizzes))


def _untouched(courses: Path | None, quizzes: Path | None) -> bool:
    """Say so when the folders are as at the last load, and name what the browser changed since."""
    session = current_session()
    last = last_load(session)
    if last is None or last.folder_hash != folder_hash(*_places(courses, quizzes)):
        return False
    click.echo(_("Content: nothing changed in the folders since they were loaded."))
    for slug in edited_since_load(session, last):
        click.echo(_("%(slug)s: differs from the folder, because it was edited since.", slug=slug))
    return True


def _report(folders: Folders) -> None:
    for problem in folders.problems:
        click.echo(_line(problem))
    questions = sum(len(files.questions) for files in folders.modules)
    lessons = sum(len(files.lessons) for files in folders.modules)
    click.echo(
        _(
            "%(modules)s modules, %(lessons)s lessons, %(questions)s questions: "
            "%(errors)s errors, %(warnings)s warnings",
            modules=len(folders.modules),
            lessons=lessons,
            questions=questions,
            errors=len(folders.errors),
            warnings=len(folders.problems) - len(folders.errors),
        )
    )


def _line(problem: Problem) -> str:
    """One problem in the reader's language, as ``file:line: error: key: message remedy``."""
    kind = _("warning") if problem.warning else _("error")
    what = f"{_(problem.message)} {_(problem.remedy)}" % problem.params
    key = f"{problem.key}: " if problem.key else ""
    return f"{problem.file}:{problem.line}: {kind}: {key}{what}"


def _tell(report: services.LoadReport) -> None:
    click.echo(
        _(
            "Laws: %(added)s added, %(changed)s changed.",
            added=len(report.laws.added),
            changed=len(report.laws.changed),
        )
    )
    for one in report.modules:
        if one.step in STEPS:
            click.echo(_(STEPS[one.step], slug=one.slug, number=one.number))
    same = sum(one.step is Step.SAME for one in report.modules)
    click.echo(_("%(count)s modules were already as in the folders.", count=same))
    for slug in report.only_here:
        click.echo(_("%(slug)s: published, but in no folder.", slug=slug))
