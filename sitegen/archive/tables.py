"""The archive's SQLite file: opening, transactions, settings. The tables build on this.

An import is one transaction: either all of an export is in the archive or nothing of it. The database is in
WAL mode where the file system allows it, with every commit synced, and folded back into one file on closing.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Self

from sitegen.archive.attachments import AttachmentStore
from sitegen.archive.database import DATABASE_NAME, Connection, check_quickly, connect
from sitegen.archive.migrations import migrate
from sitegen.errors import ArchiveError

#: Of the tables in schema.sql; `migrations` says how to raise it.
SCHEMA_VERSION = 1


class Tables:
    """The open database. Use as a context manager; writing happens inside `transaction` only."""

    def __init__(self, folder: Path, zone_name: str | None = None) -> None:
        """Opens the archive in `folder`. With `zone_name`, makes it first if there is none, and keeps that IANA
        name as the zone for dates. Raises ArchiveError if it is absent, damaged, busy, of a newer version, or a
        database of another program."""
        self.folder = folder
        self.attachments = AttachmentStore(folder / "attachments")
        self._checked = False
        path = folder / DATABASE_NAME
        if zone_name is None and not path.is_file():
            raise ArchiveError(f"{folder}: no archive here; make one with: sitegen import EXPORT --archive {folder}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = connect(path, lambda db: self._check(db, zone_name))
            try:
                self._prepare(zone_name)
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(f"{path}: can't be opened as an archive: {error}") from error

    def _check(self, db: Connection, zone_name: str | None) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise ArchiveError(
                f"{self.folder}: made by a newer sitegen (format {version}, this one knows {SCHEMA_VERSION});"
                " upgrade sitegen"
            )
        if version == 0:
            self._check_empty(db, zone_name)

    def _prepare(self, zone_name: str | None) -> None:
        if self._db.execute("PRAGMA user_version").fetchone()[0]:
            migrate(self._db, self.folder / DATABASE_NAME, SCHEMA_VERSION)
        else:
            with self.transaction():
                for statement in files("sitegen.archive").joinpath("schema.sql").read_text("utf-8").split(";\n"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO setting VALUES ('timezone', ?)", (zone_name or "UTC",))
                self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _check_empty(self, db: Connection, zone_name: str | None) -> None:
        """A file that no archive was made in is filled only if it is empty and an archive was asked for: a build
        would take a file cut off to nothing for an archive without conversations, and clear the site."""
        path = self.folder / DATABASE_NAME
        if db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            raise ArchiveError(f"{path}: a database of another program; choose another folder with --archive")
        if zone_name is None:
            raise ArchiveError(f"{path}: is empty; put back a copy of the archive, or import your exports again")
        if any(self.attachments.folder.glob("*/*")):
            raise ArchiveError(
                f"{path}: is gone or empty, while its attachments are there; put back a copy of it, or move"
                f" {self.attachments.folder} away to begin a new archive"
            )

    def __enter__(self) -> Self:
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
        of the database (disk full, another writer), and for damage, which is looked for before the first change."""
        self._begin()
        try:
            # Nobody else is writing now, so what is unfinished there was left by a killed import.
            self.attachments.clear_unfinished()
            yield
            self.attachments.make_durable()
            self._db.execute("COMMIT")
        except BaseException as error:
            # A full disk has rolled back already; where even this fails, closing does it, or the next who opens.
            with suppress(sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise ArchiveError(f"{self.folder}: can't be written: {error}; nothing was changed") from error
            raise

    def _begin(self) -> None:
        try:
            if not self._checked:
                check_quickly(self._db, self.folder / DATABASE_NAME)
                self._checked = True
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ArchiveError(
                    f"{self.folder}: the archive is in use by another program ({error}); try again"
                ) from error
            raise ArchiveError(f"{self.folder}: can't be written: {error}; nothing was changed") from error

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone that dates are shown in, found when the archive was made."""
        row = self._db.execute("SELECT value FROM setting WHERE name = 'timezone'").fetchone()
        if row is None:
            raise self._damaged("its time zone is missing")
        return str(row[0])

    def reader_version(self, source: str) -> int:
        """The version of the reader that the conversations of a source were read with; 0 for none yet."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (f"reader:{source}",)).fetchone()
        return int(row[0]) if row else 0

    def set_reader_version(self, source: str, version: int) -> None:
        """Keeps that every conversation of a source was read with this version of its reader."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (f"reader:{source}", str(version)))
