"""What ships with the organisation, read once."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.organisation import parsing
from training_app.organisation.rules.papers import Papers

_DATA: Final = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def election_papers() -> Papers:
    """The forms of elections and recognitions."""
    return parsing.papers((_DATA / "election_forms.toml").read_text(encoding="utf-8"))
