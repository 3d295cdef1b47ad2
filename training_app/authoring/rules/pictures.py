"""The pictures of a draft: entries of ``pictures.toml`` under names that lessons use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training_app.authoring.rules.editing import slug_of
from training_app.catalogue.parsing import (
    PICTURE_ENDING,
    PICTURES,
    ModuleTexts,
    TextFile,
    parse_module,
    write_pictures,
)
from training_app.catalogue.source import Picture


def pictures_in(files: Mapping[str, Any]) -> tuple[Picture, ...]:
    """The pictures of a draft as far as their entries can be read."""
    if PICTURES not in files:
        return ()
    texts = ModuleTexts("x", "x", None, pictures=TextFile(PICTURES, str(files[PICTURES])))
    return tuple(located.value for located in parse_module(texts).pictures)


def picture_name(fold: str, taken: Mapping[str, Any]) -> str:
    """A free name for a new picture; ``fold`` is what it shows, without accents."""
    slug = slug_of(fold)[:60].strip("-") or "hinh"
    names = {one.name for one in pictures_in(taken)}
    tries = (f"{slug}{f'-{n}' if n > 1 else ''}{PICTURE_ENDING}" for n in range(1, len(names) + 2))
    return next(name for name in tries if name not in names)


def with_picture(files: Mapping[str, Any], picture: Picture) -> str:
    """``pictures.toml`` with this entry changed, or added at the end."""
    entries = pictures_in(files)
    if any(one.name == picture.name for one in entries):
        return write_pictures(picture if one.name == picture.name else one for one in entries)
    return write_pictures([*entries, picture])


def without_picture(files: Mapping[str, Any], name: str) -> str | None:
    """``pictures.toml`` without this entry; None where no entry is left."""
    rest = [one for one in pictures_in(files) if one.name != name]
    return write_pictures(rest) if rest else None


def in_markdown(picture: Picture) -> str:
    """What a lesson writes to show it."""
    return f"![{picture.alt.replace(']', ')').replace('[', '(')}]({picture.name})"
