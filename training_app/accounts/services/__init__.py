"""Changes to accounts, passes, devices, sign-ins and roles."""

from training_app.accounts.services.sign_ins import (
    end_sign_in,
    end_sign_ins,
    note_seen,
    start_sign_in,
)

__all__ = ["end_sign_in", "end_sign_ins", "note_seen", "start_sign_in"]
