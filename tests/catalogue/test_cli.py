import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.databases import build, settings_for_tests

ROOT = Path(__file__).parent.parent.parent
MODULE = Path("courses", "tien-trinh-hoa-giai", "module.toml")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A copy of the shipped folders."""
    for name in ("courses", "quizzes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def content(app: Flask, folders: Path, *arguments: str) -> Result:
    """Run ``flask content`` on a copy of the folders."""
    places = ["--courses", str(folders / "courses"), "--quizzes", str(folders / "quizzes")]
    return app.test_cli_runner().invoke(args=["content", *arguments, *places])


def edit(folders: Path, old: str, new: str) -> None:
    path = folders / MODULE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_the_check_needs_no_database(tmp_path: Path) -> None:
    app = build(settings_for_tests(tmp_path, f"sqlite:///{tmp_path}/absent/none.sqlite"))
    result = app.test_cli_runner().invoke(args=["content", "check"])
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "absent").exists()


def test_an_unknown_key_names_file_line_and_remedy(app: Flask, folders: Path) -> None:
    edit(folders, "minutes =", "minuts =")
    result = content(app, folders, "check")
    assert result.exit_code == 1
    assert "courses/tien-trinh-hoa-giai/module.toml:5: " in result.output
    assert "“minuts”" in result.output
    assert "“minutes”" in result.output


def test_what_is_broken_is_not_loaded(app: Flask, folders: Path) -> None:
    edit(folders, "minutes =", "minuts =")
    assert content(app, folders, "load").exit_code == 1
    assert content(app, folders, "load", "--if-changed").exit_code == 1


def test_loading_twice_does_nothing_the_second_time(app: Flask, folders: Path) -> None:
    first = content(app, folders, "load")
    assert first.exit_code == 0, first.output
    assert first.output.count("tien-trinh-hoa-giai") == 1
    again = content(app, folders, "load", "--if-changed")
    assert again.exit_code == 0, again.output
    assert len(again.output.splitlines()) == 1


def test_only_the_changed_module_is_told(app: Flask, folders: Path) -> None:
    content(app, folders, "load")
    edit(folders, "minutes = 45", "minutes = 50")
    result = content(app, folders, "load", "--if-changed")
    assert "tien-trinh-hoa-giai" in result.output
    assert "2" in result.output
    assert "pham-vi-hoa-giai" not in result.output


def files_below(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def export(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["content", "export", *arguments])


def test_what_is_exported_loads_as_nothing_new_and_exports_as_the_same_bytes(
    app: Flask, folders: Path, tmp_path: Path
) -> None:
    content(app, folders, "load")
    first, second = tmp_path / "first", tmp_path / "second"
    assert export(app, "--to", str(first)).exit_code == 0
    loaded = content(app, first, "load")
    assert loaded.exit_code == 0, loaded.output
    assert loaded.output.startswith("Văn bản pháp luật: thêm 0, sửa 0.")
    assert "tien-trinh-hoa-giai" not in loaded.output
    export(app, "--to", str(second))
    assert files_below(first) == files_below(second)
    assert len(files_below(first)) > 20


def test_an_export_leaves_folders_alone_that_already_say_it(app: Flask, folders: Path) -> None:
    content(app, folders, "load")
    before = files_below(folders / "courses")
    assert export(app, "--to", str(folders)).output.startswith("Đã ghi hoặc xóa 0")
    assert files_below(folders / "courses") == before


def test_an_export_rewrites_only_the_module_that_differs(app: Flask, folders: Path) -> None:
    content(app, folders, "load")
    before = files_below(folders)
    edit(folders, "minutes =", "minutes = 9 #")
    (folders / "courses" / "tien-trinh-hoa-giai" / "99-thua.md").write_text("x", encoding="utf-8")
    export(app, "--to", str(folders))
    after = files_below(folders)
    changed = {name for name in before if after[name] != before[name]}
    assert set(after) == set(before)
    assert {name.split("/")[1] for name in changed} == {"tien-trinh-hoa-giai"}
    assert content(app, folders, "check").exit_code == 0
