"""Whether a file is whole or breaks off, from its first and last bytes. Pure.

That a file opens is not enough: a zip that holds zips opens as the last of these when it is cut behind it, and of a
list cut in two the first half can be read.
"""

from __future__ import annotations

import struct

from sitegen.readers.export.json_scan import skip_preamble

#: So much of a file's end holds a zip's end records with the longest comment.
TAIL = 22 + 0xFFFF + 20 + 56
HEAD = 4096

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE = 22, 20, 56
_CLOSING = {b"[": b"]", b"{": b"}"}


def zip_is_whole(tail: bytes, size: int) -> bool:
    """Whether a zip of `size` bytes ends where its directory says, and begins with the file. `tail` is its last
    `TAIL` bytes, or all of it if it is shorter."""
    place = tail.rfind(_END)
    while place >= 0:
        if place + _END_SIZE <= len(tail):
            (comment,) = struct.unpack_from("<H", tail, place + 20)
            if place + _END_SIZE + comment == len(tail):
                return _directory_end(tail, place, size) == size - len(tail) + place
        place = tail.rfind(_END, 0, place)
    return False


def _directory_end(tail: bytes, place: int, size: int) -> int:
    """Where, by the end record at `place`, that record should stand: right after the directory, seen from the first
    byte. -1 if that can't be told."""
    length, start = struct.unpack_from("<LL", tail, place + 12)
    locator = place - _LOCATOR_SIZE
    if locator < 0 or tail[locator : locator + 4] != _LOCATOR_64:
        return int(length + start)
    (at,) = struct.unpack_from("<Q", tail, locator + 8)
    record = at - (size - len(tail))
    if not 0 <= record <= locator - _END_64_SIZE or tail[record : record + 4] != _END_64:
        return -1
    length, start = struct.unpack_from("<QQ", tail, record + 40)
    return int(length + start) + place - record if length + start == at else -1


def json_is_whole(head: bytes, tail: bytes) -> bool:
    """Whether a JSON text, or a script that assigns one, ends with the bracket that closes its first one."""
    text = _plain(head).lstrip(b"\xef\xbb\xbf\xff\xfe")
    first = text[skip_preamble(memoryview(text)) :][:1]
    last = _plain(tail).rstrip(b" \t\r\n;")[-1:]
    return _CLOSING.get(first) == last


def _plain(text: bytes) -> bytes:
    """The characters of UTF-16 and UTF-32 as one byte each, as far as brackets and spaces go."""
    return text.replace(b"\0", b"")
