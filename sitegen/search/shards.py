"""The index as files: classic scripts that hand their data to `sitegen.receive`, so that they load from file://.

Below `search/` of the site: `manifest.js`; shards of postings, of documents and the list of words, named by a hash of
their content; and `text/<key>.js`, the text of one conversation. `static/js/postings.js` and `manifest.js` of the theme
read them. Weights are not stored: the page computes them from counts, lengths and the manifest's totals, which keeps
the index small and a shard the same until its own postings change.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sitegen.search.documents import FIELDS, SearchConversation
from sitegen.search.postings import Postings, encode_terms, encoded

FOLDER = "search"
SHARD_SIZE = 64 * 1024
"""About how many bytes a shard has. A term that needs half of that has a shard of its own."""

#: How many units a term can share with the one before: as many as one digit tells.
_MOST_SHARED = 35

_UNSAFE = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))

File = tuple[str, bytes]


def script(name: str, value: Any) -> bytes:
    """A script that hands `value` (JSON values) to the page under `name`. Lone surrogates become U+FFFD."""
    return _call(name, _literal(value))


def _literal(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _UNSAFE:
        text = text.replace(character, escape)
    return text


def _call(name: str, literal: str) -> bytes:
    whole = f"sitegen.receive({json.dumps(name)},{literal});\n"
    try:
        return whole.encode("utf-8")
    except UnicodeEncodeError:
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


def named_by_content(value: Any) -> tuple[str, File]:
    """The name of a shard that holds `value`, and its file."""
    literal = _literal(value)
    name = hashlib.sha256(_call("", literal)).hexdigest()[:12]
    return name, (f"{FOLDER}/{name}.js", _call(name, literal))


def front_coded(terms: Sequence[str]) -> str:
    """`terms` joined by blanks, each as the number of UTF-16 units it shares with the one before (one digit, 0 to z,
    35 at most) and the rest."""
    if not terms:
        return ""
    units = np.array(terms, f"<U{_MOST_SHARED + 1}").view(np.uint32).reshape(len(terms), -1)
    # A character beyond the plane of 16 bits has two units, and is not divided; 0 is behind a term's end.
    same = (units[1:] == units[:-1]) & (units[1:] > 0) & (units[1:] <= 0xFFFF)
    same[:, _MOST_SHARED] = False
    shared = [0, *np.argmin(same, axis=1).tolist()]
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return " ".join([digits[count] + term[count:] for count, term in zip(shared, terms, strict=True)])


def cut_terms(terms: Sequence[str], postings: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where to cut: first and last place (exclusive) of each shard's terms.

    A shard ends where its size asks for it, at a term that its own checksum singles out, so that a change in one
    shard moves no other's ends.
    """
    result = []
    first = size = 0
    for place, (term, posting) in enumerate(zip(terms, postings, strict=True)):
        length = len(term) + len(posting) + 2
        alone = length > SHARD_SIZE // 2
        singled_out = size > SHARD_SIZE // 2 and zlib.crc32(term.encode("utf-8")) % 64 == 0
        if place > first and (alone or singled_out or size + length > SHARD_SIZE * 3 // 2):
            result.append((first, place))
            first, size = place, 0
        size += length
        if alone:
            result.append((first, place + 1))
            first, size = place + 1, 0
    if first < len(terms):
        result.append((first, len(terms)))
    return result


def term_shards(postings: Postings) -> Iterator[tuple[str, str, File]]:
    """For each shard of postings its first term, its name and its file."""
    encodings = encode_terms(postings)
    for first, last in cut_terms(postings.terms, encodings):
        terms = postings.terms[first:last]
        name, file = named_by_content([front_coded(terms), b" ".join(encodings[first:last]).decode("ascii")])
        yield terms[0], name, file


def document_shards(postings: Postings, sizes: Sequence[int]) -> Iterator[tuple[int, str, File]]:
    """For each shard of documents its first document's number, its name and its file.

    A document is its role, a mask of its fields, and the length of each of those. `sizes` are the numbers of
    documents of the conversations; no shard divides one.
    """
    per_shard = SHARD_SIZE // 6
    cuts = [0]
    end = 0
    for size in sizes:
        # Cut where a multiple is passed rather than after so many, so that growth moves few later cuts.
        if (end + size) // per_shard > end // per_shard:
            cuts.append(end + size)
        end += size
    if cuts[-1] != end:
        cuts.append(end)
    for first, last in pairwise(cuts):
        name, file = named_by_content(_encode_documents(postings, first, last))
        yield first, name, file


def _encode_documents(postings: Postings, first: int, last: int) -> str:
    lengths = postings.lengths[first:last].astype(np.int64)
    present = lengths > 0
    mask = present @ (1 << np.arange(len(FIELDS)))
    roles = np.frombuffer(postings.roles[first:last], np.uint8).astype(np.int64)
    numbers = np.column_stack((roles, mask, lengths))
    wanted = np.column_stack((np.ones((last - first, 2), bool), present))
    return encoded(numbers[wanted])


def word_list(postings: Postings) -> tuple[str, File]:
    """The name and the file of the list of all terms with their document frequencies."""
    return named_by_content([front_coded(postings.terms), encoded(postings.frequencies())])


def fragment_file(conversation: SearchConversation) -> File:
    """The text of a conversation, for passages and phrases: it depends on nothing else.

    A list per document: anchor, role, and the texts in the order of `FIELDS`, empty ones at the end left out.
    """
    name = f"text/{conversation.key}"
    documents = []
    for document in conversation.documents:
        fields = [document.anchor, document.role, *document.texts()]
        while fields and not fields[-1]:
            fields.pop()
        documents.append(fields)
    return f"{FOLDER}/{name}.js", script(name, documents)
