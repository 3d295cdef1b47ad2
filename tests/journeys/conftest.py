"""Readers for the journeys: with and without scripts, in both languages, signed in or not."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser import Visit
from tests.journeys.walk import DESK, PHONE, REFUSED, Start, Walk, words
from training_app import clock
from training_app.accounts.models import Account, Kind
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.services import start_sign_in


@dataclass(frozen=True)
class Reading:
    """How a journey is read."""

    javascript: bool
    language: str


WALKS = pytest.StashKey[list[Walk]]()

WAYS = {
    "scripts": Reading(javascript=True, language="vi"),
    "no-scripts": Reading(javascript=False, language="vi"),
    "english": Reading(javascript=True, language="en"),
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Say in the summary how many pages a journey looked at."""
    result = yield
    if walks := item.stash.get(WALKS, []):
        pages = sum(len(walk.looked_at) for walk in walks)
        found = sum(len(walk.problems) for walk in walks)
        asked = "axe and sizes" if walks[0].javascript else "sizes"
        told = f"{item.name}: {pages} pages looked at ({asked}), {found} problems"
        item.user_properties.append(("figures", told))
    return result


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def reading(request: pytest.FixtureRequest) -> Reading:
    """Every journey is walked with scripts, without, and in English."""
    way: Reading = request.param
    return way


@pytest.fixture
def start(
    request: pytest.FixtureRequest,
    visit: Visit,
    app: Flask,
    db_session: Session,
    reading: Reading,
) -> Iterator[Start]:
    """Open a browser for one more reader: ``start("/enter/", desk=False, account=None)``."""
    site: str = request.getfixturevalue("site")
    walks: list[Walk] = request.node.stash.setdefault(WALKS, [])

    def begin(
        path: str = "/",
        *,
        desk: bool = False,
        account: Account | None = None,
        complaints: str = REFUSED,
    ) -> Walk:
        width = DESK if desk else PHONE
        page = visit("/check/", javascript=reading.javascript, width=width, expect=complaints)
        cookies = {"lang": reading.language}
        if account is not None:
            cookies["session"] = sealed(app, db_session, account)
        page.context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
        walk = Walk(page, words(app, reading.language), reading.javascript, width)
        walks.append(walk)
        walk.go(path)
        return walk

    yield begin
    problems = [problem for walk in walks for problem in walk.problems]
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems)


def sealed(app: Flask, session: Session, account: Account) -> str:
    """The cookie of a new sign-in; commits what the test has prepared."""
    way = Way.PASSPHRASE if account.kind == Kind.STAFF else Way.PIN
    token = start_sign_in(session, account, way=way, device=None, now=clock.now())
    session.commit()
    seal = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value: str = seal.dumps({"_user_id": token})
    return value
