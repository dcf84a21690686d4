"""Splits a JSON text into the items of its array, so that one broken item costs only itself.

Items are found one after another and handed out as the bytes that stand there; only an item that is not plainly
sound is decoded, to see whether it can be. What the items mean is not looked at here.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import NamedTuple

from sitegen.model import Problem
from sitegen.readers.export import json_scan
from sitegen.readers.export.json_scan import End, FaultError, byte_at
from sitegen.readers.fields import load_json

Text = bytes | mmap.mmap

#: A single item above this is refused: decoding it would take about ten times as much memory.
ITEM_LIMIT = 256 << 20
#: This much of what could not be read is kept with its problem.
KEPT_LIMIT = 16 << 20
#: After a fault, this many places are tried for the beginning of the next item.
_TRIES = 100_000
#: So many bytes are looked at in vain for each byte of the text, and so many at least: what is made to be searched
#: again and again would otherwise take hours.
_VAIN = 8
_VAIN_AT_LEAST = 64 << 20

_NEXT_OBJECT = re.compile(rb",[ \t\r\n]*+(?=\{[ \t\r\n]*+\")")
_SEPARATOR = re.compile(rb"[ \t\r\n]*+(?:(,)[ \t\r\n,]*+)?")
_SCALAR_END = re.compile(rb"[^,\[\]{}\"]*+(?=[ \t\r\n]*+[,\]])")
_TEXT_END = re.compile(rb"[\s;]*+\Z")


class Item(NamedTuple):
    """One element of an array in an export. `raw` is its JSON text as it stands; `number` counts from 0."""

    raw: bytes
    number: int


def split(text: Text, where: str, key: str | None = None, whole: bool = True) -> Iterator[Item | Problem]:
    """The elements of the top array, or with `key` of the array under that key of the top object, in order.

    Without `key`, any other top value is the one item; with it, anything but an array there gives nothing.
    `text` is UTF-8, with a byte order mark or a JavaScript assignment before the value or not. `where` names it in
    problems. `whole` is false for the beginning of a longer text: then the item that it cuts off is left out, and
    no problem is made of its end.
    """
    with memoryview(text) as view:
        yield from _Splitter(view, where, whole).items(key)


class _Separator(NamedTuple):
    """Where the next element begins, and whether what stands before it does separate."""

    position: int
    sound: bool


class _Splitter:
    def __init__(self, text: memoryview, where: str, whole: bool) -> None:
        self._text = text
        self._where = where
        self._whole = whole
        self._shape: int | None = None  # where the last sound object stands: the next one should look like it
        self._doubtful = False  # something was broken, so that a bracket may close something else than it seems to
        self._tries = _TRIES
        self._vain = _VAIN * len(text) + _VAIN_AT_LEAST

    def items(self, key: str | None) -> Iterator[Item | Problem]:
        start = json_scan.skip_preamble(self._text)
        first = byte_at(self._text, start)
        if key is not None:
            found = json_scan.find_key(self._text, start, key, self._whole) if first == b"{" else None
            if found is not None and byte_at(self._text, found) == b"[":
                yield from self._array(found, top=False)
        elif first == b"[":
            yield from self._array(start, top=True)
        elif first:
            yield from self._single(start)
        elif self._whole:
            yield self._problem(0, start, start, "the text is empty")

    def _single(self, start: int) -> Iterator[Item | Problem]:
        """The top value as the one item."""
        try:
            end = json_scan.end_of_value(self._text, start)
        except FaultError as fault:
            if self._whole:
                yield self._problem(0, start, len(self._text), _words(fault))
            return
        if self._whole or end.position < len(self._text):
            yield self._item(start, end, 0)
        if self._whole and not _TEXT_END.match(self._text, end.position):
            yield self._problem(1, end.position, len(self._text), "text after the end of the JSON")

    def _array(self, start: int, top: bool) -> Iterator[Item | Problem]:
        """Each element of the array that begins at `start`; nothing may follow it if it is the `top` value."""
        number, position, broken = 0, self._separator(start + 1).position, False
        while position < len(self._text):
            if byte_at(self._text, position) == b"]":
                position += 1
                if not self._whole or not (top or self._doubtful) or self._ends_soundly(position, top):
                    return
                fault: FaultError | None = FaultError("text after the end of the list", position)
                self._shape = None  # that object stood in an inner array, and is no model for what follows
            else:
                end, fault = self._element(position)
            if fault is None:
                separator = self._separator(end.position)
                if not self._whole and separator.position >= len(self._text):
                    return
                yield self._item(position, end, number)
            elif not self._whole and fault.position >= len(self._text):
                return
            else:
                self._doubtful = True
                after = self._end_of_broken(position, top)
                yield self._problem(number, position, after, _words(fault))
                separator = self._separator(after)
            number, position, broken = number + 1, separator.position, fault is not None
        if self._whole and not broken:
            yield self._problem(number, position, position, "the text breaks off before the end of the list")

    def _element(self, position: int) -> tuple[End, FaultError | None]:
        """The end of the element that begins here, or what is wrong with it."""
        try:
            end = json_scan.end_of_value(self._text, position)
        except FaultError as fault:
            self._vain -= fault.position - position
            return End(position, False), fault
        if not self._separator(end.position).sound:
            return end, FaultError("no comma after it", end.position)
        if byte_at(self._text, position) == b"{":
            self._shape = position
        return end, None

    def _separator(self, position: int) -> _Separator:
        """Where the next element begins. A missing comma before an object is let pass, since it hides nothing."""
        found = _SEPARATOR.match(self._text, position)
        after = found.end() if found else position
        following = byte_at(self._text, after)
        return _Separator(after, following in (b"", b"]", b"{") or bool(found and found[1]))

    def _ends_soundly(self, position: int, top: bool) -> bool:
        """Whether the array that closed just before here is the one being split, not one inside a broken element."""
        if not top:
            position = json_scan.end_of_object(self._text, position)
        return position > 0 and _TEXT_END.match(self._text, position) is not None

    def _end_of_broken(self, start: int, top: bool) -> int:
        """Where a broken element ends: before the comma of the next that is found, else at the end of the text."""
        if scalar := _SCALAR_END.match(self._text, start):
            return scalar.end()
        if comma := self._next_comma(start, top):
            return comma
        tail_start = max(start, len(self._text) - 64)
        tail = bytes(self._text[tail_start:]).rstrip(b" \t\r\n;")
        return tail_start + len(tail) - 1 if tail.endswith(b"]") else len(self._text)

    def _next_comma(self, start: int, top: bool) -> int | None:
        """The comma before the next element that is an object, not before an object inside the broken one.

        That is the first object with half of all keys in common with the last sound element. When there is none,
        or that was itself a piece of something broken, it is the first that stands in the array being split.
        """
        known = self._keys(self._shape) if self._shape is not None else frozenset()
        begun = self._keys(start) if byte_at(self._text, start) == b"{" else frozenset()
        for comma, keys, _ in self._objects(start) if known else ():
            if 2 * len(known & keys) >= len(known | keys):
                return comma
        for wanted in dict.fromkeys((begun, frozenset[bytes]())):
            inside = 0
            for comma, keys, end in self._objects(start):
                if comma >= inside and wanted <= keys:
                    inside = self._end_of_inner_array(end, top)
                    if not inside:
                        return comma
        return None

    def _objects(self, start: int) -> Iterator[tuple[int, frozenset[bytes], int]]:
        """Whole objects after a comma: the comma, the object's keys, and its end."""
        for comma in _NEXT_OBJECT.finditer(self._text, start + 1):
            self._tries -= 1
            if self._tries < 0 or self._vain < 0:
                return
            keys, end, seen = json_scan.keys_of(self._text, comma.end())
            if end and self._separator(end).sound:
                yield comma.start(), keys, end
            else:
                self._vain -= seen - comma.end()

    def _end_of_inner_array(self, position: int, top: bool) -> int:
        """The position after the array that goes on here, 0 if that is the one being split: nothing follows it."""
        while (position := self._separator(position).position) < len(self._text):
            if byte_at(self._text, position) == b"]":
                return 0 if self._ends_soundly(position + 1, top) else position + 1
            end = json_scan.quick_end(self._text, position)
            if not end:
                break
            position = end
        return 0

    def _keys(self, start: int) -> frozenset[bytes]:
        return json_scan.keys_of(self._text, start).keys

    def _item(self, start: int, end: End, number: int) -> Item | Problem:
        if end.position - start > ITEM_LIMIT:
            return self._problem(number, start, end.position, f"larger than {ITEM_LIMIT >> 20} MB")
        raw = bytes(self._text[start : end.position]).rstrip(b" \t\r\n")
        reason = _fault_in(raw, end)
        return self._problem(number, start, end.position, reason) if reason else Item(raw, number)

    def _problem(self, number: int, start: int, end: int, reason: str) -> Problem:
        raw = bytes(self._text[start : min(end, start + KEPT_LIMIT)])
        cut = f"; its first {KEPT_LIMIT >> 20} MB were kept" if end - start > KEPT_LIMIT else ""
        return Problem(f"{self._where}, item {number + 1} (byte {start})", reason + cut, raw.strip())


def _fault_in(raw: bytes, end: End) -> str:
    """Why these bytes are no JSON that can be decoded; "" if they are."""
    if end.depth > json_scan.DEPTH_LIMIT:
        return f"nested more than {json_scan.DEPTH_LIMIT} levels deep"
    try:
        if not end.sound:
            load_json(raw)
        elif not raw.isascii():
            raw.decode()
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start} of the item)"
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


def _words(fault: FaultError) -> str:
    return f"{fault} (byte {fault.position})"
