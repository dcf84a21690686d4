"""Asks a published address what a stranger gets: no cookies, no password, and no more than the beginning of each file.

Redirects are followed on the same host only, and never from https to http.
"""

from __future__ import annotations

import http.client
import re
import secrets
import ssl
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import sitegen
from sitegen.errors import ConfigError, OutputError
from sitegen.headers import FILES_FOLDER, is_download
from sitegen.hosting.answers import START_SIZE, Answer
from sitegen.hosting.files import HOST_FILES, NOT_FOUND_NAME
from sitegen.hosting.verdict import HOME, LEFT_OVER, Result, judge

_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    # Some hosts refuse what does not call itself a browser, which would look like a gate.
    "User-Agent": f"Mozilla/5.0 (compatible; sitegen/{sitegen.__version__}; probe of one's own site)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_CHUNK = 1 << 14
_EXAMPLE = "https://chats.example.org/"


def probe(address: str, known: Mapping[str, bytes], *, timeout: float = 10.0) -> Result:
    """What a stranger sees of the site at `address` ("https://chats.example.org/").

    `known`: names of files that were uploaded, and their first `START_SIZE` bytes (`beginnings`). They are asked for,
    the files of `HOST_FILES` and `LEFT_OVER` too, and addresses that can't exist. `timeout` in seconds, for each wait
    and for the beginning of a file. The host is asked directly, whatever proxy is set. Raises ConfigError if the
    address can't be used.
    """
    top = _top(address)
    home = ask(top, HOME, timeout)
    if home.trouble:
        return judge([home], known)
    made_up = (f"{secrets.token_hex(8)}.html", f"files/{secrets.token_hex(8)}.png")
    names = dict.fromkeys([*known, *HOST_FILES, *LEFT_OVER, *made_up])
    return judge([home, *(ask(top, name, timeout) for name in names)], known)


def samples(names: Iterable[str]) -> tuple[str, ...]:
    """Of a site's files, the first of each kind, by name: some gates leave out what is no page."""
    found: dict[str, str] = {}
    for name in sorted(names):
        found.setdefault(_kind(name), name)
    return tuple(name for kind, name in found.items() if kind)


def _kind(name: str) -> str:
    """What stands for what else when a site is asked: "" for what says nothing about anybody."""
    folder, _, rest = name.rpartition("/")
    top = name.partition("/")[0]
    if top == "assets" or name == NOT_FOUND_NAME or name in HOST_FILES:
        return ""
    if top == FILES_FOLDER.rstrip("/"):
        return f"{top} {'to download' if is_download(name) else 'to show'}"
    # A file that has no folder stands for itself; so do the manifest of the search index and the header of a seal.
    return name if not folder or rest in ("manifest.js", "header.js") else f"{top} {folder == top} {Path(rest).suffix}"


def beginnings(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The first `START_SIZE` bytes of files in `folder`, by name. Raises OutputError if one can't be read."""
    found = {}
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                found[name] = file.read(START_SIZE)
        except OSError as error:
            raise OutputError(
                f"{folder / name}: can't be read: {error.strerror}; publish again before you probe"
            ) from error
    return found


def _top(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        parts.port  # noqa: B018 - raises for one that is no number
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:  # UnicodeError too
        raise ConfigError(f"{_shown(address)}: not an address: {error}; write it as {_EXAMPLE}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"{_shown(address)}: not an address that can be asked; write it as {_EXAMPLE}")
    if "@" in parts.netloc:
        raise ConfigError(f"{_shown(address)}: holds a name or password; leave them out, a stranger has none")
    if parts.query or parts.fragment:
        raise ConfigError(f"{_shown(address)}: names a place within a page; leave out what follows ? or #")
    path = parts.path.removesuffix("index.html")
    return parts._replace(path=path if path.endswith("/") else f"{path}/")


def _shown(address: str) -> str:
    """The address without the password that may stand before its host."""
    return re.sub(r"(^|//)[^/]*@", r"\1", address.strip())


def ask(top: SplitResult, name: str, timeout: float) -> Answer:
    """The answer for one file, redirects on the same host followed."""
    address = urljoin(top.geturl(), quote(name)) if name else top.geturl()
    try:
        for followed in range(_MOST_REDIRECTS + 1):
            status, headers, start = _request(urlsplit(address), timeout)
            target = next((value for own, value in headers if own.lower() == "location"), "")
            if status not in _REDIRECTS or not target:
                return Answer(name, status, headers, start, address, redirected=followed > 0)
            following = urljoin(address, target)
            if not may_follow(urlsplit(address), urlsplit(following)):
                return Answer(name, status, headers, start, address, redirected=True, led_to=following)
            address = following
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(name, address=address, trouble=str(error) or type(error).__name__)
    return Answer(name, address=address, trouble=f"more than {_MOST_REDIRECTS} redirects, one after the other")


def may_follow(here: SplitResult, there: SplitResult) -> bool:
    """Whether a redirect stays on its host, and does not leave https."""
    if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return False
    return (here.hostname or "").lower() == (there.hostname or "").lower()


def _request(parts: SplitResult, timeout: float) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and the beginning of the body. Raises OSError, HTTPException or ValueError."""
    ends = time.monotonic() + timeout
    host = (parts.hostname or "").encode("idna").decode("ascii")
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=timeout)
    )
    try:
        path = parts.path or "/"
        connection.request("GET", f"{path}?{parts.query}" if parts.query else path, headers=_HEADERS)
        response = connection.getresponse()
        start = bytearray()
        while len(start) < START_SIZE and (part := response.read1(min(_CHUNK, START_SIZE - len(start)))):
            start += part
            if time.monotonic() > ends:
                raise TimeoutError("timed out")
        return response.status, tuple(response.getheaders()), bytes(start)
    finally:
        connection.close()
