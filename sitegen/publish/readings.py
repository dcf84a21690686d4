"""What the bytes of a finished site say, in every way that somebody could read them. Pure.

A word can stand in a file as it is, as HTML or JSON spell it, or packed: base64, gzip, zlib (as in PNG and PDF), zip.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import zlib
from collections.abc import Iterator

#: How many bytes of one packed piece are looked at: more could be a bomb.
LARGEST = 64 << 20
_DEEPEST = 3

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
#: Elements that a word can go through: highlighted code is made of them.
_WITHIN_WORDS = re.compile(r"</?(?:a|b|bdi|code|em|i|mark|s|span|strong|sub|sup|wbr)(?:\s[^>]*)?>")
_COMMENT = "<!--"
_MARKUP = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"""(?<==)(?:"[^"]*"|'[^']*'|[^\s"'<>]+)""")
#: How packed pieces begin: gzip, zlib at any level, and a member of a zip (30 bytes, then two names of given lengths).
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")


def readings(content: bytes, depth: int = 0) -> Iterator[str]:
    """The texts that a file's bytes can be read as: of markup without comments, what it shows and holds in attributes.
    What is no text in UTF-8 reads as UTF-16 and as single bytes."""
    text = _decoded(content)
    if text is None:
        yield content.decode("latin-1")
        yield content.decode("utf-16-le", "replace")
        yield content[1:].decode("utf-16-le", "replace")
    else:
        is_markup = text.lstrip()[:1] == "<"
        if not is_markup or _COMMENT in text:
            yield text
        if is_markup:
            yield shown(text)
        if "\\" in text:
            yield strings(text)
    if depth < _DEEPEST:
        for piece in (*_encoded(content), *_packed(content)):
            yield from readings(piece, depth + 1)


def _decoded(content: bytes) -> str | None:
    """A text in UTF-8; None for anything else."""
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def shown(page: str) -> str:
    """What a page of HTML or XML says: its text without markup, and what its attributes hold, a line for each.

    Exact for what sitegen writes, where no value of an attribute holds ">"; fast, and close enough for anything else.
    """
    text = _MARKUP.sub("\n", _WITHIN_WORDS.sub("", page))
    return html.unescape("\n".join((text, *(value.strip("\"'") for value in _VALUE.findall(page)))))


def strings(text: str) -> str:
    """What the string literals of a script or of JSON stand for, a line for each."""
    return "\n".join(_spelled(literal[0]) for literal in _LITERAL.finditer(text))


def _spelled(literal: str) -> str:
    if "\\" in literal:
        try:
            return str(json.loads(literal, strict=False))
        except ValueError:
            pass  # quotation marks of prose: they are read as they stand
    return literal[1:-1]


def _encoded(content: bytes) -> Iterator[bytes]:
    """What runs of base64 stand for, packed pieces each for itself, and else what is text and what is not in one piece
    each: a script has thousands of words that could be base64."""
    texts: list[bytes] = []
    others: list[bytes] = []
    for run in _BASE64.finditer(content):
        digits = run[0].rstrip(b"=").translate(_URL_SAFE)
        # One digit alone is no byte; two or three are the last bytes of a text.
        digits = digits[:-1] if len(digits) % 4 == 1 else digits
        try:
            piece = base64.b64decode(digits + b"=" * (-len(digits) % 4))
        except binascii.Error:
            continue
        if _PACKED.match(piece):
            yield piece
        else:
            (others if _decoded(piece) is None else texts).append(piece)
    yield from (b"\n".join(pieces) for pieces in (texts, others) if pieces)


def _packed(content: bytes) -> Iterator[bytes]:
    for start in _PACKED.finditer(content):
        if piece := _inflated(content, start.start()):
            yield piece


def _inflated(content: bytes, start: int) -> bytes:
    """What is packed there; b"" if nothing is."""
    if content.startswith(b"PK", start):
        name, extra = (int.from_bytes(content[start + at : start + at + 2], "little") for at in (26, 28))
        start, window = start + 30 + name + extra, -zlib.MAX_WBITS
    else:
        window = zlib.MAX_WBITS | 32
    try:
        return zlib.decompressobj(window).decompress(memoryview(content)[start:], LARGEST)
    except zlib.error:
        return b""
