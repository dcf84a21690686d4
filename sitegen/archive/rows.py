"""A conversation and a record as the rows that the archive keeps of them. Pure, and the costly part of keeping them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from sitegen.archive.values import COMPRESSION, canonical_json, iso
from sitegen.model import Attachment, Conversation, Record, encode
from sitegen.wording import attachments_of, said, steps


class RecordRow(NamedTuple):
    """A record as its table holds it. `raw` is compressed."""

    hash: str
    source: str
    conversation: str
    place: str
    context: str
    raw: bytes


class ConversationRows(NamedTuple):
    """A conversation as the tables hold it: its own row, and those of its messages and of the attachments they name."""

    key: str
    content_hash: str
    conversation: tuple[Any, ...]
    messages: list[tuple[Any, ...]]
    attachments: list[tuple[Any, ...]]


def hash_of_record(source: str, context: str, raw: bytes) -> str:
    """What names a kept record: `context` as JSON, `raw` as the provider's bytes."""
    return hashlib.sha256(b"\0".join((source.encode(), context.encode(), raw))).hexdigest()


def name_of_record(source: str, record: Record) -> str:
    """`hash_of_record` of a record that the reader of `source` reads."""
    return hash_of_record(source, canonical_json(record.context), record.raw)


def record_row(source: str, key: str, record: Record, record_hash: str = "") -> RecordRow:
    """A record that the reader of `source` read, and whose conversation has the key `key`. `record_hash` is its name,
    if that is known."""
    return RecordRow(
        record_hash or name_of_record(source, record),
        source,
        key,
        record.where,
        canonical_json(record.context),
        zlib.compress(record.raw, COMPRESSION),
    )


def content_hash(content: bytes) -> str:
    """What names the state of a conversation: 64 hex digits of its canonical JSON."""
    return hashlib.sha256(content).hexdigest()


def conversation_rows(conversation: Conversation, record_key: str = "") -> ConversationRows:
    """The rows of a conversation. `record_key` is that of its records, where it isn't its own."""
    key, content = conversation.key, encode(conversation)
    digest = content_hash(content)
    own = (
        key,
        record_key or key,
        conversation.source,
        conversation.id,
        conversation.kind,
        conversation.title,
        iso(conversation.created),
        iso(conversation.updated),
        conversation.model,
        conversation.project and conversation.project.id,
        " ".join(conversation.flags),
        len(conversation.messages),
        digest,
        zlib.compress(content, COMPRESSION),
    )
    messages = [
        (key, position, m.id, m.parent, m.role, m.model, iso(m.created), m.hidden, m.absent, said(m), steps(m))
        for position, m in enumerate(conversation.messages)
    ]
    attachments = attachment_rows(key, attachments_of(conversation.messages).values())
    return ConversationRows(key, digest, own, messages, attachments)


def attachment_rows(key: str, named: Iterable[Attachment]) -> list[tuple[Any, ...]]:
    """The rows of attachments that the conversation of this key names."""
    return [(key, item.id, item.name, item.media_type, item.size) for item in named]
