"""One record through its reader: a conversation, nothing, or a problem; and all that an import makes of it. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sitegen.archive.rows import ConversationRows, RecordRow, conversation_rows, record_row
from sitegen.model import Conversation, Problem, Record
from sitegen.readers import installed
from sitegen.readers.base import Reader
from sitegen.readers.fields import load_json
from sitegen.wording import attachments_of, awaited_attachments, unknown_types


class Unread(NamedTuple):
    """A record of an export, the hash that names it, and the place that is kept of it. `is_kept` tells that the archive
    has it, with its conversation."""

    record: Record
    hash: str
    place: str
    is_kept: bool


class NamedFile(msgspec.Struct, frozen=True, array_like=True):
    """An attachment that a record names. `is_awaited`: an export could hold its bytes."""

    id: str
    name: str
    is_awaited: bool


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What an import asks of every record, be it new or not: the key of its conversation, the latest time in it, its
    unknown parts by how often each was met, and its attachments."""

    key: str
    newest: datetime | None
    unknown: dict[str, int]
    attachments: tuple[NamedFile, ...]


class Read(NamedTuple):
    """What stood in a record. `rows` are what the archive keeps of it, None of one that is kept. `is_known`: the
    reading is from an earlier import."""

    hash: str
    reading: Reading
    rows: tuple[RecordRow, ConversationRows] | None = None
    is_known: bool = False


class Placeholder(NamedTuple):
    """A record that holds no conversation. `is_blank`: it doesn't even say whose place it takes."""

    is_blank: bool


def read_for_import(reader: Reader, found: Unread) -> Read | Placeholder | Problem:
    """What an import asks of a record."""
    record = found.record
    conversation = read_record(reader, record)
    if conversation is None:
        return Placeholder(_says_nothing(record.raw))
    if isinstance(conversation, Problem):
        return conversation
    rows = None
    if not found.is_kept:
        kept = replace(record, where=found.place)
        rows = (record_row(reader.source, conversation.key, kept, found.hash), conversation_rows(conversation))
    return Read(found.hash, _reading(conversation), rows)


def _reading(conversation: Conversation) -> Reading:
    messages = conversation.messages
    awaited = awaited_attachments(messages)
    return Reading(
        conversation.key,
        max((time for time in (conversation.updated, conversation.created) if time is not None), default=None),
        Counter(unknown_types(messages)),
        tuple(NamedFile(item.id, item.name, item.id in awaited) for item in attachments_of(messages).values()),
    )


def read_with_installed(source: str, found: Unread) -> Read | Placeholder | Problem:
    """As `read_for_import`, with the reader that is installed for a source: readers themselves don't travel."""
    return read_for_import(installed()[source], found)


def _says_nothing(raw: bytes) -> bool:
    """Whether a record that holds no conversation doesn't even say whose place it takes."""
    try:
        return not load_json(raw)
    except (ValueError, RecursionError):
        return True  # no JSON: only its reader could tell


def read_record(reader: Reader, record: Record) -> Conversation | Problem | None:
    """The conversation in a record, None for an empty placeholder, or the problem that it is."""
    try:
        return reader.read(record)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        return Problem(record.where, _explained(error), record.raw, record.context)


def _explained(error: Exception) -> str:
    """Why a record can't be read, in words for people."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, KeyError):
        return f"it lacks the field {error}"
    if type(error) is ValueError:
        return str(error)[:300]
    return f"it has a form that the reader can't follow ({error})"[:300]
