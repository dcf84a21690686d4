"""What stands in a zip, read with suspicion: names, sizes and ranges are checked before a member is opened.

The only user of `zipfile`. Nothing is ever extracted to a path: members are opened by their directory entries.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, NamedTuple, cast

from sitegen.readers.export.containers import Entry, Limits, Refusal, clean_name, is_litter, megabytes

#: What zipfile and the decompressor raise for damaged input, apart from what a full disk would.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, struct.error, OSError)

#: What providers use. zipfile unpacks bzip2 and LZMA without any bound: 753 bytes of bzip2 fill the memory whatever
#: size the directory gives.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_UNSUPPORTED = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES encryption"}
_ENCRYPTED, _PATCHED, _STRONGLY_ENCRYPTED, _UTF8_NAME = 0x1, 0x20, 0x40, 0x800
_LOCAL_HEADER = 30
_DIRECTORY_ENTRY = b"PK\x01\x02"
_DIRECTORY_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_END = b"PK\x06\x06"
_END_RECORD = 22
_LONGEST_END = _END_RECORD + 0xFFFF + 76  # the end record, its comment, and the two records of zip64 before it


def is_zip(file: BinaryIO) -> bool:
    """Whether the record that ends a zip stands at the end of this file, be the zip damaged or not.

    Pythons differ in what `zipfile.is_zipfile` takes a damaged one for.
    """
    end, tail = _end_of_directory(file)
    return 0 <= end <= len(tail) - _END_RECORD


def open_zip(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The zip in an open file. Raises ValueError, saying why, if it can't be opened."""
    directory = _directory(file)
    if directory.size > limits.directory:
        raise ValueError(f"a zip whose directory is larger than {megabytes(limits.directory)}, as only a trap's is")
    if directory.entries > 2 * limits.members:
        raise ValueError(f"a zip with more than {limits.members:,} files")
    try:
        return zipfile.ZipFile(file)
    except (NotImplementedError, *DAMAGE) as error:
        raise ValueError(f"a damaged zip ({error}); download the export again") from error


class _Directory(NamedTuple):
    size: int
    entries: int


def _directory(file: BinaryIO) -> _Directory:
    """How long the directory is, and how many entries it holds: found without keeping it in memory, as zipfile does,
    or building an object for each of them."""
    end, tail = _end_of_directory(file)
    if end < 0 or end + 16 > len(tail):
        return _Directory(0, 0)
    size = file.seek(0, os.SEEK_END)
    (length,) = struct.unpack_from("<L", tail, end + 12)
    if end >= 76 and (tail[end - 20 : end - 16], tail[end - 76 : end - 72]) == (_ZIP64_LOCATOR, _ZIP64_END):
        (length,) = struct.unpack_from("<Q", tail, end - 76 + 40)
        end -= 76
    start = max(0, size - len(tail) + end - length)
    file.seek(start)
    length = min(length, size - start)
    count, left, before = 0, size - start, b""
    while left > 0 and (chunk := file.read(min(left, 1 << 20))):
        count += (before + chunk).count(_DIRECTORY_ENTRY)
        before, left = chunk[-3:], left - len(chunk)
    return _Directory(length, count)


def _end_of_directory(file: BinaryIO) -> tuple[int, bytes]:
    """Where the end record begins in the last bytes of a file, which come with it; -1 if it isn't there."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    plain_end = tail[-_END_RECORD:][:4] == _DIRECTORY_END and tail[-2:] == b"\0\0"
    return (len(tail) - _END_RECORD if plain_end else tail.rfind(_DIRECTORY_END)), tail


def zip_entries(archive: zipfile.ZipFile, within: Entry | None = None) -> Iterator[Entry | Refusal]:
    """The files of a zip in the order of its directory; of one that is itself packed as the entry `within`, under that
    one's name and with their shares of what it takes up."""
    prefix = f"{within.name}/" if within else ""
    share = within.packed / max(within.size, 1) if within else 1
    overlapping = _overlapping(archive.infolist())
    for info in archive.infolist():
        shown = _name(info)
        try:
            name = clean_name(shown)
            if not name or is_litter(name):
                continue
            _check(info, archive.start_dir)
            if info.header_offset in overlapping:
                raise ValueError("its bytes overlap those of another file")
        except ValueError as error:
            yield Refusal(prefix + shown, str(error))
            continue
        yield Entry(prefix + name, info.file_size, int(info.compress_size * share), partial(_open, archive, info))


def leading_bytes(archive: zipfile.ZipFile) -> int:
    """How many bytes stand before the first file, which belong to no file of this zip."""
    return max(0, min((info.header_offset for info in archive.infolist()), default=0))


def is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Whether every file of the zip asks for a password."""
    files = [info for info in archive.infolist() if not info.filename.endswith("/")]
    return bool(files) and all(info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED) for info in files)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was written: many tools write UTF-8 without saying so, and zipfile takes that for cp437."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def _check(info: zipfile.ZipInfo, end: int) -> None:
    """Raises ValueError for an entry that can't be opened, or whose opening would do harm. Files stand before `end`."""
    if "\0" in info.orig_filename:
        raise ValueError("its name holds a NUL character")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ValueError("a link, not a file")
    if info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
        raise ValueError("it is encrypted; unpack the zip with its password and give the folder")
    if info.flag_bits & _PATCHED:
        raise ValueError("it is packed as a patch of another file; unpack the zip and give the folder")
    if info.compress_type not in _METHODS:
        method = _UNSUPPORTED.get(info.compress_type, f"method {info.compress_type}")
        raise ValueError(f"it is packed with {method}; unpack the zip and give the folder")
    if info.header_offset < 0:
        raise ValueError("it begins before the zip does; download the export again")
    if info.header_offset + _LOCAL_HEADER + info.compress_size > end:
        raise ValueError("it reaches beyond the end of the zip's files")


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Offsets of the headers that begin inside another file's bytes, or where another file begins too.

    A few kilobytes can so pretend to hold terabytes. Of equal ranges none is kept: which is real can't be told.
    """
    found: set[int] = set()
    ranges = sorted((info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size) for info in infos)
    reach, holder = -1, -1
    for start, end in ranges:
        if start < reach:
            found.update((holder, start))
        if end > reach:
            reach, holder = end, start
    return found


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    return cast(BinaryIO, archive.open(info))
