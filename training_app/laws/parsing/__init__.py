"""From the text of content files to frozen objects and located problems, and back."""

from training_app.laws.parsing.documents import Document, build, decomposed, read_document
from training_app.laws.parsing.register import parse_register
from training_app.laws.parsing.writing import write_register, write_toml

__all__ = [
    "Document",
    "build",
    "decomposed",
    "parse_register",
    "read_document",
    "write_register",
    "write_toml",
]
