"""Where the figures of every part are kept: one file, each part replaced when it is measured."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


def keep(part: str, rows: list[Any], **more: dict[str, float]) -> None:
    """Write a part's figures (dataclasses); ``more`` adds values by the rows' names."""
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    known[part] = [
        asdict(row) | {name: values[row.name] for name, values in more.items()} for row in rows
    ]
    text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
