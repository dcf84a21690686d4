"""Opens an export: whatever it is packed in becomes one list of entries, and a problem for each that is left out.

What the entries hold is `export`'s business. A file that is no export is refused in words that say what it is.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers.export import containers, zips
from sitegen.readers.export.containers import Entry, Limits, Refusal
from sitegen.readers.export.file_kinds import is_json, kind_of
from sitegen.readers.export.json_scan import skip_preamble
from sitegen.readers.export.member_bytes import as_utf8, open_member, spooled
from sitegen.readers.fields import one_line

#: So many files left out for the same reason are named; the others are counted.
_NAMED_REFUSALS = 20
#: So many zips inside a zip are opened: each takes a file that stays open, and a system gives about a thousand.
_INNER_ZIPS = 200


def contents_of(path: Path, name: str, limits: Limits) -> Contents:
    """What stands in the export at `path`, shown as `name`. Raises ExportError with what it is, if it is none."""
    contents = Contents(path, name, limits)
    try:
        contents.fill()
    except (OSError, ValueError) as error:
        contents.close()
        raise ExportError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    except BaseException:
        contents.close()
        raise
    return contents


def placed(export: str, member: str) -> str:
    """Where a member stands, for people; control characters of its name can't reach a terminal."""
    return f"{export}: {one_line(member)[:300]}"


class Contents:
    """The entries of an export by name, and the open files that they are read from."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.entries: dict[str, Entry] = {}
        self.problems: list[Problem] = []
        self._path = path
        self._name = name
        self._limits = limits
        self._stack = ExitStack()

    def close(self) -> None:
        """Closes the zips, and with them the temporary files that inner ones were unpacked to."""
        self._stack.close()

    def fill(self) -> None:
        """Finds the entries. Raises ValueError or OSError if the path holds no export."""
        mode = self._path.stat().st_mode
        if stat.S_ISDIR(mode):
            self._take(containers.folder_entries(self._path, self._limits))
        elif stat.S_ISREG(mode):
            self._fill_from_file()
        else:
            raise ValueError("neither a file nor a folder")
        if not self.entries:
            raise ValueError(f"nothing in it can be read{self._first_reason()}")

    def _fill_from_file(self) -> None:
        file = self._stack.enter_context(self._path.open("rb"))
        head = file.read(4096)
        size = file.seek(0, 2)
        if is_json(head):
            self._take([containers.file_entry(self._path, self._name, size)])
        elif zips.is_zip(file):
            self._fill_from_zip(file)
        else:
            kind = kind_of(head, self._name, size)
            raise ValueError(f"this is {kind.what}" + (f"; {kind.advice}" if kind.advice else ""))

    def _fill_from_zip(self, file: BinaryIO) -> None:
        archive = self._stack.enter_context(zips.open_zip(file, self._limits))
        if zips.is_encrypted(archive):
            raise ValueError("this zip is encrypted; unpack it with its password and give the folder")
        if not archive.infolist():
            raise ValueError("this is an empty zip; download the export again")
        if skipped := zips.leading_bytes(archive):
            self.problems.append(Problem(self._name, f"{skipped:,} bytes before the zip's first file were not read"))
        self._take(zips.zip_entries(archive))
        inner = [name for name in sorted(self.entries) if _is_inner_export(name)]
        if inner and not self._holds_records():
            for name in inner[:_INNER_ZIPS]:
                self._take_inner(name)
            self._report(
                Refusal(name, f"the export holds more than {_INNER_ZIPS} zips; unpack it and give the folder")
                for name in inner[_INNER_ZIPS:]
            )

    def _take_inner(self, name: str) -> None:
        """Adds what stands in a zip inside the zip; one that can't be opened stays a plain member."""
        where = placed(self._name, name)
        try:
            file = self._stack.enter_context(spooled(self.entries[name], where, as_text=False))
            archive = self._stack.enter_context(zips.open_zip(file, self._limits))
        except (ExportError, ValueError) as error:
            self.problems.append(Problem(where, str(error)))
            return
        self._take(zips.zip_entries(archive, self.entries[name]))

    def _take(self, found: Iterable[Entry | Refusal]) -> None:
        """Adds the entries that what is left of the limits allows; each other one becomes a problem."""
        entries: dict[str, Entry] = {}
        refusals: list[Refusal] = []
        for entry in found:
            if isinstance(entry, Refusal):
                refusals.append(entry)
            elif entry.name in self.entries or entry.name in entries:
                refusals.append(Refusal(entry.name, "a second file of this name; the first was kept"))
            else:
                entries[entry.name] = entry
        for entry in containers.within_limits(entries.values(), self._limits, self.entries.values()):
            if isinstance(entry, Refusal):
                refusals.append(entry)
            else:
                self.entries[entry.name] = entry
        self._report(refusals)

    def _report(self, refusals: Iterable[Refusal]) -> None:
        counts: dict[str, int] = {}
        for refusal in refusals:
            counts[refusal.reason] = counts.get(refusal.reason, 0) + 1
            if counts[refusal.reason] <= _NAMED_REFUSALS:
                self.problems.append(Problem(placed(self._name, refusal.name), refusal.reason))
        for reason, count in counts.items():
            if count > _NAMED_REFUSALS:
                self.problems.append(Problem(self._name, f"{count - _NAMED_REFUSALS:,} more files: {reason}"))

    def _first_reason(self) -> str:
        return f" ({self.problems[0].where}: {self.problems[0].reason})" if self.problems else ""

    def _holds_records(self) -> bool:
        """Whether a list of objects stands beside the inner zips: then these are attachments, not the export."""
        texts = [entry for entry in self.entries.values() if entry.name.lower().endswith((".json", ".js"))]
        largest = sorted(texts, key=lambda entry: (-entry.size, entry.name))[:20]
        return any(_begins_list_of_objects(entry) for entry in largest)


def _is_inner_export(name: str) -> bool:
    """Whether a member may be an export of its own: a zip, but not one that ChatGPT keeps as an uploaded file."""
    file = PurePosixPath(name).name.lower()
    return file.endswith(".zip") and not file.startswith(("file-", "file_"))


def _begins_list_of_objects(entry: Entry) -> bool:
    try:
        with open_member(entry, entry.name) as stream:
            text = as_utf8(stream.read(4096))
    except ExportError:
        return False  # whoever reads this member is told that it is damaged
    return re.match(rb"\[\s*\{", text[skip_preamble(memoryview(text)) :]) is not None
