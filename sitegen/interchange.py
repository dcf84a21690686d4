"""The JSON that sitegen writes for other programs, and reads again: one file for each conversation, and an index.

`docs/schema/` holds the JSON Schema of both, made from these types. `VERSION` goes up when a program that reads one
form would misread the other; fields that are only added leave it.
"""

from __future__ import annotations

import inspect
from datetime import datetime
from typing import Any, Literal

import msgspec

from sitegen.folders import Folder
from sitegen.model import Conversation, Kind

VERSION: Literal[1] = 1
CONVERSATION: Literal["sitegen-conversation"] = "sitegen-conversation"
INDEX: Literal["sitegen-export"] = "sitegen-export"


class FileEntry(msgspec.Struct, frozen=True):
    """The bytes of an attachment: their place in the export, the SHA-256 that names them, and what they are."""

    path: str
    sha256: str
    size: int
    media_type: str


class ConversationFile(msgspec.Struct, frozen=True):
    """One conversation. `files` are the attachments whose bytes are in the export, by the attachment's id."""

    format: Literal["sitegen-conversation"]
    version: Literal[1]
    conversation: Conversation
    files: dict[str, FileEntry] = {}


class IndexEntry(msgspec.Struct, frozen=True):
    """A line of the index: where a conversation's file stands, and what a list shows of it.

    `title` is the one that pages show; `folder` is the path of its folder, from the top.
    """

    key: str
    path: str
    id: str
    kind: Kind
    title: str
    folder: Folder
    created: datetime | None
    updated: datetime | None
    messages: int


class IndexFile(msgspec.Struct, frozen=True):
    """What an export holds: conversations of one provider, oldest first.

    `made` is the date of the newest provider's export behind them. `timezone` is the zone that their dates are
    shown in; times themselves are in UTC. Paths are relative to the index.
    """

    format: Literal["sitegen-export"]
    version: Literal[1]
    source: str
    made: datetime | None
    timezone: str
    conversations: tuple[IndexEntry, ...]


_encoder = msgspec.json.Encoder(order="deterministic")


def encode(value: ConversationFile | IndexFile) -> bytes:
    """A file's bytes: indented, and equal for equal values."""
    return msgspec.json.format(_encoder.encode(value), indent=2) + b"\n"


def schemas() -> dict[str, bytes]:
    """The JSON Schemas of both files, by the name of the file that holds each."""
    return {
        "conversation.schema.json": _schema(ConversationFile),
        "index.schema.json": _schema(IndexFile),
    }


def _schema(kind: type[ConversationFile | IndexFile]) -> bytes:
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(kind),
    }
    for part in schema["$defs"].values():
        # The indentation that docstrings keep differs between versions of Python.
        part["description"] = inspect.cleandoc(part["description"])
    return msgspec.json.format(_encoder.encode(schema), indent=2) + b"\n"
