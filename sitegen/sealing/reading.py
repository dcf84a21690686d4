"""A sealed site as a folder that a passphrase opens, and the plain site out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sitegen.errors import PassphraseError, SealingError
from sitegen.lock import only_run_in
from sitegen.output import Output
from sitegen.sealing.blobs import blob_path
from sitegen.sealing.directory import Asset, Directory, SealedFile, is_same, opened_directory, opened_file
from sitegen.sealing.header import HEADER_PATH, Header, opened_by, read_header

#: Told (files done, files to do).
Progress = Callable[[int, int], None]
START = "index.html"


class UnsealSummary(NamedTuple):
    """What unsealing did. `start` is the site's first page."""

    files: int
    written: int
    start: Path


class SealedSite(NamedTuple):
    """A sealed folder, opened. `key` is the data key; `place` that of the slot which the passphrase opened."""

    folder: Path
    header: Header
    directory: Directory
    key: bytes
    place: int

    def content(self, file: SealedFile) -> bytes:
        """A plain file's content. Raises SealingError, which names the blob, if it isn't there or isn't the one."""
        script = read_file(self.folder, blob_path(file.blob))
        return opened_file(self.key, self.header.publication, file, script)

    def asset(self, asset: Asset) -> bytes:
        """The content of a file that is not sealed. Raises SealingError if it isn't the one that belongs there."""
        content = read_file(self.folder, asset.path)
        if not is_same(asset, content):
            raise SealingError(f"{self.folder / asset.path}: was changed; get a whole copy of the sealed site")
        return content


def open_sealed(folder: Path, passphrase: str) -> SealedSite:
    """The sealed site in `folder`. Raises PassphraseError if the passphrase opens nothing, SealingError if there is
    no sealed site or it is damaged."""
    header = header_of(folder)
    opened = opened_by(header.slots, header.publication, passphrase)
    if opened is None:
        raise PassphraseError(f"{folder}: this passphrase doesn't open it; try again (blanks and capitals count)")
    place, key = opened
    script = read_file(folder, blob_path(header.directory.blob))
    directory = opened_directory(key, header.publication, header.directory, script)
    return SealedSite(folder, header, directory, key, place)


def header_of(folder: Path) -> Header:
    """What the sealed site in `folder` says in clear. Raises SealingError."""
    if not (folder / HEADER_PATH).is_file():
        raise SealingError(f"{folder}: holds no sealed site (there is no {HEADER_PATH}); give the folder that it is in")
    return read_header(read_file(folder, HEADER_PATH))


def unseal_site(folder: Path, plain: Path, passphrase: str, progress: Progress | None = None) -> UnsealSummary:
    """Writes the plain site that is sealed in `folder` to `plain`, byte for byte.

    Everything is opened once before the first file is written, and the first page is written last: what can't be
    unsealed whole leaves nothing behind. Raises as `open_sealed` does, OutputError for a folder with other things.
    """
    site = open_sealed(folder, passphrase)
    total = 2 * (len(site.directory.files) + len(site.directory.assets))
    done = 0
    for _ in _contents(site):
        done = _told(progress, done, total)
    with only_run_in(plain):
        output = Output(plain)
        for path, content in _contents(site):
            output.write(path, content)
            done = _told(progress, done, total)
        output.finish()
    return UnsealSummary(total // 2, output.written, plain / START)


def _told(progress: Progress | None, done: int, total: int) -> int:
    if progress is not None:
        progress(done + 1, total)
    return done + 1


def _contents(site: SealedSite) -> Iterator[tuple[str, bytes]]:
    for asset in site.directory.assets:
        yield asset.path, site.asset(asset)
    for file in sorted(site.directory.files, key=lambda file: file.path == START):
        yield file.path, site.content(file)


def read_file(folder: Path, name: str) -> bytes:
    """A file of a site. Raises SealingError if it is missing or can't be read."""
    path = folder / name
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SealingError(f"{path}: is missing; get a whole copy of the site") from error
    except OSError as error:
        raise SealingError(f"{path}: can't be read: {error.strerror or error}") from error
