"""The tests that docs/behaviours.md names exist."""

import re

from tests.architecture.sources import ROOT, tracked


def test_every_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    rows = [line for line in page.splitlines() if line.startswith("| ") and "shown by" not in line]
    found: set[str] = set()
    for path in tracked(".py"):
        if path.startswith("tests/"):
            source = (ROOT / path).read_text(encoding="utf-8")
            found |= set(re.findall(r"^def (test_\w+)", source, re.MULTILINE))
    assert all("`test_" in row for row in rows)
    assert not named - found, f"{sorted(named - found)}: no such test"
