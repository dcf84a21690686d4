"""What one answer of a host says: whether a file of the site reads in clear, a password stands before it, or neither.

Pure. Answers are asked for in `probe`, and taken together in `verdict`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sitegen.hosting.files import HEADERS_NAME, NETLIFY_NAME
from sitegen.output import MANIFEST_NAME

#: How many bytes of an answer, and of the file that it should be, are looked at.
START_SIZE = 1 << 16

View = Literal["clear", "unlock", "refused", "login", "absent", "elsewhere", "other", "silent"]
"""What a stranger gets at an address:

    clear      a file of the site
    unlock     the page of a sealed site that asks for the passphrase
    refused    a status that asks for a password or forbids
    login      the way to a page that asks for a password
    absent     "not found"
    elsewhere  the way to another host, which was not asked
    other      something else
    silent     nothing
"""

_REFUSED, _ABSENT = (401, 403, 407), (404, 410)
_META = re.compile(r"<meta\s([^<>]{0,500})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PASSWORD_FIELD = re.compile(r"""<input\s[^<>]{0,500}?type\s{0,9}=\s{0,9}["']?password""", re.IGNORECASE)
#: How files begin that are no pages, by their name or folder.
_MARKS = {
    "search/": re.compile(rb"sitegen\.receive\("),
    HEADERS_NAME: re.compile(rb"# Made by sitegen\b"),
    NETLIFY_NAME: re.compile(rb"# Made by sitegen\b"),
    MANIFEST_NAME: re.compile(rb'\{\s*"(?:holds|files)":'),
}
_LOGIN_WORDS = re.compile(
    r"(?<![a-z])(?:log-?in|sign-?in|sso|saml2?|oauth2?|openid|auth|authorize|authenticate|password)(?![a-z])"
    r"|\.cloudflareaccess\.com"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one address of a site.

    `name` is the path asked for, from the site's top ("" is the top itself), `status` the last one (0: none came),
    `headers` all with their names as sent, `start` the first `START_SIZE` bytes of the body at most, `address` where it
    came from in the end, `led_to` where a redirect leads that was not followed, `trouble` why there is no answer.
    """

    name: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    start: bytes = b""
    address: str = ""
    redirected: bool = False
    led_to: str = ""
    trouble: str = ""

    def header(self, name: str) -> list[str]:
        """The values of a header, as often as it was sent."""
        return [value for own, value in self.headers if own.lower() == name.lower()]


def view(answer: Answer, known: bytes | None) -> View:
    """What a stranger gets. `known` are the first `START_SIZE` bytes of the file that should stand there, None if it is
    not known."""
    if answer.trouble or not answer.status:
        return "silent"
    # First of all: a page that comes with a refusal, or on the way to a login, was read all the same.
    own = _own(answer, known)
    if own is not None:
        return own
    if answer.led_to:
        return "login" if _LOGIN_WORDS.search(answer.led_to.lower()) else "elsewhere"
    if answer.status in _REFUSED:
        return "refused"
    if answer.status in _ABSENT:
        return "absent"
    led = answer.redirected and answer.status < 300
    if led and (_LOGIN_WORDS.search(urlsplit(answer.address).path.lower()) or asks_password(answer)):
        return "login"
    return "other"


def _own(answer: Answer, known: bytes | None) -> Literal["clear", "unlock"] | None:
    names = _named(answer.start)
    if names.get("sitegen") == "sealed":
        return "unlock"
    mark = _MARKS.get("search/" if answer.name.startswith("search/") else answer.name)
    marked = mark is not None and mark.match(answer.start) is not None
    made = re.match(r"sitegen\b", names.get("generator", "")) is not None
    return "clear" if marked or made or (known and answer.start == known) else None


def asks_password(answer: Answer) -> bool:
    """Whether the answer is a page with a field for a password."""
    return _PASSWORD_FIELD.search(answer.start.decode("utf-8", "replace")) is not None


def _named(start: bytes) -> dict[str, str]:
    """The contents of a page's `<meta name=…>` by their names, of its head alone: what a conversation holds is text."""
    head = re.split(r"<body\b", start.decode("utf-8", "replace"), maxsplit=1, flags=re.IGNORECASE)[0]
    found: dict[str, str] = {}
    for tag in _META.findall(head):
        values = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)}
        if "name" in values:
            found.setdefault(values["name"].lower(), values.get("content", ""))
    return found
