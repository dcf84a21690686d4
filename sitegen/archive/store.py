"""The archive on disk: one SQLite file and a folder of attachments. The only user of sqlite3.

An import is one transaction: either all of an export is in the archive or nothing of it. The database is in
WAL mode where the file system allows it, with every commit synced, and folded back into one file on closing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from sitegen.archive.attachments import AttachmentStore, StoredFile
from sitegen.errors import ArchiveError
from sitegen.model import Attachment, Conversation, Problem, Record, decode, encode
from sitegen.wording import attachments_of, said, steps

DATABASE_NAME = "archive.sqlite"
SCHEMA_VERSION = 1
#: Level 1 packs chats to about a third at several times the speed of the default.
_COMPRESSION = 1


class ImportFacts(NamedTuple):
    """What is known of an export before its records are read. `fingerprint` is equal for equal exports."""

    fingerprint: str
    source: str
    generation: str
    export_name: str
    made: datetime | None
    account: str
    complete: bool


class ImportRow(NamedTuple):
    """One import as the archive remembers it."""

    id: int
    fingerprint: str
    source: str
    generation: str
    export_name: str
    made: datetime | None
    found: int
    new: int
    changed: int
    unchanged: int
    unreadable: int
    attachments: int
    attachments_missing: int


class SightedRecord(NamedTuple):
    """A kept record with the date of an export that held it."""

    made: datetime | None
    hash: str
    source: str
    record: Record


class Archive:
    """The open archive. Use as a context manager; writing happens inside `transaction` only."""

    def __init__(self, folder: Path, zone_name: str | None = None) -> None:
        """Opens the archive in `folder`. With `zone_name`, makes it first if there is none, and keeps that IANA
        name as the zone for dates. Raises ArchiveError if it is absent, damaged, busy, of a newer version, or a
        database of another program."""
        self.folder = folder
        self.attachments = AttachmentStore(folder / "attachments")
        path = folder / DATABASE_NAME
        if zone_name is None and not path.is_file():
            raise ArchiveError(f"{folder}: no archive here; make one with: sitegen import EXPORT --archive {folder}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            try:
                self._prepare(zone_name)
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(f"{path}: can't be opened as an archive: {error}") from error

    def _prepare(self, zone_name: str | None) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise ArchiveError(
                f"{self.folder}: made by a newer sitegen (format {version}, this one knows {SCHEMA_VERSION});"
                " upgrade sitegen"
            )
        if version == 0:
            self._check_empty(zone_name)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if version == 0:
            with self.transaction():
                for statement in files("sitegen.archive").joinpath("schema.sql").read_text("utf-8").split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO setting VALUES ('timezone', ?)", (zone_name or "UTC",))
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _check_empty(self, zone_name: str | None) -> None:
        """A file that no archive was made in is filled only if it is empty and an archive was asked for: a build
        would take a file cut off to nothing for an archive without conversations, and clear the site."""
        path = self.folder / DATABASE_NAME
        if self._db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            raise ArchiveError(f"{path}: a database of another program; choose another folder with --archive")
        if zone_name is None:
            raise ArchiveError(f"{path}: is empty; put back a copy of the archive, or import your exports again")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.close()
            return
        self._db.close()
        if isinstance(error, sqlite3.Error):
            raise self._damaged(str(error)) from error

    def _damaged(self, what: str) -> ArchiveError:
        return ArchiveError(
            f"{self.folder / DATABASE_NAME}: can't be read: {what}; put back a copy of the archive, or import your"
            " exports again into a new one"
        )

    def _unpacked(self, packed: bytes) -> bytes:
        """What was kept packed. Raises ArchiveError if it is damaged."""
        try:
            return zlib.decompress(packed)
        except (zlib.error, TypeError) as error:
            raise self._damaged(f"damaged data ({error})") from error

    def copy_to(self, folder: Path) -> None:
        """Copies the database, not the attachments, into another folder; safe while others use it."""
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as copy:
            self._db.backup(copy)

    def close(self) -> None:
        """Folds the log into the one database file and closes it. Raises ArchiveError if that can't be written."""
        try:
            # Not worth waiting for others.
            self._db.execute("PRAGMA busy_timeout = 0")
            self._db.execute("PRAGMA optimize")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            # Another program is at work, which will fold the log in its turn; or the archive may only be read.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY):
                raise ArchiveError(f"{self.folder}: can't be written: {error}; what was imported is safe") from error
        finally:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or, when an exception leaves it, nothing. Raises ArchiveError for errors
        of the database (disk full, another writer)."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{self.folder}: the archive is in use by another program ({error}); try again"
            ) from error
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            # A full disk has rolled back already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise ArchiveError(f"{self.folder}: can't be written: {error}; nothing was changed") from error
            raise

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone that dates are shown in, found when the archive was made."""
        row = self._db.execute("SELECT value FROM setting WHERE name = 'timezone'").fetchone()
        if row is None:
            raise self._damaged("its time zone is missing")
        return str(row[0])

    # --- imports ---------------------------------------------------------------------------------------------

    def begin_import(self, facts: ImportFacts, imported: datetime) -> tuple[int, bool]:
        """The id of the import of this export, and whether it is a new one."""
        row = self._db.execute("SELECT id FROM import WHERE fingerprint = ?", (facts.fingerprint,)).fetchone()
        if row is not None:
            return int(row[0]), False
        cursor = self._db.execute(
            "INSERT INTO import (fingerprint, source, generation, export_name, account, complete, made, imported)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                facts.fingerprint,
                facts.source,
                facts.generation,
                facts.export_name,
                facts.account,
                facts.complete,
                _iso(facts.made),
                _iso(imported),
            ),
        )
        return int(cursor.lastrowid or 0), True

    def date_import(self, import_id: int, made: datetime | None) -> None:
        """Sets the export's date once its newest record is known."""
        self._db.execute("UPDATE import SET made = ? WHERE id = ?", (_iso(made), import_id))

    def finish_import(self, import_id: int, counts: dict[str, int]) -> None:
        """Keeps the counts (columns of `import` by name) of a new import."""
        assignments = ", ".join(f"{name} = ?" for name in counts)
        self._db.execute(f"UPDATE import SET {assignments} WHERE id = ?", (*counts.values(), import_id))

    def imports(self) -> list[ImportRow]:
        """All imports, the newest export first."""
        rows = self._db.execute(
            "SELECT id, fingerprint, source, generation, export_name, made, found, new, changed, unchanged,"
            " unreadable, attachments, attachments_missing FROM import ORDER BY made DESC, fingerprint"
        )
        return [ImportRow._make((*row[:5], _time(row[5]), *row[6:])) for row in rows]

    def problems(self, import_id: int) -> list[Problem]:
        """What the import could not read, in order."""
        rows = self._db.execute("SELECT place, reason, raw FROM problem WHERE import = ? ORDER BY rowid", (import_id,))
        return [Problem(place, reason, self._unpacked(raw)) for place, reason, raw in rows]

    def unknown(self, import_id: int) -> list[tuple[str, int]]:
        """The unknown parts that an import found, as (provider's name, count)."""
        rows = self._db.execute(
            "SELECT type, count FROM unknown WHERE import = ? ORDER BY count DESC, type", (import_id,)
        )
        return [(name, count) for name, count in rows]

    def discard_import(self, import_id: int) -> None:
        """Forgets a new import that held nothing."""
        self._db.execute("DELETE FROM import WHERE id = ?", (import_id,))

    def add_problem(self, import_id: int, problem: Problem) -> None:
        """Keeps a record that could not be read, with its bytes."""
        self._db.execute(
            "INSERT INTO problem VALUES (?, ?, ?, ?)",
            (import_id, problem.where, problem.reason, zlib.compress(problem.raw, _COMPRESSION)),
        )

    def add_unknown(self, import_id: int, counts: Counter[str]) -> None:
        """Keeps how often each unknown part was met."""
        self._db.executemany(
            "INSERT INTO unknown VALUES (?, ?, ?)",
            [(import_id, name, counts[name]) for name in sorted(counts)],
        )

    # --- records and conversations ------------------------------------------------------------------------------

    def add_record(self, import_id: int, source: str, key: str, record: Record) -> None:
        """Keeps a record, once, and that this import held it."""
        context = json.dumps(record.context, sort_keys=True, ensure_ascii=True)
        record_hash = hashlib.sha256(b"\0".join((source.encode(), context.encode(), record.raw))).hexdigest()
        known = self._db.execute("SELECT 1 FROM record WHERE hash = ?", (record_hash,)).fetchone()
        if known is None:
            raw = zlib.compress(record.raw, _COMPRESSION)
            self._db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)",
                (record_hash, source, key, record.where, context, raw),
            )
        self._db.execute("INSERT OR IGNORE INTO sighting VALUES (?, ?)", (record_hash, import_id))

    def has(self, key: str) -> bool:
        """Whether the archive holds a conversation of this key."""
        return self._db.execute("SELECT 1 FROM conversation WHERE key = ?", (key,)).fetchone() is not None

    def record_count(self, key: str) -> int:
        """How many different records speak of a conversation."""
        row = self._db.execute("SELECT count(*) FROM record WHERE conversation = ?", (key,)).fetchone()
        return int(row[0])

    def records(self, key: str) -> Iterator[SightedRecord]:
        """Every record of a conversation, with each date at which an export held it."""
        rows = self._db.execute(
            "SELECT import.made, record.hash, record.source, record.place, record.context, record.raw FROM record"
            " JOIN sighting ON sighting.record = record.hash JOIN import ON import.id = sighting.import"
            " WHERE record.conversation = ? ORDER BY import.made, record.hash",
            (key,),
        )
        for made, record_hash, source, place, context, raw in rows.fetchall():
            record = Record(self._unpacked(raw), place, json.loads(context))
            yield SightedRecord(_time(made), record_hash, source, record)

    def put(self, conversation: Conversation) -> str:
        """Makes this the state of its conversation. Returns "new", "changed" or "unchanged"."""
        key, content = conversation.key, encode(conversation)
        content_hash = hashlib.sha256(content).hexdigest()
        known = self._db.execute("SELECT content_hash FROM conversation WHERE key = ?", (key,)).fetchone()
        if known is not None and known[0] == content_hash:
            return "unchanged"
        self._db.execute(
            "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET title = excluded.title, created = excluded.created,"
            " updated = excluded.updated, model = excluded.model, project = excluded.project, flags = excluded.flags,"
            " messages = excluded.messages, content_hash = excluded.content_hash, content = excluded.content",
            (
                key,
                conversation.source,
                conversation.id,
                conversation.kind,
                conversation.title,
                _iso(conversation.created),
                _iso(conversation.updated),
                conversation.model,
                conversation.project and conversation.project.id,
                " ".join(conversation.flags),
                len(conversation.messages),
                content_hash,
                zlib.compress(content, _COMPRESSION),
            ),
        )
        self._db.execute("DELETE FROM message WHERE conversation = ?", (key,))
        self._db.executemany(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key, position, m.id, m.parent, m.role, m.model, _iso(m.created), m.hidden, said(m), steps(m))
                for position, m in enumerate(conversation.messages)
            ],
        )
        self._put_attachments(key, attachments_of(conversation.messages).values())
        return "new" if known is None else "changed"

    def _put_attachments(self, key: str, named: Iterable[Attachment]) -> None:
        self._db.executemany(
            "INSERT INTO attachment (conversation, id, name, media_type, size) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (conversation, id) DO UPDATE SET name = excluded.name,"
            " media_type = CASE WHEN hash IS NULL THEN excluded.media_type ELSE media_type END,"
            " size = CASE WHEN hash IS NULL THEN excluded.size ELSE size END",
            [(key, item.id, item.name, item.media_type, item.size) for item in named],
        )

    def attach(self, key: str, attachment_id: str, made: datetime | None, file: StoredFile) -> None:
        """Notes the bytes of an attachment. Where exports differ, the newest one's count."""
        self._db.execute(
            "UPDATE attachment SET media_type = ?, size = ?, hash = ?, made = ?"
            " WHERE conversation = ? AND id = ? AND (hash IS NULL OR (?, ?) > (made, hash))",
            (
                file.media_type,
                file.size,
                file.hash,
                _iso(made) or "",
                key,
                attachment_id,
                _iso(made) or "",
                file.hash,
            ),
        )

    def files(self, key: str) -> dict[str, StoredFile]:
        """The attachments of a conversation whose bytes are here, by attachment id."""
        rows = self._db.execute(
            "SELECT id, hash, size, media_type FROM attachment WHERE conversation = ? AND hash IS NOT NULL ORDER BY id",
            (key,),
        )
        return {attachment_id: StoredFile(*stored) for attachment_id, *stored in rows}

    def keys(self) -> list[str]:
        """The keys of all conversations, oldest first, those without a date last."""
        rows = self._db.execute("SELECT key FROM conversation ORDER BY created IS NULL, created, key")
        return [row[0] for row in rows.fetchall()]

    def content(self, key: str) -> bytes:
        """A conversation as canonical JSON (`model.decode`). Raises ArchiveError if there is none or it is
        damaged."""
        row = self._db.execute("SELECT content FROM conversation WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise ArchiveError(f"{self.folder}: holds no conversation {key}")
        return self._unpacked(row[0])

    def conversation(self, key: str) -> Conversation:
        """A conversation by key. Raises ArchiveError if there is none."""
        return decode(self.content(key))

    def project_names(self) -> dict[str, str]:
        """The names of the providers' projects by id."""
        rows = self._db.execute(
            "SELECT id, title FROM conversation WHERE kind = 'project' AND title <> '' ORDER BY key"
        )
        return dict(rows.fetchall())

    def counts_by_source(self) -> dict[str, tuple[int, int]]:
        """Conversations and messages of each source."""
        rows = self._db.execute(
            "SELECT source, count(*), sum(messages) FROM conversation GROUP BY source ORDER BY source"
        )
        return {source: (conversations, messages) for source, conversations, messages in rows}


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
