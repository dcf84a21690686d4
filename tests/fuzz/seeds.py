"""Sound inputs to start from: the example exports, the readers' cases, and the texts of both. Read once."""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fuzz.mutation import encoded
from sitegen.errors import ExportError
from sitegen.interchange import ConversationFile
from sitegen.interchange import encode as encode_file
from sitegen.model import CodeBlock, Conversation, Record, TextBlock
from sitegen.readers import installed, recognise
from sitegen.readers.export import Export
from sitegen.wording import every_block

ROOT = Path(__file__).parent.parent.parent
#: Where each reader's cases stand, in a folder for each source.
CASES = ROOT / "tests" / "data" / "readers"
_LONGEST_RECORD = 12_000
_LONGEST_EXPORT = 40_000
_LONGEST_TEXT = 4_000
#: Elements of a list that an export's seed keeps.
_KEPT = 2


def _exports() -> Iterator[Path]:
    """Every export that the tests and the examples hold."""
    yield from (path for path in sorted((ROOT / "example_export").iterdir()) if path.is_dir())
    for case in sorted(CASES.glob("*/*")):
        yield (
            case / "input"
            if (case / "input").is_dir()
            else next(p for p in sorted(case.iterdir()) if p.name != "expected.json")
        )


@cache
def _records() -> dict[str, list[Record]]:
    """The records of each source."""
    found: dict[str, list[Record]] = defaultdict(list)
    for path in _exports():
        with Export(path) as export:
            try:
                reader, _ = recognise(export)
            except ExportError:
                continue
            found[reader.source] += [record for record in reader.records(export) if isinstance(record, Record)]
    return found


@cache
def conversations() -> list[Conversation]:
    """What the readers make of the records."""
    readers = installed()
    made = []
    for source, records in _records().items():
        for record in records:
            try:
                made.append(readers[source].read(record))
            except (ValueError, TypeError, KeyError):
                continue  # one of the broken ones
    return [conversation for conversation in made if conversation is not None]


@cache
def _record_seeds(source: str) -> list[bytes]:
    seeds = []
    for record in _records()[source]:
        try:
            value = json.loads(record.raw)
        except ValueError:
            continue
        seed = encoded({"record": value, "context": record.context})
        if len(seed) <= _LONGEST_RECORD:
            seeds.append(seed)
    return seeds


@cache
def conversation_seeds() -> list[bytes]:
    """Conversations of every source as the JSON that `sitegen export` writes."""
    files = (ConversationFile("sitegen-conversation", 1, conversation, {}) for conversation in conversations())
    seeds = [encoded({"record": json.loads(encode_file(file)), "context": {}}) for file in files]
    return [seed for seed in seeds if len(seed) <= _LONGEST_RECORD]


def record_seeds(source: str) -> list[bytes]:
    """Records of a source with what goes with them: `{"record": …, "context": …}`."""
    return conversation_seeds() if source == "sitegen" else _record_seeds(source)


@cache
def export_seeds() -> list[bytes]:
    """Whole exports: `{name: decoded JSON}`, their lists cut to a few elements."""
    seeds = []
    for path in _exports():
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*.js*") if file.is_file())
        members: dict[str, Any] = {}
        for file in files:
            text = file.read_text("utf-8")
            start = min((place for sign in "[{" if (place := text.find(sign)) >= 0), default=0)
            try:
                value = json.loads(text[start:].rstrip("; \n"))
            except ValueError:
                continue
            name = file.name if path.is_file() else file.relative_to(path).as_posix()
            members[name] = value[:_KEPT] if isinstance(value, list) else value
        seed = encoded(members)
        if members and len(seed) <= _LONGEST_EXPORT:
            seeds.append(seed)
    return seeds


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these members, the same each time."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


@cache
def container_seeds() -> list[bytes]:
    """Small exports as zips of several kinds, a zip in a zip, and plain JSON in several encodings."""
    value = json.loads(next(seed for seed in export_seeds() if b"mapping" in seed))
    members = {name: json.dumps(content).encode()[:3_000] for name, content in value.items()}
    text = json.dumps([{"uuid": "1", "chat_messages": [], "name": "é"}], ensure_ascii=False)
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    zips = [zipped(members, method) for method in methods]
    inner = zipped({"conversations.json": text.encode()}, zipfile.ZIP_DEFLATED)
    return [
        *zips,
        zipped({"inner.zip": inner, "é/x.txt": b"x"}),
        zipped({"conversations.json": text.encode("utf-16"), "folder/": b"", "__MACOSX/._a": b"x"}),
        b"leading bytes" + inner,
        inner + b"trailing",
        text.encode(),
        text.encode("utf-16"),
        text.encode("utf-8-sig"),
        b"window.YTD.grok_chat_item.part0 = " + text.encode(),
    ]  # fmt: skip


@cache
def text_seeds() -> list[bytes]:
    """Everything that is said in the conversations, each text once."""
    texts: dict[str, None] = {}
    for conversation in conversations():
        for message in conversation.messages:
            for block in every_block(message.blocks):
                if isinstance(block, TextBlock):
                    texts[block.text[:_LONGEST_TEXT]] = None
    return [text.encode("utf-8", "replace") for text in texts if text]


@cache
def code_seeds() -> list[bytes]:
    """Code of the conversations, each after a line with its language."""
    seeds: dict[bytes, None] = {}
    for conversation in conversations():
        for message in conversation.messages:
            for block in every_block(message.blocks):
                if isinstance(block, CodeBlock):
                    seeds[f"{block.language}\n{block.text[:_LONGEST_TEXT]}".encode("utf-8", "replace")] = None
    return [*seeds, b"html\n<b onclick='x'>y</b>\n", b"diff\n-a\n+b\n", b"no such language\nx\r\ny\rz"]
