"""The archive's SQLite file: opening, transactions, settings. The tables build on this.

An import is one transaction: either all of an export is in the archive or nothing of it. The database is in
WAL mode where the file system allows it, with every commit synced, and folded back into one file on closing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from sitegen.errors import ArchiveError

DATABASE_NAME = "archive.sqlite"
SCHEMA_VERSION = 1
#: Of zlib: level 1 packs chats to about a third at several times the speed of the default.
COMPRESSION = 1


class Tables:
    """The open database. Use as a context manager; writing happens inside `transaction` only."""

    def __init__(self, folder: Path, zone_name: str | None = None) -> None:
        """Opens the archive in `folder`. With `zone_name`, makes it first if there is none, and keeps that IANA
        name as the zone for dates. Raises ArchiveError if it is absent, damaged, busy or of a newer version."""
        self.folder = folder
        path = folder / DATABASE_NAME
        if zone_name is None and not path.is_file():
            raise ArchiveError(f"{folder}: no archive here; make one with: sitegen import EXPORT --archive {folder}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._prepare(zone_name)
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(f"{path}: can't be opened as an archive: {error}") from error

    def _prepare(self, zone_name: str | None) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise ArchiveError(
                f"{self.folder}: made by a newer sitegen (format {version}, this one knows {SCHEMA_VERSION});"
                " upgrade sitegen"
            )
        if version == 0:
            with self.transaction():
                for statement in files("sitegen.archive").joinpath("schema.sql").read_text("utf-8").split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO setting VALUES ('timezone', ?)", (zone_name or "UTC",))
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.close()
            return
        self._db.close()
        if isinstance(error, sqlite3.Error):
            raise ArchiveError(
                f"{self.folder / DATABASE_NAME}: can't be read: {error}; put back a copy of the archive, or import your"
                " exports again into a new one"
            ) from error

    def copy_to(self, folder: Path) -> None:
        """Copies the database, not the attachments, into another folder; safe while others use it."""
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as copy:
            self._db.backup(copy)

    def close(self) -> None:
        """Folds the log into the one database file and closes it. Raises ArchiveError if that can't be written."""
        try:
            self._db.execute("PRAGMA optimize")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
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
        return str(row[0])

    def reader_version(self, source: str) -> int:
        """The version of the reader that the conversations of a source were read with; 0 for none yet."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (f"reader:{source}",)).fetchone()
        return int(row[0]) if row else 0

    def set_reader_version(self, source: str, version: int) -> None:
        """Keeps that every conversation of a source was read with this version of its reader."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (f"reader:{source}", str(version)))


def canonical_json(value: Mapping[str, Any]) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def iso(time: datetime | None) -> str | None:
    """A time as the tables hold it: ISO 8601 in UTC, of one length, so that text order is time order."""
    return None if time is None else time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_iso(text: str | None) -> datetime | None:
    """The opposite of `iso`."""
    return None if text is None else datetime.fromisoformat(text)
