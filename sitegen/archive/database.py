"""How the archive's database is opened, copied and checked: what SQLite promises is only as good as its settings.

Every commit is synced. The log is a write-ahead log where the file system can share memory between processes, and
else (network mounts, mostly) a rollback journal: slower, and as safe.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePath
from sqlite3 import Connection
from urllib.parse import quote

from sitegen.durability import replace_file, sync_file, sync_folder
from sitegen.errors import ArchiveError

__all__ = ["Connection", "back_up", "check_quickly", "connect", "copy_database", "reading"]

DATABASE_NAME = "archive.sqlite"
#: How long a statement waits for another program that has the database locked.
_BUSY_SECONDS = 10
#: Of pages in memory: an import looks a record up by its hash, that is, here and there in the whole file.
_CACHE_KILOBYTES = 64 << 10
#: What SQLite answers where a write-ahead log can't be had: its shared index can't be opened, mapped or locked.
_NO_SHARED_MEMORY = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}


def connect(path: Path, check: Callable[[Connection], None]) -> Connection:
    """Opens the database for writing, making an empty one if there is none.

    `check` looks at it before anything is changed. Raises what that raises, and sqlite3.Error.
    """
    db = _open(path)
    try:
        try:
            check(db)
            _turn_to_log(db)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_SHARED_MEMORY:
                raise
            db.close()
            db = _open(path)
            # Alone, a connection needs no shared memory and can turn the log of an archive from elsewhere into a
            # journal.
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            check(db)
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA locking_mode = NORMAL")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        db.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        db.close()
        raise
    return db


def _turn_to_log(db: Connection) -> None:
    """Switches to a write-ahead log. Raises sqlite3.Error, also if the file system can't share its index."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA busy_timeout = 0")
    try:
        # Only a transaction shows whether the log works: switching to it may succeed without.
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        # Where somebody is writing, it works.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
    db.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")


def _open(path: Path) -> Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)


@contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    """The database of the archive in `folder`, to be read only. Raises ArchiveError, also for what goes wrong inside.

    Works on a read-only medium too, as long as the archive was closed properly before it was copied there.
    """
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise ArchiveError(f"{folder}: no archive here; make one with: sitegen import EXPORT --archive {folder}")
    try:
        with closing(_open_for_reading(path)) as db:
            yield db
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: can't be read: {error}; put back a copy of the archive") from error


def _open_for_reading(path: Path) -> Connection:
    # Not as a read-only file: whoever closes such a one leaves the log's files lying about.
    uri = f"{address_of(path.absolute())}?mode=rw"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        db.execute("PRAGMA query_only = ON")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        log = path.with_name(f"{path.name}-wal")
        if error.sqlite_errorcode & 0xFF not in _NO_SHARED_MEMORY or (log.exists() and log.stat().st_size):
            raise
        # No log can be had beside it, so nobody is writing one while we read.
        return sqlite3.connect(f"{uri}&immutable=1", uri=True, isolation_level=None)
    except sqlite3.Error:
        db.close()
        raise
    return db


def address_of(path: PurePath) -> str:
    """The address of an absolute path as SQLite takes it: that of a Windows share has its host in the path.

    `Path.as_uri` gives it as a host, and since Python 3.14 loads what talks to servers.
    """
    place = quote(os.fsencode(path.as_posix()), safe="/:")
    return f"file://{place}" if place.startswith("/") else f"file:///{place}"


def check_quickly(db: Connection, path: Path) -> None:
    """Raises ArchiveError if pages of the database are damaged. Reads all of it once: about a second for 300 MB."""
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ArchiveError(f"{path}: is damaged ({' '.join(found.split())}); put back a copy of the archive")


def copy_database(folder: Path, target_folder: Path) -> None:
    """Copies the database of one archive, not its attachments, into another folder. Raises ArchiveError.

    The copy is one moment's state, whoever writes meanwhile.
    """
    with reading(folder) as db, closing(sqlite3.connect(target_folder / DATABASE_NAME)) as copy:
        db.backup(copy)


def back_up(path: Path, target: Path) -> None:
    """Puts a whole, checked copy of the database at `target`, in one file, on the disk when this returns.

    Takes the state of the last commit. Raises ArchiveError, OSError or sqlite3.Error; `target` is as before then.
    """
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with closing(_open(path)) as db, closing(sqlite3.connect(temporary)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            check_quickly(copy, path)
        with temporary.open("r+b") as file:
            sync_file(file)
        replace_file(temporary, target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
