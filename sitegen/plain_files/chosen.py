"""What all formats know of a conversation before they open it, and how they reach its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sitegen.archive.attachments import StoredFile
from sitegen.archive.store import Archive
from sitegen.folders import Folder
from sitegen.output import Output
from sitegen.plain_files.names import Names, portable_name

#: The hashes of files that the archive has lost.
Missing = Sequence[str]


class Chosen(NamedTuple):
    """A selected conversation, with the title and folder that pages show."""

    key: str
    source: str
    title: str
    folder: Folder
    created: datetime | None


def file_path(chosen: Chosen, names: Names, ending: str, zone: ZoneInfo) -> str:
    """Where the file of a conversation stands: its folder, then its day and title. With the day in front, files
    stand in order, and few names are ever the same."""
    day = f"{chosen.created.astimezone(zone):%Y-%m-%d}" if chosen.created else "undated"
    return names.file(chosen.folder, portable_name(f"{day} {chosen.title}", day), ending, chosen.key)


def copied(archive: Archive, output: Output, path: str, file: StoredFile) -> bool:
    """Copies an attachment to `path`; False when the archive has lost it."""
    try:
        output.copy(path, file.hash, partial(archive.attachments.open, file.hash))
    except FileNotFoundError:
        return False
    return True
