"""The output folder: writes what differs, removes what an earlier build wrote and this one no longer does.

Nothing else in the folder is touched, and a folder that holds other things is refused at the start. A page is
written beside its place and renamed into it, so that a reader never sees half of one. The manifest is written last
and names every file with its hash; a build that was interrupted leaves a marker, after which the files
themselves are compared instead of trusting the manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sitegen.errors import OutputError

MANIFEST_NAME = ".sitegen-manifest.json"
_DIRTY_NAME = ".sitegen-building"
_TEMPORARY = ".sitegen-tmp"


class Output:
    """One build's view of the output folder. Call `write` or `keep` for every file, then `finish`."""

    def __init__(self, folder: Path) -> None:
        """Raises OutputError if the folder can't be made, or holds files that no sitegen build made."""
        self.folder = folder
        self.written = 0
        self.unchanged = 0
        self.removed = 0
        self._files: dict[str, str] = {}
        self._folders: set[Path] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._before = self._read_manifest()
            self._dirty = (folder / _DIRTY_NAME).exists()
            self._trusted = bool(self._before) and not self._dirty
        except OSError as error:
            raise OutputError(f"{folder}: can't be used as output folder: {error.strerror or error}") from error

    def _read_manifest(self) -> dict[str, str]:
        path = self.folder / MANIFEST_NAME
        if path.is_file():
            try:
                files = json.loads(path.read_bytes())["files"]
                return {str(name): str(digest) for name, digest in files.items()}
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise OutputError(f"{path}: is damaged; delete the folder {self.folder} and build again") from error
        if (
            any(entry.name != _DIRTY_NAME for entry in self.folder.iterdir())
            and not (self.folder / _DIRTY_NAME).exists()
        ):
            raise OutputError(
                f"{self.folder}: holds files that sitegen did not make; choose an empty or new folder with --output"
            )
        return {}

    def write(self, name: str, content: bytes) -> None:
        """Puts a file at `name` (a relative path with `/`), unless it stands there with the same bytes."""
        digest = hashlib.sha256(content).hexdigest()
        if self._stands(name, digest, len(content)):
            self.unchanged += 1
        else:
            self._put(name, lambda file: file.write(content))
        self._files[name] = digest

    def copy(self, name: str, digest: str, open_source: Callable[[], BinaryIO]) -> None:
        """Puts a file whose sha256 is known; the source is opened only when it has to be copied."""
        if name in self._files:
            return
        path = self._path(name)
        if self._trusted and self._before.get(name) == digest and path.is_file():
            self.unchanged += 1
        else:
            with open_source() as source:
                self._put(name, lambda file: shutil.copyfileobj(source, file))
        self._files[name] = digest

    def finish(self) -> None:
        """Removes what the last build wrote and this one didn't, then writes the manifest. Raises OutputError."""
        try:
            for name in sorted(set(self._before) - set(self._files)):
                self._mark_dirty()
                self._remove(name)
            manifest = json.dumps({"files": dict(sorted(self._files.items()))}, indent=0, ensure_ascii=False)
            if self._dirty and not (self.folder / _DIRTY_NAME).exists():
                # Another build finished here: either may have written over the other's files.
                (self.folder / _DIRTY_NAME).touch()
                raise OutputError(f"{self.folder}: another build wrote into it at the same time; build again")
            if self._before != self._files or not self._trusted:
                self._replace(self.folder / MANIFEST_NAME, lambda file: file.write(manifest.encode()))
            if self._dirty:
                (self.folder / _DIRTY_NAME).unlink()
                self._dirty = False
        except OSError as error:
            raise OutputError(f"{self.folder}: can't be finished: {error.strerror or error}; build again") from error

    @property
    def names(self) -> frozenset[str]:
        """Every file of this build."""
        return frozenset(self._files)

    def _path(self, name: str) -> Path:
        parts = PurePosixPath(name).parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise ValueError(f"not a relative path inside the output: {name!r}")
        return self.folder.joinpath(*parts)

    def _stands(self, name: str, digest: str, size: int) -> bool:
        path = self._path(name)
        try:
            if path.stat().st_size != size:
                return False
            if self._trusted and name in self._before:
                return self._before[name] == digest
            return hashlib.sha256(path.read_bytes()).hexdigest() == digest
        except OSError:
            # Absent or unreadable: it will be written, and an error of that is reported.
            return False

    def _put(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        path = self._path(name)
        try:
            self._mark_dirty()
            if path.parent not in self._folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._folders.add(path.parent)
            self._replace(path, fill)
        except OSError as error:
            raise OutputError(
                f"{path}: can't be written: {error.strerror or error}; what was built before is still there"
            ) from error
        self.written += 1

    def _mark_dirty(self) -> None:
        if not self._dirty:
            (self.folder / _DIRTY_NAME).touch()
            self._dirty = True

    def _replace(self, path: Path, fill: Callable[[BinaryIO], object]) -> None:
        temporary = self.folder / f"{_TEMPORARY}-{os.getpid()}"
        try:
            with temporary.open("wb") as file:
                fill(file)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _remove(self, name: str) -> None:
        path = self._path(name)
        path.unlink(missing_ok=True)
        self.removed += 1
        for folder in path.parents:
            if folder == self.folder:
                break
            with suppress(OSError):  # not empty: something else lives there
                folder.rmdir()
