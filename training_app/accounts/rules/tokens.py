"""Random and derived secrets, and the fingerprints under which they are stored.

Nothing here is ever stored as it is: a token of 256 bits is kept as its SHA-256, a code that a
person types as HMAC(pepper, code). The secrets of cards and codes are derived from a random seed
and the pepper, so that the issuer can see them again for a short while although the database
holds only the seed and the fingerprints.
"""

import hashlib
import hmac
import secrets
from typing import Final

# Crockford's alphabet: no I, L, O, U, so that a code survives being read over the telephone.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LENGTH: Final = 26  # 130 bits
CODE_LENGTH: Final = 8  # 40 bits, short because it is typed; it lives briefly or with a PIN
_BITS: Final = 5
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", ".": "", "–": ""})


def new_token() -> str:
    """A random token of 256 bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_seed() -> str:
    """A random seed of 128 bits, in hexadecimal, from which a pass derives its secrets."""
    return secrets.token_hex(16)


def fingerprint(token: str) -> str:
    """SHA-256 of a token of full strength, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(pepper: str, purpose: str, text: str) -> bytes:
    """HMAC-SHA-256 of ``text`` under the pepper, apart for each purpose."""
    return hmac.digest(pepper.encode(), f"{purpose}\0{text}".encode(), "sha256")


def card_secret(pepper: str, seed: str) -> str:
    """The 130 bits in the QR code of the card grown from ``seed``."""
    return _crockford(keyed(pepper, "card-secret", seed), SECRET_LENGTH)


def entry_code(pepper: str, seed: str) -> str:
    """The eight characters to type, of the card or code grown from ``seed``."""
    return _crockford(keyed(pepper, "entry-code", seed), CODE_LENGTH)


def code_fingerprint(pepper: str, code: str) -> str:
    """The fingerprint by which a typed code is found."""
    return keyed(pepper, "code-fingerprint", code).hex()


def tidy(text: str) -> str:
    """What a person typed as a code: capitals, no separators, misread letters put right.

    >>> tidy(" k7o4-mq2x ")
    'K704MQ2X'
    """
    return text.strip().upper().translate(_MISREAD)


def spaced(code: str) -> str:
    """A code in groups of four, as it is printed and read aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _crockford(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[(number >> (_BITS * at)) & 31] for at in range(length))
