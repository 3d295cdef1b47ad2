"""Files to take along: a roster with its problems marked, the drafts of election forms."""

from training_app.organisation.printing.marked import Mark, marked_copy
from training_app.organisation.printing.papers import docx_bytes

__all__ = ["Mark", "docx_bytes", "marked_copy"]
