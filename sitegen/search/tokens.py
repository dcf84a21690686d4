"""What a word is: text to index terms. `static/js/text.js` is the same definition for the page, tested equal.

1. Characters that Unicode 14.0 lacks become spaces, invisible joiners vanish, then NFKC.
2. A run is letters, marks, digits and underscores; a change between a script with spaces and one without ends it.
3. Runs of scripts without spaces give overlapping pairs of characters, a lone character itself.
4. Other runs give the whole word and, for camelCase and snake_case, their parts.
5. Each word is folded: lower case, and Latin, Greek and Cyrillic letters lose their diacritics.
6. Words of the letters a to z are stemmed where English is among the languages. Stop words stay.

Lunr's own tokenizer and trimmer play no part: they lose words that begin or end outside ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sitegen.search import alphabet
from sitegen.search.stemmer import english_stem

LONGEST = 64
"""Words are cut to this many characters, and longer ones have no parts: they are encoded bytes, not names."""

_LETTERS, _MARKS, _DENSE, _ACCENTED = map(
    alphabet.character_class, (alphabet.LETTERS, alphabet.MARKS, alphabet.DENSE, alphabet.ACCENTED)
)
_CHUNK = re.compile("[A-Za-z0-9_\u0080-\u200f\u2060-\u2fff\u3005-\u3007\u3021-\U0010ffff]+")
_RUN = re.compile(f"[{_LETTERS}][{_LETTERS}{_MARKS}]*|[{_DENSE}]+")
_WILD_RUN = re.compile(f"[*{_LETTERS}{_MARKS}{_DENSE}]+")
_IS_DENSE = re.compile(f"[{_DENSE}]")
_UNKNOWN = re.compile(f"[^{alphabet.character_class(alphabet.KNOWN)}]")
_IGNORED = re.compile(f"[{alphabet.IGNORED}]")
_ACCENTS = re.compile(f"([{_ACCENTED}])[\u0300-\u036f]+")
_LARGEST_CACHE = 1 << 19
_ordinary: set[str] = set()


def normalised(text: str) -> str:
    """`text` in NFKC, in which `runs` can be found; equal for all versions of Python and of browsers."""
    if text.isascii():
        return text
    # Looking each distinct character up is ten times as fast as searching the text for so wide a class.
    strange = set(text) - _ordinary
    unknown = {character for character in strange if _UNKNOWN.match(character)}
    ignored = {character for character in strange if _IGNORED.match(character)}
    _ordinary.update(strange - unknown - ignored)
    if unknown or ignored:
        text = text.translate({ord(c): " " for c in unknown} | {ord(c): None for c in ignored})
    return unicodedata.normalize("NFKC", text)


def chunks(text: str) -> list[str]:
    """`text`, normalised, cut at blanks and common punctuation: cheap to find, each holds any number of whole runs."""
    return _CHUNK.findall(normalised(text))


def runs(text: str) -> list[str]:
    """The runs of `text` in order, not yet folded."""
    return [run for chunk in chunks(text) for run in _runs(chunk)]


def _runs(chunk: str) -> list[str]:
    return [chunk] if chunk.isascii() else _RUN.findall(chunk)


def folded(word: str) -> str:
    """A run or a part of one in lower case and without the diacritics of Latin, Greek and Cyrillic letters."""
    lower = word.lower()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFD", lower.replace("ς", "σ"))
    return unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", decomposed))


def words(run: str) -> list[str]:
    """The words of a run, folded, not stemmed: the whole and then its parts, or pairs of characters."""
    if _IS_DENSE.match(run):
        characters = folded(run)
        return [characters[i : i + 2] for i in range(max(1, len(characters) - 1))]
    if not run.strip("_"):
        return []
    if len(run) > LONGEST:
        return [folded(run[:LONGEST])]
    if "_" not in run and run[1:] == run[1:].lower():
        return [folded(run)]
    parts = _parts(run)
    return [folded(run)] + ([folded(part) for part in parts] if parts != [run] else [])


def _parts(run: str) -> list[str]:
    return [run[start:end] for start, end in part_spans(run)]


def part_spans(run: str) -> list[tuple[int, int]]:
    """Where the parts of `getUserName`, `get_user_name` and `HTTPServer` begin and end."""
    starts = [0]
    for i in range(1, len(run)):
        if run[i - 1] == "_" or run[i] == "_" or _is_seam(run, i):
            starts.append(i)
    ends = [*starts[1:], len(run)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if run[start] != "_"]


def _is_seam(run: str, i: int) -> bool:
    if not _is_upper(run[i]):
        return False
    if not _is_upper(run[i - 1]):
        return True
    following = run[i + 1 : i + 2]
    return following != "" and following not in "_0123456789" and not _is_upper(following)


def _is_upper(character: str) -> bool:
    return character.lower() != character


def is_dense(word: str) -> bool:
    """Whether a word begins with a character of a script without spaces."""
    return _IS_DENSE.match(word) is not None


def query_words(text: str) -> list[list[str]]:
    """What a query asks for: a list for each run, of the whole word alone or of the pairs of a run without spaces."""
    found = [words(run) if is_dense(run) else words(run)[:1] for run in runs(text)]
    return [words_of_run for words_of_run in found if words_of_run]


def wildcards(text: str) -> list[str]:
    """The folded pieces of a query's word with wildcards ("*"); never only wildcards."""
    pieces = (re.sub(r"\*+", "*", folded(piece)) for piece in _WILD_RUN.findall(normalised(text)))
    return [piece for piece in pieces if piece != "*"]


def phrase_of(text: str) -> str:
    """A text's words, folded, with one blank between and around: what phrases are looked for in. Characters of scripts
    without spaces stand alone."""
    return f" {' '.join(' '.join(folded(run)) if is_dense(run) else folded(run) for run in runs(text))} "


class Terms(dict[str, tuple[str, ...]]):
    """Each chunk's index terms, worked out once: `terms[chunk]`. Forgets everything when it grows large."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` other than those of `stemmer.LANGUAGES` change nothing."""
        super().__init__()
        self._stems: dict[str, str] | None = {} if "en" in languages else None

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        result = tuple(self._stem(word) for run in _runs(chunk) for word in words(run))
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        if len(chunk) <= LONGEST:
            self[chunk] = result
        return result

    def _stem(self, word: str) -> str:
        if self._stems is None:
            return word
        stem = self._stems.get(word)
        if stem is None:
            if len(self._stems) >= _LARGEST_CACHE:
                self._stems.clear()
            stem = self._stems[word] = english_stem(word)
        return stem

    def of(self, text: str) -> list[str]:
        """The terms of `text` in order, as many times as they occur."""
        return [term for chunk in chunks(text) for term in self[chunk]]
