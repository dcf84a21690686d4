"""Lenient access to providers' JSON: a field of the wrong type is as good as none, and never an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import regex

Json = Any
Object = dict[str, Any]

_BLANKS = regex.compile(r"[\s\p{Cc}]+")
_SURROGATE_BYTES = re.compile(rb"\xed[\xa0-\xbf]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 4_000
_MOST_GROWTH = 10
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def load_json(raw: bytes | str) -> Json:
    """Decodes one record. Lone surrogates become U+FFFD; NaN, Infinity and numbers too long for Python None; control
    characters are let pass.

    Raises ValueError (also for bad UTF-8) and RecursionError.
    """
    value = json.loads(raw, strict=False, parse_constant=lambda _: None, parse_int=_parse_int)
    suspicious = _may_hold_surrogates(raw)
    return _without_surrogates(value) if suspicious else value


def _parse_int(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _may_hold_surrogates(raw: bytes | str) -> bool:
    """Whether there are escapes of surrogates, or the three bytes that some programs wrongly write for one.

    Plain searches first: they run at memory speed, and nearly every record ends there.
    """
    if isinstance(raw, str):
        return "\\ud" in raw or "\\uD" in raw or _SURROGATE.search(raw) is not None
    return b"\\ud" in raw or b"\\uD" in raw or (b"\xed" in raw and _SURROGATE_BYTES.search(raw) is not None)


def _without_surrogates(value: Json) -> Json:
    holder = [value]
    stack: list[tuple[Any, Any]] = [(holder, 0)]
    while stack:
        parent, place = stack.pop()
        item = parent[place]
        if isinstance(item, str):
            parent[place] = _SURROGATE.sub("\ufffd", item)
        elif isinstance(item, list):
            stack.extend((item, index) for index in range(len(item)))
        elif isinstance(item, dict):
            clean = {_SURROGATE.sub("\ufffd", key): member for key, member in item.items()}
            parent[place] = clean
            stack.extend((clean, key) for key in clean)
    return holder[0]


def text_of(value: Json) -> str:
    """A string as it is, an integer as its digits, anything else as ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def object_of(value: Json) -> Object:
    """A JSON object as it is, anything else as {}."""
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """A JSON array as it is, anything else as []."""
    return value if isinstance(value, list) else []


def objects_of(value: Json) -> Iterator[Object]:
    """The objects in a JSON array; whatever else it holds is passed over."""
    return (item for item in list_of(value) if isinstance(item, dict))


def size_of(value: Json) -> int | None:
    """A whole number that is not negative (a size in bytes or pixels), else None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 63:
        return None
    return int(value)


def one_line(value: Json) -> str:
    """A string with all runs of white space and control characters as one blank; for titles and names."""
    return _BLANKS.sub(" ", text_of(value)).strip()


def tells(value: Json) -> bool:
    """If a value that nobody knows may say something to a reader: a structure or prose, not a switch or an id."""
    return bool(value) and (isinstance(value, list | dict) or (isinstance(value, str) and " " in value.strip()))


def json_text(value: Json) -> str:
    """Readable JSON for what is shown as the provider wrote it: indented, other scripts as they are.

    Values nested too deep to indent stand on one line, as do those that would grow out of all proportion: each of
    many numbers 500 levels deep would have a thousand blanks before it.
    """
    compact = json.dumps(value, ensure_ascii=False)
    try:
        text = _indented(value, _MOST_GROWTH * len(compact) + 10_000) or compact
    except RecursionError:
        text = compact
    return _SURROGATE.sub("\ufffd", text)


def _indented(value: Json, longest: int) -> str:
    """Indented JSON; "" if it is longer than that."""
    pieces, size = [], 0
    for piece in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
        pieces.append(piece)
        size += len(piece)
        if size > longest:
            return ""
    return "".join(pieces)


def parse_time(value: Json) -> datetime | None:
    """Any form of time that the providers write, as an aware datetime in UTC; None for everything else.

    Seconds or milliseconds since 1970 as number or digits; ISO 8601 with or without zone (without: UTC); Mongo's
    `{"$date": …}` around any of them. Times before 2 January 1970 or after 2099 stand for "unknown" in
    real exports (0, year 1), and give None.
    """
    while isinstance(value, dict):
        value = value.get("$date", value.get("$numberLong"))
    if isinstance(value, str):
        digits = value.strip()
        if re.fullmatch(r"\d{9,16}(\.\d+)?", digits):
            value = float(digits)
        else:
            return _parse_iso(digits)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _from_seconds(value)


def _parse_iso(value: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    parsed = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed
    # Of any date with a zone there is a timestamp; beyond the years 1 to 9999 it has no form in UTC.
    return parsed.astimezone(UTC) if _EARLIEST <= parsed.timestamp() < _LATEST else None


def _from_seconds(number: float) -> datetime | None:
    if not 0 < number < _LATEST * 1_000_000:
        return None
    for divisor in (1, 1_000, 1_000_000):
        seconds = number / divisor
        if _EARLIEST <= seconds < _LATEST:
            # Microseconds are as fine as providers write; rounding keeps float noise out of the archive.
            return datetime.fromtimestamp(round(seconds, 6), UTC)
    return None
