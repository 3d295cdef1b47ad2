"""What the demonstration's people practised: paths that end, and a module worth its marking."""

from pathlib import Path
from random import Random

import pytest

from training_app.catalogue.checks import check_module
from training_app.catalogue.folders import read_folders
from training_app.catalogue.source import Scenario
from training_app.demo.practising import MARKED, MODULE, NOTE, TEXTS, _path
from training_app.practice.rules.paths import walk
from training_app.questions.source import Written

ROOT = Path(__file__).parents[2]
DATA = ROOT / "training_app" / "demo" / "data"


def stories() -> list[Scenario]:
    found = read_folders(ROOT / "courses", ROOT / "quizzes")
    return [one.value.scenario for files in found.modules for one in files.scenarios]


@pytest.mark.parametrize("seed", range(5))
def test_every_path_of_the_demonstration_comes_to_an_end(seed: int) -> None:
    for story in stories():
        moves, ending = _path(Random(seed), story)
        assert walk(story, moves).ending is story.ending(ending)


def test_the_demonstrations_own_module_asks_for_a_written_answer_with_a_rubric() -> None:
    (files,) = read_folders(DATA / "courses", DATA / "quizzes").modules
    assert files.slug == MODULE
    assert not files.problems
    wrong = [f"{one}" for one in check_module(files) if not one.warning]
    assert not wrong, "an export of the demonstration could not be loaded again"
    written = [one.value for one in files.questions if isinstance(one.value, Written)]
    assert {one.id for one in written[0].criteria} == set(MARKED)
    assert len(TEXTS) > 1
    assert NOTE
