"""The numbers equal those that others published for the same tables."""

import csv
import json
from pathlib import Path

import pytest
from flask import Flask

from training_app.assessment.cli import items_group
from training_app.assessment.parsing import read_names, read_results
from training_app.assessment.rules.item_analysis import analyse
from training_app.errors import InvalidInput

DATA = Path(__file__).parent / "data"
TOLERANCE = 1.5e-5


def table(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def test_the_whole_test_equals_the_reference() -> None:
    marks = read_results(table("results00.csv")).marks
    whole = analyse(marks, dict.fromkeys(marks, 1.0)).test
    expected = {
        "mean": 4.617333332,
        "median": 4.5,
        "sd": 0.8117265554,
        "skewness": -0.092502502,
        "kurtosis": -0.7073968557,
        "internal_consistency": -87.2230935542,
        "error_ratio": 136.8294900795,
        "standard_error": 1.1106813066,
    }
    for name, value in expected.items():
        assert getattr(whole, name) == pytest.approx(value, abs=TOLERANCE), name


def test_each_item_equals_the_reference() -> None:
    marks = read_results(table("results00.csv")).marks
    found = analyse(marks, dict.fromkeys(marks, 1.0)).items
    rows = [
        row
        for row in csv.DictReader(table("qstats00.csv").splitlines())
        if not row["subqname"] and not row["variant"]
    ]
    assert len(rows) == len(found) == 7
    for row, item in zip(rows, found, strict=True):
        assert item.n == int(row["s"])
        for name, column in (
            ("facility", "facility"),
            ("sd", "sd"),
            ("effective_weight", "effectiveweight"),
            ("discrimination_index", "discriminationindex"),
            ("discriminative_efficiency", "discriminativeefficiency"),
        ):
            value = getattr(item, name)
            assert value == pytest.approx(float(row[column]), abs=TOLERANCE), (row["slot"], name)


def test_alpha_and_item_rest_correlations_of_a_thousand_answers() -> None:
    marks = read_results(table("lsat6.csv")).marks
    analysis = analyse(marks, dict.fromkeys(marks, 1.0))
    assert analysis.test.alpha == pytest.approx(0.2949972, abs=1e-6)
    assert [item.facility for item in analysis.items] == [0.924, 0.709, 0.553, 0.763, 0.870]
    rests = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert [item.item_rest_r for item in analysis.items] == pytest.approx(rests, abs=5e-5)
    totals = [sum(row) for row in zip(*marks.values(), strict=True)]
    assert [totals.count(n) for n in range(6)] == [3, 20, 85, 237, 357, 298]


def test_what_is_not_defined_is_none() -> None:
    one = analyse({"a": [1.0], "b": [0.0]}, {"a": 1.0, "b": 1.0})
    assert (one.test.mean, one.test.sd, one.test.alpha) == (1.0, None, None)
    same = analyse({"a": [1.0, 1.0], "b": [0.0, 1.0]}, {"a": 1.0, "b": 1.0})
    assert (same.items[0].sd, same.items[0].item_rest_r) == (0.0, None)


def test_columns_that_number_or_sum_are_left_out_and_said() -> None:
    results = read_results(table("results00.csv"))
    assert results.left_out == ("quizattempt", "summarks")
    assert len(results.marks) == 7


def test_a_cell_that_is_no_number_names_row_and_column() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_results("a,b\n1,0\n1,x\n", ["a", "b"])
    assert refused.value.params == {"row": 3, "name": "b", "cell": "x"}
    with pytest.raises(InvalidInput):
        read_results("a,b\n1\n")
    with pytest.raises(InvalidInput):
        read_results("")


def test_the_command_prints_one_json_object(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(
        items_group, ["analyse", str(DATA / "results00.csv"), "--json"]
    )
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert list(found) == ["test", "items"]
    assert found["items"][0]["item"] == "slots.1.mark"
    assert "quizattempt" in answer.stderr


def test_the_command_takes_columns_and_maxima(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("Q1,Q2,Q3\n2,1,0\n0,3,1\n1,2,1\n", encoding="utf-8")
    run = app.test_cli_runner()
    few = run.invoke(
        items_group, ["analyse", str(file), "--json", "--items", "Q1,Q2", "--max", "4"]
    )
    assert [item["facility"] for item in json.loads(few.stdout)["items"]] == [0.25, 0.5]
    over = run.invoke(items_group, ["analyse", str(file), "--json"])
    assert over.exit_code == 1
    assert "--max" in over.output


# -- files as people save them --------------------------------------------------------------

PLAIN = "id,Tên,Q1,Q2,Q3,Tổng\n1,An,1,0,1,2\n2,Bình,1,1,1,3\n3,Chi,0,0,1,1\n"
MARKS = {"Q1": [1.0, 1.0, 0.0], "Q2": [0.0, 1.0, 0.0], "Q3": [1.0, 1.0, 1.0]}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", ",\n"),
        PLAIN + ",,,,,\n",
        PLAIN.replace("Q1", " Q1 "),
    ],
)
def test_the_same_table_is_read_however_it_was_saved(text: str) -> None:
    results = read_results(text)
    assert results.marks == MARKS
    assert results.left_out == ("id", "Tổng")
    assert results.text == ("Tên",)


def test_a_comma_in_numbers_is_a_decimal_comma() -> None:
    results = read_results("stt;Q1;Q2\n1;0,5;1\n2;1;0,25\n")
    assert results.marks == {"Q1": [0.5, 1.0], "Q2": [1.0, 0.25]}


def test_a_missing_cell_earns_nothing_and_is_counted() -> None:
    results = read_results("Q1,Q2,Q3\n1,,1\n-,0,1\n0,1,–\n")
    assert results.marks == {"Q1": [1.0, 0.0, 0.0], "Q2": [0.0, 0.0, 1.0], "Q3": [1.0, 1.0, 0.0]}
    assert results.empty == 3


def test_a_column_with_one_cell_that_is_no_number_is_left_out_and_said() -> None:
    results = read_results("Q1,Q2\n1,0\n0,x\n1,1\n")
    assert list(results.marks) == ["Q1"]
    assert results.text == ("Q2",)


def test_a_name_with_a_separator_or_a_line_break_is_one_name() -> None:
    results = read_results('"Q1, phần a","Q2\nxuống dòng"\n1,0\n0,1\n1,1\n')
    assert list(results.marks) == ["Q1, phần a", "Q2 xuống dòng"]
    assert read_names('"Q1, phần a", Q3,') == ["Q1, phần a", "Q3"]
    assert list(read_results('"Q1; a";Q2\n1;0\n0;1\n').marks) == ["Q1; a", "Q2"]


def test_marks_that_rise_by_one_are_marks_and_numbers_that_do_are_numbers() -> None:
    assert list(read_results("Q1,Q2\n0,1\n1,0\n").marks) == ["Q1", "Q2"]
    assert read_results("lần,Q1\n1,0\n2,1\n3,1\n").left_out == ("lần",)


def test_of_one_item_the_sum_is_known_by_its_name() -> None:
    assert read_results("Q1,Tổng\n1,1\n0,0\n1,1\n").left_out == ("Tổng",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Q1,Q1\n1,0\n", "Two columns"),
        ("1,0\n0,1\n", "The first row holds numbers"),
        ("Q1,Q2\n", "The file holds no attempt"),
        ("\n  \n", "The file holds no attempt"),
        ("tên,lời\na,b\n", "No column of the file holds marks"),
        ("Q1,Q2\n1,0\n1\n", "the heading has"),
        ('Q1,Q2\n"' + "x" * 200_000, "a quotation mark is opened"),
    ],
)
def test_a_file_that_is_no_table_of_marks_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_results(text)


@pytest.mark.parametrize("most", ["nan", "inf", "0", "-1", "2,x", "4,4", "2,3,4,5", "1"])
def test_a_highest_mark_that_cannot_be_is_refused(app: Flask, tmp_path: Path, most: str) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("Q1,Q2,Q3\n2,1,0\n0,3,1\n1,2,1\n", encoding="utf-8")
    answer = app.test_cli_runner().invoke(
        items_group, ["analyse", str(file), "--json", "--max", most]
    )
    assert answer.exit_code == 1
    assert "--max" in answer.stderr


def test_one_attempt_and_one_constant_item_give_null_and_no_fault(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "marks.csv"
    run = app.test_cli_runner()
    file.write_text("Q1,Q2\n1,0\n", encoding="utf-8")
    (first, _) = json.loads(run.invoke(items_group, ["analyse", str(file), "--json"]).stdout)[
        "items"
    ]
    assert (first["facility"], first["sd"], first["item_rest_r"]) == (1.0, None, None)
    file.write_text("Q1,Q2\n1,0\n1,1\n1,0\n", encoding="utf-8")
    found = json.loads(run.invoke(items_group, ["analyse", str(file), "--json"]).stdout)
    assert found["items"][0]["discriminative_efficiency"] is None
    assert found["items"][0]["sd"] == 0.0
