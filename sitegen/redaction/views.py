"""A text as a reader takes it, with the way back to the text as it was written. Pure.

Patterns look at these views, so that full-width letters, invisible characters, entities and percent signs hide
nothing from them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

#: Soft hyphen, joiners, marks of direction, variation selectors: they are not seen, and parts of no letter.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_MARKS = re.compile("[\u0300-\u036f]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_ENTITY = r"&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z]{2,8};"
# An escaped line end that stands right before a word or number, which seems to begin with its letter.
_LINE_END = r"\\[nrt](?=[A-Z0-9+(])"
_ENCODED = re.compile(
    rf"(?:%[0-9A-Fa-f]{{2}}){{1,200}}|&#[0-9]{{1,7}};|&#[xX][0-9A-Fa-f]{{1,6}};|{_ENTITY}"
    rf"|(?:\\u[0-9A-Fa-f]{{4}}){{1,20}}|{_LINE_END}"
)
# Each begins with a literal, which is found much faster than one of several.
_ANY_ENCODED = tuple(map(re.compile, ("%[0-9A-Fa-f]{2}", "&#[0-9xX]", _ENTITY, r"\\u[0-9A-Fa-f]{4}", _LINE_END)))


class View(NamedTuple):
    """`text`, and at `places[i]` of it the original's `origins[i]`.

    Runs that are as in the original and pieces that were replaced take turns, a run first. `outer` is the view that
    this is one of, if it is not one of the original.
    """

    text: str
    places: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()
    outer: View | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a non-empty part of the view comes from."""
        if self.places:
            start, end = self._origin(start), self._end(end)
        return self.outer.span(start, end) if self.outer is not None else (start, end)

    def _origin(self, place: int) -> int:
        at = bisect_right(self.places, place) - 1
        # What a piece became begins, all of it, where the piece begins.
        if at % 2:
            return self.origins[at]
        return self.origins[at] + place - self.places[at]

    def _end(self, place: int) -> int:
        at = bisect_right(self.places, place - 1) - 1
        if at % 2:
            return self.origins[at + 1]
        return self.origins[at] + place - self.places[at]


def normal(text: str) -> View:
    """The text in NFKC and without invisible characters."""
    if text.isascii():
        return View(text)
    if not _HIDDEN.search(text) and unicodedata.is_normalized("NFKC", text):
        return View(text)
    return _replaced(text, _changing(bool(_MARKS.search(text))), _normal_piece)


def decoded(view: View) -> View | None:
    """The view with percent signs, entities and escapes of JSON read; None if there are none."""
    text = view.text
    if not any(piece.search(text) for piece in _ANY_ENCODED):
        return None
    inner = _replaced(text, _ENCODED, _decoded_piece)
    return inner._replace(outer=view) if inner.text != text else None


def _replaced(text: str, pattern: re.Pattern[str], piece: Callable[[str], str]) -> View:
    parts: list[str] = []
    places = [0]
    origins = [0]
    length = 0
    at = 0
    for match in pattern.finditer(text):
        before, new = text[at : match.start()], piece(match[0])
        at = match.end()
        parts += (before, new)
        length += len(before)
        places.append(length)
        origins.append(match.start())
        length += len(new)
        places.append(length)
        origins.append(at)
    parts.append(text[at:])
    places.append(length + len(text) - at)
    origins.append(len(text))
    return View("".join(parts), tuple(places), tuple(origins))


def _normal_piece(piece: str) -> str:
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", piece))


def _decoded_piece(piece: str) -> str:
    if piece[0] == "&":
        return html.unescape(piece)
    if piece[0] == "%":
        return unquote(piece, errors="strict") if _is_utf8(piece) else piece
    if piece[1] != "u":
        return "\n"
    return "".join(chr(int(digits, 16)) for digits in piece.split("\\u")[1:])


def _is_utf8(piece: str) -> bool:
    try:
        bytes.fromhex(piece.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@cache
def _changing(with_marks: bool) -> re.Pattern[str]:
    """Pieces that NFKC changes or that are not seen; with marks, also letters and the marks that stand on them."""
    changing = "".join(_ranges())
    single = f"[{changing}{_INVISIBLE}]"
    if not with_marks:
        return re.compile(single)
    return re.compile(f"(?:{single}|[^\u0300-\u036f](?=[\u0300-\u036f]))[\u0300-\u036f]*|[\u0300-\u036f]+")


def _ranges() -> Iterator[str]:
    """The characters that NFKC changes by themselves, as ranges of a character class."""
    start = last = -2
    # Above U+2FAFF nothing has a compatibility form.
    for code in range(0xA0, 0x2FB00):
        if unicodedata.is_normalized("NFKC", chr(code)):
            continue
        if code != last + 1:
            if start >= 0:
                yield f"{chr(start)}-{chr(last)}"
            start = code
        last = code
    yield f"{chr(start)}-{chr(last)}"
