"""Reading one TOML text: syntax, spelling of keys and types, with every problem located."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from training_app.errors import N_
from training_app.laws.parsing.positions import key_lines
from training_app.laws.source import KeyPath, Located, Problem

M = TypeVar("M", bound=BaseModel)

_AT_LINE: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_EXPECTED: Final = {
    "string_type": N_("Write a text in quotation marks."),
    "int_type": N_("Write a whole number."),
    "int_from_float": N_("Write a whole number."),
    "bool_type": N_("Write true or false."),
    "date_type": N_("Write a date such as 2026-11-20, without quotation marks."),
    "date_from_datetime_inexact": N_("Write a date such as 2026-11-20, without quotation marks."),
    "tuple_type": N_("Write a list in square brackets."),
    "list_type": N_("Write a list in square brackets."),
    "dict_type": N_("Write a table of keys and values."),
    "model_type": N_("Write a table of keys and values."),
}
# What is said of a value beyond its limit, what to do, and what pydantic calls the limit.
_LIMITS: Final = {
    "greater_than_equal": (N_("The number is too small."), N_("Give at least %(limit)d."), "ge"),
    "less_than_equal": (N_("The number is too large."), N_("Give at most %(limit)d."), "le"),
    "string_too_long": (
        N_("The text is too long."),
        N_("Shorten it to %(limit)d letters."),
        "max_length",
    ),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML text that could be read: its data and the line of each key."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]


def read_document(
    file: str, text: str, first_line: int = 1
) -> tuple[Document | None, list[Problem]]:
    """Read a TOML ``text``; ``first_line`` is where it starts inside ``file`` (front matter).

    Gives no document where the syntax is broken; the problems name the line.
    """
    problems = decomposed(file, text, first_line)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [*problems, _syntax_problem(file, text, str(error), first_line)]
    shift = first_line - 1
    lines = {path: line + shift for path, line in key_lines(text).items()}
    return Document(file, data, lines), problems


def decomposed(file: str, text: str, first_line: int = 1) -> list[Problem]:
    """A problem for each line whose letters and tone marks are stored apart (not NFC)."""
    if unicodedata.is_normalized("NFC", text):
        return []
    return [
        Problem(
            file,
            number,
            "",
            N_("Letters and tone marks are stored apart (not Unicode NFC)."),
            N_("Save the file in composed Unicode (NFC)."),
        )
        for number, line in enumerate(text.split("\n"), start=first_line)
        if not unicodedata.is_normalized("NFC", line)
    ]


def _syntax_problem(file: str, text: str, error: str, first_line: int) -> Problem:
    match = _AT_LINE.search(error)
    last = text.count("\n") + 1
    line = int(match.group(1)) if match and match.group(1) else last
    return Problem(
        file,
        line + first_line - 1,
        "",
        N_("This is not valid TOML: %(detail)s."),
        N_("Check quotation marks, brackets and the equals sign on this line and the one above."),
        {"detail": _AT_LINE.sub("", error).strip()},
    )


def build(
    model: type[M], document: Document, data: object, prefix: KeyPath = ()
) -> tuple[Located[M] | None, list[Problem]]:
    """Turn ``data``, found at ``prefix`` of the document, into a frozen ``model``.

    Gives no object where a key is unknown, missing or of the wrong type; every such key has its
    problem.
    """
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        where = Located(None, document.file, document.lines, prefix)
        return None, [_shape_problem(where, model, detail) for detail in error.errors()]
    return Located(value, document.file, document.lines, prefix), []


def _shape_problem(where: Located[None], model: type[BaseModel], error: ErrorDetails) -> Problem:
    """Say in an author's words what pydantic found."""
    path: KeyPath = error["loc"]
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(where, model, path)
    if kind == "missing":
        message, remedy = N_("The key “%(name)s” is missing."), N_("Add “%(name)s = …” here.")
        return where.problem(path, message, remedy, name=path[-1])
    if kind in _EXPECTED:
        return where.problem(path, N_("The value has the wrong type."), _EXPECTED[kind])
    if kind == "literal_error":
        message, remedy = N_("The value “%(found)s” is not known."), N_("Use one of: %(expected)s.")
        return where.problem(
            path, message, remedy, found=error["input"], expected=context["expected"]
        )
    if kind == "value_error":
        message = N_("“%(found)s” is not a citation.")
        remedy = N_("Write it as key#article.clause.point, such as luat-35-2013-qh13#3.1.c.")
        return where.problem(path, message, remedy, found=error["input"])
    return _limit_problem(where, path, error)


def _limit_problem(where: Located[None], path: KeyPath, error: ErrorDetails) -> Problem:
    """A value of the right type outside its limits."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_too_short":
        message, remedy = N_("The text is empty."), N_("Write it, or take the empty part out.")
        return where.problem(path, message, remedy)
    if kind == "string_pattern_mismatch":
        message = N_("“%(found)s” has characters that may not stand here.")
        remedy = N_("Use small letters without accents, digits and hyphens.")
        return where.problem(path, message, remedy, found=error["input"])
    if kind in {"too_short", "too_long"}:
        message = N_("There are %(found)d items.")
        remedy = (
            N_("Give at least %(limit)d.") if kind == "too_short" else N_("Give at most %(limit)d.")
        )
        limit = context.get("min_length", context.get("max_length"))
        return where.problem(path, message, remedy, found=context["actual_length"], limit=limit)
    if kind in _LIMITS:
        message, remedy, limit = _LIMITS[kind]
        return where.problem(path, message, remedy, limit=context[limit])
    message, remedy = N_("The value cannot be used: %(detail)s."), N_("Correct the value.")
    return where.problem(path, message, remedy, detail=error["msg"])


def _unknown_key(where: Located[None], model: type[BaseModel], path: KeyPath) -> Problem:
    """Name the keys that are allowed there, the likeliest first."""
    allowed = _allowed_keys(model, path[:-1])
    close = difflib.get_close_matches(str(path[-1]), allowed, n=1)
    message = N_("The key “%(name)s” is not known.")
    if close:
        remedy = N_("Write “%(close)s” if that is meant, or remove the key.")
        return where.problem(path, message, remedy, name=path[-1], close=close[0])
    remedy = N_("Remove it; the keys known here are: %(allowed)s.")
    return where.problem(path, message, remedy, name=path[-1], allowed=", ".join(allowed))


def _allowed_keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys of the model that stands at ``path`` inside ``model``."""
    for part in path:
        if isinstance(part, int):
            continue
        for name, info in model.model_fields.items():
            if part == (info.alias or name):
                model = _model_inside(info.annotation) or model
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    """The model within ``tuple[Model, ...]``, ``Model | None`` or an annotated form of these."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_inside(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found), None)
