"""Secrets that show by what stands before them: `password = …`, `Authorization: Bearer …`, `scheme://user:…@host`.

Nothing in their form tells them from other words, so the value is judged: placeholders, calls, names and plain words
are spared (`is_secret`). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.redaction.placeholders import is_placeholder
from sitegen.redaction.spans import Span, lowered, places_of

_PASSWORDS = (
    *("password", "passwort", "passwd", "kennwort", "passphrase", "passcode", "requirepass", "pwd", "pass"),
    *("mot de passe", "contraseña", "senha", "密码", "密碼", "пароль", "パスワード", "비밀번호"),
)
_KEYS = ("secret", "token", "key", "credential", "key_base")
#: What makes a key of a "key", of which chats are full.
_KEY_BEFORE = re.compile(
    r"(?:api|access|secret|private|encryption|account|auth|signing|master|licen[cs]e|client|service|app|jwt|shared)"
    r"[ _-]?\Z"
)
_SEPARATOR = re.compile(
    r"""
    (?:[_-]?[0-9]{1,2})?
    (?: \\{0,2}["'`] )? \]? \s{0,4}
    (?: (?:=>|:=|={1,3}|:) (?:\s{0,2}[A-Za-z][\w.|]{0,20}(?:\[\w{1,20}\])?\s{0,2}=)? \s{0,6} (?:[bruf]{1,2}(?=["']))?
      | [ ](?:is|ist|lautet|est|es)[ :]\s{0,3}
      | >(?=[^<\n]{4,200}</)
      | "\s{1,4}value\s{0,2}=\s{0,2}
    )
    """,
    re.VERBOSE,
)
_OPTION = re.compile(r"--?(?:[a-z]{1,15}-){0,4}\Z")
_QUOTED = re.compile(r"""(?:"|\\"|'|\\'|`)""")
_LONGEST = 4_000
_JUDGED = 500
_UNQUOTED = re.compile(r"[^\s\"'`<>,;&(){}\[\]|\\，。；、）】」\x00-\x1f]{1,500}+")
_UNQUOTED_REST = re.compile(r"[^\s\"'`<>,;&(){}\[\]|\\，。；、）】」\x00-\x1f]++")
_OPEN = frozenset("([{")
_ATTRIBUTE = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|->|::)[A-Za-z_$][\w$]*)+[!?]?")
_PATH = re.compile(r"(?:~|\.{1,2})?/[\w.-]+(?:/|\Z)|[A-Za-z]:\\|\w{2,12}://")
_TAG = re.compile(r"!\w+")
_IN_EXPANSION = re.compile(r"\$\{\w{0,40}\Z")
_PIECES = re.compile(r"[-_./:@ ]+")
_PLAIN_PIECE = re.compile(r"[A-Za-z]+|[0-9]{1,4}|v[0-9]{1,3}")

_URL_PASSWORD = re.compile(r"[^\s:@/?#\"'`<>\[\](){}]{0,128}+:([^\s@/\"'`<>(){}]{1,256}+)@(?=[\w\[.-])")
_HEADER = re.compile(
    r"""authorization\\{0,2}["']?\]?\s{0,3}[:=,]\s{0,3}(?:[bruf]{0,2}\\{0,2}["'`])?
    (?:bearer|basic|token|digest|apikey)\s{1,3}([\w.~+/=-]{8,}+)""",
    re.IGNORECASE | re.VERBOSE,
)
_BEARER = re.compile(r"bearer\s{1,3}([\w.~+/=-]{20,}+)", re.IGNORECASE)
_CURL_USER = re.compile(r"(?:-u|--user|--proxy-user)[ =]\s{0,2}[\"']?([\w.@%+-]{1,64}+):([^\s\"'`:]{4,200}+)")
_TOKEN_LENGTH = 8


def named_values(text: str, lower: str) -> Iterator[Span]:
    """Values whose name says that they are secret."""
    for words, kind in ((_PASSWORDS, "password"), (_KEYS, "secret")):
        for word in [word for word in words if word in lower]:
            reached = 0
            for place in places_of(word, lower):
                if place < reached or not _names(word, lower, place):
                    continue
                for span in _value(text, lower, place + len(word), kind, place):
                    reached = span.end
                    yield span


def _names(word: str, lower: str, place: int) -> bool:
    """Whether a word, where it stands, can be the name of something secret."""
    if word == "pass":
        return _stands_alone(lower, place)
    return word != "key" or _KEY_BEFORE.search(lower, max(place - 12, 0), place) is not None


def kind_of_named(name: str, value: str) -> str | None:
    """The kind of a value that stands apart from its name, as in decoded JSON; None if it is no secret."""
    lower = lowered(name).rstrip("0123456789_-")
    for word in _PASSWORDS:
        if lower.endswith(word) and _names(word, lower, len(lower) - len(word)):
            return "password" if is_secret(value, "password") else None
    for word in _KEYS:
        if lower.endswith(word) and _names(word, lower, len(lower) - len(word)):
            return "secret" if is_secret(value, "secret") else None
    return None


def _stands_alone(lower: str, place: int) -> bool:
    return place == 0 or not lower[place - 1].isalpha()


def _value(text: str, lower: str, at: int, kind: str, named_at: int) -> Iterator[Span]:
    separator = _SEPARATOR.match(text, at)
    if separator is not None:
        start = separator.end()
    elif text.startswith(" ", at) and (
        _OPTION.search(lower, max(named_at - 64, 0), named_at) or lower.startswith("requirepass", named_at)
    ):
        start = at + 1
    else:
        return
    quote = _QUOTED.match(text, start)
    if quote is None:
        yield from _unquoted(text, start, kind, separator[0] if separator else " ", named_at)
        return
    start = quote.end()
    end = text.find(quote[0], start, start + _LONGEST)
    while end > start and len(quote[0]) == 1 and text[end - 1] == "\\":
        # An escaped quote is a part of the value.
        end = text.find(quote[0], end + 1, start + _LONGEST)
    if end >= 0 and is_secret(text[start:end], kind):
        yield Span(start, end, kind)


def _unquoted(text: str, start: int, kind: str, separator: str, named_at: int) -> Iterator[Span]:
    match = _UNQUOTED.match(text, start)
    if match is None or "==" in separator:
        return
    end = match.end()
    value = match[0].rstrip(".,:?")
    if text[end : end + 1] in _OPEN or _ATTRIBUTE.fullmatch(value) or _TAG.fullmatch(value):
        return
    if (len(value) != 40 and _PATH.match(value)) or _IN_EXPANSION.search(text, max(start - 64, 0), named_at):
        return
    if is_secret(value, kind):
        # What goes on beyond the length that is judged belongs to it.
        rest = _UNQUOTED_REST.match(text, end)
        yield Span(start, rest.end() if rest is not None and end - start == _JUDGED else start + len(value), kind)


def is_secret(value: str, kind: str) -> bool:
    """Whether a value with a secret's name is one: of kind "password", or "secret" for keys and tokens.

    It has letters and digits (or signs), no blanks, and is no placeholder; a number alone can be a password, several
    words and short numbers joined by dashes can be one, too, but not a key.
    """
    if any(map(str.isspace, value)):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    signs = len(value) - digits - letters
    if kind == "password":
        fits = len(value) >= 6 and (digits == len(value) or (letters > 0 and (digits > 0 or _is_mixed(value, signs))))
    else:
        fits = len(value) >= _TOKEN_LENGTH and digits > 0 and letters > 0
        fits = fits and not all(map(_PLAIN_PIECE.fullmatch, _PIECES.split(value)))
    return fits and not is_placeholder(value)


def _is_mixed(value: str, signs: int) -> bool:
    """Whether a value without digits has signs as no name of a thing has."""
    return signs > 0 and any(letter in "!#$%&*+?^~=@" for letter in value)


def passwords_in_addresses(text: str, lower: str) -> Iterator[Span]:
    """The password of `scheme://user:password@host`."""
    del lower
    for place in places_of("://", text):
        match = _URL_PASSWORD.match(text, place + 3)
        if match is not None:
            value = match[1]
            user = text[place + 3 : match.start(1) - 1]
            if value != user and value[0] != "$" and not is_placeholder(value):
                yield Span(match.start(1), match.end(1), "password")


def headers(text: str, lower: str) -> Iterator[Span]:
    """What `Authorization` headers carry, and curl's `-u name:password`."""
    for place in places_of("authorization", lower):
        yield from _credential(_HEADER.match(text, place))
    for place in places_of("bearer ", lower):
        yield from _credential(_BEARER.match(text, place))
    if "curl" in lower:
        for option in ("-u", "--user", "--proxy-user"):
            for place in places_of(option, text):
                match = _CURL_USER.match(text, place)
                if match is not None and is_secret(match[2], "password"):
                    yield Span(match.start(2), match.end(2), "password")


def _credential(match: re.Match[str] | None) -> Iterator[Span]:
    if match is None or is_placeholder(match[1]):
        return
    value = match[1]
    if any(map(str.isdigit, value)) or (any(map(str.isupper, value[1:])) and any(map(str.islower, value))):
        yield Span(match.start(1), match.end(1), "credential")
