"""Catalogues: each rule has a package that keeps it and one that breaks it."""

import gettext
import unicodedata
from pathlib import Path

import pytest

from tools import catalogues

CODE = """
from flask_babel import gettext as _, ngettext
from training_app.errors import N_

def greet(name: str, n: int) -> list[str]:
    return [_("Good day, %(name)s", name=name), ngettext("%(num)s team", "%(num)s teams", n)]

WHY = N_("The team has no leader.")
"""
TEMPLATE = """
{% trans %}
Read the lesson
{% endtrans %}
<a href="#">{{ _("Next") }}</a>
"""
ENTRIES = {
    "Good day, %(name)s": "Xin chào %(name)s",
    "The team has no leader.": "Tổ chưa có tổ trưởng.",
    "Read the lesson\n": "Đọc bài học\n",
    "Next": "Tiếp theo",
}
PLURAL = """
#, python-format
msgid "%(num)s team"
msgid_plural "%(num)s teams"
msgstr[0] "%(num)s tổ"
"""


def entry(english: str, vietnamese: str, before: str = "") -> str:
    return (
        f"\n{before}msgid {catalogues._quoted(english)}\nmsgstr {catalogues._quoted(vietnamese)}\n"
    )


def complete() -> str:
    return catalogues.HEADER + "".join(entry(*pair) for pair in ENTRIES.items()) + PLURAL


@pytest.fixture
def application(tmp_path: Path) -> Path:
    write(tmp_path, "teams/__init__.py", "")
    write(tmp_path, "teams/routes.py", CODE)
    write(tmp_path, "teams/templates/teams/list.html", TEMPLATE)
    write(tmp_path, "teams/translations/vi.po", complete())
    return tmp_path


def write(application: Path, name: str, text: str) -> None:
    path = application / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def complaints(application: Path) -> list[str]:
    return [str(each) for each in catalogues.problems(catalogues.packages(application))]


def change(application: Path, old: str, new: str) -> list[str]:
    """Change the catalogue and return what is said about it."""
    text = complete()
    assert old in text
    write(application, "teams/translations/vi.po", text.replace(old, new))
    return complaints(application)


def test_a_complete_catalogue_is_left_alone(application: Path) -> None:
    assert complaints(application) == []


def test_a_missing_message_names_file_line_and_remedy(application: Path) -> None:
    (said,) = change(application, entry("Next", "Tiếp theo"), "")
    assert "list.html:5" in said
    assert '"Next" has no Vietnamese text' in said
    assert "missing teams >>" in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"Tiếp theo"', '""', "has an empty Vietnamese text"),
        ('%(name)s"\nmsgstr "Xin chào %(name)s', '%(name)s"\nmsgstr "Xin chào', "placeholders"),
        ("%(num)s tổ", "%(n)s tổ", "use exactly: %(num)s"),
        ('msgid "Next"', '#, fuzzy\nmsgid "Next"', "is marked fuzzy"),
        ('msgid "Next"', '#~ msgid "Gone"\n#~ msgstr "Mất"\n\nmsgid "Next"', "is obsolete"),
        ("Tiếp theo", unicodedata.normalize("NFD", "Tiếp theo"), "composed form"),
        ('msgid "Next"', 'msgid "Back"\nmsgstr "Lùi"\n\nmsgid "Next"', "is used nowhere"),
        ('msgid "Next"', 'msgid "Next"\nmsgstr "Tới"\n\nmsgid "Next"', "is there 2 times"),
        ('msgid_plural "%(num)s teams"\nmsgstr[0]', "msgstr", "is a plural"),
    ],
)
def test_a_bad_entry_is_named(application: Path, old: str, new: str, expected: str) -> None:
    said = change(application, old, new)
    assert any(expected in each and "teams/translations/vi.po:" in each for each in said), said


def test_two_packages_may_not_contradict_each_other(application: Path) -> None:
    write(application, "units/__init__.py", "_('Next')")
    write(application, "units/translations/vi.po", catalogues.HEADER + entry("Next", "Kế tiếp"))
    (said,) = complaints(application)
    assert '"Next" is "Kế tiếp" here and "Tiếp theo"' in said


def test_modules_beside_the_packages_belong_to_app(application: Path) -> None:
    write(application, "errors.py", "N_('Not found')")
    write(application, "app/__init__.py", "")
    (said,) = complaints(application)
    assert "errors.py:1" in said
    assert "missing app >>" in said


def test_broken_syntax_is_a_problem_and_no_traceback(application: Path) -> None:
    write(application, "teams/templates/teams/list.html", "{% trans %}no end")
    assert any(
        "list.html:1" in said and "correct the syntax" in said for said in complaints(application)
    )


def test_build_serves_all_packages(application: Path) -> None:
    assert catalogues.main(["build"], application) == 0
    with (application / catalogues.COMPILED).open("rb") as file:
        served = gettext.GNUTranslations(file)
    assert served.gettext("Next") == "Tiếp theo"
    assert served.ngettext("%(num)s team", "%(num)s teams", 3) == "%(num)s tổ"


def test_missing_prints_entries_that_make_the_check_pass(
    application: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(application, "teams/translations/vi.po", "")
    catalogues.main(["missing", "teams"], application)
    stubs = capsys.readouterr().out.replace('msgstr ""', 'msgstr "?"').replace('[0] ""', '[0] "?"')
    filled = stubs.replace('msgid ""\nmsgstr "?"', 'msgid ""\nmsgstr ""', 1)
    write(application, "teams/translations/vi.po", filled)
    assert {said.split("; ")[1] for said in complaints(application)} == {
        "use exactly: %(name)s",
        "use exactly: %(num)s",
    }


def test_an_unknown_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["nonsense"]) == 2
    assert "catalogues check" in capsys.readouterr().err
