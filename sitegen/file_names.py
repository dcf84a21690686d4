"""What the names of files mean to the systems that they are taken to, whichever this one is. Pure.

Windows keeps some names for devices, with any ending. Windows and macOS take names that differ only in case for one
file, and macOS those that differ only in how letters with marks are written.
"""

from __future__ import annotations

import re
import unicodedata

_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE)


def is_reserved(name: str) -> bool:
    """Whether Windows takes this name of a file or folder for a device: `con`, `NUL.txt`, `aux .c`."""
    return _DEVICE.fullmatch(_device_part(name)) is not None


def unreserved(name: str) -> str:
    """The name, with a `_` after the part that Windows would take for a device."""
    part = _device_part(name)
    return f"{part}_{name[len(part) :].lstrip(' ')}" if is_reserved(name) else name


def _device_part(name: str) -> str:
    return name.partition(".")[0].rstrip(" ")


def same_file_key(path: str) -> str:
    """Equal for paths that some file system takes for one and the same."""
    # Upper case first: some systems compare by that, and a few letters share it with others than by folding.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).upper().casefold())
