"""Which passphrases of staff are refused."""

import re
from collections.abc import Iterable
from typing import Final

from training_app.errors import N_
from training_app.vietnamese import fold

SHORTEST: Final = 12
LONGEST: Final = 200
_FEWEST_DIFFERENT: Final = 5
_LEAST_LEFT: Final = 6
# What guessers try first here, folded: lists of stolen passwords and the words of this trade.
_WORDS: Final = """
hoagiaiocoso hoagiaivien hoagiai tohoagiai coso tuphap sotuphap botuphap phaply phapluat daotao
taphuan boiduong tinhthanh phuongxa uyban vietnam hanoi saigon hochiminh danang matkhau quantri
canbo tinh thanhpho xinchao anhyeuem emyeuanh iloveyou password passw0rd p@ssw0rd p@ssword admin
administrator welcome letmein monkey dragon master sunshine princess football superman batman
trustno1 qwertyuiop qwerty asdfghjkl asdf zxcvbnm zxcv abc123 1q2w3e4r5t 1q2w3e4r 1qaz2wsx
qazwsx abcdefgh abcdef abcd changeme secret default training mediation login user test
1234567890 123456789 12345678 1234567 123456 12345 1234 0987654321 987654321 654321 111111
000000 2023 2024 2025 2026 2027 thang nam
"""
_PLAIN: Final = re.compile(r"[^a-z0-9@]")


def weakness(passphrase: str, *, about: Iterable[str] = ()) -> str | None:
    """Why the passphrase cannot be used, as an English message id; None when it can.

    ``about`` are words a guesser knows: the sign-in name and the person's name. What remains
    after the known words are taken away must still be something to guess.
    """
    if len(passphrase) < SHORTEST:
        return N_("The passphrase needs at least 12 characters; several words are easiest.")
    if len(passphrase) > LONGEST:
        return N_("The passphrase may have at most 200 characters.")
    if len(set(passphrase.casefold())) < _FEWEST_DIFFERENT:
        return N_("Choose another passphrase: this one repeats few characters.")
    left = _PLAIN.sub("", fold(passphrase).lower())
    known = [*_WORDS.split(), *(part for text in about for part in _parts(text))]
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, "")
    if len(left) < _LEAST_LEFT:
        return N_("Choose another passphrase: this one is made of words that are tried first.")
    return None


def _parts(text: str) -> list[str]:
    words = [_PLAIN.sub("", word) for word in fold(text).lower().split()]
    return [word for word in [*words, "".join(words)] if len(word) > 1]
