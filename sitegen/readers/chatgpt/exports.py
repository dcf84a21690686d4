"""Which members of an export hold ChatGPT's conversations, and what the export as a whole is.

Judged by the shape of the first items. Account details are not read, but for the account's id, of which only a
hash is kept. The conversations themselves are read in `chatgpt`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from sitegen.errors import ExportError
from sitegen.model import content_id
from sitegen.readers.base import Recognition
from sitegen.readers.chatgpt.files import OWN_FILES
from sitegen.readers.export import Export
from sitegen.readers.fields import Json, list_of, load_json, object_of, parse_time, text_of

#: How many items of a member tell what it is; more than one because of `{}` placeholders.
_LOOKED_AT = 20
_HEAD = 4096
_CONVERSATIONS = r"(?i)conversations\b.*\.json"
_SHARD = re.compile(r"conversations-(\d+)\.json")
_TIMESTAMP = re.compile(r"\d{4}(-\d\d){5}")
#: The number of an inner zip of the privacy portal: `…-chatgpt-0001.zip`, `…-chatgpt-0001-part-0002.zip`.
_PART = re.compile(r"\d+-part-\d+|(?<=-chatgpt-)\d+(?=\.zip\b)")
_ACCOUNT_DETAILS = r"(user|user_settings|message_feedback|shared_conversations|ads|shopping)\.json"


class Holder(NamedTuple):
    """A member that holds conversations: in its top array, or in the one under `key`. `certain` says that some of
    its first items were seen to be conversations."""

    name: str
    key: str | None
    certain: bool

    @property
    def folder(self) -> str:
        """Where it stands; the parts of one delivery in several inner zips count as one."""
        return _PART.sub("", PurePosixPath(self.name).parent.as_posix())


def is_conversation(item: Json) -> bool:
    """Whether an item has the shape of ChatGPT's conversations. DeepSeek's have a mapping too, but `inserted_at`."""
    if not isinstance(item, dict) or "mapping" not in item or "inserted_at" in item:
        return False
    return any(key in item for key in ("create_time", "conversation_id", "current_node"))


def members(export: Export) -> list[Holder]:
    """The members with conversations, shards in their order; none if the export is not ChatGPT's.

    Members of the usual names count as soon as one of them is certain; others only if they are certain themselves.
    """
    usual = [holder for name in export.named(_CONVERSATIONS) if (holder := _holder(export, name))]
    if any(holder.certain for holder in usual):
        groups = [Holder(name, "chats", False) for name in export.named(r"group_chats\.json")]
        return usual + groups
    other = [name for name in export.candidates(r"(?i).*\.json") if not OWN_FILES.fullmatch(PurePosixPath(name).name)]
    return [holder for name in other if (holder := _holder(export, name)) and holder.certain]


def _holder(export: Export, name: str) -> Holder | None:
    """What a member holds, judged by its beginning; None if it is no array of objects, nor holds one."""
    try:
        head = export.text_head(name, _HEAD)
        if head.startswith(b"["):
            key = None
        elif head.startswith(b"{") and b'"conversations"' in head:
            key = "conversations"
        elif head.startswith(b"{") and b'"mapping"' in head:
            key = None
        else:
            return None
        first = export.first_items(name, _LOOKED_AT, key)
        return Holder(name, key, any(is_conversation(load_json(item.raw)) for item in first))
    except (ValueError, RecursionError, ExportError):
        return None


def recognise(export: Export) -> Recognition | None:
    """What the export is; None if it is not ChatGPT's. Raises ExportError if it is several exports at once."""
    holders = members(export)
    certain = [holder for holder in holders if holder.certain]
    if not certain:
        return None
    folders = sorted({holder.folder for holder in certain})
    if len(folders) > 1:
        raise ExportError(
            f"{export.name} holds several exports of ChatGPT ({', '.join(folders)}): import them one at a time"
        )
    return Recognition(
        generation=_generation(holders),
        made=_made(export, certain[0]),
        account=_account(export),
        complete=_complete(export, [holder.name for holder in holders]),
        ignored=tuple(export.named(_ACCOUNT_DETAILS)),
    )


def _generation(holders: Sequence[Holder]) -> str:
    sharded = any(_SHARD.fullmatch(PurePosixPath(holder.name).name) for holder in holders)
    form = "sharded, since 2026" if sharded else "one file, 2023 to 2026"
    inner = any(".zip/" in holder.name for holder in holders)
    return f"{form}, from the privacy portal" if inner else form


def _made(export: Export, holder: Holder) -> datetime | None:
    """The time in the name of the zip or folder, else the manifest's."""
    for name in (export.name, holder.name):
        for found in _TIMESTAMP.finditer(name):
            try:
                return datetime.strptime(found.group(), "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
            except ValueError:
                continue
    manifest = _manifest(export)
    times = (parse_time(manifest.get(key)) for key in ("created_at", "exported_at", "generated_at"))
    return next((time for time in times if time is not None), None)


def _manifest(export: Export) -> dict[str, Json]:
    for name in export.named(r"export_manifest\.json"):
        try:
            return object_of(export.json(name))
        except (ValueError, RecursionError, ExportError):
            continue
    return {}


def _account(export: Export) -> str:
    """A hash of the account's id. Nothing else of `user.json` is looked at."""
    for name in export.named(r"user\.json"):
        try:
            id_ = text_of(object_of(export.json(name)).get("id"))
        except (ValueError, RecursionError, ExportError):
            continue
        if id_:
            return content_id(id_)
    return ""


def _complete(export: Export, names: Sequence[str]) -> bool:
    """Whether these members are all conversations of the account: the one file, or every shard from 0 up and
    all that the manifest lists. A renamed file may be anything."""
    present = {PurePosixPath(name).name for name in names}
    listed = object_of(object_of(_manifest(export).get("logical_files")).get("conversations.json"))
    if not present.issuperset(name for name in list_of(listed.get("files")) if isinstance(name, str)):
        return False
    # As digits: a name may hold more of them than Python takes for a number.
    numbers = {shard[1].lstrip("0") or "0" for name in present if (shard := _SHARD.fullmatch(name))}
    return "conversations.json" in present or (bool(numbers) and numbers == set(map(str, range(len(numbers)))))
