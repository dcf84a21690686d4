"""Finds exports: a file is one; a folder is one, or holds several at any of its first levels.

Attachments, documents and other people's files lie between them, so what no reader recognises is passed over. What
calls itself an export and can't be opened is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers.base import Reader
from sitegen.readers.export import Export
from sitegen.readers.export.containers import is_text, is_upload, printable
from sitegen.readers.export.file_kinds import is_unfinished_zip, kind_of
from sitegen.readers.fields import one_line
from sitegen.readers.registry import Recognised, SeveralReadersError, UnrecognisedError, labels_of, recognise

#: Sub-folders are looked at down to this level.
LEVELS = 5
_ENDINGS = (".zip", ".json", ".js")
_MISSES_NAMED = 5
Readers = tuple[Reader, ...]


class FoundExport(NamedTuple):
    """An export and its one reader. The export is open until the next one is asked for."""

    export: Export
    recognised: Recognised


def find_exports(
    path: Path, readers: Iterable[Reader] | None = None, problems: list[Problem] | None = None
) -> Iterator[FoundExport]:
    """The exports at `path`, in the order of their names; `readers` are those that are installed.

    A file is one export. So is a folder that exactly one reader recognises, with all that lies below it and is of
    the same reader; zips and exports of other readers below it are exports of their own. Where several readers
    recognise a folder, each whose records stand in the folder itself takes it as its own, without the records of the
    others. In any other folder each zip, JSON or JavaScript file and each sub-folder is looked at by the same rule.
    One that can't be opened, or
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

    def folder(
        self, folder: Path, levels: int, part_of: Readers = (), without_records: bool = False
    ) -> Iterator[FoundExport]:
        """A folder as one export, and what it holds besides, down to so many levels of sub-folders.

        `part_of` are the readers of exports that this folder lies in: what they recognise here is a part of those
        and is not found again. `without_records`: nothing that this folder holds was recognised in the one above, so
        that asking again is in vain, but for a single file, which may have any name.
        """
        owners, alone = part_of, bool(part_of)
        try:
            with Export(folder) as export:
                whole = not export.problems
                # Below an export, files without the ending of records are its attachments, were they somebody's export.
                may_hold_records = not part_of or any(map(is_text, export.members))
                if may_hold_records and (not without_records or len(export.members) == 1):
                    without_records = False
                    recognised = recognise(export, self._readers)
                    if recognised.reader not in part_of:
                        yield self._hit(export, recognised)
                    owners, alone = (recognised.reader,), True
        except UnrecognisedError:
            without_records = whole
        except SeveralReadersError as error:
            alone = False
            for export, recognised in self._shared(folder, error.found):
                owners = (*owners, recognised.reader)
                if recognised.reader not in part_of:
                    yield self._hit(export, recognised)
        except ExportError as error:
            self._miss(folder, _without_path(error, folder))
        for place in self._places(folder):
            if place.is_dir():
                if levels:
                    yield from self.folder(place, levels - 1, owners, without_records)
                else:
                    self._miss(place, f"deeper than {LEVELS} levels")
            elif place.suffix.lower() == ".zip" or is_unfinished_zip(place.name):
                yield from self._file(place)
            elif place.suffix.lower() in _ENDINGS and not alone:
                yield from self._file(place, owners)
            elif not alone:
                self._looked_at += 1
                self._miss(place, _kind(place))

    def _shared(self, folder: Path, found: list[Recognised]) -> Iterator[FoundExport]:
        """The folder as an export of each of its readers whose records stand in the folder itself: attachments that
        lie beside them belong to them."""
        records: dict[str, list[str]] = {}
        for place in self._places(folder):
            if place.is_file() and place.suffix.lower() in (".json", ".js"):
                try:
                    with Export(place) as export:
                        source = recognise(export, self._readers).reader.source
                    records.setdefault(source, []).append(printable(place.name))
                except ExportError:
                    continue  # it is told when its turn comes
        for reader, _ in found:
            others = [name for source, names in records.items() if source != reader.source for name in names]
            if reader.source in records:
                try:
                    with Export(folder, without=others) as export:
                        if recognition := reader.recognise(export):
                            yield FoundExport(export, Recognised(reader, recognition))
                except ExportError as error:
                    self._miss(folder, _without_path(error, folder))

    def _file(self, path: Path, owners: Readers = ()) -> Iterator[FoundExport]:
        """A file as one export, unless it is a part of one of the `owners`. A fault other than that nobody recognises
        it is a Problem; scripts and uploads that can't be read are other people's files."""
        self._looked_at += 1
        try:
            with Export(path) as export:
                recognised = recognise(export, self._readers)
                if recognised.reader not in owners:
                    yield self._hit(export, recognised)
        except UnrecognisedError as error:
            self._miss(path, error.found)
        except ExportError as error:
            reason = _without_path(error, path)
            self._miss(path, reason)
            if path.suffix.lower() != ".js" and not is_upload(path.name):
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
            if place.is_symlink() and (place.is_dir() or not _leads_into(place, self._root)):
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


def _leads_into(link: Path, folder: Path) -> bool:
    """Whether a link ends below the folder; one that leads in a circle, or to nothing, does not."""
    try:
        return link.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _without_path(error: ExportError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")


def _kind(path: Path) -> str:
    try:
        # Whoever opens a pipe waits until somebody writes into it, for ever if nobody does.
        if not path.is_file():
            return "neither a file nor a folder"
        with path.open("rb") as file:
            head = file.read(512)
            return kind_of(head, path.name, path.stat().st_size).what
    except OSError as error:
        return f"a file that can't be opened ({error.strerror})"
