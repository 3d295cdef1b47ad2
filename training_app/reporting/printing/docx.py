"""A report as a document to be added to, signed and sealed: A4, Times New Roman 13."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

import docx
from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from training_app.reporting.printing.document import Cell, Document, Signing
from training_app.reporting.rules.figures import grouped

_FONT: Final = "Times New Roman"
_SIZE: Final = Pt(13)
_CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
# The mean width of a bold letter of 13 points, and what a cell leaves free on either side.
_LETTER: Final = Pt(6.6)
_CELL_MARGIN: Final = Mm(1.9)
# Above this many columns a page lies on its side.
_UPRIGHT: Final = 5
# So many rows of the table share a page with the signatures.
_LAST_ROWS: Final = 2


def docx_bytes(made: Document) -> bytes:
    """The document as a DOCX file."""
    file = docx.Document()
    _page(file, wide=made.width > _UPRIGHT)
    file.core_properties.title = made.title
    file.core_properties.author = made.body[-1]
    file.core_properties.language = "vi-VN"
    _heading(file, made)
    _figures(file, made)
    for text in made.notes:
        paragraph = file.add_paragraph()
        _line(paragraph, text, size=Pt(12))
        paragraph.paragraph_format.keep_with_next = True
    _foot(file, made)
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


# -- the page ------------------------------------------------------------------------------------


def _page(file: File, *, wide: bool) -> None:
    """A4 with the margins of administrative documents, page numbers from the second page on."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, _SIZE
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    _field(paragraph, "PAGE")


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the reader's program fills in."""
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), instruction)
    paragraph._p.append(simple)  # noqa: SLF001 - the library has no fields of its own


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    centre: bool = False,
    size: Pt | None = None,
) -> None:
    """A line of text in a paragraph without space around it."""
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if size is not None:
        run.font.size = size
    paragraph.paragraph_format.space_after = Pt(2)
    if centre:
        paragraph.alignment = _CENTRE


def _stack(cell: _Cell, lines: Iterable[tuple[str, bool, bool]]) -> None:
    """Centred lines one under another: text, bold, italic."""
    paragraph = cell.paragraphs[0]
    for at, (text, bold, italic) in enumerate(lines):
        if at:
            paragraph = cell.add_paragraph()
        _line(paragraph, text, bold=bold, italic=italic, centre=True)


# -- the parts -----------------------------------------------------------------------------------


def _heading(file: File, made: Document) -> None:
    heads = file.add_table(rows=1, cols=2)
    left, right = heads.rows[0].cells
    _stack(left, [*((text, True, False) for text in made.body), (made.number, False, False)])
    _stack(
        right,
        [(made.nation, True, False), (made.motto, True, False), (made.place_date, False, True)],
    )
    half = _room(file) // 2
    _rule(left.paragraphs[len(made.body)], half, made.body[-1], share=0.4)
    _rule(right.paragraphs[2], half, made.motto)
    for text in made.form:
        _line(file.add_paragraph(), text, size=Pt(12))
    _line(file.add_paragraph(), "", size=Pt(6))
    if made.draft:
        _line(file.add_paragraph(), made.draft, bold=True, centre=True)
    _line(file.add_paragraph(), made.title, bold=True, centre=True, size=Pt(14))
    for text in made.under_title:
        _line(file.add_paragraph(), text, italic=True, centre=True)
    for text in made.units:
        _line(file.add_paragraph(), text)


def _room(file: File) -> int:
    """The width between the margins."""
    section = file.sections[0]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


def _rule(paragraph: Paragraph, room: int, text: str, share: float = 1.0) -> None:
    """Draw a line above: as long as the motto, a third to a half of the office's name.

    It stands in a line of its own, put before the paragraph, which keeps its whole width.
    Decree 30/2020/NĐ-CP, Annex I, on the heading of administrative documents.
    """
    capitals = 1.3 if text.isupper() else 1.0
    length = min(room, round(len(text) * _LETTER * capitals * share))
    drawn = paragraph.insert_paragraph_before()
    form = drawn.paragraph_format
    form.left_indent = form.right_indent = Emu(max(0, (room - length) // 2 - _CELL_MARGIN))
    form.line_spacing, form.space_after = Pt(4), Pt(0)
    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    # The order of the properties is fixed: borders stand before spacing and indents.
    drawn._p.get_or_add_pPr().insert(0, border)  # noqa: SLF001 - the library draws no lines


def _figures(file: File, made: Document) -> None:
    table = file.add_table(rows=0, cols=made.width)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for texts, bold in ((made.head, True), (made.numbers, False)):
        row = table.add_row()
        _write(row, texts, bold=bold, centre=True)
        _repeat(row)
    _write(table.add_row(), made.total, bold=True)
    for cells in made.rows:
        _write(table.add_row(), cells)
    _widths(table, made.width, file)
    _keep_together(table)
    _line(file.add_paragraph(), "", size=Pt(6))
    file.paragraphs[-1].paragraph_format.keep_with_next = True


def _write(row: _Row, cells: tuple[Cell, ...], *, bold: bool = False, centre: bool = False) -> None:
    for at, (cell, value) in enumerate(zip(row.cells, cells, strict=True)):
        text = grouped(value) if isinstance(value, int) else value
        paragraph = cell.paragraphs[0]
        _line(paragraph, text, bold=bold, centre=centre, size=Pt(11 if centre else 12))
        paragraph.paragraph_format.space_after = Pt(0)
        if at and not centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _keep_together(table: Table) -> None:
    """The last rows go with what follows: no signature stands alone on a page."""
    for row in table.rows[-_LAST_ROWS:]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _repeat(row: _Row) -> None:
    """The row stands again on every page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no repeated heads
    properties.append(OxmlElement("w:tblHeader"))


def _widths(table: Table, columns: int, file: File) -> None:
    """The names get a fifth of the line, the numbers share the rest."""
    whole = _room(file)
    first = whole // 5
    rest = (whole - first) // (columns - 1)
    table.autofit = False
    for at, column in enumerate(table.columns):
        column.width = Mm(round((rest if at else first) / 36000))
        for cell in column.cells:
            cell.width = column.width


def _foot(file: File, made: Document) -> None:
    table = file.add_table(rows=1, cols=1 + len(made.signings))
    properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - as above
    properties.append(OxmlElement("w:cantSplit"))
    first, *others = table.rows[0].cells
    for at, text in enumerate(made.recipients):
        paragraph = first.add_paragraph() if at else first.paragraphs[0]
        _line(paragraph, text, bold=not at, italic=not at, size=Pt(12 if not at else 11))
    for cell, signing in zip(others, made.signings, strict=True):
        _signing(cell, signing)


def _signing(cell: _Cell, signing: Signing) -> None:
    lines = [(text, True, False) for text in signing.title]
    blank = ("", False, False)
    _stack(cell, [*lines, (signing.hint, False, True), blank, blank, (signing.name, True, False)])
