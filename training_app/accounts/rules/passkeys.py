"""Passkeys (WebAuthn): what the browser is asked, and whether what it answers is true.

A passkey that has verified its person (fingerprint, face, its own PIN) is two factors in one:
something held and something known or borne. So verification of the person is always demanded.
"""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER: Final = 16_000
LONGEST_ID: Final = 1_023
_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# What the readers of JSON, CBOR and keys raise at bytes that are none of theirs.
_NOT_UNDERSTOOD: Final = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    EOFError,
)


@dataclass(frozen=True)
class Site:
    """Where a passkey belongs: the name of the host, and the origin that the browser reports."""

    host: str
    origin: str


def site_of(scheme: str, host: str) -> Site | None:
    """The site at ``host`` (with its port); None at a bare number, where browsers know none.

    >>> site_of("https", "hoagiai.example.vn")
    Site(host='hoagiai.example.vn', origin='https://hoagiai.example.vn')
    >>> site_of("http", "127.0.0.1:8000") is None
    True
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return Site(name.lower(), f"{scheme}://{host.lower()}") if name else None
    return None


@dataclass(frozen=True)
class NewKey:
    """A passkey as its browser has just made it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def making(
    site: Site, challenge: bytes, *, handle: bytes, login_name: str, known: Sequence[bytes]
) -> str:
    """What the browser is asked to make a passkey, as JSON; ``known`` are those there already."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.host,
            user_id=handle,
            user_name=login_name,
            challenge=challenge,
            supported_pub_key_algs=_ALGORITHMS,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def asking(site: Site, challenge: bytes, known: Sequence[bytes] = ()) -> str:
    """What the browser is asked to prove a passkey, as JSON; one of ``known`` if any are named."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def made(answer: str, site: Site, challenge: bytes) -> NewKey | None:
    """The new passkey in the browser's answer; None when the answer is not to this question."""
    if not _plausible(answer):
        return None
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except _NOT_UNDERSTOOD:
        return None
    if len(found.credential_id) > LONGEST_ID:
        return None
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def named(answer: str) -> bytes | None:
    """Which passkey the browser's answer speaks for; nothing is proved by it."""
    if not _plausible(answer):
        return None
    try:
        return parse_authentication_credential_json(answer).raw_id
    except _NOT_UNDERSTOOD:
        return None


def proved(
    answer: str, site: Site, challenge: bytes, *, public_key: bytes, sign_count: int
) -> int | None:
    """The new count of the passkey when its answer is true; None when anything is wrong.

    A count that has not grown betrays a copy of a passkey that counts its uses.
    """
    if not _plausible(answer):
        return None
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _NOT_UNDERSTOOD:
        return None
    return found.new_sign_count


def read_challenge(text: str) -> bytes:
    """The challenge as it travels in the cookie, as bytes again."""
    return base64url_to_bytes(text)


def _plausible(answer: str) -> bool:
    """Whether the answer is a JSON object of bearable length."""
    if not answer or len(answer) > LONGEST_ANSWER:
        return False
    try:
        return isinstance(json.loads(answer), dict)
    except (ValueError, RecursionError):
        return False
