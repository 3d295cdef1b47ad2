"""Confirmations of completion: issued once per fact, shown, printed, checked, revoked."""
