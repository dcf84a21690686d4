"""A plain site into a sealed one: an unlock page, the theme's files as they are, and everything else as blobs.

Sealing again under the same key leaves every blob alone whose content is the same: the old directory tells, which any
of the readers' passphrases opens, so that nothing has to be remembered in clear. A blob that is new has a new name,
and the header, which leads to the directory and from there to the blobs, is written after all of them: whoever reads
while a site is being sealed or uploaded finds the old site or the new one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sitegen.errors import OutputError, PassphraseError, SealingError
from sitegen.lock import only_run_in
from sitegen.output import DIRTY_NAME, Output, read_manifest
from sitegen.pages import SiteView
from sitegen.sealing.blobs import LARGEST, blob_path, sealed_blob
from sitegen.sealing.ciphers import ITERATIONS, IV_SIZE, KDF, VERSION, as_text, new_id, new_key
from sitegen.sealing.directory import Asset, Directory, SealedFile, is_same, kind_of, sealed_directory
from sitegen.sealing.header import (
    HEADER_PATH,
    MOST_READERS,
    DirectoryPlace,
    Header,
    Slot,
    header_script,
    new_slot,
    opened_by,
)
from sitegen.sealing.passphrases import check_passphrase
from sitegen.sealing.reading import START, Progress, SealedSite, header_of, open_sealed, read_file
from sitegen.theme import Theme

#: What the output folder's manifest says of itself.
HOLDS = "sealed"
#: Pages that run what a model wrote have a policy of their own, which blobs can't have.
_LEFT_OUT = "run/"
_ASSETS = "assets/"


@dataclass(frozen=True)
class Reader:
    """Somebody who may read: a name for messages, which is written nowhere, and the passphrase."""

    name: str
    passphrase: str = field(repr=False)


class SealSummary(NamedTuple):
    """What sealing did. `files` were sealed, `reused` of them as they stood; sizes in bytes, of all files together."""

    files: int
    reused: int
    readers: int
    plain_size: int
    sealed_size: int
    written: int
    removed: int
    start: Path


class _Key(NamedTuple):
    """What a site is sealed under, and the sealed site that was before under the same key."""

    data: bytes
    publication: str
    slots: tuple[Slot, ...]
    before: SealedSite | None


def seal_site(
    plain: Path,
    sealed: Path,
    readers: Sequence[Reader],
    theme: Theme,
    *,
    previous: Path | None = None,
    replace_key: bool = False,
    iterations: int = ITERATIONS,
    progress: Progress | None = None,
) -> SealSummary:
    """Seals the site that `sitegen build` made in `plain` into the folder `sealed`, for all of `readers`.

    `previous` is the last sealed folder, which can be `sealed` itself: its key, and the blobs of files that are the
    same, are used again. Somebody who may no longer read, and a changed passphrase, need `replace_key`: a new data
    key, and everything new. `theme` has the unlock page, in the site's language.

    Raises PassphraseError for a weak passphrase, or one that `previous` can't be matched with; SealingError if
    `plain` is no whole site or `previous` is damaged; OutputError, LockError and ThemeError.
    """
    readers = _checked(readers)
    names = _files_of(plain)
    with only_run_in(sealed):
        key = _key_for(readers, None if replace_key else previous, iterations)
        output = Output(sealed, HOLDS)
        work = _Sealing(plain, output, key)
        for done, name in enumerate(names, 1):
            work.add(name, _content(plain, name, names[name]))
            if progress is not None:
                progress(done, len(names))
        work.finish(theme)
        output.finish()
    reused = work.reused
    return SealSummary(
        len(work.files), reused, len(readers), work.plain_size, work.sealed_size, output.written, output.removed,
        sealed / START,
    )  # fmt: skip


class _Sealing:
    def __init__(self, plain: Path, output: Output, key: _Key) -> None:
        self.plain, self.output, self.key = plain, output, key
        self.before = {file.path: file for file in key.before.directory.files} if key.before else {}
        self.files: list[SealedFile] = []
        self.assets: list[Asset] = []
        self.reused = self.plain_size = self.sealed_size = 0

    def add(self, path: str, content: bytes) -> None:
        self.plain_size += len(content)
        digest = hashlib.sha256(content).hexdigest()
        if path.startswith(_ASSETS):
            self.assets.append(Asset(path, len(content), digest))
            self._write(path, content)
            return
        if len(content) > LARGEST:
            raise SealingError(
                f"{self.plain / path}: has {len(content) >> 20} MB, and browsers can open no more than"
                f" {LARGEST >> 20} MB of a sealed file; leave its conversation out of what you publish"
            )
        before = self.before.get(path)
        if before is not None and is_same(before, content) and self._reuse(before):
            return
        kind, blob, iv = kind_of(path), new_id(), secrets.token_bytes(IV_SIZE)
        file = SealedFile(path, before.id if before else new_id(), blob, as_text(iv), kind, len(content), digest)
        self._write(blob_path(blob), sealed_blob(self.key.data, iv, self.key.publication, blob, kind, content))
        self.files.append(file)

    def _reuse(self, file: SealedFile) -> bool:
        """Whether the blob of last time stands and can be read; it is kept then, byte for byte."""
        assert self.key.before is not None
        try:
            self.key.before.content(file)
        except SealingError:
            return False  # damaged or gone: it is made anew
        self._write(blob_path(file.blob), read_file(self.key.before.folder, blob_path(file.blob)))
        self.files.append(file)
        self.reused += 1
        return True

    def finish(self, theme: Theme) -> None:
        """Writes what leads to the blobs."""
        data, publication, slots, before = self.key
        directory = Directory(tuple(self.files), tuple(self.assets))
        if before is not None and before.directory == directory:
            place = before.header.directory
            self._write(blob_path(place.blob), read_file(before.folder, blob_path(place.blob)))
        else:
            place = DirectoryPlace(new_id(), as_text(secrets.token_bytes(IV_SIZE)))
            self._write(blob_path(place.blob), sealed_directory(data, publication, place, directory))
        self._write(HEADER_PATH, header_script(Header(VERSION, publication, KDF, slots, place)))
        self._write(START, unlock_page(theme))

    def _write(self, path: str, content: bytes) -> None:
        self.sealed_size += len(content)
        self.output.write(path, content)


def unlock_page(theme: Theme) -> bytes:
    """The page that asks for the passphrase: it tells nothing of the site. Raises ThemeError."""
    site = SiteView("", "", (), "", "", ("en",), theme.language.tag)
    return theme.render("unlock.html", site, None).encode("utf-8")


def _checked(readers: Sequence[Reader]) -> list[Reader]:
    """The readers, with their passphrases normalised."""
    if not 1 <= len(readers) <= MOST_READERS:
        raise SealingError(f"a sealed site has 1 to {MOST_READERS} readers, not {len(readers)}")
    checked = [
        Reader(reader.name, check_passphrase(reader.passphrase, f"the passphrase of {reader.name}"))
        for reader in readers
    ]
    names: dict[str, str] = {}
    for reader in checked:
        other = names.setdefault(reader.passphrase, reader.name)
        if other != reader.name:
            raise PassphraseError(f"{other} and {reader.name} have the same passphrase; give each one of their own")
    return checked


def _key_for(readers: Sequence[Reader], previous: Path | None, iterations: int) -> _Key:
    if previous is None:
        data, publication = new_key(), new_id()
        slots = tuple(new_slot(data, publication, reader.passphrase, iterations) for reader in readers)
        return _Key(data, publication, slots, None)
    header = header_of(previous)
    waiting = list(header.slots)
    slots_of: dict[str, Slot] = {}
    opener = ""
    for reader in readers:
        # Readers and slots come in the same order, so that most passphrases open the first slot that is tried.
        opened = opened_by(waiting, header.publication, reader.passphrase)
        if opened is not None:
            slots_of[reader.passphrase] = waiting.pop(opened[0])
            opener = reader.passphrase
    if not slots_of:
        raise PassphraseError(
            f"{previous}: none of the passphrases opens the site that was sealed last; with a new key it is sealed"
            " anew, whole"
        )
    if waiting:
        raise PassphraseError(
            f"{previous}: was sealed for somebody that none of the passphrases belongs to; to shut a reader out, or to"
            " change a passphrase, seal it with a new key"
        )
    before = open_sealed(previous, opener)
    return _Key(
        before.key,
        header.publication,
        tuple(
            slots_of.get(reader.passphrase) or new_slot(before.key, header.publication, reader.passphrase, iterations)
            for reader in readers
        ),
        before,
    )


def _files_of(plain: Path) -> dict[str, str]:
    """The files of a site that are sealed or copied, each with its sha256."""
    try:
        manifest = read_manifest(plain)
    except OSError as error:
        raise OutputError(f"{plain}: can't be read: {error.strerror or error}") from error
    if not manifest or (plain / DIRTY_NAME).exists():
        raise SealingError(f"{plain}: holds no whole site; run: sitegen build")
    return {name: digest for name, digest in sorted(manifest.items()) if not name.startswith(_LEFT_OUT)}


def _content(plain: Path, name: str, digest: str) -> bytes:
    content = read_file(plain, name)
    if hashlib.sha256(content).hexdigest() != digest:
        raise SealingError(f"{plain / name}: was changed after the site was built; run: sitegen build")
    return content
