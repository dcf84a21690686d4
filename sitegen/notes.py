"""A person's own notes on conversations: Markdown files in the folder `notes` beside the archive. Read, never written.

A file belongs to the conversation whose key its name ends with: `1a2b3c4d5e6f.md`, `03-05-1a2b3c4d5e6f.md` as the page
is called, or `Heat pump, to be asked again 1a2b3c4d5e6f.md`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER_NAME = "notes"
LARGEST = 1_000_000
_ENDING = ".md"
_KEY = re.compile(r"(?:.*[^0-9A-Za-z])?([0-9a-f]{12})", re.DOTALL)


class Note(NamedTuple):
    """What a person wrote on a conversation, and the files it stands in."""

    text: str
    files: tuple[Path, ...]


class Notes(NamedTuple):
    """The notes by the key of their conversation; `faults` are lines about files that can't be taken for notes."""

    by_key: dict[str, Note]
    faults: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """The note on a conversation; "" for none."""
        note = self.by_key.get(key)
        return note.text if note is not None else ""

    def warnings(self, keys: Collection[str]) -> Iterator[str]:
        """A line for each file that shows nowhere, where these are the conversations that there are."""
        yield from self.faults
        for key, note in self.by_key.items():
            if key not in keys:
                for file in note.files:
                    yield f"{file}: no conversation has the key {key}; the note is kept and shows nowhere"


def notes_folder(archive: Path) -> Path:
    """Where the notes of the archive in this folder stand, if there are any."""
    return archive.absolute().parent / FOLDER_NAME


def read_notes(folder: Path) -> Notes:
    """All notes in a folder, which need not be there. Hidden files and files that aren't `.md` are not looked at.

    Several notes on one conversation stand one below the other, in the order of their names.
    """
    if not folder.is_dir():
        return Notes({})
    by_key: dict[str, Note] = {}
    faults = []
    strays = []
    try:
        paths = sorted(path for path in folder.iterdir() if is_note(path.name))
    except OSError as error:
        return Notes({}, (f"{folder}: can't be read: {error.strerror}",))
    for path in paths:
        key = key_of(path.name)
        if key is None and not path.is_dir():
            strays.append(path)
            continue
        text = _text(path)
        if isinstance(text, _Fault):
            faults.append(f"{path}: {text.reason}; it is left out")
        elif key is not None and text.strip():
            before = by_key.get(key, Note("", ()))
            joined = f"{before.text}\n\n{text}" if before.files else text
            by_key[key] = Note(joined, (*before.files, path))
    return Notes(by_key, (*faults, *_told(strays)))


def _told(strays: list[Path]) -> Iterator[str]:
    """One line, be it about a file or about a whole vault of somebody's that bears the same name."""
    rule = "the name of a note ends with the key that a conversation's page shows"
    if len(strays) == 1:
        yield f"{strays[0]}: is on no conversation; {rule}"
    elif strays:
        yield f"{strays[0]} and {len(strays) - 1:,} more there: are on no conversation; {rule}"


def key_of(name: str) -> str | None:
    """The key of the conversation that a note of this name is on; None if it has none."""
    match = _KEY.fullmatch(name[: -len(_ENDING)])
    return match[1] if match else None


def is_note(name: str) -> bool:
    """Whether a file or folder of this name is taken for a note."""
    return name.lower().endswith(_ENDING) and not name.startswith(".")


class _Fault(NamedTuple):
    reason: str


def _text(path: Path) -> str | _Fault:
    if path.is_dir():
        return _Fault("is a folder, not a note")
    try:
        if not path.is_file():
            return _Fault("is no file")
        if path.stat().st_size > LARGEST:
            return _Fault(f"is larger than {LARGEST // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        return _Fault(f"can't be read: {error.strerror}")
    except UnicodeDecodeError:
        return _Fault("is not UTF-8; save it in that encoding")
