"""How people, phones and ways in are named on screen and in addresses."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from training_app.errors import N_

_PHONES: Final = (
    ("iphone", N_("iPhone")),
    ("ipad", N_("iPad")),
    ("android", N_("Android phone")),
    ("kaios", N_("Key phone")),
    ("windows", N_("Windows computer")),
    ("macintosh", N_("Mac computer")),
    ("linux", N_("Linux computer")),
)
OTHER_PHONE: Final = N_("Phone or computer")
DEVICE_LABELS: Final = (*(label for _, label in _PHONES), OTHER_PHONE)


def device_label(user_agent: str) -> str:
    """A message id that tells one's phones apart in a list."""
    told = user_agent.casefold()
    return next((label for mark, label in _PHONES if mark in told), OTHER_PHONE)


def short_name(full_name: str) -> str:
    """A name on a page that others may see: the given name as an initial.

    >>> short_name("Nguyễn Thị Hoa")
    'Nguyễn Thị H.'
    """
    *before, given = full_name.split() or [""]
    return " ".join([*before, f"{given[:1]}."])


def told_apart(full_names: Sequence[str]) -> list[str]:
    """Short names of the people of one phone, in full where two would look the same.

    >>> told_apart(["Nguyễn Thị Hoa", "Nguyễn Thị Hồng", "Lê Văn Cường"])
    ['Nguyễn Thị Hoa', 'Nguyễn Thị Hồng', 'Lê Văn C.']
    """
    short = Counter(short_name(name) for name in full_names)
    return [name if short[short_name(name)] > 1 else short_name(name) for name in full_names]
