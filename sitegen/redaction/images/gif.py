"""GIF (87a, 89a): pictures, their timing and the loop stay; comments, plain text and other applications go. Pure."""

from __future__ import annotations

from sitegen.redaction.images.reading import expect, number, part

_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def without_metadata(content: bytes) -> bytes:
    """The file up to its trailer. Raises BrokenImageError for one that is broken."""
    expect(content[:6] in (b"GIF87a", b"GIF89a"))
    at = 13 + _size_of_colours(number(content, 10, 1))
    kept = [part(content, 0, at)]
    while True:
        start = at
        sort = number(content, at, 1)
        if sort == _TRAILER:
            return b"".join((*kept, b";"))
        if sort == _IMAGE:
            # Descriptor, colours, and the one byte before the data.
            at = _end_of_blocks(content, at + 10 + _size_of_colours(number(content, at + 9, 1)) + 1)
            kept.append(content[start:at])
        else:
            expect(sort == _EXTENSION)
            label = number(content, at + 1, 1)
            at = _end_of_blocks(content, at + 2)
            if label == _CONTROL:
                kept.append(content[start:at])
            elif label == _APPLICATION and part(content, start + 3, 11) in _LOOPS:
                kept.append(_loop(content, start))


def _size_of_colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(content: bytes, at: int) -> int:
    while length := number(content, at, 1):
        at += length + 1
    return at + 1


def _loop(content: bytes, start: int) -> bytes:
    """The extension with its first block of three bytes and nothing behind it: how often the animation runs."""
    expect(number(content, start + 2, 1) == 11)
    has_count = number(content, start + 14, 1) == 3
    return part(content, start, 14) + (part(content, start + 14, 4) if has_count else b"") + b"\0"
