"""Text inside JSON: strings and numbers are edited one by one, and all else stays as it was written. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_STRING = r'"(?:[^"\\]|\\.)*+"'
_VALUES = re.compile(rf"({_STRING})(\s*+:)?|-?[0-9][0-9.eE+-]*+", re.DOTALL)
_OPENING = re.compile(r'\s*[\[{"]')

#: Takes a string and the name it is the value of ("" for none), and gives what to put in its place.
Edit = Callable[[str, str], str]


def is_json(text: str) -> bool:
    """Whether a text is a JSON object, array or string, as Python reads them."""
    if not _OPENING.match(text):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def edited_json(text: str, edit: Edit) -> str:
    """Valid JSON with its names, strings and numbers edited; a number that is edited becomes a string."""
    parts: list[str] = []
    name = ""
    at = 0
    for match in _VALUES.finditer(text):
        literal, colon = match[1], match[2]
        value = json.loads(literal) if literal is not None else match[0]
        new = edit(value, "" if colon else name)
        name = value if colon else ""
        if new != value:
            parts += (text[at : match.start()], _written(new))
            at = match.end(1) if literal is not None else match.end()
    return "".join((*parts, text[at:]))


def _written(value: str) -> str:
    """A lone surrogate can't be written but as an escape."""
    return json.dumps(value, ensure_ascii=any("\ud800" <= letter <= "\udfff" for letter in value))
