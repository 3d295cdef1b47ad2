"""Reads of the organisation, by subject: units, teams, people, rosters."""
