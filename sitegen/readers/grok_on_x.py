"""Reads the Grok chats in an archive of X: `data/grok-chat-item.js` and its numbered parts, and nothing else there.

    window.YTD.grok_chat_item.part0 = [{"grokChatItem": {"chatId": …, "sender": {"name": "User"}, "message": …}}]

The items are single messages without ids; those of one chat may stand anywhere in any part. A record is one chat:
a JSON array of its items' own bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

import msgspec

from sitegen import tree
from sitegen.errors import ExportError
from sitegen.model import (
    Attachment,
    Block,
    Conversation,
    FileBlock,
    ImageBlock,
    Message,
    Problem,
    Record,
    SourceListBlock,
    TextBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.export import Export
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    load_json,
    object_of,
    one_line,
    parse_time,
    size_of,
    tells,
    text_of,
)
from sitegen.readers.grok.markup import answer_blocks
from sitegen.readers.grok.steps import merged, post_source

_ACCOUNT_FILES = (
    r"(account.*|ageinfo|connected-application|device-token|email-address-change|ip-audit|phone-number|profile)\.js"
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_KNOWN = {"accountId", "chatId", "createdAt", "grokMode", "sender", "message", "postIds", "attachments"}


class GrokOnXReader:
    """The chats that were held with Grok inside X."""

    source = "grok_on_x"
    label = "Grok on X"
    assistant = "Grok"
    how_to_export = "X: Settings → Your account → Download an archive of your data"
    version = 1

    def recognise(self, export: Export) -> Recognition | None:
        names = _parts(export)
        if not names:
            return None
        folders = sorted({str(PurePosixPath(name).parent) for name in names})
        if len(folders) > 1:
            raise ExportError(
                f"{export.name} holds more than one archive of X ({' and '.join(folders)}); import them one by one"
            )
        numbers = [_part_number(export, name) for name in names]
        if len(set(numbers)) < len(numbers):
            files = " and ".join(PurePosixPath(name).name for name in names)
            raise ExportError(
                f"{export.name} holds the same part of an archive of X more than once ({files}); import them one by one"
            )
        accounts = (text_of(item.get("accountId")) for item in _first_items(export, names[0]))
        account = next(filter(None, accounts), "")
        manifest = _manifest(export)
        facts = object_of(manifest.get("archiveInfo"))
        return Recognition(
            generation="archive of X",
            made=parse_time(facts.get("generationDate")) or _day_of(export.name),
            account=content_id(account) if account else "",
            complete=facts.get("isPartialArchive") is not True and _is_whole(names, numbers, manifest),
            ignored=tuple(PurePosixPath(name).name for name in export.named(_ACCOUNT_FILES)),
        )

    def records(self, export: Export) -> Iterator[Record | Problem]:
        chats: dict[str, _Chat] = {}
        for name in _parts(export):
            for item in export.items(name):
                if isinstance(item, Problem):
                    yield item
                    continue
                where = f"{PurePosixPath(name).name}, item {item.number + 1}"
                chat = _chat_id(item.raw)
                if chat:
                    chats.setdefault(chat, _Chat(where, [])).items.append(item.raw)
                else:
                    yield Problem(where, "no message of a Grok chat", item.raw)
        for where, items in chats.values():
            yield Record(b"[" + b",\n".join(items) + b"]", where)

    def read(self, record: Record) -> Conversation | None:
        items = load_json(record.raw)
        if not isinstance(items, list):
            raise TypeError("not a JSON array")
        identity = next(filter(None, (text_of(_item(entry).get("chatId")) for entry in items)), "")
        if not items:
            return None
        if not identity:
            raise ValueError("a chat without an id")
        messages = _messages(items)
        times = [message.created for message in messages if message.created]
        return Conversation(
            source=self.source,
            id=identity,
            created=min(times, default=None),
            updated=max(times, default=None),
            messages=messages,
            active_leaf=tree.resolve_leaf(messages, messages[-1].id),
            url=f"https://x.com/i/grok?conversation={identity}",
        )

    def locator(self, export: Export) -> Locator:
        return lambda _identity, _name: None


class _Chat(NamedTuple):
    """A chat while its items are being gathered: where the first stands, and their bytes."""

    where: str
    items: list[bytes]


# --- the export -------------------------------------------------------------------------------------------


def _parts(export: Export) -> list[str]:
    """The members that hold Grok's items, in the order of their numbers."""
    names = [name for name in export.candidates(r"(?i).*\.(js|json)") if any(_first_items(export, name))]
    return sorted(names, key=lambda name: _part_number(export, name))


def _part_number(export: Export, name: str) -> int:
    """The number of a part as the script itself says it, else from the file's name."""
    assigned = re.match(
        r"[\s\ufeff]*window\.YTD\.\w+\.part(\d{1,9})\s*=", export.head(name, 200).decode("utf-8", "replace")
    )
    found = assigned or re.search(r"-part(\d{1,9})\.", name)
    return int(found[1]) if found else 0


def _first_items(export: Export, name: str) -> Iterator[Object]:
    return (_item(_shallow(item.raw)) for item in export.first_items(name, 3) if b"grokChatItem" in item.raw)


def _shallow(raw: bytes) -> Json:
    try:
        return load_json(raw)
    except (ValueError, RecursionError):
        return None


def _manifest(export: Export) -> Object:
    """What X says of the whole archive; {} where that file was left out or can't be read."""
    for name in export.named(r"manifest\.js"):
        try:
            return object_of(export.json(name))
        except (ValueError, RecursionError, ExportError):
            continue
    return {}


def _is_whole(names: Sequence[str], numbers: Sequence[int], manifest: Object) -> bool:
    """Whether every part is there: from 0 on, and all that the manifest lists."""
    listed = list_of(object_of(object_of(manifest.get("dataTypes")).get("grokChatItem")).get("files"))
    wanted = {PurePosixPath(text_of(object_of(file).get("fileName"))).name for file in listed} - {""}
    present = {PurePosixPath(name).name for name in names}
    return sorted(numbers) == list(range(len(numbers))) and wanted <= present


def _day_of(name: str) -> datetime | None:
    """The day in the name that X gives its archives: `twitter-2026-06-14-<hash>.zip`."""
    found = re.match(r"(?:twitter|x)-(\d{4}-\d{2}-\d{2})\b", name)
    return parse_time(found[1]) if found else None


class _ItemHead(msgspec.Struct):
    chatId: str | int  # noqa: N815 - X's name for it


class _EntryHead(msgspec.Struct):
    """The part of an item that tells its chat; decoding no more of it keeps importing fast."""

    grokChatItem: _ItemHead  # noqa: N815 - X's name for it


def _chat_id(raw: bytes) -> str:
    try:
        return text_of(msgspec.json.decode(raw, type=_EntryHead).grokChatItem.chatId)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return text_of(_item(_shallow(raw)).get("chatId"))


# --- messages ---------------------------------------------------------------------------------------------


def _item(entry: Json) -> Object:
    return object_of(object_of(entry).get("grokChatItem"))


def _messages(items: Sequence[Json]) -> tuple[Message, ...]:
    """The messages in a row: by time, and since question and answer bear the same one, the question first."""
    rows: list[tuple[datetime, bool, Message]] = []
    time = _LONG_AGO
    for entry in items:
        message = _message(entry)
        time = message.created or time
        rows.append((time, message.role != "user", message))
    result: list[Message] = []
    occurrences: dict[str, int] = {}
    for _, _, message in sorted(rows, key=lambda row: row[:2]):
        occurrences[message.id] = occurrences.get(message.id, 0) + 1
        identity = content_id(message.id, str(occurrences[message.id]))
        parent = result[-1].id if result else None
        result.append(msgspec.structs.replace(message, id=identity, parent=parent))
    return tuple(result)


def _message(entry: Json) -> Message:
    """A message whose id tells what it says, but not yet how often that was said before."""
    item = _item(entry)
    if not item:
        unknown = UnknownBlock("item", json_text(entry))
        return Message(id=content_id(unknown.json), role="assistant", blocks=(unknown,))
    role: Literal["user", "assistant"] = "user" if _name(item.get("sender")).lower() in ("user", "1") else "assistant"
    text = text_of(item.get("message"))
    mode = _name(item.get("grokMode"))
    return Message(
        id=content_id(role, text),
        role=role,
        blocks=tuple(_blocks(item, role, text)),
        created=parse_time(item.get("createdAt")),
        model=mode if role == "assistant" and mode.lower() != "normal" else "",
    )


def _name(value: Json) -> str:
    """The name in one of X's enumerations, which stand as objects or as mere strings."""
    item = object_of(value)
    return next(filter(None, map(one_line, (value, *map(item.get, ("name", "originalName", "value"))))), "")


def _blocks(item: Object, role: str, text: str) -> Iterator[Block]:
    files = [_file(entry) for entry in list_of(item.get("attachments"))]
    if role == "user":
        yield from files
        if text.strip():
            yield TextBlock(text)
    else:
        yield from answer_blocks(text, {}, {})
        yield from files
    if posts := merged(map(post_source, list_of(item.get("postIds")))):
        yield SourceListBlock(posts, "Posts on X")
    if item.get("message") and not text:
        yield UnknownBlock("message", json_text(item["message"]))
    for key, value in item.items():
        if key not in _KNOWN and tells(value):
            yield UnknownBlock(key, json_text(value))


def _file(entry: Json) -> Block:
    """An attachment, whose bytes are never in the archive: X only names an address."""
    item = object_of(entry)
    url, name = text_of(item.get("url")), one_line(item.get("fileName"))
    identity = text_of(item.get("mediaId")) or (content_id(url, name) if url or name else "")
    if not identity:
        return UnknownBlock("attachment", json_text(entry))
    media_type = one_line(item.get("mimeType"))
    attachment = Attachment(identity, name, media_type, size_of(item.get("size")), url=url)
    return ImageBlock(attachment) if media_type.startswith("image/") else FileBlock(attachment)
