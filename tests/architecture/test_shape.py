"""Size and place of code; every failure names file, rule and remedy."""

import ast

from tests.architecture.sources import ROOT, python, tracked

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MAY_COMMIT = ("routes", "cli")
COMMITTING_PACKAGES = ("training_app/jobs/", "training_app/demo/", "training_app/app/")
# What is written in passing, and the end of a transaction that the database let only read.
APART = ("training_app/web/asides.py", "training_app/db.py")


def test_no_python_file_is_longer_than_400_lines() -> None:
    too_long = [
        f"{source.path}: {source.lines} lines; split it into a package by use case"
        for prefix in ("training_app/", "tests/", "tools/", "bench/")
        for source in python(prefix)
        if source.lines > LONGEST_FILE
    ]
    assert not too_long, "\n".join(too_long)


def test_no_function_is_longer_than_60_lines() -> None:
    too_long = [
        f"{source.path}:{node.lineno}: {node.name} has {length} lines; name its steps"
        for source in python("training_app/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not too_long, "\n".join(too_long)


def test_only_edges_commit() -> None:
    stray = [
        f"{source.path}:{node.lineno}: commit below an edge; let the caller commit"
        for source in python("training_app/")
        if source.module not in MAY_COMMIT
        and not source.path.startswith(COMMITTING_PACKAGES)
        and source.path not in APART
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert not stray, "\n".join(stray)


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{source.path}:{inner.lineno}: import inside {node.name}; the layers make it needless"
        for source in python("training_app/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, "\n".join(hidden)


def test_no_error_is_caught_without_a_name() -> None:
    broad = [
        f"{source.path}:{node.lineno}: catches everything; name the error that can happen"
        for source in python("training_app/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]
    assert not broad, "\n".join(broad)


def test_there_is_no_drawer_for_leftovers() -> None:
    drawers = ("utils", "helpers", "common", "misc")
    leftovers = [
        path for path in tracked(".py") if any(part in drawers for part in path[:-3].split("/"))
    ]
    assert not leftovers, f"{leftovers}: name the module by what it is for"


def test_nothing_committed_leans_on_what_is_outside() -> None:
    outside = []
    for path in tracked(".py", ".md", ".html", ".toml", ".sh", ".css", ".js", "Makefile", ".po"):
        if path.startswith("tests/"):
            continue  # tests may read the shared data where it exists
        text = (ROOT / path).read_text(encoding="utf-8")
        outside += [f"{path}: speaks of {word}" for word in ("../shared",) if word in text]
    assert not outside, "\n".join(outside)
