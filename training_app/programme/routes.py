"""What to do next, own results, and the menu of everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission, Role, Viewer
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.programme import queries, services
from training_app.programme.queries import PersonNeed
from training_app.programme.rules import (
    STATE_MESSAGES,
    TAGS,
    Card,
    CardKind,
    explain,
)
from training_app.web.guard import current_viewer, needs, signed_in
from training_app.web.pages import english, format_date, notice, render, see_other

bp = Blueprint("programme", __name__, template_folder="templates")


# -- what to do next -----------------------------------------------------------------------


@bp.get("/home/")
@needs(Permission.RECORD_VIEW_OWN)
def home() -> ResponseReturnValue:
    """At most three cards, most urgent first."""
    viewer, now = current_viewer(), clock.now()
    found = queries.tasks(
        current_session(),
        _own_id(viewer),
        clock.local_date(now),
        now=now,
        scope=viewer.scope(Permission.RECORD_VIEW_OWN),
    )
    views = [CardView(card, _address(card), _title(card)) for card in found.cards]
    classes = [NeedView(one) for one in found.classes]
    return render("programme/home.html", tasks=found, views=views, kinds=CardKind, classes=classes)


@dataclass(frozen=True)
class CardView:
    """A card with the address it leads to and its title in the reader's language."""

    card: Card
    href: str
    title: str


def _address(card: Card) -> str:
    """Where the card's button leads: as near to the next step as possible."""
    module = card.module
    match card.kind:
        case CardKind.ATTEMPT:
            number = max(1, min(module.answered + 1, module.out_of))
            return url_for("assessment.question", attempt_id=module.open_attempt_id, number=number)
        case CardKind.LESSON:
            return url_for("learning.lesson", slug=module.slug, lesson_slug=module.next_slug)
        case CardKind.MISTAKES:
            return url_for("assessment.mistakes", attempt_id=module.mistakes_attempt_id)
        case CardKind.UPDATE:
            return url_for("programme.update", slug=module.slug)
        case CardKind.NO_ATTEMPT:
            helpline = current_viewer().extra.get("helpline")
            return f"tel:{helpline}" if helpline else url_for("accounts.help_page")
        case _:
            return url_for("assessment.module", slug=module.slug)


def _title(card: Card) -> str:
    return card.module.title_en if english() else card.module.title


def _own_id(viewer: Viewer) -> int:
    if viewer.person_id is None:
        raise NotFound
    return viewer.person_id


# -- a short update ------------------------------------------------------------------------


@bp.get("/updates/<slug>/")
@needs(Permission.RECORD_VIEW_OWN)
def update(slug: str) -> ResponseReturnValue:
    """What changed in a module that was passed: what to read and what to answer."""
    viewer = current_viewer()
    plan = queries.short_update(
        current_session(),
        _own_id(viewer),
        slug,
        clock.today(),
        scope=viewer.scope(Permission.RECORD_VIEW_OWN),
    )
    if plan is None:
        return see_other("assessment.module", slug=slug)
    title = plan.card.named("en" if english() else "vi")
    return render("programme/update.html", plan=plan, title=title)


@bp.post("/updates/<slug>/")
@needs(Permission.RECORD_VIEW_OWN)
def update_done(slug: str) -> ResponseReturnValue:
    """Put the update into the record once everything is read and answered."""
    viewer, session = current_viewer(), current_session()
    services.finish_update(session, _own_id(viewer), slug, now=clock.now(), actor=viewer)
    session.commit()
    notice(N_("The update is in the record. The module counts again."))
    return see_other("programme.home")


# -- own results ---------------------------------------------------------------------------


@bp.get("/my-results/")
@needs(Permission.RECORD_VIEW_OWN)
def my_results() -> ResponseReturnValue:
    """Everything learned, on one page that can be printed."""
    viewer, now = current_viewer(), clock.now()
    found = queries.results(
        current_session(),
        _own_id(viewer),
        clock.local_date(now),
        scope=viewer.scope(Permission.RECORD_VIEW_OWN),
    )
    lines = [NeedView(one) for one in found.needs]
    return render("programme/my_results.html", results=found, lines=lines, now=now)


class NeedView:
    """One requirement of one person in the reader's words."""

    def __init__(self, one: PersonNeed) -> None:
        language = "en" if english() else "vi"
        self.title = one.requirement.named(language)
        self.state = gettext(STATE_MESSAGES[one.need.state])
        self.tag = "warning" if one.need.covered and one.need.reason else TAGS[one.need.standing]
        self.words = explain(
            one.need,
            one.requirement.module_titles(language),
            gettext,
            format_date,
            english=language == "en",
        )
        self.overdue = one.need.overdue
        due = None if one.need.covered else one.need.due_on
        # What the words say already is not said again below them.
        said = due is not None and not self.overdue and format_date(due) in self.words
        self.due = None if said else due


# -- the menu ------------------------------------------------------------------------------


@dataclass(frozen=True)
class MenuLine:
    """One line of the menu: what it opens, in words, and who may open it."""

    label: str
    hint: str
    endpoint: str
    permission: Permission | None = None
    role: Role | None = None

    def open_to(self, viewer: Viewer) -> bool:
        """Whether the page exists here and the viewer may open it."""
        return (
            self.endpoint in current_app.view_functions
            and (self.permission is None or viewer.may(self.permission))
            and (self.role is None or self.role in viewer.roles)
        )


_P = Permission
MENU: Final[tuple[tuple[str, tuple[MenuLine, ...]], ...]] = (
    (
        N_("Own learning"),
        (
            MenuLine(N_("What to do next"), N_("Up to three steps"), "programme.home"),
            MenuLine(
                N_("All modules"),
                N_("Lessons, practice and tests"),
                "learning.module_list",
                _P.LESSON_READ,
            ),
            MenuLine(
                N_("My results"), N_("What is done, until when it holds"), "programme.my_results"
            ),
        ),
    ),
    (
        N_("The team"),
        (
            MenuLine(
                N_("My team"),
                N_("Members, cards and entry codes"),
                "accounts.own_team",
                role=Role.TEAM_LEADER,
            ),
            MenuLine(
                N_("Progress of the team"),
                N_("Who has been trained, and what is missing"),
                "coverage.own_teams",
                role=Role.TEAM_LEADER,
            ),
        ),
    ),
    (
        N_("Work of the office"),
        (
            MenuLine(
                N_("Coverage"),
                N_("Which teams still need training, and why"),
                "coverage.overview",
                _P.COVERAGE_VIEW,
            ),
            MenuLine(
                N_("Reports"),
                N_("Official reports: what is due, what was sent"),
                "reporting.report_list",
                _P.REPORT_VIEW,
            ),
            MenuLine(
                N_("Trainers"),
                N_("Classes, people taught, own training, trainers per teams"),
                "coverage.all_trainers",
                _P.COVERAGE_VIEW,
            ),
            MenuLine(
                N_("Teams and people"),
                N_("Members, leaders, composition by Article 12"),
                "organisation.team_list",
                _P.TEAM_MANAGE,
            ),
            MenuLine(
                N_("Teams that wait for a decision"),
                N_("Their unit was split: say where they belong"),
                "organisation.waiting_list",
                _P.TEAM_MANAGE,
            ),
            MenuLine(
                N_("Changes of units and teams"),
                N_("Merge, split, move; who did what, and taking it back"),
                "organisation.operation_list",
                _P.TEAM_MANAGE,
            ),
            MenuLine(
                N_("Units"),
                N_("Merge, split or rename provinces, communes and wards"),
                "organisation.unit_list",
                _P.UNIT_MANAGE,
            ),
            MenuLine(
                N_("Yearly review of teams"),
                N_("Which teams are reviewed this year, and what they need"),
                "organisation.yearly_review",
                _P.TEAM_MANAGE,
            ),
            MenuLine(
                N_("Import a roster"),
                N_("Bring in a list of mediators from Excel"),
                "organisation.roster_start",
                _P.ROSTER_IMPORT,
            ),
            MenuLine(
                N_("My desk"),
                N_("Own training, classes, the people taught, where people stumble"),
                "coverage.desk",
                _P.DESK_VIEW,
            ),
            MenuLine(
                N_("Classes"),
                N_("Classes held, and who attended"),
                "workshops.class_list",
                _P.WORKSHOP_VIEW,
            ),
            MenuLine(
                N_("Requirements"),
                N_("What must be learned by whom, and for how long it holds"),
                "requirements.requirement_list",
                _P.REQUIREMENT_VIEW,
            ),
            MenuLine(
                N_("Write modules"),
                N_("Lessons, questions and scenarios, before they are published"),
                "authoring.draft_list",
                _P.CONTENT_DRAFT,
            ),
            MenuLine(
                N_("Review modules"),
                N_("Drafts that wait for another person's eyes"),
                "authoring.draft_list",
                _P.CONTENT_REVIEW,
            ),
            MenuLine(
                N_("Content to review because the law changed"),
                N_("Modules that cite an article which changed"),
                "authoring.law_change_list",
                _P.CONTENT_DRAFT,
            ),
            MenuLine(
                N_("Changes of law"),
                N_("Record a change, and see which modules it touches"),
                "authoring.law_change_list",
                _P.LAW_MANAGE,
            ),
            MenuLine(
                N_("How well the questions work"),
                N_("Which test questions to look at again"),
                "assessment.item_modules",
                _P.ITEM_STATISTICS,
            ),
            MenuLine(
                N_("Written answers to mark"),
                N_("What people wrote in tests, without their names"),
                "assessment.marking_queue",
                _P.ANSWER_MARK,
            ),
            MenuLine(
                N_("The same person twice?"),
                N_("Pairs of records that may be one person"),
                "dossier.same_list",
                _P.PERSON_MANAGE,
            ),
            MenuLine(
                N_("Requests about personal data"),
                N_("Correct, restrict, delete, object; each with its day due"),
                "dossier.request_list",
                _P.DATA_REQUEST_DECIDE,
            ),
            MenuLine(
                N_("Requests about personal data"),
                N_("Of staff who belong to no place; each with its day due"),
                "dossier.request_list",
                _P.DATA_REQUEST_UNPLACED,
            ),
            MenuLine(
                N_("Staff accounts"),
                N_("Officers, trainers and their roles"),
                "accounts.staff_list",
                _P.STAFF_VIEW,
            ),
        ),
    ),
    (
        N_("Account and help"),
        (
            MenuLine(N_("My data"), N_("See, download, correct, delete"), "dossier.my_data"),
            MenuLine(N_("My phones"), N_("Remove a phone that was lost"), "accounts.devices"),
            MenuLine(
                N_("Check a certificate"),
                N_("Enter the code printed on it"),
                "certificates.check",
            ),
            MenuLine(N_("Help"), N_("Whom to call"), "accounts.help_page"),
        ),
    ),
)


@bp.get("/more/")
@signed_in("a list of links; each page behind them has its own lock")
def more() -> ResponseReturnValue:
    """Everything that the viewer may open, in words."""
    viewer = current_viewer()
    groups = [(title, [line for line in lines if line.open_to(viewer)]) for title, lines in MENU]
    return render("programme/more.html", groups=[group for group in groups if group[1]])
