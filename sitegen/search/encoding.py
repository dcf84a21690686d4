"""Postings and other numbers as text that JavaScript reads: a dense code in printable ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sitegen.search.documents import FIELDS
from sitegen.search.postings import Numbers, Postings

COMMON = 8
"""A term in more than this part of the documents, in one field, is common there."""

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


def length_tables(lengths: Numbers, most: NDArray[np.int64], size: int) -> list[list[str]]:
    """Per field its number of terms in each document, `size` documents in one text; none if no term is common in it.
    `most` is the number of postings of the commonest term in each field."""
    documents = len(lengths)
    return [
        [_encoded_lengths(lengths[first : first + size, field]) for first in range(0, documents, size)]
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


def encode_terms(postings: Postings, all_lengths: Numbers, block: int = 1 << 16) -> list[bytes]:
    """Each term's postings as text.

    A term is a mask of its fields, plus 32 times a mask of those in which it is common; then per field the number of
    postings, left out for the last field; then per posting the gap to the posting before it, less one, doubled, plus
    one if the term occurs more than once; if so, the count less two; and, where it is not common, the field's number of
    terms, which the term's weight there depends on. Where it is, `length_tables` has them. `all_lengths` are those of
    all documents.
    """
    result: list[bytes] = []
    per_term = postings.starts[:: len(FIELDS)]
    first = 0
    while first < len(postings.terms):
        last = int(np.searchsorted(per_term, per_term[first] + block, "right")) - 1
        last = min(max(last, first + 1), len(postings.terms))
        result.extend(_encode_block(postings, all_lengths, first, last))
        first = last
    return result


def _encode_block(postings: Postings, all_lengths: Numbers, first: int, last: int) -> list[bytes]:
    starts = postings.starts[first * len(FIELDS) : last * len(FIELDS) + 1]
    documents = postings.documents[starts[0] : starts[-1]].astype(np.int64)
    repeats = postings.counts[starts[0] : starts[-1]].astype(np.int64) - 1
    starts = starts - starts[0]
    sizes = np.diff(starts).reshape(-1, len(FIELDS))

    fields = np.tile(np.arange(len(FIELDS)), last - first).repeat(sizes.ravel())
    lengths = all_lengths[documents, fields]

    gaps = np.diff(documents, prepend=-1) - 1
    begins = starts[:-1][np.diff(starts) > 0]
    gaps[begins] = documents[begins]
    is_repeated = repeats > 0

    is_common = sizes > len(all_lengths) // COMMON
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
