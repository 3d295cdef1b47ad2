"""Graded tests: attempts born on the server, answers saved one by one, results derived."""
