"""Cuts a provider's citation markers out of a text and keeps where they stood.

What a marker looks like and which sources it names is the caller's knowledge; this module only does the
cutting, so that every provider's marks end up in the same places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sitegen.model import Citation, Source

#: The sources of one marker: none at all cuts it without a citation, None leaves it standing as text.
Resolve = Callable[[re.Match[str]], Sequence[Source] | None]

_CLOSES = re.compile(r"[\s.,;:!?)\]}…。，、；：！？）」』»”]|\Z")


def cut_markers(text: str, marker: re.Pattern[str], resolve: Resolve) -> tuple[str, tuple[Citation, ...]]:
    """The text without its markers, and a citation for each place where some stood.

    Markers with nothing but blanks between them become one citation. Blanks before them go as well where white
    space or closing punctuation follows, which the marker alone kept apart from the word.
    """
    pieces: list[str] = []
    citations: list[Citation] = []
    length = end = 0
    for start, stop, sources in _groups(text, marker, resolve):
        piece = text[end:start]
        if _CLOSES.match(text, stop):
            piece = piece.rstrip(" ")
        pieces.append(piece)
        length += len(piece)
        end = stop
        if sources:
            citations.append(Citation(length, tuple(sources)))
    pieces.append(text[end:])
    return "".join(pieces), tuple(citations)


def _groups(text: str, marker: re.Pattern[str], resolve: Resolve) -> list[tuple[int, int, dict[Source, None]]]:
    """Where markers stand in a row: begin, end, and their sources in order, each once."""
    groups: list[tuple[int, int, dict[Source, None]]] = []
    for match in marker.finditer(text):
        sources = resolve(match)
        if sources is None:
            continue
        if groups and not text[groups[-1][1] : match.start()].strip(" "):
            start, _, earlier = groups.pop()
            groups.append((start, match.end(), earlier | dict.fromkeys(sources)))
        else:
            groups.append((match.start(), match.end(), dict.fromkeys(sources)))
    return groups
