"""The English stemmer, word for word the one of lunr.js 2.3.9. Other languages have none yet.

lunr.py's stemmer parts from lunr.js's in three places, and a word that is stemmed in two ways is never found: Porter's
step 1c ("try", "delay"), a suffix with nothing before it ("ies", "eed"), and a doubled y ("nyyed"). Each is put right
here by narrowing one rule; the rest is lunr.py's own.
"""

from __future__ import annotations

from lunr.stemmer import PorterStemmer
from lunr.stop_word_filter import WORDS

LANGUAGES = ("en",)
"""What `search.languages` may name."""

STOP_WORDS: frozenset[str] = frozenset(WORDS)
"""Lunr's English stop words. All are indexed; the page leaves them out of a query that has other words."""


class _Stemmer(PorterStemmer):  # type: ignore[misc]  # lunr.py has no types
    b: str
    k: int

    def ends(self, suffix: str) -> int:
        return int(len(suffix) <= self.k and super().ends(suffix))

    def doublec(self, position: int) -> int:
        return int(self.b[position] != "y" and super().doublec(position))

    def step1c(self) -> None:
        if self.k >= 2 and self.b[self.k] == "y" and self.b[self.k - 1] not in "aeiou":
            self.b = self.b[: self.k] + "i" + self.b[self.k + 1 :]


_stemmer = _Stemmer()


def english_stem(word: str) -> str:
    """The stem of a word of the letters a to z; any other string comes back as it is."""
    if len(word) < 3 or not (word.isascii() and word.isalpha() and word.islower()):
        return word
    return str(_stemmer.stem(word))
