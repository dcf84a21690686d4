"""What all formats share: what is known of a conversation before it is opened, its file's name, and the folder."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sitegen.archive.attachments import AttachmentStore, StoredFile
from sitegen.folders import Folder
from sitegen.output import Output
from sitegen.plain_files.names import Names, portable_name


class Chosen(NamedTuple):
    """A selected conversation, with the title, the folder and the tags that pages show, and the person's own note."""

    key: str
    source: str
    title: str
    folder: Folder
    created: datetime | None
    tags: tuple[str, ...] = ()
    note: str = ""


def file_path(chosen: Chosen, names: Names, ending: str, zone: ZoneInfo) -> str:
    """Where the file of a conversation stands: its folder, then its day and title. With the day in front, files
    stand in order, and few names are ever the same."""
    day = chosen.created.astimezone(zone).date().isoformat() if chosen.created else "undated"
    return names.file(chosen.folder, portable_name(f"{day} {chosen.title}", day), ending, chosen.key)


class Target:
    """The folder that is written to. What a person has changed in it since the last run is left alone, and `warnings`
    name it, as they name files that the archive has lost."""

    def __init__(self, output: Output, attachments: AttachmentStore) -> None:
        self.output, self._attachments = output, attachments
        self._warnings: dict[str, None] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Lines for people, each once."""
        return tuple(self._warnings)

    def write(self, path: str, content: bytes) -> None:
        """Puts a file at `path`, unless a person changed it. Raises OutputError."""
        if not self._is_left(path):
            self.output.write(path, content)

    def copy(self, path: str, file: StoredFile) -> bool:
        """Copies an attachment to `path`; False when the archive has lost it. Raises OutputError."""
        try:
            self.output.copy(path, file.hash, file.size, partial(self._attachments.open, file.hash))
        except FileNotFoundError:
            self._lost(file)
            return False
        return True

    def content(self, file: StoredFile) -> bytes | None:
        """An attachment's bytes; None when the archive has lost it."""
        try:
            with self._attachments.open(file.hash) as stream:
                return stream.read()
        except FileNotFoundError:
            self._lost(file)
            return None

    def finish(self) -> None:
        """Removes what an earlier run wrote and this one didn't. Raises OutputError."""
        for path in self.output.left_behind():
            self._is_left(path)
        self.output.finish()

    def _is_left(self, path: str) -> bool:
        if not self.output.is_edited(path):
            return False
        self.output.leave(path)
        self._warnings[f"{self.output.folder / path} was changed by hand and is left so; delete it to have it anew"] = (
            None
        )
        return True

    def _lost(self, file: StoredFile) -> None:
        path = self._attachments.path(file.hash)
        line = f"{path} is gone from the archive; to have it back, import the export that held it again"
        self._warnings[line] = None
