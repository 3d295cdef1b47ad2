"""Keeping the ready counts: made anew, brought up to date, held against a full recount."""

from training_app.coverage.services.keeping import (
    Difference,
    Draft,
    draft,
    forget,
    verify,
    write,
)

__all__ = ["Difference", "Draft", "draft", "forget", "verify", "write"]
