"""Targets that read what comes from outside: records, exports, containers, arrays of JSON."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from reader_cases import BEYOND_READING, assert_sound

from fuzz import seeds
from fuzz.mutation import BytesMutator, JsonMutator, TextMutator
from fuzz.target import Target, nothing_outside
from sitegen.archive.reading import read_record
from sitegen.errors import ExportError
from sitegen.model import Conversation, Problem, Record, decode, encode
from sitegen.readers import installed, recognise
from sitegen.readers.export import Export
from sitegen.readers.export.containers import Limits
from sitegen.readers.export.json_items import Item, split
from sitegen.readers.export.json_scan import DEPTH_LIMIT
from sitegen.readers.fields import load_json
from sitegen.tree import branches
from sitegen.wording import attachments_of

#: Small enough that no input makes a run slow by its mere size.
_LIMITS = Limits(total=4 << 20, text=1 << 20, asset=1 << 20, ratio_from=1 << 16, members=60)
_MOST_ITEMS = 40


def check_record(source: str, data: bytes) -> None:
    """A record is read, or refused as the contract of readers says; reading it again gives the same."""
    parts = json.loads(data)
    record = Record(json.dumps(parts["record"]).encode(), "record", parts["context"])
    reader = installed()[source]
    with nothing_outside():
        try:
            conversation = reader.read(record)
        except BEYOND_READING:
            return
        assert reader.read(record) == conversation, "read twice, it differs"
    if conversation is not None:
        _check_conversation(conversation, len(record.raw))


def _check_conversation(conversation: Conversation, size: int) -> None:
    assert_sound(conversation)
    kept = encode(conversation)
    assert decode(kept) == conversation, "kept and read again, it differs"
    assert len(kept) < 60 * size + 100_000, f"{len(kept)} bytes of {size}"
    reached = [message.id for branch in branches(conversation) for message in branch.messages]
    assert sorted(reached) == sorted(message.id for message in conversation.messages), (
        "a message is on no branch, or two"
    )
    for message in conversation.messages:
        for time in (message.created, conversation.created, conversation.updated):
            assert time is None or (time.tzinfo is not None and 1970 <= time.year < 2100), time


@contextmanager
def _opened(content: bytes) -> Iterator[Export]:
    """The export that these bytes are. Raises ExportError."""
    with tempfile.NamedTemporaryFile(prefix="sitegen-fuzz-") as file:
        file.write(content)
        file.flush()
        with Export(Path(file.name), _LIMITS) as export:
            yield export


def check_export(data: bytes) -> None:
    """An export of any JSON is recognised or refused in words; its records are read, or are problems."""
    members = json.loads(data)
    if not isinstance(members, dict):
        return
    packed: dict[str, bytes] = {}
    for name, value in members.items():
        start = b"window.YTD.part0 = " if name.endswith(".js") else b""
        packed[re.sub("[\0\ud800-\udfff]", "?", name)[:200]] = start + json.dumps(value).encode()
    try:
        with _opened(seeds.zipped(packed)) as export:
            reader, _ = recognise(export)
            export.fingerprint()
            find = reader.locator(export)
            for record in reader.records(export):
                if isinstance(record, Problem):
                    continue
                conversation = read_record(reader, record)
                if isinstance(conversation, Conversation):
                    _check_conversation(conversation, len(record.raw) + len(data))
                    for attachment in attachments_of(conversation.messages).values():
                        place = find(attachment.id, attachment.name)
                        assert place is None or place in export.members, place
    except ExportError as error:
        _check_words(error)


def _check_words(error: ExportError) -> None:
    assert str(error) and "\n" not in str(error) and len(str(error)) < 2_000, f"not a line: {error}"


def check_container(data: bytes) -> None:
    """Whatever a file is: it is an export whose members can be read, or ExportError says what is wrong."""
    try:
        with _opened(data) as export:
            assert sum(member.size for member in export.members.values()) <= _LIMITS.total
            for problem in export.problems:
                assert problem.reason and "\n" not in problem.where + problem.reason
            for name in list(export.members)[:_MOST_ITEMS]:
                assert name and not name.startswith("/") and ".." not in name.split("/") and "\0" not in name
                for look in (_read, _items, Export.keys, partial(Export.first_items, count=3)):
                    try:
                        look(export, name)
                    except ExportError as error:
                        _check_words(error)
            export.fingerprint()
            recognise(export)
    except ExportError as error:
        _check_words(error)


def _read(export: Export, name: str) -> None:
    assert len(export.read(name)) <= export.members[name].size


def _items(export: Export, name: str) -> None:
    for number, item in enumerate(export.items(name)):
        if isinstance(item, Item):
            load_json(item.raw)
        if number > _MOST_ITEMS:
            break


def check_items(data: bytes) -> None:
    """Splitting an array gives what decoding it whole would; of what is broken, it gives sound pieces and problems."""
    key, text = ("list", data[1:]) if data[:1] == b"k" else (None, data)
    found = list(split(text, "text", key))
    items = [item for item in found if isinstance(item, Item)]
    assert found == list(split(text, "text", key)), "split twice, it differs"
    assert sum(len(item.raw) for item in items) <= len(text)
    values = [load_json(item.raw) for item in items]
    assert all(item.raw in text for item in items)
    list(split(text, "text", key, whole=False))
    try:
        whole = json.loads(text.decode("utf-8"), parse_int=lambda digits: int(digits[:4_000]))
    except (ValueError, RecursionError):
        return
    if key is None and isinstance(whole, list) and _depth(text) <= DEPTH_LIMIT:
        assert len(items) == len(found) == len(whole), "a sound list is not given whole"
        if re.search(rb"\\u[dD]|[0-9]{4000}|NaN|Infinity", text) is None:
            assert values == whole, "an item differs from what decoding gives"


def _depth(text: bytes) -> int:
    return max(text.count(b"["), text.count(b"{"))


_ITEM_PIECES = (
    "[", "]", "{", "}", ",", ":", '"', "\\", "\\u", "\\ud800", "1", "-", "1e", "tru", "null", "\ufeff", "x = ", ";",
    " ",
)  # fmt: skip
_MORE = ('{"a":1}', '{"list":[', "[[[[", "}}", '"list":', "\x01", "//", "NaN", "],[", "},{",
)  # fmt: skip


def _item_seeds() -> list[bytes]:
    texts = (
        '[{"a":1,"b":[1,{"c":"d"}]},{"a":2,"b":"x]}"}]',
        '[1,2.5e3,"x",null,true,[],{}]',
        "[]",
        '{"k":1}',
        "var x = [1];",
    )
    return [
        *(text.encode() for text in texts),
        b'k{"other":[1],"list":[{"a":"\xc3\xa9"},{"a":2}]}',
        b"\xef\xbb\xbf[ 1 , 2 ]",
    ]


def _record_target(source: str, label: str) -> Target:
    own: Callable[[], list[bytes]] = partial(seeds.record_seeds, source)
    return Target(
        source,
        f"records of {label} through their reader",
        own,
        JsonMutator(own, "record"),
        partial(check_record, source),
        60_000,
    )


TARGETS = (
    *(
        _record_target(source, reader.label)
        for source, reader in installed().items()
        if source == "sitegen" or (seeds.CASES / source).is_dir()
    ),
    Target(
        "exports",
        "whole exports of any JSON",
        seeds.export_seeds,
        JsonMutator(seeds.export_seeds),
        check_export,
        120_000,
    ),
    Target(
        "container",
        "files and zips as exports",
        seeds.container_seeds,
        BytesMutator(seeds.container_seeds, (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK")),
        check_container,
        20_000,
    ),
    Target(
        "json_items",
        "arrays split without decoding",
        _item_seeds,
        TextMutator(_item_seeds, _ITEM_PIECES),
        check_items,
        4_000,
    ),
)
