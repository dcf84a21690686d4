"""What a request to the small server may have: decided from its words alone, nothing is read here.

Other sites that are open in the same browser can reach this server. Two walls keep them out: the name that the
browser believes it talks to must be this machine's (a hostile name that resolves to it is refused), and what another
site's page wants to load into itself is refused, because the search index would tell it every conversation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

ADDRESS = "127.0.0.1"
ALLOWED_METHODS = ("GET", "HEAD")
_HOST_NAMES = (ADDRESS, "localhost")

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Refusal(NamedTuple):
    """A request that gets no file: the status, and a line that says why."""

    status: HTTPStatus
    reason: str


def refusal(method: str, headers: Mapping[str, str], port: int) -> Refusal | None:
    """Why a request to this server at `port` is refused, None if it is not. Names of headers are in lower case."""
    if method not in ALLOWED_METHODS:
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.")
    if headers.get("host", "").lower() not in _hosts(port):
        return Refusal(HTTPStatus.MISDIRECTED_REQUEST, f"Only http://{ADDRESS}:{port}/ is answered.")
    # Browsers alone send these two, and pages can't set them.
    from_elsewhere = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if from_elsewhere and headers.get("sec-fetch-mode") != "navigate":
        return Refusal(HTTPStatus.FORBIDDEN, "Pages of other sites get nothing from here.")
    return None


def _hosts(port: int) -> set[str]:
    return {f"{name}:{port}" for name in _HOST_NAMES} | (set(_HOST_NAMES) if port == 80 else set())


def file_name(path: str) -> str | None:
    """The name, below the site's top, that the path of an address stands for; that of a folder is its index page.

    None for a path that leads out of the site or to a hidden file.
    """
    try:
        name = unquote(path, errors="strict")
    except UnicodeDecodeError:
        return None
    if not name.startswith("/") or re.search(r"[\x00-\x1f\x7f\\:]", name):
        return None
    parts = name[1:].split("/")
    if parts[-1] == "":
        parts[-1] = "index.html"
    if any(part == "" or part.startswith(".") for part in parts):
        return None
    return "/".join(parts)


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that a `Range` header asks for, of a file of `size` bytes.

    None if the whole file is to be sent: without a range, and for forms that browsers don't use. (0, 0) if the
    range lies outside the file. Some browsers play sound and video only from a server that knows ranges.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else (0, 0)
