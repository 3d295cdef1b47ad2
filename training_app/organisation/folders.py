"""What ships with the organisation, read once."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.organisation import parsing
from training_app.organisation.rules.papers import Papers
from training_app.organisation.rules.review import ReviewPlan

_DATA: Final = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def election_papers() -> Papers:
    """The forms of elections and recognitions."""
    return parsing.papers((_DATA / "election_forms.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def review_plans() -> tuple[ReviewPlan, ...]:
    """From when and until when teams are reviewed each year."""
    return parsing.review_plans((_DATA / "review.toml").read_text(encoding="utf-8"))
