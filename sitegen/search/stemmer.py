"""Stems of words. English has Lunr's own stemmer, word for word the one of lunr.js 2.3.9; others have Snowball's.

Snowball's stemmers are generated, for Python and for the page, from one source; both must be of the same release, which
is why pyproject.toml holds `snowballstemmer` to that of `static/vendor/` (a test compares them word by word).

lunr.py's stemmer parts from lunr.js's in three places, and a word that is stemmed in two ways is never found: Porter's
step 1c ("try", "delay"), a suffix with nothing before it ("ies", "eed"), and a doubled y ("nyyed"). Each is put right
here by narrowing one rule; the rest is lunr.py's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module

from lunr.stemmer import PorterStemmer

_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_DEVANAGARI = "\u0900-\u0963\u0971-\u097f"

SNOWBALL: dict[str, tuple[str, str]] = {
    "ar": ("arabic", "\u0621-\u065f\u0670-\u06d3"),
    "ca": ("catalan", _LATIN),
    "da": ("danish", _LATIN),
    "de": ("german", _LATIN),
    "el": ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    "eo": ("esperanto", _LATIN),
    "es": ("spanish", _LATIN),
    "et": ("estonian", _LATIN),
    "eu": ("basque", _LATIN),
    "fi": ("finnish", _LATIN),
    "fr": ("french", _LATIN),
    "ga": ("irish", _LATIN),
    "hi": ("hindi", _DEVANAGARI),
    "hu": ("hungarian", _LATIN),
    "hy": ("armenian", "\u0561-\u0587"),
    "id": ("indonesian", _LATIN),
    "it": ("italian", _LATIN),
    "lt": ("lithuanian", _LATIN),
    "ne": ("nepali", _DEVANAGARI),
    "nl": ("dutch", _LATIN),
    "no": ("norwegian", _LATIN),
    "pt": ("portuguese", _LATIN),
    "ro": ("romanian", _LATIN),
    "ru": ("russian", _CYRILLIC),
    "sr": ("serbian", _LATIN + _CYRILLIC),
    "sv": ("swedish", _LATIN),
    "ta": ("tamil", "\u0b82-\u0bd7"),
    "tr": ("turkish", _LATIN),
    "yi": ("yiddish", "\u0591-\u05f4"),
}
"""Snowball's name of each language, and the letters of its script in lower case, as in a regular expression's [...].
The page has the same in `static/js/stems.js`."""

SHORTEST = 3
"""Words of fewer letters have no ending to lose."""


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


class Stemming:
    """The stemmers of some languages, one after the other in the order given, each for the words of its own script."""

    def __init__(self, languages: Sequence[str]) -> None:
        """Raises KeyError for a language that is neither "en" nor in `SNOWBALL`."""
        self._steps = [_step(language) for language in languages]
        self._scripts = [re.compile(f"[{SNOWBALL[language][1]}]+") for language in languages if language != "en"]

    def heeds_accents(self, word: str) -> bool:
        """Whether the word can have another stem than the same word without its diacritics."""
        return any(script.fullmatch(word) for script in self._scripts)

    def stem(self, word: str) -> str:
        """The stem of a word in lower case. A word with a digit or a letter of another script comes back as it is."""
        for is_own, stem in self._steps:
            if len(word) >= SHORTEST and is_own(word):
                word = stem(word) or word
        return word


def _step(language: str) -> tuple[Callable[[str], object], Callable[[str], str]]:
    if language == "en":
        return str.isascii, english_stem
    name, letters = SNOWBALL[language]
    # By its module: `snowballstemmer.stemmer` would give PyStemmer's where that is installed, of whatever release.
    module = import_module(f"snowballstemmer.{name}_stemmer")
    stemmer = getattr(module, f"{name.capitalize()}Stemmer")()
    return re.compile(f"[{letters}]+").fullmatch, stemmer.stemWord
