"""All conversations' counted terms as arrays in term order: what the shards are cut from.

Documents are numbered through, conversation after conversation, by date and then key. New conversations come last
that way, so most numbers stay when a month is added; a conversation that grew moves those after it.

An archive of any size is put in order in the same memory: postings of more terms than fit into it are sorted in runs,
which wait in temporary files, a file for each range of terms, and are merged range by range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sitegen.search.documents import FIELDS, unpacked
from sitegen.search.vocabulary import Numbered

COMMON = 8
"""A term in more than this part of the documents, in one field, is common there."""

Numbers = NDArray[np.uint32]
Unsigned = NDArray[np.unsignedinteger]


MOST_AT_ONCE = 20_000_000
"""So many postings are in memory at once, at about 20 bytes each."""

_RUN = 4_000_000
"""So many are sorted before they go into temporary files."""

Words = Callable[[str], Numbered]
"""Gives the words of a conversation, by its key."""


class Documents(NamedTuple):
    """What is known of documents by their numbers: `lengths` has a row per document and a column per field, `roles` a
    number of `ROLES` per document."""

    lengths: Numbers
    roles: bytes


@dataclass(frozen=True)
class Postings:
    """The postings of some terms that follow each other, by term, then field, then document.

    `terms` ascend by UTF-16 code units, JavaScript's order. Term i in field f has the postings from
    `starts[i * len(FIELDS) + f]` up to the next start: `documents` holds their document numbers, ascending, `counts`
    how often.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    documents: Numbers
    counts: Numbers

    def most(self) -> NDArray[np.int64]:
        """For each field the most postings that a term has in it."""
        sizes: NDArray[np.int64] = np.diff(self.starts).reshape(-1, len(FIELDS))
        return np.asarray(sizes.max(axis=0, initial=0), np.int64)


class Run(NamedTuple):
    """Postings in order: for each its group (a term's place, times the number of fields, plus the field), its document
    and its count. Of one group they are in the order of documents."""

    groups: Numbers
    documents: Numbers
    counts: Numbers


class Assembly:
    """The postings of conversations, put in order a range of terms at a time."""

    def __init__(self, keys: Sequence[str], words: Words, vocabulary: Sequence[str]) -> None:
        """`keys` are those of the conversations in the order that numbers their documents from 0; `words` is asked
        for each several times. `vocabulary` are the terms by number: IndexError is raised for one that it hasn't."""
        self._keys, self._words = keys, words
        totals = np.zeros(len(vocabulary), np.int64)
        lengths, sizes, roles, held = [], [], [], []
        for key in keys:
            numbered = words(key)
            own, places = unpacked(numbered.terms), unpacked(numbered.counts.places)
            totals[own] += np.bincount(places, minlength=len(own))
            held.append(len(places))
            sizes.append(unpacked(numbered.counts.sizes).astype(np.uint32))
            lengths.append(unpacked(numbered.counts.lengths))
            roles.append(numbered.counts.roles)
        self.terms, self._ranks = _ranked(totals, vocabulary)
        #: For each term how many postings it has, over all fields: Lunr's document frequency.
        self.frequencies = np.empty(len(self.terms), np.int64)
        self.frequencies[self._ranks[totals > 0]] = totals[totals > 0]
        self.documents = Documents(_joined(lengths).reshape(-1, len(FIELDS)), b"".join(roles))
        #: For each conversation its number of documents.
        self.sizes = [len(own) for own in roles]
        self._held, self._field_sizes = held, sizes

    def postings(self, most: int = MOST_AT_ONCE) -> Iterator[Postings]:
        """The postings of all terms in order: at once if they are no more than `most`, else in parts of at most half of
        that, or of one term that has more. May be called once."""
        if sum(self._held) <= most:
            yield self._part(self._run(0, len(self._keys)), 0, len(self.terms))
            return
        ranges = _ranges(self.frequencies.tolist(), most // 2)
        bounds = np.array([first for first, _ in ranges] + [len(self.terms)]) * len(FIELDS)
        with ExitStack() as stack:
            files = [stack.enter_context(TemporaryFile()) for _ in ranges]
            for first, last in _ranges(self._held, min(_RUN, most)):
                run = self._run(first, last)
                rows = np.column_stack(run)
                for file, (begin, end) in zip(files, pairwise(np.searchsorted(run.groups, bounds)), strict=True):
                    file.write(rows[begin:end].tobytes())
            for file, (first, last) in zip(files, ranges, strict=True):
                yield self._part(_merged(file), first, last)
                file.truncate(0)

    def _run(self, first: int, last: int) -> Run:
        """The postings of some conversations that follow each other."""
        size = sum(self._held[first:last])
        keys, counts = np.empty(size, np.uint64), np.empty(size, np.uint32)
        filled = 0
        for key in self._keys[first:last]:
            numbered = self._words(key)
            at = unpacked(numbered.counts.places)
            keys[filled : filled + len(at)] = self._ranks[unpacked(numbered.terms)][at]
            counts[filled : filled + len(at)] = unpacked(numbered.counts.counts)
            filled += len(at)
        sizes = _joined(self._field_sizes[first:last]).reshape(-1, len(FIELDS))
        keys *= len(FIELDS)
        keys += np.tile(np.arange(len(FIELDS), dtype=np.uint8), len(sizes)).repeat(sizes.ravel())
        groups, order = _in_order(keys)
        before = sum(self.sizes[:first])
        documents = np.arange(before, before + len(sizes), dtype=np.uint32).repeat(sizes.sum(axis=1, dtype=np.int64))
        return Run(groups, _taken(documents, order), _taken(counts, order))

    def _part(self, run: Run, first: int, last: int) -> Postings:
        """What is known of the terms in a range, all of whose postings are in the run."""
        groups = np.arange(first * len(FIELDS), last * len(FIELDS) + 1, dtype=np.uint32)
        starts = np.searchsorted(run.groups, groups)
        return Postings(self.terms[first:last], starts, run.documents, run.counts)


def _ranges(sizes: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Ranges (first, last exclusive) of things of these sizes, each of at most `most` in sum, or of one thing."""
    found, first, filled = [], 0, 0
    for place, size in enumerate(sizes):
        if filled + size > most and place > first:
            found.append((first, place))
            first, filled = place, 0
        filled += size
    return [*found, (first, len(sizes))] if sizes else []


def _merged(file: BinaryIO) -> Run:
    """The runs in a file as one."""
    file.seek(0)
    rows = np.frombuffer(file.read(), np.uint32).reshape(-1, len(Run._fields))
    groups, order = _in_order(rows[:, 0].astype(np.uint64))
    return Run(groups, _taken(rows[:, 1], order), _taken(rows[:, 2], order))


def in_order(terms: Iterable[str]) -> list[str]:
    """Terms sorted by their UTF-16 code units, as JavaScript does."""
    found = list(terms)
    # Where no character has two units, these are the characters themselves.
    has_pairs = max("".join(found), default="") > "\uffff"
    return sorted(found, key=lambda term: term.encode("utf-16-be")) if has_pairs else sorted(found)


def _ranked(totals: NDArray[np.int64], vocabulary: Sequence[str]) -> tuple[list[str], Numbers]:
    """The terms that occur, in order, and for each number in the vocabulary its term's place among them."""
    found = {vocabulary[number]: number for number in np.flatnonzero(totals).tolist()}
    ordered = in_order(found)
    ranks = np.zeros(len(vocabulary), np.uint32)
    ranks[[found[term] for term in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    return ordered, ranks


_STEP = 1 << 20


def _in_order(keys: NDArray[np.uint64]) -> tuple[Numbers, Numbers]:
    """`keys`, below 2**32, sorted, and where each was; equal ones stay in their order. `keys` is used up.

    numpy sorts whole numbers with the processor's wide instructions, which `argsort` can't; so each key takes its
    place along in its low half.
    """
    keys <<= np.uint64(32)
    for start in range(0, len(keys), _STEP):
        keys[start : start + _STEP] |= np.arange(start, min(start + _STEP, len(keys)), dtype=np.uint64)
    keys.sort()
    places = keys.astype(np.uint32)
    keys >>= np.uint64(32)
    return keys.astype(np.uint32), places


def _taken(values: Numbers, places: Numbers) -> Numbers:
    """The values at places, a step at a time: numpy turns places into numbers of 64 bits first."""
    result = np.empty(len(places), values.dtype)
    for start in range(0, len(places), _STEP):
        result[start : start + _STEP] = values[places[start : start + _STEP]]
    return result


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
