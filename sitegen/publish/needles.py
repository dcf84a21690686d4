"""Many texts that are looked for in others at once, as whole words, without regard to case and spacing. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"\w+")

#: Two words that stand next to each other.
_Pair = tuple[str, str]


class Needle(NamedTuple):
    """A text that is looked for; `what` says what it is. `may_be_said`: finding it proves nothing
    where the published conversations say it, too."""

    text: str
    what: str
    may_be_said: bool = False


class Needles:
    """Needles by a pair of their words: of ten thousand titles, few share one with a page."""

    def __init__(self, needles: Iterable[Needle] = ()) -> None:
        self._by_word: dict[str, list[Needle]] = defaultdict(list)
        self._by_pair: dict[_Pair, list[Needle]] = defaultdict(list)
        self._pairs: dict[Needle, tuple[_Pair, ...]] = {}
        for needle in needles:
            self.add(needle)

    def __iter__(self) -> Iterator[Needle]:
        return iter(self._pairs)

    def add(self, needle: Needle) -> None:
        """Looks for one more. One without any word is never found."""
        words = words_of(needle.text)
        if not words or needle in self._pairs:
            return
        self._pairs[needle] = pairs = tuple(pairwise(words))
        if pairs:
            self._by_pair[min(pairs, key=lambda pair: len(self._by_pair.get(pair, ())))].append(needle)
        else:
            self._by_word[words[0]].append(needle)

    def found(self, text: str) -> Iterator[Needle]:
        """The needles that stand in a text."""
        near = self._near(words_of(text))
        if near:
            spaced = " ".join(text.casefold().split())
            yield from (needle for needle in near if _stands_in(needle.text, spaced))

    def told(self, text: str) -> Iterator[Needle]:
        """The needles whose words follow each other in a text, whatever stands between them: Markdown's signs, too."""
        words = words_of(text)
        near = self._near(words)
        if near:
            joined = f" {' '.join(words)} "
            yield from (needle for needle in near if f" {' '.join(words_of(needle.text))} " in joined)

    def _near(self, words: list[str]) -> list[Needle]:
        """The needles of which every pair of words stands there."""
        pairs = set(pairwise(words))
        near = [needle for key in self._by_pair.keys() & pairs for needle in self._by_pair[key]]
        alone = [needle for key in self._by_word.keys() & set(words) for needle in self._by_word[key]]
        return [*alone, *(needle for needle in near if pairs.issuperset(self._pairs[needle]))]


def words_of(text: str) -> list[str]:
    """The words of a text in order, case-folded."""
    return _WORD.findall(text.casefold())


def _stands_in(needle: str, spaced: str) -> bool:
    """Whether a text stands as whole words in another, case-folded and evenly spaced."""
    wanted = " ".join(needle.casefold().split())
    begins, ends = wanted[0].isalnum(), wanted[-1].isalnum()
    start = spaced.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        is_cut = (begins and _is_in_word(spaced[start - 1 : start])) or (ends and _is_in_word(spaced[end : end + 1]))
        if not is_cut:
            return True
        start = spaced.find(wanted, start + 1)
    return False


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_"
