"""One message of a DeepSeek conversation as blocks, from fragments or from the fields of the older form.

    {"fragments": [{"type": "THINK", "content": …}, {"type": "RESPONSE", "content": "… [citation:1]"}]}
    {"role": "ASSISTANT", "content": …, "thinking_content": …, "search_results": […], "files": […]}

Whose message it is shows only in the types of its fragments; what the reader makes of that is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from sitegen.model import (
    Attachment,
    Block,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.cited_text import cut_markers
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    object_of,
    objects_of,
    one_line,
    parse_time,
    size_of,
    text_of,
)

Side = Literal["user", "assistant", "either"]

_SIDES: dict[str, Side] = {
    **dict.fromkeys(("REQUEST", "FILE"), "user"),
    **dict.fromkeys(("RESPONSE", "THINK", "THINKING", "SEARCH"), "assistant"),
}
_SEARCHES = ("SEARCH", "TOOL_SEARCH")
_TEXTS = ("REQUEST", "RESPONSE", "CONTENT")
_MARKER = re.compile(r"\[(citation|reference):\s*(\d{1,5}(?:\s*,\s*\d{1,5})*)\]")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")


def fragments_of(message: Object) -> list[Json]:
    """The fragments of a message; the fields of the older form as the fragments that they would be today."""
    fragments = message.get("fragments")
    if isinstance(fragments, list) and fragments:
        return fragments
    role = text_of(message.get("role")).lower()
    thinking = text_of(message.get("thinking_content")) or text_of(message.get("reasoning_content"))
    results, content = list_of(message.get("search_results")), message.get("content")
    written: list[Json] = [fragments] if fragments else []
    if results:
        written.append({"type": "SEARCH", "results": results})
    if thinking:
        written.append({"type": "THINK", "content": thinking, "elapsed_secs": message.get("thinking_elapsed_secs")})
    if content:
        answers = role == "assistant" or results or thinking
        kind = "REQUEST" if role == "user" else "RESPONSE" if answers else "CONTENT"
        written.append({"type": kind, "content": content} if isinstance(content, str) else content)
    for tip in list_of(message.get("tips")):
        written.append({"type": "TIP", "content": tip if isinstance(tip, str) else object_of(tip).get("content", tip)})
    return written


def side_of(fragment: Json) -> Side:
    """Who a fragment comes from, where its type tells."""
    kind = _type(fragment)
    return "assistant" if kind.startswith("TOOL") else _SIDES.get(kind, "either")


def blocks_of(fragments: Sequence[Json], cited: Sequence[Json]) -> tuple[Block, ...]:
    """Fragments as blocks. Citations in them count through the searches among `cited`, all of the message's."""
    sources = _Sources(cited)
    return tuple(block for fragment in fragments for block in _blocks(fragment, sources))


def file_block(value: Json) -> Block:
    """A file, of which the export has the name only."""
    item = object_of(value)
    name = one_line(item.get("file_name")) or one_line(item.get("name")) or one_line(value)
    identity = text_of(item.get("file_id")) or text_of(item.get("id")) or (content_id(name) if name else "")
    if not identity:
        return UnknownBlock("FILE", json_text(value))
    attachment = Attachment(identity, name, size=size_of(item.get("file_size", item.get("size"))))
    return ImageBlock(attachment) if name.lower().endswith(_IMAGES) else FileBlock(attachment)


class _Sources:
    """The pages that a message's markers can mean."""

    def __init__(self, fragments: Sequence[Json]) -> None:
        searches = [fragment for fragment in fragments if _type(fragment) in _SEARCHES]
        self.found = [item for search in searches for item in list_of(search.get("results"))]
        answers = [fragment for fragment in fragments if _type(fragment) == "RESPONSE"]
        referred = [item for answer in answers for item in list_of(answer.get("references"))]
        self.marked: dict[int, list[Object]] = {}
        for item in objects_of([*self.found, *referred]):
            index = item.get("cite_index")
            if isinstance(index, int) and not isinstance(index, bool):
                self.marked.setdefault(index, []).append(item)

    def resolve(self, match: re.Match[str]) -> list[Source] | None:
        """The sources of one marker; None if it means none of them, and so is text."""
        sources = [self._source(match[1], int(number)) for number in match[2].split(",")]
        return [source for source in sources if source] if all(sources) else None

    def _source(self, word: str, number: int) -> Source | None:
        marked = self.marked.get(number, [])
        if len(marked) == 1:
            return source_of(marked[0])
        if word == "citation" and 1 <= number <= len(self.found):
            return source_of(self.found[number - 1])
        return None


def source_of(value: Json) -> Source | None:
    """A search result as a source; None if it has neither address nor title."""
    item = object_of(value)
    url, title = text_of(item.get("url")) or text_of(value), one_line(item.get("title"))
    published = parse_time(item.get("published_at"))
    if not url and not title:
        return None
    return Source(url, title, text_of(item.get("snippet")), published.date().isoformat() if published else "")


def _type(fragment: Json) -> str:
    return text_of(object_of(fragment).get("type")).upper()


def _blocks(fragment: Json, sources: _Sources) -> Iterator[Block]:
    item, kind = object_of(fragment), _type(fragment)
    content = item.get("content")
    text = text_of(content)
    if content and not text and kind != "FILE":
        yield UnknownBlock(kind or "fragment", json_text(fragment))
    elif kind in _TEXTS:
        clean, citations = cut_markers(text, _MARKER, sources.resolve) if kind != "REQUEST" else (text, ())
        if clean.strip() or citations:
            yield TextBlock(clean, citations)
    elif kind in ("THINK", "THINKING"):
        seconds = _seconds(item.get("elapsed_secs"))
        if text.strip() or seconds is not None:
            yield ReasoningBlock(text, seconds=seconds)
    elif kind in _SEARCHES:
        yield from _search(item)
    elif kind == "TOOL_OPEN":
        yield from _opened(item)
    elif kind == "FILE":
        files = list_of(item.get("files"))
        yield from map(file_block, files or [{key: item[key] for key in item if key not in ("type", "id")}])
    elif kind == "TIP":
        if text.strip():
            yield NoticeBlock(text)
    else:
        yield UnknownBlock(kind or "fragment", json_text(fragment))


def _seconds(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return None
    return float(value)


def _search(item: Object) -> Iterator[Block]:
    """The pages that a search found; without any, that it was made."""
    queries = [one_line(item.get("query")), *map(one_line, list_of(item.get("queries")))]
    query = "; ".join(filter(None, queries))
    results = list_of(item.get("results"))
    found = tuple(source for source in map(source_of, results) if source)
    if found:
        yield SourceListBlock(found, query)
    else:
        yield ToolCallBlock("search", json_text({"query": query}) if query else "", title=query)
    if strange := [result for result in results if source_of(result) is None]:
        yield UnknownBlock("result", json_text(strange))


def _opened(item: Object) -> Iterator[Block]:
    """A page that the model opened: mostly nothing but that it did."""
    rest = {key: value for key, value in item.items() if key not in ("type", "id", "stage_id", "status") and value}
    source = source_of(item.get("result")) or source_of(rest)
    yield ToolCallBlock("open", json_text(rest) if rest else "")
    if source:
        yield SourceListBlock((source,))
