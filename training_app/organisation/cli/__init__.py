"""``flask units`` and ``flask people``."""

from training_app.organisation.cli import linking, lists, reorganising, replaying, rosters
from training_app.organisation.cli.groups import people, units

__all__ = ["linking", "lists", "people", "reorganising", "replaying", "rosters", "units"]
