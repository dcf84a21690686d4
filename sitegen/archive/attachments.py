"""Files that conversations name, kept once each under the hash of their content: `attachments/ab/abcd….`

The provider's file names and types are never used on disk. What a file is, is read off its first bytes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 20

#: First bytes of the formats that pages show in place, or that readers should be told by name.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"....ftypavi[fs]", "image/avif"),
        (rb"BM.{12}[\x0c\x28\x6c\x7c]\0\0\0", "image/bmp"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"ID3|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
        (rb"fLaC", "audio/flac"),
        (rb"OggS", "audio/ogg"),
        (rb"....ftypM4A", "audio/mp4"),
        (rb"....ftyp", "video/mp4"),
        (rb"\x1aE\xdf\xa3", "video/webm"),
        (rb"%PDF-", "application/pdf"),
        (rb"PK\x03\x04", "application/zip"),
        (rb"\x1f\x8b", "application/gzip"),
        (
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]",
            "image/svg+xml",
        ),
    )
)


class StoredFile(NamedTuple):
    """A file in the store: sha256 of its bytes in hex, their number, and the media type that they show."""

    hash: str
    size: int
    media_type: str


def media_type_of(head: bytes) -> str:
    """The media type by a file's first bytes (1,024 are enough); "text/plain" for text of any kind, HTML and
    scripts too, and "application/octet-stream" for anything else."""
    for pattern, media_type in _SIGNATURES:
        if pattern.match(head):
            return media_type
    if b"\0" in head:
        return "application/octet-stream"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A multi-byte character may be cut off at the end of the head.
        return "text/plain" if error.start > len(head) - 4 and error.start > 0 else "application/octet-stream"
    return "text/plain"


class AttachmentStore:
    """The folder of files by content. A file is complete as soon as it has its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, file_hash: str) -> Path:
        """Where the bytes with this hash stand."""
        return self.folder / file_hash[:2] / file_hash

    def add(self, stream: BinaryIO) -> StoredFile:
        """Copies a stream into the store; known content is not written again. Raises OSError.

        Some exports hold binary files as the text of their hex digits; those are decoded.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".tmp-{os.getpid()}"
        try:
            head = stream.read(_CHUNK)
            if (decoded := _from_hex(head)) is not None and len(head) < _CHUNK:
                head = decoded
            digest, size = hashlib.sha256(head), len(head)
            with temporary.open("wb") as file:
                file.write(head)
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self.path(digest.hexdigest())
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        return StoredFile(digest.hexdigest(), size, media_type_of(head[:1024]))

    def open(self, file_hash: str) -> BinaryIO:
        """The stored bytes as a stream. Raises FileNotFoundError."""
        return self.path(file_hash).open("rb")


def _from_hex(data: bytes) -> bytes | None:
    """The bytes that a text of hex digits stands for, if they are of a known binary format."""
    digits = data.strip()
    if len(digits) < 32 or len(digits) % 2 or not re.fullmatch(rb"[0-9a-fA-F]+", digits):
        return None
    decoded = bytes.fromhex(digits.decode("ascii"))
    return decoded if media_type_of(decoded[:1024]) not in ("text/plain", "application/octet-stream") else None
