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
