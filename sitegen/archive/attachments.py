"""Files that conversations name, kept once each under the hash of their content: `attachments/ab/abcd….`

The provider's file names and types are never used on disk. What a file is, is read off its first bytes."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sitegen.durability import replace_file, sync_file, sync_folder
from sitegen.errors import ArchiveError

_CHUNK = 1 << 20
_TEMPORARY = ".tmp-"

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
            # A comment is taken whole or not at all (atomic): else a row of them could be divided in endless ways.
            rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+|<!DOCTYPE[^>]*>\s*+)*+<svg[\s>]",
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
        self._unsynced: set[Path] = set()

    def path(self, file_hash: str) -> Path:
        """Where the bytes with this hash stand."""
        return self.folder / file_hash[:2] / file_hash

    def add(self, stream: BinaryIO) -> StoredFile:
        """Copies a stream into the store; known content is not written again. Raises ArchiveError if it can't be
        written, and whatever the stream raises; nothing of it is kept then.

        Some exports hold binary files as the text of their hex digits; those are decoded. `make_durable` must follow
        before anything on the disk relies on the file.
        """
        temporary = self.folder / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}"
        decoded = temporary.with_suffix(".decoded")
        try:
            with self._writing():
                self.folder.mkdir(parents=True, exist_ok=True)
            stored, written = self._write(_chunks(stream), temporary), temporary
            if _begins_as_hex(temporary):
                # What only begins with hex digits is kept as it stands.
                with suppress(ValueError):
                    stored, written = self._decoded(temporary, decoded), decoded
            with self._writing():
                self._place(written, self.path(stored.hash))
        finally:
            with self._writing():
                temporary.unlink(missing_ok=True)
                decoded.unlink(missing_ok=True)
        return stored

    def _write(self, chunks: Iterator[bytes], path: Path) -> StoredFile:
        """Writes the chunks to a file."""
        digest, size, head = hashlib.sha256(), 0, b""
        with self._writing():
            file = path.open("wb")
        with file:
            for chunk in chunks:
                head = head or chunk[:1024]
                digest.update(chunk)
                size += len(chunk)
                with self._writing():
                    file.write(chunk)
            with self._writing():
                file.flush()  # closing would, too, and what fails there is told by nobody
        return StoredFile(digest.hexdigest(), size, media_type_of(head))

    def _decoded(self, text: Path, target: Path) -> StoredFile:
        """Writes what a file of hex digits stands for. Raises ValueError where it holds anything else."""
        with text.open("rb") as digits:
            return self._write(_from_hex(digits), target)

    def _place(self, temporary: Path, target: Path) -> None:
        # One that a killed import had put there may not be on the disk for good either.
        self._unsynced |= {target.parent, self.folder, self.folder.parent}
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            # Not before: most files of an export are known from the one before it.
            with temporary.open("r+b") as file:
                sync_file(file)
            replace_file(temporary, target)

    def make_durable(self) -> None:
        """Returns when the names of all added files are on the disk. Raises ArchiveError."""
        with self._writing():
            for folder in sorted(self._unsynced):
                sync_folder(folder)
        self._unsynced.clear()

    def clear_unfinished(self) -> None:
        """Removes what killed imports were writing. Only for whoever alone may write. Raises ArchiveError."""
        with self._writing():
            for left in self.folder.glob(f"{_TEMPORARY}*"):
                left.unlink()

    def open(self, file_hash: str) -> BufferedReader:
        """The stored bytes as a stream. Raises FileNotFoundError, or ArchiveError if they can't be read."""
        path = self.path(file_hash)
        try:
            return path.open("rb")
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ArchiveError(f"{path}: can't be read: {error.strerror or error}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"{self.folder}: can't be written: {error.strerror or error}; nothing of this export was imported"
            ) from error


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _begins_as_hex(path: Path) -> bool:
    """Whether a file begins with the hex digits of a known binary format."""
    with path.open("rb") as file:
        digits = file.read(2048).strip()
    digits = digits[: len(digits) // 2 * 2]
    if len(digits) < 32 or not re.fullmatch(rb"[0-9a-fA-F]+", digits):
        return False
    return media_type_of(bytes.fromhex(digits.decode("ascii"))) not in ("text/plain", "application/octet-stream")


def _from_hex(text: BinaryIO) -> Iterator[bytes]:
    """The bytes that a text of hex digits stands for. Raises ValueError where it is none."""
    rest = b""
    for chunk in _chunks(text):
        digits = rest + re.sub(rb"\s+", b"", chunk)
        whole = len(digits) // 2 * 2
        yield bytes.fromhex(digits[:whole].decode("ascii"))
        rest = digits[whole:]
    if rest:
        raise ValueError("an odd number of hex digits")
