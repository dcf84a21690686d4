"""Runs that end badly: what was in the archive is there afterwards, and the next run completes what was begun.

`tests/test_interruptions.py` lets each single call fail and kills at random moments; here each kind of end comes once,
at a moment that is known.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from archive_states import archive_state, files_of
from hostile_cases import Case
from hostile_exports import chat, command, text
from hostile_zips import DEFLATED, Part, zip_of

from sitegen.archive.attachments import AttachmentStore
from sitegen.archive.store import Archive
from sitegen.lock import only_run_in
from sitegen.readers.chatgpt import ChatGPTReader

FILE_ID = "file-Ab12Cd34Ef56"
#: What comes in the way of an import of the zip at a path. It yields what the run then says; "" if the run has been
#: made already, and ended without a word.
Interruption = Callable[[Path], AbstractContextManager[str]]


def _export(folder: Path, name: str, *titles: str) -> Path:
    """A zip with these conversations; the last of them names a picture."""
    chats = [chat(title) for title in titles]
    attachment = {"id": FILE_ID, "name": "a.png", "mime_type": "image/png"}
    chats[-1]["mapping"]["0"]["message"]["metadata"] = {"attachments": [attachment]}
    picture = Part(f"{FILE_ID}-a.png".encode(), b"\x89PNG\r\n\x1a\n" + name.encode() * 200_000)
    path = folder / f"{name}.zip"
    path.write_bytes(zip_of(Part(b"conversations.json", text(*chats), DEFLATED), picture))
    return path


def _interrupted(interruption: Interruption, folder: Path) -> None:
    """An import that something keeps from its end, and then the same again.

    After the first the archive is that of before; after the second that of runs which nothing disturbed.
    """
    first, second = _export(folder, "first", "A", "B"), _export(folder, "second", "C", "D")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert command("import", "first.zip", "--quiet") == (0, "", "")
        shutil.copytree("archive", "undisturbed")
        assert command("import", "second.zip", "--archive", "undisturbed", "--quiet") == (0, "", "")
        before = archive_state(folder / "archive")
        with interruption(second) as words:
            if words:
                code, out, err = command("import", "second.zip", "--quiet")
                assert (code, out, err.count("\n")) == (1, "", 1), err
                assert words in err
        assert archive_state(folder / "archive") == before
        assert command("import", "second.zip", "--quiet") == (0, "", "")
        assert archive_state(folder / "archive") == archive_state(folder / "undisturbed")
        assert files_of(folder / "archive" / "attachments") == files_of(folder / "undisturbed" / "attachments")
        names = sorted(path.name for path in (folder / "archive").iterdir())
        assert names == ["archive.sqlite", "attachments", "cache.sqlite"]
        assert first.is_file()


def _case(name: str, expected: str, interruption: Interruption) -> Case:
    return Case(name, "crash", partial(_interrupted, interruption), expected)


@contextmanager
def _full_disk_for_pictures(export: Path) -> Iterator[str]:
    real = io.open

    def full(path: object, mode: str = "r", *args: object, **kwargs: object) -> object:
        if "attachments" in str(path) and set(mode) & set("wx"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, mode, *args, **kwargs)  # type: ignore[call-overload]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", full)
        yield "attachments: can't be written: No space left on device; nothing of this export was imported"


@contextmanager
def _full_disk_for_the_database(export: Path) -> Iterator[str]:
    """The disk is full when all records are written and nothing is committed."""

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "set_import_counts", full)
        yield "archive: can't be written: database or disk is full; nothing was changed"


@contextmanager
def _full_disk_for_what_is_unpacked(export: Path) -> Iterator[str]:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "TemporaryFile", full)
        yield "conversations.json can't be unpacked: No space left on device"


@contextmanager
def _fault_that_nobody_foresaw(export: Path) -> Iterator[str]:
    """A reader raises what no reader may, when one conversation of the export is written already."""
    real = ChatGPTReader.read

    def failing(reader: ChatGPTReader, record: object) -> object:
        if b'"D"' in record.raw:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return real(reader, record)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ChatGPTReader, "read", failing)
        with pytest.raises(ZeroDivisionError):
            command("import", export.name, "--quiet")
        yield ""


@contextmanager
def _second_run(export: Path) -> Iterator[str]:
    with only_run_in(export.parent / "archive"):
        yield f"archive: in use by process {os.getpid()} on "


@contextmanager
def _other_program(export: Path) -> Iterator[str]:
    """A program that is no sitegen keeps the database locked."""
    database = export.parent / "archive" / "archive.sqlite"
    with pytest.MonkeyPatch.context() as patch, closing(sqlite3.connect(database, isolation_level=None)) as other:
        patch.setattr("sitegen.archive.database._BUSY_SECONDS", 0)
        other.execute("BEGIN IMMEDIATE")
        yield "archive: the archive is in use by another program (database is locked); try again"


_KILLED = """
import os, signal, sys
from sitegen import cli
from sitegen.archive.attachments import AttachmentStore
moment, export = sys.argv[1:]
def killed(*words):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(AttachmentStore, moment, killed)
sys.argv = ["sitegen", "import", export, "--quiet"]
cli.main()
"""


@contextmanager
def _killed(moment: str, left: int, export: Path) -> Iterator[str]:
    """The run is killed where it would call this method of the store, in which so many pieces of files are left."""
    words = [sys.executable, "-c", _KILLED, moment, export.name]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(list((export.parent / "archive" / "attachments").glob(".tmp-*"))) == left
    yield ""


_killed_at_the_end = partial(_killed, "make_durable", 0)


def _stream_that_breaks_off(folder: Path) -> None:
    """Of a file that can't be read to its end, nothing is kept under any name."""

    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(size)

    with pytest.raises(OSError, match="Input/output error"):
        AttachmentStore(folder / "attachments").add(Breaking(b"x" * (3 << 20)))
    assert files_of(folder) == {}


def _place_where_nothing_can_be_written(folder: Path) -> None:
    """One line, and nothing is made."""
    export = _export(folder, "first", "A", "B")
    (folder / "file").write_bytes(b"")
    code, out, err = command("import", str(export), "--archive", str(folder / "file" / "archive"))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "nothing can be written here: Not a directory" in err
    assert sorted(path.name for path in folder.iterdir()) == ["file", "first.zip"]


CASES = (
    _case("crash-full-disk-for-pictures", "one line, nothing changed, repaired by the next", _full_disk_for_pictures),
    _case("crash-full-disk-for-the-database", "the same", _full_disk_for_the_database),
    _case("crash-full-disk-for-what-is-unpacked", "the same", _full_disk_for_what_is_unpacked),
    _case("crash-fault-that-nobody-foresaw", "what was written of it is taken back", _fault_that_nobody_foresaw),
    _case("crash-second-run", "it is refused, and told who is at work", _second_run),
    _case("crash-other-program-at-the-database", "the run says so", _other_program),
    _case("crash-killed-before-a-picture-has-its-name", "its piece is cleared away", partial(_killed, "_place", 1)),
    _case("crash-killed-before-the-end", "the picture belongs to nothing, the next run uses it", _killed_at_the_end),
    Case("crash-stream-that-breaks-off", "crash", _stream_that_breaks_off, "no half file has a name"),
    Case("crash-nowhere-to-write", "crash", _place_where_nothing_can_be_written, "one line"),
)
