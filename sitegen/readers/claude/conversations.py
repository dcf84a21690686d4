"""A conversation of a Claude export: its messages as a tree, and what stands around them.

Pure. What a message says is `blocks`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from sitegen import tree
from sitegen.model import Conversation, Message, Project, Role, content_id
from sitegen.readers.claude.blocks import message_content
from sitegen.readers.claude.documents import Documents
from sitegen.readers.claude.results import unknown
from sitegen.readers.fields import Json, Object, list_of, object_of, one_line, parse_time, text_of

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")

_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "tool": "tool",
}


#: Fields of a message that say nothing on their own, or are read in `blocks`.
_MESSAGE_FIELDS = frozenset(
    {
        "attachments",
        "citations",
        "content",
        "created_at",
        "files",
        "files_v2",
        "id",
        "input_mode",
        "model",
        "parent_message_uuid",
        "role",
        "sender",
        "stop_reason",
        "text",
        "timestamp",
        "updated_at",
        "uuid",
    }
)


class _Node(NamedTuple):
    message: Message
    entry: Json


def read_conversation(item: Object, project_names: Mapping[str, Json]) -> Conversation | None:
    """The conversation in one item of conversations.json; None for one without name, summary and messages.

    `project_names` gives names for project ids. Raises ValueError for an item that is no conversation.
    """
    messages = _messages(item)
    title, summary = one_line(item.get("name")), text_of(item.get("summary")).strip()
    if not (messages or title or summary):
        return None
    identity = text_of(item.get("uuid"))
    return Conversation(
        source="claude",
        id=identity or content_id(unknown(item).json),
        title=title,
        created=parse_time(item.get("created_at")),
        updated=parse_time(item.get("updated_at")),
        messages=messages,
        active_leaf=tree.resolve_leaf(messages, text_of(item.get("current_leaf_message_uuid"))),
        model=one_line(item.get("model")),
        project=_project(item, project_names),
        flags=tuple(word for word in ("starred", "temporary") if item.get(f"is_{word}") is True),
        summary=summary,
        url=f"https://claude.ai/chat/{identity}" if UUID.fullmatch(identity) else "",
    )


def read_design_chat(item: Object) -> Conversation | None:
    """A design chat, read as far as it resembles a conversation; without a list of messages it is kept as JSON.

    Its project's id belongs to another range of ids than those of projects, so it is left out.
    """
    entries = next((item[key] for key in ("chat_messages", "messages") if isinstance(item.get(key), list)), None)
    if entries is None and item:
        entries = [{"uuid": "content", "role": "system", "content": [{**item, "type": "design_chat"}]}]
    plain = {key: item.get(key) for key in ("created_at", "updated_at", "model", "current_leaf_message_uuid")}
    name = one_line(item.get("title")) or one_line(item.get("name"))
    identity = text_of(item.get("uuid")) or content_id(unknown(item).json)
    conversation = read_conversation({**plain, "uuid": identity, "name": name, "chat_messages": entries}, {})
    return conversation and msgspec.structs.replace(conversation, url="")


def _project(item: Object, names: Mapping[str, Json]) -> Project | None:
    given = object_of(item.get("project"))
    identity = text_of(item.get("project_uuid")) or text_of(given.get("uuid"))
    if not identity:
        return None
    return Project(identity, one_line(given.get("name")) or one_line(names.get(identity)))


def _messages(item: Object) -> tuple[Message, ...]:
    given = item.get("chat_messages", False)
    if not isinstance(given, list) and given is not None:
        raise ValueError("the item has no list chat_messages, so it holds no conversation that can be read")
    nodes = _nodes([entry for entry in list_of(given) if entry is not None])
    entries = {node.message.id: node.entry for node in nodes}
    documents, taken = Documents(), set(entries)
    result: list[Message] = []
    for message in tree.ordered(node.message for node in nodes):
        documents.enter(message.id, message.parent)
        result.extend(_filled(message, entries[message.id], documents, taken))
    return tuple(result)


def _nodes(entries: list[Json]) -> list[_Node]:
    """The messages without their content, each with an id of its own and its parent.

    One that has no field for a parent follows the one before it, as in exports that predate branches; so do all
    when none of them names a parent.
    """
    branched = any(text_of(object_of(entry).get("parent_message_uuid")) for entry in entries)
    taken: set[str] = set()
    nodes: list[_Node] = []
    for place, entry in enumerate(entries):
        given = object_of(entry)
        identity = unique_id(text_of(given.get("uuid")) or content_id(unknown(entry).json), taken)
        parent: str | None = nodes[-1].message.id if nodes else None
        if branched and "parent_message_uuid" in given:
            parent = text_of(given["parent_message_uuid"]) or None
        sender = one_line(given.get("sender")) or one_line(given.get("role"))
        role, author = _role(sender, place) if given else ("system", "")
        message = Message(
            identity,
            role,
            parent=parent,
            created=parse_time(given.get("created_at")),
            model=one_line(given.get("model")),
            author=author,
        )
        nodes.append(_Node(message, entry))
    return nodes


def _role(sender: str, place: int) -> tuple[Role, str]:
    """The role, and as author a sender that is none of the known. The oldest exports name none: turns alternate."""
    if not sender:
        return ("assistant" if place % 2 else "user"), ""
    role = _ROLES.get(sender)
    return (role, "") if role else ("system", sender)


def unique_id(identity: str, taken: set[str]) -> str:
    """The id, or one made from it when it is among those `taken`, to which it is added."""
    unique, count = identity, 1
    while unique in taken:
        count += 1
        unique = f"{identity}~{count}"
    taken.add(unique)
    return unique


def _filled(message: Message, entry: Json, documents: Documents, taken: set[str]) -> Iterator[Message]:
    """The message with its blocks; before it, as a message of its own, what it was given unseen."""
    if not isinstance(entry, dict):
        yield msgspec.structs.replace(message, blocks=(unknown(entry, "message"),))
        return
    content = message_content(entry, message.id, message.role, documents)
    if content.hidden and not content.blocks:
        yield msgspec.structs.replace(message, blocks=content.hidden, author=content.origin, hidden=True)
        return
    if content.hidden:
        context = Message(
            unique_id(f"{message.id}~context", taken),
            "system",
            content.hidden,
            parent=message.parent,
            created=message.created,
            author=content.origin,
            hidden=True,
        )
        yield context
        message = msgspec.structs.replace(message, parent=context.id)
    blocks = content.blocks
    if not blocks and any(value and isinstance(value, str | list | dict) for value in _unread(entry)):
        blocks = (unknown(entry, "message"),)
    yield msgspec.structs.replace(message, blocks=blocks)


def _unread(entry: Object) -> Iterator[Json]:
    """What stands in fields of a message that no form known here has: the words of one that seems to say nothing."""
    return (value for key, value in entry.items() if key not in _MESSAGE_FIELDS)
