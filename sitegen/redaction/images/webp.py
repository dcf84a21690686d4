"""WebP (RFC 9649): pictures, colours and animation stay; EXIF, XMP and chunks not known go. Pure."""

from __future__ import annotations

from sitegen.redaction.images import exif
from sitegen.redaction.images.reading import expect, number, part

_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_IN_FRAME = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_FRAME_HEAD = 16
_EXIF, _XMP = 0x08, 0x04


def without_metadata(content: bytes) -> bytes:
    """The file up to the end that its head names. Raises BrokenImageError for one that is broken."""
    expect(content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    end = 8 + number(content, 4, 4, "little")
    inside = part(content, 12, end - 12)
    chunks = _chunks(inside)
    orientation = next(
        (exif.orientation(body.removeprefix(b"Exif\0\0")) for name, body in chunks if name == b"EXIF"), 1
    )
    kept = [(name, _cleaned(name, body, orientation)) for name, body in chunks if name in _KEPT]
    expect(any(name in (b"VP8 ", b"VP8L", b"ANMF") for name, _ in kept))
    if orientation != 1:
        kept.append((b"EXIF", exif.of_orientation(orientation)))
    body = b"".join(_chunk(name, data) for name, data in kept)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    at = 0
    while at < len(content):
        length = number(content, at + 4, 4, "little")
        found.append((part(content, at, 4), part(content, at + 8, length)))
        # The byte that makes a length even may be missing at the very end.
        at += 8 + length + length % 2
    return found


def _cleaned(name: bytes, body: bytes, orientation: int) -> bytes:
    if name == b"VP8X":
        expect(len(body) == 10)
        gone = _XMP if orientation != 1 else _XMP | _EXIF
        return bytes((body[0] & ~gone,)) + body[1:]
    if name == b"ANMF":
        inner = _chunks(body[_FRAME_HEAD:])
        return part(body, 0, _FRAME_HEAD) + b"".join(_chunk(kind, data) for kind, data in inner if kind in _IN_FRAME)
    return body


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
