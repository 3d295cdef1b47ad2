"""Numbers in addresses."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """A number that a database column can hold; a larger one finds no page instead of a fault."""

    def __init__(
        self,
        map: Map,  # noqa: A002 - Werkzeug passes it by this name
        fixed_digits: int = 0,
        min: int | None = None,  # noqa: A002 - as above
        max: int | None = LARGEST,  # noqa: A002 - as above
        signed: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def install(app: Flask) -> None:
    """Let ``<int:…>`` in every address mean :class:`RowNumber`."""
    app.url_map.converters["int"] = RowNumber
