"""JSON that other programs read, and that sitegen reads again: for each provider a folder with an index,
conversations by date, and attachments by content.

Providers stand apart because each export belongs to one: so the age of a provider's last export, and which of two
states of a conversation is newer, are right after an import too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.interchange import (
    CONVERSATION,
    INDEX,
    VERSION,
    ConversationFile,
    FileEntry,
    IndexEntry,
    IndexFile,
    encode,
    schemas,
)
from sitegen.model import Attachment, AudioBlock, Block, Conversation, FileBlock, ImageBlock, ToolResultBlock
from sitegen.notes import FOLDER_NAME as NOTES
from sitegen.plain_files.chosen import Chosen, Target
from sitegen.render.settings import Settings, conversation_path, source_name
from sitegen.wording import attachments_of


def write_json(archive: Archive, chosen: list[Chosen], target: Target, settings: Settings) -> Iterator[None]:
    """Every file of the export; yields after each conversation."""
    for name, schema in schemas().items():
        target.write(f"schema/{name}", schema)
    for source, group in groupby(sorted(chosen, key=lambda one: one.source), key=lambda one: one.source):
        folder = source_name(source)
        entries: list[IndexEntry] = []
        identities: dict[tuple[str, str], str] = {}
        for one in group:
            conversation = archive.conversation(one.key)
            files = archive.files(one.key)
            present = {
                identity: file for identity, file in files.items() if target.copy(f"{folder}/{_place(file)}", file)
            }
            conversation, present = _told_apart(conversation, present, identities)
            # The way from the index: dates without the provider, which the folder names already.
            path = "conversations/" + conversation_path(conversation).split("/", 2)[2].removesuffix("html") + "json"
            held = {
                identity: FileEntry(_place(file), file.hash, file.size, file.media_type)
                for identity, file in sorted(present.items())
            }
            target.write(f"{folder}/{path}", encode(ConversationFile(CONVERSATION, VERSION, conversation, held)))
            entries.append(_entry(one, conversation, path))
            if one.note:
                target.write(f"{NOTES}/{one.key}.md", one.note.encode())
            yield
        made = max((row.made for row in archive.imports() if row.source == source and row.made), default=None)
        index = IndexFile(INDEX, VERSION, source, made, settings.zone_name, tuple(entries))
        target.write(f"{folder}/index.json", encode(index))


def _place(file: StoredFile) -> str:
    # No ending: nothing in here is taken for an export of its own, and nothing runs on a double click.
    return f"files/{file.hash}"


def _entry(one: Chosen, conversation: Conversation, path: str) -> IndexEntry:
    return IndexEntry(
        one.key,
        path,
        conversation.id,
        conversation.kind,
        one.title,
        one.folder,
        conversation.created,
        conversation.updated,
        len(conversation.messages),
    )


def _told_apart(
    conversation: Conversation, files: dict[str, StoredFile], identities: dict[tuple[str, str], str]
) -> tuple[Conversation, dict[str, StoredFile]]:
    """The conversation with another id for each attachment whose id and name stand for other bytes in an earlier
    conversation: a reader finds files by these two alone. `identities` are those given out so far."""
    named = attachments_of(conversation.messages)
    renamed: dict[str, str] = {}
    for identity, file in files.items():
        name = named[identity].name if identity in named else ""
        if identities.setdefault((identity, name), file.hash) != file.hash:
            renamed[identity] = f"{identity}~{file.hash[:8]}"
            identities[renamed[identity], name] = file.hash
    if not renamed:
        return conversation, files
    messages = tuple(
        replace(message, blocks=tuple(_with_ids(block, renamed) for block in message.blocks))
        for message in conversation.messages
    )
    return (
        replace(conversation, messages=messages),
        {renamed.get(identity, identity): file for identity, file in files.items()},
    )


def _with_ids(block: Block, renamed: dict[str, str]) -> Block:
    match block:
        case ImageBlock() | AudioBlock() | FileBlock():
            return replace(block, attachment=_with_id(block.attachment, renamed))
        case ToolResultBlock():
            return replace(block, blocks=tuple(_with_ids(part, renamed) for part in block.blocks))
    return block


def _with_id(attachment: Attachment, renamed: dict[str, str]) -> Attachment:
    return replace(attachment, id=renamed.get(attachment.id, attachment.id))
