"""What a sealed site holds: the encrypted table that leads from each plain path to its blob.

It tells each file's size and hash too, and those of the theme's files, which are not sealed: a blob or a script that
was changed, swapped or kept back is recognised by them.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import msgspec

from sitegen.errors import SealingError
from sitegen.sealing.blobs import blob_path, opened_blob, sealed_blob
from sitegen.sealing.ciphers import as_bytes
from sitegen.sealing.header import DIRECTORY_KIND, DirectoryPlace, Id


class SealedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of the plain site. `id` is its name in addresses, which it keeps for as long as the data key; `blob` is
    the name of its blob, another whenever its content is; `iv` is base64, `size` and `digest` (sha256, hex) are the
    plain file's."""

    path: str
    id: Id
    blob: Id
    iv: str
    kind: str
    size: int
    digest: str


class Asset(msgspec.Struct, frozen=True, array_like=True):
    """A file that stands in the sealed site as it is, with its size and sha256 (hex)."""

    path: str
    size: int
    digest: str


class Directory(msgspec.Struct, frozen=True):
    """All files of the plain site, each by path."""

    files: tuple[SealedFile, ...]
    assets: tuple[Asset, ...]


def kind_of(path: str) -> str:
    """What a plain file is to the page that reads it."""
    if path.endswith(".html"):
        return "page"
    return "data" if path.startswith("search/") else "file"


def is_same(file: SealedFile | Asset, content: bytes) -> bool:
    """Whether the content is the very one that the directory means."""
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.digest


def opened_file(key: bytes, publication: str, file: SealedFile, script: bytes) -> bytes:
    """The content of a plain file, by its blob's script. Raises SealingError, which names the blob's file."""
    content = opened_blob(key, as_bytes(file.iv) or b"", publication, file.blob, file.kind, script)
    if not is_same(file, content):
        raise SealingError(
            f"sealed/{file.blob}.js: does not hold what belongs there; get a whole copy of the sealed site"
        )
    return content


def sealed_directory(key: bytes, publication: str, place: DirectoryPlace, directory: Directory) -> bytes:
    """The script of the directory's blob."""
    iv = as_bytes(place.iv) or b""
    return sealed_blob(key, iv, publication, place.blob, DIRECTORY_KIND, msgspec.json.encode(directory))


def opened_directory(key: bytes, publication: str, place: DirectoryPlace, script: bytes) -> Directory:
    """The directory, by its blob's script. Raises SealingError."""
    content = opened_blob(key, as_bytes(place.iv) or b"", publication, place.blob, DIRECTORY_KIND, script)
    try:
        directory = msgspec.json.decode(content, type=Directory)
    except msgspec.DecodeError as error:
        raise SealingError(f"{blob_path(place.blob)}: can't be understood: {error}; update sitegen") from error
    for path in [*(file.path for file in directory.files), *(asset.path for asset in directory.assets)]:
        parts = PurePosixPath(path).parts
        # Whoever has a passphrase could have made one that leads out of the folder.
        if not parts or parts[0] == "/" or ".." in parts or "\0" in path or "\\" in path:
            raise SealingError(f"{blob_path(place.blob)}: names a file outside the site: {path!r}")
    return directory
