"""Each folder of `pairs/` holds a file that passes and the same file with one mistake.

`expected.txt` names the line and the words of every problem that must be told.
"""

from pathlib import Path

import pytest

from training_app.catalogue.checks import check_module
from training_app.catalogue.parsing import ModuleTexts, TextFile, parse_module
from training_app.laws.source import Problem

PAIRS = Path(__file__).parent / "pairs"
CASES = sorted(path.name for path in PAIRS.iterdir())
NAMES = {
    "lesson": "10-nghe.md",
    "bank": "bank.toml",
    "scenario": "ngo-chung.scenario.toml",
    "module": "module.toml",
}


def problems_of(case: str, which: str) -> list[Problem]:
    """The problems told about the one file of a pair."""
    kind = case.partition("-")[0]
    path = next((PAIRS / case).glob(f"{which}.*"))
    file = TextFile(NAMES[kind], path.read_text(encoding="utf-8"))
    texts = ModuleTexts(
        "nghe",
        "courses/nghe",
        head=file if kind == "module" else None,
        lessons=(file,) if kind == "lesson" else (),
        bank=file if kind == "bank" else None,
        scenarios=(file,) if kind == "scenario" else (),
    )
    return [problem for problem in check_module(parse_module(texts)) if problem.file == file.name]


@pytest.mark.parametrize("case", CASES)
def test_the_first_of_the_pair_passes(case: str) -> None:
    assert [str(problem) for problem in problems_of(case, "pass")] == []


@pytest.mark.parametrize("case", CASES)
def test_the_mistake_of_the_second_is_told_at_its_line(case: str) -> None:
    expected = (PAIRS / case / "expected.txt").read_text(encoding="utf-8").splitlines()
    told = [(problem.line, str(problem)) for problem in problems_of(case, "fail")]
    for wanted in expected:
        line, _, words = wanted.partition(": ")
        assert any(at == int(line) and words in text for at, text in told), (wanted, told)


@pytest.mark.parametrize("case", CASES)
def test_every_problem_says_what_to_do(case: str) -> None:
    for problem in problems_of(case, "fail"):
        assert problem.remedy.endswith((".", "”")), problem
        assert "%(" not in str(problem)
