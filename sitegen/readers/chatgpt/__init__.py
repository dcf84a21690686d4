"""The reader for ChatGPT's account exports, from 2023 to 2026.

Each item of `conversations.json`, or since 2026 of its numbered shards, is a conversation whose messages hang in a
`mapping` of nodes. Which members hold them is found in `exports`, what a message says in
`messages`, files in `files`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote

from sitegen import tree
from sitegen.model import Block, Conversation, FileBlock, ImageBlock, Message, Problem, Project, Record, content_id
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.chatgpt import documents, exports
from sitegen.readers.chatgpt.documents import Allowance
from sitegen.readers.chatgpt.files import Files, SideFiles, attachment_of, locate, mentioned
from sitegen.readers.chatgpt.messages import Branch, Node, read_message
from sitegen.readers.chatgpt.unknown import unknown
from sitegen.readers.export import Export
from sitegen.readers.fields import Json, Object, list_of, load_json, object_of, one_line, parse_time, text_of


class ChatGPTReader:
    """Reads ChatGPT's exports; see `base.Reader` for what each method promises."""

    source: ClassVar[str] = "chatgpt"
    label: ClassVar[str] = "ChatGPT"
    assistant: ClassVar[str] = "ChatGPT"
    how_to_export: ClassVar[str] = "Settings → Data controls → Export data"
    version: ClassVar[int] = 1

    def recognise(self, export: Export) -> Recognition | None:
        """None unless some of the first items in a JSON member have a `mapping` of ChatGPT's kind. Raises
        ExportError for a folder or zip that holds several exports of ChatGPT."""
        return exports.recognise(export)

    def records(self, export: Export) -> Iterator[Record | Problem]:
        """Every conversation, placeholders included; then the library's files that no conversation names, and the
        canvas documents that stand in files of their own."""
        side = SideFiles.of(export)
        named: set[str] = set()
        for member in exports.members(export):
            for item in export.items(member.name, member.key):
                if isinstance(item, Problem):
                    yield item
                    continue
                named |= mentioned(item.raw)
                yield Record(item.raw, f"{member.name}, item {item.number + 1}", side.context(item.raw))
        yield from _library(export, named)
        yield from _text_documents(export)

    def read(self, record: Record) -> Conversation | None:
        """The conversation in a record; None for `{}`. Raises ValueError or TypeError for what is none."""
        value = load_json(record.raw)
        if not isinstance(value, dict):
            raise TypeError("the item is no JSON object")
        if not value:
            return None
        if "textdoc" in record.context:
            return _text_document(value, text_of(record.context["textdoc"]))
        if "mapping" in value:
            return _conversation(value, record)
        if value.get("file_id") and not value.get("conversation_id"):
            return _media(value)
        return _without_mapping(value, record)

    def locator(self, export: Export) -> Locator:
        """Finds the member that an attachment's id begins."""
        return locate(export)


def _library(export: Export, named: set[str]) -> Iterator[Record]:
    """Files that ChatGPT's library keeps and the export holds, but no conversation shows."""
    find = locate(export)
    for member in export.named(r"library_files\.json"):
        for item in export.items(member):
            if isinstance(item, Problem):
                continue
            try:
                attachment = attachment_of(object_of(load_json(item.raw)))
            except (ValueError, RecursionError):
                continue
            if attachment and attachment.id not in named and find(attachment.id, attachment.name):
                yield Record(item.raw, f"{member}, item {item.number + 1}")


def _text_documents(export: Export) -> Iterator[Record | Problem]:
    """The files in `textdocs`, in which some exports keep each canvas document as it was last, a person's own edits
    included."""
    for member in export.named(r"(?i).*\.json"):
        path = PurePosixPath(member)
        if path.parent.name != "textdocs":
            continue
        for item in export.items(member):
            if isinstance(item, Problem):
                yield item
            else:
                yield Record(item.raw, f"{member}, item {item.number + 1}", {"textdoc": path.stem})


# --- the conversation -----------------------------------------------------------------------------------------


def _conversation(value: Object, record: Record) -> Conversation:
    mapping = value["mapping"]
    if mapping is not None and not isinstance(mapping, dict):
        raise TypeError("the mapping of the conversation is no JSON object")
    created = parse_time(value.get("create_time"))
    messages, shown = _messages(mapping or {}, Branch(Allowance(), time=created), record.context)
    times = [message.created for message in messages if message.created is not None]
    given = one_line(value.get("conversation_id")) or one_line(value.get("id"))
    return Conversation(
        source=ChatGPTReader.source,
        id=given or _made_id(value, messages, record),
        title=one_line(value.get("title")),
        created=created or min(times, default=None),
        updated=parse_time(value.get("update_time")) or max(times, default=None),
        messages=messages,
        active_leaf=tree.resolve_leaf(messages, shown.get(text_of(value.get("current_node")))),
        model=one_line(value.get("default_model_slug")),
        project=_project(value),
        flags=_flags(value),
        url=f"https://chatgpt.com/c/{quote(given, safe='')}" if given else "",
    )


def _made_id(value: Object, messages: tuple[Message, ...], record: Record) -> str:
    """An id for the oldest exports, which have none: made from what later exports don't change."""
    if messages:
        return content_id(text_of(value.get("create_time")) or str(value.get("create_time")), messages[0].id)
    return content_id(record.raw.decode("utf-8", "replace"))


def _project(value: Object) -> Project | None:
    """The project or custom GPT. A project's id begins with `g-p-`, and is given twice or only as a template."""
    ids = [one_line(value.get(key)) for key in ("gizmo_id", "conversation_template_id")]
    ids = [id_ for id_ in ids if id_.startswith("g-")]
    for id_ in ids:
        if id_.startswith("g-p-") or value.get("gizmo_type") == "snorlax":
            return Project(id_)
    return Project(ids[0], kind="gpt") if ids else None


def _flags(value: Object) -> tuple[str, ...]:
    flags = {
        "starred": value.get("is_starred") is True,
        "pinned": bool(value.get("pinned_time")),
        "archived": value.get("is_archived") is True,
        "temporary": value.get("is_temporary_chat") is True or value.get("is_do_not_remember") is True,
    }
    return tuple(flag for flag, is_set in flags.items() if is_set)


def _without_mapping(value: Object, record: Record) -> Conversation:
    """A conversation of a form without messages; what it may hold instead is kept as its JSON."""
    if not any(key in value for key in ("conversation_id", "title", "create_time")):
        raise ValueError("the item is no conversation: it has no mapping, conversation_id, title or create_time")
    conversation = _conversation({**value, "mapping": None}, record)
    held = {key: member for key, member in value.items() if isinstance(member, list | dict) and member}
    if not any(key in held for key in ("messages", "chats", "items")):
        return conversation
    message = Message("content", "system", (unknown("conversation", held),), created=conversation.created)
    fields = {name: getattr(conversation, name) for name in conversation.__struct_fields__}
    return Conversation(**{**fields, "messages": (message,), "active_leaf": message.id})


def _media(value: Object) -> Conversation:
    """A file of the library that belongs to no conversation, as a page of its own."""
    attachment = attachment_of(value)
    if attachment is None:
        raise ValueError("the entry of the library has no file_id")
    created = parse_time(value.get("created_at") or value.get("create_time"))
    made = bool(value.get("image_gen_generation_id"))
    image = made or attachment.media_type.startswith("image/")
    block: Block = ImageBlock(attachment) if image else FileBlock(attachment)
    message = Message(attachment.id, "assistant" if made else "user", (block,), created=created)
    return Conversation(
        source=ChatGPTReader.source,
        id=attachment.id,
        title=attachment.name,
        kind="media",
        created=created,
        messages=(message,),
        active_leaf=message.id,
    )


def _text_document(value: Object, name: str) -> Conversation:
    """A canvas document as a page of its own; `name` is that of its file. Its form is not settled, so that whatever
    is not taken stands below it."""
    id_ = one_line(value.get("textdoc_id")) or one_line(value.get("id")) or name
    times = [parse_time(value.get(key)) for key in ("created_at", "create_time", "updated_at", "update_time")]
    place = "content" if isinstance(value.get("content"), str) else "text"
    arguments = {"content": value.get(place), "name": value.get("name"), "type": value.get("type")}
    document = documents.created(arguments, value, id_)
    shown = {place, *_OF_A_DOCUMENT} if document else set()
    rest = {key: member for key, member in value.items() if key not in shown}
    blocks: list[Block] = [document] if document else []
    if any(rest.values()):
        blocks.append(unknown("textdoc", rest))
    made = times[0] or times[1]
    message = Message(id_, "assistant", tuple(blocks), created=made)
    return Conversation(
        source=ChatGPTReader.source,
        id=id_,
        title=one_line(value.get("title")) or one_line(value.get("name")),
        kind="document",
        created=made,
        updated=times[2] or times[3],
        messages=(message,),
        active_leaf=message.id,
    )


#: What of a document is shown as such, apart from its text.
_OF_A_DOCUMENT = {
    *("id", "textdoc_id", "title", "name", "textdoc_type", "type", "version"),
    *("created_at", "create_time", "updated_at", "update_time"),
}


# --- its tree -------------------------------------------------------------------------------------------------


def _messages(
    mapping: Object, start: Branch, context: Mapping[str, Any]
) -> tuple[tuple[Message, ...], dict[str | None, str | None]]:
    """The messages of a mapping in tree order, and for each node the message that it shows: itself, or for one
    without a message the nearest above."""
    raw = {id_: _message_in(node) for id_, node in mapping.items()}
    places = _places(mapping)
    parents = _parents(mapping, raw, places)
    canvases = _canvases(raw, parents)
    files = Files.of((message for message in raw.values() if isinstance(message, dict)), context)
    shown: dict[str | None, str | None] = {None: None}
    branches: dict[str | None, Branch] = {None: start}
    messages: list[Message] = []
    for place in tree.ordered(Message(id_, "system", parent=parents[id_]) for id_ in _sorted(raw, parents, places)):
        parent = shown[place.parent]
        if raw[place.id] is None:
            shown[place.id] = parent
            continue
        node = Node(place.id, parent, raw[place.id], canvases.get(place.id, {}))
        message, branches[place.id] = read_message(node, branches[parent], files)
        shown[place.id] = place.id
        messages.append(message)
    return tuple(messages), shown


def _message_in(node: Json) -> Json:
    """A node's message, None for a structural node. A node that is no object is a message that can't be read."""
    if not isinstance(node, dict):
        return node
    return node if "message" not in node and "content" in node else node.get("message")


class _Place(NamedTuple):
    """Where a `children` list names a node."""

    parent: str
    number: int


def _places(mapping: Object) -> dict[str, _Place]:
    """By node, its place in a list of children, where it stands in one. The newest exports have no such lists."""
    places: dict[str, _Place] = {}
    for id_, node in mapping.items():
        for number, child in enumerate(list_of(object_of(node).get("children"))):
            # Of several lists that name a node, that of the parent which it names itself counts.
            if isinstance(child, str) and (child not in places or object_of(mapping.get(child)).get("parent") == id_):
                places[child] = _Place(id_, number)
    return places


def _parents(mapping: Object, raw: Mapping[str, Json], places: Mapping[str, _Place]) -> dict[str, str | None]:
    """Each node's parent: the one it names, else the one that names it as a child, else its message's note."""

    def candidates(id_: str, node: Json) -> Iterator[Json]:
        yield object_of(node).get("parent")
        if id_ in places:
            yield places[id_].parent
        yield object_of(object_of(raw[id_]).get("metadata")).get("parent_id")

    return {
        id_: next((c for c in candidates(id_, node) if isinstance(c, str) and c in mapping and c != id_), None)
        for id_, node in mapping.items()
    }


def _sorted(raw: Mapping[str, Json], parents: Mapping[str, str | None], places: Mapping[str, _Place]) -> list[str]:
    """The nodes with siblings in their parent's order; those that no `children` list names by time, at the end."""

    def rank(id_: str) -> tuple[float, float]:
        place = places.get(id_)
        if place is not None and place.parent == parents[id_]:
            return place.number, 0.0
        time = parse_time(object_of(raw[id_]).get("create_time"))
        return math.inf, time.timestamp() if time else math.inf

    return sorted(raw, key=rank)


def _canvases(raw: Mapping[str, Json], parents: Mapping[str, str | None]) -> dict[str | None, Object]:
    """By the message that called, what the tool's answer says about the canvas document."""
    canvases: dict[str | None, Object] = {}
    for id_, message in raw.items():
        canvas = object_of(object_of(object_of(message).get("metadata")).get("canvas"))
        if canvas and object_of(object_of(message).get("author")).get("role") == "tool":
            canvases.setdefault(parents[id_], canvas)
    return canvases
