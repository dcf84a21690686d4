"""One export into the archive: read, merge, keep, count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.archive.history import update_history
from sitegen.archive.reading import read_record
from sitegen.archive.store import Archive, ImportFacts
from sitegen.errors import ExportError, SitegenError
from sitegen.model import Conversation, Problem, Record
from sitegen.readers import Recognised, installed
from sitegen.readers.base import Locator
from sitegen.readers.export import Export
from sitegen.readers.fields import load_json
from sitegen.readers.registry import reader_fault
from sitegen.wording import attachments_of, awaited_attachments, unknown_types

#: Told how many records have been read so far.
Progress = Callable[[int], None]


@dataclass
class ImportSummary:
    """What an import found, and what it changed in the archive. `known` means that this very export was imported
    before, `gone` counts conversations that are no longer in their account as was learnt by it."""

    export: str
    source: str
    generation: str
    advice: str = ""
    known: bool = False
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    attachments: int = 0
    attachments_missing: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def found_counts(self) -> dict[str, int]:
        """What the export held, whatever the archive knew of it: columns of the archive's `import` table."""
        return {
            "found": self.found,
            "unreadable": len(self.problems),
            "attachments": self.attachments,
            "attachments_missing": self.attachments_missing,
        }

    def changed_counts(self) -> dict[str, int]:
        """What became of the archive by this import."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "gone": self.gone}


def name_without_ids(name: str) -> str:
    """A file's name with the long ids that providers put into it cut out: they can name the account."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}", "…", name, flags=re.IGNORECASE)


def _says_nothing(raw: bytes) -> bool:
    """Whether a record that holds no conversation doesn't even say whose place it takes."""
    try:
        return not load_json(raw)
    except (ValueError, RecursionError):
        return True  # no JSON: only its reader could tell


def import_export(
    archive: Archive, export: Export, recognised: Recognised, progress: Progress | None = None
) -> ImportSummary:
    """Merges an export into the archive in one transaction. Raises ExportError (nothing changed) when the export
    turns out damaged as a whole or its reader fails on it, ArchiveError when the archive can't be written."""
    with archive.transaction():
        return _Import(archive, export, recognised).run(progress)


class _Import:
    def __init__(self, archive: Archive, export: Export, recognised: Recognised) -> None:
        self.archive, self.export = archive, export
        self.reader, self.recognition = recognised
        self.source = self.recognition.source or self.reader.source
        self.readers = {**installed(), self.reader.source: self.reader}
        self.summary = ImportSummary(export.name, self.source, self.recognition.generation, self.recognition.advice)
        #: What became of each conversation of this export, by record key.
        self.outcomes: dict[str, str] = {}
        self.stored: list[tuple[str, str, StoredFile]] = []
        self.newest: datetime | None = None
        #: Whether some record was empty and so, for all one knows, the place of any conversation.
        self.has_placeholders = False

    def _entries(self) -> Iterator[tuple[Record | Problem, Locator]]:
        """What the reader finds, with what finds its attachments. Raises ExportError for whatever a reader raises that
        is no error of the export or of the disk: it may come from another package."""
        try:
            locator = self.reader.locator(self.export)
            for entry in self.reader.records(self.export):
                yield entry, locator
        except (SitegenError, OSError):
            raise
        except Exception as error:
            raise reader_fault(self.reader, self.export, error) from error

    def run(self, progress: Progress | None) -> ImportSummary:
        facts = ImportFacts(
            self.export.fingerprint(),
            self.source,
            self.reader.source,
            self.recognition.generation,
            name_without_ids(self.export.name),
            self.recognition.made,
            self.recognition.account,
            self.recognition.complete,
        )
        self.import_id, is_new = self.archive.begin_import(facts, datetime.now(UTC))
        self.summary.known = not is_new
        for number, (entry, locator) in enumerate(self._entries(), 1):
            if isinstance(entry, Problem):
                self.summary.problems.append(entry)
            else:
                self._read(entry, locator)
            if progress is not None:
                progress(number)
        self.summary.problems.extend(self.export.problems)
        made = self.recognition.made or self.newest
        self.archive.date_import(self.import_id, made)
        if self.has_placeholders:
            self.archive.mark_incomplete(self.import_id)
        if is_new and not self.summary.found and not self.summary.problems:
            # A manifest or a file with account details only: no import that anybody should count on.
            self.archive.discard_import(self.import_id)
            return self.summary
        if is_new:
            self._keep_report()
        gone = self.archive.gone_count()
        outcomes = update_history(self.archive, self.source, self.readers, self.outcomes)
        for key, outcome in outcomes.items():
            self.outcomes[key] = "new" if self.outcomes[key] == "new" else outcome
        self.summary.gone = max(0, self.archive.gone_count() - gone)
        for key, attachment_id, stored in self.stored:
            self._attach(key, attachment_id, made, stored)
        self._count()
        return self.summary

    def _read(self, record: Record, locator: Locator) -> None:
        conversation = read_record(self.reader, record)
        if conversation is None:
            self.has_placeholders |= _says_nothing(record.raw)
            return
        if isinstance(conversation, Problem):
            self.summary.problems.append(conversation)
            return
        self.summary.found += 1
        self.summary.unknown.update(unknown_types(conversation.messages))
        for time in (conversation.updated, conversation.created):
            if time is not None and (self.newest is None or time > self.newest):
                self.newest = time
        key = conversation.key
        kept = replace(record, where=name_without_ids(record.where))
        self.archive.add_record(self.import_id, self.reader.source, key, kept)
        if not self.archive.has(key):
            self.outcomes[key] = self.archive.put(conversation)
        else:
            # Merged with its other records, if there are any, once this export's date is known.
            self.outcomes.setdefault(key, "unchanged")
        self._store_files(key, conversation, locator)

    def _store_files(self, key: str, conversation: Conversation, locator: Locator) -> None:
        awaited = awaited_attachments(conversation.messages)
        for attachment in attachments_of(conversation.messages).values():
            member = locator(attachment.id, attachment.name)
            if member is None:
                self.summary.attachments_missing += attachment.id in awaited
                continue
            try:
                with self.export.open(member) as stream:
                    stored = self.archive.attachments.add(stream)
            except ExportError as error:
                self.summary.attachments_missing += 1
                self.summary.problems.append(Problem(member, str(error)))
                continue
            self.summary.attachments += 1
            self.stored.append((key, attachment.id, stored))

    def _attach(self, record_key: str, attachment_id: str, made: datetime | None, stored: StoredFile) -> None:
        keys = self.archive.keys_of(record_key)
        if len(keys) > 1:
            keys = [key for key in keys if self.archive.account(key) == self.recognition.account]
        for key in keys:
            self.archive.attach(key, attachment_id, made, stored)

    def _count(self) -> None:
        tally = Counter(self.outcomes.values())
        self.summary.new, self.summary.changed = tally["new"], tally["changed"]
        self.summary.unchanged = tally["unchanged"]

    def _keep_report(self) -> None:
        """Keeps what a new import found, but for what changed by it: that is found out by the exports' dates."""
        problems = [replace(problem, where=name_without_ids(problem.where)) for problem in self.summary.problems]
        self.archive.set_problems(self.import_id, problems)
        self.archive.set_unknown(self.import_id, self.summary.unknown)
        self.archive.set_import_counts(self.import_id, self.summary.found_counts())
        if not self.archive.reader_version(self.reader.source):
            self.archive.set_reader_version(self.reader.source, self.reader.version)
