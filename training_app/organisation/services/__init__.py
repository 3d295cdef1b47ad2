"""Changes to the organisation, by subject: units, teams, people, rosters."""
