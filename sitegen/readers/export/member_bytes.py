"""The bytes of one member: as a stream that fails in one way only, or as a text mapped into memory.

A mapped text costs address space, not memory: what has been read can be given back at any time.
"""

from __future__ import annotations

import codecs
import io
import mmap
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from sitegen.errors import ExportError
from sitegen.readers.export.containers import Entry
from sitegen.readers.export.file_kinds import encoding_of
from sitegen.readers.export.zips import DAMAGE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 18
_LONGEST_REASON = 200


class _MemberStream(io.RawIOBase):
    """Passes on as many bytes as the member's size says, and makes an ExportError of whatever goes wrong."""

    def __init__(self, source: BinaryIO, size: int, where: str) -> None:
        self._source = source
        self._left = size
        self._where = where

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        try:
            data = self._source.read(len(target))
        except DAMAGE as error:
            raise _damaged(self._where, error) from error
        self._left -= len(data)
        if self._left < 0:
            raise ExportError(f"{self._where} is longer than its container says; download the export again")
        if not data and self._left:
            raise ExportError(f"{self._where} is shorter than its container says; download the export again")
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


def _damaged(where: str, error: Exception) -> ExportError:
    # An error of the disk names the file by its whole path, and these words are kept in the archive and shown.
    strerror = error.strerror if isinstance(error, OSError) else None
    if strerror:
        return ExportError(f"{where} can't be read: {strerror}")
    # zipfile quotes the name in the header, which in a damaged zip is any bytes, and up to 64 KB of them.
    words = str(error)[:_LONGEST_REASON] or type(error).__name__
    return ExportError(f"{where} is damaged: {words}; download the export again")


def open_member(entry: Entry, where: str) -> BinaryIO:
    """The member's bytes from the start. Raises ExportError, now or while it is read, if it is damaged."""
    try:
        source = entry.open()
    except (NotImplementedError, *DAMAGE) as error:
        raise _damaged(where, error) from error
    return cast(BinaryIO, io.BufferedReader(_MemberStream(source, entry.size, where), _CHUNK))


def spooled(entry: Entry, where: str, as_text: bool = True) -> BinaryIO:
    """A file on disk that holds the member: itself where it is one, else an unnamed temporary file.

    `as_text`: UTF-16 and UTF-32 become UTF-8 on the way. Raises ExportError.
    """
    with open_member(entry, where) as stream:
        encoding = encoding_of(cast(io.BufferedReader, stream).peek(4)) if as_text else "utf-8"
        plain = encoding.startswith("utf-8")
        try:
            if plain and entry.path:
                return entry.path.open("rb")
            file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
            if plain:
                shutil.copyfileobj(stream, file, _CHUNK)
            else:
                _copy_as_utf8(stream, file, encoding)
            file.flush()
        except OSError as error:
            raise ExportError(f"{where} can't be unpacked: {error.strerror}") from error
    return file


def _copy_as_utf8(stream: BinaryIO, file: BinaryIO, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := stream.read(_CHUNK):
        file.write(decoder.decode(chunk).encode("utf-8", "replace"))
    file.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))


def as_utf8(head: bytes) -> bytes:
    """The beginning of a text in UTF-8; a character that its end cuts in two is left out."""
    encoding = encoding_of(head)
    if encoding.startswith("utf-8"):
        return head
    return codecs.getincrementaldecoder(encoding)("replace").decode(head).encode("utf-8", "replace")


@contextmanager
def mapped(file: BinaryIO) -> Iterator[bytes | mmap.mmap]:
    """The whole file as one read-only text. It stays whole when the file is closed meanwhile."""
    if not file.seek(0, io.SEEK_END):
        yield b""
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        yield text


def give_back(text: bytes | mmap.mmap) -> None:
    """Takes what was read of a mapped text out of memory; where it is wanted again, it is read from the file again."""
    if isinstance(text, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        text.madvise(mmap.MADV_DONTNEED)
