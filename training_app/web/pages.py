"""Rendering, redirects, paging, navigation and formats for the reader's language."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from training_app.access import Permission, Role, Viewer
from training_app.clock import VIETNAM
from training_app.errors import N_, TrainingError
from training_app.vietnamese import tenths_of_percent
from training_app.web.guard import current_viewer

PAGE_SIZE = 50
# So many rows may stand on one page for paper, some thirty sheets.
MOST_ON_PAPER = 1_000
_ALL = "all"
_NOTICE = "notice"


def render(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """Render a page with the given status."""
    return render_template(template, **context), status


# A script that already has the page asks with this header for what stands in its middle.
PART = "X-Part"


def wants_part() -> bool:
    """Whether a page's own script asks for the page's middle only."""
    return PART in request.headers


def render_main(
    template: str, status: int = 200, *, at: str = "", **context: Any
) -> ResponseReturnValue:
    """Render a page whose template extends ``layout``: whole, or its middle for its own script.

    ``at`` is the address under which a script is to show it, where that is another than asked.
    """
    if not wants_part():
        return render(template, status, layout="web/layout.html", **context)
    headers = {PART: "main"} | ({"Content-Location": at} if at else {})
    return render_template(template, layout="web/part.html", **context), status, headers


def see_other(endpoint: str, **values: Any) -> Response:
    """The answer to a successful POST: 303 to a page of this application."""
    return redirect(url_for(endpoint, **values), 303)


def notice(message: str, kind: str = "success", **params: object) -> None:
    """Show ``message`` (an English message id) once, on the next page."""
    session[_NOTICE] = {"message": message, "kind": kind, "params": params}


def take_notice() -> dict[str, str] | None:
    """The waiting notice, translated, and forget it."""
    if _NOTICE not in session:
        return None
    stored = session.pop(_NOTICE)
    message, params = stored["message"], stored["params"]
    return {"kind": stored["kind"], "text": gettext(message, **params)}


def explain(error: TrainingError) -> str:
    """The error's message in the reader's language."""
    return gettext(error.message, **error.params)


# -- paging --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One page of a list: where it stands, and how many rows the whole has."""

    number: int
    total: int
    size: int = PAGE_SIZE
    # Most rows that may stand on one page when somebody asks for all of them; 0: nobody may.
    most: int = 0

    @property
    def last(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, math.ceil(self.total / self.size))

    @property
    def offset(self) -> int:
        """Rows to skip."""
        return (self.number - 1) * self.size

    @property
    def whole(self) -> str:
        """Where all rows stand on one page, for paper; empty where they do, or are too many."""
        return _here(rows=_ALL, page=None) if self.size < self.total <= self.most else ""

    @property
    def parted(self) -> str:
        """Where the same list stands page by page; empty where it does."""
        return _here(rows=None, page=None) if self.size > PAGE_SIZE else ""

    def link(self, number: int) -> str:
        """This address with another page number; the filter stays."""
        return _here(page=number)


def _here(**changed: str | int | None) -> str:
    """This address with some values changed, and those that are None left out."""
    return url_for(
        request.endpoint or "", **dict(request.view_args or {}) | request.args.to_dict() | changed
    )


def paginate(total: int, size: int = PAGE_SIZE, *, most: int = 0) -> Page:
    """The page asked for by ``?page=``; an impossible number becomes the nearest possible.

    ``most``: how many rows may stand on one page for whoever asks for all by ``?rows=all``.
    """
    if wants_all_rows() and size < total <= most:
        return Page(number=1, total=total, size=total, most=most)
    asked = request.args.get("page", default=1, type=int)
    last = max(1, math.ceil(total / size))
    return Page(number=min(max(1, asked), last), total=total, size=size, most=most)


def wants_all_rows() -> bool:
    """Whether all rows of a list are asked for at once."""
    return request.args.get("rows") == _ALL


# -- what waits behind a page ----------------------------------------------------------------


def waiting_at(endpoint: str) -> int:
    """How many things wait for the viewer behind a page, where its feature counts them.

    A feature puts its counters, by endpoint, under "waiting" into the application's extensions.
    """
    counters: dict[str, Callable[[], int]] = current_app.extensions.get("waiting", {})
    return counters[endpoint]() if endpoint in counters else 0


# -- formats -------------------------------------------------------------------------------


def english() -> bool:
    """Whether the reader chose English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def format_date(value: date | None) -> str:
    """20/11/2026 in Vietnamese, 20 Nov 2026 in English; a dash when there is none."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return f"{value.day} {value:%b %Y}" if english() else f"{value:%d/%m/%Y}"


def format_moment(value: datetime | None) -> str:
    """14:05 20/11/2026, in the time of Viet Nam."""
    if value is None:
        return "–"
    return f"{value.astimezone(VIETNAM):%H:%M} {format_date(value)}"


def format_number(value: float, places: int = 0) -> str:
    """1.234,5 in Vietnamese; 1,234.5 in English."""
    text = f"{value:,.{places}f}"
    return text if english() else text.translate(str.maketrans(",.", ".,"))


def format_share(part: int, whole: int) -> str:
    """171/214 – 79,9 %; an empty denominator says "none"."""
    if whole == 0:
        return gettext("none")
    percent = tenths_of_percent(part, whole)
    return f"{format_number(part)}/{format_number(whole)} – {format_number(percent, 1)} %"


def format_phone(number: str) -> str:
    """+84507906963 as people write and dial it at home: 0507 906 963."""
    if not number.startswith("+84"):
        return number
    local = "0" + number[3:]
    return f"{local[:-6]}\u00a0{local[-6:-3]}\u00a0{local[-3:]}"


# -- navigation ----------------------------------------------------------------------------


@dataclass(frozen=True)
class NavItem:
    """A line of the main navigation, and the features (blueprints) whose pages stand below it."""

    label: str
    endpoint: str
    within: frozenset[str] = frozenset()

    @property
    def current(self) -> str:
        """What ``aria-current`` says of this line: the page itself, or a page below it."""
        if request.endpoint == self.endpoint:
            return "page"
        return "true" if request.blueprint in self.within else ""


_STUDY = frozenset({"learning", "assessment", "practice"})
_COVERAGE = frozenset({"coverage"})
_TEAMS = frozenset({"organisation"})
_CLASSES = frozenset({"workshops", "hall"})
_LEARNER = (
    NavItem(N_("Learn"), "programme.home", _STUDY),
    NavItem(N_("My results"), "programme.my_results"),
    NavItem(N_("Help"), "accounts.help_page"),
)
_NAVIGATION: tuple[tuple[Role, tuple[NavItem, ...]], ...] = (
    (
        Role.ADMINISTRATOR,
        (NavItem(N_("Staff accounts"), "accounts.staff_list"), *_LEARNER),
    ),
    (
        Role.PROVINCE_OFFICER,
        (
            NavItem(N_("Coverage"), "coverage.overview", _COVERAGE),
            NavItem(N_("Teams"), "organisation.team_list", _TEAMS),
            NavItem(N_("Classes"), "workshops.class_list", _CLASSES),
            NavItem(N_("More"), "programme.more"),
        ),
    ),
    (
        Role.COMMUNE_OFFICER,
        (
            NavItem(N_("Coverage"), "coverage.overview", _COVERAGE),
            NavItem(N_("Teams"), "organisation.team_list", _TEAMS),
            NavItem(N_("Classes"), "workshops.class_list", _CLASSES),
            NavItem(N_("More"), "programme.more"),
        ),
    ),
    (
        Role.MINISTRY_VIEWER,
        (
            NavItem(N_("Coverage"), "coverage.overview", _COVERAGE),
            NavItem(N_("More"), "programme.more"),
        ),
    ),
    (
        Role.TRAINER,
        (
            NavItem(N_("My desk"), "coverage.desk"),
            NavItem(N_("Classes"), "workshops.class_list", _CLASSES),
            NavItem(N_("Learn"), "programme.home"),
            NavItem(N_("More"), "programme.more"),
        ),
    ),
    (
        Role.REVIEWER,
        (
            NavItem(N_("Modules to review"), "authoring.draft_list"),
            NavItem(N_("Learn"), "programme.home"),
            NavItem(N_("More"), "programme.more"),
        ),
    ),
    (
        Role.TEAM_LEADER,
        (
            NavItem(N_("Learn"), "programme.home", _STUDY),
            NavItem(N_("My results"), "programme.my_results"),
            NavItem(N_("My team"), "accounts.own_team"),
            NavItem(N_("Help"), "accounts.help_page"),
        ),
    ),
    (Role.MEDIATOR, _LEARNER),
)
NAVIGATION_ENDPOINTS = frozenset(item.endpoint for _, items in _NAVIGATION for item in items)


def navigation(viewer: Viewer) -> tuple[NavItem, ...]:
    """At most four lines, by the first role in the table that the viewer holds."""
    for role, items in _NAVIGATION:
        if role in viewer.roles:
            return tuple(i for i in items if i.endpoint in current_app.view_functions)
    return ()


def home_endpoint(viewer: Viewer) -> str:
    """Where a viewer starts: the first line of the own navigation."""
    items = navigation(viewer)
    return items[0].endpoint if items else "accounts.front"


def template_helpers() -> dict[str, Any]:
    """Names that every template may use."""
    return {
        "may": lambda permission: current_viewer().may(Permission(permission)),
        "format_date": format_date,
        "format_moment": format_moment,
        "format_number": format_number,
        "format_phone": format_phone,
        "format_share": format_share,
        "english": english,
        "navigation": navigation,
        "take_notice": take_notice,
        "waiting_at": waiting_at,
    }


def lasting_picture(content: bytes) -> Response:
    """A WebP at an address that names its bytes: kept for good, on the reader's own device."""
    response = make_response(content)
    response.headers["Content-Type"] = "image/webp"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence, separated as a list in prose."""
    return ", ".join(part for part in parts if part)
