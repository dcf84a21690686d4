"""One export into the archive: read, merge, keep, count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.archive.merge import Observation, merge
from sitegen.archive.store import Archive, ImportFacts
from sitegen.errors import ExportError
from sitegen.model import Conversation, Problem, Record
from sitegen.readers import Recognised
from sitegen.readers.base import Locator, Reader
from sitegen.readers.export import Export
from sitegen.wording import attachments_of, awaited_attachments, unknown_types

#: Told how many records have been read so far.
Progress = Callable[[int], None]


@dataclass
class ImportSummary:
    """What an import found. `known` means that this very export was imported before."""

    export: str
    source: str
    generation: str
    advice: str = ""
    known: bool = False
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    attachments: int = 0
    attachments_missing: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        """The columns of the archive's `import` table."""
        return {
            "found": self.found,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "unreadable": len(self.problems),
            "attachments": self.attachments,
            "attachments_missing": self.attachments_missing,
        }


def name_without_ids(name: str) -> str:
    """A file's name with the long ids that providers put into it cut out: they can name the account."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}", "…", name, flags=re.IGNORECASE)


def read_record(reader: Reader, record: Record) -> Conversation | Problem | None:
    """The conversation in a record, None for an empty placeholder, or the problem that it is."""
    try:
        return reader.read(record)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        return Problem(record.where, _explained(error), record.raw)


def _explained(error: Exception) -> str:
    """Why a record can't be read, in words for people."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, KeyError):
        return f"it lacks the field {error}"
    if type(error) is ValueError:
        return str(error)[:300]
    return f"it has a form that the reader can't follow ({error})"[:300]


def import_export(
    archive: Archive, export: Export, recognised: Recognised, progress: Progress | None = None
) -> ImportSummary:
    """Merges an export into the archive in one transaction. Raises ExportError (nothing changed) when the export
    turns out damaged as a whole, ArchiveError when the archive can't be written."""
    with archive.transaction():
        return _Import(archive, export, recognised).run(progress)


class _Import:
    def __init__(self, archive: Archive, export: Export, recognised: Recognised) -> None:
        self.archive, self.export = archive, export
        self.reader, self.recognition = recognised
        self.summary = ImportSummary(
            export.name, self.reader.source, self.recognition.generation, self.recognition.advice
        )
        #: Conversations that other records speak of too: merged once this export's date is known.
        self.to_merge: dict[str, None] = {}
        self.outcomes: dict[str, str] = {}
        self.stored: list[tuple[str, str, StoredFile]] = []
        self.newest: datetime | None = None

    def run(self, progress: Progress | None) -> ImportSummary:
        facts = ImportFacts(
            self.export.fingerprint(),
            self.reader.source,
            self.recognition.generation,
            name_without_ids(self.export.name),
            self.recognition.made,
            self.recognition.account,
            self.recognition.complete,
        )
        self.import_id, is_new = self.archive.begin_import(facts, datetime.now(UTC))
        self.summary.known = not is_new
        locator = self.reader.locator(self.export)
        for number, entry in enumerate(self.reader.records(self.export), 1):
            if isinstance(entry, Problem):
                self.summary.problems.append(entry)
            else:
                self._read(entry, locator)
            if progress is not None:
                progress(number)
        self.summary.problems.extend(self.export.problems)
        made = self.recognition.made or self.newest
        self.archive.date_import(self.import_id, made)
        self._merge(made)
        self._finish(is_new)
        return self.summary

    def _read(self, record: Record, locator: Locator) -> None:
        conversation = read_record(self.reader, record)
        if conversation is None:
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
        elif self.archive.record_count(key) > 1:
            self.to_merge[key] = None
        else:
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

    def _merge(self, made: datetime | None) -> None:
        for key in self.to_merge:
            observations = []
            for sighted in self.archive.records(key):
                # A key depends on the source, so all records of one key are this reader's.
                conversation = read_record(self.reader, sighted.record)
                if isinstance(conversation, Conversation):
                    observations.append(Observation(sighted.made, sighted.hash, conversation))
            outcome = self.archive.put(merge(observations))
            self.outcomes[key] = "new" if self.outcomes.get(key) == "new" else outcome
        for key, attachment_id, stored in self.stored:
            self.archive.attach(key, attachment_id, made, stored)

    def _finish(self, is_new: bool) -> None:
        tally = Counter(self.outcomes.values())
        self.summary.new, self.summary.changed = tally["new"], tally["changed"]
        self.summary.unchanged = tally["unchanged"]
        if is_new and not self.summary.found and not self.summary.problems:
            # A manifest or a file with account details only: no import that anybody should count on.
            self.archive.discard_import(self.import_id)
        elif is_new:
            for problem in self.summary.problems:
                self.archive.add_problem(self.import_id, replace(problem, where=name_without_ids(problem.where)))
            self.archive.add_unknown(self.import_id, self.summary.unknown)
            self.archive.finish_import(self.import_id, self.summary.counts())
