"""One account that asks far too fast waits a moment; nobody else at its address does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from config import Settings, SettingsError, _requests_a_minute
from tests.accounts.conftest import PIN, Cast, another_phone, enter_first_time
from tests.factories.records import NOW
from training_app import clock
from training_app.accounts.routes.pace import Buckets
from training_app.accounts.rules.pace import Bucket, taken

A_MINUTE = 30
OTHER_PIN = "731946"


@pytest.fixture
def paced(app: Flask) -> Iterator[Flask]:
    """The application with a limit that a test reaches soon."""
    settings: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, requests_a_minute=A_MINUTE)
    app.extensions.pop("account-pace", None)
    yield app
    app.config["SETTINGS"] = settings
    app.extensions.pop("account-pace", None)


def test_a_script_that_runs_away_waits_and_its_neighbours_do_not(paced: Flask, cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        fast, neighbour = another_phone(paced), another_phone(paced)
        enter_first_time(fast, cast.card("member"))
        enter_first_time(neighbour, cast.card("other"), pin=OTHER_PIN)
        moment.shift(60)
        answers = [fast.client.get("/help/").status_code for _ in range(A_MINUTE + 5)]
        assert answers == [200] * A_MINUTE + [429] * 5
        refused = fast.client.get("/help/")
        assert refused.headers["Retry-After"] == "2"
        assert "Nothing is lost." in refused.get_data(as_text=True)
        assert neighbour.get("/help/").status == 200
        assert another_phone(paced).get("/help/").status == 200
        moment.shift(2)
        assert fast.client.get("/help/").status_code == 200
        assert fast.client.get("/help/").status_code == 429


def test_all_phones_of_an_account_share_its_pace(paced: Flask, cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        card = cast.card("member")
        first, second = another_phone(paced), another_phone(paced)
        enter_first_time(first, card)
        second.post("/enter/", code=card.code)
        second.post("/enter/pin/", pin=PIN)
        moment.shift(60)
        for _ in range(A_MINUTE):
            first.client.get("/help/")
        assert second.client.get("/help/").status_code == 429


def test_whoever_reads_at_the_limit_all_day_is_never_refused() -> None:
    bucket: Bucket | None = None
    for number in range(2_000):
        moment = NOW + timedelta(seconds=number * 60 / A_MINUTE)
        bucket, wait = taken(bucket, A_MINUTE, moment)
        assert wait is None


def test_a_clock_that_is_set_back_gives_and_takes_nothing() -> None:
    bucket, _ = taken(Bucket(0.5, NOW), A_MINUTE, NOW - timedelta(hours=1))
    assert bucket.left == 0.5


def test_only_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training_app.accounts.routes.pace._KEPT", 3)
    buckets = Buckets()
    for account in range(10):
        assert buckets.take(account, A_MINUTE) == 0
    assert len(buckets._buckets) == 3


def test_the_setting_has_a_limit_but_for_demonstrations_and_refuses_nonsense() -> None:
    assert _requests_a_minute({}) == 120
    assert _requests_a_minute({"TRAINING_DEMO": "1"}) == 0
    assert _requests_a_minute({"TRAINING_DEMO": "1", "TRAINING_REQUESTS_A_MINUTE": "60"}) == 60
    with pytest.raises(SettingsError, match="TRAINING_REQUESTS_A_MINUTE"):
        _requests_a_minute({"TRAINING_REQUESTS_A_MINUTE": "many"})
