"""The content of one Claude message as blocks.

Pure. Where a message stands in its tree is `conversations`' business, and what a tool's answer holds that
of `results`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from sitegen.model import (
    Block,
    Citation,
    CodeBlock,
    DocumentBlock,
    FileBlock,
    NoticeBlock,
    ReasoningBlock,
    Source,
    TextBlock,
    content_id,
)
from sitegen.readers.claude.documents import Documents, edit_of
from sitegen.readers.claude.inline import Piece, pieces
from sitegen.readers.claude.results import decoded, page_titles, source_of, unknown
from sitegen.readers.claude.tools import document_sources, failed, results_of_calls, tool_call, tool_result
from sitegen.readers.claude.uploads import placeholder, upload_blocks
from sitegen.readers.fields import (
    Json,
    Object,
    list_of,
    object_of,
    objects_of,
    one_line,
    parse_time,
    size_of,
    text_of,
)

#: Stands in the flat text for every block that a device can't show; it says nothing that the blocks don't.
_NOISE = re.compile(r"```[a-z]*\r?\n *This block is not supported on your current device yet\. *\r?\n *```")
_GAP = re.compile(r"\n{3,}")

_WITHHELD = "Claude does not show this part of its reasoning."
_MACHINERY = frozenset({"token_budget", "summaries"})


class Content(NamedTuple):
    """A message's blocks, and apart from them the context that was put before it unseen, with where it came from."""

    blocks: tuple[Block, ...]
    hidden: tuple[Block, ...] = ()
    origin: str = ""


def message_content(entry: Object, message: str, role: str, documents: Documents) -> Content:
    """Everything that a message says and carries. `documents` stand as before it, and afterwards as after it."""
    content = _content_list(entry.get("content"))
    walk = _Walk(entry, content, message, role, documents)
    blocks = list(walk.blocks())
    text = text_of(entry.get("text"))
    if not walk.spoken and text.strip():
        plain = _GAP.sub("\n\n", _NOISE.sub("", text)).strip() if content else text
        blocks += walk.text({"text": plain, "citations": entry.get("citations")})
    uploads = tuple(upload_blocks(entry, message, walk.files))
    return Content((*uploads, *blocks), tuple(walk.hidden), ", ".join(dict.fromkeys(walk.origins)))


def _content_list(content: Json) -> list[Json]:
    value = decoded(content)
    if isinstance(value, list) and (
        not isinstance(content, str) or all(isinstance(item, dict) and "type" in item for item in value)
    ):
        return [item for item in value if item is not None]
    if isinstance(content, str):
        return [content] if content.strip() else []
    return [] if content is None else [content]


class _Walk:
    """One pass over a message's content, and what it found on the way."""

    def __init__(self, entry: Object, content: list[Json], message: str, role: str, documents: Documents) -> None:
        self.spoken = False
        self.hidden: list[Block] = []
        self.origins: list[str] = []
        self.files: set[str] = set()
        self._content = content
        self._message = message
        self._role = role
        self._documents = documents
        self._results = results_of_calls(content)
        self._names = {
            text_of(file.get("file_uuid")): one_line(file.get("file_name")) for file in objects_of(entry.get("files"))
        }
        self._absorbed: set[int] = set()
        self._titles = {
            url: title
            for block in content
            if object_of(block).get("type") == "tool_result"
            for url, title in page_titles(block)
        }

    def blocks(self) -> Iterator[Block]:
        for place, block in enumerate(self._content):
            if isinstance(block, str):
                yield from self.text({"text": block})
                continue
            given = object_of(block)
            kind = text_of(given.get("type"))
            if kind == "tool_use":
                yield from self._call(given, place)
            elif kind == "tool_result":
                if place not in self._absorbed:
                    yield tool_result(given)
            elif kind in _MACHINERY:
                continue
            else:
                reader = _READERS.get(kind)
                yield from (unknown(block),) if reader is None else reader(self, given)

    def text(self, given: Object) -> Iterator[Block]:
        text = text_of(given.get("text"))
        if not text.strip():
            yield from () if isinstance(given.get("text"), str | None) else (unknown(given),)
            return
        self.spoken = True
        citations = self._citations(given, len(text))
        for piece in pieces(text) if self._role == "assistant" else [Piece(0, text)]:
            if piece.edit is not None:
                edit, done = piece.edit, self._documents.apply(piece.edit)
                yield done if isinstance(done, DocumentBlock) else CodeBlock(edit.text or "", name=edit.title)
            elif piece.thought:
                yield ReasoningBlock(piece.thought)
            elif piece.text.strip():
                end = piece.start + len(piece.text)
                inside = [c for c in citations if piece.start <= c.position <= end]
                yield TextBlock(piece.text, tuple(Citation(c.position - piece.start, c.sources) for c in inside))

    def _citations(self, given: Object, length: int) -> tuple[Citation, ...]:
        """Claude's marks stand after the cited words; several at one place become one."""
        found: dict[int, dict[Source, None]] = {}
        for citation in objects_of(given.get("citations")):
            end = size_of(citation.get("end_index"))
            position = length if end is None else min(end, length)
            for source in self._cited(citation):
                found.setdefault(position, {})[source] = None
        return tuple(Citation(position, tuple(found[position])) for position in sorted(found))

    def _cited(self, citation: Object) -> Iterator[Source]:
        details = object_of(citation.get("details"))
        own = source_of(citation)
        url = own.url or text_of(details.get("url"))
        title = own.title or one_line(details.get("title")) or self._titles.get(url, "")
        source = Source(url, title, own.snippet or text_of(details.get("cited_text")), own.date)
        several = [s for s in map(source_of, list_of(citation.get("sources"))) if s.url]
        if several and not url:
            yield from several
        elif source != Source():
            yield source

    def _call(self, given: Object, place: int) -> Iterator[Block]:
        """A call as it is; one that wrote a document as the document's new version, without the tool's "OK"."""
        answer = self._results.get(place)
        result = object_of(self._content[answer]) if answer is not None else {}
        arguments = decoded(given.get("input"))
        edit = edit_of(text_of(given.get("name")), arguments)
        if edit is None or failed(result):
            yield tool_call(given, arguments)
            return
        if answer is not None:
            self._absorbed.add(answer)
        done = self._documents.apply(edit)
        if isinstance(done, DocumentBlock):
            yield done
            yield from document_sources(object_of(arguments))
            return
        yield tool_call(given, arguments)
        if result:
            yield tool_result(result)
        yield NoticeBlock(done, level="warning")

    def thinking(self, given: Object) -> Iterator[Block]:
        summaries = [one_line(object_of(s).get("summary") or s) for s in list_of(given.get("summaries"))]
        summaries = [summary for summary in summaries if summary]
        text = text_of(given.get("thinking"))
        seconds = _seconds(given)
        if text.strip() or summaries:
            # The last summary is the one that Claude's own page leaves standing over the finished thought.
            yield ReasoningBlock(text or "\n\n".join(summaries), summaries[-1] if summaries else "", seconds)
        elif given.get("thinking_hidden") is True or given.get("hidden") is True:
            yield NoticeBlock(_WITHHELD)
        elif given.get("thinking"):
            yield unknown(given)

    def redacted(self, given: Object) -> Iterator[Block]:
        yield NoticeBlock(_WITHHELD)

    def injected(self, given: Object) -> Iterator[Block]:
        prompt = text_of(given.get("prompt"))
        if origin := one_line(given.get("injection_source")):
            self.origins.append(origin)
        self.hidden.append(TextBlock(prompt, plain=True) if prompt else unknown(given))
        yield from ()

    def flag(self, given: Object) -> Iterator[Block]:
        helpline = given.get("helpline")
        told = [one_line(given.get("flag")), one_line(helpline) or one_line(object_of(helpline).get("name"))]
        yield NoticeBlock("Flagged by Claude: " + (", ".join(filter(None, told)) or "no reason given"), "warning")

    def voice_note(self, given: Object) -> Iterator[Block]:
        title, text = one_line(given.get("title")), text_of(given.get("text"))
        yield from self.text({"text": f"**{title}**\n\n{text}" if title and text else title or text})

    def upload(self, given: Object) -> Iterator[Block]:
        source = object_of(given.get("source"))
        identity = text_of(given.get("file_uuid")) or text_of(source.get("file_uuid"))
        name = one_line(given.get("title")) or one_line(given.get("file_name"))
        if not identity and not name and not source:
            yield unknown(given)
            return
        if identity:
            self.files.add(identity)
        name = self._names.get(identity, "") or name
        data = text_of(source.get("data"))
        block = placeholder(
            given, identity or content_id(self._message, name, data), name, given.get("type") == "image"
        )
        if isinstance(block, FileBlock) and source.get("type") == "text":
            block = msgspec.structs.replace(block, text=data)
        yield block


_READERS: dict[str, Callable[[_Walk, Object], Iterator[Block]]] = {
    "text": _Walk.text,
    "thinking": _Walk.thinking,
    "redacted_thinking": _Walk.redacted,
    "injected_prompt_block": _Walk.injected,
    "flag": _Walk.flag,
    "voice_note": _Walk.voice_note,
    "document": _Walk.upload,
    "image": _Walk.upload,
}


def _seconds(given: Object) -> float | None:
    begun, ended = parse_time(given.get("start_timestamp")), parse_time(given.get("stop_timestamp"))
    if begun is None or ended is None or ended < begun:
        return None
    return round((ended - begun).total_seconds(), 3)
