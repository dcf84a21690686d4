"""What the search knows of a conversation: its documents, and their terms counted.

`analyse` is the costly step; it depends on nothing but its arguments, so that it can run in any process and be kept
for as long as the conversation's content stays the same. It holds no number that depends on other conversations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from sitegen.search.counting import Keys, TermCounter, groups_in, keys_of, terms_in
from sitegen.search.tokens import chunks

FIELDS = (("title", 3.0), ("prompt", 1.0), ("answer", 1.0), ("code", 4.0), ("steps", 0.5))
"""Lunr's fields with their boosts, in the order of every table and file of the index.

Lunr takes a field's average length over all documents, also those without it, so that every title and every piece of
code looks long and counts little: their boosts make up for that. Code's was chosen by known items
(`benchmarks/RESULTS.md`).
"""

ROLES = ("", "user", "assistant", "system", "tool")
"""Who speaks in a document, as a number in the index; "" is a head document and any other role."""

VERSION = 3
"""Of the index's files: the page can read no other."""

HAS_FILES = "files"
"""The flag of a conversation with attachments; the page filters by it and shows it nowhere."""

_DIGEST_SIZE = 16

#: Chunks of text that are counted together: enough for the arrays to be quick, few enough for the memory.
_MOST_AT_ONCE = 100_000


class SearchDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message, or a conversation's head: what is found as one.

    `anchor` is the id of its element on the page, "" for the head. Plain text each: `prompt` is what the person
    wrote, `answer` what the model wrote, `code` fenced code of either, `steps` reasoning, tool calls and their results,
    and hidden context. `title` belongs to the head only.
    """

    anchor: str
    role: str = ""
    prompt: str = ""
    answer: str = ""
    code: str = ""
    steps: str = ""
    title: str = ""

    def texts(self) -> tuple[str, ...]:
        """The texts in the order of `FIELDS`."""
        return (self.title, self.prompt, self.answer, self.code, self.steps)


class SearchConversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation as results show and filters divide it. `documents[0]` is its head.

    `key` names its files. `url` is relative to the site's top. `folder` is "" outside every folder. `date` is the
    local day it began, "2026-03-05", or "". `flags` are words such as "starred", or `HAS_FILES`. `models` are those
    that answered, `code_languages` those of its code, as people call them. `texts` has the number of documents in each
    file of its text, if there are several; see `shards.text_files`.
    """

    key: str
    url: str
    title: str
    source: str
    folder: str = ""
    date: str = ""
    flags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    code_languages: tuple[str, ...] = ()
    texts: tuple[int, ...] = ()
    documents: tuple[SearchDocument, ...] = ()


class Counts(msgspec.Struct, frozen=True, array_like=True):
    """How often the terms of a conversation's documents occur; which terms they are stands beside it.

    A group is a field of a document: document 0's fields in the order of `FIELDS`, then document 1's. `sizes` holds
    the number of postings of each group, `lengths` its number of terms; `places` and `counts` hold for each posting the
    term's place among the conversation's terms and how often it occurs. All four are `packed`. `roles` has a byte per
    document, its place in `ROLES`; `digests` has 16 that name what the document's counts were made from.
    """

    sizes: bytes
    lengths: bytes
    places: bytes
    counts: bytes
    roles: bytes
    digests: bytes


class Analysed(msgspec.Struct, frozen=True, array_like=True):
    """A conversation's distinct terms, and the counts of its documents."""

    terms: tuple[str, ...]
    counts: Counts


def analyse(
    conversation: SearchConversation, languages: Sequence[str] = ("en",), earlier: Analysed | None = None
) -> Analysed:
    """Counts the terms of every document. `languages` are those whose words are stemmed.

    What `earlier`, an analysis by the same program, has of documents that are the same is not counted again.
    """
    counter = _counter(tuple(languages))
    counter.make_room()
    digests = [_digest(document, languages) for document in conversation.documents]
    known = _Known(earlier, counter) if earlier is not None else None
    pieces: list[str] = []
    groups: list[int] = []
    sizes: list[int] = []
    found: list[tuple[Keys, NDArray[np.int64]]] = []
    for place, (document, digest) in enumerate(zip(conversation.documents, digests, strict=True)):
        if known is not None and digest in known:
            found.append(known.counts_of(digest, place))
            continue
        for field, text in enumerate(document.texts()):
            if text:
                before = len(pieces)
                pieces.extend(chunks(text))
                groups.append(place * len(FIELDS) + field)
                sizes.append(len(pieces) - before)
        if len(pieces) > _MOST_AT_ONCE:
            found.append(counter.count(pieces, np.array(groups, np.int64).repeat(sizes)))
            pieces, groups, sizes = [], [], []
    keys, counts = counter.count(pieces, np.array(groups, np.int64).repeat(sizes))
    if found:
        keys = np.concatenate([keys, *(keys for keys, _ in found)])
        order = np.argsort(keys)
        keys, counts = keys[order], np.concatenate([counts, *(counts for _, counts in found)])[order]
    terms, places = counter.distinct(terms_in(keys))
    number = len(digests) * len(FIELDS)
    return Analysed(
        tuple(map(counter.terms.__getitem__, terms.tolist())),
        Counts(
            packed(np.bincount(groups_in(keys), minlength=number)),
            packed(np.bincount(groups_in(keys), counts, minlength=number).astype(np.int64)),
            packed(places),
            packed(counts),
            bytes(ROLES.index(d.role) if d.role in ROLES else 0 for d in conversation.documents),
            b"".join(digests),
        ),
    )


class _Known:
    """The counts of an earlier analysis, by the digests of its documents."""

    def __init__(self, analysed: Analysed, counter: TermCounter) -> None:
        counts = analysed.counts
        self._terms = counter.numbers_of(analysed.terms)[unpacked(counts.places)]
        self._counts = unpacked(counts.counts).astype(np.int64)
        self._sizes = unpacked(counts.sizes).astype(np.int64).reshape(-1, len(FIELDS))
        self._starts = np.concatenate(([0], np.cumsum(self._sizes.sum(axis=1)))).tolist()
        digests = (counts.digests[n * _DIGEST_SIZE :][:_DIGEST_SIZE] for n in range(len(counts.roles)))
        self._places = {digest: number for number, digest in enumerate(digests)}

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._places

    def counts_of(self, digest: bytes, place: int) -> tuple[Keys, NDArray[np.int64]]:
        """The keys and counts of a document that now stands at `place`."""
        number = self._places[digest]
        own = slice(self._starts[number], self._starts[number + 1])
        groups = (np.arange(len(FIELDS)) + place * len(FIELDS)).repeat(self._sizes[number])
        return keys_of(groups, self._terms[own]), self._counts[own]


def _digest(document: SearchDocument, languages: Sequence[str]) -> bytes:
    parts = "\0".join((*languages, "", *document.texts()))
    return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_SIZE).digest()


def packed(numbers: Sequence[int] | NDArray[np.integer]) -> bytes:
    """Numbers below 2**32 in as few bytes each as the largest needs, little-endian, after a byte that says how many."""
    values = np.asarray(numbers)
    largest = int(values.max(initial=0))
    width = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return bytes([width]) + values.astype(f"<u{width}").tobytes()


def unpacked(data: bytes) -> NDArray[np.unsignedinteger]:
    """The opposite of `packed`, as narrow as it was packed."""
    return np.frombuffer(data, f"<u{data[0]}", offset=1)


@cache
def _counter(languages: tuple[str, ...]) -> TermCounter:
    return TermCounter(languages)
