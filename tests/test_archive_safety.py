"""What keeps an archive whole: journals, copies, changes of format, attachments that are there for good."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from makers import conversation

from sitegen.archive import migrations, tables
from sitegen.archive.attachments import AttachmentStore
from sitegen.archive.database import DATABASE_NAME, copy_database, reading
from sitegen.archive.migrations import backup_path, migrate
from sitegen.archive.store import Archive
from sitegen.errors import ArchiveError


def make_archive(folder: Path, title: str = "t") -> Path:
    with Archive(folder, "UTC") as archive, archive.transaction():
        archive.put(conversation(title))
    return folder / DATABASE_NAME


def titles(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as db:
        return [row[0] for row in db.execute("SELECT title FROM conversation")]


# --- the database ---------------------------------------------------------------------------------------------------


def test_database__log_where_memory_can_be_shared(tmp_path):
    with Archive(tmp_path, "UTC") as archive:
        assert archive._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert archive._db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert archive._db.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize("made_elsewhere", [False, True])
def test_database__journal_where_memory_cannot_be_shared(tmp_path, made_elsewhere):
    """As on many network mounts: a pipe in the place of the shared index can't be mapped either."""
    if made_elsewhere:
        make_archive(tmp_path)
    os.mkfifo(tmp_path / f"{DATABASE_NAME}-shm")
    database = make_archive(tmp_path, "on a mount")
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert titles(database) == ["on a mount"]
    assert not (tmp_path / f"{DATABASE_NAME}-wal").exists()


def test_database__busy_one_is_not_mistaken_for_a_mount(tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.archive.database._BUSY_SECONDS", 0)
    database = make_archive(tmp_path)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Archive(tmp_path) as archive:
            with pytest.raises(ArchiveError, match="in use by another program"), archive.transaction():
                pass
            assert archive._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_database__damage_is_found_before_anything_is_written(tmp_path):
    database = make_archive(tmp_path)
    with closing(sqlite3.connect(database)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'message'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    content = bytearray(database.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    database.write_bytes(content)
    with pytest.raises(ArchiveError) as refused, Archive(tmp_path) as archive, archive.transaction():
        pytest.fail("a damaged archive must not be written to")
    assert "damaged" in str(refused.value) or "malformed" in str(refused.value)
    assert database.read_bytes() == content


def test_database__reading_changes_nothing_and_leaves_no_log(tmp_path):
    database = make_archive(tmp_path)
    before = database.read_bytes()
    with reading(tmp_path) as db:
        assert db.execute("SELECT title FROM conversation").fetchall() == [("t",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM message")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [DATABASE_NAME]
    assert database.read_bytes() == before


def test_database__can_be_read_where_no_log_can_be_made(tmp_path):
    """As from a DVD or a mounted snapshot."""
    make_archive(tmp_path)
    os.mkfifo(tmp_path / f"{DATABASE_NAME}-shm")
    (tmp_path / f"{DATABASE_NAME}-wal").touch()
    with reading(tmp_path) as db:
        assert db.execute("SELECT title FROM conversation").fetchall() == [("t",)]


def test_database__copy_is_of_one_moment_while_another_writes(tmp_path):
    make_archive(tmp_path / "a", "before")
    (tmp_path / "b").mkdir()
    with Archive(tmp_path / "a") as archive, archive.transaction():
        archive.put(conversation("during"))
        copy_database(tmp_path / "a", tmp_path / "b")
    assert titles(tmp_path / "b" / DATABASE_NAME) == ["before"]


def test_archive__emptied_database_is_no_new_archive(tmp_path):
    database = make_archive(tmp_path)
    with Archive(tmp_path) as archive, archive.transaction():
        archive.attachments.add(io.BytesIO(b"a picture"))
    database.write_bytes(b"")
    with pytest.raises(ArchiveError, match="is empty; put back a copy"):
        Archive(tmp_path)
    with pytest.raises(ArchiveError, match="while its attachments are there"):
        Archive(tmp_path, "UTC")


# --- changes of format ----------------------------------------------------------------------------------------------


def add_mood(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE conversation ADD COLUMN mood TEXT NOT NULL DEFAULT 'fine'")


def drop_flags(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE conversation DROP COLUMN flags")


def fail(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM message")
    db.execute("SELECT no_such_column FROM conversation")


def orphan(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM conversation")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """An archive of format 1, with a message and a second connection's worth of history."""
    from makers import dialogue

    with Archive(tmp_path, "UTC") as archive, archive.transaction():
        archive.put(conversation("t", *dialogue("a", "b")))
    return tmp_path / DATABASE_NAME


def opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def test_migration__takes_every_step_and_keeps_a_copy_of_before(older):
    with closing(opened(older)) as db:
        migrate(db, older, 3, {1: add_mood, 2: drop_flags})
        assert db.execute("PRAGMA user_version").fetchone() == (3,)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        names = {row[1] for row in db.execute("PRAGMA table_info (conversation)")}
    assert ("mood" in names, "flags" in names) == (True, False)
    assert backup_path(older, 3).name == "archive.sqlite.before-v3"
    with closing(sqlite3.connect(backup_path(older, 3))) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert "flags" in {row[1] for row in copy.execute("PRAGMA table_info (conversation)")}
        assert copy.execute("SELECT count(*) FROM message").fetchone() == (2,)


def test_migration__copy_put_back_is_the_archive_as_it_was(older):
    before = _dump(older)
    with closing(opened(older)) as db:
        migrate(db, older, 2, {1: add_mood})
    backup_path(older, 2).replace(older)
    assert _dump(older) == before
    with Archive(older.parent) as archive:
        assert len(archive.conversations()) == 1


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ({1: add_mood, 2: fail}, "no_such_column.*nothing was changed"),
        ({1: orphan}, "would break the table message"),
        ({1: add_mood}, "from format 2 on to 3"),
        ({}, "from format 1 on to"),
    ],
)
def test_migration__that_fails_changes_nothing(older, steps, words):
    before = _dump(older)
    with closing(opened(older)) as db:
        with pytest.raises(ArchiveError, match=words):
            migrate(db, older, 2 if orphan in steps.values() else 3, steps)
        assert not db.in_transaction
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert _dump(older) == before


def test_migration__without_a_copy_there_is_none(older, monkeypatch):
    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrations, "back_up", full)
    before = _dump(older)
    with closing(opened(older)) as db, pytest.raises(ArchiveError, match="No space left"):
        migrate(db, older, 2, {1: add_mood})
    assert _dump(older) == before
    assert [path.name for path in older.parent.iterdir() if "before" in path.name] == []


def test_migration__happens_when_an_archive_is_opened(older, monkeypatch):
    monkeypatch.setattr(tables, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(tables, "migrate", lambda db, path, version: migrate(db, path, version, {1: add_mood}))
    with Archive(older.parent) as archive:
        assert archive._db.execute("SELECT mood FROM conversation").fetchone() == ("fine",)
    assert backup_path(older, 2).is_file()
    backup_path(older, 2).unlink()
    with Archive(older.parent):
        pass
    assert not backup_path(older, 2).exists()


def test_migration__steps_lead_to_the_format_of_this_sitegen():
    assert set(migrations.STEPS) == set(range(1, tables.SCHEMA_VERSION))


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [f"version {db.execute('PRAGMA user_version').fetchone()}", *db.iterdump()]


# --- attachments ----------------------------------------------------------------------------------------------------


def test_attachments__what_a_killed_import_left_is_cleared_by_the_next(tmp_path):
    make_archive(tmp_path)
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / ".tmp-4711-abcd").write_bytes(b"half a pict")
    with Archive(tmp_path) as archive:
        assert len(list((tmp_path / "attachments").iterdir())) == 1, "only whoever writes may clear"
        with archive.transaction():
            assert list((tmp_path / "attachments").iterdir()) == []


def test_attachments__names_are_synced_before_the_database_relies_on_them(tmp_path, monkeypatch):
    synced: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    with Archive(tmp_path, "UTC") as archive, archive.transaction():
        archive.attachments.add(io.BytesIO(b"a picture"))
        folder = str(archive.attachments.path(hashlib.sha256(b"a picture").hexdigest()).parent)
        assert folder not in synced
    assert {folder, str(tmp_path / "attachments"), str(tmp_path)} <= set(synced)


def test_attachments__full_disk_is_an_error_of_the_archive_and_leaves_no_piece(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = AttachmentStore(tmp_path / "attachments")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            with pytest.raises(ArchiveError, match="attachments: can't be written: No space left on device"):
                kept.add(io.BytesIO(b"x"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_attachments__unreadable_one_is_an_error_of_the_archive(tmp_path):
    kept = AttachmentStore(tmp_path)
    stored = kept.add(io.BytesIO(b"x"))
    kept.path(stored.hash).unlink()
    kept.path(stored.hash).mkdir()
    with pytest.raises(ArchiveError, match="can't be read"):
        kept.open(stored.hash)
