"""Ready counts by place and day: made again from the record, stored, and read for a page."""

from training_app.coverage.rollups.forecast import Forecast, ForecastRow, forecast
from training_app.coverage.rollups.pending import Pending, kept_requirements, pending, turns
from training_app.coverage.rollups.progress import Measuring, progress
from training_app.coverage.rollups.ready import unit_table
from training_app.coverage.rollups.recalled import Stopped
from training_app.coverage.rollups.then import last_moment, teams_then, too_wide, units_then

__all__ = [
    "Forecast",
    "ForecastRow",
    "Measuring",
    "Pending",
    "Stopped",
    "forecast",
    "kept_requirements",
    "last_moment",
    "pending",
    "progress",
    "teams_then",
    "too_wide",
    "turns",
    "unit_table",
    "units_then",
]
