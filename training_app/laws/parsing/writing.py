"""From content objects back to TOML: the same data give the same bytes, always."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, Final

from training_app.laws.source import Article, Instrument, Register

LINE: Final = 100  # a list that would be longer stands one item to a line
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHORT: Final = {"\b": r"\b", "\f": r"\f", "\r": r"\r"}


def write_toml(data: Mapping[str, Any]) -> str:
    """A TOML document of ``data``: keys in their order, then ``[tables]``, then ``[[lists]]``.

    A table inside a list item is written inline. Reading the text gives equal data.
    """
    return "\n".join(_table(data, ())).strip("\n") + "\n" if data else ""


def write_register(register: Register) -> str:
    """``courses/laws.toml``: every instrument with its articles, empty keys left out."""
    return write_toml({"instrument": [_instrument(one) for one in register.instruments]})


def _instrument(instrument: Instrument) -> dict[str, Any]:
    values = _filled(instrument.model_dump(exclude={"articles"}))
    return values | {"article": [_article(one, instrument) for one in instrument.articles]}


def _article(article: Article, instrument: Instrument) -> dict[str, Any]:
    """What differs from the instrument; its own dates hold for its articles."""
    shared = instrument.model_dump(include={"in_force_from", "in_force_to", "replaced_by"})
    values = article.model_dump()
    return {
        key: value for key, value in _filled(values).items() if shared.get(key, object()) != value
    }


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != ""}


def _table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Lines of a table: what fits on a line, then the tables below it."""
    tables = {key for key, value in data.items() if isinstance(value, Mapping) and not path}
    lists = {key for key, value in data.items() if _several_tables(value)}
    for key, value in data.items():
        if key not in tables | lists:
            yield f"{_key(key)} = {_value(value)}"
    for key in data:
        if key in tables:
            yield from ("", f"[{_key(key)}]")
            yield from _table(data[key], (key,))
    for key in data:
        for item in data[key] if key in lists else ():
            if not path:
                yield ""
            yield f"[[{'.'.join(_key(part) for part in (*path, key))}]]"
            yield from _table(item, (*path, key))


def _several_tables(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(isinstance(item, Mapping) for item in value)
    )


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _value(value: Any, *, inline: bool = False) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case date() | time():
            return value.isoformat()
        case Mapping():
            pairs = (f"{_key(key)} = {_value(item, inline=True)}" for key, item in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case list() | tuple():
            return _list(value, inline=inline)
        case _:
            return _string(str(value)) if inline else _text(str(value))


def _list(items: list[Any] | tuple[Any, ...], *, inline: bool) -> str:
    written = [_value(item, inline=True) for item in items]
    line = f"[{', '.join(written)}]"
    if inline or len(line) <= LINE:
        return line
    return "[\n" + "".join(f"  {item},\n" for item in written) + "]"


def _text(text: str) -> str:
    """A text of several lines stands as such, so that differences show line by line."""
    if "\n" not in text:
        return _string(text)
    inside = _escaped(text).replace('"""', '""\\"')
    if inside.endswith('"'):
        inside = inside[:-1] + '\\"'
    return f'"""\n{inside}"""'


def _string(text: str) -> str:
    return '"' + _escaped(text).replace('"', '\\"').replace("\n", "\\n") + '"'


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t")
    return _CONTROL.sub(lambda m: _SHORT.get(m.group(), f"\\u{ord(m.group()):04x}"), escaped)
