"""Copies of the whole database: made and restored, encrypted and opened."""

from training_app.backup.rules import BackupRefused
from training_app.backup.services.archives import (
    REVISION_TABLE,
    Progress,
    audit_end,
    make,
    read_manifest,
    restore,
    revision,
    snapshot,
    verify,
)
from training_app.backup.services.encryption import encrypt_again, opened, read_identities

__all__ = [
    "REVISION_TABLE",
    "BackupRefused",
    "Progress",
    "audit_end",
    "encrypt_again",
    "make",
    "opened",
    "read_identities",
    "read_manifest",
    "restore",
    "revision",
    "snapshot",
    "verify",
]
