"""The archive against itself: the database's structure, every record's bytes and whether they can still be read,
every conversation, every attachment."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sitegen.archive.attachments import AttachmentStore
from sitegen.archive.database import DATABASE_NAME, Connection, reading
from sitegen.archive.reading import read_record
from sitegen.archive.rows import hash_of_record
from sitegen.archive.store import SCHEMA_VERSION
from sitegen.dates import count_label
from sitegen.errors import ArchiveError
from sitegen.language import ENGLISH
from sitegen.model import Problem, Record, decode
from sitegen.readers import installed
from sitegen.verify.findings import Finding, Progress

_RESTORE = "put back a copy of the archive"


@dataclass
class ArchiveCounts:
    """How much of an archive was looked at. `unclaimed` files belong to no conversation: an import that was broken
    off left them, or a later export brought another version."""

    conversations: int = 0
    records: int = 0
    attachments: int = 0
    attachment_bytes: int = 0
    unclaimed: int = 0
    unclaimed_bytes: int = 0

    def sound(self) -> str:
        """What is whole, in words."""
        return (
            f"{count_label(self.conversations, 'conversation')}, {count_label(self.records, 'record')} and"
            f" {count_label(self.attachments, 'attachment')} ({ENGLISH.size(self.attachment_bytes)}) are whole"
        )

    def notes(self) -> Iterator[str]:
        """What is no damage."""
        if self.unclaimed:
            yield (
                f"{count_label(self.unclaimed, 'file')} ({ENGLISH.size(self.unclaimed_bytes)}) in attachments of no"
                " conversation: harmless; left by an import that was broken off, or replaced by a later export's"
            )


def verify_archive(folder: Path, counts: ArchiveCounts, progress: Progress | None = None) -> Iterator[Finding]:
    """What is wrong with the archive in `folder`; `counts` tells how much was looked at. Raises ArchiveError if there
    is none."""
    if not (folder / DATABASE_NAME).is_file():
        raise ArchiveError(f"{folder}: no archive here; make one with: sitegen import EXPORT --archive {folder}")
    try:
        with reading(folder) as db:
            yield from _Check(folder, db, counts, progress).findings()
    except ArchiveError as error:
        yield Finding.of(error)


class _Check:
    def __init__(self, folder: Path, db: Connection, counts: ArchiveCounts, progress: Progress | None) -> None:
        self.db, self.counts, self.progress = db, counts, progress
        self.database = folder / DATABASE_NAME
        self.attachments = AttachmentStore(folder / "attachments")

    def findings(self) -> Iterator[Finding]:
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA_VERSION:
            advice = "upgrade sitegen" if version > SCHEMA_VERSION else "bring it up to date with: sitegen build"
            yield Finding(
                str(self.database), f"is of format {version}, and this sitegen checks format {SCHEMA_VERSION}", advice
            )
            return
        yield from self._structure()
        yield from self._records()
        yield from self._conversations()
        yield from self._attachments()

    def _structure(self) -> Iterator[Finding]:
        for (told,) in self.db.execute("PRAGMA integrity_check"):
            if told != "ok":
                yield Finding(str(self.database), f"is damaged: {told}", _RESTORE)
        lost = Counter((table, parent) for table, _, parent, _ in self.db.execute("PRAGMA foreign_key_check"))
        for (table, parent), number in sorted(lost.items()):
            rows = count_label(number, "row")
            yield Finding(str(self.database), f"{rows} of {table} refer to a {parent} that is not there", _RESTORE)

    def _records(self) -> Iterator[Finding]:
        (total,) = self.db.execute("SELECT count(*) FROM record").fetchone()
        unknown: Counter[str] = Counter()
        for row in self.db.execute("SELECT hash, source, conversation, place, context, raw FROM record"):
            self.counts.records += 1
            if row[1] not in installed():
                unknown[row[1]] += 1
            yield from self._record(*row)
            if self.progress is not None:
                self.progress(self.counts.records, total)
        for source, number in sorted(unknown.items()):
            yield Finding(
                str(self.database), f"{count_label(number, 'record')} of '{source}', for which no reader is installed",
                "install the package that read them",
            )  # fmt: skip
        for key, number in self.db.execute(
            "SELECT conversation, count(*) FROM record WHERE conversation NOT IN (SELECT record_key FROM conversation)"
            " GROUP BY conversation"
        ):
            yield Finding(
                str(self.database),
                f"{count_label(number, 'record')} of the conversation {key}, which is gone",
                _RESTORE,
            )

    def _record(
        self, record_hash: str, source: str, key: str, place: str, context: str, packed: bytes
    ) -> Iterator[Finding]:
        where = f"{self.database}, record {record_hash[:12]} ({place})"
        try:
            raw = zlib.decompress(packed)
        except zlib.error as error:
            yield Finding(where, f"the provider's bytes can't be unpacked: {error}", _RESTORE)
            return
        if hash_of_record(source, context, raw) != record_hash:
            yield Finding(where, "the provider's bytes are not those that were imported", _RESTORE)
            return
        reader = installed().get(source)
        if reader is None:
            return
        conversation = read_record(reader, Record(raw, place, json.loads(context)))
        advice = f"the bytes are safe; tell the makers of the {reader.label} reader"
        if conversation is None or isinstance(conversation, Problem):
            reason = conversation.reason if conversation else "it seems empty"
            yield Finding(where, f"can no longer be read: {reason}", advice)
        elif conversation.key != key:
            yield Finding(where, f"was read as {key} and would now be {conversation.key}", advice)

    def _conversations(self) -> Iterator[Finding]:
        for key, content_hash, packed in self.db.execute("SELECT key, content_hash, content FROM conversation"):
            self.counts.conversations += 1
            try:
                content = zlib.decompress(packed)
                sound = hashlib.sha256(content).hexdigest() == content_hash and decode(content).key == key
            except (zlib.error, ValueError):
                sound = False
            if not sound:
                yield Finding(f"{self.database}, conversation {key}", "its content is damaged", _RESTORE)

    def _attachments(self) -> Iterator[Finding]:
        rows = self.db.execute(
            "SELECT hash, min(size), min(conversation) FROM attachment WHERE hash IS NOT NULL GROUP BY hash"
        )
        claimed = {file_hash: (size, key) for file_hash, size, key in rows}
        for file_hash, (size, key) in sorted(claimed.items()):
            self.counts.attachments += 1
            self.counts.attachment_bytes += size
            if finding := self._attachment(file_hash, key):
                yield finding
            if self.progress is not None:
                self.progress(self.counts.attachments, len(claimed))
        for path in self.attachments.folder.rglob("*"):
            if path.is_file() and (path.name not in claimed or path != self.attachments.path(path.name)):
                self.counts.unclaimed += 1
                self.counts.unclaimed_bytes += path.stat().st_size

    def _attachment(self, file_hash: str, key: str) -> Finding | None:
        path = self.attachments.path(file_hash)
        again = "import the export that held it again"
        try:
            with self.attachments.open(file_hash) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == file_hash:
                    return None
        except FileNotFoundError:
            return Finding(str(path), f"is gone; the conversation {key} names it", again)
        except (OSError, ArchiveError) as error:
            return Finding(str(path), f"can't be read: {error}", f"delete it and {again}")
        return Finding(
            str(path), f"is not what was imported; the conversation {key} names it", f"delete it and {again}"
        )
