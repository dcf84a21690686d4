"""The outline of a JSON object of any size: its keys, with every long value emptied.

An export is recognised by the shape of its first records. Where the whole file is one object, as Grok's is, that
object would have to be held and decoded, by every reader that looks at it, only to see its keys.
"""

from __future__ import annotations

from sitegen.readers.export import json_scan
from sitegen.readers.export.json_scan import byte_at

#: Values of up to so many bytes are kept as they are, and so many keys of each object, so many objects deep.
_SHORT = 64 << 10
_KEYS = 100
_DEPTH = 4


def outline_of(text: memoryview, start: int, depth: int = _DEPTH) -> bytes:
    """The object at `start` with each long list and string emptied, and each long object as an outline of its own.

    b"" for an object with a value that is not plainly sound: it has to be looked at as a whole then.
    """
    pairs: list[bytes] = []
    position = start + 1
    while len(pairs) < _KEYS and (pair := json_scan.pair_at(text, position)):
        end = json_scan.quick_end(text, pair.value)
        value = _shortened(text, pair.value, end, depth) if end else b""
        if not value:
            return b""
        pairs.append(pair.key + b":" + value)
        position = json_scan.skip_blanks(text, end)
        if byte_at(text, position) != b",":
            break
        position += 1
    return b"{" + b",".join(pairs) + b"}"


def _shortened(text: memoryview, start: int, end: int, depth: int) -> bytes:
    if end - start <= _SHORT:
        return bytes(text[start:end])
    first = byte_at(text, start)
    if first == b"{":
        return outline_of(text, start, depth - 1) if depth > 1 else b"{}"
    return b"[]" if first == b"[" else b'""'
