"""One export into the archive: read, merge, keep, count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.archive.cache import Cache
from sitegen.archive.history import update_history
from sitegen.archive.reading import Placeholder, Read, Reading, Unread, read_for_import, read_with_installed
from sitegen.archive.readings import Readings
from sitegen.archive.rows import name_of_record
from sitegen.archive.store import Archive, ImportFacts
from sitegen.errors import ExportError, SitegenError
from sitegen.model import Problem, Record
from sitegen.readers import Recognised, installed
from sitegen.readers.base import Locator
from sitegen.readers.export import Export
from sitegen.readers.registry import reader_fault
from sitegen.workers import ALONE, Done, Workers

#: An export with fewer bytes of JSON is read sooner than worker processes have started.
_WORTH_WORKERS = 20 << 20
#: Where the archive has something of the provider, most may be known: so many bytes that are not are worth workers.
_UNKNOWN_WORTH_WORKERS = 4 << 20

#: Told how many records have been read so far.
Progress = Callable[[int], None]


@dataclass
class ImportSummary:
    """What an import found, and what it changed in the archive. `known` means that this very export was imported
    before, `gone` counts conversations that are no longer in their account as was learnt by it, `problems` are without
    their bytes."""

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


def import_export(
    archive: Archive,
    export: Export,
    recognised: Recognised,
    progress: Progress | None = None,
    workers: Workers = ALONE,
    cache: Cache | None = None,
) -> ImportSummary:
    """Merges an export into the archive in one transaction. `workers` read the records of a large one; with the `cache`
    of the archive, records that it has are not read again. Raises ExportError (nothing changed) when the export turns
    out damaged as a whole or its reader fails on it, ArchiveError when the archive or the cache can't be written,
    WorkerError if a worker process ends."""
    with archive.transaction():
        return _Import(archive, export, recognised, workers, cache).run(progress)


class _Import:
    def __init__(
        self, archive: Archive, export: Export, recognised: Recognised, workers: Workers, cache: Cache | None
    ) -> None:
        self.archive, self.export, self.workers = archive, export, workers
        self.reader, self.recognition = recognised
        self.source = self.recognition.source or self.reader.source
        self.readers = {**installed(), self.reader.source: self.reader}
        self.readings = Readings(cache, self.reader)
        #: Whether the archive had nothing of this provider.
        self.is_first = not archive.exports(self.source)
        self.json_size = sum(m.size for m in export.members.values() if m.name.endswith((".json", ".js")))
        #: The bytes of the records that were not known, so far.
        self.unknown_bytes = 0
        self.summary = ImportSummary(export.name, self.source, self.recognition.generation, self.recognition.advice)
        #: What became of each conversation of this export, by record key.
        self.outcomes: dict[str, str] = {}
        self.stored: list[tuple[str, str, StoredFile]] = []
        self.newest: datetime | None = None
        #: Whether some record was empty and so, for all one knows, the place of any conversation.
        self.has_placeholders = False

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
        with self._faults_told():
            locator = self.reader.locator(self.export)
        for number, read in enumerate(self._all_read(), 1):
            match read:
                case Read():
                    self._keep(read, locator)
                case Placeholder(is_blank):
                    self.has_placeholders |= is_blank
                case Problem():
                    self._tell(read)
            if progress is not None:
                progress(number)
        for problem in self.export.problems:
            self._tell(problem)
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
        for record_key, attachment_id, stored in self.stored:
            for key in self.archive.keys_of(record_key):
                self.archive.attach(key, attachment_id, made, stored)
        self._count()
        return self.summary

    def _records(self) -> Iterator[Record | Problem]:
        with self._faults_told():
            yield from self.reader.records(self.export)

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Raises ExportError for whatever a reader raises in the block that is no error of the export or of the disk:
        it may come from another package."""
        try:
            yield
        except (SitegenError, OSError):
            raise
        except Exception as error:
            raise reader_fault(self.reader, self.export, error) from error

    def _all_read(self) -> Iterator[Read | Placeholder | Problem]:
        """Every record of the export, read, in its order."""
        return self.workers.map(
            partial(read_with_installed, self.reader.source), map(self._begun, self._records()), _weight
        )

    def _begun(self, found: Record | Problem) -> Unread | Done[Read | Placeholder | Problem]:
        """What the worker processes are to read; what they need not, or what is sooner read here, is done."""
        if isinstance(found, Problem):
            return Done(found, len(found.raw))
        name, place = name_of_record(self.reader.source, found), name_without_ids(found.where)
        kept_place = self.archive.place_of_record(name)
        if kept_place is not None and place < kept_place:
            self.archive.place_record(name, place)
        unread = Unread(found, name, place, is_kept=kept_place is not None)
        if unread.is_kept and (reading := self.readings.get(name)):
            return Done(Read(name, reading, is_known=True))
        self.unknown_bytes += len(found.raw)
        return unread if self._workers_serve() else Done(read_for_import(self.reader, unread))

    def _workers_serve(self) -> bool:
        """Whether records are to be read in processes, as far as those that had to be read tell."""
        # One that isn't installed is known to nobody else by its source.
        is_installed = installed().get(self.reader.source) is self.reader
        is_much = self.is_first or self.unknown_bytes >= _UNKNOWN_WORTH_WORKERS
        return is_installed and self.workers.serve(is_much and self.json_size >= _WORTH_WORKERS)

    def _keep(self, read: Read, locator: Locator) -> None:
        reading = read.reading
        if not read.is_known:
            self.readings.keep(read.hash, reading)
        self.summary.found += 1
        self.summary.unknown.update(reading.unknown)
        self.newest = max((time for time in (reading.newest, self.newest) if time is not None), default=None)
        if read.rows is None:
            self.archive.sight_record(self.import_id, read.hash)
        else:
            self.archive.add_record(self.import_id, read.rows[0])
        if read.rows is not None and not self.archive.has(reading.key):
            self.outcomes[reading.key] = self.archive.put_rows(read.rows[1])
        else:
            # Merged with its other records, if there are any, once this export's date is known.
            self.outcomes.setdefault(reading.key, "unchanged")
        self._store_files(reading, locator)

    def _tell(self, problem: Problem) -> None:
        """Counts a problem. Its bytes go into the archive at once, if the import is new: those of all together may be
        as many as the export has."""
        if not self.summary.known:
            kept = replace(problem, where=name_without_ids(problem.where))
            self.archive.add_problem(self.import_id, len(self.summary.problems), kept)
        self.summary.problems.append(replace(problem, raw=b""))

    def _store_files(self, reading: Reading, locator: Locator) -> None:
        for attachment in reading.attachments:
            member = locator(attachment.id, attachment.name)
            if member is None:
                self.summary.attachments_missing += attachment.is_awaited
                continue
            try:
                with self.export.open(member) as stream:
                    stored = self.archive.attachments.add(stream)
            except ExportError as error:
                self.summary.attachments_missing += 1
                self._tell(Problem(member, str(error)))
                continue
            self.summary.attachments += 1
            self.stored.append((reading.key, attachment.id, stored))

    def _count(self) -> None:
        tally = Counter(self.outcomes.values())
        self.summary.new, self.summary.changed = tally["new"], tally["changed"]
        self.summary.unchanged = tally["unchanged"]

    def _keep_report(self) -> None:
        """Keeps what a new import found, but for what changed by it: that is found out by the exports' dates."""
        self.archive.set_unknown(self.import_id, self.summary.unknown)
        self.archive.set_import_counts(self.import_id, self.summary.found_counts())
        if not self.archive.reader_version(self.reader.source):
            self.archive.set_reader_version(self.reader.source, self.reader.version)


def _weight(found: Unread) -> int:
    """The bytes of a record, for the bound on work under way."""
    return len(found.record.raw)
