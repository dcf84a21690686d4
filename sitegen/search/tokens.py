"""What a word is: text to index terms. `static/js/text.js` is the same definition for the page, tested equal.

1. Characters that Unicode 14.0 lacks become spaces, invisible joiners vanish, then NFKC.
2. A run is letters, marks, digits and underscores; a change between a script with spaces and one without ends it.
3. Runs of scripts without spaces give overlapping pairs of characters, a lone character itself.
4. Other runs give the whole word and, for camelCase and snake_case, their parts.
5. Each word is folded: lower case, and Latin, Greek and Cyrillic letters lose their diacritics.
6. Words are stemmed by the stemmers of their script, of the languages that are set. Stop words stay.

Snowball's stemmers know endings with their diacritics ("canción", "книгой"), but many people type none. So a word that
has diacritics gives two terms, if they differ: its stem as it is spelled, and the stem of it folded. Measured on 3,000
pairs of a form and its lemma for each of 23 languages, stemming only what is folded brought 65 % of Spanish pairs
together, 46 % of Hungarian and 61 % of Russian; as spelled 84, 71 and 84 %, but then only 33 % of Spanish, 50 % of
Hungarian and 59 % of Russian words with diacritics were found without them. With both terms it is all of them. English
has endings of the letters a to z alone, and always takes the folded word.

Lunr's own tokenizer and trimmer play no part: they lose words that begin or end outside ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sitegen.search import alphabet
from sitegen.search.stemmer import Stemming

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
_ASCII_BLANKS = {code: " " for code in range(128) if not _CHUNK.match(chr(code))}
#: What `part_spans` finds in ASCII.
_ASCII_PARTS = re.compile("[A-Z](?:[A-Z](?![a-z]))*[a-z0-9]*|[a-z0-9]+")
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
    if text.isascii():
        # What `_CHUNK` finds there, in a third of the time.
        return text.translate(_ASCII_BLANKS).split()
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


def spelled(word: str) -> str:
    """A run or a part of one in lower case, with its diacritics: what stemmers expect."""
    lower = word.lower()
    if lower.isascii():
        return lower
    # "İ" becomes two characters, of which the second stands in no word of any language.
    return unicodedata.normalize("NFC", lower.replace("ς", "σ").replace("i\u0307", "i"))


def words(run: str) -> list[str]:
    """The words of a run, folded, not stemmed: the whole and then its parts, or pairs of characters."""
    return _pairs(run) if _IS_DENSE.match(run) else [folded(piece) for piece in _pieces(run)]


def _pairs(run: str) -> list[str]:
    characters = folded(run)
    return [characters[i : i + 2] for i in range(max(1, len(characters) - 1))]


def _pieces(run: str) -> list[str]:
    """The words of a run of a script with spaces, as they stand in it."""
    if not run.strip("_"):
        return []
    if len(run) > LONGEST:
        return [run[:LONGEST]]
    if "_" not in run and run[1:] == run[1:].lower():
        return [run]
    if run.isascii():
        parts = _ASCII_PARTS.findall(run)
    else:
        parts = [run[start:end] for start, end in part_spans(run)]
    return [run, *parts] if parts != [run] else [run]


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


def wildcards(text: str) -> list[str]:
    """The folded pieces of a query's word with wildcards ("*"); never only wildcards."""
    pieces = (re.sub(r"\*+", "*", folded(piece)) for piece in _WILD_RUN.findall(normalised(text)))
    return [piece for piece in pieces if piece != "*"]


def phrase_of(text: str) -> str:
    """A text's words, folded, with one blank between and around: what phrases are looked for in. Characters of scripts
    without spaces stand alone."""
    return f" {' '.join(' '.join(folded(run)) if is_dense(run) else folded(run) for run in runs(text))} "


class _Stems(dict[str, str]):
    """The folded stem of each word that was looked up."""

    def __init__(self, stemming: Stemming) -> None:
        super().__init__()
        self._stemming = stemming

    def __missing__(self, word: str) -> str:
        if word.isascii() and not word.isalpha():
            # No stemmer touches it, and there are too many such names and numbers to keep.
            return word
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        stem = self[word] = folded(self._stemming.stem(word))
        return stem


class Terms:
    """What texts are found by. Works every word's stem out once, and forgets them when they become very many."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` are those whose words are stemmed. Raises KeyError for one that has no stemmer."""
        self._stemming = Stemming(languages)
        self._stem_of = _Stems(self._stemming)

    def of_chunk(self, chunk: str) -> list[str]:
        """The terms of one of the `chunks` of a text, in order."""
        if chunk.isascii():
            return [self._stem_of[piece.lower()] for piece in _pieces(chunk)]
        return [term for run in _RUN.findall(chunk) for term in self._of_run(run)]

    def _of_run(self, run: str) -> list[str]:
        if _IS_DENSE.match(run):
            return _pairs(run)
        return [term for piece in _pieces(run) for term in self.of_piece(piece)]

    def of_query(self, text: str) -> list[list[list[str]]]:
        """What a query asks for, for each run: lists of terms, any of which may be looked for instead of the others.

        The first is the run's as it is spelled; a second would find texts that are spelled without diacritics.
        """
        found = []
        for run in runs(text):
            if is_dense(run):
                found.append([_pairs(run)])
            elif pieces := _pieces(run):
                found.append([[term] for term in self.of_piece(pieces[0])])
        return found

    def of_piece(self, piece: str) -> tuple[str, ...]:
        """The one or two terms of a word or a part of one, normalised, as it stands in a text."""
        without = self._stem_of[folded(piece)]
        if piece.isascii():
            return (without,)
        word = spelled(piece)
        stem = self._stem_of[word] if self._stemming.heeds_accents(word) else without
        return (stem,) if stem == without else (stem, without)

    def of(self, text: str) -> list[str]:
        """The terms of `text` in order, as many times as they occur."""
        return [term for chunk in chunks(text) for term in self.of_chunk(chunk)]
