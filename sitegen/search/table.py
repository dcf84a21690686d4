"""The conversations as results show them, in small blocks, and as filters divide them, in one file of columns."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from sitegen.search.documents import FIELDS, ROLES, SearchConversation
from sitegen.search.encoding import encoded
from sitegen.search.postings import Documents
from sitegen.search.shards import File, named_by_content

_SMALLEST_BLOCK, _LARGEST_BLOCK = 4, 16


def blocks(conversations: Sequence[SearchConversation]) -> Iterator[tuple[int, str, File]]:
    """For each block of the table the number of its conversations, its name and its file.

    A conversation is a list: key, URL ("*" stands for the key), title, date, source, folder, how many documents are in
    each file of its text if there are several, and its flags, as many as there are; what is empty at the end is left
    out. A block ends at a key that its own checksum singles out, so that
    one that comes in moves few others.
    """
    cuts = [0]
    for place, conversation in enumerate(conversations):
        size = place - cuts[-1]
        singled_out = size >= _SMALLEST_BLOCK and zlib.crc32(conversation.key.encode("utf-8")) % 8 == 0
        if singled_out or size >= _LARGEST_BLOCK:
            cuts.append(place)
    for first, last in pairwise([*cuts, len(conversations)]):
        if last > first:
            name, file = named_by_content([_row(conversation) for conversation in conversations[first:last]])
            yield last - first, name, file


def _row(conversation: SearchConversation) -> list[Any]:
    c = conversation
    row = [c.key, c.url.replace(c.key, "*"), c.title, c.date, c.source, c.folder, c.texts, *c.flags]
    while not row[-1]:
        row.pop()
    return row


def columns(
    conversations: Sequence[SearchConversation],
    sizes: Sequence[int],
    documents: Documents,
    source_labels: Mapping[str, str],
) -> dict[str, Any]:
    """What filters ask of conversations: names, and a number per conversation that leads to one or to several.

    `days` is the number of undated ones, which come first, then the first one's day (1 is 0001-01-01) and the days
    from each to the next. `sizes` are the conversations' numbers of documents.
    """
    sources = sorted({conversation.source for conversation in conversations})
    return {
        "days": encoded(_days([conversation.date for conversation in conversations])),
        "features": encoded(_features(sizes, documents)),
        "sources": _chosen([(conversation.source,) for conversation in conversations]),
        "sourceLabels": [source_labels.get(source, source) for source in sources],
        "folders": _chosen([(conversation.folder,) for conversation in conversations]),
        "flags": _chosen([conversation.flags for conversation in conversations]),
        "models": _chosen([conversation.models for conversation in conversations]),
        "languages": _chosen([conversation.code_languages for conversation in conversations]),
    }


def _days(dates: Sequence[str]) -> list[int]:
    undated = sum(not day for day in dates)
    days = [date.fromisoformat(day).toordinal() for day in dates[undated:]]
    return [undated, *days[:1], *(later - earlier for earlier, later in pairwise(days))]


def _chosen(choices: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """All names; the sets of them that occur, each as places in the names; and each conversation's set."""
    names = sorted({name for chosen in choices for name in chosen})
    places = {name: place for place, name in enumerate(names)}
    wanted = [tuple(sorted({places[name] for name in chosen})) for chosen in choices]
    sets = sorted(set(wanted))
    numbers = {chosen: number for number, chosen in enumerate(sets)}
    return {"names": names, "sets": [list(chosen) for chosen in sets], "each": encoded([numbers[c] for c in wanted])}


def _features(sizes: Sequence[int], documents: Documents) -> list[int]:
    """Per conversation a mask: bit r for a message of role r, and the bit after the last role for code."""
    code = [name for name, _ in FIELDS].index("code")
    result = []
    first = 0
    for size in sizes:
        mask = 0
        for role in documents.roles[first : first + size]:
            mask |= 1 << role
        has_code = bool(documents.lengths[first : first + size, code].any())
        result.append(mask & ~1 | has_code << len(ROLES))
        first += size
    return result
