"""Reader for what `sitegen export --format json` writes: conversations keep the provider that they came from.

The files may have passed through other hands and programs, so nothing in them is taken on trust: whatever a
provider's reader makes sure of is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from sitegen.config import RESERVED_TAGS
from sitegen.errors import ExportError
from sitegen.interchange import INDEX, VERSION, ConversationFile, IndexFile
from sitegen.model import (
    Attachment,
    Block,
    Conversation,
    Message,
    Problem,
    ReasoningBlock,
    Record,
    Revision,
    TextBlock,
    ToolResultBlock,
)
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.export import Export
from sitegen.readers.fields import one_line, parse_time, size_of
from sitegen.tree import ordered, resolve_leaf
from sitegen.wording import attachments_of, every_block, is_seen

_SOURCE = re.compile(r"[a-z0-9_]{1,40}")
_INDEX_NAME = "index.json"
_LARGEST = 1 << 30
#: Seconds.
_LONGEST = 1e9


class _Head(msgspec.Struct, frozen=True):
    format: str = ""
    version: int = 0


class SitegenReader:
    """Reads sitegen's own JSON. Its records keep "sitegen" as their source, their conversations the provider's."""

    source: ClassVar[str] = "sitegen"
    label: ClassVar[str] = "sitegen"
    assistant: ClassVar[str] = "Assistant"
    version: ClassVar[int] = 1

    def recognise(self, export: Export) -> Recognition | None:
        found = _indexes(export)
        if not found:
            return None
        if len(found) > 1:
            # Of a folder, each sub-folder is looked at then.
            raise ExportError(
                f"{export.path}: holds several exports ({', '.join(found)}); unpack it, import the folder"
            )
        index = _index(export, found[0])
        made = parse_time(index.made.isoformat()) if index.made else None
        return Recognition(f"JSON, version {VERSION}", made, source=index.source)

    def records(self, export: Export) -> Iterator[Record | Problem]:
        for _, name in _members(export):
            if name not in export.members:
                yield Problem(name, "the index names this file, but it is not there")
                continue
            try:
                yield Record(export.read(name, _LARGEST), name)
            except ExportError as error:
                yield Problem(name, str(error))

    def read(self, record: Record) -> Conversation | None:
        if msgspec.json.decode(record.raw, type=_Head).version > VERSION:
            raise ValueError("it was written by a newer sitegen; upgrade sitegen")
        conversation = msgspec.json.decode(record.raw, type=ConversationFile).conversation
        if not _SOURCE.fullmatch(conversation.source) or not conversation.id:
            raise ValueError("it lacks a provider's name or an id")
        for attachment in attachments_of(conversation.messages).values():
            _check_size(attachment)
        messages = ordered(_checked(message) for message in conversation.messages)
        leaf, project = conversation.active_leaf, conversation.project
        return replace(
            conversation,
            title=one_line(conversation.title),
            project=replace(project, name=one_line(project.name)) if project else None,
            created=_in_utc(conversation.created),
            updated=_in_utc(conversation.updated),
            messages=messages,
            flags=tuple(flag for flag in dict.fromkeys(conversation.flags) if _is_of_a_provider(flag)),
            active_leaf=leaf if any(message.id == leaf for message in messages) else resolve_leaf(messages, None),
        )

    def locator(self, export: Export) -> Locator:
        places: dict[tuple[str, str], str] = {}
        for folder, name in _members(export):
            try:
                file = msgspec.json.decode(export.read(name, _LARGEST), type=ConversationFile)
            except (ExportError, msgspec.DecodeError, RecursionError):
                continue  # `records` and `read` report it
            named = attachments_of(file.conversation.messages) if file.files else {}
            for identity, entry in file.files.items():
                if identity in named and folder + entry.path in export.members:
                    places[identity, named[identity].name] = folder + entry.path
        return lambda identity, name: places.get((identity, name))


# --- the export -------------------------------------------------------------------------------------------


def _indexes(export: Export) -> list[str]:
    return [name for name in export.named(re.escape(_INDEX_NAME)) if _is_index(export, name)]


def _is_index(export: Export, name: str) -> bool:
    try:
        if INDEX.encode() not in export.head(name, 4096):
            return False
        return msgspec.json.decode(export.read(name), type=_Head).format == INDEX
    except (ExportError, msgspec.DecodeError, RecursionError):
        return False  # somebody else's, or damaged beyond telling


def _index(export: Export, name: str) -> IndexFile:
    """The index. Raises ExportError if it is damaged or from a newer sitegen."""
    raw = export.read(name)
    try:
        if msgspec.json.decode(raw, type=_Head).version > VERSION:
            raise ExportError(f"{export.path}: {name} was written by a newer sitegen; upgrade sitegen")
        index = msgspec.json.decode(raw, type=IndexFile)
    except msgspec.DecodeError as error:
        raise ExportError(f"{export.path}: {name} is damaged: {error}") from error
    if not _SOURCE.fullmatch(index.source):
        raise ExportError(f"{export.path}: {name} is damaged: its source is no provider's name")
    return index


def _members(export: Export) -> Iterator[tuple[str, str]]:
    """The folder of the index, as a prefix, and the member of each conversation that it names."""
    for index_name in _indexes(export):
        folder = index_name.removesuffix(_INDEX_NAME)
        for entry in _index(export, index_name).conversations:
            yield folder, folder + entry.path


# --- what a conversation must be --------------------------------------------------------------------------


def _in_utc(time: datetime | None) -> datetime | None:
    return parse_time(time.isoformat()) if time else None


def _is_of_a_provider(flag: str) -> bool:
    """Whether a provider may have set this flag: what sitegen itself says in such words must be true."""
    return is_seen(flag) and flag not in RESERVED_TAGS


def _check_size(attachment: Attachment) -> None:
    for number in (attachment.size, attachment.width, attachment.height):
        if number is not None and size_of(number) is None:
            raise ValueError("an attachment has an impossible size")


def _checked(message: Message) -> Message:
    revisions = tuple(
        Revision(_checked_blocks(revision.blocks), _in_utc(revision.exported)) for revision in message.revisions
    )
    return replace(
        message, created=_in_utc(message.created), blocks=_checked_blocks(message.blocks), revisions=revisions
    )


def _checked_blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    for block in every_block(blocks):
        if isinstance(block, ReasoningBlock) and block.seconds is not None and not 0 <= block.seconds < _LONGEST:
            raise ValueError("a duration is impossible")
        if isinstance(block, ToolResultBlock) and any(isinstance(part, ToolResultBlock) for part in block.blocks):
            raise ValueError("a tool's result holds another one")
    return tuple(map(_with_citations_inside, blocks))


def _with_citations_inside(block: Block) -> Block:
    """The block with citations of places beyond its text at the text's end, so that their sources are shown."""
    if isinstance(block, ToolResultBlock):
        return replace(block, blocks=tuple(map(_with_citations_inside, block.blocks)))
    if not isinstance(block, TextBlock) or not block.citations:
        return block
    longest = len(block.text)
    return replace(
        block,
        citations=tuple(replace(one, position=min(max(one.position, 0), longest)) for one in block.citations),
    )
