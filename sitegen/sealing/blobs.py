"""A file's content as a blob: gzip (RFC 1952), padded, encrypted, base64 in a classic script; and back.

Before encryption a blob is the length of the gzip data (4 bytes, big-endian), the data, and zeros up to a multiple of
4 KB, so that a blob's size tells little about what is in it.
"""

from __future__ import annotations

import gzip
import json
import zlib

from sitegen.errors import SealingError
from sitegen.sealing.ciphers import as_bytes, as_text, context, decrypted, encrypted

STEP = 4096
#: Browsers hold no text of more than half a gigabyte, and a blob is a text of four thirds of this.
LARGEST = 256 * 1024 * 1024
FOLDER = "sealed"
_LENGTH = 4
#: What zlib calls the format of gzip.
_GZIP = 16 + zlib.MAX_WBITS


def blob_path(blob: str) -> str:
    """Where a blob stands in the sealed site."""
    return f"{FOLDER}/{blob}.js"


def script(name: str, literal: str) -> bytes:
    """A classic script that hands a JSON value to the page under `name`."""
    return f"sitegen.sealed.receive({json.dumps(name)},{literal});\n".encode("ascii")


def literal_of(content: bytes, name: str, path: str) -> str:
    """The JSON value in a script of that name. Raises SealingError, naming `path`, if it is no such script."""
    before, after = script(name, "\0").split(b"\0")
    if not (content.startswith(before) and content.endswith(after)):
        raise SealingError(f"{path}: is damaged; get a whole copy of the sealed site")
    return content[len(before) : -len(after)].decode("ascii", "replace")


def padded(content: bytes) -> bytes:
    """What is encrypted of a file's content."""
    packed = gzip.compress(content, 6, mtime=0)
    length = len(packed).to_bytes(_LENGTH, "big")
    return length + packed + bytes(-(_LENGTH + len(packed)) % STEP)


def unpadded(content: bytes) -> bytes | None:
    """The content that `padded` was given, of `LARGEST` bytes at most; None if it was given none."""
    length = int.from_bytes(content[:_LENGTH], "big")
    packed, rest = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
    if len(content) % STEP or not packed or len(packed) != length or len(rest) >= STEP or rest.strip(b"\0"):
        return None
    unpacker = zlib.decompressobj(_GZIP)
    try:
        # Whoever has a passphrase could have packed a few bytes that fill the memory.
        unpacked = unpacker.decompress(packed, LARGEST + 1)
    except zlib.error:
        return None
    is_whole = unpacker.eof and not unpacker.unused_data and len(unpacked) <= LARGEST
    return unpacked if is_whole else None


def sealed_blob(key: bytes, iv: bytes, publication: str, blob: str, kind: str, content: bytes) -> bytes:
    """The script of a blob."""
    ciphertext = encrypted(key, iv, padded(content), context(publication, blob, kind))
    return script(blob, f'"{as_text(ciphertext)}"')


def opened_blob(key: bytes, iv: bytes, publication: str, blob: str, kind: str, file: bytes) -> bytes:
    """The content of a blob, by its script. Raises SealingError, which names the blob's file, if it is not exactly
    the one that was made for this key, IV, publication, name and kind."""
    path = blob_path(blob)
    ciphertext = as_bytes(literal_of(file, blob, path).strip('"'))
    padded_content = decrypted(key, iv, ciphertext, context(publication, blob, kind)) if ciphertext else None
    content = unpadded(padded_content) if padded_content is not None else None
    if content is None:
        raise SealingError(
            f"{path}: is damaged, or not the file that belongs there; get a whole copy of the sealed site"
        )
    return content
