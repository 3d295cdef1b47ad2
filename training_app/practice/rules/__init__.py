"""Paths through scenarios, and when a question comes back. Pure."""
