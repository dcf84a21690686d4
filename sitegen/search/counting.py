"""Counts the terms of texts: every chunk of text is a number, and the rest is array work."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sitegen.search.tokens import LONGEST, Terms

_MOST_CHUNKS = 1 << 19
_MOST_TERMS = 1 << 22

Keys = NDArray[np.int64]
"""A group and a term in one number, the group in its upper half: sorted, they are in the order of groups."""

_TERM = 0xFFFFFFFF


def keys_of(groups: NDArray[np.int64], terms: NDArray[np.int64]) -> Keys:
    """Groups with their terms, both below 2**31."""
    return groups << 32 | terms


def groups_in(keys: Keys) -> NDArray[np.int64]:
    """The groups of keys."""
    return keys >> 32


def terms_in(keys: Keys) -> NDArray[np.int64]:
    """The terms of keys."""
    return keys & _TERM


class TermNumbers(dict[str, int]):
    """The number of each term: looking one up that is new gives it the next. `terms` has them in that order."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """`terms` are the first ones, all distinct."""
        self.terms = list(terms)
        super().__init__(zip(self.terms, range(len(self.terms)), strict=True))

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self.terms)
        self.terms.append(term)
        return number


class TermCounter:
    """Counts terms by numbers of its own, which mean the same until `make_room` is called."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` are those whose words are stemmed. Raises KeyError for one that has no stemmer."""
        self._terms_of = Terms(languages)
        self._chunks = _Chunks(self._terms_of)
        self._scratch = np.empty(0, np.int64)

    def make_room(self) -> None:
        """Forgets everything if it has become much."""
        if self._chunks.is_full():
            self._chunks = _Chunks(self._terms_of)

    @property
    def terms(self) -> list[str]:
        """The terms by their numbers."""
        return self._chunks.numbers.terms

    def numbers_of(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of terms."""
        return np.fromiter(map(self._chunks.numbers.__getitem__, terms), np.int64, len(terms))

    def distinct(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The distinct ones among terms' numbers in the order of first sight, and the place of each among these."""
        if len(self._scratch) < len(self.terms):
            self._scratch = np.empty(2 * len(self.terms), np.int64)
        places = np.arange(len(numbers))
        # Written from the last to the first, each number's first place is what stays.
        self._scratch[numbers[::-1]] = places[::-1]
        firsts = self._scratch[numbers]
        is_first = firsts == places
        return numbers[is_first], (np.cumsum(is_first) - 1)[firsts]

    def count(self, chunks: Sequence[str], groups: NDArray[np.int64]) -> tuple[Keys, NDArray[np.int64]]:
        """The keys that occur, ascending, and how often; `groups` has the group of each chunk."""
        numbers = np.fromiter(map(self._chunks.__getitem__, chunks), np.int64, len(chunks))
        starts = np.frombuffer(self._chunks.starts, np.int64)
        firsts, sizes = starts[numbers], starts[numbers + 1] - starts[numbers]
        # The places of each chunk's terms, one after the other.
        places = np.arange(sizes.sum()) + (firsts - np.cumsum(sizes) + sizes).repeat(sizes)
        terms = np.frombuffer(self._chunks.of_chunks, np.int32)[places].astype(np.int64)
        keys = keys_of(groups.repeat(sizes), terms)
        keys.sort()
        changes = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        bounds = np.concatenate(([0], changes, [len(keys)])) if len(keys) else np.zeros(1, np.int64)
        return keys[bounds[:-1]], np.diff(bounds)


class _Chunks(dict[str, int]):
    """The number of each chunk: looking one up that is new works its terms out. Encoded bytes are not kept."""

    def __init__(self, terms_of: Terms) -> None:
        super().__init__()
        self._terms_of = terms_of
        self.numbers = TermNumbers()
        #: The terms of chunk n are those of `of_chunks` from starts[n] up to starts[n + 1].
        self.starts = array("q", [0])
        self.of_chunks = array("i")

    def __missing__(self, chunk: str) -> int:
        number = len(self.starts) - 1
        self.of_chunks.extend(map(self.numbers.__getitem__, self._terms_of.of_chunk(chunk)))
        self.starts.append(len(self.of_chunks))
        if len(chunk) <= LONGEST:
            self[chunk] = number
        return number

    def is_full(self) -> bool:
        """Whether there is so much that it had better be forgotten."""
        return len(self.starts) > _MOST_CHUNKS or len(self.of_chunks) > _MOST_TERMS
