"""Numbers for terms: what is kept of a conversation from build to build names its terms by them.

Turning millions of terms into numbers is most of the work of putting an index together; this way it is done once for
each conversation, when that is made.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sitegen.search.counting import TermNumbers
from sitegen.search.documents import Analysed, Counts, packed, unpacked


class Numbered(msgspec.Struct, frozen=True, array_like=True):
    """What `Analysed` holds, with the conversation's terms by their numbers in a vocabulary, `packed`."""

    terms: bytes
    counts: Counts


class Vocabulary:
    """Terms by number, in the order of first sight. No number ever changes."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """`terms` are those of an earlier vocabulary, all distinct."""
        self._numbers = TermNumbers(terms)

    @property
    def terms(self) -> list[str]:
        """The terms by their numbers."""
        return self._numbers.terms

    def numbered(self, analysed: Analysed) -> Numbered:
        """Numbers an analysis; its terms that are new come to the end of `terms`."""
        numbers = list(map(self._numbers.__getitem__, analysed.terms))
        return Numbered(packed(numbers), analysed.counts)

    def analysed(self, numbered: Numbered) -> Analysed:
        """The opposite of `numbered`. Raises IndexError for a number that is not in the vocabulary."""
        return Analysed(tuple([self.terms[number] for number in unpacked(numbered.terms).tolist()]), numbered.counts)
