"""The tables of records and of what is derived from them: conversations, messages, attachments, changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from sitegen.archive.attachments import StoredFile
from sitegen.archive.changes import Change
from sitegen.archive.rows import ConversationRows, RecordRow, attachment_rows, content_hash, conversation_rows
from sitegen.archive.tables import Tables
from sitegen.archive.values import from_iso, iso
from sitegen.errors import ArchiveError
from sitegen.model import Attachment, Conversation, Record, decode, encode


class SightedRecord(NamedTuple):
    """A kept record with the id of an import that held it, and the source of its reader."""

    import_id: str
    hash: str
    reader: str
    record: Record


class Absence(NamedTuple):
    """That a conversation is no longer in its account. `since` is the date of the first export that lacks it."""

    since: datetime | None


class ConversationRow(NamedTuple):
    """What is known of a conversation without reading it. `absence` is None while it is in its account."""

    key: str
    kind: str
    content_hash: str
    project: str | None
    absence: Absence | None


class ConversationTables(Tables):
    """What the archive knows of conversations."""

    def place_of_record(self, record_hash: str) -> str | None:
        """The place that is kept of this very record, None if it isn't kept, or no conversation of it."""
        row = self._db.execute(
            "SELECT place FROM record JOIN conversation ON conversation.record_key = record.conversation"
            " WHERE hash = ?",
            (record_hash,),
        ).fetchone()
        return row and str(row[0])

    def add_record(self, import_id: str, row: RecordRow) -> None:
        """Keeps a record, once, and that this import held it."""
        self._db.execute("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?, ?)", row)
        self.place_record(row.hash, row.place)
        self.sight_record(import_id, row.hash)

    def place_record(self, record_hash: str, place: str) -> None:
        """Keeps where an export held a record that is kept: of all such places the first in order, whichever export
        came first."""
        self._db.execute("UPDATE record SET place = ? WHERE hash = ? AND place > ?", (place, record_hash, place))

    def sight_record(self, import_id: str, record_hash: str) -> None:
        """Keeps that this import held a record that is kept."""
        self._db.execute("INSERT OR IGNORE INTO sighting VALUES (?, ?)", (record_hash, import_id))

    def readers_of(self, source: str) -> list[str]:
        """The sources of the readers that a provider's records take."""
        rows = self._db.execute("SELECT DISTINCT reader FROM import WHERE source = ? ORDER BY reader", (source,))
        return [row[0] for row in rows]

    def has(self, record_key: str) -> bool:
        """Whether the archive holds a conversation of this key."""
        row = self._db.execute("SELECT 1 FROM conversation WHERE record_key = ?", (record_key,)).fetchone()
        return row is not None

    def sightings(self, source: str) -> Iterator[tuple[str, int, frozenset[str]]]:
        """For every record key of a provider's: the key, how many different records it has, and the imports that held
        one of them."""
        rows = self._db.execute(
            "SELECT record.conversation, count(DISTINCT record.hash), group_concat(DISTINCT sighting.import)"
            " FROM record JOIN sighting ON sighting.record = record.hash JOIN import ON import.id = sighting.import"
            " WHERE import.source = ?"
            " GROUP BY record.conversation",
            (source,),
        )
        for key, records, imports in rows:
            yield key, records, frozenset(imports.split(","))

    def records(self, record_key: str) -> Iterator[SightedRecord]:
        """Every record of a key, once for each import that held it. To be used up before anything is changed."""
        rows = self._db.execute(
            "SELECT sighting.import, record.hash, record.source, record.place, record.context, record.raw FROM record"
            " JOIN sighting ON sighting.record = record.hash"
            " WHERE record.conversation = ? ORDER BY record.hash, sighting.import",
            (record_key,),
        )
        last, record = "", Record(b"", "")
        for import_id, record_hash, reader, place, context, raw in rows:
            if record_hash != last:
                last, record = record_hash, Record(self._unpacked(raw), place, json.loads(context))
            yield SightedRecord(import_id, record_hash, reader, record)

    def put(self, conversation: Conversation, record_key: str = "") -> str:
        """Makes this the state of its conversation. Returns "new", "changed" or "unchanged"."""
        if self._content_hash(conversation.key) == content_hash(encode(conversation)):
            return "unchanged"
        return self.put_rows(conversation_rows(conversation, record_key))

    def put_rows(self, rows: ConversationRows) -> str:
        """As `put`, with the rows made already."""
        known = self._content_hash(rows.key)
        if known == rows.content_hash:
            return "unchanged"
        self._db.execute(
            "INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET title = excluded.title, created = excluded.created,"
            " updated = excluded.updated, model = excluded.model, project = excluded.project, flags = excluded.flags,"
            " messages = excluded.messages, content_hash = excluded.content_hash, content = excluded.content",
            rows.conversation,
        )
        self._db.execute("DELETE FROM message WHERE conversation = ?", (rows.key,))
        self._db.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows.messages)
        self._put_attachments(rows.attachments)
        return "new" if known is None else "changed"

    def name_attachments(self, key: str, named: Iterable[Attachment]) -> None:
        """Notes attachments of a conversation, be they such as it named once."""
        self._put_attachments(attachment_rows(key, named))

    def _put_attachments(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.executemany(
            "INSERT INTO attachment (conversation, id, name, media_type, size) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (conversation, id) DO UPDATE SET name = excluded.name,"
            " media_type = CASE WHEN hash IS NULL THEN excluded.media_type ELSE media_type END,"
            " size = CASE WHEN hash IS NULL THEN excluded.size ELSE size END",
            rows,
        )

    def _content_hash(self, key: str) -> str | None:
        row = self._db.execute("SELECT content_hash FROM conversation WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def keys_of(self, record_key: str) -> list[str]:
        """The conversations that the records of one key make: one, or one for each account that holds the id."""
        rows = self._db.execute("SELECT key FROM conversation WHERE record_key = ? ORDER BY key", (record_key,))
        return [row[0] for row in rows]

    def kind(self, key: str) -> str:
        """The kind of a conversation ("chat", …); "" if there is none of this key."""
        row = self._db.execute("SELECT kind FROM conversation WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def account(self, key: str) -> str:
        """The account of a conversation whose id another account holds too; "" for any other."""
        return self.conversation(key).account

    def divide(self, record_key: str, named: Mapping[str, Collection[str]]) -> None:
        """Lets these be all the conversations of a record key, given with the ids of the attachments that they name:
        others of it end. The newest file that any of them has of an attachment is that of each: it is the same one."""
        every = self.keys_of(record_key)
        if len(every) > 1:
            of_key = "conversation IN (SELECT key FROM conversation WHERE record_key = ?)"
            self._db.execute(
                f"WITH file AS (SELECT * FROM attachment WHERE {of_key} AND hash IS NOT NULL)"
                " UPDATE attachment SET (media_type, size, hash, made) = (SELECT media_type, size, hash, made FROM file"
                " WHERE file.id = attachment.id ORDER BY made DESC, hash DESC LIMIT 1)"
                f" WHERE {of_key} AND id IN (SELECT id FROM file)",
                (record_key, record_key),
            )
            for key, ids in named.items():
                noted = self._db.execute("SELECT id FROM attachment WHERE conversation = ?", (key,)).fetchall()
                others = {row[0] for row in noted}.difference(ids)
                self._db.executemany(
                    "DELETE FROM attachment WHERE conversation = ? AND id = ?", [(key, other) for other in others]
                )
        for old in set(every) - named.keys():
            for table in ("change", "message", "attachment"):
                self._db.execute(f"DELETE FROM {table} WHERE conversation = ?", (old,))
            self._db.execute("DELETE FROM conversation WHERE key = ?", (old,))

    def attach(self, key: str, attachment_id: str, made: datetime | None, file: StoredFile) -> None:
        """Notes the bytes of an attachment. Where exports differ, the newest one's count."""
        self._db.execute(
            "UPDATE attachment SET media_type = ?, size = ?, hash = ?, made = ?"
            " WHERE conversation = ? AND id = ? AND (hash IS NULL OR (?, ?) > (made, hash))",
            (
                file.media_type,
                file.size,
                file.hash,
                iso(made) or "",
                key,
                attachment_id,
                iso(made) or "",
                file.hash,
            ),
        )

    def files(self, key: str) -> dict[str, StoredFile]:
        """The attachments of a conversation whose bytes are here, by attachment id."""
        rows = self._db.execute(
            "SELECT id, hash, size, media_type FROM attachment WHERE conversation = ? AND hash IS NOT NULL ORDER BY id",
            (key,),
        )
        return {attachment_id: StoredFile(*stored) for attachment_id, *stored in rows}

    # --- changes ------------------------------------------------------------------------------------------------

    def brought_by(self) -> dict[str, str]:
        """The id of the import that brought a conversation, by its key, of those that no import changed."""
        rows = self._db.execute(
            "SELECT conversation, import FROM change WHERE kind IN ('new', 'changed') GROUP BY conversation"
            " HAVING count(*) = 1 AND kind = 'new' AND detail = ?",
            (_detail(Change("new")),),
        )
        return dict(rows.fetchall())

    def set_changes(self, key: str, changes: Mapping[str, Change]) -> None:
        """Keeps what each import (by id) brought to a conversation: "new" or "changed"."""
        known = self._db.execute(
            "SELECT import, kind, detail FROM change WHERE conversation = ? AND kind IN ('new', 'changed')", (key,)
        ).fetchall()
        wanted = [(import_id, change.kind, _detail(change)) for import_id, change in changes.items()]
        if sorted(known) != sorted(wanted):
            self._db.execute("DELETE FROM change WHERE conversation = ? AND kind IN ('new', 'changed')", (key,))
            self._db.executemany("INSERT INTO change VALUES (?, ?, ?, ?)", [(i, key, k, d) for i, k, d in wanted])

    def set_absences(self, source: str, changes: Iterable[tuple[str, str, Change]], gone: Mapping[str, str]) -> None:
        """Keeps when conversations of a source left their account and came back, as (import id, key, change), and
        which are gone now, as import ids by key."""
        of_source = "SELECT key FROM conversation WHERE source = ?"
        self._db.execute(
            f"DELETE FROM change WHERE kind IN ('gone', 'returned') AND conversation IN ({of_source})", (source,)
        )
        self._db.executemany(
            "INSERT INTO change VALUES (?, ?, ?, ?)", [(i, key, c.kind, _detail(c)) for i, key, c in changes]
        )
        self._db.execute("UPDATE conversation SET gone = NULL WHERE source = ? AND gone IS NOT NULL", (source,))
        self._db.executemany(
            "UPDATE conversation SET gone = ? WHERE key = ?", [(import_id, key) for key, import_id in gone.items()]
        )

    def gone_count(self) -> int:
        """How many conversations are no longer in their account."""
        return int(self._db.execute("SELECT count(*) FROM conversation WHERE gone IS NOT NULL").fetchone()[0])

    def changes(self, import_id: str) -> list[tuple[str, Change]]:
        """What an import changed, as (key, change)."""
        rows = self._db.execute(
            "SELECT conversation, detail FROM change WHERE import = ? ORDER BY conversation, kind", (import_id,)
        )
        return [(key, msgspec.json.decode(detail, type=Change)) for key, detail in rows]

    # --- reading ------------------------------------------------------------------------------------------------

    def conversations(self) -> list[ConversationRow]:
        """All conversations, oldest first, those without a date last."""
        rows = self._db.execute(
            "SELECT key, kind, content_hash, project, conversation.gone IS NOT NULL, import.made FROM conversation"
            " LEFT JOIN import ON import.id = conversation.gone ORDER BY created IS NULL, created, key"
        )
        return [
            ConversationRow(key, kind, digest, project, Absence(from_iso(made)) if is_gone else None)
            for key, kind, digest, project, is_gone, made in rows
        ]

    def all_files(self) -> dict[str, dict[str, StoredFile]]:
        """The attachments whose bytes are here, by conversation key and attachment id."""
        found: dict[str, dict[str, StoredFile]] = {}
        rows = self._db.execute(
            "SELECT conversation, id, hash, size, media_type FROM attachment WHERE hash IS NOT NULL"
            " ORDER BY conversation, id"
        )
        for key, attachment_id, *stored in rows:
            found.setdefault(key, {})[attachment_id] = StoredFile(*stored)
        return found

    def content(self, key: str) -> bytes:
        """A conversation as canonical JSON (`model.decode`). Raises ArchiveError if there is none."""
        row = self._db.execute("SELECT content FROM conversation WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise ArchiveError(f"{self.folder}: holds no conversation {key}")
        return self._unpacked(row[0])

    def conversation(self, key: str) -> Conversation:
        """A conversation by key. Raises ArchiveError if there is none."""
        return decode(self.content(key))

    def project_names(self) -> dict[str, str]:
        """The names of the providers' projects by id."""
        rows = self._db.execute(
            "SELECT id, title FROM conversation WHERE kind = 'project' AND title <> '' ORDER BY key"
        )
        return dict(rows.fetchall())

    def counts_by_source(self) -> dict[str, tuple[int, int]]:
        """Conversations and messages of each source."""
        rows = self._db.execute(
            "SELECT source, count(*), sum(messages) FROM conversation GROUP BY source ORDER BY source"
        )
        return {source: (conversations, messages) for source, conversations, messages in rows}


def _detail(change: Change) -> str:
    return msgspec.json.encode(change).decode()
