"""The headers that go with every file of a site, whoever serves it: `sitegen watch`, or a host on the web.

The page's own policy stands in its head too, because a site opened from disk has no headers. Only a header can
forbid framing, and can keep other sites from loading the search index, which is made of scripts, into their pages.
"""

from __future__ import annotations

from collections.abc import Mapping
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

#: Where the pages stand that run what a model wrote, from the site's top.
VIEWER_FOLDER = "run/"

#: What these pages allow in place of `POLICY`: scripts written in them, and no file or address to take scripts or data
#: from. What runs in them stands in a frame that is sandboxed, and inherits the policy.
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
