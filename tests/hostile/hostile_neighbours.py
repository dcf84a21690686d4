"""Two good conversations, which must be kept, and something hostile beside them in a zip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hostile_cases import Case
from hostile_exports import chat, one_import, text
from hostile_zips import DEFLATED, Part, zip_of

from sitegen.archive.store import Archive

TEXT = text(chat("One"), chat("Two"))
NEVER = text(chat("Never"))
CHATS = Part(b"conversations.json", TEXT, DEFLATED)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
FILE_ID = b"file-Ab12Cd34Ef56"


def with_picture() -> bytes:
    """One conversation that names a file of the export."""
    value = chat("One")
    attachment = {"id": FILE_ID.decode(), "name": "a.png", "mime_type": "image/png"}
    value["mapping"]["0"]["message"]["metadata"] = {"attachments": [attachment]}
    return text(value, chat("Two"))


def beside(name: str, expected: str, parts: Sequence[Part], *problems: str, **fields: Any) -> Case:
    """A zip of good conversations and something else."""
    payload = one_import(zip_of(CHATS, *parts), "One", "Two", problems=problems, **fields)
    return Case(name, "zip", payload, expected)


def refused(name: str, expected: str, content: bytes, words: str, **fields: Any) -> Case:
    """A file that is no export: one line, nothing imported."""
    return Case(name, "zip", one_import(content, error=words, **fields), expected)


def named(name: str, expected: str, part: Part, *problems: str) -> Case:
    """A zip whose first conversation names the part as its picture."""
    content = zip_of(CHATS._replace(content=with_picture()), part)
    payload = one_import(content, "One", "Two", problems=problems, look=has_no_picture)
    return Case(name, "zip", payload, expected)


def _files_of_one(archive: Archive) -> list[str]:
    (key,) = (row.key for row in archive.conversations() if archive.conversation(row.key).title == "One")
    return [file.media_type for file in archive.files(key).values()]


def has_no_picture(archive: Archive) -> None:
    assert _files_of_one(archive) == []
