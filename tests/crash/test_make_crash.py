"""What `make crash` says before it begins."""

import shutil

import pytest

from tools import crash


def test_make_crash_names_the_tool_that_is_missing_and_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert crash.main(["--kills", "1"]) == 1
    said = capsys.readouterr().err
    assert "strace" in said
    assert "apt-get install strace" in said


@pytest.mark.parametrize(
    ("line", "synced"),
    [
        ("71 fdatasync(7) = 0", True),
        ("71 <... fdatasync resumed>) = 0", True),
        ("71 fsync(7 <unfinished ...>", False),
        ("71 fdatasync(7) = -1 EIO (Input/output error) (INJECTED)", False),
    ],
)
def test_only_a_sync_that_came_back_well_is_counted(line: str, *, synced: bool) -> None:
    assert bool(crash.SYNCED.search(line)) is synced
