"""A draft of a form as DOCX, to be corrected and signed: A4, Times New Roman, Decree 30/2020."""

from __future__ import annotations

import io
from typing import Final

import docx
from docx.document import Document as File
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from training_app.organisation.rules.papers import Draft

_FONT: Final = "Times New Roman"
_CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
_BODY: Final = Pt(14)
_SMALL: Final = Pt(12)
_FINE: Final = Pt(11)
_INDENT: Final = Mm(10)
_HEADS: Final = (71, 94)
_DOTS: Final = "…" * 8


def docx_bytes(made: Draft) -> bytes:
    """The draft as a DOCX file."""
    file = docx.Document()
    _page(file)
    file.core_properties.title = made.title
    file.core_properties.author = ""
    file.core_properties.language = "vi-VN"
    _heading(file, made)
    for text in made.before:
        _body(file, text)
    if made.columns:
        _people(file, made)
    for text in made.after:
        _body(file, text)
    # Nobody signs an otherwise empty sheet.
    file.paragraphs[-1].paragraph_format.keep_with_next = True
    _signings(file, made)
    # A file ends with a paragraph; this one takes no room.
    file.add_paragraph().paragraph_format.line_spacing = Pt(1)
    foot = file.sections[0].first_page_footer.paragraphs[0]
    _line(foot, made.source, italic=True, size=_FINE)
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _page(file: File) -> None:
    """A4 with the margins of administrative documents, page numbers from the second page on."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, _BODY
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), _FONT)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    paragraph._p.append(number)  # noqa: SLF001 - the library has no fields of its own


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    centre: bool = False,
    size: Length | None = None,
) -> None:
    """A line of text in a paragraph with little space around it."""
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline = bold, italic, underline
    run.font.size = size
    paragraph.paragraph_format.space_after = Pt(2)
    if centre:
        paragraph.alignment = _CENTRE


def _body(file: File, text: str) -> None:
    paragraph = file.add_paragraph()
    _line(paragraph, text)
    # Dotted lines cannot be stretched, only the words before them.
    dotted = _DOTS in text
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if dotted else WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = _INDENT
    paragraph.paragraph_format.space_after = Pt(6)


def _heading(file: File, made: Draft) -> None:
    """The issuing body on the left, the national heading on the right, then what the paper is."""
    heads = file.add_table(rows=1, cols=2)
    _widths(heads, _HEADS)
    left, right = heads.rows[0].cells
    for at, text in enumerate(made.left):
        _line(_next(left, at), text, bold=text.isupper(), centre=True, size=_SMALL)
    _line(right.paragraphs[0], made.nation, bold=True, centre=True, size=Pt(12))
    _line(right.add_paragraph(), made.motto, bold=True, underline=True, centre=True, size=Pt(13))
    _line(right.add_paragraph(), made.place_date, italic=True, centre=True, size=Pt(13))
    number = file.add_paragraph()
    _line(number, made.mark, italic=True, size=_SMALL)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _line(file.add_paragraph(), made.notice, bold=True, centre=True, size=_SMALL)
    _line(file.add_paragraph(), made.title, bold=True, centre=True)
    if made.under:
        _line(file.add_paragraph(), made.under, bold=True, centre=True)
    _line(file.add_paragraph(), made.basis, italic=True, size=_SMALL)


def _next(cell: _Cell, at: int) -> Paragraph:
    paragraph: Paragraph = cell.add_paragraph() if at else cell.paragraphs[0]
    return paragraph


def _people(file: File, made: Draft) -> None:
    table = file.add_table(rows=1, cols=len(made.columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated heads
    for cell, column in zip(head.cells, made.columns, strict=True):
        _line(cell.paragraphs[0], column.title, bold=True, centre=True, size=_SMALL)
    for row in made.rows:
        cells = table.add_row().cells
        for at, (cell, text) in enumerate(zip(cells, row, strict=True)):
            _line(cell.paragraphs[0], text, centre=not at, size=_SMALL)
    _widths(table, [column.width for column in made.columns])
    file.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _widths(table: Table, widths: list[int] | tuple[int, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _signings(file: File, made: Draft) -> None:
    """Who signs, side by side; a single signature stands on the right."""
    titles = made.signings if len(made.signings) > 1 else ("", *made.signings)
    table = file.add_table(rows=1, cols=len(titles))
    whole = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - the library has no such switch
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        if title:
            _line(cell.paragraphs[0], title, bold=True, centre=True, size=_SMALL)
            _line(cell.add_paragraph(), made.sign, italic=True, centre=True, size=_SMALL)
            for _ in range(3):
                cell.add_paragraph().paragraph_format.space_after = Pt(0)
