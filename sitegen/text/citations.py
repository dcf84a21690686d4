"""Citation marks inside a text: where one may stand without breaking the Markdown around it, and its markup.

A mark travels through the Markdown parser as one private-use character that the text itself doesn't hold. Which
sources a mark cites, and its number, are the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sitegen.text.rendered import escaped, quoted


@dataclass(frozen=True)
class Mark:
    """A citation mark to be shown before the code point `position` of the source text.

    `number` is what is shown, `href` leads to the source's entry, `label` is its title; `id` is the mark's own
    anchor, unique on the page.
    """

    position: int
    number: int
    href: str
    label: str
    id: str


@dataclass(frozen=True)
class MarkedText:
    """A text with its marks as characters. `groups` says which marks a character stands for; `pattern` finds
    them; `rest` are the marks that found no place and go to the end."""

    text: str
    groups: dict[str, tuple[Mark, ...]]
    pattern: re.Pattern[str]
    rest: tuple[Mark, ...] = ()


_PLANES = tuple((first, re.compile(f"[{chr(first)}-{chr(first + 0xFFFD)}]")) for first in (0xF0000, 0x100000))
_NO_SENTINEL = re.compile(r"(?!)")


def marked(text: str, marks: Sequence[Mark]) -> MarkedText:
    """Puts a private-use character into the text for each place that has marks, adjacent ones in one place."""
    if not marks:
        return MarkedText(text, {}, _NO_SENTINEL)
    plane = next(((first, pattern) for first, pattern in _PLANES if not pattern.search(text)), None)
    if plane is None:
        return MarkedText(text, {}, _NO_SENTINEL, tuple(sorted(marks, key=lambda mark: mark.position)))
    first, pattern = plane
    places: dict[int, list[Mark]] = {}
    rest: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.position):
        place = _place(text, mark.position)
        if place is None or (place not in places and len(places) == 0xFFFD):
            rest.append(mark)
        else:
            places.setdefault(place, []).append(mark)
    pieces, groups, done = [], {}, 0
    for number, place in enumerate(sorted(places)):
        sentinel = chr(first + number)
        groups[sentinel] = tuple(places[place])
        pieces += [text[done:place], sentinel]
        done = place
    pieces.append(text[done:])
    return MarkedText("".join(pieces), groups, pattern, tuple(rest))


# Marks step back over these, so that they never part a delimiter from what it encloses, a fence from its line, or
# a row of a table from its last bar.
_PASSED = frozenset(" \t\r\n\v\f*_~`|$")
_LINE_PREFIX = re.compile(r"(?:[ \t>|:=+*_~`#$\-]|\d{1,9}[.)](?=\s|$))*")
_NOTE = re.compile(r"\[\^[^\]\s]{0,50}$")
_WORD = re.compile(r"\w\S*")  # only its end counts
_REACH = 4_000


def _place(text: str, position: int) -> int | None:
    """The nearest harmless place before `position`, or else after it; None when there is none near."""
    position = place = min(max(position, 0), len(text))
    floor = max(0, place - _REACH)
    while place > floor:
        before, after = text[place - 1], text[place : place + 1]
        if (
            before in _PASSED
            or before == "\\"
            or (before == "]" and after in tuple("([:"))
            or before + after in ("![", "[^")
        ):
            place -= 1
            continue
        line = text.rfind("\n", floor, place) + 1
        if (line > floor or line == 0) and place <= _prefix_end(text, line):
            place = line - 1
            continue
        if note := _NOTE.search(text, max(floor, place - 60), place):
            place = note.start()
            continue
        return place
    return _place_after(text, position)


def _prefix_end(text: str, line: int) -> int:
    match = _LINE_PREFIX.match(text, line, line + _REACH)
    return match.end() if match else line


def _place_after(text: str, position: int) -> int | None:
    line = text.rfind("\n", max(0, position - _REACH), position) + 1
    start = max(position, _prefix_end(text, line))
    word = _WORD.search(text, start, start + _REACH)
    if word is None:
        return None
    place = word.end()
    while text[place - 1] in _PASSED:
        place -= 1
    return place


def markup(marks: Iterable[Mark]) -> str:
    """Adjacent marks as one superscript of links."""
    links = ", ".join(
        f'<a href="{quoted(mark.href)}" id="{quoted(mark.id)}" title="{quoted(mark.label)}">'
        f"{escaped(str(mark.number))}</a>"
        for mark in marks
    )
    return f'<sup class="citation">{links}</sup>' if links else ""


def closing(marks: Sequence[Mark]) -> str:
    """Marks after a block, or those that have no place in the text, as a line of their own."""
    return f'<p class="citations">{markup(marks)}</p>\n' if marks else ""
