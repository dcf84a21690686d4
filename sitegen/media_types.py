"""The media types of the files that a site is made of, by their endings, for whoever serves it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

UNKNOWN = "application/octet-stream"

#: Nothing is guessed, and nothing but a page of the site's own is HTML.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain",
        "json": "application/json", "xml": "application/xml",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "bmp": "image/bmp", "ico": "image/x-icon", "woff2": "font/woff2", "woff": "font/woff",
        "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "m4a": "audio/mp4",
        "mp4": "video/mp4", "webm": "video/webm", "pdf": "application/pdf", "zip": "application/zip",
        "gz": "application/gzip",
    }
)  # fmt: skip


def content_type(name: str) -> str:
    """The `Content-Type` that a file of the site is sent with: text of any kind is UTF-8."""
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix[1:].lower(), UNKNOWN)
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
