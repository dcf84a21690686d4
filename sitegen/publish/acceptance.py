"""What a person accepts of a conversation, as marks for its ledger: what has the same mark later is the same. Pure.

A mark is 12 hex digits that depend on the content: what was edited since, or is read in another way by a newer sitegen,
has another mark, and nobody has accepted that.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from sitegen.folders import Folder
from sitegen.model import Message, content_id

_encoder = msgspec.json.Encoder(order="deterministic")


def message_mark(message: Message) -> str:
    """That of a message as it is now, wherever it stands in its conversation."""
    said = replace(message, parent=None, created=None, revisions=(), absent=False)
    return content_id("message", _encoder.encode(said).decode())


def title_mark(title: str) -> str:
    """That of a conversation's title."""
    return content_id("title", title)


def folder_mark(folder: Folder) -> str:
    """That of the folder that a conversation stands in."""
    return content_id("folder", *folder)


def tag_mark(tag: str) -> str:
    """That of a tag."""
    return content_id("tag", tag)


def note_mark(note: str) -> str:
    """That of the owner's note on a conversation."""
    return content_id("note", note)


def file_mark(attachment: str, content: str) -> str:
    """That of the bytes of an attachment, by its id and their hash."""
    return content_id("file", attachment, content)
