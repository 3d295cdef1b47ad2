"""Making and restoring archives. Tables are read as they are, not as today's models say.

An archive is a zip: ``manifest.json`` (format, revision, tables with row counts and SHA-256)
and one ``<table>.jsonl`` per table, a header line of column names, then a line per row.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeAlias

from sqlalchemy import Connection, DateTime, MetaData, Table, func, inspect, select, text, update
from sqlalchemy.types import JSON

from training_app.backup.rules import FORMAT, BackupRefused, decode, encode
from training_app.backup.services.encryption import PIECE, write

BATCH = 2_000
REVISION_TABLE = "alembic_version"
Progress = Callable[[str, int], None]
Archive: TypeAlias = Path | IO[bytes]
Counts: TypeAlias = dict[str, dict[str, Any]]


class _Drained(io.RawIOBase):
    """What the zip writes, taken away piece by piece; it cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self, least: int = 0) -> bytes:
        """Everything that is held, once it is at least so much."""
        if len(self._held) < least:
            return b""
        piece = bytes(self._held)
        self._held.clear()
        return piece


def make(
    connection: Connection,
    target: Path,
    *,
    now: datetime,
    progress: Progress,
    recipients: Sequence[str] = (),
) -> int:
    """Write the whole database to ``target``; returns the number of rows.

    With recipients it is encrypted for them, see :func:`encryption.write`. The connection's
    transaction must show one state throughout (see :func:`snapshot`).
    """
    counts: Counts = {}
    write(_pieces(connection, counts, now, progress), target, recipients)
    return sum(entry["rows"] for entry in counts.values())


def _pieces(
    connection: Connection, counts: Counts, now: datetime, progress: Progress
) -> Iterator[bytes]:
    """The archive from its first byte to its last; ``counts`` fills on the way."""
    metadata, drained = _reflect(connection), _Drained()
    with zipfile.ZipFile(drained, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for table in metadata.sorted_tables:
            digest, rows = hashlib.sha256(), 0
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                for line in _lines(connection, table):
                    out.write(line)
                    digest.update(line)
                    rows += 1
                    yield drained.taken(PIECE)
            counts[table.name] = {"rows": rows - 1, "sha256": digest.hexdigest()}
            progress(table.name, rows - 1)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "engine": connection.dialect.name,
            "revision": revision(connection),
            "audit": audit_end(connection, metadata),
            "tables": counts,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    yield drained.taken()


def snapshot(connection: Connection) -> None:
    """Let the transaction see one state of the database from first to last table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def read_manifest(source: Archive) -> dict[str, Any]:
    """The manifest of an opened archive. Raises BackupRefused when it is none of ours."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (OSError, KeyError, zipfile.BadZipFile, json.JSONDecodeError) as error:
        raise BackupRefused("it is not a backup of this application") from error
    if manifest.get("format") != FORMAT:
        raise BackupRefused("it has a format that this release cannot read")
    return manifest


def verify(source: Archive, manifest: dict[str, Any]) -> None:
    """Read every part through; raises BackupRefused at one that is not as it was written."""
    with zipfile.ZipFile(source) as archive:
        for name, entry in manifest["tables"].items():
            if _sum_of(archive, f"{name}.jsonl") != entry["sha256"]:
                raise _damaged(name)


def _sum_of(archive: zipfile.ZipFile, member: str) -> str | None:
    """The SHA-256 of one part; None when it is missing or cannot be unpacked."""
    digest = hashlib.sha256()
    try:
        with archive.open(member) as part:
            while piece := part.read(PIECE):
                digest.update(piece)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        return None
    return digest.hexdigest()


def _damaged(name: str) -> BackupRefused:
    return BackupRefused(f"the part {name} of the backup is damaged; use another backup")


def restore(connection: Connection, source: Archive, *, progress: Progress) -> int:
    """Fill the empty, migrated database from the archive; returns the number of rows.

    The schema must stand at the archive's revision. Raises BackupRefused when it does not,
    when a table holds rows, or when a checksum does not match; nothing is then changed.
    """
    manifest = read_manifest(source)
    if revision(connection) != manifest["revision"]:
        raise BackupRefused("the database is at another revision than the backup")
    metadata = _reflect(connection)
    _refuse_filled(connection, metadata)
    total = 0
    with zipfile.ZipFile(source) as archive:
        for table in metadata.sorted_tables:
            entry = manifest["tables"].get(table.name)
            if entry is None:
                continue
            with archive.open(f"{table.name}.jsonl") as lines:
                rows = _fill(connection, table, lines, entry)
            progress(table.name, rows)
            total += rows
    _renumber(connection, metadata)
    return total


def revision(connection: Connection) -> str | None:
    """The migration at which the database stands."""
    if not inspect(connection).has_table(REVISION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).scalar()  # noqa: S608 - a constant


def _reflect(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != REVISION_TABLE)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # as our own columns: nothing stays nothing
    return metadata


def audit_end(connection: Connection, metadata: MetaData) -> dict[str, Any] | None:
    """Where the chain of audit events ends in this copy: number and seal, a witness of its tail."""
    seals = metadata.tables.get("audit_seal")
    if seals is None:
        return None
    last = connection.execute(select(seals).order_by(seals.c.sequence.desc()).limit(1)).first()
    return {"sequence": last.sequence, "seal": bytes(last.seal).hex()} if last else None


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The header and the rows of a table, oldest key first."""
    yield _json_line([column.name for column in table.columns])
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH).execute(ordered):
        yield _json_line([encode(value) for value in row])


def _json_line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _refuse_filled(connection: Connection, metadata: MetaData) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupRefused(
                f"the table {table.name} holds rows; restore into an empty database"
            )


def _fill(connection: Connection, table: Table, lines: Any, entry: dict[str, Any]) -> int:
    """Insert the rows of one table; columns that point into the same table follow after."""
    stream = io.BufferedReader(lines)
    digest = hashlib.sha256()
    header = stream.readline()
    digest.update(header)
    names = json.loads(header)
    if set(names) != set(table.columns.keys()):
        raise BackupRefused(
            f"the table {table.name} has other columns than in the backup; restore it with the"
            " release that made it"
        )
    looping = _self_references(table)
    later: list[dict[str, Any]] = []
    batch: list[dict[str, Any]] = []
    rows = 0
    for line in stream:
        digest.update(line)
        values = dict(zip(names, (decode(value) for value in json.loads(line)), strict=True))
        row = {name: _fit(table, name, value) for name, value in values.items()}
        if any(row[name] is not None for name in looping):
            later.append({"key": row["id"]} | {name: row[name] for name in looping})
            row |= dict.fromkeys(looping)
        batch.append(row)
        rows += 1
        if len(batch) >= BATCH:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    if digest.hexdigest() != entry["sha256"] or rows != entry["rows"]:
        raise _damaged(table.name)
    for row in later:
        values = {name: row[name] for name in looping}
        connection.execute(update(table).where(table.c.id == row["key"]).values(values))
    return rows


def _self_references(table: Table) -> list[str]:
    return [
        constraint.columns[0].name
        for constraint in table.foreign_key_constraints
        if constraint.referred_table is table and constraint.columns[0].nullable
    ]


def _fit(table: Table, name: str, value: Any) -> Any:
    """A decoded value as the column of this engine wants it."""
    kind = table.c[name].type
    if isinstance(value, datetime) and not (isinstance(kind, DateTime) and kind.timezone):
        return value.replace(tzinfo=None)
    if isinstance(kind, JSON):
        return value
    if isinstance(value, int) and kind.python_type is bool:
        return bool(value)
    return value


def _renumber(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL's sequences go on after the highest restored key."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" not in table.c:
            continue
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
        ).scalar()
        highest = connection.execute(select(func.max(table.c.id))).scalar()
        if sequence and highest is not None:
            connection.execute(
                text("SELECT setval(:sequence, :highest)"),
                {"sequence": sequence, "highest": highest},
            )
