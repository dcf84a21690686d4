"""Importing, with a reader whose records are the model's own JSON."""

from __future__ import annotations

import errno
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from makers import conversation, dialogue, message

from sitegen.archive.importing import ImportSummary, import_export
from sitegen.archive.rows import ConversationRows
from sitegen.archive.store import DATABASE_NAME, Archive
from sitegen.errors import ArchiveError, ExportError
from sitegen.model import Attachment, Conversation, ImageBlock, Problem, Record, UnknownBlock, decode, encode
from sitegen.readers import Recognised
from sitegen.readers.base import Recognition
from sitegen.readers.export import Export

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class PlainReader:
    source, label, assistant, version = "chatgpt", "Plain", "Plain", 1

    def recognise(self, export: Export) -> Recognition:
        return Recognition("plain", made=datetime.fromisoformat(export.json("made.json")))

    def records(self, export: Export):
        for item in export.items("conversations.json"):
            yield item if isinstance(item, Problem) else Record(item.raw, f"item {item.number}")

    def read(self, record: Record) -> Conversation | None:
        try:
            return decode(record.raw)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from error

    def locator(self, export: Export):
        return lambda attachment_id, name: name if name in export.members else None


READER = PlainReader()


def make_export(folder: Path, day: int, *states: Conversation | dict[str, object], **files: bytes) -> Path:
    folder.mkdir()
    items = [json.loads(encode(s)) if isinstance(s, Conversation) else s for s in states]
    (folder / "conversations.json").write_text(json.dumps(items))
    (folder / "made.json").write_text(json.dumps(datetime(2026, 2, day, tzinfo=UTC).isoformat()))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(archive: Archive, path: Path) -> ImportSummary:
    with Export(path) as export:
        return import_export(archive, export, Recognised(READER, READER.recognise(export)))


@pytest.fixture
def archive(tmp_path: Path):
    with Archive(tmp_path / "archive", "Europe/Berlin") as opened:
        yield opened


def snapshot(archive: Archive) -> dict[str, bytes]:
    return {row.key: archive.content(row.key) for row in archive.conversations()}


@pytest.mark.parametrize("method", ["records", "locator"])
def test_import__reader_that_fails_is_named_and_nothing_changes(archive, tmp_path, monkeypatch, method):
    path = make_export(tmp_path / "e", 1, conversation())
    monkeypatch.setattr(PlainReader, method, lambda self, export: {}["lost"])
    with pytest.raises(ExportError, match=r"the reader for Plain failed on it: KeyError: 'lost'; this is a fault"):
        run(archive, path)
    assert snapshot(archive) == {} and archive.imports() == []


def test_import__twice_changes_nothing(archive, tmp_path):
    export = make_export(tmp_path / "e", 1, conversation("t"), {"broken": 1})
    first = run(archive, export)
    before = list(archive._db.iterdump())
    second = run(archive, export)
    assert (first.new, first.changed, first.unchanged, len(first.problems), first.known) == (1, 0, 0, 1, False)
    assert (second.new, second.changed, second.unchanged, len(second.problems), second.known) == (0, 0, 1, 1, True)
    assert list(archive._db.iterdump()) == before


def test_import__order_of_exports_does_not_matter(tmp_path):
    january = make_export(tmp_path / "1", 1, conversation("old", *dialogue("a", "b", "c")), conversation("x", id="c2"))
    february = make_export(tmp_path / "2", 2, conversation("new", *dialogue("a", "B")), conversation("y", id="c3"))
    results = []
    for name, order in (("ab", (january, february)), ("ba", (february, january))):
        with Archive(tmp_path / name, "UTC") as archive:
            for path in order:
                run(archive, path)
            results.append(snapshot(archive))
    assert results[0] == results[1]
    merged = decode(results[0][conversation().key])
    assert (merged.title, len(merged.messages)) == ("new", 3)


def test_import__every_record_is_kept_as_it_was(archive, tmp_path):
    export = make_export(tmp_path / "e", 1, conversation("t"))
    run(archive, export)
    (sighted,) = archive.records(conversation().key)
    with Export(export) as opened:
        (item,) = opened.items("conversations.json")
    assert sighted.record.raw == item.raw


def test_import__every_message_is_in_the_archive_or_in_a_problem(archive, tmp_path):
    states = [conversation("t", *dialogue("a", "b"), id=str(number)) for number in range(5)]
    summary = run(archive, make_export(tmp_path / "e", 1, *states, {"kind": "odd"}))
    rows = archive._db.execute("SELECT count(*) FROM message").fetchone()[0]
    assert (rows, summary.found, len(summary.problems)) == (10, 5, 1)
    assert b"odd" in next(archive.problems(archive.imports()[0].id)).raw


def test_import__bytes_of_problems_go_into_the_archive_and_are_not_gathered_in_memory(archive, tmp_path):
    export = make_export(tmp_path / "e", 1, {"odd": 1}, conversation("t"), {"odd": 2})
    summary = run(archive, export)
    assert [problem.raw for problem in summary.problems] == [b"", b""]
    (row,) = archive.imports()
    assert [problem.raw for problem in archive.problems(row.id)] == [b'{"odd": 1}', b'{"odd": 2}']
    assert run(archive, export).problems == summary.problems
    assert archive.told_problems(row.id) == summary.problems


def test_import__attachment_is_stored_once_by_content_and_missing_ones_are_counted(archive, tmp_path):
    def picture(number: int, name: str) -> Conversation:
        block = ImageBlock(Attachment(f"file-{number}", name=name, media_type="image/webp"))
        return conversation("t", message("1", "user", blocks=(block,)), id=str(number))

    export = make_export(tmp_path / "e", 1, picture(1, "a"), picture(2, "b"), picture(3, "gone"), a=PNG, b=PNG)
    summary = run(archive, export)
    assert (summary.attachments, summary.attachments_missing) == (2, 1)
    stored = [path for path in (archive.folder / "attachments").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert archive.files(picture(1, "a").key)["file-1"].media_type == "image/png"
    assert archive.files(picture(3, "gone").key) == {}


def test_import__missing_attachment_comes_with_a_later_export(archive, tmp_path):
    block = ImageBlock(Attachment("file-1", name="a"))
    state = conversation("t", message("1", "user", blocks=(block,)))
    run(archive, make_export(tmp_path / "1", 1, state))
    run(archive, make_export(tmp_path / "2", 2, state, a=PNG))
    assert archive.files(state.key)["file-1"].size == len(PNG)


def test_import__ids_in_names_are_not_kept(archive, tmp_path):
    named = tmp_path / "data-0b7c1c9e-54a7-4f0f-9d5c-3b1f0f2f9a11-1756000000"
    run(archive, make_export(named, 1, conversation("t")))
    assert archive.imports()[0].export_name == "data-…-1756000000"


def test_import__unknown_parts_are_counted(archive, tmp_path):
    unknown = UnknownBlock("widget", "{}")
    run(archive, make_export(tmp_path / "e", 1, conversation("t", message("1", "user", blocks=(unknown, unknown)))))
    assert archive.unknown(archive.imports()[0].id) == [("widget", 2)]


def test_import__tables_can_be_read_by_other_tools(tmp_path):
    with Archive(tmp_path / "archive", "UTC") as archive:
        run(archive, make_export(tmp_path / "e", 1, conversation("t", *dialogue("Frage", "Antwort"))))
    with sqlite3.connect(tmp_path / "archive" / DATABASE_NAME) as other:
        rows = other.execute(
            "SELECT title, role, text FROM message JOIN conversation ON key = conversation ORDER BY position"
        ).fetchall()
    other.close()
    assert rows == [("t", "user", "Frage"), ("t", "assistant", "Antwort")]
    assert sorted(path.name for path in (tmp_path / "archive").iterdir() if path.is_file()) == [DATABASE_NAME]


def test_import__failure_half_way_leaves_nothing(archive, tmp_path, monkeypatch):
    export = make_export(tmp_path / "e", 1, conversation("t"), conversation("u", id="c2"))
    put_rows = archive.put_rows

    def failing(rows: ConversationRows) -> str:
        if rows.key == conversation("u", id="c2").key:
            raise sqlite3.OperationalError("database or disk is full")
        return put_rows(rows)

    monkeypatch.setattr(archive, "put_rows", failing)
    with pytest.raises(ArchiveError, match="disk is full"):
        run(archive, export)
    assert (archive.conversations(), archive.imports()) == ([], [])


def test_archive__absent_newer_and_damaged_are_told_apart(tmp_path):
    with pytest.raises(ArchiveError, match="no archive here"):
        Archive(tmp_path)
    with Archive(tmp_path / "newer", "UTC") as archive:
        archive._db.execute("PRAGMA user_version = 99")
    with pytest.raises(ArchiveError, match="newer sitegen"):
        Archive(tmp_path / "newer")
    (tmp_path / DATABASE_NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveError, match="can't be opened"):
        Archive(tmp_path)


def test_archive__zone_is_found_once_and_kept(tmp_path):
    with Archive(tmp_path, "Asia/Tokyo"):
        pass
    with Archive(tmp_path, "Europe/Berlin") as archive:
        assert archive.zone_name == "Asia/Tokyo"


def test_archive__file_cut_off_to_nothing_is_no_archive_without_conversations(tmp_path):
    (tmp_path / DATABASE_NAME).touch()
    with pytest.raises(ArchiveError, match="is empty"):
        Archive(tmp_path)
    with Archive(tmp_path, "UTC") as archive:
        assert archive.conversations() == []


def test_archive__database_of_another_program_stays_as_it_is(tmp_path):
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as other:
        other.execute("CREATE TABLE recipe (name)")
    before = (tmp_path / DATABASE_NAME).read_bytes()
    for zone_name in (None, "UTC"):
        with pytest.raises(ArchiveError, match="another program"):
            Archive(tmp_path, zone_name)
    assert (tmp_path / DATABASE_NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        ("UPDATE conversation SET content = x'0102'", lambda archive: archive.content(archive.conversations()[0].key)),
        ("UPDATE record SET raw = x'0102'", lambda archive: list(archive.records(archive.conversations()[0].key))),
        ("UPDATE problem SET raw = x'0102'", lambda archive: list(archive.problems(archive.imports()[0].id))),
        ("DELETE FROM setting", lambda archive: archive.zone_name),
    ],
)
def test_archive__damaged_content_is_an_error_that_says_what_to_do(archive, tmp_path, damage, read):
    run(archive, make_export(tmp_path / "e", 1, conversation("t"), {"not": "a conversation"}))
    archive._db.execute(damage)
    with pytest.raises(ArchiveError, match="put back a copy"):
        read(archive)


def test_archive__closing_while_another_program_writes_is_no_error(tmp_path):
    export = make_export(tmp_path / "e", 1, *(conversation("t", id=f"c{number}") for number in range(60)))
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)) as other:
        archive = Archive(tmp_path, "UTC")
        run(archive, export)
        run(archive, export)
        other.execute("BEGIN IMMEDIATE")
        archive.close()


def test_import__full_disk_is_an_error_and_leaves_nothing(archive, tmp_path, monkeypatch):
    picture = message("1", "user", blocks=(ImageBlock(Attachment("file-1", name="a")),))
    export = make_export(tmp_path / "e", 1, conversation("t", picture), a=PNG)

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sitegen.archive.attachments.os.fsync", full)
    with pytest.raises(ArchiveError, match="attachments: can't be written: No space left"):
        run(archive, export)
    assert (archive.conversations(), archive.imports()) == ([], [])
