"""From the data of one ``[[question]]`` to a frozen question, or located problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from training_app.errors import N_
from training_app.laws.parsing import Document, build
from training_app.laws.source import KeyPath, Located, Problem
from training_app.questions.source import CLASSES, Question


def parse_question(
    document: Document, data: Any, prefix: KeyPath
) -> tuple[Located[Question] | None, list[Problem]]:
    """Read the question found at ``prefix`` of the document; its ``kind`` decides the keys."""
    where = Located(None, document.file, document.lines, prefix)
    if not isinstance(data, Mapping):
        remedy = N_("Begin each question with [[question]].")
        return None, [where.problem((), N_("This is not a question."), remedy)]
    kind = data.get("kind")
    if kind is None:
        message, remedy = N_("The key “%(name)s” is missing."), N_("Add “%(name)s = …” here.")
        return None, [where.problem(("kind",), message, remedy, name="kind")]
    model = CLASSES.get(kind) if isinstance(kind, str) else None
    if model is None:
        message, remedy = N_("The value “%(found)s” is not known."), N_("Use one of: %(expected)s.")
        expected = ", ".join(str(one) for one in CLASSES)
        return None, [where.problem(("kind",), message, remedy, found=kind, expected=expected)]
    found, problems = build(model, document, data, prefix)
    return cast("Located[Question] | None", found), problems
