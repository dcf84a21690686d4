"""All conversations' counted terms as arrays in term order: what the shards are cut from.

Documents are numbered through, conversation after conversation, by date and then key. New conversations come last
that way, so most numbers stay when a month is added; a conversation that grew moves those after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sitegen.search.documents import FIELDS, unpacked
from sitegen.search.vocabulary import Numbered

COMMON = 8
"""A term in more than this part of the documents, in one field, is common there."""

Numbers = NDArray[np.uint32]
Unsigned = NDArray[np.unsignedinteger]


@dataclass(frozen=True)
class Postings:
    """Every posting of the archive, by term, then field, then document.

    `terms` ascend by UTF-16 code units, JavaScript's order. Term i in field f has the postings from
    `starts[i * len(FIELDS) + f]` up to the next start: `documents` holds their document numbers, ascending, `counts`
    how often. `lengths` has a row per document and a column per field, `roles` a number of `ROLES` per document.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    documents: Numbers
    counts: Numbers
    lengths: Numbers
    roles: bytes

    def frequencies(self) -> NDArray[np.int64]:
        """For each term how many postings it has, over all fields: Lunr's document frequency."""
        return np.diff(self.starts[:: len(FIELDS)])


def assemble(analyses: Sequence[Numbered], vocabulary: Sequence[str]) -> Postings:
    """The postings of conversations in the order given, which numbers the documents from 0.

    `vocabulary` are the terms by number. Raises IndexError for a number that it doesn't have.
    """
    numbers = [unpacked(analysed.terms) for analysed in analyses]
    terms, ranks = _ranked(numbers, vocabulary)
    counts = [analysed.counts for analysed in analyses]
    places = [unpacked(counted.places) for counted in counts]
    sizes = _joined([unpacked(counted.sizes) for counted in counts]).reshape(-1, len(FIELDS))

    keys = np.empty(sum(map(len, places)), np.uint64)
    filled = 0
    for own, at in zip(numbers, places, strict=True):
        keys[filled : filled + len(at)] = ranks[own][at]
        filled += len(at)
    keys *= len(FIELDS)
    keys += np.tile(np.arange(len(FIELDS), dtype=np.uint8), len(sizes)).repeat(sizes.ravel())
    groups, order = _in_order(keys)

    counted = np.bincount(groups, minlength=len(terms) * len(FIELDS)) if len(groups) else np.zeros(0, np.int64)
    documents = np.arange(len(sizes), dtype=np.uint32).repeat(sizes.sum(axis=1, dtype=np.int64))
    return Postings(
        terms,
        np.concatenate((np.zeros(1, np.int64), np.cumsum(counted, dtype=np.int64))),
        documents[order],
        _joined([unpacked(counted.counts) for counted in counts])[order],
        _joined([unpacked(counted.lengths) for counted in counts]).reshape(-1, len(FIELDS)),
        b"".join(counted.roles for counted in counts),
    )


def in_order(terms: Iterable[str]) -> list[str]:
    """Terms sorted by their UTF-16 code units, as JavaScript does."""
    found = list(terms)
    # Where no character has two units, these are the characters themselves.
    has_pairs = max("".join(found), default="") > "\uffff"
    return sorted(found, key=lambda term: term.encode("utf-16-be")) if has_pairs else sorted(found)


def _ranked(numbers: Sequence[Unsigned], vocabulary: Sequence[str]) -> tuple[list[str], Numbers]:
    """The terms that occur, in order, and for each number in the vocabulary its term's place among them."""
    occurs = np.zeros(len(vocabulary), bool)
    for own in numbers:
        occurs[own] = True
    found = {vocabulary[number]: number for number in np.flatnonzero(occurs).tolist()}
    ordered = in_order(found)
    ranks = np.zeros(len(vocabulary), np.uint32)
    ranks[[found[term] for term in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    return ordered, ranks


def _in_order(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`keys`, below 2**31, sorted, and where each was; equal ones stay in their order. `keys` is used up.

    numpy sorts whole numbers with the processor's wide instructions, which `argsort` can't; so each key takes its
    place along in its low half.
    """
    keys <<= np.uint64(32)
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys.sort()
    pairs = keys.view(np.int64)
    return pairs >> 32, pairs & 0xFFFFFFFF


def _joined(arrays: Sequence[Unsigned]) -> Numbers:
    return np.concatenate(arrays, dtype=np.uint32) if arrays else np.zeros(0, np.uint32)


# --- numbers as text ------------------------------------------------------------------------------------------

#: ASCII that JSON and JavaScript leave as it is, but for the blank.
_DIGITS = np.array([code for code in range(33, 127) if chr(code) not in '"\\<>&'], np.uint8)
#: How many of them end a number; the others say that more follow.
_LAST = 60
_MORE = len(_DIGITS) - _LAST


def digits(numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Each number in an (s, c)-dense code, lowest digit first; and where each starts.

    Below 60 a number is one digit. Larger ones have digits of `_MORE` values before one of 60, and numbers of more
    digits begin where those of fewer end. (Brisaboa et al., "(S,C)-Dense Coding", SPIRE 2003.) The starts have one
    entry more than `numbers`: the whole length.
    """
    bounds = np.cumsum([_LAST * _MORE**place for place in range(6)])
    sizes = np.searchsorted(bounds, numbers, "right") + 1
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    result = np.empty(starts[-1], np.uint8)
    left = numbers - np.concatenate((np.zeros(1, np.int64), bounds))[sizes - 1]
    for place in range(int(sizes.max(initial=0))):
        ending = np.flatnonzero(sizes == place + 1)
        result[starts[ending] + place] = _DIGITS[left[ending]]
        going = np.flatnonzero(sizes > place + 1)
        result[starts[going] + place] = _DIGITS[_LAST + left[going] % _MORE]
        left[going] //= _MORE
    return result, starts


def length_tables(postings: Postings, size: int) -> list[list[str]]:
    """Per field its number of terms in each document, `size` documents in one text; none if no term is common in it."""
    most = np.diff(postings.starts).reshape(-1, len(FIELDS)).max(axis=0, initial=0)
    documents = len(postings.lengths)
    return [
        [_encoded_lengths(postings.lengths[first : first + size, field]) for first in range(0, documents, size)]
        if most[field] > documents // COMMON
        else []
        for field in range(len(FIELDS))
    ]


def _encoded_lengths(lengths: Numbers) -> str:
    """Numbers of which every other is often zero: each doubled, plus one if a zero follows, which is then left out."""
    places = np.arange(len(lengths))
    anchors = np.maximum.accumulate(np.where(lengths > 0, places, 0))
    is_left_out = (places - anchors) % 2 == 1
    is_followed = np.append(is_left_out[1:], False)
    return encoded((2 * lengths.astype(np.int64) + is_followed)[~is_left_out])


def encoded(numbers: Sequence[int] | NDArray[np.int64]) -> str:
    """`digits` as text, for numbers that are read in order."""
    return digits(np.asarray(numbers, np.int64))[0].tobytes().decode("ascii")


def encode_terms(postings: Postings, block: int = 1 << 16) -> list[bytes]:
    """Each term's postings as text.

    A term is a mask of its fields, plus 32 times a mask of those in which it is common; then per field the number of
    postings, left out for the last field; then per posting the gap to the posting before it, less one, doubled, plus
    one if the term occurs more than once; if so, the count less two; and, where it is not common, the field's number of
    terms, which the term's weight there depends on. Where it is, `length_tables` has them.
    """
    result: list[bytes] = []
    per_term = postings.starts[:: len(FIELDS)]
    first = 0
    while first < len(postings.terms):
        last = int(np.searchsorted(per_term, per_term[first] + block, "right")) - 1
        last = min(max(last, first + 1), len(postings.terms))
        result.extend(_encode_block(postings, first, last))
        first = last
    return result


def _encode_block(postings: Postings, first: int, last: int) -> list[bytes]:
    starts = postings.starts[first * len(FIELDS) : last * len(FIELDS) + 1]
    documents = postings.documents[starts[0] : starts[-1]].astype(np.int64)
    repeats = postings.counts[starts[0] : starts[-1]].astype(np.int64) - 1
    starts = starts - starts[0]
    sizes = np.diff(starts).reshape(-1, len(FIELDS))

    fields = np.tile(np.arange(len(FIELDS)), last - first).repeat(sizes.ravel())
    lengths = postings.lengths[documents, fields]

    gaps = np.diff(documents, prepend=-1) - 1
    begins = starts[:-1][np.diff(starts) > 0]
    gaps[begins] = documents[begins]
    is_repeated = repeats > 0

    is_common = sizes > len(postings.lengths) // COMMON
    has_length = np.repeat(~is_common.ravel(), sizes.ravel())

    # One stream of numbers: a posting's own one to three, with its headers before the first posting of a field.
    bits = 1 << np.arange(len(FIELDS))
    mask = (sizes > 0) @ bits + 32 * (is_common @ bits)
    present = sizes > 0
    last_field = len(FIELDS) - 1 - np.argmax(present[:, ::-1], axis=1)
    first_field = np.argmax(present, axis=1)
    headers = present.astype(np.int64)
    rows = np.arange(last - first)
    headers[rows, last_field] -= 1
    headers[rows, first_field] += 1

    width = 1 + is_repeated + has_length
    width[begins] += headers[present]
    ends = np.cumsum(width)
    stream = np.empty(ends[-1], np.int64)
    stream[ends - 1 - is_repeated - has_length] = 2 * gaps + is_repeated
    stream[(ends - 1 - has_length)[is_repeated]] = repeats[is_repeated] - 1
    stream[ends[has_length] - 1] = lengths[has_length]
    opening = ends - width
    term_starts = starts[:-1].reshape(-1, len(FIELDS))[rows, first_field]
    stream[opening[term_starts]] = mask
    counted = present.copy()
    counted[rows, last_field] = False
    is_first = np.zeros_like(present)
    is_first[rows, first_field] = True
    counted_starts = starts[:-1].reshape(-1, len(FIELDS))[counted]
    stream[opening[counted_starts] + is_first[counted]] = sizes[counted]

    text, positions = digits(stream)
    cuts = np.append(positions[opening[term_starts]], positions[-1])
    data = text.tobytes()
    return [data[a:b] for a, b in pairwise(cuts.tolist())]
