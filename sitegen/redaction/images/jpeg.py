"""JPEG (ITU-T T.81, JFIF, Exif 2.32): segments of tables and pixels stay, those of applications go. Pure."""

from __future__ import annotations

from sitegen.redaction.images import exif
from sitegen.redaction.images.reading import expect, number, part

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_COMMENT = 0xFE
_EXIF = b"Exif\0\0"


def without_metadata(content: bytes) -> bytes:
    """The file up to its end marker. Raises BrokenImageError for one that is broken."""
    expect(content.startswith(b"\xff\xd8\xff"))
    kept: list[bytes] = []
    orientation = 1
    at = 2
    while True:
        code, at = _marker(content, at)
        if code == _END:
            break
        if code in _ALONE:
            kept.append(bytes((0xFF, code)))
            continue
        length = number(content, at, 2)
        expect(length >= 2)
        body = part(content, at + 2, length - 2)
        at += length
        if code == 0xE1 and body.startswith(_EXIF):
            orientation = exif.orientation(body[len(_EXIF) :])
        if _stays(code, body):
            kept.append(bytes((0xFF, code)) + length.to_bytes(2, "big") + body)
        if code == _SCAN:
            end = _end_of_scan(content, at)
            kept.append(content[at:end])
            at = end
    return b"".join((b"\xff\xd8", *_placed(kept, orientation), b"\xff\xd9"))


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The next marker's code and the place after it; any number of 0xFF may stand before the code."""
    expect(number(content, at, 1) == 0xFF)
    while number(content, at, 1) == 0xFF:
        at += 1
    code = content[at]
    expect(code not in (0, _START))
    return code, at + 1


def _stays(code: int, body: bytes) -> bool:
    if code == 0xE0:
        # JFIF itself; its extension holds a small picture of what the picture once was.
        return body.startswith(b"JFIF\0") and len(body) == 14
    if code == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if code == 0xEE:
        return body.startswith(b"Adobe") and len(body) == 12
    return code != _COMMENT and not 0xE0 <= code <= 0xEF


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        expect(0 <= at < len(content) - 1)
        code = content[at + 1]
        if code == 0xFF:
            at += 1
        elif code == 0 or 0xD0 <= code <= 0xD7:
            at += 2
        else:
            return at


def _placed(kept: list[bytes], orientation: int) -> list[bytes]:
    """JFIF must come first; the new EXIF segment comes after it."""
    if orientation == 1:
        return kept
    body = _EXIF + exif.of_orientation(orientation)
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    place = 1 if kept and kept[0].startswith(b"\xff\xe0") else 0
    return [*kept[:place], segment, *kept[place:]]
