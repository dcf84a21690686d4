"""Finds exports: a file is one; a folder is one, or holds several at any of its first levels.

Attachments, documents and other people's files lie between them, so what no reader recognises is passed over. What
calls itself an export and can't be opened is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers.base import Reader
from sitegen.readers.export import Export
from sitegen.readers.export.containers import printable
from sitegen.readers.export.file_kinds import kind_of
from sitegen.readers.fields import one_line
from sitegen.readers.registry import Recognised, UnrecognisedError, labels_of, recognise

#: Sub-folders are looked at down to this level.
LEVELS = 5
_ENDINGS = (".zip", ".json", ".js")
_MISSES_NAMED = 5
#: How ChatGPT names files that people uploaded.
_UPLOAD = re.compile(r"file[-_]\w{8,}")


class FoundExport(NamedTuple):
    """An export and its one reader. The export is open until the next one is asked for."""

    export: Export
    recognised: Recognised


def find_exports(
    path: Path, readers: Iterable[Reader] | None = None, problems: list[Problem] | None = None
) -> Iterator[FoundExport]:
    """The exports at `path`, in the order of their names; `readers` are those that are installed.

    A file is one export. So is a folder that exactly one reader recognises, with all that lies below it and is of
    the same reader; zips and exports of other readers below it are exports of their own. In any other folder each
    zip, JSON or JavaScript file and each sub-folder is looked at by the same rule. One that can't be opened, or
    holds several exports, is added to `problems`; what nobody recognises is passed over, because it may be an
    attachment. Raises ExportError if there is no export at all.
    """
    readers = None if readers is None else tuple(readers)
    if not path.is_dir():
        with Export(path) as export:
            yield FoundExport(export, recognise(export, readers))
        return
    search = _Search(path, readers, [] if problems is None else problems)
    yield from search.folder(path, LEVELS)
    if not search.found:
        raise ExportError(search.summary())


def each_export(path: Path, take: Callable[[Export, Recognised], object]) -> Iterator[str]:
    """Gives every export at or below `path` to `take`, and yields what went wrong as lines for people.

    One that can't be read, when it is opened or when `take` raises ExportError, costs only itself.
    """
    problems: list[Problem] = []
    try:
        for export, recognised in find_exports(path, problems=problems):
            try:
                take(export, recognised)
            except ExportError as error:
                yield str(error)
    except ExportError as error:
        yield str(error)
    for problem in problems:
        yield f"{path}: {problem.where}: {problem.reason}"


class _Search:
    def __init__(self, root: Path, readers: tuple[Reader, ...] | None, problems: list[Problem]) -> None:
        self.found = 0
        self._problems = problems
        self._root = root
        self._readers = readers
        self._looked_at = 0
        self._misses: list[str] = []

    def folder(self, folder: Path, levels: int, part_of: Reader | None = None) -> Iterator[FoundExport]:
        """A folder as one export, and what it holds besides, down to so many levels of sub-folders.

        `part_of` is the reader of an export that this folder lies in: what that reader recognises here is a part of
        it and is not found again.
        """
        owner = part_of
        try:
            with Export(folder) as export:
                recognised = self._recognised_folder(export)
                if recognised and recognised.reader is not part_of:
                    yield self._hit(export, recognised)
                owner = recognised.reader if recognised else part_of
        except ExportError as error:
            self._miss(folder, _without_path(error, folder))
        for place in self._places(folder):
            if place.is_dir():
                if levels:
                    yield from self.folder(place, levels - 1, owner)
                else:
                    self._miss(place, f"deeper than {LEVELS} levels")
            elif place.suffix.lower() == ".zip" or (place.suffix.lower() in _ENDINGS and owner is None):
                yield from self._file(place)
            elif owner is None:
                self._looked_at += 1
                self._miss(place, _kind(place))

    def _recognised_folder(self, export: Export) -> Recognised | None:
        try:
            return recognise(export, self._readers)
        except UnrecognisedError:
            return None
        except ExportError as error:
            self._miss(export.path, _without_path(error, export.path))
            return None

    def _file(self, path: Path) -> Iterator[FoundExport]:
        """A file as one export. A fault other than that nobody recognises it is a Problem; scripts and uploads that
        can't be read are other people's files."""
        self._looked_at += 1
        try:
            with Export(path) as export:
                recognised = recognise(export, self._readers)
                yield self._hit(export, recognised)
        except UnrecognisedError as error:
            self._miss(path, error.found)
        except ExportError as error:
            reason = _without_path(error, path)
            self._miss(path, reason)
            if path.suffix.lower() != ".js" and not _UPLOAD.match(path.name):
                self._problems.append(Problem(self._name(path), reason))

    def _places(self, folder: Path) -> list[Path]:
        """What stands in a folder, by name; hidden ones and links out of the searched folder left out."""
        try:
            found = sorted(folder.iterdir())
        except OSError as error:
            self._miss(folder, f"can't be opened: {error.strerror}")
            return []
        places = []
        for place in found:
            if place.name.startswith(".") or place.name == "__MACOSX":
                continue
            if place.is_symlink() and (place.is_dir() or not place.resolve().is_relative_to(self._root.resolve())):
                self._miss(place, "a link to somewhere else")
            else:
                places.append(place)
        return places

    def _hit(self, export: Export, recognised: Recognised) -> FoundExport:
        self.found += 1
        return FoundExport(export, recognised)

    def _miss(self, path: Path, what: str) -> None:
        self._misses.append(f"{self._name(path)}: {what}")

    def _name(self, path: Path) -> str:
        return one_line(printable(path.relative_to(self._root).as_posix())) if path != self._root else "the folder"

    def summary(self) -> str:
        """What was looked at, when there was no export in it."""
        text = f"{self._root}: {self._looked_at} files looked at, none is an export that a reader recognises"
        if self._misses:
            text += ": " + ", ".join(self._misses[:_MISSES_NAMED])
        if len(self._misses) > _MISSES_NAMED:
            text += f", and {len(self._misses) - _MISSES_NAMED} more"
        return f"{text}; expected a zip, folder or JSON file from {labels_of(self._readers)}"


def _without_path(error: ExportError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")


def _kind(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(512)
            return kind_of(head, path.name, path.stat().st_size).what
    except OSError as error:
        return f"a file that can't be opened ({error.strerror})"
