"""A read-only view of what a provider sent: a zip, a zip in a zip, a folder, or one file.

This is what readers see; `contents` opens the containers and `json_items` splits arrays. Nothing is written but
unnamed temporary files, and no name from an export is ever used as a path.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers.export import containers
from sitegen.readers.export.containers import LIMITS, Entry, Limits, megabytes
from sitegen.readers.export.contents import contents_of, placed
from sitegen.readers.export.file_kinds import is_json
from sitegen.readers.export.json_items import Item, split
from sitegen.readers.export.json_scan import byte_at, keys_of, skip_preamble
from sitegen.readers.export.member_bytes import as_utf8, give_back, mapped, open_member, spooled
from sitegen.readers.export.outline import outline_of
from sitegen.readers.fields import load_json, one_line

__all__ = ["Export", "Item", "Member"]

#: How much of a packed member is looked at before it is unpacked: at first, and at most.
_HEADS = (1 << 20, 32 << 20)
#: Members up to this size are kept once they were read, so many bytes of them at most: every reader looks at every one.
_SMALL = 4096
_KEPT = 32 << 20
#: After so many items, what was read of their text is taken out of memory: else all of it would fill up there.
_GIVEN_BACK = 100


class Member(NamedTuple):
    """A file inside an export. `name` is its path with `/`, without empty, `.` or leading parts; `size` in bytes."""

    name: str
    size: int


class Export:
    """What stands in one export. Members are found by name; their names are never used as paths on disk.

    `members` stand in the order of their names. `problems` tell what was left out when the export was opened.
    The members of a zip inside a zip are named `inner.zip/name`, one level deep; zips beside other files in a
    folder are plain members.
    """

    def __init__(self, path: Path, limits: Limits = LIMITS, without: Collection[str] = ()) -> None:
        """Opens the export at `path`, `without` members of these names. Raises ExportError with what it is instead, if
        it is none."""
        self.path = path
        self.name = containers.printable(path.name or path.resolve().name)
        self._contents = contents_of(path, self.name, limits)
        self._entries = {name: entry for name, entry in self._contents.entries.items() if name not in without}
        self.problems: list[Problem] = self._contents.problems
        self.members = {name: Member(name, entry.size) for name, entry in sorted(self._entries.items())}
        self._spooled: tuple[str, BinaryIO] | None = None
        self._small: dict[str, bytes] = {}
        self._room = _KEPT

    def __enter__(self) -> Export:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the zip and removes what was unpacked for reading."""
        if self._spooled:
            self._spooled[1].close()
            self._spooled = None
        self._contents.close()

    def named(self, pattern: str) -> list[str]:
        """Names of the members whose last part matches the regular expression wholly, numbers in numeric order."""
        wanted = re.compile(pattern)
        return sorted((name for name in self.members if wanted.fullmatch(name.rpartition("/")[2])), key=_numeric)

    def candidates(self, pattern: str) -> list[str]:
        """Names of the members that may hold records: the only one, whatever its name, else those whose last part
        matches wholly and that nobody uploaded to ChatGPT."""
        if len(self.members) == 1:
            return list(self.members)
        return [name for name in self.named(pattern) if not containers.is_upload(name)]

    def read(self, name: str, limit: int = 64 << 20) -> bytes:
        """The bytes of a member of at most `limit` bytes. Raises ExportError if it is longer or damaged."""
        if self._entry(name).size > limit:
            raise ExportError(f"{self._where(name)} is larger than {megabytes(limit)}")
        with self.open(name) as stream:
            return stream.read()

    def head(self, name: str, size: int) -> bytes:
        """The first `size` bytes of a member, or fewer if it is shorter. Raises ExportError if it is damaged."""
        if name in self._small:
            return self._small[name][:size]
        with self.open(name) as stream:
            if self._entry(name).size > min(_SMALL, self._room):
                return stream.read(size)
            whole = stream.read()
        self._room -= len(whole)
        self._small[name] = whole
        return whole[:size]

    def text_head(self, name: str, size: int) -> bytes:
        """The same in UTF-8, of a text in any encoding of JSON; what stands before the value is left out."""
        text = as_utf8(self.head(name, size))
        return text[skip_preamble(memoryview(text)) :]

    def open(self, name: str) -> BinaryIO:
        """A member as a stream, to be closed by the caller. A damaged one raises ExportError while it is read."""
        return open_member(self._entry(name), self._where(name))

    def json(self, name: str) -> Any:
        """A small member decoded from JSON. Raises ValueError if it isn't JSON, ExportError if it can't be read."""
        text = as_utf8(self.read(name))
        return load_json(text[skip_preamble(memoryview(text)) :].rstrip(b" \t\r\n;"))

    def items(self, name: str, key: str | None = None) -> Iterator[Item | Problem]:
        """Each element of the member's top array, in order, its bytes unchanged and not decoded.

        With `key`, of the array under that key of the top object (none there: nothing is yielded). Without, a top
        value of any other kind is the one item. A byte order mark and a JavaScript assignment (`window.… = [`)
        before the value are passed over; UTF-16 becomes UTF-8. What can't be read is a Problem with its position;
        the items before and after it are kept. Raises ExportError, on the way, if the member itself is damaged.
        """
        ahead = 0
        for item in self._items_ahead(name, key):
            yield item
            ahead += 1
        with mapped(self._text_file(name)) as text:
            for number, found in enumerate(islice(split(text, name, key), ahead, None), 1):
                yield found
                if number % _GIVEN_BACK == 0:
                    give_back(text)

    def _items_ahead(self, name: str, key: str | None) -> Iterator[Item]:
        """Sound items from the beginning of a packed member: who wants no more of them spares its unpacking."""
        entry = self._entry(name)
        if entry.path or entry.size <= _HEADS[0] or (self._spooled and self._spooled[0] == name):
            return
        for item in split(as_utf8(self.head(name, _HEADS[0])), name, key, whole=False):
            if isinstance(item, Problem):
                return
            yield item

    def first_items(self, name: str, count: int, key: str | None = None) -> list[Item]:
        """The first sound items, at most `count`, for recognising an export without unpacking it.

        Fewer than there are when they don't stand in the member's first 32 MB. Empty for what is no JSON. Only a
        member without any item in that part is looked through to its end; where that is one object, its long values
        are handed out emptied. Raises ExportError if the member is damaged.
        """
        found: list[Item] = []
        for size in _HEADS:
            head = self.head(name, size)
            if not is_json(head[:4096]):
                return []
            text, whole = as_utf8(head), len(head) < size
            sound = (item for item in split(text, name, key, whole) if isinstance(item, Item))
            found = list(islice(sound, count))
            if whole or len(found) == count or (key is not None and _begins_list(text)):
                return found
        if not found and key is None and (outline := self._outline(name)):
            return [Item(outline, 0)][:count]
        return found or list(islice((item for item in self.items(name, key) if isinstance(item, Item)), count))

    def _outline(self, name: str) -> bytes:
        """The member's top object without its long values; b"" for any other top value, and for one that is broken."""
        with mapped(self._text_file(name)) as text, memoryview(text) as view:
            start = skip_preamble(view)
            return outline_of(view, start) if byte_at(view, start) == b"{" else b""

    def keys(self, name: str) -> list[str]:
        """The keys of the member's top object, sorted, as far as it is sound; empty for any other top value.

        Raises ExportError if the member is damaged."""
        with mapped(self._text_file(name)) as text, memoryview(text) as view:
            start = skip_preamble(view)
            keys = keys_of(view, start).keys if byte_at(view, start) == b"{" else ()
            return sorted(said for key in keys if (said := _text_of_key(key)) is not None)

    def fingerprint(self) -> str:
        """64 hex digits, equal for equal exports however they are packed: names without the folders that all
        members share, sizes, and the contents of JSON and JavaScript. Only a name for an import, no proof."""
        digest = hashlib.sha256()
        shared = _shared_folders(self.members)
        for name in sorted(self.members, key=lambda name: _plain_name(name, shared)):
            digest.update(f"{_plain_name(name, shared)}\0{self.members[name].size}\0".encode())
            if name.lower().endswith((".json", ".js")) or len(self.members) == 1:
                digest.update(self._content_hash(name))
        return digest.hexdigest()

    def _content_hash(self, name: str) -> bytes:
        if name in self._small:
            return hashlib.sha256(self._small[name]).digest()
        digest = hashlib.sha256()
        try:
            with self.open(name) as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except ExportError:
            return b"damaged"  # reading its records tells; a name for the import is needed all the same
        return digest.digest()

    def _text_file(self, name: str) -> BinaryIO:
        """The member as a file in UTF-8. The last one is kept: readers go through the same member repeatedly."""
        if self._spooled is None or self._spooled[0] != name:
            file = spooled(self._entry(name), self._where(name))
            if self._spooled:
                self._spooled[1].close()
            self._spooled = name, file
        return self._spooled[1]

    def _entry(self, name: str) -> Entry:
        if name not in self._entries:
            raise ExportError(f"{self.name} holds no {one_line(name)}")
        return self._entries[name]

    def _where(self, name: str) -> str:
        return placed(self.name, name)


def _text_of_key(key: bytes) -> str | None:
    """What a key in its quotes says; None for one that is no text."""
    try:
        return str(load_json(key))
    except ValueError:
        return None


def _begins_list(text: bytes) -> bool:
    start = skip_preamble(memoryview(text))
    return text[start : start + 1] == b"["


def _numeric(name: str) -> list[str | int]:
    """A key that sorts runs of digits by their value: every second part of the split is one."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"(\d{1,18})", name))]


def _shared_folders(names: Iterable[str]) -> int:
    """How many leading folders all members have in common."""
    folders = [name.split("/")[:-1] for name in names]
    shared = 0
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return shared


def _plain_name(name: str, shared: int) -> str:
    """The name below the shared folders; macOS writes letters with accents in two characters, others in one."""
    return unicodedata.normalize("NFC", "/".join(name.split("/")[shared:]))
