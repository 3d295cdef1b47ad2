"""Lessons in Markdown become safe, small HTML; where Python-Markdown would surprise is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement

import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from training_app.errors import N_

TAGS: Final = frozenset(
    {
        "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "a", "br", "hr",
        "code", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img",
    }
)  # fmt: skip
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height", "loading"},
}
LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_TOP, _BOTTOM = 2, 4  # the page's own title is the h1
_HEADING: Final = re.compile(r"h([1-6])")
# Pictures come from our own addresses, which name the bytes; no others are ever shown.
_OWN_PICTURE: Final = re.compile(r"/(?:[a-z0-9-]+/)*pictures/(?:files/)?[0-9a-f]{64}/")
PICTURE: Final = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<name>[^)\s]*)\)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a lesson shows it: its address, its size in dots, what it says."""

    address: str
    width: int
    height: int
    alt: str
    description: str


NO_PICTURES: Final[Mapping[str, Shown]] = {}


def pictures_in(text: str) -> Iterator[tuple[int, str]]:
    """Line from 1 and name of every picture that a lesson shows."""
    for number, line in enumerate(text.split("\n"), start=1):
        for found in PICTURE.finditer(line):
            yield number, found["name"]


def render(text: str, pictures: Mapping[str, Shown] = NO_PICTURES) -> str:
    """HTML of a lesson: raw HTML in ``text`` is shown as written, headings begin at h2.

    A picture stands with its description; one that is not among ``pictures`` by name is left out.
    """
    html = _reader(pictures).convert(text)
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_keep_attribute,
        url_schemes=set(LINK_SCHEMES),
        link_rel="noopener noreferrer",
    )


def _reader(pictures: Mapping[str, Shown]) -> markdown.Markdown:
    return markdown.Markdown(
        extensions=["sane_lists", "tables", _PlainHtml(), _Headings(), _Pictures(pictures)],
        output_format="html",
    )


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Links lead out with a scheme we know; a relative one would depend on the page's address."""
    if (tag, name) == ("a", "href") and value.partition(":")[0].lower() not in LINK_SCHEMES:
        return None
    if (tag, name) == ("img", "src") and not _OWN_PICTURE.fullmatch(value):
        return None
    return value


class _Pictures(Extension):
    """Names of pictures become the pictures of the module."""

    def __init__(self, pictures: Mapping[str, Shown]) -> None:
        super().__init__()
        self.pictures = pictures

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        md.treeprocessors.register(_ShowPictures(md, self.pictures), "show-pictures", 4)


class _ShowPictures(Treeprocessor):
    """Gives every picture its address and size; alone in a paragraph, its description too."""

    def __init__(self, md: markdown.Markdown, pictures: Mapping[str, Shown]) -> None:
        super().__init__(md)
        self.pictures = pictures

    def run(self, root: Element) -> None:
        """Change every picture of the tree in place."""
        for parent in list(root.iter()):
            for image in [one for one in parent if one.tag == "img"]:
                self._show(parent, image)

    def _show(self, parent: Element, image: Element) -> None:
        shown = self.pictures.get(image.get("src", ""))
        words = image.get("alt", "").strip()
        image.attrib.clear()
        if shown is None:
            image.tag, image.text = "em", words
            return
        size = {"width": str(shown.width), "height": str(shown.height)}
        words = words or shown.alt
        image.attrib.update({"src": shown.address, "alt": words, **size, "loading": "lazy"})
        alone = len(parent) == 1 and not (parent.text or "").strip()
        if parent.tag == "p" and alone and not (image.tail or "").strip():
            parent.tag, image.tail = "figure", None
            SubElement(parent, "figcaption").text = shown.description


class _PlainHtml(Extension):
    """Raw HTML is text."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


class _Headings(Extension):
    """The highest heading of the text becomes h2, the others keep their distance to it."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        md.treeprocessors.register(_ShiftHeadings(md), "shift-headings", 5)


class _ShiftHeadings(Treeprocessor):
    """Renames heading elements."""

    def run(self, root: Element) -> None:
        """Shift every heading of the tree in place."""
        found = [(one, _HEADING.fullmatch(one.tag)) for one in root.iter() if one.tag]
        levels = [(one, int(match.group(1))) for one, match in found if match]
        shift = _TOP - min((level for _, level in levels), default=_TOP)
        for element, level in levels:
            element.tag = f"h{min(level + shift, _BOTTOM)}"


# -- surprises ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surprise:
    """A line of a lesson that would not come out as its author means."""

    line: int
    message: str
    remedy: str


_ITEM: Final = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|\d+[.)]) +\S")
_NUMBER: Final = re.compile(r"(\d+)\.")
_NESTED_INDENT: Final = 4


@dataclass(slots=True)
class _State:
    """What the lines before say about the present one."""

    before: str = ""
    in_list: bool = False
    last_number: int | None = None

    @staticmethod
    def number(item: re.Match[str]) -> int | None:
        """The number of a numbered item."""
        match = _NUMBER.fullmatch(item["mark"])
        return int(match.group(1)) if match else None

    def out_of_step(self, item: re.Match[str]) -> bool:
        """Whether a numbered item does not follow the one before."""
        number = self.number(item)
        return None not in (number, self.last_number) and number != (self.last_number or 0) + 1

    def move(self, line: str, item: re.Match[str] | None) -> None:
        """Go on to the next line."""
        if item:
            self.in_list, self.last_number = True, self.number(item)
        elif line.strip() and not line.startswith(" "):
            self.in_list, self.last_number = False, None
        self.before = line


_LIST_LINES: Final[tuple[tuple[Callable[[_State, re.Match[str]], bool], str, str], ...]] = (
    (
        lambda state, _: bool(state.before.strip()) and not state.in_list,
        N_("A list right after a paragraph is shown as one paragraph."),
        N_("Leave an empty line before the list."),
    ),
    (
        lambda _, item: bool(len(item["indent"]) % _NESTED_INDENT),
        N_("An indented list item is not shown as a list within the list."),
        N_("Indent it by four spaces, or better, write one list."),
    ),
    (
        lambda state, item: not state.in_list and state.number(item) not in {None, 1},
        N_("This list does not start at 1."),
        N_("Start the list at 1, or write the number as part of the sentence."),
    ),
    (
        lambda state, item: state.out_of_step(item),
        N_("The numbers of this list are not one after the other; it is shown as 1, 2, 3."),
        N_("Number the items one after the other."),
    ),
    (
        lambda _, item: item["mark"].endswith(")"),
        N_("A number followed by a bracket does not make a list."),
        N_("Write the number with a full stop."),
    ),
)
_OTHER_LINES: Final = (
    (
        re.compile(r" {0,3}(```|~~~)"),
        N_("Fenced code blocks are not supported."),
        N_("Write the text as a paragraph or a quotation."),
    ),
    (
        re.compile(r"#{1,6}[^#\s]"),
        N_("A line that begins with a number sign becomes a heading."),
        N_("Put a space after the number signs, or begin the line with another word."),
    ),
    (
        re.compile(r".*(</?[a-zA-Z][^>]*>|<!--)"),
        N_("HTML is shown as written."),
        N_("Use Markdown, or remove the tag."),
    ),
    (
        re.compile(r"(?!!\[[^\]]*\]\([^)\s]*\) *$).*!\[[^\]]*\][(\[]"),
        N_("A picture within a line stands without its description."),
        N_("Give the picture a line of its own, with an empty line before and after it."),
    ),
    (
        re.compile(r".*(?<!!)\[[^\]]*\]\((?!https?:|mailto:|tel:)"),
        N_("This link leads nowhere: its address has no https:, mailto: or tel:."),
        N_("Write the whole address, or remove the link."),
    ),
)
_UNDERLINE: Final = re.compile(r"(-{2,}|={2,}) *")
_INDENTED: Final = re.compile(r" {4,}\S|\t")


def surprises(text: str) -> Iterator[Surprise]:
    """Every place where Python-Markdown would surprise, with its line from 1."""
    state = _State()
    for number, line in enumerate(text.split("\n"), start=1):
        item = _ITEM.match(line)
        if item:
            for applies, message, remedy in _LIST_LINES:
                if applies(state, item):
                    yield Surprise(number, message, remedy)
        for pattern, message, remedy in _OTHER_LINES:
            if pattern.match(line):
                yield Surprise(number, message, remedy)
        yield from _layout_surprises(number, line, state)
        state.move(line, item)


def _layout_surprises(number: int, line: str, state: _State) -> Iterator[Surprise]:
    """Lines that change meaning with the line before."""
    if _UNDERLINE.fullmatch(line) and state.before.strip():
        yield Surprise(
            number,
            N_("A line of hyphens turns the line above into a heading."),
            N_("Leave an empty line between them, or remove the hyphens."),
        )
    if _INDENTED.match(line) and not state.in_list and not state.before.strip():
        yield Surprise(
            number,
            N_("A line that begins with four spaces is shown as program code."),
            N_("Remove the spaces at the beginning."),
        )
