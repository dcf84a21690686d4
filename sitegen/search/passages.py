"""The piece of a message that shows best why it was found, cut into marked and unmarked stretches.

The counterpart of `static/js/passages.js` of the theme.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from sitegen.search import alphabet
from sitegen.search.tokens import LONGEST, Terms, folded, is_dense, normalised, part_spans

_LENGTH = 200
_LEAD = 50
_LONGEST_TEXT = 200_000
_NEAR = 30

_LETTERS, _MARKS, _DENSE = map(alphabet.character_class, (alphabet.LETTERS, alphabet.MARKS, alphabet.DENSE))
#: In a text as it stands, invisible characters may lie inside a run.
_RAW_RUN = re.compile(f"[{_LETTERS}][{_LETTERS}{_MARKS}{alphabet.IGNORED}]*|[{_DENSE}][{_DENSE}{alphabet.IGNORED}]*")


class Stretch(NamedTuple):
    """A piece of a passage; `is_marked` if it stands for a word that was looked for."""

    text: str
    is_marked: bool


class Passage(NamedTuple):
    """A piece of a text on one line, and whether the text goes on before and after it."""

    stretches: tuple[Stretch, ...]
    is_cut_before: bool = False
    is_cut_after: bool = False


class _Mark(NamedTuple):
    start: int
    end: int
    term: str


def marked(text: str, terms: Collection[str], languages: Sequence[str] = ("en",)) -> tuple[Stretch, ...]:
    """All of a text, with the words marked that stand for one of the terms. `languages` are those of the index."""
    return tuple(_stretches(text, _marks(text, terms, Terms(languages)), 0, len(text)))


def best_passage(
    texts: Sequence[str], terms: Collection[str], languages: Sequence[str] = ("en",), phrases: Sequence[str] = ()
) -> Passage | None:
    """The passage with one of the phrases, or else the one in which most terms stand together; None without any text.

    `languages` are those of the index, `phrases` as `tokens.phrase_of` gives them.
    """
    stemmed = Terms(languages)
    best: tuple[int, str, list[_Mark], int] | None = None
    for whole in texts:
        if not whole:
            continue
        text = whole[:_LONGEST_TEXT]
        marks = _marks(text, terms, stemmed)
        place, count = _densest(marks)
        if (start := _phrase_start(text, phrases)) is not None:
            place = next((number for number, mark in enumerate(marks) if mark.end > start), place)
            count = len(terms) + 1
        if best is None or count > best[0]:
            best = count, text, marks, place
    return _cut(*best[1:]) if best is not None else None


def _marks(text: str, terms: Collection[str], stemmed: Terms) -> list[_Mark]:
    """Where words stand that mean a term, in order and apart."""
    result: list[_Mark] = []
    for start, end in _word_spans(text):
        piece = normalised(text[start:end])
        stems = () if is_dense(piece) else stemmed.of_piece(piece[:LONGEST])
        term = next((form for form in (*stems, folded(piece[:LONGEST])) if form in terms), None)
        if term is None:
            continue
        last = result[-1] if result else None
        if last is None or start >= last.end:
            result.append(_Mark(start, end, term))
        elif end > last.end:
            result[-1] = last._replace(end=end)
    return result


def _word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand: a run's whole before its parts, or each pair of a run of characters without spaces."""
    for match in _RAW_RUN.finditer(text):
        start, run = match.start(), match.group()
        if is_dense(run):
            width = min(2, len(run))
            for place in range(len(run) - width + 1):
                yield start + place, start + place + width
            continue
        yield start, match.end()
        if len(run) <= LONGEST and (parts := part_spans(run)) != [(0, len(run))]:
            for first, last in parts:
                yield start + first, start + last


def _phrase_start(text: str, phrases: Sequence[str]) -> int | None:
    """Where the first of the phrases begins that stands in a text."""
    if not phrases:
        return None
    found = ((folded(normalised(text[start:end])), start) for start, end in _unit_spans(text))
    # Invisible characters stand for nothing.
    words = [(word, start) for word, start in found if word]
    units = [word for word, _ in words]
    for phrase in phrases:
        wanted = phrase.split()
        for place in range(len(units) - len(wanted) + 1):
            if units[place] == wanted[0] and units[place : place + len(wanted)] == wanted:
                return words[place][1]
    return None


def _unit_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of phrases stand: whole runs, and each character of those without spaces."""
    for match in _RAW_RUN.finditer(text):
        if is_dense(match.group()):
            yield from ((place, place + 1) for place in range(match.start(), match.end()))
        else:
            yield match.span()


def _densest(marks: Sequence[_Mark]) -> tuple[int, int]:
    """The first of the marks that stand within one passage and mean the most terms, and how many terms those are."""
    best = most = 0
    for place, mark in enumerate(marks):
        seen = set()
        for following in range(place, len(marks)):
            if marks[following].end - mark.start >= _LENGTH - _LEAD:
                break
            seen.add(marks[following].term)
        if len(seen) > most:
            best, most = place, len(seen)
    return best, most


def _cut(text: str, marks: Sequence[_Mark], place: int) -> Passage:
    first = marks[place].start if marks else 0
    start = 0 if first <= _LEAD else min(_next_blank(text, first - _LEAD), first)
    end = _next_blank(text, min(len(text), start + _LENGTH))
    return Passage(tuple(_stretches(text, marks[place:], start, end)), start > 0, end < len(text))


def _next_blank(text: str, position: int) -> int:
    """The nearest blank after `position`, so that no word is cut, if it is not far."""
    found = re.compile(r"\s").search(text, position, position + _NEAR)
    if found is not None:
        return found.start()
    return len(text) if len(text) < position + _NEAR else position


def _stretches(text: str, marks: Sequence[_Mark], start: int, end: int) -> Iterator[Stretch]:
    position = start
    for mark in marks:
        if mark.start >= end:
            break
        for until, is_marked in ((mark.start, False), (min(mark.end, end), True)):
            if until > position:
                yield Stretch(re.sub(r"\s+", " ", text[position:until]), is_marked)
                position = until
    if end > position:
        yield Stretch(re.sub(r"\s+", " ", text[position:end]), False)
