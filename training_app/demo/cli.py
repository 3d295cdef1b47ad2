"""``flask demo``: seed the demonstration, print the ways in. Refused outside a demonstration."""

from __future__ import annotations

from dataclasses import replace

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from config import Settings
from training_app.access import Viewer
from training_app.accounts.models import Account
from training_app.accounts.services import issue_demo_link
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.clock import now, today
from training_app.db import writing
from training_app.demo import history, office, plan, practising, scale, shapes
from training_app.demo.people import DEMO, Written, write_commune, write_staff
from training_app.extensions import current_session
from training_app.learning.models import Fact, LessonProgress
from training_app.organisation.models import Leadership, Membership, Person

demo = AppGroup("demo", help="The demonstration, with invented people.")

WAYS = (
    ("administrator", "Quản trị hệ thống / administrator"),
    ("administrator-2", "Quản trị hệ thống thứ hai / second administrator"),
    ("ministry", "Bộ Tư pháp, chỉ số tổng hợp / ministry viewer"),
    ("province", "Sở Tư pháp TP.HCM / province officer"),
    ("commune", "Cán bộ phường Vũng Tàu / commune officer"),
    ("approver", "Cán bộ duyệt báo cáo / second officer"),
    ("trainer", "Tập huấn viên / trainer"),
    ("reviewer", "Người duyệt / reviewer"),
)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.demo:
        raise click.ClickException(
            "this is not a demonstration: set TRAINING_DEMO=1 where no real people are kept"
        )
    return settings


@demo.command("seed")
@click.option("--if-empty", is_flag=True, help="Do nothing when people are there already.")
@click.option(
    "--scale",
    "wanted",
    type=click.Choice(["commune", "province", "nation"]),
    default="commune",
    show_default=True,
    help="A few communes; or beside them a whole province, or the nation.",
)
@click.option("--people", type=click.IntRange(1), help="How many mediators, instead of all.")
def seed(*, if_empty: bool, wanted: str, people: int | None) -> None:
    """Write invented communes: teams, mediators, staff, classes, learning history."""
    _settings()
    session = current_session()
    with writing():
        if session.scalar(select(func.count(Person.id)).execution_options(scope=DEMO)):
            if if_empty:
                return
            raise click.ClickException("people are there already; nothing was changed")
        actor, moment, day = Viewer.for_system("demo"), now(), today()
        written = Written()
        write_staff(session, plan.PROVINCE_CODE, written, now=moment, actor=actor)
        curriculum = history.read_curriculum(session)
        basic = curriculum
        if wanted != "commune":
            basic = replace(curriculum, modules=curriculum.modules[: scale.CORE])
        history.write_requirements(session, basic, now=moment, today=day, actor=actor)
        for planned in plan.communes(day):
            write_commune(session, planned, written, now=moment, actor=actor)
            click.echo(f"  {planned.code}: {len(planned.teams)} teams")
        history.write_classes(session, curriculum, written, now=moment, today=day, actor=actor)
        click.echo("  classes and rolls")
        history.write_trainers(
            session, curriculum, written.trainers, now=moment, today=day, actor=actor
        )
        accounts = dict(session.execute(select(Account.person_id, Account.id)).all())
        for found in written.mediators.values():
            history.write_learning(session, curriculum, accounts, found)
        practising.write_runs(session, curriculum, written)
        practising.write_review(session, curriculum, written, accounts, today=day)
        practising.write_texts(session, written, accounts, now=moment, today=day, actor=actor)
        click.echo("  lessons, tests, disputes practised, answers to mark")
        office.write_plans(session, written, plan.PROVINCE_CODE, now=moment, today=day)
        office.write_reports(session, written, now=moment, today=day)
        office.write_support(session, written, now=moment, today=day)
        office.write_disputes(session, written, plan.PROVINCE_CODE, now=moment, today=day)
        click.echo("  plans and reports")
        count = sum(len(found) for found in written.mediators.values())
        if wanted == "commune":
            office.count_targets(session, now=moment, today=day)
        else:
            count += _seed_scale(wanted, people, curriculum)
        audit.record(session, Action.DEMO_SEEDED, actor=actor, now=moment)
        session.commit()
    click.echo(f"a demonstration with {count} mediators is ready")


def _seed_scale(wanted: str, people: int | None, curriculum: history.Curriculum) -> int:
    """Everybody else of a province or of the nation; returns how many mediators."""
    session, moment, day = current_session(), now(), today()
    small = {code for code, _ in plan.COMMUNES}
    nation = scale.places(session, day, None)
    province = plan.PROVINCE_CODE if wanted == "province" else None
    chosen = [one for one in scale.places(session, day, province) if one.code not in small]
    share = len(chosen) / len(nation) if province else 1
    people = people or round(shapes.NATION_PEOPLE * share)
    made = scale.set_up(
        session,
        [card.module_id for card in curriculum.modules][: scale.CORE],
        now=moment,
        today=day,
        actor=Viewer.for_system("demo"),
    )

    def tell(done: int, total: int, count: scale.Count) -> None:
        click.echo(f"  {done} of {total} communes, {count.people} people, {count.facts} facts")

    count = scale.write_scale(
        session,
        chosen,
        made,
        people=people,
        teams=round(people * shapes.NATION_TEAMS / shapes.NATION_PEOPLE),
        today=day,
        now=moment,
        tell=tell,
    )
    return count.people


@demo.command("ways-in")
def ways_in() -> None:
    """Print a one-time link for each audience; links printed before die."""
    settings = _settings()
    session = current_session()
    with writing():
        links = []
        for label, account in _audiences():
            token = issue_demo_link(
                session,
                account,
                pepper=settings.pepper,
                now=now(),
                actor=Viewer.for_system("demo"),
            )
            links.append(f"  {label:<48} {settings.canonical_url}/demo/{token}/")
        session.commit()
    click.echo("Ways in (each link works once; print new ones with: make ways-in)")
    click.echo("\n".join(links))


def _audiences() -> list[tuple[str, Account]]:
    session = current_session()
    leader = select(Leadership.person_id).where(Leadership.valid_to.is_(None))
    # Somebody in the middle of a module: the first page then has something to go on with.
    mediator = select(Membership.person_id).where(
        Membership.valid_to.is_(None),
        Membership.person_id.not_in(leader),
        Membership.person_id.in_(select(LessonProgress.person_id)),
        Membership.person_id.not_in(select(Fact.person_id)),
    )
    people = (
        ("Hòa giải viên / mediator", mediator.order_by(Membership.id)),
        ("Tổ trưởng tổ hòa giải / team leader", leader.order_by(Leadership.id)),
    )
    found = []
    for label, chosen in people:
        person_id = session.scalar(chosen.limit(1).execution_options(scope=DEMO))
        found.append((label, _account(Account.person_id == person_id)))
    for key, label in WAYS:
        found.append((label, _account(Account.login_name == f"demo.{key}")))
    return found


def _account(condition: object) -> Account:
    return current_session().scalars(select(Account).where(condition)).one()  # type: ignore[arg-type]
