"""Pages and files that ChatGPT names as sources, from the forms in which its metadata lists them.

Where in a text they are cited is found in `citations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit

from sitegen.model import Source
from sitegen.readers.fields import Json, Object, list_of, object_of, objects_of, one_line, parse_time, text_of

_LINK = re.compile(r"\[([^\[\]]*)\]\((https?://[^\s()]+)\)")


class Results(NamedTuple):
    """Search results by number ("turn0search3"), those of later messages in front of all before them on the branch.

    Each part holds more than twice as many as the one in front of it, so that few are looked through."""

    own: Mapping[str, Source]
    before: Results | None = None

    def find(self, number: str) -> Source | None:
        """The last result of this number, if there is one."""
        results: Results | None = self
        while results is not None:
            if number in results.own:
                return results.own[number]
            results = results.before
        return None


def joined(own: Mapping[str, Source], before: Results | None) -> Results | None:
    """The results that a message finds, in front of those before it."""
    if not own:
        return before
    while before is not None and len(before.own) <= 2 * len(own):
        own, before = {**before.own, **own}, before.before
    return Results(own, before)


def web_address(value: Json) -> str:
    """An http(s) address as it is; "" for everything else, and for OpenAI's signed links to files."""
    url = text_of(value).strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or host.endswith("oaiusercontent.com"):
        return ""
    return url


def source_of(item: Object) -> Source | None:
    """The source that a search result, citation or reference names; None if it names nothing."""
    date = item.get("pub_date") or item.get("pub_timestamp")
    time = parse_time(date)
    source = Source(
        url=web_address(item.get("url")) or web_address(item.get("cloud_doc_url")),
        title=one_line(item.get("title")) or one_line(item.get("name")) or one_line(item.get("attribution")),
        snippet=one_line(item.get("snippet")) or one_line(item.get("text")),
        date=time.date().isoformat() if time else one_line(date if isinstance(date, str) else ""),
    )
    return source if source.url or source.title else None


def distinct(sources: Iterable[Source | None]) -> tuple[Source, ...]:
    """The sources in order, each address (or title, without one) once."""
    kept: dict[str, Source] = {}
    for source in sources:
        if source is not None:
            kept.setdefault(source.url or source.title, source)
    return tuple(kept.values())


def search_results(metadata: Object) -> tuple[tuple[Source, ...], dict[str, Source]]:
    """The results in `search_result_groups`: all of them in order, and by number where they have one."""
    groups = list_of(metadata.get("search_result_groups"))
    if not groups:
        return (), {}
    entries = [entry for group in groups for entry in objects_of(object_of(group).get("entries"))]
    found = [(source_of(entry), _number(entry.get("ref_id"))) for entry in entries]
    return distinct(s for s, _ in found), {n: s for s, n in reversed(found) if s is not None and n}


def _number(ref: Json) -> str:
    if isinstance(ref, str):
        return ref
    ref = object_of(ref)
    turn, kind, index = (text_of(ref.get(key)) for key in ("turn_index", "ref_type", "ref_index"))
    return f"turn{turn}{kind}{index}" if turn and kind and index else ""


def sources_of(reference: Object, results: Results | None) -> tuple[Source, ...]:
    """All that a reference points to: its items with their supporting pages, else itself, else what it numbers."""
    items: list[Object] = []
    for key in ("items", "sources", "images", "products"):
        items += objects_of(reference.get(key))
    items = items or [*objects_of(reference.get("fallback_items")), object_of(reference.get("item"))]
    flat = chain.from_iterable([item, *objects_of(item.get("supporting_websites"))] for item in items)
    # Items of image groups keep the page's address one level down.
    sources = distinct(source_of(object_of(item.get("image_result")) or item) for item in flat)
    if sources:
        return sources
    own = source_of(reference)
    if own is not None:
        return (own,)
    return distinct(results.find(_number(ref)) for ref in list_of(reference.get("refs"))) if results else ()


def bare_addresses(reference: Object) -> tuple[Source, ...]:
    """The addresses that a reference lists as safe to open, for one that says nothing else of its pages."""
    return distinct(source_of({"url": url}) for url in list_of(reference.get("safe_urls")))


def sources_in_markdown(text: str) -> tuple[Source, ...]:
    """The links in a text that is Markdown."""
    return distinct(Source(url=web_address(url), title=one_line(title)) for title, url in _LINK.findall(text))
