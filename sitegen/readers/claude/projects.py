"""What Claude keeps beside the chats: projects with their instructions and documents, and memories.

Pure. Both are told as conversations, so that they are archived, found and shown like one. Names, addresses and ids
of accounts stay outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from sitegen.model import (
    Attachment,
    Block,
    Conversation,
    DocumentBlock,
    FileBlock,
    Message,
    Project,
    TextBlock,
    content_id,
)
from sitegen.readers.claude.conversations import UUID, unique_id
from sitegen.readers.claude.documents import form_of
from sitegen.readers.claude.results import unknown
from sitegen.readers.fields import (
    Json,
    Object,
    list_of,
    object_of,
    one_line,
    parse_time,
    size_of,
    text_of,
)


def in_line(messages: list[Message]) -> tuple[Message, ...]:
    """The messages one after the other, each the parent of the next, with ids made unique."""
    result: list[Message] = []
    taken: set[str] = set()
    for message in messages:
        parent = result[-1].id if result else None
        result.append(msgspec.structs.replace(message, id=unique_id(message.id, taken), parent=parent))
    return tuple(result)


def read_project(item: Object) -> Conversation:
    """A project: its instructions, then each of its documents as a message."""
    identity = text_of(item.get("uuid")) or content_id(unknown(item).json)
    name = one_line(item.get("name"))
    messages = in_line(list(_project_messages(item)))
    return Conversation(
        source="claude",
        id=identity,
        title=name,
        kind="project",
        created=parse_time(item.get("created_at")),
        updated=parse_time(item.get("updated_at")),
        messages=messages,
        active_leaf=messages[-1].id if messages else None,
        project=Project(identity, name),
        summary=text_of(item.get("description")).strip(),
        url=f"https://claude.ai/project/{identity}" if UUID.fullmatch(identity) else "",
    )


def _project_messages(item: Object) -> Iterator[Message]:
    if (instructions := _words(item.get("prompt_template"), "instructions")) is not None:
        yield Message("instructions", "system", (instructions,))
    docs = item.get("docs")
    for doc in docs if isinstance(docs, list) else [docs]:
        if not doc:
            continue
        if not isinstance(doc, dict):
            shown = unknown(doc, "document")
            yield Message(content_id(shown.json), "user", (shown,))
            continue
        identity = text_of(doc.get("uuid")) or content_id(text_of(doc.get("filename")), text_of(doc.get("content")))
        yield Message(identity, "user", (_document(doc, identity),), created=parse_time(doc.get("created_at")))


def _words(value: Json, kind: str) -> Block | None:
    """A text, or whatever else stands in its place; None for nothing."""
    if isinstance(value, str):
        return TextBlock(value) if value.strip() else None
    return unknown(value, kind) if value else None


def _document(doc: Object, identity: str) -> Block:
    name, content = one_line(doc.get("filename")), text_of(doc.get("content"))
    if not name and not content:
        return unknown(doc, "document")
    name = name or "Untitled document"
    media_type, language = form_of(name)
    size = size_of(doc.get("file_size"))
    if not content or media_type == "text/plain":
        return FileBlock(Attachment(identity, name, size=size), content)
    if not language and media_type != "text/markdown":
        # Text that was extracted from another kind of file (a PDF, a spreadsheet) is not that file.
        return FileBlock(Attachment(identity, name, size=size), content)
    return DocumentBlock(identity, content, name, media_type, language)


def read_memory(item: Object, context: Mapping[str, Json]) -> Conversation | None:
    """What Claude remembers of a person: from conversations, from each project, and its memory files.

    `context` gives project names and, for a file that lacks it, the account. The account's id becomes a hash of
    itself. None if nothing is remembered.
    """
    account = text_of(item.get("account_uuid"))
    messages = in_line(list(_memories(item, account, object_of(context.get("projects")))))
    if not messages:
        return None
    times = [message.created for message in messages if message.created]
    return Conversation(
        source="claude",
        id=content_id(account) if account else text_of(context.get("account")) or "memory",
        title="Claude’s memory",
        kind="memory",
        updated=parse_time(item.get("updated_at")) or max(times, default=None),
        messages=messages,
        active_leaf=messages[-1].id,
    )


def _memories(item: Object, account: str, names: Object) -> Iterator[Message]:
    if (overall := _words(item.get("conversations_memory"), "memory")) is not None:
        yield Message("conversations", "assistant", (overall,))
    by_project = item.get("project_memories")
    for project, memory in object_of(by_project).items():
        name = one_line(names.get(project))
        title = name or f"Project {project[:8]}"
        # Since 2026 projects come in a zip of their own: their names are known to the archive, not to this export.
        yield _memory_of(f"project-{project}", title, memory, project="" if name else project)
    if by_project and not isinstance(by_project, dict):
        yield Message("projects", "assistant", (unknown(by_project, "memory"),))
    for file in filter(None, list_of(item.get("memory_files"))):
        if not isinstance(file, dict):
            yield Message(content_id(unknown(file).json), "assistant", (unknown(file, "memory"),))
            continue
        path = one_line(file.get("path"))
        path = path.replace(account, "…") if account else path
        yield _memory_of(f"file-{path}", path, file.get("content"), parse_time(file.get("updated_at")))


def _memory_of(identity: str, title: str, content: Json, created: datetime | None = None, project: str = "") -> Message:
    text = text_of(content)
    block = (
        DocumentBlock(identity, text, title, project=project) if text or content is None else unknown(content, "memory")
    )
    return Message(identity, "assistant", (block,), created=created)
