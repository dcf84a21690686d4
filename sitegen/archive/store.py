"""The archive on disk: one SQLite file and a folder of attachments."""

from __future__ import annotations

from sitegen.archive.conversations import Absence, ConversationRow, ConversationTables, SightedRecord
from sitegen.archive.database import DATABASE_NAME
from sitegen.archive.imports import ImportFacts, ImportRow, ImportTables
from sitegen.archive.tables import SCHEMA_VERSION

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
