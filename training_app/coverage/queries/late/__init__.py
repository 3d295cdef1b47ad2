"""What was entered after a day about that day or before: why two readings of it differ."""

from training_app.coverage.queries.late.entries import LatePage, LateRow, late_entries
from training_app.coverage.queries.late.kinds import LateKind

__all__ = ["LateKind", "LatePage", "LateRow", "late_entries"]
