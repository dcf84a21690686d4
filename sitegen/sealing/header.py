"""What a sealed site says in clear: how passphrases become keys, a slot for each reader, where its directory is.

A slot holds the data key, wrapped by the key of one reader's passphrase. Whose it is, nothing tells. What a slot says
of itself is its additional data, so that no part of it can be changed unnoticed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Annotated

import msgspec

from sitegen.errors import SealingError
from sitegen.sealing import ciphers
from sitegen.sealing.blobs import FOLDER, literal_of, script

HEADER_PATH = f"{FOLDER}/header.js"
MOST_READERS = 64
DIRECTORY_KIND = "directory"
_KEY_KIND = "key"

Id = Annotated[str, msgspec.Meta(pattern="^[a-z2-7]{16}$")]


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data key for one reader. `salt`, `iv` and `key` (48 bytes: the wrapped key and its tag) are base64."""

    id: Id
    iterations: Annotated[int, msgspec.Meta(ge=ciphers.FEWEST_ITERATIONS, le=ciphers.MOST_ITERATIONS)]
    salt: str
    iv: str
    key: str


class DirectoryPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which blob is the directory, and its IV in base64."""

    blob: Id
    iv: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that stands in clear."""

    version: int
    publication: Id
    kdf: str
    slots: Annotated[tuple[Slot, ...], msgspec.Meta(min_length=1, max_length=MOST_READERS)]
    directory: DirectoryPlace


def new_slot(key: bytes, publication: str, passphrase: str, iterations: int) -> Slot:
    """A slot with a salt and an IV of its own."""
    salt = secrets.token_bytes(ciphers.SALT_SIZE)
    iv = secrets.token_bytes(ciphers.IV_SIZE)
    return filled_slot(key, publication, passphrase, iterations, ciphers.new_id(), salt, iv)


def filled_slot(
    key: bytes, publication: str, passphrase: str, iterations: int, slot: str, salt: bytes, iv: bytes
) -> Slot:
    """The slot of that name, salt and IV. Neither salt nor IV may ever be used again."""
    empty = Slot(slot, iterations, ciphers.as_text(salt), ciphers.as_text(iv), "")
    wrapping = ciphers.derived_key(passphrase, salt, iterations)
    wrapped = ciphers.encrypted(wrapping, iv, key, _context(empty, publication))
    return msgspec.structs.replace(empty, key=ciphers.as_text(wrapped))


def _context(slot: Slot, publication: str) -> bytes:
    return ciphers.context(publication, slot.id, _KEY_KIND, ciphers.KDF, str(slot.iterations), slot.salt)


def opened_slot(slot: Slot, publication: str, passphrase: str) -> bytes | None:
    """The data key, if this passphrase opens the slot."""
    salt, iv, wrapped = (ciphers.as_bytes(text) or b"" for text in (slot.salt, slot.iv, slot.key))
    wrapping = ciphers.derived_key(passphrase, salt, slot.iterations)
    return ciphers.decrypted(wrapping, iv, wrapped, _context(slot, publication))


def opened_by(slots: Sequence[Slot], publication: str, passphrase: str) -> tuple[int, bytes] | None:
    """The place of the slot that a passphrase opens, and the data key; None if it opens none."""
    for place, slot in enumerate(slots):
        key = opened_slot(slot, publication, passphrase)
        if key is not None:
            return place, key
    return None


def header_script(header: Header) -> bytes:
    """`sealed/header.js`."""
    return script("header", msgspec.json.encode(header).decode("ascii"))


def read_header(content: bytes) -> Header:
    """The header in `sealed/header.js`. Raises SealingError if it is damaged, or of a version or with numbers that
    this program does not accept."""
    try:
        value = json.loads(literal_of(content, "header", HEADER_PATH))
        version = value.get("version") if isinstance(value, dict) else None
        if isinstance(version, int) and version > ciphers.VERSION:
            raise SealingError(f"{HEADER_PATH}: was written by a newer sitegen (format {version}); update sitegen")
        header = msgspec.convert(value, Header)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise SealingError(f"{HEADER_PATH}: is damaged: {error}; get a whole copy of the sealed site") from error
    sizes = [(slot.salt, ciphers.SALT_SIZE) for slot in header.slots]
    sizes += [(slot.iv, ciphers.IV_SIZE) for slot in header.slots]
    sizes += [(slot.key, ciphers.KEY_SIZE + ciphers.TAG_SIZE) for slot in header.slots]
    sizes += [(header.directory.iv, ciphers.IV_SIZE)]
    is_sound = header.version == ciphers.VERSION and header.kdf == ciphers.KDF
    if not is_sound or any(len(ciphers.as_bytes(text) or b"") != size for text, size in sizes):
        raise SealingError(f"{HEADER_PATH}: is damaged; get a whole copy of the sealed site")
    return header
