"""The output folder: writes what differs, removes what an earlier build wrote and this one no longer does.

Nothing else in the folder is touched, and a folder that holds other things is refused at the start. A page is
written into a temporary file and renamed into its place, so that a reader never sees half of one. The manifest is
written last and names every file with its hash, and every product (files that are made together) with what it was made
from, so that the next build can leave it alone; a build that was broken off leaves a marker, after which the files
themselves are compared instead of trusting the manifest. The marker lists what that build added, so that it can be
removed again. Temporary files stand at the top of the folder, in the same file system as all below it (links are not
followed), where a glance finds those of a killed build. One build at a time: the caller holds the folder's lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sitegen.durability import replace_file, sync_file, sync_folder
from sitegen.errors import OutputError
from sitegen.file_names import same_file_key
from sitegen.lock import HOLDER_NAME, LOCK_NAME

MANIFEST_NAME = ".sitegen-manifest.json"
DIRTY_NAME = ".sitegen-building"
TEMPORARY = ".sitegen-tmp"
#: What a product was made from, and its files with their sizes.
Product = tuple[str, dict[str, int]]

#: What a build keeps in the folder while it runs: none of it belongs to the site.
OWN_NAMES = frozenset({MANIFEST_NAME, DIRTY_NAME, LOCK_NAME, HOLDER_NAME})


def read_manifest(folder: Path, holds: str = "") -> dict[str, str]:
    """The files of the last whole build by their path with `/`, each with the sha256 of its content.

    Empty if there was no such build. Raises OutputError if the manifest is damaged or of something else than the
    folder is to hold ("" for a site), OSError if it can't be read.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        return {}
    try:
        manifest = json.loads(path.read_bytes())
        files = {str(name): str(digest) for name, digest in manifest["files"].items()}
        held = manifest.get("holds", "")
        for name in files:
            _parts(name)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise OutputError(f"{path}: is damaged; delete the folder {folder} and try again") from error
    if held != holds:
        raise OutputError(
            f"{folder}: holds {_named(held)} that sitegen made; choose another folder for {_named(holds)}, or delete"
            " this one"
        )
    return files


def _named(holds: str) -> str:
    return f"{holds} files" if holds else "a site"


def _read_products(folder: Path) -> dict[str, Product]:
    """The products of the last build by label. Empty if the manifest has none that can be used: all is made anew."""
    try:
        products = json.loads((folder / MANIFEST_NAME).read_bytes()).get("products", {})
        return {
            str(label): (str(made_from), {str(name): int(size) for name, size in names.items()})
            for label, (made_from, names) in products.items()
        }
    except (ValueError, AttributeError, TypeError):
        return {}


def _parts(name: str) -> list[str]:
    parts = name.split("/")
    if "" in parts or "." in parts or ".." in parts or "\0" in name:
        raise ValueError(f"not a relative path inside the output: {name!r}")
    return parts


class Output:
    """One build's view of the output folder. Call `write` or `keep` for every file, then `finish`."""

    def __init__(self, folder: Path, holds: str = "") -> None:
        """`holds` is what is written, where that is not a site ("markdown"). Raises OutputError if the folder can't be
        made, or holds files that sitegen did not make, or made as something else."""
        self.folder = folder
        self._holds = holds
        self.written = 0
        self.removed = 0
        self._files: dict[str, str] = {}
        self._products: dict[str, Product] = {}
        #: The files of the product that is being made, with their sizes.
        self._names: dict[str, int] = {}
        #: Folders (their names in the output) that are known to stand there and to be no links elsewhere.
        self._folders: dict[str, Path] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._before = read_manifest(folder, holds)
            self._products_before = _read_products(folder) if self._before else {}
            self._dirty = (folder / DIRTY_NAME).exists()
            self._unlisted = self._added_before() if self._dirty else set()
            self._trusted = bool(self._before) and not self._dirty
            self._refuse_foreign_files()
            for left in folder.glob(f"{TEMPORARY}*"):
                left.unlink()
        except OSError as error:
            raise OutputError(f"{folder}: can't be used as output folder: {error.strerror or error}") from error

    def _added_before(self) -> set[str]:
        """What a build that was broken off had added: no manifest names it."""
        names = set()
        # A power failure may have torn the last line, or put zeros there; a file that it named stays, as nobody's.
        for name in (self.folder / DIRTY_NAME).read_bytes().split(b"\n")[:-1]:
            with suppress(ValueError):
                names.add("/".join(_parts(name.decode())))
        return names

    def _refuse_foreign_files(self) -> None:
        if self._before or self._dirty or (self.folder / MANIFEST_NAME).exists():
            return
        if any(entry.name not in OWN_NAMES for entry in self.folder.iterdir()):
            option = " with --output" if not self._holds else ""
            raise OutputError(
                f"{self.folder}: holds files that sitegen did not make; choose an empty or new folder{option}"
            )

    def write(self, name: str, content: bytes) -> None:
        """Puts a file at `name` (a relative path with `/`), unless it stands there with the same bytes."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._stands(name, digest, len(content)):
            self._put(name, lambda file: file.write(content))
        self._files[name] = digest
        self._names[name] = len(content)

    def copy(self, name: str, digest: str, size: int, open_source: Callable[[], BinaryIO]) -> None:
        """Puts a file whose sha256 and size are known; the source is opened only when it has to be copied."""
        if name in self._files:
            return
        if not self._stands(name, digest, size):
            with open_source() as source:
                self._put(name, lambda file: shutil.copyfileobj(source, file))
        self._files[name] = digest

    @contextmanager
    def product(self, label: str, made_from: str) -> Iterator[None]:
        """The files put inside are one product, which depends on nothing but what `made_from` names. One whose making
        fails is none."""
        self._names = {}
        yield
        self._products[label], self._names = (made_from, self._names), {}

    def keep(self, label: str, made_from: str) -> bool:
        """Whether the last build made this product of the same things and its files stand as it left them: they are
        kept then, and need not be made."""
        before = self._products_before.get(label)
        if before is None or before[0] != made_from:
            return False
        names = before[1]
        if not all(name in self._before and self._stands(name, self._before[name], names[name]) for name in names):
            return False
        for name in names:
            self._files[name] = self._before[name]
        self._products[label] = before
        return True

    def finish(self) -> None:
        """Removes what the last build wrote and this one didn't, then writes the manifest. Raises OutputError."""
        try:
            for name in self.left_behind():
                self._mark_dirty()
                self._remove(name)
            manifest = json.dumps(
                {
                    **({"holds": self._holds} if self._holds else {}),
                    "files": dict(sorted(self._files.items())),
                    "products": dict(sorted(self._products.items())),
                },
                # A line for each. With an indent it would be done in Python, and take more than twice as long.
                separators=(",\n", ": "),
                ensure_ascii=False,
            )
            if (self._before, self._products_before) != (self._files, self._products) or not self._trusted:
                self._replace(self.folder / MANIFEST_NAME, lambda file: file.write(manifest.encode()), durably=True)
            if self._dirty:
                (self.folder / DIRTY_NAME).unlink()
                self._dirty = False
        except OSError as error:
            raise OutputError(f"{self.folder}: can't be finished: {error.strerror or error}; build again") from error

    def is_edited(self, name: str) -> bool:
        """Whether somebody else changed a file since the last build wrote it. False after an interrupted build, whose
        own files can't be told from theirs."""
        if not self._trusted or name not in self._before or not self._path(name).is_file():
            return False
        try:
            return hashlib.sha256(self._path(name).read_bytes()).hexdigest() != self._before[name]
        except OSError as error:
            raise OutputError(f"{self._path(name)}: can't be read: {error.strerror or error}") from error

    def leave(self, name: str) -> None:
        """Keeps a file of the last build as it stands, with what is known of it."""
        self._files[name] = self._before[name]

    def left_behind(self) -> list[str]:
        """What the last build wrote and this one didn't. Where two ways to write a name are the same, a file renamed
        only from one to the other is the new one, and stays."""
        standing = {same_file_key(name): name for name in self._files}
        return [
            name
            for name in sorted((self._before.keys() | self._unlisted) - self._files.keys())
            if (twin := standing.get(same_file_key(name))) is None or not _same_file(self._path(name), self._path(twin))
        ]

    @property
    def unchanged(self) -> int:
        """How many files of this build stood already."""
        return len(self._files) - self.written

    @property
    def names(self) -> frozenset[str]:
        """Every file of this build."""
        return frozenset(self._files)

    def _path(self, name: str) -> Path:
        """Where the file of this name stands. Raises OutputError if a link on the way leads somewhere else, or if this
        system has no such names."""
        *folders, file = _parts(name)
        place = "/".join(folders)
        folder = self._folders.get(place)
        if folder is None:
            folder = self._folders[place] = self._checked_folder(folders)
        path = folder / file
        if not name.isascii():
            self._check_spelling(name, path)
        return path

    def _check_spelling(self, name: str, path: Path) -> None:
        try:
            os.fsencode(name)
        except UnicodeEncodeError as error:
            raise OutputError(
                f"{path}: can't be written: the settings of this system allow {error.encoding} letters only in names;"
                " set the variable PYTHONUTF8=1 and try again"
            ) from error

    def _checked_folder(self, parts: list[str]) -> Path:
        folder = self.folder.joinpath(*parts)
        expected = os.path.normpath(os.path.join(os.path.realpath(self.folder), *parts))  # noqa: PTH118 - as realpath
        if os.path.normcase(os.path.realpath(folder)) != os.path.normcase(expected):
            raise OutputError(
                f"{folder}: is a link that leads elsewhere, and nothing outside {self.folder} is touched;"
                " remove the link and build again"
            )
        return folder

    def _stands(self, name: str, digest: str, size: int) -> bool:
        path = self._path(name)
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or status.st_size != size:
                return False
            if self._trusted and name in self._before:
                return self._before[name] == digest
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            # Absent or unreadable: it will be written, and an error of that is reported.
            return False

    def _put(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        path = self._path(name)
        try:
            self._mark_dirty(name if name not in self._before and name not in self._unlisted else None)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._replace(path, fill)
        except OSError as error:
            raise OutputError(
                f"{path}: can't be written: {error.strerror or error}; what was built before is still there"
            ) from error
        self.written += 1

    def _mark_dirty(self, added: str | None = None) -> None:
        """Says on the disk that the manifest is no longer true, and which file it lacks."""
        if self._dirty and added is None:
            return
        with (self.folder / DIRTY_NAME).open("ab") as marker:
            marker.write(f"{added}\n".encode() if added else b"")
            if not self._dirty:
                sync_file(marker)
        if not self._dirty:
            sync_folder(self.folder)
            self._dirty = True

    def _replace(self, path: Path, fill: Callable[[BinaryIO], object], *, durably: bool = False) -> None:
        temporary = self.folder / f"{TEMPORARY}-{os.getpid()}"
        try:
            with temporary.open("wb") as file:
                fill(file)
                if durably:
                    sync_file(file)
            replace_file(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if durably:
            sync_folder(path.parent)

    def _remove(self, name: str) -> None:
        path = self._path(name)
        path.unlink(missing_ok=True)
        self.removed += 1
        for folder in path.parents:
            if folder == self.folder:
                break
            with suppress(OSError):  # not empty: something else lives there
                folder.rmdir()


def _same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)
