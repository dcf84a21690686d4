"""Numbers for terms: what is kept of a conversation from build to build names its terms by them.

Turning millions of terms into numbers is most of the work of putting an index together; this way it is done once for
each conversation, when that is made.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sitegen.search.documents import Analysed, Counts, packed, unpacked


class Numbered(msgspec.Struct, frozen=True, array_like=True):
    """What `Analysed` holds, with the conversation's terms by their numbers in a vocabulary, `packed`."""

    terms: bytes
    counts: Counts


class _Numbers(dict[str, int]):
    """The number of each term: looking one up that is new gives it the next number."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class Vocabulary:
    """Terms by number, in the order of first sight. No number ever changes."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """`terms` are those of an earlier vocabulary, all distinct."""
        self.terms = list(terms)
        self._numbers = _Numbers(zip(self.terms, range(len(self.terms)), strict=True))

    def numbered(self, analysed: Analysed) -> Numbered:
        """Numbers an analysis; its terms that are new come to the end of `terms`."""
        numbers = self._numbers
        result = Numbered(packed([numbers[term] for term in analysed.terms]), analysed.counts)
        if len(numbers) > len(self.terms):
            # Only the analysis at hand can hold what is new, and it has been seen in order.
            first = len(self.terms)
            self.terms.extend(term for term in analysed.terms if numbers[term] >= first)
        return result

    def analysed(self, numbered: Numbered) -> Analysed:
        """The opposite of `numbered`. Raises IndexError for a number that is not in the vocabulary."""
        return Analysed(tuple([self.terms[number] for number in unpacked(numbered.terms).tolist()]), numbered.counts)
