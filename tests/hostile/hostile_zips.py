"""Zips written byte by byte, so that each field can lie: zipfile writes none that contradicts itself."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

STORED, DEFLATED = 0, 8


class Part(NamedTuple):
    """A file of a zip. What is None is as it should be; anything else stands in the directory whatever is true, or, as
    `local_name`, in the header before the file. `packed` takes the place of the packed bytes."""

    name: bytes
    content: bytes = b"x"
    method: int = STORED
    flags: int = 0
    mode: int = 0
    local_name: bytes | None = None
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    crc: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    version: int = 20


def zip_of(*parts: Part, before: bytes = b"", comment: bytes = b"", shift: int = 0, zip64: bool = False) -> bytes:
    """A zip of the parts, after the bytes `before`, whose end record places the directory `shift` bytes too far."""
    files, directory = bytearray(before), bytearray()
    for part in parts:
        offset = len(files) - len(before) if part.offset is None else part.offset
        packed = _packed(part)
        local_name = part.name if part.local_name is None else part.local_name
        crc = zlib.crc32(part.content) if part.crc is None else part.crc
        sizes = (
            crc,
            len(packed) if part.packed_size is None else part.packed_size,
            len(part.content) if part.size is None else part.size,
        )
        fields = (part.version, part.flags, part.method, 0, 0)
        files += struct.pack("<4s5H3L2H", b"PK\3\4", *fields, *sizes, len(local_name), 0) + local_name + packed
        lengths = (len(part.name), len(part.extra), len(part.comment), 0, 0)
        directory += struct.pack("<4sH5H3L5H2L", b"PK\1\2", 3 << 8, *fields, *sizes, *lengths, part.mode << 16, offset)
        directory += part.name + part.extra + part.comment
    start, length, count = len(files) - len(before) + shift, len(directory), len(parts)
    end = b""
    if zip64:
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
        end = record + struct.pack("<4sLQL", b"PK\6\7", 0, len(files) + len(directory), 1)
        start, length, count = 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF
    end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, length, start, len(comment))
    return bytes(files + directory + end + comment)


def _packed(part: Part) -> bytes:
    if part.packed is not None:
        return part.packed
    if part.method != DEFLATED:
        return part.content
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(part.content) + deflate.flush()


def place_of(archive: bytes, name: bytes) -> int:
    """Where the header of the first file of this name stands."""
    return archive.index(name) - 30
