"""A branching dispute is written, broken, mended and rearranged in forms."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.authoring import texts
from tests.factories import visitors
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.authoring.models import Draft, DraftVersion
from training_app.authoring.rules import story

NAME = "ngo-chung.scenario.toml"
SHIPPED = sorted(Path("quizzes").glob("*/*.scenario.toml"))


@dataclass
class Desk:
    """An author and a reviewer at the scenario of a published module."""

    session: Session
    author: PageClient
    reviewer: PageClient
    draft_id: int

    def at(self, tail: str = "") -> str:
        return f"/authoring/{self.draft_id}/scenarios/ngo-chung/{tail}"

    def turn(self, name: str) -> Page:
        return self.author.get(self.at(f"turns/{name}/"))

    def save(self, turn: str, **fields: Any) -> Page:
        return self.author.submit(self.turn(turn), f"/turns/{turn}/", **fields)

    @property
    def text(self) -> str:
        self.session.rollback()
        newest = select(DraftVersion.files).order_by(DraftVersion.number.desc()).limit(1)
        return str(self.session.scalars(newest).one()[NAME])


@pytest.fixture
def desk(app: Flask, db_session: Session) -> Desk:
    texts.teach(db_session)
    clients = []
    for name, role in (("Soạn", Role.TRAINER), ("Duyệt", Role.REVIEWER)):
        account, _ = texts.staff(db_session, name, role)
        clients.append(visitors.visitor(app, db_session, account))
    author, reviewer = clients
    author.submit(author.get("/authoring/"), f"/modules/{texts.SLUG}/edit/")
    draft_id = db_session.scalars(select(Draft.id)).one()
    page = author.get(f"/authoring/{draft_id}/")
    author.submit(page, "/scenarios/", title="Ngõ chung")
    return Desk(db_session, author, reviewer, draft_id)


def test_a_scenario_is_written_turn_by_turn_until_nothing_is_missing(desk: Desk) -> None:
    desk.save("n1", situation="Hai nhà cãi nhau.", speaker="Bà Lan", line="“Tôi không chịu.”")
    first = {"text-0": "Nghe bà nói hết", "consequence-0": "Bà dịu lại.", "why-0": "Được nghe."}
    later = {"text-1": "Khuyên ngay", "consequence-1": "Bà bỏ về.", "why-1": "Bị ép."}
    page = desk.save("n1", **first, **later, **{"next-1": "+node", "listening-0": "1"})
    data = tomllib.loads(desk.text)
    assert [one["next"] for one in data["node"][0]["choice"]] == ["e1", "n2"]
    assert data["node"][0]["choice"][0]["scores"] == {"listening": 1}
    assert "n2" in page.text
    desk.save("n2", situation="Bà đã về.", **first, **later, **{"next-0": "e1", "next-1": "e1"})
    ending = desk.save("e1", title="Hai nhà vui", summary="Ngõ lại thông.", better="Nghe sớm hơn.")
    assert "The ending cites no article of law." in ending.text
    cited = desk.save("e1", add_article="luat-a#3")
    assert "Nothing is missing here." not in cited.text
    whole = desk.author.get(desk.at())
    filled = {"intro": "Ngõ chung của hai nhà.", "add_article": "luat-a#3", "feedback": "end"}
    form = next(one for one in whole.forms if one.action == desk.at())
    whole = desk.author.post(desk.at(), form.filled(**filled))
    assert "must" not in whole.text
    assert tomllib.loads(desk.text)["feedback"] == "end"


def test_what_is_wrong_stands_beside_its_field(desk: Desk) -> None:
    broken = desk.save("n1", **{"why-0": ""})
    field = next(one for one in broken.all("textarea") if one.get("id") == "why-0")
    assert field.get("aria-invalid") == "true"
    said = next(one for one in broken.all("p") if one.get("id") == field.get("aria-describedby"))
    assert "The text is empty." in said.text


def test_a_turn_that_nothing_leads_to_and_a_way_to_nowhere_are_told(desk: Desk) -> None:
    desk.author.submit(desk.author.get(desk.at()), "/turns/", kind="node")
    lonely = desk.turn("n2")
    assert "No way leads here yet." in lonely.text
    table = desk.author.submit(lonely, "/turns/n2/remove/")
    assert "no way leads here" not in table.text
    table = desk.author.submit(desk.turn("e1"), "/turns/e1/remove/")
    assert "a way leads nowhere" in table.text
    assert "“e1” is neither a node nor an ending." in table.text


def test_a_renamed_turn_takes_along_what_leads_to_it(desk: Desk) -> None:
    page = desk.save("e1", name="hai-nha-vui")
    assert page.h1 == "Ending hai-nha-vui"
    assert {one["next"] for one in tomllib.loads(desk.text)["node"][0]["choice"]} == {"hai-nha-vui"}
    begun = desk.save("n1", name="mo-dau")
    assert tomllib.loads(desk.text)["start"] == "mo-dau"
    kept = desk.author.submit(begun, "/turns/mo-dau/", name="Hai Nhà", speaker="Ông Hòa")
    assert "cannot be the short name" in kept.text
    assert tomllib.loads(desk.text)["node"][0]["speaker"] == "Ông Hòa"


def test_an_article_found_in_the_register_is_cited_by_the_way_that_was_named(desk: Desk) -> None:
    found = desk.save("n1", law="luật a", situation="Đang viết dở")
    assert "have the words “luật a”" in found.text or "has the words “luật a”" in found.text
    assert "Đang viết dở" in found.html
    desk.author.submit(found, "/turns/n1/", add_article="luat-a#3", add_clause="1", add_to="1")
    choices = tomllib.loads(desk.text)["node"][0]["choice"]
    assert [one.get("cites") for one in choices] == [None, ["luat-a#3.1"]]
    nothing = desk.save("n1", law="không có đâu")
    assert "This is the whole register." in nothing.text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_form_saved_without_a_change_leaves_the_file_byte_for_byte(path: Path) -> None:
    data = story.read_story(path.read_text(encoding="utf-8"))
    text = story.write_story(data)  # as a draft of what is published begins
    for turn in story.turns(data):
        fields = _as_sent(turn)
        read = story.node_from if turn.kind == "node" else story.ending_from
        data = story.with_turn(data, turn, read(_sent(fields), turn.data))
    head = {key: [str(data[key])] for key in ("title", "intro", "minutes", "start", "reviewed_on")}
    head |= {"cites": data["cites"], "feedback": [data.get("feedback", "each")]}
    data = story.story_from(lambda name: head.get(name, []), data)
    assert story.write_story(data) == text


def _sent(fields: dict[str, list[str]]) -> Callable[[str], list[str]]:
    return lambda name: fields.get(name, [])


def _as_sent(turn: story.Turn) -> dict[str, list[str]]:
    """What a browser sends of an untouched form."""
    one = turn.data
    plain = ("situation", "speaker", "line", "outcome", "title", "summary", "better")
    sent = {name: [str(one[name])] for name in plain if name in one}
    sent["cites"] = one.get("cites", [])
    sent["harmful-rows"] = []
    for row, choice in enumerate(one.get("choice", [])):
        for name in ("id", "text", "consequence", "why", "next"):
            sent[f"{name}-{row}"] = [choice[name]]
        sent[f"cites-{row}"] = choice.get("cites", [])
        sent |= {f"{key}-{row}": [str(v)] for key, v in choice.get("scores", {}).items()}
        sent["harmful-rows"] += [str(row)] if choice.get("harmful") else []
    return sent


def test_only_the_lines_of_the_changed_turn_change() -> None:
    text = SHIPPED[0].read_text(encoding="utf-8")
    data = story.read_story(text)
    turn = story.turns(data)[1]
    after = story.write_story(story.with_turn(data, turn, {**turn.data, "speaker": "Bà Hai"}))
    pairs = zip(text.splitlines(), after.splitlines(), strict=True)
    assert [new for old, new in pairs if old != new] == ['speaker = "Bà Hai"']


@pytest.mark.parametrize("language", ["vi", "en"])
def test_author_and_reviewer_read_the_forms_in_both_languages(desk: Desk, language: str) -> None:
    for client in (desk.author, desk.reviewer):
        client.language(language)
        for tail in ("", "turns/n1/", "turns/e1/"):
            client.get(desk.at(tail))
    desk.reviewer.get(desk.at("turns/n9/"), status=404)


def test_a_file_that_no_form_can_show_is_mended_as_text(desk: Desk) -> None:
    page = desk.author.get(f"/authoring/{desk.draft_id}/files/{NAME}/")
    desk.author.submit(page, "/files/", text="node = 3")
    assert "Mend the text of the file first." in desk.author.get(desk.at()).text
