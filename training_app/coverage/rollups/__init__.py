"""Ready counts by place and day: made again from the record, stored, and read for a page."""

from training_app.coverage.rollups.pending import Pending, kept_requirements, pending, turns
from training_app.coverage.rollups.ready import unit_table

__all__ = ["Pending", "kept_requirements", "pending", "turns", "unit_table"]
