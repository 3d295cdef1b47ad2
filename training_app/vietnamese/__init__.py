"""Vietnamese text, pure: cleaning, folding, order, tone placement, capitals, numbers."""

from training_app.vietnamese.rules import (
    clean,
    fold,
    number,
    phrase_key,
    sort_key,
    tenths_of_percent,
    title_name,
    tone_placement,
)

__all__ = [
    "clean",
    "fold",
    "number",
    "phrase_key",
    "sort_key",
    "tenths_of_percent",
    "title_name",
    "tone_placement",
]
