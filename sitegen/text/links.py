"""Addresses in text: which may become links, where bare ones begin and end, and what a link hides.

Only absolute http, https and mailto addresses become links. Nothing here fetches or checks an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from sitegen.text.rendered import escaped, quoted

REL = "noopener noreferrer nofollow"

# Controls, soft hyphen, zero-width and direction marks, variation tags: none has a place in an address.
_INVISIBLE = re.compile(
    "[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_WEB = re.compile(r"(https?)://([^/?#]+)(.*)", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(r"mailto:[^@\s]+@[^@\s]+", re.IGNORECASE)
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_LOCAL = re.compile(r"(?![A-Za-z][A-Za-z0-9+.\-]*:)(?![/\\])[^\\\0-\x20]+")


def safe_address(address: str) -> str:
    """The address as it may stand in `href`, ASCII only, or "" when it is not one of the allowed kinds.

    `address` has its Markdown escapes and entities decoded. Backslashes before the query count as slashes, as
    browsers take them.
    """
    address = _INVISIBLE.sub("", address).strip()
    head = re.split(r"[?#]", address, maxsplit=1)[0]
    address = head.replace("\\", "/") + address[len(head) :]
    if not _WEB.fullmatch(address) and not _MAIL.match(address):
        return ""
    if _URI_CHARACTERS.fullmatch(address):
        return address
    encoded = _encoded(address)
    return encoded if _URI_CHARACTERS.fullmatch(encoded) and (_WEB.match(encoded) or _MAIL.match(encoded)) else ""


def _encoded(address: str) -> str:
    """Percent-encoded, with an international host name in its ASCII form (RFC 3492)."""
    from markdown_it.common.normalize_url import normalizeLink

    try:
        return normalizeLink(address)
    except ValueError:
        return ""


def local_address(url: str | None) -> str:
    """A relative URL of this site as given, or "" for None and for anything that leaves it."""
    return url if url and _LOCAL.fullmatch(url) else ""


def host_of(address: str) -> str:
    """The host name in a safe address, lower case, without user name and port; the domain of a mail address."""
    web = _WEB.match(address)
    if not web:
        return address.partition("?")[0].rpartition("@")[2].lower() if _MAIL.match(address) else ""
    return re.sub(r":\d*$", "", web[2].rpartition("@")[2]).lower()


def visible(address: str) -> str:
    """An address as text for people: without invisible characters; inline data is cut to its kind."""
    address = _INVISIBLE.sub("", address).strip()
    return address[:40] + "…" if address[:5].lower() == "data:" and len(address) > 40 else address


_NAMED = re.compile(r"(?:https?:|www\.)[/\\]*([^\s/\\?#<>\"'()]+)", re.IGNORECASE)
_BARE_NAME = re.compile(r"[^\s/?#:@]+\.([^\W\d_]{2,24})(?::\d+)?(?:[/?#]\S*)?")
_FILE_ENDING = re.compile(
    "bat|c|cfg|cpp|cs|css|csv|docx?|go|h|html?|ini|ipynb|java|jpg|jsx?|json|kt|lock|log|md|net|pdf|php|png|pptx?|py"
    "|rb|rs|sh|sql|svg|swift|tex|toml|tsx?|txt|vue|xlsx?|xml|ya?ml|zip",
    re.IGNORECASE,
)


def hidden_host(label: str, address: str) -> str:
    """The host that a link leads to, when its label would make a reader expect another; else "".

    A user name before the host and an international host name always count as misleading.
    """
    web = _WEB.match(address)
    if not web:
        return ""
    host = host_of(address)
    if "@" in web[2] or "xn--" in host:
        return host
    label = _INVISIBLE.sub("", label).strip()
    named = [match[1] for match in _NAMED.finditer(label)]
    bare = _BARE_NAME.fullmatch(label) if not named else None
    if bare and not _FILE_ENDING.fullmatch(bare[1]):
        named = [re.split(r"[/?#]", label, maxsplit=1)[0]]
    return host if any(not _same_site(re.sub(r":\d*$", "", name), host) for name in named) else ""


def _same_site(named: str, host: str) -> bool:
    named, host = named.lower().removeprefix("www.").rstrip("."), host.removeprefix("www.")
    return host == named or host.endswith("." + named) or named.startswith("…")


# --- bare addresses ---------------------------------------------------------------------------------------------

_START = re.compile(r"(?<![A-Za-z0-9])(?:https?://(?=[\w\[])|www\.(?=[\w\-]+\.\w))", re.IGNORECASE)
# Quotes, brackets and stops of other scripts end an address; letters of other scripts may stand in one.
_BODY = re.compile(
    '[^\\s\0-\x20\x7f-\x9f<>"`\\\\\u00ab\u00bb\u200b-\u200f\u2018-\u201f\u2026\u2028-\u202e\u2060-\u206f'
    "\u3001-\u3003\u3008-\u3011\u3014-\u301b\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
_BRACKET = re.compile(r"[()\[\]{}]")
_TRAILING = re.compile("(?:[?!.,:;*_~'\U000f0000-\U0010ffff]|&[A-Za-z0-9]{1,31};)$")
_LONGEST_TRAILING = 33  # that much of an address is searched: all of it, for each stop, would take quadratic time
_CLOSES = {")": "(", "]": "[", "}": "{"}
LONGEST = 8_192
_USUAL = 256  # looked at first: in a row of short addresses without blanks, each would be read on for all of LONGEST


def address_end(text: str, start: int) -> int:
    """Where the bare address that begins at `start` ends: before punctuation and brackets of the sentence."""
    end = _body_end(text, start, start + _USUAL)
    if end == start + _USUAL:
        end = _body_end(text, start, start + LONGEST)
    while trailing := _TRAILING.search(text, max(start, end - _LONGEST_TRAILING), end):
        end = trailing.start()
    return end


def _body_end(text: str, start: int, limit: int) -> int:
    """The end of what can stand in an address, before a bracket that closes none of its own; `limit` at most."""
    body = _BODY.match(text, start, limit)
    if body is None:
        return start
    counts = {"(": 0, "[": 0, "{": 0}
    for bracket in _BRACKET.finditer(text, start, body.end()):
        opening = _CLOSES.get(bracket[0])
        if opening is None:
            counts[bracket[0]] += 1
        elif counts[opening]:
            counts[opening] -= 1
        else:
            return bracket.start()
    return body.end()


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each bare http, https or www address in a text, in order."""
    position = 0
    while match := _START.search(text, position):
        position = max(address_end(text, match.start()), match.end())
        if safe_address(target_of(text[match.start() : position])):
            yield match.start(), position


def target_of(bare: str) -> str:
    """The full address that a bare one stands for: `www.` is short for http."""
    return bare if "://" in bare[:8] else "http://" + bare


# --- markup -----------------------------------------------------------------------------------------------------


def outside_link(address: str, title: str = "") -> str:
    """The opening tag of a link to a safe address."""
    return f'<a href="{quoted(address)}" rel="{REL}"{_title(title)}>'


def local_link(url: str, title: str = "") -> str:
    """The opening tag of a link to a file of this site."""
    return f'<a class="file" href="{quoted(url)}"{_title(title)}>'


def _title(title: str) -> str:
    return f' title="{quoted(title)}"' if title else ""


def linked(text: str) -> str:
    """A plain text as HTML, its bare addresses as links."""
    pieces, position = [], 0
    if "://" in text or "www." in text.lower():
        for start, end in bare_addresses(text):
            bare = text[start:end]
            address = safe_address(target_of(bare))
            pieces += [escaped(text[position:start]), outside_link(address), escaped(bare), "</a>"]
            pieces.append(host_note(hidden_host(bare, address)))
            position = end
    pieces.append(escaped(text[position:]))
    return "".join(pieces)


def host_note(host: str) -> str:
    """The remark after a link that names where it really leads; "" for none."""
    return f' <span class="host">({escaped(host)})</span>' if host else ""


def decoded(address: str) -> str:
    """The address with its percent-encoding undone, as names of files are kept."""
    return unquote(address) if "%" in address else address
