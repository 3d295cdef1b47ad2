"""Archives at rest: written for the holders of certain keys alone, and opened with one of them.

The format is age (https://age-encryption.org/v1), which other programs open as well. It is
written and read piece by piece, so that memory does not grow with the database.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

import pyrage
from pyrage import x25519

from training_app.backup.rules import (
    LONGEST_HEADER,
    BackupRefused,
    is_encrypted,
    keys_that_open,
    secret_lines,
)

PIECE = 1 << 18


def write(pieces: Iterable[bytes], target: Path, recipients: Sequence[str]) -> None:
    """Write the pieces to ``target``, for its owner alone; the name appears when all is on disk.

    With recipients (public keys, ``age1…``) only the holder of one of their secret keys can read
    it; without, it is written as it is. Raises whatever broke off the pieces, and OSError.
    """
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            if recipients:
                _encrypt(pieces, out, recipients)
            else:
                out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def opened(
    source: Path, *, identities: Sequence[x25519.Identity], scratch: Path
) -> Iterator[IO[bytes]]:
    """The archive in ``source`` for reading, decrypted where it must be.

    All of it is decrypted and proved whole first, into a file without a name in ``scratch``,
    which is gone when it is closed. Raises BackupRefused when no key is given or none opens it,
    and when a byte was changed or is missing.
    """
    with source.open("rb") as file:
        head = file.read(LONGEST_HEADER)
        file.seek(0)
        if not is_encrypted(head):
            yield file
            return
        if not identities:
            raise BackupRefused(
                f"it is encrypted ({keys_that_open(head)}); give the file of its secret key with"
                " --identity FILE"
            )
        scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=scratch) as plain:
            _decrypt(file, plain, identities)
            plain.seek(0)
            yield plain


def encrypt_again(archive: IO[bytes], target: Path, recipients: Sequence[str]) -> None:
    """Write an opened archive anew, for these recipients (after a change of keys)."""
    archive.seek(0)
    write(iter(lambda: archive.read(PIECE), b""), target, recipients)


def read_identities(text: str) -> list[x25519.Identity]:
    """The secret keys in the text of an identity file; raises BackupRefused when one is wrong.

    No message repeats anything of the text.
    """
    if is_encrypted(text.encode()):
        raise BackupRefused("the file of the key is itself encrypted; decrypt it first (age -d)")
    try:
        identities = [x25519.Identity.from_str(line) for line in secret_lines(text)]
    except pyrage.IdentityError as error:
        raise BackupRefused("the file of the key holds a line that is no secret key") from error
    if not identities:
        raise BackupRefused("the file of the key holds no secret key (AGE-SECRET-KEY-1…)")
    return identities


class _Noted:
    """Remembers what failed inside, because the library passes on its text at best."""

    def __init__(self) -> None:
        self.failure: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.failure = self.failure or error


class _Pieces:
    """An iterable as the library reads it."""

    def __init__(self, pieces: Iterable[bytes], noted: _Noted) -> None:
        self._pieces = iter(pieces)
        self._rest = b""
        self._noted = noted

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end."""
        with self._noted:
            if not self._rest:
                self._rest = next(filter(None, self._pieces), b"")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class _Sink:
    """A file as the library writes it; an error in its last bytes would be lost without this."""

    def __init__(self, file: IO[bytes], noted: _Noted) -> None:
        self._file = file
        self._noted = noted

    def write(self, data: bytes) -> int:
        """Write all of ``data``."""
        with self._noted:
            return self._file.write(data)

    def flush(self) -> None:
        """Nothing waits here."""


def _encrypt(pieces: Iterable[bytes], out: IO[bytes], recipients: Sequence[str]) -> None:
    noted = _Noted()
    keys = [x25519.Recipient.from_str(recipient) for recipient in recipients]
    try:
        pyrage.encrypt_io(_Pieces(pieces, noted), _Sink(out, noted), keys)
    finally:
        if noted.failure is not None:
            raise noted.failure


def _decrypt(source: IO[bytes], plain: IO[bytes], identities: Sequence[x25519.Identity]) -> None:
    noted = _Noted()
    try:
        pyrage.decrypt_io(source, _Sink(plain, noted), identities)
    except pyrage.DecryptError as error:
        raise BackupRefused(
            "none of the given keys opens it (or its first lines are damaged)"
        ) from error
    except OSError as error:
        if noted.failure is None:
            raise BackupRefused(
                "it is damaged or cut off, so nothing of it is used; use another backup"
            ) from error
    if noted.failure is not None:
        raise noted.failure
