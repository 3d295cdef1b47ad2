"""Templates: safe, translated, neighbours of their view."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, python, templates

# Fragments that are included or imported, not pages.
NOT_PAGES = ("kit.html", "layout.html", "part.html")
UNQUOTED = re.compile(r"<[a-zA-Z][^<>]*\s[a-z-]+=(?![\"'{])", re.DOTALL)
POST_FORM = re.compile(r"<form[^>]*method=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)
# Whose output is our own file or was cleaned when it was published, and why.
MAY_MARK_SAFE = {
    "training_app/app/templating.py": "messages are our own; their values are escaped",
    "training_app/app/__init__.py": "the stylesheet is our own file",
    "training_app/web/headers.py": "the stylesheet is our own file",
}
MAY_USE_SAFE_FILTER = {
    "training_app/learning/templates/learning/lesson.html": "cleaned with nh3 on publication",
    "training_app/authoring/templates/authoring/lesson.html": "cleaned with nh3 for the preview",
}


def test_pages_extend_the_layout() -> None:
    loose = [
        path
        for path, text in templates()
        if not Path(path).name.startswith("_")
        and Path(path).name not in NOT_PAGES
        and "{% extends" not in text
    ]
    assert not loose, f"{loose}: extend web/layout.html, or start the name of a fragment with _"


def test_every_post_form_carries_its_token() -> None:
    bare = [
        f"{path}: a POST form without a token; add {{{{ kit.csrf() }}}}"
        for path, text in templates()
        for form in POST_FORM.findall(text)
        if "csrf" not in form
    ]
    assert not bare, "\n".join(bare)


def test_no_style_attribute_inline_handler_or_inline_script() -> None:
    forbidden = re.compile(
        r"\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
    )
    found = [
        f"{path}: {match.group().strip()} is refused by the content security policy"
        for path, text in templates()
        for match in forbidden.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_called_safe_outside_the_list() -> None:
    stray = [
        f"{path}: |safe; publish cleaned HTML or escape it"
        for path, text in templates()
        if re.search(r"\|\s*safe\b", text) and path not in MAY_USE_SAFE_FILTER
    ]
    for source in python("training_app/"):
        names = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
        if "Markup" in names and source.path not in MAY_MARK_SAFE:
            stray.append(f"{source.path}: Markup; let the template escape")
    assert not stray, "\n".join(stray)


def test_template_autoescape_is_never_switched_off() -> None:
    off = [path for path, text in templates() if "autoescape" in text]
    assert not off, f"{off}: leave escaping on"


def test_each_template_lives_beside_its_view() -> None:
    stray = [
        path
        for path, _ in templates()
        if Path(path).parts[1] != Path(path).parts[3] or Path(path).parts[2] != "templates"
    ]
    assert not stray, f"{stray}: a feature's templates are in templates/<feature>/"


def test_the_stylesheet_can_be_minified_line_by_line() -> None:
    style = (ROOT / "training_app/web/static/style.css").read_text(encoding="utf-8")
    assert "'" not in style
    assert "<" not in style
