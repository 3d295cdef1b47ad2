import pytest

from training_app.catalogue.checks.wording import check_wording, sentences
from training_app.catalogue.source import count_words
from training_app.laws.source import Located


def told(text: str, *, spoken: bool = False) -> list[str]:
    where = Located(None, "x.md")
    return [str(problem) for problem in check_wording(where, (), text, spoken=spoken)]


@pytest.mark.parametrize(
    ("text", "count"),
    [("hòa giải viên", 3), ("Điều 3 – phạm vi", 4), ("", 0), ("- * –", 0), ("300.000 đồng", 2)],
)
def test_length_is_counted_in_tieng(text: str, count: int) -> None:
    assert count_words(text) == count


def test_sentences_end_at_their_marks_and_at_line_ends() -> None:
    text = "Bà nói: “Tôi mệt.” Ông hỏi lại. Số tiền là 1.500 đồng\nDòng khác"
    assert list(sentences(text)) == [
        "Bà nói: “Tôi mệt.",
        "Ông hỏi lại.",
        "Số tiền là 1.500 đồng",
        "Dòng khác",
    ]


def test_thirty_tieng_are_allowed_and_thirty_one_are_told() -> None:
    assert told("tiếng " * 30) == []
    assert "31 tiếng" in told("tiếng " * 31)[0]


@pytest.mark.parametrize("text", ["Bạn hãy chọn.", "Bấm vào link này.", "Các học viên"])
def test_words_of_school_and_computers_are_told(text: str) -> None:
    assert len(told(text)) == 1


@pytest.mark.parametrize("text", ["Bạn bè trong xóm", "Ra phiên tòa", "Ông bàn bạc với bà"])
def test_the_same_letters_in_other_words_are_allowed(text: str) -> None:
    assert told(text) == []


def test_what_a_party_says_is_the_partys_own() -> None:
    assert told("Bạn đừng nói nữa!", spoken=True) == []
