"""Reads the export of DeepSeek: `conversations.json`, an array of conversations.

    {"id": …, "title": …, "inserted_at": …, "mapping": {"root": …, "1": {"parent": "root", "message": {…}}}}

Two older forms are read as well: messages in a list that name their `parent_id`, and one conversation as the web
page gets it (`chat_session` and `chat_messages`). Here an export is recognised and its trees are built; what a
message says is read by `deepseek_blocks`. Of the file about the account beside it only the id is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from sitegen import tree
from sitegen.errors import ExportError
from sitegen.model import (
    Block,
    Conversation,
    FileBlock,
    ImageBlock,
    Message,
    Problem,
    Record,
    Role,
    UnknownBlock,
    content_id,
)
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.deepseek.blocks import Side, blocks_of, file_block, fragments_of, side_of
from sitegen.readers.export import Export
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    load_json,
    object_of,
    objects_of,
    one_line,
    parse_time,
    text_of,
)

_STATUS = {"finished": "", "incomplete": "stopped", "wip": "stopped", "stopped": "stopped", "failed": "failed"}
_KNOWN = {"fragments", "files", "tips", "content", "search_results", "feedback"}
_OTHER_SIDE: dict[Role, Role] = {"user": "assistant", "assistant": "user"}
#: Stands for a role that nothing in the message tells, until its parent's is known. DeepSeek has no such messages.
_UNDECIDED: Role = "tool"


class DeepSeekReader:
    """DeepSeek's own export. A record is one conversation."""

    source = "deepseek"
    label = "DeepSeek"
    assistant = "DeepSeek"
    how_to_export = "System settings → Data management → Export all chats"
    version = 1

    def recognise(self, export: Export) -> Recognition | None:
        names = _files(export)
        if not names:
            return None
        folders = {str(PurePosixPath(name).parent) for name in names}
        if len(folders) > 1:
            raise ExportError(
                f"{export.name} holds more than one DeepSeek export ({' and '.join(names)}); import them one by one"
            )
        first = next(item for name in names for item in _first(export, name) if _is_conversation(item))
        return Recognition(
            generation=_generation(first),
            made=_made(export.name),
            account=_account(export, names[0]),
            complete="mapping" in first,
        )

    def records(self, export: Export) -> Iterator[Record | Problem]:
        for name in _files(export):
            for item in export.items(name):
                if isinstance(item, Problem):
                    yield item
                else:
                    yield Record(item.raw, f"{PurePosixPath(name).name}, item {item.number + 1}")

    def read(self, record: Record) -> Conversation | None:
        value = load_json(record.raw)
        if not isinstance(value, dict):
            raise TypeError("not a JSON object")
        value = _unwrapped(value)
        session = object_of(value.get("chat_session")) or value
        messages = _conversation_messages(value)
        title = one_line(session.get("title"))
        # One with a title that lost its messages is still in its account, and earlier exports may hold them.
        if not messages and not title:
            return None
        identity = text_of(session.get("id"))
        if not identity:
            raise ValueError("a conversation without an id")
        times = [message.created for message in messages if message.created]
        leaf = text_of(value.get("current_node")) or text_of(session.get("current_message_id"))
        return Conversation(
            source=self.source,
            id=identity,
            title=title,
            created=parse_time(session.get("inserted_at")) or min(times, default=None),
            updated=parse_time(session.get("updated_at")) or max(times, default=None),
            messages=messages,
            active_leaf=tree.resolve_leaf(messages, leaf or None),
            flags=("pinned",) if session.get("pinned") is True else (),
            url=f"https://chat.deepseek.com/a/chat/s/{identity}",
        )

    def locator(self, export: Export) -> Locator:
        return lambda _identity, _name: None


# --- the export -------------------------------------------------------------------------------------------


def _files(export: Export) -> list[str]:
    """The members whose first items are DeepSeek's conversations, by their shape."""
    return [name for name in export.candidates(r"(?i).*\.json") if any(map(_is_conversation, _first(export, name)))]


def _first(export: Export, name: str) -> Iterator[Object]:
    for item in export.first_items(name, 5):
        if b"inserted_at" in item.raw:
            try:
                yield _unwrapped(object_of(load_json(item.raw)))
            except (ValueError, RecursionError):
                continue


def _is_conversation(item: Object) -> bool:
    if "mapping" in item:
        return "inserted_at" in item
    if "chat_session" in item:
        return isinstance(item.get("chat_messages"), list)
    return "inserted_at" in item and any("message_id" in message for message in objects_of(item.get("messages")))


def _unwrapped(value: Object) -> Object:
    """What the web page's answer holds, where a record is one; else the record."""
    return object_of(object_of(value.get("data")).get("biz_data")) or value


def _generation(item: Object) -> str:
    if "mapping" not in item:
        return "list of messages"
    messages = (object_of(node).get("message") for node in object_of(item.get("mapping")).values())
    return "fragments" if any("fragments" in object_of(message) for message in messages) else "plain messages"


def _made(name: str) -> datetime | None:
    """The day in the name that DeepSeek gives its exports: `deepseek_data-2026-03-01.zip`."""
    found = re.match(r"deepseek_data-(\d{4}-\d{2}-\d{2})", name)
    return parse_time(found[1]) if found else None


def _account(export: Export, name: str) -> str:
    """The account's hash. Its id stands in `user.json` only; nothing else there is looked at."""
    beside = (PurePosixPath(name).parent / "user.json").as_posix()
    if beside not in export.members:
        return ""
    try:
        user = text_of(object_of(export.json(beside)).get("user_id"))
    except (ValueError, RecursionError):
        return ""
    return content_id(user) if user else ""


# --- messages ---------------------------------------------------------------------------------------------


class _Node(NamedTuple):
    """A place in the tree, whatever form it was written in."""

    id: str
    parent: str
    message: Json


def _conversation_messages(value: Object) -> tuple[Message, ...]:
    mapping = value.get("mapping")
    if isinstance(mapping, dict):
        nodes = _mapped(mapping)
    else:
        nodes = _listed(list_of(value.get("chat_messages")) or list_of(value.get("messages")))
    tails: dict[str, str] = {}
    runs = list(map(_messages, nodes))
    for node, run in zip(nodes, runs, strict=True):
        tails.setdefault(node.id, run[-1].id)
    messages: list[Message] = []
    for first, *others in runs:
        parent = tails.get(first.parent or "", first.parent)
        messages += [msgspec.structs.replace(first, parent=parent), *others]
    return _with_roles(tree.ordered(messages))


def _mapped(mapping: Object) -> list[_Node]:
    """The nodes that have a message, each under the next one above it that has one, siblings in their order."""
    children = {key: list(map(text_of, list_of(object_of(node).get("children")))) for key, node in mapping.items()}
    places = {child: (place, key) for key, listed in children.items() for place, child in enumerate(listed)}
    parents = {
        key: text_of(object_of(node).get("parent")) or places.get(key, (0, ""))[1] for key, node in mapping.items()
    }
    said = {key: object_of(node).get("message") if isinstance(node, dict) else node for key, node in mapping.items()}
    spoken = [key for key in mapping if said[key] is not None]
    spoken.sort(key=lambda key: (places[key][0] if key in places else len(mapping), _natural(key)))
    return [_Node(key, _spoken_above(key, parents, said), said[key]) for key in spoken]


def _spoken_above(key: str, parents: dict[str, str], said: Object) -> str:
    passed = {key}
    parent = parents[key]
    while parent in parents and said[parent] is None and parent not in passed:
        passed.add(parent)
        parent = parents[parent]
    return parent


def _natural(key: str) -> tuple[int, int, str]:
    """Ids are numbers in the order of time, written as strings."""
    return (0, int(key), key) if re.fullmatch(r"[0-9]{1,18}", key) else (1, 0, key)


def _listed(messages: Sequence[Json]) -> list[_Node]:
    """The messages of a list; one that names no parent at all follows the one before."""
    nodes: list[_Node] = []
    for number, message in enumerate(messages):
        item = object_of(message)
        identity = text_of(item.get("message_id")) or text_of(item.get("id")) or f"item-{number + 1}"
        before = nodes[-1].id if nodes and "parent_id" not in item else ""
        nodes.append(_Node(identity, text_of(item.get("parent_id")) or before, message))
    return nodes


def _messages(node: _Node) -> list[Message]:
    """A node's message; several in a row if it holds both a prompt and an answer."""
    message = object_of(node.message)
    if not message:
        unknown = UnknownBlock("message", json_text(node.message))
        return [Message(id=node.id, role=_UNDECIDED, blocks=(unknown,), parent=node.parent or None)]
    fragments = fragments_of(message)
    runs = _runs(fragments) or [("either", [])]
    result: list[Message] = []
    for number, (side, run) in enumerate(runs):
        blocks = blocks_of(run, fragments)
        role = _role(side, message)
        result.append(
            Message(
                id=f"{node.id}-{number + 1}" if number else node.id,
                role=role,
                blocks=(*_beside(message, fragments), *blocks) if number == 0 else blocks,
                parent=result[-1].id if result else node.parent or None,
                created=parse_time(message.get("inserted_at")),
                model=one_line(message.get("model")),
                status=_status(message),
            )
        )
    return result


def _runs(fragments: Sequence[Json]) -> list[tuple[Side, list[Json]]]:
    """The fragments of one side each; one that could be either's stays with those before it."""
    sided: list[tuple[Side, Json]] = []
    side: Side = next((own for own in map(side_of, fragments) if own != "either"), "either")
    for fragment in fragments:
        own = side_of(fragment)
        side = side if own == "either" else own
        sided.append((side, fragment))
    return [(side, [fragment for _, fragment in run]) for side, run in groupby(sided, key=lambda pair: pair[0])]


def _role(side: Side, message: Object) -> Role:
    if side != "either":
        return side
    role = text_of(message.get("role")).lower()
    return "user" if role == "user" else "assistant" if role == "assistant" else _UNDECIDED


def _beside(message: Object, fragments: Sequence[Json]) -> Iterator[Block]:
    """What stands in the message itself and in none of its fragments: files, and fields that nothing here knows."""
    inside = (file for fragment in fragments for file in list_of(object_of(fragment).get("files")))
    shown = {_file_id(file_block(file)) for file in inside}
    yield from (block for block in map(file_block, list_of(message.get("files"))) if _file_id(block) not in shown)
    for key, value in message.items():
        if key not in _KNOWN and value and isinstance(value, list | dict):
            yield UnknownBlock(key, json_text(value))


def _file_id(block: Block) -> str:
    return block.attachment.id if isinstance(block, FileBlock | ImageBlock) else ""


def _status(message: Object) -> str:
    status = one_line(message.get("status")).lower()
    return _STATUS.get(status, status)


def _with_roles(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The same with every role decided: what no fragment tells alternates down the tree, beginning with a prompt.
    The model is that of the answers only, since prompts bear the one that was chosen for them."""
    roles: dict[str | None, Role] = {None: "assistant"}
    result: list[Message] = []
    for message in messages:
        role = _OTHER_SIDE[roles[message.parent]] if message.role == _UNDECIDED else message.role
        roles[message.id] = role
        model = message.model if role == "assistant" else ""
        result.append(msgspec.structs.replace(message, role=role, model=model))
    return tuple(result)
