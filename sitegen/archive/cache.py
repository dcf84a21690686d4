"""What was made of conversations, kept beside the archive so that the next build or search need not make it again.

`cache.sqlite` holds nothing that could not be made anew: it may be deleted at any time. Each entry says what it was
made from; one that was made from something else is of little use. What another program made is of none, and goes when
the cache is opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from sitegen.errors import ArchiveError

CACHE_NAME = "cache.sqlite"
_VERSION = 4
#: How many entries may wait for a commit: a build that is broken off loses no more.
_BATCH = 256

_TABLES = """
CREATE TABLE program (name TEXT NOT NULL);
CREATE TABLE kept (kind TEXT NOT NULL, key TEXT NOT NULL, made_from TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (kind, key));
-- Holds all that a build with nothing new asks for, without a page of the contents.
CREATE INDEX kept_made_from ON kept (kind, key, made_from);
CREATE TABLE vocabulary (number INTEGER PRIMARY KEY, terms TEXT NOT NULL);
CREATE TABLE reading (record TEXT PRIMARY KEY, reader TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
"""


class Cache:
    """The open cache. Use as a context manager. It is filled by one run at a time (the archive's lock)."""

    def __init__(self, folder: Path, program: str) -> None:
        """Opens the cache in the archive's folder, or makes it anew. `program` names the program that fills it.

        Raises ArchiveError if that can't be done.
        """
        self._path = folder / CACHE_NAME
        self._program = program
        try:
            try:
                self._db = self._opened()
            except sqlite3.DatabaseError:
                self._remove()
                self._db = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise self._error(error) from error
        self._waiting = 0

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None)
        try:
            if not self._is_usable(db):
                db.close()
                self._remove()
                db = sqlite3.connect(self._path, isolation_level=None)
                db.executescript(_TABLES)
                db.execute("INSERT INTO program VALUES (?)", (self._program,))
                db.execute(f"PRAGMA user_version = {_VERSION}")
            db.execute("SELECT count(*) FROM kept WHERE kind = ''").fetchone()
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _is_usable(self, db: sqlite3.Connection) -> bool:
        """Whether the cache has this form, and is of this program."""
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            return False
        return bool(db.execute("SELECT name FROM program").fetchall() == [(self._program,)])

    def _remove(self) -> None:
        for ending in ("", "-journal", "-wal", "-shm"):
            self._path.with_name(CACHE_NAME + ending).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        with closing(self._db):
            if error is None:
                self._commit()
            elif self._db.in_transaction:
                # What was made before the error is good. If it can't be written, the next build makes it again.
                with suppress(sqlite3.Error):
                    self._db.execute("COMMIT")

    def made_from(self, kind: str) -> dict[str, str]:
        """What each entry of a kind was made from, by key. Raises ArchiveError, as do all below, if the cache fails."""
        with self._telling():
            return dict(self._db.execute("SELECT key, made_from FROM kept WHERE kind = ?", (kind,)).fetchall())

    def get(self, kind: str, key: str) -> bytes:
        """The content of an entry. Raises KeyError if there is none."""
        with self._telling():
            row = self._db.execute("SELECT content FROM kept WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def contents(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """The content of every entry of a kind, by key."""
        with self._telling():
            yield from self._db.execute("SELECT key, content FROM kept WHERE kind = ?", (kind,))

    def put(self, key: str, made_from: str, contents: Mapping[str, bytes]) -> None:
        """Keeps contents by kind."""
        with self._telling():
            self._begin()
            self._db.executemany(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)",
                [(kind, key, made_from, content) for kind, content in contents.items()],
            )
        self._waiting += 1
        if self._waiting >= _BATCH:
            self._commit()

    def forget_all_but(self, keys: set[str]) -> None:
        """Drops the entries of all other keys."""
        with self._telling():
            known = {row[0] for row in self._db.execute("SELECT DISTINCT key FROM kept")}
            self._db.executemany("DELETE FROM kept WHERE key = ?", [(key,) for key in sorted(known - keys)])

    def terms(self) -> list[str]:
        """All that `add_terms` was given, in that order."""
        with self._telling():
            rows = self._db.execute("SELECT terms FROM vocabulary ORDER BY number").fetchall()
        return " ".join(row[0] for row in rows).split(" ") if rows else []

    def add_terms(self, terms: Sequence[str]) -> None:
        """Keeps words without blanks, none of them empty, in the transaction of the entries that follow."""
        with self._telling():
            self._begin()
            self._db.execute("INSERT INTO vocabulary (terms) VALUES (?)", (" ".join(terms),))

    def reading(self, record: str, reader: str) -> bytes | None:
        """What was kept of a record, named by its hash, when this reader read it."""
        with self._telling():
            query = "SELECT content FROM reading WHERE record = ? AND reader = ?"
            row = self._db.execute(query, (record, reader)).fetchone()
        return row and bytes(row[0])

    def put_reading(self, record: str, reader: str, content: bytes) -> None:
        """Keeps what a reader found in a record."""
        with self._telling():
            self._begin()
            self._db.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)", (record, reader, content))

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def _commit(self) -> None:
        with self._telling():
            if self._db.in_transaction:
                self._db.execute("COMMIT")
        self._waiting = 0

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> ArchiveError:
        return ArchiveError(
            f"{self._path}: can't be used: {error}; delete it (all in it can be made anew) and try again"
        )
