"""Private keys as PEM or OpenPGP blocks, whole: cut off at the end or written as one line of JSON, too. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.redaction.spans import Span

_BEGIN = "-----BEGIN "
_FIRST = re.compile(r"-----BEGIN (?P<name>(?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----")
# What base64, headers of old PEM files, checksums and line ends (also escaped, indented or quoted) are made of.
_BODY = re.compile(
    r"(?:(?:(?<=\n)|(?<=\\n))[A-Za-z-]{1,20}: [^\n\\\"]{0,100}(?=\n|\\)|[A-Za-z0-9+/= \t>|]++|[\r\n]|\\{1,2}[nrt])*+"
)
_LONG_LINE = re.compile(r"[A-Za-z0-9+/]{24,}+={0,2}")
_LAST_LINE = re.compile(r"(?:\s{1,3}|\\{1,2}n)[A-Za-z0-9+/]{1,23}={0,2}(?=\n|\\|[\"'`]|\Z)")
_SHORTEST = 16


def private_keys(text: str, lower: str) -> Iterator[Span]:
    """Blocks with a body: the first line alone names the thing and gives nothing away."""
    del lower
    at = 0
    while (at := text.find(_BEGIN, at)) >= 0:
        first = _FIRST.match(text, at)
        if first is None:
            at += len(_BEGIN)
            continue
        body = _BODY.match(text, first.end())
        end = body.end() if body else first.end()
        last = f"-----END {first['name']}-----"
        whole = text.startswith(last, end)
        content = text[first.end() : end]
        if len(content.strip()) >= _SHORTEST and (whole or _is_base64(content)):
            yield Span(at, end + len(last) if whole else _trimmed(text, at, end), "private key")
        at = end


def _is_base64(content: str) -> bool:
    """Whether a block without its last line is more than words that follow the first."""
    return _LONG_LINE.search(content) is not None


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of what belongs to a block that was cut off: words that follow it are somebody's."""
    for match in _LONG_LINE.finditer(text, start, end):
        end = match.end()
    last = _LAST_LINE.match(text, end)
    return last.end() if last else end
