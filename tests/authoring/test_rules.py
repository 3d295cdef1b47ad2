"""Forms and files say the same; differences are told line by line."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.authoring.rules import (
    Unreadable,
    differences,
    figures,
    head_from,
    lesson_data,
    lesson_name,
    lesson_text,
    new_question,
    parts,
    question_from,
    test_from,
    tidy,
    with_question,
)
from training_app.laws.parsing import write_toml
from training_app.questions.source import Kind

test_from.__test__ = False  # type: ignore[attr-defined]  # its name is not a test's
BANK = write_toml(
    {"question": [{"id": "a", "kind": "short", "stem": "Một?"}, {"id": "b", "kind": "short"}]}
)


def typed(**fields: str | list[str]) -> object:
    def read(name: str) -> list[str]:
        found = fields.get(name.replace("-", "_"), [])
        return [found] if isinstance(found, str) else found

    return read


@given(st.text(), st.text())
def test_whatever_is_typed_into_a_lesson_comes_back(title: str, markdown: str) -> None:
    head = {"title": tidy(title), "minutes": "bốn", "cites": []}
    found, text, first = lesson_data(lesson_text(head, markdown))
    assert found == head
    assert text == tidy(markdown).strip("\n")
    lines = lesson_text(head, markdown).split("\n")
    assert lines[first - 1] == text.split("\n")[0]


def test_a_lesson_without_front_matter_is_mended_as_text() -> None:
    for text in ("Không có gì", "+++\ntitle = \n+++\nChữ"):
        with pytest.raises(Unreadable):
            lesson_data(text)


def test_a_value_that_cannot_be_right_is_kept_for_reading_to_complain_about() -> None:
    fields = typed(title=" Đất  đai ", minutes="bốn", position="3", reviewed_on="31/6/2026")
    head = head_from(fields, {"note": "giữ"})  # type: ignore[arg-type]
    assert (head["title"], head["minutes"], head["position"]) == ("Đất đai", "bốn", 3)
    assert (head["reviewed_on"], head["note"]) == ("31/6/2026", "giữ")
    dated = head_from(typed(reviewed_on="20/11/2026"), {})  # type: ignore[arg-type]
    assert dated["reviewed_on"] == date(2026, 11, 20)


def test_without_a_number_of_questions_there_is_no_test() -> None:
    assert test_from(typed(), {"draw": 10}) == {}  # type: ignore[arg-type]
    found = test_from(typed(draw="5", pass_mark="4"), {"minutes": 20})  # type: ignore[arg-type]
    assert found == {"draw": 5, "pass_mark": 4, "safety_always": False}


def test_a_blueprint_is_typed_a_part_to_a_line() -> None:
    said = typed(draw="5", part="2 scope 1\n\n 1  listening\nhai scope\n3")
    assert test_from(said, {})["part"] == [  # type: ignore[arg-type]
        {"topic": "scope", "difficulty": 1, "count": 2},
        {"topic": "listening", "count": 1},
        {"topic": "scope", "count": "hai"},
        {"count": 3},
    ]
    assert "part" not in test_from(typed(draw="5"), {"part": [{"topic": "a"}]})  # type: ignore[arg-type]


def test_a_question_changes_in_its_place_and_the_others_stay() -> None:
    changed = tomllib.loads(with_question(BANK, "a", {"id": "a", "kind": "short", "stem": "Hai?"}))
    assert [one["id"] for one in changed["question"]] == ["a", "b"]
    assert changed["question"][0]["stem"] == "Hai?"
    gone = tomllib.loads(with_question(BANK, "a", None))
    assert [one["id"] for one in gone["question"]] == ["b"]


def test_an_option_that_was_emptied_takes_its_id_along() -> None:
    before = {"id": "q", "kind": "single", "option": [{"id": "a"}, {"id": "b", "pinned": True}]}
    fields = typed(id_0="a", text_0="", id_1="b", text_1="Hỏi", text_2="Nghe", right_rows=["2"])
    found = question_from(fields, before)  # type: ignore[arg-type]
    assert found["option"] == [
        {"id": "b", "text": "Hỏi", "pinned": True},
        {"id": "c", "text": "Nghe", "right": True},
    ]


def test_a_new_question_never_takes_an_id_that_is_used() -> None:
    bank = {"question": [{"id": "q01"}, {"id": "q03"}]}
    assert new_question(bank, Kind.SHORT, "Gì?")["id"] == "q02"


def test_a_new_lesson_comes_after_the_last() -> None:
    assert lesson_name("Dat dai", {"10-mot.md": "", "25-hai.md": "", "bank.toml": ""}) == (
        "30-dat-dai"
    )
    assert lesson_name("???", {}) == "10-bai"


def test_differences_name_files_and_lines() -> None:
    before = {"a": "một\nhai\nba", "b": "giữ", "c": "đi"}
    found = differences(before, {"a": "một\nhai mới\nba", "b": "giữ", "d": "đến"})
    assert [(one.name, one.added, one.removed) for one in found] == [
        ("a", 1, 1), ("c", 0, 1), ("d", 1, 0),
    ]  # fmt: skip
    assert [(line.sign, line.text) for line in found[0].lines] == [
        (" ", "một"), ("-", "hai"), ("+", "hai mới"), (" ", "ba"),
    ]  # fmt: skip


def test_a_lesson_is_measured_as_it_goes_over_the_wire() -> None:
    found = figures("Nghe **từng bên** nói.\n\n<script>x</script>")
    assert found.words == 5
    assert "<script>" not in found.html
    assert 0 < found.bytes < 200


def test_a_line_of_a_file_is_quoted_as_the_author_sees_it_in_the_text() -> None:
    text = lesson_text({"title": "Nghe"}, "Câu đầu.\n\n" + "Rất dài " * 20)
    (lesson,) = parts.lessons({"10-nghe.md": text, "bank.toml": BANK})
    lines = text.split("\n")
    first = lines.index("Câu đầu.") + 1
    assert (lesson.text_line(first), lesson.quoted(first)) == (1, "Câu đầu.")
    assert lesson.quoted(first + 2).endswith("Rất…")
    assert (lesson.text_line(2), lesson.quoted(2)) == (0, ""), "above the text there is no line"


def test_a_part_whose_file_cannot_be_read_is_called_by_its_file() -> None:
    files = {"10-nghe.md": "không có đầu", "loi-di.scenario.toml": "= hỏng"}
    (lesson,) = parts.lessons(files)
    assert (lesson.title, lesson.quoted(1)) == ("10-nghe", "")
    assert parts.scenarios(files) == {"loi-di": "loi-di"}
