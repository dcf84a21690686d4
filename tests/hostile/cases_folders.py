"""Folders with files that are none, and files that change while they are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hostile_cases import Case
from hostile_exports import chat, one_import, text
from hostile_neighbours import FILE_ID, TEXT, has_no_picture, with_picture

from sitegen.errors import ExportError
from sitegen.readers.export import Export


def _folder(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """A folder of good conversations, to which something is done."""

    def write(path: Path) -> None:
        path.mkdir()
        (path / "conversations.json").write_bytes(with_picture())
        make(path)

    return write


def _link_out(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("of somebody else")
    (folder / (FILE_ID.decode() + "-a.png")).symlink_to(folder.parent / "secret.txt")


def _links_in_circles(folder: Path) -> None:
    (folder / "me").symlink_to("me")
    (folder / "me.json").symlink_to("me.json")
    (folder / "up").symlink_to("..")


def _pipes(folder: Path) -> None:
    """Two exports side by side, so that the folder is searched file by file, and pipes between them."""
    for name, content in (("a", (folder / "conversations.json").read_bytes()), ("b", text(chat("Three")))):
        (folder / name).mkdir()
        (folder / name / "conversations.json").write_bytes(content)
    (folder / "conversations.json").unlink()
    for name in ("pipe", "pipe.zip"):
        os.mkfifo(folder / name)


def _names_that_are_no_text(folder: Path) -> None:
    for name in (b"\xff\xfe.bin", b"new\nline.txt", b"\x1b[31mred.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"[]")


def _file_that_grows(folder: Path) -> None:
    """Whoever opens a file that is still being written is told so, and reads no more than was counted."""
    path = folder / "conversations.json"
    path.write_bytes(TEXT)
    with Export(path) as export:
        with path.open("ab") as file:
            file.write(bytes(1 << 20))
        try:
            content = export.read(path.name)
        except ExportError as error:
            assert "longer than its container says" in str(error)
        else:
            raise AssertionError(f"{len(content)} bytes were read")


CASES = (
    # folders
    Case(
        "folder-link-in-place-of-a-picture",
        "zip",
        one_import(
            _folder(_link_out),
            "One",
            "Two",
            problems=["a.png: a link that leads out of the folder"],
            suffix="",
            look=has_no_picture,
        ),
        "nobody else's file comes into the archive",
    ),
    Case(
        "folder-links-in-circles",
        "zip",
        one_import(
            _folder(_links_in_circles),
            "One",
            "Two",
            problems=["me: can't be opened", "me.json: can't be opened", "up: a link"],
            suffix="",
        ),
        "they are told and left alone",
    ),
    Case(
        "folder-with-pipes",
        "zip",
        one_import(_folder(_pipes), "One", "Two", "Three", error="pipe.zip: neither a file nor a folder", suffix=""),
        "nobody waits for what is never written into them",
    ),
    Case(
        "folder-names-that-are-no-text",
        "zip",
        one_import(_folder(_names_that_are_no_text), "One", "Two", suffix=""),
        "they do no harm",
    ),
    Case("folder-file-that-grows", "zip", _file_that_grows, "no more is read than was counted, and that is told"),
)
