"""A copy of the whole database in one file that either engine can read."""
