"""The archive on disk: one SQLite file and a folder of attachments."""

from __future__ import annotations

from pathlib import Path

from sitegen.archive.attachments import AttachmentStore
from sitegen.archive.conversations import Absence, ConversationRow, ConversationTables, SightedRecord
from sitegen.archive.imports import ImportFacts, ImportRow, ImportTables
from sitegen.archive.tables import DATABASE_NAME, SCHEMA_VERSION

__all__ = [
    "DATABASE_NAME",
    "SCHEMA_VERSION",
    "Absence",
    "Archive",
    "ConversationRow",
    "ImportFacts",
    "ImportRow",
    "SightedRecord",
]


class Archive(ImportTables, ConversationTables):
    """The open archive. Use as a context manager; writing happens inside `transaction` only."""

    def __init__(self, folder: Path, zone_name: str | None = None) -> None:
        """Opens the archive in `folder`. With `zone_name`, makes it first if there is none, and keeps that IANA
        name as the zone for dates. Raises ArchiveError if it is absent, damaged, busy or of a newer version."""
        super().__init__(folder, zone_name)
        self.attachments = AttachmentStore(folder / "attachments")
