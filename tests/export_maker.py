"""Exports of the model's own JSON, and a reader for them: for tests of what happens after reading."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sitegen.archive.cache import Cache
from sitegen.archive.importing import ImportSummary, import_export
from sitegen.archive.store import Archive
from sitegen.model import Conversation, Problem, Record, decode, encode
from sitegen.readers import Recognised
from sitegen.readers.base import Locator, Recognition
from sitegen.readers.export import Export


class MadeReader:
    """Reads what `make_export` writes. From version 2 on it reads more, and marks titles with "!"."""

    source, label, assistant, version = "chatgpt", "Made", "Made", 1

    def __init__(self, version: int = 1) -> None:
        self.version = version  # type: ignore[misc]

    def recognise(self, export: Export) -> Recognition:
        facts = export.json("facts.json")
        return Recognition("made", datetime.fromisoformat(facts["made"]), facts["account"], facts["complete"])

    def records(self, export: Export):
        for item in export.items("conversations.json"):
            yield item if isinstance(item, Problem) else Record(item.raw, f"item {item.number}", {"n": 1})

    def read(self, record: Record) -> Conversation | None:
        try:
            state = decode(record.raw)
        except msgspec.DecodeError as error:
            value = msgspec.json.decode(record.raw)
            if self.version == 1 or "title" not in value:
                raise ValueError(str(error)) from error
            state = Conversation(self.source, "found later", value["title"])
        return msgspec.structs.replace(state, title=f"{state.title}!") if self.version > 1 else state

    def locator(self, export: Export) -> Locator:
        return lambda attachment_id, name: name if name in export.members else None


def make_export(
    folder: Path,
    day: int,
    *states: Conversation | dict[str, object],
    account: str = "",
    complete: bool = True,
    **files: bytes,
) -> Path:
    """An export of that day of February 2026, as a folder. A dict stands for a record that can't be read."""
    folder.mkdir()
    items = [json.loads(encode(state)) if isinstance(state, Conversation) else state for state in states]
    facts = {"made": datetime(2026, 2, day, tzinfo=UTC).isoformat(), "account": account, "complete": complete}
    (folder / "conversations.json").write_text(json.dumps(items))
    (folder / "facts.json").write_text(json.dumps(facts))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(archive: Archive, path: Path, reader: MadeReader | None = None, cache: Cache | None = None) -> ImportSummary:
    """Imports an export that `make_export` made."""
    reader = reader or MadeReader()
    with Export(path) as export:
        return import_export(archive, export, Recognised(reader, reader.recognise(export)), cache=cache)
