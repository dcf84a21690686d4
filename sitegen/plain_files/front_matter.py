"""Front matter: YAML that Obsidian reads as properties and Hugo as parameters. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sitegen.text.rendered import showable

#: What YAML takes for a line break, or refuses, though JSON lets it stand.
_ESCAPED = re.compile("[\u0085\u2028\u2029\ufeff]")

Value = str | datetime | Sequence[str]


def front_matter(values: Mapping[str, Value]) -> str:
    """The block between `---` lines. Empty values are left out.

    Texts are quoted, so that none is taken for a number, a date or a link. Times are local and without a zone,
    a form that both programs read as a time.
    """
    lines = ["---"]
    for key, value in values.items():
        if isinstance(value, datetime):
            lines.append(f"{key}: {value:%Y-%m-%dT%H:%M:%S}")
        elif isinstance(value, str) and value:
            lines.append(f"{key}: {_quoted(value)}")
        elif value:
            lines += [f"{key}:", *(f"  - {_quoted(item)}" for item in value)]
    return "\n".join([*lines, "---"])


def tag(word: str) -> str:
    """A word as a tag that Obsidian takes: letters, digits, `_` and `-`, and not digits alone."""
    name = re.sub(r"[^\w-]+", "-", word).strip("-")
    return f"n{name}" if name.isdigit() else name


def _quoted(text: str) -> str:
    """The text as JSON writes it, which YAML's double quotes read the same way."""
    quoted = json.dumps(showable(text), ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
