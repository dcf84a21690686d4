"""Brings the archive's conversations in line with its records: after an import, and when a reader has changed.

Everything here depends on the set of imports only, never on the order in which they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sitegen.archive.changes import Change
from sitegen.archive.deriving import ExportFacts, Sighting, absences, derive, gone_since
from sitegen.archive.reading import read_record
from sitegen.archive.rows import record_row
from sitegen.archive.store import Archive
from sitegen.errors import ArchiveError
from sitegen.model import Conversation, Problem, Record
from sitegen.readers.base import Reader
from sitegen.wording import unknown_types

#: Readers by their source.
Readers = Mapping[str, Reader]

#: Told (records done, records in all).
Progress = Callable[[int, int], None]


def update_history(archive: Archive, source: str, readers: Readers, touched: Collection[str]) -> dict[str, str]:
    """Merges the records of the `touched` record keys, and finds out what each export of the source changed.

    Returns "new", "changed" or "unchanged" for each key that took merging, as seen from the archive before. Inside
    a transaction. Raises ArchiveError if a record's reader is not installed.
    """
    exports = {export.id: export for export in archive.exports(source)}
    outcomes: dict[str, str] = {}
    brought_by = archive.brought_by()
    for record_key, records, imports in list(archive.sightings(source)):
        if record_key not in touched:
            continue
        sighted = [exports[import_id] for import_id in imports]
        if records == 1 and len(_accounts(sighted)) < 2:
            # One state, whatever the number of exports: the first of them brought it.
            first = min(sighted, key=lambda export: export.rank)
            if brought_by.get(record_key) != first.id:
                archive.set_changes(record_key, {first.id: Change("new")})
        else:
            sightings = _sightings(archive, readers, record_key, exports)
            outcomes[record_key] = _rederive(archive, record_key, sightings)
    _update_absences(archive, source, exports)
    return outcomes


def outdated(archive: Archive, readers: Readers) -> list[str]:
    """The sources some of whose records were read with another version of their reader than the one installed."""
    return [source for source in archive.counts_by_source() if _is_outdated(archive, readers, source)]


def _is_outdated(archive: Archive, readers: Readers, source: str) -> bool:
    known = (readers[reader] for reader in archive.readers_of(source) if reader in readers)
    return any(archive.reader_version(reader.source) != reader.version for reader in known)


def reread(
    archive: Archive, sources: Iterable[str], readers: Readers, progress: Progress | None = None
) -> dict[str, Counter[str]]:
    """Reads every record of the sources again, and those that could not be read: by source, how many conversations are
    "new", "changed" and "unchanged". One transaction. Raises ArchiveError when the archive can't be written, or a
    record's reader is not installed."""
    outcomes: dict[str, Counter[str]] = {}
    with archive.transaction():
        for source in sources:
            outcomes[source] = _reread(archive, source, readers, progress)
        for reader in {name for source in outcomes for name in archive.readers_of(source)}:
            archive.set_reader_version(reader, readers[reader].version)
    return outcomes


def _reread(archive: Archive, source: str, readers: Readers, progress: Progress | None) -> Counter[str]:
    exports = {export.id: export for export in archive.exports(source)}
    record_keys = {record_key for record_key, _, _ in archive.sightings(source)}
    for export in exports.values():
        record_keys |= _retry_problems(archive, _reader(archive, readers, export.reader), export.id)
    exports = {export.id: export for export in archive.exports(source)}
    outcomes: Counter[str] = Counter()
    unknown: dict[str, Counter[str]] = {import_id: Counter() for import_id in exports}
    for number, record_key in enumerate(sorted(record_keys), 1):
        sightings = _sightings(archive, readers, record_key, exports)
        for sighting in sightings:
            unknown[sighting.export.id].update(unknown_types(sighting.conversation.messages))
        outcomes[_rederive(archive, record_key, sightings)] += 1
        if progress is not None:
            progress(number, len(record_keys))
    for import_id, counts in unknown.items():
        archive.set_unknown(import_id, counts)
    _update_absences(archive, source, exports)
    return outcomes


def _reader(archive: Archive, readers: Readers, source: str) -> Reader:
    """The reader that a record takes. Without it the record's conversation would lose what it holds."""
    reader = readers.get(source)
    if reader is None:
        raise ArchiveError(
            f"{archive.folder}: holds records that only the reader '{source}' can read, and that is not installed; "
            "install it again"
        )
    return reader


def _sightings(
    archive: Archive, readers: Readers, record_key: str, exports: Mapping[str, ExportFacts]
) -> list[Sighting]:
    """What each record of a key says, for each export that held it. One that this reader can't read says nothing; it
    is kept all the same."""
    read: dict[str, Conversation | Problem | None] = {}
    sightings = []
    for sighted in archive.records(record_key):
        if sighted.hash not in read:
            read[sighted.hash] = read_record(_reader(archive, readers, sighted.reader), sighted.record)
        conversation = read[sighted.hash]
        if isinstance(conversation, Conversation):
            sightings.append(Sighting(exports[sighted.import_id], sighted.hash, conversation))
    return sightings


def _rederive(archive: Archive, record_key: str, sightings: Sequence[Sighting]) -> str:
    if not sightings:
        return "unchanged"
    derived = derive(sightings)
    outcomes = {archive.put(one.conversation, record_key) for one in derived}
    for one in derived:
        archive.name_attachments(one.conversation.key, one.attachments.values())
    archive.divide(record_key, {one.conversation.key: one.attachments for one in derived})
    for one in derived:
        archive.set_changes(one.conversation.key, one.changes)
    return next((outcome for outcome in ("new", "changed") if outcome in outcomes), "unchanged")


def _update_absences(archive: Archive, source: str, exports: Mapping[str, ExportFacts]) -> None:
    """Finds out which conversations of a source left their account, by which export, and which came back."""
    every = list(exports.values())
    left: list[tuple[str, str, Change]] = []
    gone: dict[str, str] = {}
    if any(export.is_snapshot and export.account for export in every):
        for record_key, _, imports in list(archive.sightings(source)):
            for key, held in _held_by(archive, record_key, [exports[import_id] for import_id in imports]):
                ids = {export.id for export in held}
                left += [(import_id, key, change) for import_id, change in absences(ids, every)]
                if since := gone_since(ids, every):
                    gone[key] = since
    archive.set_absences(source, left, gone)
    archive.count_changes(source)


def _held_by(
    archive: Archive, record_key: str, sighted: Sequence[ExportFacts]
) -> Iterator[tuple[str, Sequence[ExportFacts]]]:
    """The chats of a record key, with the exports that held each. Of what is kept beside chats, no export says that it
    is all there is."""
    if len(_accounts(sighted)) < 2:
        if archive.kind(record_key) == "chat":
            yield record_key, sighted
        return
    for key in archive.keys_of(record_key):
        if archive.kind(key) == "chat":
            account = archive.account(key)
            yield key, [export for export in sighted if export.account == account]


def _accounts(exports: Iterable[ExportFacts]) -> set[str]:
    return {export.account for export in exports} - {""}


def _retry_problems(archive: Archive, reader: Reader, import_id: str) -> set[str]:
    """Reads what an import could not read once more. Returns the record keys of what can be read now."""
    reasons: list[str | None] = []
    keys = set()
    for problem in archive.problems(import_id):
        record = Record(problem.raw, problem.where, problem.context)
        conversation = read_record(reader, record) if problem.raw else problem
        if isinstance(conversation, Conversation):
            archive.add_record(import_id, record_row(reader.source, conversation.key, record))
            keys.add(conversation.key)
            reasons.append(None)
        else:
            reasons.append(conversation.reason if conversation else problem.reason)
    if keys:
        archive.restate_problems(import_id, reasons)
        archive.count_read(import_id, reasons.count(None))
    return keys
