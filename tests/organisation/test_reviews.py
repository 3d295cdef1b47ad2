"""The yearly review of teams: guided, dated, once a year, and never needed twice."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import NOW, OFFICER
from tests.organisation.scenes import Scene
from training_app import clock
from training_app.db import Unscoped
from training_app.errors import RuleBroken
from training_app.organisation.folders import review_plans
from training_app.organisation.models import TeamReview
from training_app.organisation.parsing import BadPlan
from training_app.organisation.parsing import review_plans as parsed
from training_app.organisation.rules import Rule
from training_app.organisation.rules.review import (
    ReviewPlan,
    ReviewState,
    plan_of,
    review_state,
)
from training_app.organisation.services.reviews import record_review, withdraw_review

SEEN = {"scope": Unscoped("the test looks")}


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def kept(scene: Scene) -> list[TeamReview]:
    scene.session.rollback()
    chosen = select(TeamReview).order_by(TeamReview.id).execution_options(**SEEN)
    found = list(scene.session.scalars(chosen))
    scene.session.rollback()
    return found


def reviewed(scene: Scene, team: int, on: date, *lacks: Rule, note: str = "") -> int:
    return record_review(scene.session, team, lacks, note=note, on=on, now=NOW, actor=OFFICER)


def test_the_review_leads_from_team_to_team_and_counts(scene: Scene) -> None:
    small = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.session.commit()
    client = scene.officer()
    page = client.get("/teams/review/")
    assert "0 of 2 teams are reviewed this year; 1 are complete by Article 12." in page.text
    assert "Add 3 members, at least one a woman" in page.text
    first = client.get(page.link("Review the next team"))
    assert first.h1 == "Review of Tổ hòa giải khu phố 2"
    assert f"/teams/{small}/members/new/" in first.links
    second = client.submit(first, "/review/", note="Bầu bổ sung ba người trong tháng 12")
    assert second.h1 == "Review of Tổ hòa giải khu phố 1"
    last = client.submit(second, "/review/")
    assert "Every team of the commune is reviewed this year." in last.text
    assert "2 of 2 teams are reviewed this year" in last.text
    assert [row.lacks for row in kept(scene)] == ["members,woman,leader", ""]


def test_an_incomplete_team_is_not_confirmed_without_a_word(scene: Scene) -> None:
    small = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    scene.session.commit()
    client = scene.officer()
    page = client.submit(client.get(f"/teams/{small}/review/"), "/review/", 422)
    assert "say what is proposed, or why it stays as it is." in page.text
    assert not kept(scene)


@pytest.mark.parametrize(
    ("day", "said"),
    [("31/12/2099", "This day lies ahead."), ("1/2/2020", "Write a day of this year.")],
)
def test_a_day_of_another_year_or_ahead_is_refused_and_stays_on_the_page(
    scene: Scene, day: str, said: str
) -> None:
    client = scene.officer()
    page = client.submit(client.get(f"/teams/{scene.team}/review/"), "/review/", 422, on=day)
    assert said in page.text
    assert dict(page.form("/review/").fields)["on"] == day


def test_a_team_is_reviewed_once_a_year_and_a_mistake_is_taken_back(scene: Scene) -> None:
    day = date(2026, 11, 2)
    reviewed(scene, scene.team, day)
    with pytest.raises(RuleBroken, match="already"):
        reviewed(scene, scene.team, day + timedelta(days=1))
    assert withdraw_review(scene.session, scene.team, 2026, now=NOW, actor=OFFICER)
    assert not withdraw_review(scene.session, scene.team, 2026, now=NOW, actor=OFFICER)
    reviewed(scene, scene.team, day)
    scene.session.commit()
    assert [row.withdrawn_at is None for row in kept(scene)] == [False, True]


def test_an_officer_takes_a_review_back_and_it_is_written_down(scene: Scene) -> None:
    client = scene.officer()
    client.submit(client.get(f"/teams/{scene.team}/review/"), "/review/")
    page = client.submit(client.get(f"/teams/{scene.team}/review/"), "/withdraw/")
    assert "The team is to be reviewed again." in page.text
    assert scene.events("team.reviewed")[-1].detail["year"] == clock.today().year
    assert scene.events("team.review-withdrawn")


def test_the_review_of_last_year_is_shown_and_does_not_count_for_this_one(scene: Scene) -> None:
    on = clock.today()
    row = reviewed(scene, scene.team, date(2026, 1, 5), note="Giữ nguyên")
    scene.session.get_one(TeamReview, row, execution_options=SEEN).year = on.year - 1
    scene.session.commit()
    page = scene.officer().get(f"/teams/{scene.team}/review/")
    assert "Last reviewed on" in page.text
    assert "Giữ nguyên" in page.text
    assert "0 of 1 teams" in scene.officer().get("/teams/review/").text


def test_other_communes_are_not_reviewed_here(scene: Scene) -> None:
    client = scene.officer()
    client.get(f"/teams/{scene.far_team}/review/", 404)
    client.get(f"/teams/review/?unit={scene.far.unit_id}", 404)
    scene.member(scene.leader).get("/teams/review/", 403)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_stand_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer()
    client.language(language)
    client.get("/teams/review/")
    client.get(f"/teams/{scene.team}/review/")


def test_ending_an_exception_is_written_down(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(f"/teams/{scene.team}/exception/")
    page = client.submit(
        page, "", rule="woman", reason="Chưa có người nhận", until=f"{clock.today():31/12/%Y}"
    )
    shown = client.get(f"/teams/{scene.team}/review/")
    assert "Exception: At least one woman, until" in shown.text
    client.submit(page, "/exception/end/")
    assert scene.events("exception.ended")[-1].detail == {"rule": "woman"}


def test_the_plan_that_began_last_holds_and_a_day_after_it_is_late() -> None:
    old, new = ReviewPlan(2014, (10, 1), (11, 30)), ReviewPlan(2027, (9, 1), (10, 15))
    assert plan_of((old, new), 2026) == old
    assert plan_of((old, new), 2027) == new
    assert plan_of((new,), 2020) == new
    assert review_state(old, date(2026, 11, 30), reviewed=False) is ReviewState.OPEN
    assert review_state(old, date(2026, 12, 1), reviewed=False) is ReviewState.LATE
    assert review_state(old, date(2026, 12, 1), reviewed=True) is ReviewState.DONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[[plan]]\nfrom=2014\nopens="10-01"\n',
        '[[plan]]\nfrom=2014\nopens="10-01"\ndue="02-30"\n',
        '[[plan]]\nfrom=2014\nopens="10-01"\ndue="09-30"\n',
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(text: str) -> None:
    assert review_plans()
    with pytest.raises(BadPlan):
        parsed(text)
