"""Says what a file is that is no export, from its first bytes: for error texts, not for deciding what to read."""

from __future__ import annotations

import json
import re
from typing import NamedTuple


class Kind(NamedTuple):
    """What a file is ("a web page"), and what a person can do about it; `advice` is "" if that is plain."""

    what: str
    advice: str = ""


_DOWNLOAD_AGAIN = "download the export again"
_NO_EXPORT = "give the zip that the provider sent, the folder it was unpacked to, or a JSON or JS file from it"
_UNPACK = "unpack it and give the folder"

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", Kind("a zip that breaks off", f"the download is incomplete: {_DOWNLOAD_AGAIN}")),
    (b"PK\x05\x06", Kind("an empty zip", _DOWNLOAD_AGAIN)),
    (b"PK\x07\x08", Kind("one part of a divided zip", "join the parts, or unpack them and give the folder")),
    (b"%PDF-", Kind("a PDF", _NO_EXPORT)),
    (b"\x89PNG\r\n", Kind("an image (PNG)", _NO_EXPORT)),
    (b"\xff\xd8\xff", Kind("an image (JPEG)", _NO_EXPORT)),
    (b"GIF8", Kind("an image (GIF)", _NO_EXPORT)),
    (b"\x1f\x8b", Kind("a gzip archive (.gz or .tgz)", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (b"\xfd7zXZ\0", Kind("an xz archive", _UNPACK)),
    (b"BZh", Kind("a bzip2 archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("a Zstandard archive", _UNPACK)),
    (b"SQLite format 3\0", Kind("an SQLite database", _NO_EXPORT)),
    (b"\x7fELF", Kind("a program", _NO_EXPORT)),
    (b"MZ", Kind("a program", _NO_EXPORT)),
    (b"ID3", Kind("a sound file (MP3)", _NO_EXPORT)),
    (b"OggS", Kind("a sound file (Ogg)", _NO_EXPORT)),
)
#: What browsers and download programs put behind the name of a file that is not whole yet.
HALF_DOWNLOADED = (".crdownload", ".part", ".partial", ".download", ".opdownload", ".aria2")
# A comment is taken whole or not at all (atomic): else a row of them could be divided in endless ways.
_WEB_PAGE = re.compile(rb"(?i)\s*+(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|script|meta)\b", re.DOTALL)
#: ChatGPT's exports hold their conversations a second time, in a page.
_EXPORT_PAGE = re.compile(rb"(?i)<title>ChatGPT Data Export|\bvar jsonData\b")
_JSON = re.compile(r"\s*(?:[\[{]|(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.\[\]\"']*\s*=\s*[\[{])")


def kind_of(head: bytes, name: str, size: int) -> Kind:
    """What a file is, from its first bytes (512 or more), its name and its size."""
    if size == 0:
        return Kind("an empty file", _DOWNLOAD_AGAIN)
    if name.lower().endswith(HALF_DOWNLOADED):
        return Kind("a half-finished download", "wait until the browser has finished it, or download it again")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("an image (WebP)", _NO_EXPORT)
    if head[4:8] == b"ftyp":
        return Kind("a video or sound file (MP4)", _NO_EXPORT)
    if head[257:262] == b"ustar":
        return Kind("a tar archive", _UNPACK)
    if _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        if _EXPORT_PAGE.search(head):
            return Kind("a page for reading an export", "give the zip or folder that it came in")
        return Kind(
            "a web page",
            f"the download link has expired or asks for a login: {_DOWNLOAD_AGAIN} while logged in",
        )
    if is_json(head):
        return Kind("JSON")
    if b"\0" in head:
        return Kind("a binary file", _NO_EXPORT)
    return Kind("plain text, not JSON", _NO_EXPORT)


def is_unfinished_zip(name: str) -> bool:
    """Whether a browser is still writing this zip, or gave up on it, by its name."""
    return re.search(r"\.zip\.\w+$", name.lower()) is not None and name.lower().endswith(HALF_DOWNLOADED)


def encoding_of(head: bytes) -> str:
    """The encoding of a JSON text, from its first four bytes or more: "utf-8", "utf-16", "utf-32-le", …"""
    return json.detect_encoding(head[:4])


def is_json(head: bytes) -> bool:
    """Whether a text begins as a JSON array or object does, or as a script that assigns one to a name."""
    text = head.decode(encoding_of(head), "replace")
    return _JSON.match(text.removeprefix("\ufeff")) is not None
