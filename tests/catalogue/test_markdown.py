import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.catalogue.markdown import TAGS, render, surprises

TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**đậm** và *nghiêng*", "<p><strong>đậm</strong> và <em>nghiêng</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. ba", '<ol start="3">\n<li>ba</li>\n</ol>'),
        ("> lời", "<blockquote>\n<p>lời</p>\n</blockquote>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", '<p><a rel="noopener noreferrer">x</a></p>'),
        ("[x](//evil.example)", '<p><a rel="noopener noreferrer">x</a></p>'),
        (
            "[gọi](tel:111)",
            '<p><a href="tel:111" rel="noopener noreferrer">gọi</a></p>',
        ),
    ],
)
def test_markdown_becomes_small_safe_html(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("## a\n\n## b", ["h2", "h2"]),
        ("# a\n\n## b\n\n### c", ["h2", "h3", "h4"]),
        ("### a\n\n#### b", ["h2", "h3"]),
        ("# a\n\n###### b", ["h2", "h4"]),
    ],
)
def test_headings_begin_below_the_title_of_the_page(text: str, levels: list[str]) -> None:
    assert re.findall(r"<(h\d)", render(text)) == levels


@given(st.text(alphabet="<>&\"'/=abonclickscript:()[]!#*-_`~| \n\tđ1.", max_size=120))
def test_whatever_is_written_only_known_tags_come_out(text: str) -> None:
    for _, tag, attributes in TAG.findall(render(text)):
        assert tag in TAGS
        assert "onclick" not in attributes.partition('"')[0]
        assert "style" not in attributes


@pytest.mark.parametrize(
    "text",
    [
        "Một đoạn.\n\n- một\n- hai\n\nĐoạn khác.",
        "1. một\n2. hai",
        "- một\n\n    đoạn trong mục\n\n- hai",
        "## Mục\n\nNăm 2014, luật có hiệu lực.",
        "[trang](https://moj.gov.vn)",
    ],
)
def test_what_python_markdown_renders_as_meant_is_no_surprise(text: str) -> None:
    assert list(surprises(text)) == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Đoạn\n- một", 2, "right after a paragraph"),
        ("Đoạn\n2014. Luật", 2, "right after a paragraph"),
        ("- một\n  - trong", 2, "within the list"),
        ("3. ba\n4. bốn", 1, "does not start at 1"),
        ("1. một\n3. ba", 2, "not one after the other"),
        ("1) một", 1, "bracket"),
        ("#Mục", 1, "number sign"),
        ("Đoạn\n---", 2, "hyphens"),
        ("Đoạn\n\n    thụt vào", 3, "four spaces"),
        ("```\nmã\n```", 1, "code blocks"),
        ("Có <br> đây", 1, "HTML"),
        ("Xem ![cây](cay.webp) này", 1, "within a line"),
        ("[bài trước](10-bai.md)", 1, "leads nowhere"),
    ],
)
def test_where_python_markdown_surprises_the_line_is_told(text: str, line: int, says: str) -> None:
    found = [(one.line, one.message) for one in surprises(text)]
    assert any(at == line and says in message for at, message in found), found


def test_a_number_at_the_beginning_of_a_list_is_not_lost_unnoticed() -> None:
    """Each surprise is real: the page differs from what the author sees."""
    assert "<li>" not in render("Đoạn\n- một")
    assert render("1. một\n3. ba").count("<ol") == 1
    assert "<h2>" in render("Đoạn\n---")
    assert "<h2>" in render("#Mục")
    assert "<ol" not in render("1) một")
