"""The headers that go with every file of a site, whoever serves it: `sitegen watch`, or a host on the web.

The page's own policy stands in its head too, because a site opened from disk has no headers. Only a header can
forbid framing, and can keep other sites from loading the search index, which is made of scripts, into their pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)

#: The same for a page that decrypts: pictures, sound and video reach it as `blob:` addresses of its own making.
SEALED_POLICY = POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:").replace(
    "media-src 'self'", "media-src 'self' blob:"
)

#: Where the pages stand that run what a model wrote, from the site's top.
VIEWER_FOLDER = "run/"

#: What these pages allow in place of `POLICY`: scripts written in them, and no file or address to take scripts or data
#: from. What runs in them stands in a frame that is sandboxed, and inherits the policy. Where a frame tries to go
#: elsewhere, Chromium may look up and call the host before the policy refuses; it asks nothing of it.
VIEWER_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src data:",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-src 'none'",
        "object-src 'none'",
    )
)

SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
)


def headers_of(name: str) -> Mapping[str, str]:
    """The headers of the file at `name`, a path from the site's top."""
    if not name.startswith(VIEWER_FOLDER):
        return SECURITY_HEADERS
    return {**SECURITY_HEADERS, "Content-Security-Policy": f"{VIEWER_POLICY}; frame-ancestors 'none'"}


# --- a published site -------------------------------------------------------------------------------------------------

#: The browser alone may keep a file, and asks whether it has changed before it shows it again. `private` keeps caches
#: that several people share, such as that of a host which checks a password, from handing it to others.
REVALIDATED = "private, no-cache"
#: The name says what is in the file, so it never changes: the browser keeps it for a year and does not ask.
KEPT = "private, max-age=31536000, immutable"
#: What is not there is not kept at all: it may be there soon.
NOT_KEPT = "no-store"

#: Where attachments stand, and the endings of those that pages show in place. All others are for downloading; so is
#: SVG, which pages show too, but which could run scripts if it were opened on its own.
FILES_FOLDER = "files/"
SHOWN_ENDINGS = frozenset(
    {"png", "jpg", "gif", "webp", "avif", "bmp", "wav", "mp3", "flac", "ogg", "m4a", "mp4", "webm"}
)

SEARCH_FOLDER = "search/"
#: First letters of shards that are kept. `manifest.js` and `text/` beside them change: rules of hosts know nothing but
#: a path's beginning, so shards that begin as these do are asked for again, too.
SHARD_LETTERS = "abcdefghijklnopqrsuvwxyz234567"
#: A regular expression for paths from the site's top, as Python, nginx (PCRE) and Caddy (RE2) read it.
KEPT_PATHS = rf"^/(?:{FILES_FOLDER}[0-9a-f]{{16}}\.[a-z0-9]+|{SEARCH_FOLDER}[{SHARD_LETTERS}][a-z2-7]{{9}}\.js)$"


def published_headers(name: str, *, sealed: bool = False) -> Mapping[str, str]:
    """The headers that a host should send with the file at `name`, a path from the top of a published site: those of
    `headers_of`, how long it may be kept, and whether it is for downloading only. `sealed` says that the site's pages
    decrypt what they show."""
    headers = {**headers_of(name), "Cache-Control": KEPT if re.search(KEPT_PATHS, f"/{name}") else REVALIDATED}
    if sealed:
        headers["Content-Security-Policy"] = SEALED_POLICY
    if is_download(name):
        headers["Content-Disposition"] = "attachment"
    return headers


def is_download(name: str) -> bool:
    """Whether the file at `name`, from the site's top, is an attachment that no page shows in place."""
    return name.startswith(FILES_FOLDER) and PurePosixPath(name).suffix[1:] not in SHOWN_ENDINGS
