"""What rendering a text gives, the cleaning every text goes through first, and how it may fail. No markup is made
here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

#: What other people's parsers and lexers raise for a text that they can't make sense of.
FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True)
class CodeText:
    """The content of a code block, and the name of its language ("python"; "" if unknown)."""

    text: str
    language: str


@dataclass(frozen=True)
class RenderedText:
    """A text as trusted HTML, and as words.

    `prose` is the visible text without markup and code blocks, one line for each block or table row, formulas as
    their TeX; for search, excerpts and outlines. `code` are the code blocks in order.
    """

    html: Markup
    prose: str
    code: tuple[CodeText, ...]


#: A paragraph above this many characters is marked as long. Browsers that are to find the direction of each of its
#: lines take quadratic time: over ten seconds for two million characters.
LONG = 200_000


# Controls, surrogates, and code points that Unicode keeps for no character.
_UNSHOWABLE = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)


def showable(text: str) -> str:
    """The same text, character for character, in characters that a page can hold.

    Control characters become the picture of their name (ESC: ␛) where Unicode has one, form feeds and the like
    blanks; lone surrogates and all else that HTML forbids U+FFFD.
    """
    return _UNSHOWABLE.sub(_stand_in, text) if _is_suspect(text) and _UNSHOWABLE.search(text) else text


#: What a text may hold that is unshowable, in UTF-8: ASCII controls, further controls, and the ends of code points that
#: are no characters.
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_FURTHER_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_NO_CHARACTERS = (b"\xef\xb7", b"\xbf\xbe", b"\xbf\xbf")


def _is_suspect(text: str) -> bool:
    """Whether the text may hold an unshowable character: found out at many times the speed of the expression above,
    which is asked only then."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    if len(data.translate(None, _CONTROLS)) != len(data):
        return True
    if len(data) == len(text):
        return False
    return any(ending in data for ending in _NO_CHARACTERS) or _FURTHER_CONTROL.search(data) is not None


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in (0x0B, 0x0C, 0x85):
        return " "
    if code == 0x7F:
        return "\u2421"
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def escaped(text: str) -> str:
    """The text with `& < >` as entities, for element content."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(value: str) -> str:
    """The text escaped for an attribute in double quotes."""
    return escaped(value).replace('"', "&quot;")
