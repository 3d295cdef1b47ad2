import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.laws.parsing import parse_register
from training_app.laws.parsing.positions import key_lines
from training_app.laws.source import written_path

TEXT = '''\
# a comment = "not a key"
title = "one"
list = [
  "a",   # with ] and "
  "b",
]
multi = """
inner = 1
"""
a.b = 1

[test]
draw = 10

[[question]]
id = "q1" # [[question]]
[[question.option]]
id = "a"
[[question.option]]
id = "b"
scores = { x = 1, "y z" = [1, 2] }

[[question]]
id = 'q2'
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("list", 1), 5),
        (("multi",), 7),
        (("a", "b"), 10),
        (("test",), 12),
        (("test", "draw"), 13),
        (("question", 0, "id"), 16),
        (("question", 0, "option", 1), 19),
        (("question", 0, "option", 1, "scores", "y z", 1), 21),
        (("question", 1, "id"), 24),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert key_lines(TEXT)[path] == line


def test_what_stands_in_a_text_is_no_key() -> None:
    assert ("inner",) not in key_lines(TEXT)


keys = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
values = st.sampled_from(
    [
        '"x"',
        '"a\\"b # c"',
        "'q]'",
        "3",
        "true",
        "2026-11-20",
        '"""\nl = 1\n"""',
        "[1, 2]",
        "{ k = 1 }",
    ]
)
tables = st.lists(st.tuples(keys, values), max_size=5, unique_by=lambda pair: pair[0])
texts = st.lists(st.tuples(st.sampled_from(["a", "b", "b.c"]), tables), max_size=6)


@given(texts)
def test_no_key_of_a_valid_text_is_without_its_line(
    blocks: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    text = "\n".join(
        f"[[{name}]]\n" + "\n".join(f"{key} = {value}" for key, value in pairs)
        for name, pairs in blocks
    )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = key_lines(text)
    written = text.split("\n")
    for path in paths(data):
        assert path in lines, written_path(path)
        if isinstance(path[-1], str):
            assert path[-1] in written[lines[path] - 1]


def paths(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = [path] if path else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += paths(value, (*path, key))
    if isinstance(data, list):
        for index, value in enumerate(data):
            found += paths(value, (*path, index))
    return found


@given(st.text(alphabet="ab=[]{}\"'\n#., 1\\", max_size=60))
def test_broken_text_never_stops_the_search(text: str) -> None:
    assert key_lines(text)[()] == 1


REGISTER = """\
[[instrument]]
key = "luat-a"
kind = "Luật"
number = "1/2013/QH13"
title = "Luật A"
in_force_from = 2014-01-01
confidence = "S"
reviewed_on = 2026-11-20
[[instrument.article]]
number = "1"
heading = "Phạm vi"
gist = "Ý chính"
confidence = "S"
"""


def test_a_register_is_read() -> None:
    register, problems = parse_register("laws.toml", REGISTER)
    assert not problems
    assert [str(article.citation) for article in register.articles()] == ["luat-a#1"]


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('title = "Luật A"', 'titel = "Luật A"'), 5, "Write “title”"),
        (('kind = "Luật"', 'kind = "Lật"'), 3, "Use one of"),
        (('number = "1"', "number = 1"), 10, "quotation marks"),
        (("2014-01-01", '"2014-01-01"'), 6, "without quotation marks"),
        (('gist = "Ý chính"\n', ""), 9, "Add “gist"),
        (('title = "Luật A"', 'title = "A"\nreplaced_by = "luat-b"'), 6, "“luat-b”"),
        (("2014-01-01", "2014-01-01\nin_force_to = 2013-01-01"), 7, "end"),
        (('key = "luat-a"', "key = luat-a"), 2, "TOML"),
        (("[[instrument]]", "[[instruments]]"), 1, "instrument"),
        (("Phạm vi", "Pha\u0323m vi"), 11, "NFC"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_remedy(
    change: tuple[str, str], line: int, says: str
) -> None:
    text = REGISTER.replace(*change, 1)
    assert text != REGISTER
    _, problems = parse_register("courses/laws.toml", text)
    told = [str(problem) for problem in problems]
    assert any(f"courses/laws.toml:{line}:" in one and says in one for one in told), told


def test_all_mistakes_are_told_at_once() -> None:
    text = REGISTER.replace("gist =", "gst =").replace('"S"', '"Q"', 1)
    _, problems = parse_register("laws.toml", text)
    assert len(problems) == 3


def test_an_article_may_stand_only_once() -> None:
    article = REGISTER[REGISTER.index("[[instrument.article]]") :]
    _, problems = parse_register("laws.toml", REGISTER + article)
    assert [problem.line for problem in problems] == [15]


def test_one_broken_instrument_does_not_hide_the_others() -> None:
    other = REGISTER.replace("luat-a", "luat-b")
    register, problems = parse_register("laws.toml", REGISTER.replace("number", "nmber", 1) + other)
    assert [one.key for one in register.instruments] == ["luat-b"]
    assert problems
