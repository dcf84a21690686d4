"""What is told about a finding: where it is and what kind of thing it is, never what it says. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import NamedTuple

from sitegen.redaction.spans import Category, Match, lowered
from sitegen.redaction.texts import Edited
from sitegen.redaction.views import decoded, normal

_CONTEXT = 24
_TELLING = 8
_DIGITS_TELL = frozenset(("phone", "iban", "card"))


class Finding(NamedTuple):
    """One place where something was found.

    `where` names it for people: '"Title of chat", answer 12, code'. `excerpt` shows a few words around it and the value
    masked. `id` is the same for the same value in one publication and can't be reckoned from the value without the
    publication's salt. `is_redacted` is False for a value that was allowed and stands in clear.
    """

    where: str
    category: Category
    kind: str
    excerpt: str
    is_critical: bool
    is_redacted: bool
    id: str


class Removed(NamedTuple):
    """A value that was removed, as it stood in the text, and what to look for to be sure that it is gone.

    `needles` is empty where the value alone could be anywhere (a short password, a number); for a name in a path
    they are the paths up to the name, because the name itself may well be said elsewhere.
    """

    value: str
    category: Category
    kind: str
    id: str
    needles: tuple[str, ...]


def canonical(category: Category, value: str) -> str:
    """What makes two ways to write a value the same: capitals of an address, blanks in a number."""
    if category == "secrets":
        return value
    view = normal(value)
    text = lowered((decoded(view) or view).text)
    if category in _DIGITS_TELL:
        return "".join(letter for letter in text if letter.isalnum())
    return " ".join(text.split())


def finding_id(salt: bytes, category: Category, value: str) -> str:
    """10 hex digits of an HMAC over the canonical value."""
    message = f"{category}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(salt, message, hashlib.sha256).hexdigest()[:10]


def masked(match: Match) -> str:
    """The value so that its owner knows it again and nobody else learns it."""
    value = match.value
    if match.kind in ("password", "credential", "private key", "text"):
        return f"… ({len(value)} characters)"
    if match.is_critical:
        shown = value[:4] if len(value) >= 16 else ""
        return f"{shown}… ({len(value)} characters)"
    if match.category in _DIGITS_TELL:
        return f"{value[:2]}…{value[-2:]}"
    return f"{value[:1]}…" if len(value) > 1 else "…"


def excerpts(edited: Edited) -> Iterator[tuple[Match, str]]:
    """Each match with a few words around it, on one line, no value in clear: neither its own nor another."""
    parts: list[str] = []
    starts: list[int] = []
    at = length = 0
    for match, start, end in edited.placed:
        mask = masked(match)
        parts += (edited.text[at:start], mask)
        starts.append(length + start - at)
        length = starts[-1] + len(mask)
        at = end
    text = "".join((*parts, edited.text[at:]))
    for (match, _, _), start in zip(edited.placed, starts, strict=True):
        end = start + len(masked(match))
        yield match, " ".join(text[max(start - _CONTEXT, 0) : end + _CONTEXT].split())


def needles_of(match: Match) -> tuple[str, ...]:
    """What to look for to be sure that a value is gone: see `Removed`."""
    value = match.value
    if match.category == "home":
        return tuple(f"{root}{value}" for root in ("home/", "Users/", "Users\\", "Users\\\\", "home\\"))
    if match.kind == "password" and (len(value) < _TELLING or value.isdigit()):
        return ()
    return (value,)
