"""Files of a ChatGPT export: their ids, what is known of them, and where their bytes stand.

A message names a file by a pointer (`file-service://file-Ab12`, `sediment://file_0a1b`) or in
`metadata.attachments`; the export holds it under a name that begins with that id. Names may stand elsewhere:
in `conversation_asset_file_names.json` and `library_files.json`. Bytes are not read here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from sitegen.errors import ExportError
from sitegen.model import Attachment, content_id
from sitegen.readers.base import Locator
from sitegen.readers.export import Export
from sitegen.readers.fields import Json, Object, load_json, object_of, objects_of, one_line, size_of, text_of

_FILE_ID = re.compile(r"file[-_][A-Za-z0-9_-]+")
_MENTIONED = re.compile(rb"file[-_][A-Za-z0-9_-]+")
_SANDBOX = re.compile(r"sandbox:(/mnt/data/[^\s()\"'<>\\]+)")
_STORED = re.compile(r"(file[-_]|[0-9a-f]{8}-).+")
# The same in JSON's text, where letters may stand as escapes.
_SANDBOX_BYTES = re.compile(rb"sandbox:(/mnt/data/(?:[^\s()\"'<>\\]|\\u[0-9a-fA-F]{4})+)")

#: Members that are the export's own and never a file of a conversation, whatever a conversation says.
OWN_FILES = re.compile(
    r"(?i)conversation.*\.json|(chat|user|user_settings|export_manifest|library_files|message_feedback"
    r"|shared_conversations|model_comparisons|group_chats|shopping|sora|ads|tool_messages)\.(json|html)"
)


def file_id(pointer: Json) -> str:
    """The id in a pointer, without scheme and suffixes; "" if there is none. The oldest ids are bare UUIDs.

    Bytes in place of a pointer (`data:`) get an id made from them.
    """
    if isinstance(pointer, str) and pointer.startswith("data:"):
        return content_id(pointer)
    rest = text_of(pointer).rpartition("://")[2]
    found = _FILE_ID.search(rest)
    return found.group() if found else re.split("[#?]", rest)[0]


class Files(NamedTuple):
    """What a conversation's messages and the export's side files tell about files, by id."""

    known: Mapping[str, Attachment]
    present: frozenset[str] = frozenset()

    @classmethod
    def of(cls, messages: Iterable[Object], context: Mapping[str, Any]) -> Files:
        """Everything that the messages' attachments say, completed from a record's `context`."""
        known: dict[str, Attachment] = {}
        for message in messages:
            for entry in objects_of(object_of(message.get("metadata")).get("attachments")):
                attachment = attachment_of(entry)
                if attachment is not None:
                    known.setdefault(attachment.id, attachment)
        for id_, fact in object_of(context.get("files")).items():
            known[id_] = _completed(known.get(id_, Attachment(id_)), object_of(fact))
        present = frozenset(n for n in context.get("sandbox", ()) if isinstance(n, str))
        return cls(known, present)

    def pointed(self, part: Object, media_type: str = "") -> Attachment:
        """The attachment of a part with an `asset_pointer`."""
        pointer = part.get("asset_pointer")
        known = self.known.get(file_id(pointer), Attachment(file_id(pointer)))
        return Attachment(
            id=known.id,
            name=known.name,
            media_type=known.media_type or one_line(part.get("mime_type")) or media_type,
            size=size_of(part.get("size_bytes")) or known.size,
            width=size_of(part.get("width")) or known.width,
            height=size_of(part.get("height")) or known.height,
        )

    def attached(self, metadata: Object) -> list[Attachment]:
        """The attachments in a message's metadata, each once."""
        found: dict[str, Attachment] = {}
        for entry in objects_of(metadata.get("attachments")):
            attachment = attachment_of(entry) or _nameable(entry)
            if attachment is not None:
                found[attachment.id] = self.known.get(attachment.id, attachment)
        return list(found.values())

    def linked(self, texts: Iterable[str]) -> list[Attachment]:
        """Files of the code interpreter that texts link to and the export holds under their own names."""
        if not self.present:
            return []
        paths = dict.fromkeys(path for text in texts for path in _SANDBOX.findall(text))
        names = ((path, _base_name(path)) for path in paths)
        return [Attachment(id=f"sandbox:{path}", name=name) for path, name in names if name in self.present]


def attachment_of(entry: Object) -> Attachment | None:
    """An entry of `metadata.attachments` or `library_files.json`; None without an id."""
    # A library entry's own `id` names the entry ("libfile_…"), not the file.
    id_ = file_id(entry.get("file_id")) or file_id(entry.get("id"))
    if not id_:
        return None
    media_type = entry.get("mime_type") or entry.get("mimeType")
    return Attachment(
        id=id_,
        name=one_line(entry.get("name")) or one_line(entry.get("file_name")),
        media_type=one_line(media_type),
        size=size_of(entry.get("size")) or size_of(entry.get("size_bytes")),
        width=size_of(entry.get("width")),
        height=size_of(entry.get("height")),
    )


def _nameable(entry: Object) -> Attachment | None:
    """An attachment that has a name but no id, as files from connected services may; None without both."""
    name = one_line(entry.get("name"))
    return attachment_of({**entry, "id": content_id("attachment", name)}) if name else None


def _base_name(path: str) -> str:
    """The name of the file at the end of a link's path, in which blanks and the like stand as `%20`."""
    return PurePosixPath(unquote(path)).name


def _completed(known: Attachment, fact: Object) -> Attachment:
    return Attachment(
        id=known.id,
        name=known.name or one_line(fact.get("name")),
        media_type=known.media_type or one_line(fact.get("type")),
        size=known.size,
        width=known.width,
        height=known.height,
    )


# --- in the export --------------------------------------------------------------------------------------------


class SideFiles(NamedTuple):
    """What stands beside the conversations: facts about files by id, and the names of all members."""

    facts: Mapping[str, Mapping[str, str]]
    names: frozenset[str]

    @classmethod
    def of(cls, export: Export) -> SideFiles:
        facts: dict[str, dict[str, str]] = {}
        for member in export.named(r"conversation_asset_file_names\.json"):
            for stored, name in object_of(_json(export, member)).items():
                # A recording's name comes with the folder that it had in older exports.
                own = PurePosixPath(one_line(name)).name
                facts.setdefault(file_id(PurePosixPath(stored).stem), {}).update({"name": own})
        for member in export.named(r"library_files\.json"):
            for attachment in map(attachment_of, objects_of(_json(export, member))):
                if attachment is not None:
                    fact = facts.setdefault(attachment.id, {})
                    fact.setdefault("name", attachment.name)
                    fact.setdefault("type", attachment.media_type)
        names = (PurePosixPath(name).name for name in export.members)
        return cls(facts, frozenset(name for name in names if not OWN_FILES.fullmatch(name)))

    def context(self, raw: bytes) -> dict[str, Any]:
        """The facts that the conversation with these bytes needs; {} if none."""
        ids = sorted({found.decode() for found in _MENTIONED.findall(raw)} & self.facts.keys())
        links = (found.decode("utf-8", "replace") for found in _SANDBOX_BYTES.findall(raw))
        sandbox = sorted({_base_name(load_json(f'"{link}"')) for link in links} & self.names)
        context: dict[str, Any] = {}
        if ids:
            context["files"] = {id_: dict(self.facts[id_]) for id_ in ids}
        if sandbox:
            context["sandbox"] = sandbox
        return context


def mentioned(raw: bytes) -> set[str]:
    """The ids of all files that occur in these bytes."""
    return {found.decode() for found in _MENTIONED.findall(raw)}


def _json(export: Export, member: str) -> Json:
    """A side file, or None if it can't be read: the conversations are whole without it."""
    try:
        return export.json(member)
    except (ValueError, RecursionError, ExportError):
        return None


def locate(export: Export) -> Locator:
    """Finds members by id: the id at the beginning of a member's name, followed by `-`, `.` or nothing more.

    Of several, one that ends in the file's own name is taken first, then one named by nothing but the id, the least
    deep, and the uploaded original before the copy that ChatGPT made of it ("sanitized"). A link into the code
    interpreter's folder is found by its name.
    """
    by_name: dict[str, str] = {}
    stored: list[tuple[str, str]] = []
    for member in sorted(export.members):
        name = PurePosixPath(member).name
        if not OWN_FILES.fullmatch(name):
            by_name.setdefault(name, member)
        if _STORED.fullmatch(name):
            stored.append((name, member))
    stored.sort()

    def begun_by(id_: str) -> Iterator[str]:
        # A name in a zip may have tens of thousands of such beginnings: they are looked up in the order of the names,
        # where "-" and "." stand side by side before "/".
        for first, after in ((id_, f"{id_}\0"), (f"{id_}-", f"{id_}/")):
            for _, member in stored[bisect_left(stored, (first,)) : bisect_left(stored, (after,))]:
                yield member

    def find(id_: str, name: str) -> str | None:
        if id_.startswith("sandbox:"):
            return by_name.get(_base_name(id_))

        def rank(member: str) -> tuple[bool, bool, int, bool, str]:
            path = PurePosixPath(member)
            other_name = not (name and path.name.endswith(f"-{name}"))
            return other_name, path.stem != id_, len(path.parts), "-sanitized." in path.name, member

        return min(begun_by(id_) if _STORED.fullmatch(id_) else (), key=rank, default=None)

    return find
