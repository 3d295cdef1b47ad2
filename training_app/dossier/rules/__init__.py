"""Decisions about one human being: when a request is due, and which records may be one person."""
