"""Dated units, teams, people and their belonging; who may see which rows."""
