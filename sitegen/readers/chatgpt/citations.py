"""What ChatGPT cites: marks in a text become positions and sources, and the text is left clean.

Three forms exist. The oldest writes `【3†source】` and lists `metadata.citations`. The newer one writes
`cite turn0search3` between private-use characters (U+E200 start, U+E202 separator, U+E201 end) and lists
`metadata.content_references`, where the mark itself stands as `matched_text`; their indices are not used, because
they no longer fit once a text was edited. Where that list is missing, the addresses are found by their numbers in
`metadata.search_result_groups`. This module doesn't make links or numbers: that is the page's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sitegen.model import Citation, Source, SourceListBlock
from sitegen.readers.chatgpt.sources import (
    Results,
    bare_addresses,
    distinct,
    source_of,
    sources_in_markdown,
    sources_of,
    web_address,
)
from sitegen.readers.fields import Json, Object, object_of, objects_of, one_line, text_of

_MARK = (
    r"\ue200(?P<verb>[a-z0-9_]+)(?P<args>(?:\ue202[^\ue200-\ue202]*)*)\ue201"
    r"|【(?P<index>\d+)(?::(?P<result>\d+))?†(?P<name>[^†【】]*)[^【】]*】"
    r"|:contentReference\[oaicite:\d+\]\{index=\d+\}"
    # An answer that was stopped inside a mark: only what can't be words is cut.
    r"|\ue200[a-z0-9_]+(?:(?:\ue202(?:turn\d+[a-z]+\d*|[a-z_]*\Z))+|\Z)"
    r"|[\ue200-\ue2ff]"
)
_MARK_CHARACTER = re.compile("[\ue200-\ue2ff【]")
_REFERENCE = re.compile(r"turn\d+[a-z]+\d+")
_FIRST_LINE = re.compile(r"L(\d+)")

#: Types of `content_references` that cite; all others show something in the text's place.
_CITING = {
    "webpage",
    "webpage_extended",
    "grouped_webpages",
    "grouped_webpages_v2",
    "grouped_webpages_model_predicted_fallback",
    "sources_footnote",
    "attribution",
    "file",
}
#: Types that stand for a word of the sentence.
_INLINE = {"entity", "product_entity", "alt_text", "url"}


class Cited(NamedTuple):
    """A text without marks, where it cites what, and the lists of sources that stood inside it."""

    text: str
    citations: tuple[Citation, ...] = ()
    lists: tuple[SourceListBlock, ...] = ()


class _OldCitations:
    """A message's `metadata.citations`, to be found by whatever an old mark may tell. Of several that fit equally, the
    first is meant."""

    def __init__(self, citations: tuple[Object, ...]) -> None:
        self._citations = citations
        self._first: dict[tuple[Json, ...], int] = {}
        for place, citation in enumerate(citations):
            extra = object_of(object_of(citation.get("metadata")).get("extra"))
            index, result, line = (
                text_of(extra.get(key)) for key in ("cited_message_idx", "search_result_idx", "start_line_num")
            )
            start, end = citation.get("start_ix"), citation.get("end_ix")
            if isinstance(start, int | float) and isinstance(end, int | float):
                self._first.setdefault((start, end), place)
            for known in (("any",), ("result", result) if result else ("no result",), ("line", line)):
                self._first.setdefault((index, *known), place)

    def find(self, match: re.Match[str]) -> Object | None:
        """The one that `【index:result†name】` means: by place, then by index with result or line, then by index alone,
        which is surer of one that names no result, if the mark names one."""
        index, result, line = match["index"], match["result"], _FIRST_LINE.match(match["name"])
        if (at := self._first.get((match.start(), match.end()))) is not None:
            return self._citations[at]
        exact = [(index, "result", result)] if result else []
        exact += [(index, "line", line[1])] if line else []
        if found := [self._first[known] for known in exact if known in self._first]:
            return self._citations[min(found)]
        at = self._first.get((index, "any"))
        if result:
            at = self._first.get((index, "no result"), at)
        return self._citations[at] if at is not None else None


class References(NamedTuple):
    """What a message's metadata says about its marks. `old_marks` is false for texts in which `【3†source】` may be
    a person's own words."""

    citations: tuple[Object, ...] = ()
    references: tuple[Object, ...] = ()
    results: Results | None = None
    old_marks: bool = True
    by_mark: Mapping[str, list[Object]] = MappingProxyType({})
    by_old_mark: _OldCitations = _OldCitations(())

    @classmethod
    def of(cls, metadata: Object, results: Results | None = None, old_marks: bool = True) -> References:
        """The references in the metadata of one message."""
        if "content_references" not in metadata and "citations" not in metadata:
            return cls(results=results, old_marks=old_marks)
        references = tuple(objects_of(metadata.get("content_references")))
        by_mark: dict[str, list[Object]] = {}
        for reference in references:
            mark = text_of(reference.get("matched_text"))
            if _has_marks(mark):
                by_mark.setdefault(mark, []).append(reference)
        citations = tuple(objects_of(metadata.get("citations")))
        return cls(citations, references, results, old_marks, by_mark, _OldCitations(citations))


# --- marks ----------------------------------------------------------------------------------------------------


def _has_marks(text: str) -> bool:
    """Whether there is anything to cut. Asked of every text, and most are plain ASCII, which takes no search."""
    return ":contentReference[" in text or (not text.isascii() and _MARK_CHARACTER.search(text) is not None)


class _Shown(NamedTuple):
    """What takes a mark's place: words, sources cited there, or a list after the text."""

    words: str = ""
    sources: tuple[Source, ...] = ()
    listed: SourceListBlock | None = None


def cite(text: str, references: References) -> Cited:
    """The text without marks. Whatever a mark stands for that can't be found is left out; other words never are."""
    if not _has_marks(text):
        return Cited(text)
    known = sorted(references.by_mark, key=len, reverse=True)
    pattern = re.compile("|".join([*(f"(?:{re.escape(mark)})" for mark in known), _MARK]))
    turns: dict[str, Iterator[Object]] = {mark: iter(found) for mark, found in references.by_mark.items()}
    out: list[str] = []
    length = position = 0
    cited: dict[int, tuple[Source, ...]] = {}
    lists: list[SourceListBlock] = []
    for match in pattern.finditer(text):
        if match["index"] and not references.old_marks and match.group() not in turns:
            continue
        shown = _shown(match, references, turns)
        before = text[position : match.start()]
        if not shown.words:
            before = _without_gap(before, text[match.end() : match.end() + 1])
        out += (before, shown.words)
        length += len(before) + len(shown.words)
        position = match.end()
        if shown.sources:
            cited[length] = distinct((*cited.get(length, ()), *shown.sources))
        if shown.listed is not None:
            lists.append(shown.listed)
    out.append(text[position:])
    return Cited("".join(out), tuple(Citation(at, sources) for at, sources in cited.items()), tuple(lists))


def _without_gap(before: str, following: str) -> str:
    """The text before a mark without the blanks that set the mark off, unless they keep something apart."""
    stripped = before.rstrip(" ")
    keeps_apart = following and following not in " \n.,;:!?)]\ue200【"
    if keeps_apart or not stripped or stripped[-1] in "\n-*+>#|" or stripped == before:
        return before
    return stripped


def _shown(match: re.Match[str], references: References, turns: dict[str, Iterator[Object]]) -> _Shown:
    mark = match.group()
    reference: Object | None = None
    if mark in turns:
        # The same mark may occur several times, each with its own reference; the last one serves the rest.
        reference = next(turns[mark], references.by_mark[mark][-1])
    verb, arguments = match["verb"] or "", (match["args"] or "").split("\ue202")[1:]
    if mark.startswith("\ue200") and not verb:
        verb, *arguments = mark.strip("\ue200\ue201").split("\ue202")
    if reference is not None:
        return _referenced(reference, verb, arguments, references)
    if match["index"]:
        return _Shown(sources=_old_sources(match, references.by_old_mark))
    return _unreferenced(verb, arguments, references.results)


def _referenced(reference: Object, verb: str, arguments: list[str], references: References) -> _Shown:
    kind = text_of(reference.get("type"))
    alt = re.sub("[\ue200-\ue2ff]", "", text_of(reference.get("alt")))
    sources = sources_of(reference, references.results)
    if kind == "hidden":
        return _Shown()
    if kind in _CITING or verb in ("cite", "filecite"):
        found = sources or sources_in_markdown(alt) or _unreferenced(verb, arguments, references.results).sources
        return _Shown(sources=found or bare_addresses(reference))
    if kind in _INLINE:
        words = alt or one_line(reference.get("name")) or one_line(reference.get("title"))
        return _Shown(words) if words else _unreferenced(verb, arguments, references.results)
    if sources:
        title = one_line(reference.get("title")) if len(sources) > 1 else ""
        return _Shown(listed=SourceListBlock(sources, title))
    return _Shown(alt) if alt.strip() else _unreferenced(verb, arguments, references.results)


def _unreferenced(verb: str, arguments: list[str], results: Results | None) -> _Shown:
    """A new mark by itself: the pages that it numbers, the words that it wraps, or nothing."""
    numbers = _REFERENCE.findall(" ".join(arguments))
    sources = distinct(results.find(number) for number in numbers) if results else ()
    if verb in ("entity", "url"):
        return _Shown(_label(arguments), sources)
    if verb == "navlist" and sources:
        return _Shown(
            listed=SourceListBlock(sources, "" if _REFERENCE.search(arguments[0]) else one_line(arguments[0]))
        )
    return _Shown(sources=sources)


def _label(arguments: list[str]) -> str:
    """The words inside `entity["city","Paris","France"]` or `url`, label, target."""
    if not arguments:
        return ""
    try:
        value = json.loads(arguments[0])
    except (ValueError, RecursionError):
        return "" if _REFERENCE.fullmatch(arguments[0]) or web_address(arguments[0]) else arguments[0]
    return text_of(value[1]) if isinstance(value, list) and len(value) > 1 else ""


def _old_sources(match: re.Match[str], citations: _OldCitations) -> tuple[Source, ...]:
    """The source of `【index:result†name】`."""
    found = citations.find(match)
    if found is not None:
        source = source_of(object_of(found.get("metadata")))
        return (source,) if source is not None else ()
    # Nothing tells what it was, but a file's name is worth keeping.
    name = match["name"]
    return () if _FIRST_LINE.match(name) or name in ("", "source") else (Source(title=one_line(name)),)


# --- what no mark placed --------------------------------------------------------------------------------------


def unplaced(references: References, texts: Iterable[Cited]) -> SourceListBlock | None:
    """Sources that the metadata cites but no mark in the texts does; None if there are none."""
    if not (references.citations or references.references):
        return None
    texts = list(texts)
    shown = {
        source.url or source.title
        for text in texts
        for sources in (*(c.sources for c in text.citations), *(block.sources for block in text.lists))
        for source in sources
    }
    named = [source_of(object_of(citation.get("metadata"))) for citation in references.citations]
    for reference in references.references:
        if reference.get("type") in _CITING:
            named += sources_of(reference, references.results)
    left = [
        source
        for source in distinct(named)
        if (source.url or source.title) not in shown
        and not (source.url and any(source.url in text.text for text in texts))
    ]
    return SourceListBlock(tuple(left), "Sources") if left else None
