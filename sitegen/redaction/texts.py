"""A text and what was replaced in it, with the way from its places to those of the new text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sitegen.redaction.spans import Match


class Placed(NamedTuple):
    """A match, and where in the new text its mark stands, or the value itself if it was allowed."""

    match: Match
    start: int
    end: int


class Edited(NamedTuple):
    """A new text. `rounds` are the replacements that led to it, each (start, end, length of the mark) in order."""

    text: str
    rounds: tuple[tuple[tuple[int, int, int], ...], ...] = ()
    placed: tuple[Placed, ...] = ()

    def move(self, place: int) -> int:
        """Where a place of the old text is: still before the same character, or after the mark if that is gone."""
        for replaced in self.rounds:
            place = _moved(replaced, place)
        return place


def _moved(replaced: Iterable[tuple[int, int, int]], place: int) -> int:
    shift = 0
    for start, end, length in replaced:
        if place <= start:
            break
        if place < end:
            return start + shift + length
        shift += length - (end - start)
    return place + shift


def replaced(edited: Edited, matches: Iterable[Match], mark: Callable[[Match], str]) -> Edited:
    """One round more: these matches of the new text, in order and apart, give way to their marks."""
    parts: list[str] = []
    done: list[tuple[int, int, int]] = []
    new: list[Placed] = []
    at = length = 0
    for match in matches:
        written = mark(match)
        parts += (edited.text[at : match.start], written)
        length += match.start - at
        new.append(Placed(match, length, length + len(written)))
        length += len(written)
        done.append((match.start, match.end, len(written)))
        at = match.end
    parts.append(edited.text[at:])
    earlier = [Placed(old.match, _moved(done, old.start), _moved(done, old.end)) for old in edited.placed]
    return Edited(
        "".join(parts), (*edited.rounds, tuple(done)), tuple(sorted((*earlier, *new), key=lambda one: one[1]))
    )
