"""Every endpoint × method × principal × place: right status, no stranger's name, anywhere.

The expectation is computed here from roles and places, not by asking the application.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask_wtf.csrf import _FlaskFormCSRF
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import learners
from tests.walker.principals import Principal, everyone
from tests.walker.world import PLACES, World, build
from training_app.access import GRANTS, Permission, Reach, Role
from training_app.extensions import csrf
from training_app.web.guard import Policy, policy_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE = {"GET", "HEAD", "OPTIONS"}
TOKEN = re.compile(r"Canari[A-Z][a-z]+[A-Z][a-z]+\d+")
# Parameters that name somebody's row; the others name published content or are secrets.
OWNED = (
    "unit_id", "team_id", "person_id", "requirement_id", "workshop_id", "attempt_id", "run_id",
    "import_id", "device_id", "passkey_id", "job_id", "account_id", "code", "card_id", "grant_id",
    "draft_id", "exemption_id", "written_id", "round_id", "report_id", "other_id", "request_id",
    "together_id", "target_id", "operation_id", "proposal_id",
    "ended_id", "heir_id", "count_id",
)  # fmt: skip
PUBLISHED = {
    "slug": learners.SLUG,
    "lesson_slug": "10-mot",
    "scenario_slug": "ngo-chung",
    "question_key": "one",
    "number": 1,
    "step": 1,
    "node": "n1",
    "sequence": 1,
    "token": "X" * 26,
    "filename": "icon.svg",
    "file_name": "module.toml",
    "turn_name": "n1",
    "picture_name": "so-do.webp",
    "digest": "0" * 64,
    "join_code": 123456,
    "change_id": 1,
    "task_id": 1,
    "listed": "people",
    "row_key": "team-1",
    "column_key": "mediators",
}
# What nobody serves is refused before anybody is looked at: three principals show it.
TRY_EVERY_METHOD = {"anonymous", "commune", "administrator"}
# Whose own rows stand at which place, and which commune an officer keeps.
SELF = {"mediator": "own", "sibling mediator": "sibling"}
HOME = {"commune": "own", "far commune": "other"}
NATIONAL = {
    "coverage.overview_data",
    "coverage.overview_table",
    "coverage.all_trainers_data",
    "coverage.all_trainers_table",
    "coverage.nation_history",
    "coverage.nation_history_data",
    "coverage.nation_history_table",
    "coverage.nation_provinces_data",
    "coverage.nation_provinces_table",
    "coverage.nation_targets_data",
    "coverage.nation_targets_table",
}
# Whose rows stand at no place of the walk.
NO_PLACE = {Permission.DATA_REQUEST_UNPLACED}
DONE = {200, 303, 304, 400, 409, 413, 422, 429}


@dataclass
class Figures:
    """What the walk counted."""

    requests: int = 0
    deviations: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)


@pytest.fixture
def world(db_session: Session) -> World:
    return build(db_session)


@pytest.fixture
def principals(app: Flask, db_session: Session, world: World) -> list[Principal]:
    return everyone(app, db_session, world)


@pytest.fixture(autouse=True)
def nothing_lasts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are not asked for, and what a view commits is rolled back after its answer."""
    monkeypatch.setattr(csrf, "protect", lambda *_, **__: None)
    monkeypatch.setattr(_FlaskFormCSRF, "validate_csrf_token", lambda *_: None)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


@pytest.mark.thorough
@pytest.mark.engine("sqlite")  # scopes are proved on both engines in tests/organisation
def test_every_principal_gets_what_is_due_and_no_more(
    app: Flask,
    world: World,
    principals: list[Principal],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    monkeypatch.setattr(Session, "commit", Session.flush)
    figures = Figures()
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        assert policy is not None
        for place, values in addresses(rule, world):
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
            address = Address(rule, policy, path, place)
            unserved = {m for m in METHODS if not _served(app, path, m)}
            for principal in principals:
                methods = (rule.methods or set()) - {"OPTIONS"}
                if principal.name in TRY_EVERY_METHOD:
                    methods = methods | unserved | {"OPTIONS"}
                for method in sorted(methods):
                    walk(address, method, principal, figures)
    record_property(
        "figures",
        f"walker: {figures.requests} requests, {len(principals)} principals, "
        f"deviations {len(figures.deviations)}, leaks {len(figures.leaks)}",
    )
    assert not figures.leaks, "\n".join(figures.leaks)
    assert not figures.deviations, "\n".join(sorted(set(figures.deviations)))


def _served(app: Flask, path: str, method: str) -> bool:
    """Whether any endpoint answers the method at this address."""
    try:
        app.url_map.bind("localhost").match(path, method=method)
    except MethodNotAllowed:
        return False
    return True


def addresses(rule: Rule, world: World) -> Iterator[tuple[str, dict[str, object]]]:
    """The address at each place whose rows it can name; once when it names none."""
    published = PUBLISHED | world.published
    unknown = rule.arguments - set(OWNED) - set(published)
    assert not unknown, f"{rule.rule}: teach the walker about {unknown}"
    values: dict[str, object] = {n: published[n] for n in rule.arguments if n in published}
    owned = rule.arguments & set(OWNED)
    if not owned:
        yield "", values
        return
    for place in PLACES:
        yield place, values | {n: world.places[place].objects[n] for n in owned}


@dataclass(frozen=True)
class Address:
    """One address at one place, with the endpoint that serves it."""

    rule: Rule
    policy: Policy
    path: str
    place: str


def walk(address: Address, method: str, principal: Principal, figures: Figures) -> None:
    """Ask one address with one method as one principal."""
    http = principal.client.http
    cookies = copy(http._cookies)
    response = http.open(address.path, method=method, data={} if method == "POST" else None)
    http._cookies = cookies  # a view that signs out, or in, does so for itself alone
    figures.requests += 1
    rule = address.rule
    where = f"{method} {rule.rule} ({rule.endpoint}) at {address.place or '-'} as {principal.name}"
    allowed = expected(address, method, principal)
    if response.status_code not in allowed:
        figures.deviations.append(f"{where}: {response.status_code}, not {sorted(allowed)}")
    figures.leaks += [f"{where}: names {token}" for token in strangers(response, principal)]
    response.close()


def strangers(response: TestResponse, principal: Principal) -> set[str]:
    """Canaries in body, files or headers that the principal may not see."""
    found = set(TOKEN.findall(str(response.headers)))
    body = response.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                found |= set(TOKEN.findall(archive.read(name).decode("utf-8", "replace")))
    else:
        found |= set(TOKEN.findall(body.decode("utf-8", "replace")))
    return found - principal.names - principal.teams - principal.staff


def expected(address: Address, method: str, principal: Principal) -> set[int]:
    """The statuses that are right here."""
    rule, policy = address.rule, address.policy
    if method not in (rule.methods or ()):
        # Nobody serves the method; the guard may refuse before the method is looked at.
        return {405}
    if method == "OPTIONS":
        return {200, 303, 403}
    if policy.public:
        return DONE | {404}
    if principal.account is None:
        return {303} if method in SAFE else {401}
    return _for_account(address, method, principal)


def _for_account(address: Address, method: str, principal: Principal) -> set[int]:
    """The statuses that are right for somebody signed in."""
    if address.policy.any_account:
        return DONE | ({404} if address.rule.arguments else set())
    held = {p for role in principal.roles for p in GRANTS[role]} & address.policy.permissions
    if not held:
        return {403}
    if rule_is_national(address.rule, principal):
        return {404}
    if not address.place or _within(address, held, principal):
        must_open = method in SAFE and _must_open(address.rule)
        return DONE if must_open else DONE | {404}
    return {404} if method in SAFE else {404, 403}


def _must_open(rule: Rule) -> bool:
    """Whether the address names nothing but a row in scope, so that GET must find it."""
    return not (rule.arguments - set(OWNED))


def rule_is_national(rule: Rule, principal: Principal) -> bool:
    """The table of the whole country is for those who see the country."""
    return rule.endpoint in NATIONAL and Role.MINISTRY_VIEWER not in principal.roles


def _within(address: Address, held: set[Permission], principal: Principal) -> bool:
    """Whether one of the permissions reaches the place."""
    return any(
        _reaches(role, GRANTS[role][permission], address, principal)
        for role in principal.roles
        for permission in held - NO_PLACE
        if permission in GRANTS[role]
    )


def _reaches(role: Role, reach: Reach, address: Address, principal: Principal) -> bool:
    if address.rule.endpoint.startswith("authoring.") and role is Role.TRAINER:
        return address.place == "own"  # a draft is for its authors, and for reviewers
    # Totals stop above the commune; the people of a class are seen on the class's own pages.
    of_class = address.rule.endpoint.startswith(("workshops.", "hall."))
    by_reach: dict[Reach, set[str | None]] = {
        Reach.ALL: set(PLACES),
        Reach.TOTALS: set(),
        Reach.SELF: {SELF.get(principal.name)},
        Reach.TEAM: {"own"} if principal.name == "leader" else set(),
        Reach.CLASS: {"own"} if of_class else set(),
        Reach.UNIT: {HOME.get(principal.name)},
    }
    inside = by_reach[reach]
    if role in {Role.PROVINCE_OFFICER, Role.TRAINER} and reach is Reach.UNIT:
        inside = {"own", "sibling"}
    return address.place in inside
