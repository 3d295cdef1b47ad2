"""Reads of accounts: who is signed in, whom a pass lets in, who holds which role."""

from training_app.accounts.queries.passes import (
    IssuedRow,
    KnownPhone,
    account_of_person,
    device_by_token,
    devices_of,
    fresh_pass,
    issued_passes,
    known_phones,
    last_sign_in,
    local_day,
    open_consents,
    state_of,
)
from training_app.accounts.queries.viewer import Live, live_sign_in, viewer_of

__all__ = [
    "IssuedRow",
    "KnownPhone",
    "Live",
    "account_of_person",
    "device_by_token",
    "devices_of",
    "fresh_pass",
    "issued_passes",
    "known_phones",
    "last_sign_in",
    "live_sign_in",
    "local_day",
    "open_consents",
    "state_of",
    "viewer_of",
]
