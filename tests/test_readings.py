"""What imports keep of records in the cache: known ones are not read again, and nothing else differs by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from archive_states import archive_state
from conftest import ROOT
from export_maker import MadeReader, make_export, run
from makers import conversation, dialogue, message
from msgspec.structs import replace

from sitegen.archive import importing
from sitegen.archive.cache import CACHE_NAME, Cache
from sitegen.archive.importing import ImportSummary, import_export
from sitegen.archive.reading import Read
from sitegen.archive.store import Archive
from sitegen.errors import ArchiveError
from sitegen.model import Attachment, Conversation, FileBlock, ImageBlock, Record, TextBlock, UnknownBlock
from sitegen.readers import find_exports
from sitegen.readers.base import Recognition
from sitegen.readers.export import Export

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class CountingReader(MadeReader):
    """Counts what it reads. Of `{}` it says that it is a placeholder, and of no export when it was made."""

    def __init__(self, version: int = 1) -> None:
        super().__init__(version)
        self.counts: dict[bytes, int] = {}

    def recognise(self, export: Export) -> Recognition:
        return replace(super().recognise(export), made=None)

    def read(self, record: Record) -> Conversation | None:
        self.counts[record.raw] = self.counts.get(record.raw, 0) + 1
        return None if record.raw == b"{}" else super().read(record)


def talk(id_: str, *texts: str) -> Conversation:
    return conversation(id_, *dialogue(*(texts or ("A question", "An answer"))), id=id_)


def rich(id_: str) -> Conversation:
    """A conversation with an unknown part, a picture "a", one "b", and a file whose text is there, so that nobody
    misses its bytes."""
    blocks = (
        TextBlock(f"of {id_}"),
        UnknownBlock("widget", "{}"),
        UnknownBlock("widget", "[]"),
        ImageBlock(Attachment("a", name="a")),
        ImageBlock(Attachment("b", name="b")),
        FileBlock(Attachment("c", name="c"), text="all of it"),
    )
    return conversation(id_, message("1", "user", blocks=blocks), id=id_)


@pytest.fixture
def months(tmp_path: Path) -> list[Path]:
    """Exports with known and changed records, one that is there twice, one unreadable, placeholders, and attachments
    that come later than the record that names them."""
    broken: dict[str, object] = {"nobody": "reads this"}
    return [
        make_export(tmp_path / "1", 1, rich("r"), talk("k"), talk("k"), broken, talk("c", "x"), account="A"),
        make_export(tmp_path / "2", 2, rich("r"), talk("k"), broken, talk("c", "x", "y"), account="A", a=PNG),
        make_export(tmp_path / "3", 3, {}, rich("r"), talk("n"), talk("c", "x"), account="B", b=PNG),
        make_export(tmp_path / "4", 4, talk("c", "x", "y"), talk("k"), account="A", complete=False),
    ]


def in_turn(folder: Path, paths: list[Path], *, cached: bool, reader: MadeReader | None = None) -> list[ImportSummary]:
    """Imports the exports, each in a run of its own."""
    summaries = []
    for path in paths:
        with Archive(folder, "UTC") as archive, Cache(folder, "p") if cached else nullcontext() as cache:
            summaries.append(run(archive, path, reader or CountingReader(), cache))
    return summaries


def test_readings__the_archive_and_what_is_told_are_the_same_without_them(months, tmp_path):
    for number, order in enumerate((months, months[::-1], [*months, *months])):
        told = [in_turn(tmp_path / f"{number}{cached}", order, cached=cached) for cached in (False, True)]
        assert told[0] == told[1]
        assert archive_state(tmp_path / f"{number}True") == archive_state(tmp_path / f"{number}False")
    assert [summary.unknown["widget"] for summary in told[0]] == [2, 2, 2, 0] * 2
    assert [summary.attachments for summary in told[0]] == [0, 1, 1, 0] * 2
    assert [summary.attachments_missing for summary in told[0]] == [2, 1, 1, 0] * 2
    assert [len(summary.problems) for summary in told[0]] == [1, 1, 0, 0] * 2


def test_readings__attachments_of_known_records_are_stored_when_they_come(months, tmp_path):
    in_turn(tmp_path / "archive", months, cached=True)
    with Archive(tmp_path / "archive") as archive:
        for key in archive.keys_of(rich("r").key):
            assert {id_: file.size for id_, file in archive.files(key).items()} == {"a": len(PNG), "b": len(PNG)}


def test_readings__the_export_is_dated_by_known_records_too(tmp_path):
    export = make_export(tmp_path / "1", 1, talk("k"))
    again = make_export(tmp_path / "2", 2, talk("k"), other=b"file")
    in_turn(tmp_path / "archive", [export, again], cached=True)
    with Archive(tmp_path / "archive") as archive:
        assert [row.made for row in archive.imports()] == [talk("k").updated] * 2


def test_readings__known_records_are_not_read_again(months, tmp_path):
    reader = CountingReader()
    with Archive(tmp_path / "archive", "UTC") as archive, Cache(tmp_path / "archive", "p") as cache:
        run(archive, months[0], reader, cache)
        # One of five is there twice.
        assert sorted(reader.counts.values()) == [1] * 4
        reader.counts.clear()
        run(archive, months[0], reader, cache)
        assert list(reader.counts.values()) == [1]
        assert b"nobody" in next(iter(reader.counts))
        reader.counts.clear()
        run(archive, months[1], reader, cache)
        # What can't be read, and the states of the conversation that changed: they are merged.
        assert sum(b"nobody" in raw for raw in reader.counts) == 1
        assert sum(b'"id":"c"' in raw.replace(b" ", b"") for raw in reader.counts) == 2
        assert len(reader.counts) == 3


@pytest.mark.parametrize("kept_by", [1, 3])
def test_readings__another_version_of_the_reader_reads_anew(months, tmp_path, kept_by):
    folder = tmp_path / "archive"
    in_turn(folder, months[:1], cached=True, reader=CountingReader(version=kept_by))
    other = CountingReader(version=2)
    with Archive(folder) as archive, Cache(folder, "p") as cache:
        run(archive, months[0], other, cache)
        assert sorted(other.counts.values()) == [1] * 4
        other.counts.clear()
        run(archive, months[0], other, cache)
        assert len(other.counts) == 1  # what can't be read


def test_readings__the_example_export_is_not_read_again(tmp_path, monkeypatch):
    made: list[object] = []
    real = importing.read_for_import
    monkeypatch.setattr(importing, "read_for_import", lambda *given: made.append(real(*given)) or made[-1])

    def import_all(folder: Path, *, cached: bool) -> list[ImportSummary]:
        made.clear()
        summaries = []
        with Archive(folder, "UTC") as archive, Cache(folder, "p") if cached else nullcontext() as cache:
            for export, recognised in find_exports(ROOT / "example_export"):
                summaries.append(import_export(archive, export, recognised, cache=cache))
        return summaries

    told = []
    for cached in (False, True):
        folder = tmp_path / str(cached)
        told.append([import_all(folder, cached=cached)])
        assert any(isinstance(read, Read) for read in made)
        told[-1].append(import_all(folder, cached=cached))
        assert any(isinstance(read, Read) for read in made) == (not cached)
    assert told[0] == told[1]
    assert archive_state(tmp_path / "True") == archive_state(tmp_path / "False")


# --- what may become of the cache --------------------------------------------------------------------------------


def _changed(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db, db:
            assert db.execute(statement).rowcount

    return change


DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "no database": lambda path: path.write_bytes(b"no database" * 1000),
    "of another program": _changed("UPDATE program SET name = 'other'"),
    "no MessagePack": _changed("UPDATE reading SET content = x'c1'"),
    "another form": _changed("UPDATE reading SET content = x'91c0'"),
    "cut off inside": _changed("UPDATE reading SET content = substr(content, 1, 9)"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_readings__damage_costs_no_more_than_reading_again(months, tmp_path, damage):
    folder = tmp_path / "archive"
    in_turn(folder, months[:1], cached=True)
    damage(folder / CACHE_NAME)
    reader = CountingReader()
    told = in_turn(folder, months[:1], cached=True, reader=reader)
    assert sorted(reader.counts.values()) == [1] * 4
    assert told == in_turn(tmp_path / "without", months[:1] * 2, cached=False)[1:]
    assert archive_state(folder) == archive_state(tmp_path / "without")
    reader.counts.clear()
    in_turn(folder, months[:1], cached=True, reader=reader)
    assert len(reader.counts) == 1  # what can't be read


def test_readings__an_import_that_was_broken_off_leaves_none_that_mislead(months, tmp_path, monkeypatch):
    folder = tmp_path / "archive"
    in_turn(folder, months[:1], cached=True)
    before = archive_state(folder)

    def interrupted(*_: object) -> Iterator[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "update_history", interrupted)
        with pytest.raises(KeyboardInterrupt):
            in_turn(folder, months[2:3], cached=True)
    assert archive_state(folder) == before
    told = in_turn(folder, months[1:], cached=True)
    assert told == in_turn(tmp_path / "without", months, cached=False)[1:]
    assert archive_state(folder) == archive_state(tmp_path / "without")


def test_readings__a_cache_older_than_the_archive_is_good(months, tmp_path):
    """The archive is written first: a run that is killed between the two leaves them so."""
    folder = tmp_path / "archive"
    in_turn(folder, months[:1], cached=True)
    kept = (folder / CACHE_NAME).read_bytes()
    in_turn(folder, months[1:2], cached=True)
    (folder / CACHE_NAME).write_bytes(kept)
    in_turn(folder, months[2:], cached=True)
    in_turn(tmp_path / "without", months, cached=False)
    assert archive_state(folder) == archive_state(tmp_path / "without")


def test_readings__a_cache_that_cannot_be_written_stops_the_import_and_changes_nothing(months, tmp_path):
    folder = tmp_path / "archive"
    in_turn(folder, months[:1], cached=True)
    before = archive_state(folder)
    with Archive(folder) as archive, Cache(folder, "p") as cache:
        cache._db.execute("PRAGMA query_only = ON")
        with pytest.raises(ArchiveError, match=r"cache\.sqlite: can't be used: .*; delete it .* and try again$"):
            run(archive, months[1], CountingReader(), cache)
    assert archive_state(folder) == before
