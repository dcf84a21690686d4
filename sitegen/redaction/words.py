"""A person's own words: whatever else must not be published. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sitegen.redaction.spans import Finder, Span, lowered, places_of
from sitegen.redaction.views import normal

# Scripts that are written without blanks: a word there has letters on both sides.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def finder_of(words: Iterable[str]) -> Finder:
    """A finder of these words and phrases, whole, in any case; blanks in a phrase stand for line ends, too."""
    patterns = [_pattern(prepared) for prepared in sorted(set(filter(None, map(_prepared, words))))]

    def find(text: str, lower: str) -> Iterator[Span]:
        del text
        for first, pattern in patterns:
            for place in places_of(first, lower):
                match = pattern.match(lower, place)
                if match is not None and _is_whole(lower, *match.span()):
                    yield Span(match.start(), match.end(), "word")

    return find


def _prepared(word: str) -> str:
    return " ".join(lowered(normal(word).text).split())


def _pattern(word: str) -> tuple[str, re.Pattern[str]]:
    pieces = word.split(" ")
    return pieces[0], re.compile(r"\s{1,40}".join(map(re.escape, pieces)))


def literals_of(kinds: Mapping[str, str]) -> Finder:
    """A finder of values that were found before by what stood around them, exactly as they are, with their kinds."""
    known = sorted(kinds, key=lambda value: (-len(value), value))

    def find(text: str, lower: str) -> Iterator[Span]:
        del lower
        for value in [value for value in known if value in text]:
            for place in places_of(value, text):
                if _is_whole(text, place, place + len(value)):
                    yield Span(place, place + len(value), kinds[value])

    return find


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on over either end. A low line divides words: anna_notes names Anna."""
    return not (_goes_on(text[start - 1 : start], text[start]) or _goes_on(text[end : end + 1], text[end - 1]))


def _goes_on(outer: str, inner: str) -> bool:
    return outer.isalnum() and inner.isalnum() and not _UNSPACED.match(outer) and not _UNSPACED.match(inner)
