"""Second factor of staff: time-based codes (RFC 6238), their secret sealed at rest."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp

from training_app.accounts.rules.tokens import keyed

PERIOD: Final = 30
_NONCE: Final = 12


def new_secret() -> str:
    """A random secret of 160 bits in Base32, as authenticator applications take it."""
    return pyotp.random_base32()


def address(secret: str, login_name: str, issuer: str) -> str:
    """The address in the QR code that an authenticator application scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, at most one step from ``at``; None when it is wrong."""
    typed = "".join(code.split())
    now = int(at.timestamp()) // PERIOD
    right = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), typed.encode()):
            right = step
    return right


def seal(pepper: str, account_id: int, secret: str) -> str:
    """The secret as it is stored: combined with a key stream that only the pepper yields."""
    nonce = secrets.token_bytes(_NONCE)
    mixed = _mix(pepper, account_id, nonce, secret.encode())
    return base64.b64encode(nonce + mixed).decode()


def unseal(pepper: str, account_id: int, sealed: str) -> str:
    """The secret again."""
    raw = base64.b64decode(sealed)
    return _mix(pepper, account_id, raw[:_NONCE], raw[_NONCE:]).decode()


def _mix(pepper: str, account_id: int, nonce: bytes, text: bytes) -> bytes:
    stream = b"".join(
        keyed(pepper, "second-factor", f"{account_id}.{nonce.hex()}.{block}")
        for block in range(len(text) // 32 + 1)
    )
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
