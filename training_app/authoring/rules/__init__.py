"""Pure decisions about drafts: editing files, telling versions apart, figures of a lesson."""

from training_app.authoring.rules import parts, story
from training_app.authoring.rules.differences import FileDifference, Line, differences
from training_app.authoring.rules.editing import (
    Unreadable,
    lesson_data,
    lesson_name,
    lesson_text,
    new_module,
    new_question,
    new_scenario,
    question_named,
    questions,
    read_table,
    slug_of,
    tidy,
    with_question,
)
from training_app.authoring.rules.fields import ROWS, head_from, question_from, test_from
from training_app.authoring.rules.figures import Figures, figures
from training_app.authoring.rules.pictures import (
    in_markdown,
    picture_name,
    pictures_in,
    with_picture,
    without_picture,
)

__all__ = [
    "ROWS",
    "Figures",
    "FileDifference",
    "Line",
    "Unreadable",
    "differences",
    "figures",
    "head_from",
    "in_markdown",
    "lesson_data",
    "lesson_name",
    "lesson_text",
    "new_module",
    "new_question",
    "new_scenario",
    "parts",
    "picture_name",
    "pictures_in",
    "question_from",
    "question_named",
    "questions",
    "read_table",
    "slug_of",
    "story",
    "test_from",
    "tidy",
    "with_picture",
    "with_question",
    "without_picture",
]
