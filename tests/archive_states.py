"""What an archive and a site hold, in a form that two of them can be compared by."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

#: When something was imported is the one thing in which two archives of the same exports may differ.
_TIMES = {"imported"}


def archive_state(folder: Path) -> dict[str, object]:
    """Every row of the archive but import times, and every file; asserts that the database is sound and that each
    attachment it names is there as it was imported."""
    state: dict[str, object] = {}
    with closing(sqlite3.connect(folder / "archive.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        for (table,) in db.execute(tables).fetchall():
            columns = [row[1] for row in db.execute(f"PRAGMA table_info ({table})") if row[1] not in _TIMES]
            rows = db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
            state[table] = (columns, sorted(rows, key=repr))
        for (name,) in db.execute("SELECT DISTINCT hash FROM attachment WHERE hash IS NOT NULL"):
            content = (folder / "attachments" / name[:2] / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == name
    return state


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
