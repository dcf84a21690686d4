"""E-mail addresses and telephone numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sitegen.redaction.spans import Span, places_of

_LOCAL = re.compile(r"[A-Za-z0-9À-ɏ._+'-]{1,64}")
_DOMAIN = re.compile(
    r"((?:[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ-]{0,61}[A-Za-z0-9À-ɏ])?\.){1,6})"
    r"(xn--[a-z0-9-]{2,40}|[A-Za-z]{2,24})(?![A-Za-z0-9À-ɏ(])(?!-[A-Za-z0-9])"
)
_FILE_ENDINGS = frozenset(
    ("png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "css", "js", "mjs", "jsx", "ts", "tsx", "json", "html", "htm")
) | {"md", "py", "rb", "rs", "sh", "yml"}
# RFC 2606 and 6761 keep these for examples.
_RESERVED = re.compile(
    r"(?:[\w-]{1,63}\.){0,5}(?:example(?:\.(?:com|net|org|edu))?|test|invalid|local|localhost)", re.IGNORECASE
)
_SERVICES = frozenset(("git", "hg", "svn"))
_VARIABLES = frozenset(("self", "np", "torch", "jnp", "tf", "this"))
_URL_USER = re.compile(r"://[^\s/@\"'<>]{0,128}:\Z")


def emails(text: str, lower: str) -> Iterator[Span]:
    """Addresses of e-mail, except those at domains that are kept for examples."""
    del lower
    for place in places_of("@", text):
        # Read backwards, so that a long run before the sign is looked at no further than it may reach.
        local = _LOCAL.match(text[max(place - 65, 0) : place][::-1])
        domain = _DOMAIN.match(text, place + 1)
        if local is None or domain is None:
            continue
        name = local[0][::-1].lstrip(".'-")
        if not name or name.endswith(".") or name.lower() in _SERVICES:
            continue
        first = domain[1].partition(".")[0]
        if domain[2].lower() in _FILE_ENDINGS or first in _VARIABLES or _RESERVED.fullmatch(domain[0]):
            continue
        start = place - len(name)
        if _URL_USER.search(text, max(start - 140, 0), start):
            continue
        yield Span(start, domain.end(), "e-mail")


#: Runs of digits and of what stands between digits, wherever there may be a number of some kind.
RUNS = re.compile(r"[0-9][0-9 ().\-/+]{6,}+")
_SEPARATOR = r"(?: ?[-./] ?|\) ?[-/]? ?| ?\( ?| )"
_INTERNATIONAL = re.compile(
    rf"(?:\+|00(?=[1-9][0-9]{{0,2}}[ ./-]))[1-9][0-9]{{0,14}}(?:{_SEPARATOR}[0-9]{{1,14}}){{0,8}}"
)
_NATIONAL = re.compile(
    r"""
      (?:1[-. ])?\([2-9][0-9]{2}\)[ ]?[2-9][0-9]{2}[-. ][0-9]{4}
    | (?:1[-. ])?[2-9][0-9]{2}([-.])[2-9][0-9]{2}\1[0-9]{4}
    | 0[1-9](?:([ .-])[0-9]{2})(?:\2[0-9]{2}){3}
    | \(0[1-9][0-9]{1,4}\)[ ]?[0-9]{2,8}(?:[ -][0-9]{1,6}){0,3}
    | 0[1-9][0-9]{1,4}(?:[ ]?/[ ]?|-)[0-9]{2,9}(?:[ -]?[0-9]{1,5}){0,4}
    | 0[1-9][0-9]{1,4}[ ][0-9]{3,8}(?:[ ][0-9]{2,5}){0,3}
    | 1[3-9][0-9]([ -])[0-9]{4}\3[0-9]{4}
    """,
    re.VERBOSE,
)
_LAST_GROUP = re.compile(r"[^0-9]+[0-9]+\Z")
_GROUP_OF_FOUR = re.compile(r"[0-9A-Z]{4} \Z")
_ISSN = re.compile(r"[0-9]{4}-[0-9]{4}")


def phones(text: str, lower: str) -> Iterator[Span]:
    """Telephone numbers with a country code, or with the blanks and signs that people put into them."""
    del lower
    for run in RUNS.finditer(text):
        at = run.start()
        if text[max(at - 1, 0)] in "+(":
            at -= 1
        while at < run.end():
            first = _international(text, at, run.end()) or _national(text, at, run.end())
            if first is None:
                at = _next_number(text, at, run.end())
            else:
                yield first
                at = first.end


_NUMBER_START = re.compile(r"(?<=[^0-9])[+(0-9]")


def _next_number(text: str, at: int, end: int) -> int:
    match = _NUMBER_START.search(text, at + 1, end)
    return match.start() if match else end


def _international(text: str, at: int, end: int) -> Span | None:
    match = _INTERNATIONAL.match(text, at, end)
    if match is None or not _is_free_before(text, at) or (text[at] == "0" and _is_later_part(text, at)):
        return None
    stop = match.end()
    number = match[0]
    while _digits(number) > 15 or not _is_free_after(text, stop):
        shorter = _LAST_GROUP.sub("", number)
        if shorter == number:
            return None
        number = shorter
        stop = at + len(number)
    is_grouped = not number[1:].isdigit()
    return Span(at, stop, "phone") if _digits(number) >= (8 if is_grouped else 10) else None


def _national(text: str, at: int, end: int) -> Span | None:
    match = _NATIONAL.match(text, at, end)
    if match is None or not _is_free_before(text, at) or not _is_free_after(text, match.end()):
        return None
    if not 9 <= _digits(match[0]) <= 13 or _ISSN.fullmatch(match[0]):
        return None
    return None if _is_later_part(text, at) else Span(at, match.end(), "phone")


def _is_later_part(text: str, at: int) -> bool:
    """Whether the number of an account or of a card goes on here."""
    return _GROUP_OF_FOUR.search(text, max(at - 5, 0), at) is not None


def _digits(number: str) -> int:
    return sum(map(str.isdigit, number))


def _is_free_before(text: str, at: int) -> bool:
    """Whether no longer number, name or formula ends here."""
    if at == 0:
        return True
    before = text[at - 1]
    return not (before.isascii() and before.isalnum()) and before not in "_.-+/#$€£%@&\\"


def _is_free_after(text: str, at: int) -> bool:
    after = text[at : at + 2]
    if not after:
        return True
    if (after[0].isascii() and after[0].isalnum()) or after[0] in "_%@\\":
        return False
    return not (after[0] in "-./,:" and after[1:].isdigit())
