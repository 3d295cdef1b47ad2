"""Reads of the dossier: pairs that may be one person, what is stored of one, requests."""
