"""Decisions about tests and the analysis of their questions. Pure."""
