"""PNG and APNG (W3C PNG, third edition): chunks that pixels, colours and animation take stay, all else goes. Pure."""

from __future__ import annotations

import zlib

from sitegen.redaction.images import exif
from sitegen.redaction.images.reading import expect, number, part

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
        *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs"),
    )
)


def without_metadata(content: bytes) -> bytes:
    """The file up to its IEND. Raises BrokenImageError for one that is broken, or that needs a chunk not known here."""
    expect(content.startswith(_SIGNATURE + b"\0\0\0\rIHDR"))
    kept = [_SIGNATURE]
    at = len(_SIGNATURE)
    while True:
        length = number(content, at, 4)
        name = part(content, at + 4, 4)
        chunk = part(content, at, length + 12)
        at += length + 12
        if name in _KEPT:
            kept.append(chunk)
        elif name == b"eXIf":
            orientation = exif.orientation(chunk[8:-4])
            if orientation != 1:
                kept.append(_chunk(name, exif.of_orientation(orientation)))
        else:
            # A capital at the front marks what a reader can't do without.
            expect(not name[:1].isupper())
        if name == b"IEND":
            return b"".join(kept)


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
