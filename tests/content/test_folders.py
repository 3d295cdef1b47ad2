"""The folders that are shipped pass; what stands between files is checked on copies of them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from training_app.catalogue.folders import folder_hash, read_folders

ROOT = Path(__file__).parent.parent.parent
MODULE = "tien-trinh-hoa-giai"
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A copy of the shipped folders."""
    for name in ("courses", "quizzes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def edit(folders: Path) -> Edit:
    """Replace words in one file of the copy."""

    def replace(name: str, old: str, new: str) -> None:
        path = folders / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def told(folders: Path) -> list[str]:
    return [str(one) for one in read_folders(folders / "courses", folders / "quizzes").problems]


def test_the_shipped_content_has_no_error_and_no_warning() -> None:
    assert told(ROOT) == []


def test_the_shipped_modules_are_complete() -> None:
    modules = read_folders(ROOT / "courses", ROOT / "quizzes").modules
    assert len(modules) >= 3
    for files in modules:
        assert 4 <= len(files.lessons) <= 6
        assert len(files.questions) >= 16
        assert files.scenarios
        assert files.test


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            f"courses/{MODULE}/module.toml",
            'requires = ["pham-vi-hoa-giai"]',
            'requires = ["khong-co"]',
            "There is no module “khong-co”",
        ),
        (
            "courses/pham-vi-hoa-giai/module.toml",
            "requires = []",
            f'requires = ["{MODULE}"]',
            "require each other",
        ),
        (f"courses/{MODULE}/module.toml", "position = 2", "position = 1", "Position 1 is taken"),
        (f"quizzes/{MODULE}/bank.toml", "draw = 10", "draw = 90", "The test draws 90 questions"),
        (f"quizzes/{MODULE}/bank.toml", "pass_mark = 8", "pass_mark = 11", "More right answers"),
        (
            f"quizzes/{MODULE}/bank.toml",
            "retake_after_minutes = 10",
            'retake_after_minutes = 10\npart = [{topic = "khong-co", count = 2}]',
            "For “khong-co” the bank has 0, and a test asks for 2.",
        ),
        (
            f"quizzes/{MODULE}/bank.toml",
            "retake_after_minutes = 10",
            'retake_after_minutes = 10\npart = [{topic = "khac", count = 20}]',
            "places of 10",
        ),
        (f"quizzes/{MODULE}/bank.toml", 'id = "q02"', 'id = "q01"', "“q01” is used twice"),
        (
            f"quizzes/{MODULE}/bank.toml",
            'lesson = "10-can-cu-va-phan-cong"',
            'lesson = "10-khac"',
            "There is no lesson “10-khac”",
        ),
        (
            f"quizzes/{MODULE}/bank.toml",
            "luat-35-2013-qh13#16",
            "luat-35-2013-qh13#99",
            "“luat-35-2013-qh13#99” is not in the register",
        ),
        (
            "courses/laws.toml",
            "in_force_from = 2014-01-01",
            "in_force_from = 2014-01-01\nin_force_to = 2026-01-01",
            "no longer in force since 2026-01-01",
        ),
        (
            "courses/laws.toml",
            "in_force_from = 2014-01-01",
            "in_force_from = 2027-01-01",
            "comes into force only on 2027-01-01",
        ),
        (
            "courses/laws.toml",
            "in_force_from = 2014-01-01\n",
            "",
            "No date of force is known",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(
    folders: Path, edit: Edit, *, file: str, old: str, new: str, says: str
) -> None:
    edit(file, old, new)
    assert any(says in one for one in told(folders)), told(folders)


def test_a_misspelt_file_name_is_told(folders: Path) -> None:
    (folders / "quizzes" / MODULE / "bank.toml").rename(folders / "quizzes" / MODULE / "bnk.toml")
    assert any("bnk.toml:0: error: Nothing reads this file" in one for one in told(folders))


def test_a_file_in_another_encoding_is_told_with_its_line(folders: Path) -> None:
    path = folders / "courses" / MODULE / "module.toml"
    path.write_bytes(b'title = "x"\npurpose = "\xff\xfe"\n')
    assert any("module.toml:2: error: The file is not in UTF-8" in one for one in told(folders))


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(folders: Path) -> None:
    path = folders / "courses" / MODULE / "module.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(folders) == []


def test_all_problems_of_all_files_are_told_at_once(folders: Path, edit: Edit) -> None:
    edit("courses/laws.toml", "gist =", "gst =")
    edit(f"courses/{MODULE}/module.toml", "minutes =", "minuts =")
    edit(f"quizzes/{MODULE}/bank.toml", "explanation =", "explnation =")
    for name in ("laws.toml", "module.toml", "bank.toml"):
        assert any(name in one for one in told(folders))


def test_the_fingerprint_of_the_folders_changes_with_any_file(folders: Path, edit: Edit) -> None:
    places = (folders / "courses", folders / "quizzes")
    before = folder_hash(*places)
    assert folder_hash(*places) == before
    edit(f"courses/{MODULE}/module.toml", "minutes", "minutes ")
    assert folder_hash(*places) != before


def test_missing_folders_are_told_and_do_not_fail(tmp_path: Path) -> None:
    assert any("The register of laws is missing" in one for one in told(tmp_path))
