"""`flask requirements preview`."""

import json

import pytest
from flask import Flask

ISSUED = ["--period", "1y", "--minimum", "6m", "--window", "1m", "--json"]


pytestmark = pytest.mark.engine("sqlite")  # the command asks no database


def preview(app: Flask, *options: str) -> tuple[int, str]:
    """Run the command and return its exit code and output."""
    result = app.test_cli_runner().invoke(args=["requirements", "preview", *options])
    return result.exit_code, result.output


@pytest.mark.parametrize("mode", ["expiry", "fixed"])
def test_a_renewal_in_the_window_runs_from_the_old_end(app: Flask, mode: str) -> None:
    code, output = preview(
        app, "--mode", mode, "--held-until", "2026-05-15", "--completed", "2026-05-01", *ISSUED
    )
    assert code == 0
    assert json.loads(output) == {
        "base": "2026-05-15",
        "expires": "2027-05-15",
        "window_opens": "2027-04-15",
    }


def test_without_json_it_answers_in_a_sentence(app: Flask) -> None:
    code, output = preview(
        app, "--mode", "completion", "--completed", "2026-02-28", "--period", "24m"
    )
    assert code == 0
    assert output == (
        "Counted from 2026-02-28, held until 2028-02-28, may be renewed from 2028-02-28.\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--completed", "2026-06-31", "--period", "1y"], "“2026-06-31” is not a date"),
        (["--completed", "2026-06-30", "--period", "a year"], "a number and a letter"),
        (["--completed", "2026-06-30", "--period", "0m"], "longer than nothing"),
        (
            ["--completed", "2026-06-30", "--period", "1y", "--window", "13m"],
            "The renewal window cannot be longer than the time it is valid.",
        ),
        (["--completed", "9999-06-30", "--period", "1y"], "too far away"),
        (["--period", "1y"], "Missing option '--completed'"),
    ],
)
def test_bad_input_is_named(app: Flask, options: list[str], words: str) -> None:
    code, output = preview(app, "--mode", "expiry", *options)
    assert code in {1, 2}
    assert words in output
