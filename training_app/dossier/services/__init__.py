"""Linking and parting records, answering requests, erasing."""
