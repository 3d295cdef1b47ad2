"""Which units, teams and people are trained on a day, which are not, and why."""
