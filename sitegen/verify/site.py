"""A built site against its manifest and against itself: every file, every link, every asset, every search shard."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sitegen.dates import count_label
from sitegen.errors import OutputError
from sitegen.output import DIRTY_NAME, MANIFEST_NAME, OWN_NAMES, read_manifest
from sitegen.search.manifest import referenced_files
from sitegen.search.shards import MANIFEST
from sitegen.verify.findings import Finding, Progress
from sitegen.verify.links import target
from sitegen.verify.pages import PageFacts, Reference, style_references

_REBUILD = "run: sitegen build"
_AGAIN = "delete it and run: sitegen build"


@dataclass
class SiteCounts:
    """How much of a site was looked at."""

    files: int = 0
    pages: int = 0
    links: int = 0

    def sound(self) -> str:
        """What is whole, in words."""
        return f"{count_label(self.files, 'file')} as built, {count_label(self.links, 'link')} good"


def verify_site(folder: Path, counts: SiteCounts, progress: Progress | None = None) -> Iterator[Finding]:
    """What is wrong with the site in `folder`; `counts` tells how much was looked at. Raises OutputError if there is
    no site or it can't be read."""
    try:
        if (folder / DIRTY_NAME).exists():
            yield Finding(str(folder), "a build was broken off here", _REBUILD)
        try:
            files = read_manifest(folder)
        except OutputError as error:
            yield Finding.of(error)
            return
        if not files:
            if not (folder / MANIFEST_NAME).exists() and not (folder / DIRTY_NAME).exists():
                raise OutputError(f"{folder}: no site here; make one with: sitegen build --output {folder}")
            return
        yield from _Check(folder, files, counts, progress).findings()
    except OSError as error:
        raise OutputError(f"{folder}: can't be read: {error.strerror or error}") from error


class _Check:
    def __init__(self, folder: Path, files: dict[str, str], counts: SiteCounts, progress: Progress | None) -> None:
        self.folder, self.files, self.counts, self.progress = folder, files, counts, progress
        self.ids: dict[str, set[str]] = {}
        #: The first page that refers to an id, by (page with the id, id): looked up when all pages are read.
        self.fragments: dict[tuple[str, str], str] = {}

    def findings(self) -> Iterator[Finding]:
        for name, digest in self.files.items():
            self.counts.files += 1
            yield from self._file(name, digest)
            if self.progress is not None:
                self.progress(self.counts.files, len(self.files))
        for (name, fragment), page in self.fragments.items():
            if name in self.ids and fragment not in self.ids[name]:
                yield Finding(self._where(page), f'the link to "{name}#{fragment}" finds no such place there', _REBUILD)
        yield from self._extras()

    def _where(self, name: str) -> str:
        return str(self.folder.joinpath(*PurePosixPath(name).parts))

    def _file(self, name: str, digest: str) -> Iterator[Finding]:
        path = self.folder.joinpath(*PurePosixPath(name).parts)
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                yield Finding(self._where(name), "is no plain file", _AGAIN)
                return
            if not name.endswith((".html", ".css")) and name != MANIFEST:
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                content = b""
            else:
                content = path.read_bytes()
                found = hashlib.sha256(content).hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            yield Finding(self._where(name), "is missing", _REBUILD)
            return
        except OSError as error:
            yield Finding(self._where(name), f"can't be read: {error.strerror or error}", _AGAIN)
            return
        if found != digest:
            yield Finding(self._where(name), "is not as it was built", _AGAIN)
        if name == MANIFEST:
            yield from self._search()
        elif name.endswith(".html"):
            page = PageFacts(content.decode("utf-8", "replace"))
            self.counts.pages += 1
            self.ids[name] = page.ids
            yield from self._references(name, page.references)
        elif name.endswith(".css"):
            yield from self._references(name, style_references(content.decode("utf-8", "replace")))

    def _references(self, name: str, references: set[Reference]) -> Iterator[Finding]:
        for reference in sorted(references):
            led = target(name, reference)
            if led is None:
                continue
            self.counts.links += 1
            if isinstance(led, str):
                yield Finding(
                    self._where(name),
                    f'"{reference.address}" {led}',
                    "mend the theme, or delete the page, and run: sitegen build",
                )
            elif led.name not in self.files:
                yield Finding(self._where(name), f'"{reference.address}" leads to no file of the site', _REBUILD)
            elif led.fragment:
                self.fragments.setdefault((led.name, led.fragment), name)

    def _search(self) -> Iterator[Finding]:
        try:
            needed = referenced_files(lambda name: (self.folder / name).read_bytes())
        except (ValueError, OSError) as error:
            yield Finding(self._where(MANIFEST), f"can't be used for searching: {error}", _AGAIN)
            return
        for name in needed:
            if name not in self.files:
                yield Finding(self._where(MANIFEST), f'names "{name}", which is no file of the site', _REBUILD)

    def _extras(self) -> Iterator[Finding]:
        """What no build made: a folder of nothing else is named once, without what is in it."""
        folders = {parent for name in self.files for parent in PurePosixPath(name).parents}
        advice = "move it elsewhere if it is yours, else delete it"
        for folder, subfolders, names in os.walk(self.folder):
            here = PurePosixPath(Path(folder).relative_to(self.folder).as_posix())
            for name in sorted(names):
                if (here / name).as_posix() not in self.files and not (here.name == "" and name in OWN_NAMES):
                    yield Finding(self._where((here / name).as_posix()), "is no file of the site", advice)
            for name in sorted(subfolders):
                if here / name not in folders:
                    yield Finding(self._where((here / name).as_posix()), "is no folder of the site", advice)
                elif (Path(folder) / name).is_symlink():
                    yield Finding(self._where((here / name).as_posix()), "is a link that leads elsewhere", _AGAIN)
            subfolders[:] = sorted(name for name in subfolders if here / name in folders)
