"""A passkey in software: makes keys and answers questions as a browser with a telephone does."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def letters(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Authenticator:
    """One passkey; ``counts`` says whether it counts its uses, ``verifies`` whether it asks."""

    origin: str = "http://localhost"
    host: str = "localhost"
    counts: bool = True
    verifies: bool = True
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    uses: int = 0

    def make(self, question: str) -> str:
        """The answer to a question to make a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(public)
        return self._answer(
            clientDataJSON=self._client("webauthn.create", question),
            attestationObject=cbor2.dumps(
                {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
            ),
        )

    def prove(self, question: str) -> str:
        """The answer to a question to prove it."""
        self.uses += self.counts
        client, data = self._client("webauthn.get", question), self._data(0)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _client(self, kind: str, question: str) -> bytes:
        asked = json.loads(question)["challenge"]
        return json.dumps({"type": kind, "challenge": asked, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        count = self.uses.to_bytes(4, "big")
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + count

    def _answer(self, **parts: Any) -> str:
        name = letters(self.credential_id)
        response = {key: letters(value) for key, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
