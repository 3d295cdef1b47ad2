"""A small module and its register, built through the same parser as everything else."""

from datetime import UTC, datetime

from training_app.access import Viewer
from training_app.catalogue.parsing import ModuleTexts, TextFile, parse_module
from training_app.catalogue.source import Module
from training_app.laws.parsing import parse_register
from training_app.laws.source import Register

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ACTOR = Viewer.for_system("tests")

LAWS = """\
[[instrument]]
key = "luat-a"
kind = "Luật"
number = "35/2013/QH13"
title = "Luật A"
in_force_from = 2014-01-01
confidence = "S"
reviewed_on = 2026-11-20
[[instrument.article]]
number = "3"
heading = "Phạm vi"
gist = "Ý chính của Điều 3."
confidence = "S"
[[instrument.article]]
number = "16"
heading = "Căn cứ"
gist = "Ý chính của Điều 16."
confidence = "S"
"""
HEAD = """\
title = "Lắng nghe"
title_en = "Listening"
purpose = "Nghe cho hết."
audience = ["mediator"]
minutes = 20
position = 1
objectives = ["Nghe", "Hỏi", "Ghi"]
reviewed_on = 2026-11-20
cites = ["luat-a#3"]
"""
LESSON = """\
+++
title = "{title}"
minutes = 4
cites = ["luat-a#16", "luat-a#3.1.c"]
+++
Nghe **từng bên**.
"""
BANK = """\
[test]
draw = 1
pass_mark = 1
retake_after_minutes = 15
[[question]]
id = "q01"
kind = "single"
topic = "grounds"
stem = "Nên làm gì?"
explanation = "Vì thế."
cites = ["luat-a#16"]
[[question.option]]
id = "a"
text = "Chờ"
[[question.option]]
id = "b"
text = "Đến hỏi thăm"
right = true
[[question]]
id = "q02"
kind = "short"
use = "practice"
topic = "grounds"
difficulty = 2
stem = "Trong mấy ngày?"
explanation = "Luật nói thế."
accept = ["ba ngày"]
cites = ["luat-a#3"]
"""
SCENARIO = """\
title = "Ngõ chung"
intro = "Hai nhà tranh cãi."
minutes = 5
start = "n1"
cites = ["luat-a#3"]
reviewed_on = 2026-11-20
[[node]]
id = "n1"
situation = "Bà Lan đến."
[[node.choice]]
id = "a"
text = "Nghe"
consequence = "Bà kể."
why = "Vì thế."
next = "e1"
scores = { listening = 1 }
cites = ["luat-a#16"]
[[ending]]
id = "e1"
outcome = "good"
title = "Xong"
summary = "Hai bên thỏa thuận."
better = "Ghi rõ."
cites = ["luat-a#3"]
"""


def register(text: str = LAWS) -> Register:
    """The register in ``text``, which must have no problem."""
    found, problems = parse_register("courses/laws.toml", text)
    assert not problems
    return found


def module(
    *, slug: str = "nghe", head: str = HEAD, bank: str = BANK, scenario: str = SCENARIO
) -> Module:
    """A module of two lessons, two questions and a scenario."""
    lessons = [
        TextFile(f"courses/{slug}/{name}.md", LESSON.format(title=title))
        for name, title in (("10-mot", "Bài một"), ("20-hai", "Bài hai"))
    ]
    files = parse_module(
        ModuleTexts(
            slug,
            f"courses/{slug}",
            TextFile(f"courses/{slug}/module.toml", head),
            tuple(lessons),
            TextFile(f"quizzes/{slug}/bank.toml", bank),
            (TextFile(f"quizzes/{slug}/ngo-chung.scenario.toml", scenario),),
        )
    )
    assert not files.problems
    found = files.module()
    assert found
    return found
