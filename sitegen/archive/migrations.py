"""Bringing an archive of an older format up to this one's, with a copy kept of how it was.

A step turns format n into n + 1. All steps of an archive are one transaction: it is of the old format or of the new
one, never between. The copy stands beside the database as `archive.sqlite.before-v<new format>` and is never removed
by sitegen.

To add a step: raise `SCHEMA_VERSION` in `store`, change `schema.sql` to the new form, and put a function that does
the same to an existing database here, under the number it starts from. Foreign keys are off while steps run, so that
tables can be rebuilt, and checked at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sitegen.archive.database import Connection, back_up, check_quickly
from sitegen.errors import ArchiveError

#: Changes a database of one format to the next. It runs inside a transaction, which it must not end.
Step = Callable[[Connection], None]

#: Each step by the format that it starts from.
STEPS: Mapping[int, Step] = {}


def backup_path(path: Path, version: int) -> Path:
    """Where the copy of a database stands that was made before it was brought to format `version`."""
    return path.with_name(f"{path.name}.before-v{version}")


def migrate(db: Connection, path: Path, version: int, steps: Mapping[int, Step] = STEPS) -> None:
    """Brings the database at `path` to format `version`; one of that format is left alone.

    Raises ArchiveError if there is no way or a step fails: the database is unchanged then.
    """
    if _version(db) == version:
        return
    db.execute("PRAGMA foreign_keys = OFF")  # no effect inside a transaction
    try:
        db.execute("BEGIN IMMEDIATE")
        # From here on nobody else writes, so the copy holds exactly what the steps find.
        found = _version(db)
        if missing := [number for number in range(found, version) if number not in steps]:
            raise ArchiveError(
                f"{path}: is of format {found}, and this sitegen can't bring it from format {missing[0]} on to"
                f" {version}; open it once with a sitegen that can"
            )
        if found < version:
            check_quickly(db, path)
            back_up(path, backup_path(path, version))
        for number in range(found, version):
            steps[number](db)
        if broken := db.execute("PRAGMA foreign_key_check").fetchone():
            raise ArchiveError(f"{path}: format {version} would break the table {broken[0]}; nothing was changed")
        db.execute(f"PRAGMA user_version = {version}")
        db.execute("COMMIT")
    except BaseException as error:
        # A full disk has rolled back already; where even this fails, closing does it, or the next who opens.
        with suppress(sqlite3.Error):
            if db.in_transaction:
                db.execute("ROLLBACK")
        if isinstance(error, OSError | sqlite3.Error):
            raise ArchiveError(f"{path}: can't be brought to format {version}: {error}; nothing was changed") from error
        raise
    finally:
        with suppress(sqlite3.Error):  # the caller gives the connection up if this failed
            db.execute("PRAGMA foreign_keys = ON")


def _version(db: Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
