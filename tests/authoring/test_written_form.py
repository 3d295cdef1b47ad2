"""The form of a written question: its rubric as lines, its model answer as text."""

from typing import Any

import pytest

from tests.questions.examples import WRITTEN
from training_app.authoring.rules import question_from
from training_app.questions.source import from_body, to_body


def typed(body: dict[str, Any], **changes: str) -> dict[str, Any]:
    """Save the form of the question with what the fields hold, changed here and there."""
    fields = {
        "use": "test",
        "topic": body["topic"],
        "stem": body["stem"],
        "explanation": body["explanation"],
        "criterion": "\r\n".join(f"{one['points']} – {one['text']}" for one in body["criterion"]),
        "model": body["model"],
    } | changes
    cites = [str(one) for one in body["cites"]]
    return question_from(
        lambda name: cites if name == "cites" else [fields[name]] if name in fields else [], body
    )


def test_saving_without_a_change_keeps_the_question() -> None:
    assert from_body(typed(to_body(WRITTEN))) == WRITTEN


def test_a_further_criterion_gets_an_id_of_its_own_and_the_others_keep_theirs() -> None:
    lines = "4 – Nghe từng bên\n3: Giữ bình tĩnh\n2 Ghi sổ"
    saved = typed(to_body(WRITTEN), criterion=lines)["criterion"]
    assert [(one["id"], one["points"]) for one in saved] == [("hear", 4), ("calm", 3), ("c1", 2)]
    assert saved[2]["text"] == "Ghi sổ"


@pytest.mark.parametrize("line", ["Nghe từng bên", "– 3"])
def test_a_line_without_points_is_kept_for_reading_to_complain_about(line: str) -> None:
    (row,) = typed(to_body(WRITTEN), criterion=line)["criterion"]
    assert (row["text"], row["points"]) == (line, "")
