"""The tables of imports: which exports were merged, what each held and could not give."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sitegen.archive.deriving import ExportFacts
from sitegen.archive.tables import Tables
from sitegen.archive.values import COMPRESSION, canonical_json, from_iso, iso
from sitegen.model import Problem

#: How much of a fingerprint names an import: 64 bits.
_ID_LENGTH = 16


class ImportFacts(NamedTuple):
    """What is known of an export before its records are read. `fingerprint` is equal for equal exports. `source` is the
    provider's, `reader` the source of the reader, which is another where sitegen's own files are read."""

    fingerprint: str
    source: str
    reader: str
    generation: str
    export_name: str
    made: datetime | None
    account: str
    complete: bool


class ImportRow(NamedTuple):
    """One import as the archive remembers it."""

    id: str
    fingerprint: str
    source: str
    generation: str
    export_name: str
    made: datetime | None
    found: int
    new: int
    changed: int
    unchanged: int
    gone: int
    unreadable: int
    attachments: int
    attachments_missing: int


class ImportTables(Tables):
    """What the archive knows of its imports."""

    def begin_import(self, facts: ImportFacts, imported: datetime) -> tuple[str, bool]:
        """The id of the import of this export, and whether it is a new one."""
        import_id = facts.fingerprint[:_ID_LENGTH]
        if self._db.execute("SELECT 1 FROM import WHERE id = ?", (import_id,)).fetchone() is not None:
            return import_id, False
        self._db.execute(
            "INSERT INTO import (id, fingerprint, source, reader, generation, export_name, account, complete, made,"
            " imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                import_id,
                facts.fingerprint,
                facts.source,
                facts.reader,
                facts.generation,
                facts.export_name,
                facts.account,
                facts.complete,
                iso(facts.made),
                iso(imported),
            ),
        )
        return import_id, True

    def date_import(self, import_id: str, made: datetime | None) -> None:
        """Sets the export's date once its newest record is known."""
        self._db.execute("UPDATE import SET made = ? WHERE id = ?", (iso(made), import_id))

    def mark_incomplete(self, import_id: str) -> None:
        """Takes back that an export held all conversations of its account."""
        self._db.execute("UPDATE import SET complete = 0 WHERE id = ?", (import_id,))

    def set_import_counts(self, import_id: str, counts: Mapping[str, int]) -> None:
        """Keeps counts of an import (columns of `import` by name)."""
        assignments = ", ".join(f"{name} = ?" for name in counts)
        self._db.execute(f"UPDATE import SET {assignments} WHERE id = ?", (*counts.values(), import_id))

    def imports(self) -> list[ImportRow]:
        """All imports, the newest export first."""
        rows = self._db.execute(
            "SELECT id, fingerprint, source, generation, export_name, made, found, new, changed, unchanged, gone,"
            " unreadable, attachments, attachments_missing FROM import ORDER BY made DESC, fingerprint"
        )
        return [ImportRow._make((*row[:5], from_iso(row[5]), *row[6:])) for row in rows]

    def exports(self, source: str) -> list[ExportFacts]:
        """The imports of a source, as far as merging asks. One with problems is no evidence of what is absent."""
        rows = self._db.execute(
            "SELECT id, reader, made, account, complete AND NOT EXISTS (SELECT 1 FROM problem WHERE import = import.id)"
            " FROM import WHERE source = ? ORDER BY id",
            (source,),
        )
        return [
            ExportFacts(id_, reader, from_iso(made), account, bool(all_)) for id_, reader, made, account, all_ in rows
        ]

    def problems(self, import_id: str) -> Iterator[Problem]:
        """What the import could not read, in order, with the bytes of each: of all together they may fill the memory.
        To be used up before the problems are changed."""
        rows = self._db.execute(
            "SELECT place, reason, raw, context FROM problem WHERE import = ? ORDER BY position", (import_id,)
        )
        for place, reason, raw, context in rows:
            yield Problem(place, reason, self._unpacked(raw), json.loads(context))

    def told_problems(self, import_id: str) -> list[Problem]:
        """The same without the bytes."""
        rows = self._db.execute("SELECT place, reason FROM problem WHERE import = ? ORDER BY position", (import_id,))
        return [Problem(place, reason) for place, reason in rows]

    def unknown(self, import_id: str) -> list[tuple[str, int]]:
        """The unknown parts that an import found, as (provider's name, count)."""
        rows = self._db.execute(
            "SELECT type, count FROM unknown WHERE import = ? ORDER BY count DESC, type", (import_id,)
        )
        return [(name, count) for name, count in rows]

    def history_hash(self) -> str:
        """64 hex digits that change whenever anything does that reports of imports show."""
        digest = hashlib.sha256()
        for query in (
            "SELECT id, source, generation, export_name, made, found, new, changed, unchanged, gone, unreadable,"
            " attachments, attachments_missing FROM import ORDER BY id",
            "SELECT import, position, place, reason FROM problem ORDER BY import, position",
            "SELECT import, type, count FROM unknown ORDER BY import, type",
            "SELECT import, conversation, kind, detail FROM change ORDER BY import, conversation, kind",
        ):
            for row in self._db.execute(query):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def discard_import(self, import_id: str) -> None:
        """Forgets a new import that held nothing."""
        self._db.execute("DELETE FROM import WHERE id = ?", (import_id,))

    def add_problem(self, import_id: str, position: int, problem: Problem) -> None:
        """Keeps something that an import could not read, with its bytes. Positions count from 0."""
        raw = zlib.compress(problem.raw, COMPRESSION)
        self._db.execute(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?)",
            (import_id, position, problem.where, problem.reason, canonical_json(problem.context), raw),
        )

    def restate_problems(self, import_id: str, reasons: Iterable[str | None]) -> None:
        """Gives the problems of an import, in order, the reasons that they have now; one with None is none any more."""
        left = 0
        for position, reason in enumerate(reasons):
            place = (import_id, position)
            if reason is None:
                self._db.execute("DELETE FROM problem WHERE import = ? AND position = ?", place)
                continue
            self._db.execute(
                "UPDATE problem SET position = ?, reason = ? WHERE import = ? AND position = ?", (left, reason, *place)
            )
            left += 1

    def set_unknown(self, import_id: str, counts: Mapping[str, int]) -> None:
        """Keeps how often each unknown part was met, in place of what was kept before."""
        self._db.execute("DELETE FROM unknown WHERE import = ?", (import_id,))
        self._db.executemany(
            "INSERT INTO unknown VALUES (?, ?, ?)",
            [(import_id, name, counts[name]) for name in sorted(counts)],
        )

    def count_read(self, import_id: str, count: int) -> None:
        """Counts records of an import as found that were unreadable before."""
        self._db.execute(
            "UPDATE import SET found = found + ?, unreadable = unreadable - ? WHERE id = ?", (count, count, import_id)
        )

    def count_changes(self, source: str) -> None:
        """Brings the counts in `import` in line with what `set_changes` and `set_absences` kept."""
        counts = ", ".join(
            f"{column} = (SELECT count(*) FROM change WHERE import = import.id AND kind = '{column}')"
            for column in ("new", "changed", "gone")
        )
        self._db.execute(
            f"UPDATE import SET {counts}, unchanged = (SELECT count(DISTINCT record.conversation) FROM sighting"
            " JOIN record ON record.hash = sighting.record WHERE sighting.import = import.id) WHERE source = ?",
            (source,),
        )
        self._db.execute("UPDATE import SET unchanged = unchanged - new - changed WHERE source = ?", (source,))
