"""The scenario player: a dispute walked turn by turn, as a mediator on a phone meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.page import Page, PageClient
from training_app.db import Unscoped
from training_app.practice.models import ScenarioRun, ScenarioStep

ALL = {"scope": Unscoped("a test looks at everything")}
SCENARIO = "/practice/nghe/scenarios/ngo-chung/"
DISPUTE = """\
title = "Hàng rào"
intro = "Hai nhà cãi nhau vì nửa mét đất."
minutes = 6
feedback = "FEEDBACK"
start = "n1"
cites = ["luat-a#3"]
reviewed_on = 2026-11-20
[[node]]
id = "n1"
situation = "Bà Lan đến nhà văn hóa."
speaker = "Bà Lan"
line = "“Ông ấy lấn sang đất tôi.”"
[[node.choice]]
id = "a"
text = "Nghe bà kể hết"
consequence = "Bà dịu xuống."
why = "Nghe trước thì người ta nói thật."
cites = ["luat-a#16"]
next = "n2"
scores = { listening = 1, process = 1, scope_safety = 1 }
[[node.choice]]
id = "b"
text = "Bảo bà ký cam kết"
consequence = "Bà bỏ về."
why = "Chưa nghe đã bắt ký là ép."
cites = ["luat-a#3"]
harmful = true
next = "e2"
scores = { listening = -1, impartiality = -1 }
[[node]]
id = "n2"
situation = "Ông Tư mang giấy tờ đến."
speaker = "Ông Tư"
line = "“Giấy đây, ai sai thì nói.”"
[[node.choice]]
id = "a"
text = "Cùng hai bên ra xem mốc"
consequence = "Mốc còn nguyên."
why = "Xem tận nơi thì hết cãi."
cites = ["luat-a#3"]
next = "e1"
scores = { listening = -1, agreement = 1, record_followup = 1 }
[[node.choice]]
id = "b"
text = "Nói ông Tư đúng"
consequence = "Bà Lan phản đối."
why = "Đứng về một bên."
cites = ["luat-a#16"]
next = "e2"
scores = { impartiality = -1, interests_options = -1, law_plain = -1 }
[[ending]]
id = "e1"
outcome = "good"
title = "Hai nhà bắt tay"
summary = "Rào được dựng theo mốc."
better = "Ghi ngay biên bản tại chỗ."
cites = ["luat-a#16"]
[[ending]]
id = "e2"
outcome = "harm"
title = "Không thành"
summary = "Bà Lan không đến nữa."
better = "Ở lượt đầu, nghe bà kể hết."
cites = ["luat-a#3"]
"""
Begin = Callable[[str], Page]


@pytest.fixture
def begin(reader: PageClient, db_session: Session) -> Begin:
    """The first turn of the dispute, with this feedback style."""

    def first_turn(feedback: str) -> Page:
        db_session.rollback()
        learners.teach(db_session, scenario=DISPUTE.replace("FEEDBACK", feedback))
        db_session.rollback()
        return reader.submit(reader.get(SCENARIO), "")

    return first_turn


def rows(session: Session, model: type) -> list[Any]:
    session.rollback()
    found: list[Any] = list(session.scalars(select(model), execution_options=ALL))
    session.expunge_all()
    session.rollback()
    return found


# -- one turn -------------------------------------------------------------------------------


def test_a_turn_is_one_page_with_the_partys_words_and_two_to_four_ways(begin: Begin) -> None:
    page = begin("each")
    assert page.h1 == "Bà Lan đến nhà văn hóa."
    assert "Bà Lan: “Ông ấy lấn sang đất tôi.”" in page.text
    ways = [e for e in page.all("input") if e.get("name") == "choice"]
    assert [one.get("type") for one in ways] == ["radio", "radio"]
    assert "Ông Tư" not in page.text


def test_a_turn_does_not_tell_what_a_way_leads_to(begin: Begin) -> None:
    page = begin("each")
    for told in ("Bà dịu xuống.", "Bà bỏ về.", "là ép", "not allowed by law", "harmful"):
        assert told not in page.html


def test_before_beginning_one_learns_how_long_it_takes_and_when_feedback_comes(
    begin: Begin, reader: PageClient
) -> None:
    begin("each")
    assert "about 6 minutes" in reader.get(SCENARIO).text
    assert "followed by what the parties do, and why" in reader.get(SCENARIO).text
    begin("end")
    assert "told at the end" in reader.get(SCENARIO).text


# -- feedback -------------------------------------------------------------------------------


def test_feedback_at_once_tells_consequence_why_and_citation(
    begin: Begin, reader: PageClient
) -> None:
    reply = reader.submit(begin("each"), "", choice="a")
    assert "Chosen: Nghe bà kể hết" in reply.text
    assert "Bà dịu xuống." in reply.text
    assert "Nghe trước thì người ta nói thật." in reply.text
    assert "Article 16" in reply.text
    assert reader.get(reply.link("Go on")).h1 == "Ông Tư mang giấy tờ đến."


def test_feedback_at_the_end_tells_only_the_consequence_on_the_way(
    begin: Begin, reader: PageClient
) -> None:
    reply = reader.submit(begin("end"), "", choice="b")
    assert "Bà bỏ về." in reply.text
    assert "là ép" not in reply.html
    assert "Article" not in reply.text
    assert "not allowed by law" not in reply.text
    end = reader.get(reply.link("To the end of the scenario"))
    assert "Chưa nghe đã bắt ký là ép." in end.text
    assert "Article 3" in end.text
    assert "not allowed by law" in end.text


# -- going back -----------------------------------------------------------------------------


def test_one_can_go_back_from_the_next_turn_and_choose_another_way(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    reply = reader.submit(begin("each"), "", choice="a")
    second = reader.get(reply.link("Go on"))
    first = reader.submit(second, "back")
    assert first.h1 == "Bà Lan đến nhà văn hóa."
    reply = reader.submit(first, "", choice="b")
    end = reader.get(reply.link("To the end of the scenario"))
    assert end.h1 == "Không thành"
    assert "Nghe bà kể hết" not in end.all("ol")[0].text
    moves = [(step.node, step.choice) for step in rows(db_session, ScenarioStep)]
    assert moves == [("n1", "a"), ("n1", None), ("n1", "b")]


def test_going_back_from_the_end_keeps_the_path_up_to_there(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    second = reader.get(reader.submit(begin("each"), "", choice="a").link("Go on"))
    reply = reader.submit(second, "", choice="b")
    again = reader.submit(reply, "back")
    assert again.h1 == "Ông Tư mang giấy tờ đến."
    end = reader.get(reader.submit(again, "", choice="a").link("To the end"))
    assert end.h1 == "Hai nhà bắt tay"
    assert sorted(run.ending for run in rows(db_session, ScenarioRun)) == ["e1", "e2"]


def test_a_walk_that_goes_on_from_an_end_keeps_the_moments_at_which_ways_were_chosen(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    second = reader.get(reader.submit(begin("each"), "", choice="a").link("Go on"))
    reader.submit(reader.submit(second, "", choice="b"), "back")
    made = [(step.run_id, step.node, step.at) for step in rows(db_session, ScenarioStep)]
    (first, _, at), (_, _, later), (again, _, repeated) = made
    assert first != again
    assert repeated == at < later


def test_a_second_press_of_going_back_goes_back_one_turn(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    reply = reader.submit(begin("each"), "", choice="a")
    second = reader.get(reply.link("Go on"))
    reader.submit(second, "back")
    first = reader.submit(second, "back")
    assert first.h1 == "Bà Lan đến nhà văn hóa."
    moves = [(step.node, step.choice) for step in rows(db_session, ScenarioStep)]
    assert moves == [("n1", "a"), ("n1", None)]


def test_a_second_press_of_going_back_from_the_end_makes_one_walk(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    second = reader.get(reader.submit(begin("each"), "", choice="a").link("Go on"))
    end = reader.submit(second, "", choice="b")
    addresses = {reader.submit(end, "back").response.request.path for _ in range(2)}
    assert len(addresses) == 1
    assert len(rows(db_session, ScenarioRun)) == 2


def test_a_turn_answered_in_another_tab_says_that_the_first_choice_stands(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    first = begin("each")
    reader.submit(first, "", choice="a")
    assert "answered before" not in reader.submit(first, "", choice="a").text
    reply = reader.submit(first, "", choice="b")
    assert "This turn was answered before." in reply.text
    assert "Chosen: Nghe bà kể hết" in reply.text
    assert [step.choice for step in rows(db_session, ScenarioStep)] == ["a"]


def test_the_first_turn_offers_no_way_back(begin: Begin) -> None:
    assert not [form for form in begin("each").forms if "back/" in form.action]


def test_every_turn_has_an_address_that_can_be_read_again(begin: Begin, reader: PageClient) -> None:
    first = begin("each")
    reply = reader.submit(first, "", choice="a")
    assert "Bà dịu xuống." in reader.get(reply.response.request.path).text
    ahead = reply.response.request.path.replace("/turns/1/", "/turns/9/")
    assert reader.get(ahead).h1 == "Ông Tư mang giấy tờ đến."


def test_a_person_who_leaves_in_the_middle_goes_on_where_it_stopped(
    begin: Begin, reader: PageClient
) -> None:
    reader.submit(begin("each"), "", choice="a")
    page = reader.get(SCENARIO)
    assert "The choices made so far are kept." in page.text
    assert reader.get(page.link("Go on where it stopped")).h1 == "Ông Tư mang giấy tờ đến."
    assert reader.submit(page, "").h1 == "Bà Lan đến nhà văn hóa."


# -- the end --------------------------------------------------------------------------------


def walk_to_the_good_end(begin: Begin, reader: PageClient) -> Page:
    second = reader.get(reader.submit(begin("each"), "", choice="a").link("Go on"))
    return reader.get(reader.submit(second, "", choice="a").link("To the end"))


def test_the_end_sums_up_the_path_and_names_one_better_way(
    begin: Begin, reader: PageClient
) -> None:
    end = walk_to_the_good_end(begin, reader)
    assert end.h1 == "Hai nhà bắt tay"
    assert "Rào được dựng theo mốc." in end.text
    path = " ".join(end.all("ol")[0].text.split())
    assert path == "Nghe bà kể hết Cùng hai bên ra xem mốc"
    assert "A better wayGhi ngay biên bản tại chỗ." in end.text
    assert "Article 16" in end.text


def test_a_harmful_way_is_called_so_at_the_end(begin: Begin, reader: PageClient) -> None:
    reply = reader.submit(begin("each"), "", choice="b")
    end = reader.get(reply.link("To the end"))
    assert "Bảo bà ký cam kết not allowed by law" in end.text
    assert "on the way" not in end.text


def test_competencies_are_told_in_words_in_the_order_of_the_rubric(
    begin: Begin, reader: PageClient
) -> None:
    end = walk_to_the_good_end(begin, reader)
    (shown,) = (" ".join(e.text.split()) for e in end.all("ul") if e.get("class") == "tasks")
    assert shown == (
        "Scope of mediation, and safetydone well "
        "Following the stepsdone well "
        "Listeningpartly done "
        "Bringing about an agreementdone well "
        "Keeping the record and following updone well"
    )


def test_the_other_competencies_are_scored_where_a_path_touches_them(
    begin: Begin, reader: PageClient
) -> None:
    second = reader.get(reader.submit(begin("each"), "", choice="a").link("Go on"))
    end = reader.get(reader.submit(second, "", choice="b").link("To the end"))
    for name in (
        "Impartiality",
        "Finding interests and options",
        "Explaining the law in plain words",
    ):
        assert f"{name}to be practised more" in end.text


def test_a_running_walk_keeps_the_wording_it_began_with(
    begin: Begin, reader: PageClient, db_session: Session
) -> None:
    first = begin("each")
    db_session.rollback()
    learners.teach(db_session, scenario=DISPUTE.replace("FEEDBACK", "each").replace("dịu", "vui"))
    db_session.rollback()
    assert "Bà dịu xuống." in reader.submit(first, "", choice="a").text
