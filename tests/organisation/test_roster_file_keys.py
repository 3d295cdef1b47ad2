"""Rosters with answer keys, where a folder of them lies beside the checkout, equal their keys."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.organisation.roster_samples import TODAY
from training_app.organisation.roster_file import Pair, Roster, pairs_across, read
from training_app.vietnamese import fold, tone_placement

BESIDE = Path(__file__).resolve().parents[3]
KEYS = sorted(BESIDE.glob("*/data/rosters/*.key.json"))
pytestmark = pytest.mark.skipif(
    not KEYS, reason="no */data/rosters with answer keys beside the checkout"
)


def load(key_file: Path) -> tuple[dict[str, Any], Roster]:
    key = json.loads(key_file.read_text(encoding="utf-8"))
    found = read(key_file.with_name(key["file"]), today=TODAY)
    assert isinstance(found, Roster), found
    return key, found


def canonical(key: dict[str, Any], plain: dict[tuple[str, int | None], str]) -> dict[str, Any]:
    """Tone placement is not judged, and a name without marks may keep its plain spelling."""
    for person in key["people"]:
        name = tone_placement(person["full_name"])
        mine = plain.get((person["sheet"], person["row"]))
        person["full_name"] = mine if mine and fold(mine) == fold(name) else name
    return key


@pytest.mark.parametrize("key_file", KEYS, ids=lambda path: path.name[:2])
def test_a_roster_equals_its_key(key_file: Path) -> None:
    key, found = load(key_file)
    plain = {
        (problem.sheet, problem.row): str(problem.values["value"])
        for problem in found.problems
        if problem.code == "name_no_diacritics"
    }
    expected, got = canonical(key, plain), canonical(found.as_key(), {})
    pairs = {"same_person", "same_person_why", "namesakes_not_same", "namesakes_not_same_why"}
    for part in expected.keys() - pairs:
        assert got[part] == expected[part], part
    for part in ("same_person", "namesakes_not_same"):
        within = {
            tuple(pair): reason
            for pair, reason in zip(expected[part], expected[f"{part}_why"], strict=True)
            if pair[1].startswith(key["file"])
        }
        mine = dict(zip(map(tuple, got[part]), got[f"{part}_why"], strict=True))
        assert mine == within


def across(key: dict[str, Any], part: str) -> dict[tuple[str, ...], str]:
    return {
        tuple(pair): reason
        for pair, reason in zip(key[part], key[f"{part}_why"], strict=True)
        if not pair[1].startswith(key["file"])
    }


def shown(pairs: tuple[Pair, ...]) -> dict[tuple[str, ...], str]:
    return {(pair.one, pair.other): pair.why() for pair in pairs}


def test_two_years_of_one_commune_pair_as_their_keys_say() -> None:
    loaded = {path.name[:2]: load(path) for path in KEYS if path.name[:2] in {"a2", "a3"}}
    for mine, theirs in (("a2", "a3"), ("a3", "a2")):
        same, namesakes = pairs_across(loaded[mine][1], loaded[theirs][1])
        assert shown(same) == across(loaded[mine][0], "same_person")
        assert shown(namesakes) == across(loaded[mine][0], "namesakes_not_same")
