"""Reports as documents: page, XLSX, DOCX and JSON are made of one :class:`Document`."""

from training_app.reporting.printing.document import Document, Facts, Names, document
from training_app.reporting.printing.docx import docx_bytes
from training_app.reporting.printing.xlsx import xlsx_bytes

__all__ = ["Document", "Facts", "Names", "document", "docx_bytes", "xlsx_bytes"]
