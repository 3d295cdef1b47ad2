"""Reads of accounts: who is signed in, whom a pass lets in, who holds which role."""

from training_app.accounts.queries.viewer import Live, live_sign_in, viewer_of

__all__ = ["Live", "live_sign_in", "viewer_of"]
