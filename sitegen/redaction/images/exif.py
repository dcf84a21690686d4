"""The one thing of EXIF (2.32, a TIFF) that a picture needs to be seen upright. Pure."""

from __future__ import annotations

from sitegen.redaction.images.reading import BrokenImageError, number

_ORIENTATION = 0x0112


def of_orientation(value: int) -> bytes:
    """A TIFF with nothing but the way up in it."""
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + value.to_bytes(2, "big") + b"\0\0\0\0\0\0"


def orientation(tiff: bytes) -> int:
    """The way up, 1 to 8, of the first directory; 1 where nothing sensible stands."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        directory = number(tiff, 4, 4, order)
        for entry in range(min(number(tiff, directory, 2, order), 200)):
            at = directory + 2 + 12 * entry
            if number(tiff, at, 2, order) == _ORIENTATION and number(tiff, at + 2, 2, order) == 3:
                value = number(tiff, at + 8, 2, order)
                return value if 1 <= value <= 8 else 1
    except BrokenImageError:
        # A broken directory tells nothing about the way up; the pixels are whole.
        return 1
    return 1
