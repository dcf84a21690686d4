"""What several exports make of the archive: the same in any order, nothing lost, every difference told."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from export_maker import MadeReader, make_export, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import conversation, dialogue, message

from sitegen.archive import deriving
from sitegen.archive.changes import Change, compare
from sitegen.archive.history import reread
from sitegen.archive.store import Archive
from sitegen.model import Attachment, Conversation, ImageBlock, Project, TextBlock, content_id, decode

ALICE, BOB = content_id("alice"), content_id("bob")


def dump(archive: Archive) -> list[str]:
    """Everything in the archive but when it was imported, in an order of its own."""
    lines = []
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    for (table,) in archive._db.execute(tables).fetchall():
        columns = [row[1] for row in archive._db.execute(f"PRAGMA table_info({table})") if row[1] != "imported"]
        rows = archive._db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        lines += [f"{table}: {row!r}" for row in rows]
    return sorted(lines)


def in_every_order(
    request: pytest.FixtureRequest, tmp_path: Path, exports: list[Path], reader: MadeReader | None = None
) -> Archive:
    """The archive of the exports, after checking that each order of imports gives the same."""
    dumps = []
    for number, order in enumerate(permutations(exports)):
        with Archive(tmp_path / f"archive{number}", "UTC") as archive:
            for path in order:
                run(archive, path, reader)
            dumps.append(dump(archive))
    for other in dumps[1:]:
        assert other == dumps[0]
    last = Archive(tmp_path / f"archive{len(dumps) - 1}")
    request.addfinalizer(last.close)
    return last


def changes(archive: Archive, export: int) -> dict[str, Change]:
    """What the export made on that day of February changed, by title."""
    (row,) = [row for row in archive.imports() if row.made == datetime(2026, 2, export, tzinfo=UTC)]
    return {archive.conversation(key).title: change for key, change in archive.changes(row.id)}


def conversations(archive: Archive) -> list[Conversation]:
    return [archive.conversation(row.key) for row in archive.conversations()]


def talk(id_: str, title: str, *texts: str, **fields: object) -> Conversation:
    return conversation(title, *dialogue(*texts), id=id_, **fields)


def test_history__three_months_in_every_order(request, tmp_path):
    kept = talk("kept", "Kept", "a", "b")
    edited = talk("edited", "Edited", "first words", "b")
    exports = [
        make_export(tmp_path / "1", 1, kept, edited, talk("left", "Left", "x"), talk("name", "Old name", "n"),
                    account=ALICE),
        make_export(tmp_path / "2", 2, kept, talk("edited", "Edited", "other words", "b", "c"),
                    talk("name", "New name", "n"), talk("new", "New", "y"), account=ALICE),
        make_export(tmp_path / "3", 3, kept, talk("name", "New name", "n", project=Project("p", "Thesis")),
                    talk("left", "Left", "x"), talk("edited", "Edited", "other words", "b", "c"), account=ALICE),
    ]  # fmt: skip
    archive = in_every_order(request, tmp_path, exports)
    assert {title: change.kind for title, change in changes(archive, 1).items()} == {
        "Kept": "new", "Edited": "new", "Left": "new", "New name": "new",
    }  # fmt: skip
    assert changes(archive, 2) == {
        "Edited": Change("changed", messages=1, edited=1),
        "New name": Change("changed", title_before="Old name"),
        "New": Change("new"),
        "Left": Change("gone"),
    }
    assert changes(archive, 3) == {
        "New name": Change("changed", project_before=""),
        "Left": Change("returned"),
        "New": Change("gone"),
    }
    gone = {row.key: row.absence.since for row in archive.conversations() if row.absence}
    assert gone == {talk("new", "New", "y").key: datetime(2026, 2, 3, tzinfo=UTC)}
    assert archive.conversation(edited.key).messages[0].revisions[0].blocks == (TextBlock("first words"),)
    assert archive.conversation(talk("name", "", "n").key).former_titles == ("Old name",)
    first, second, third = sorted(archive.imports(), key=lambda row: str(row.made))
    assert (first.new, first.changed, first.unchanged, first.gone) == (4, 0, 0, 0)
    assert (second.new, second.changed, second.unchanged, second.gone) == (1, 2, 1, 1)
    assert (third.new, third.changed, third.unchanged, third.gone) == (0, 1, 3, 1)


def test_history__a_part_of_an_account_or_another_account_marks_nothing_as_gone(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, talk("a", "A", "x"), talk("b", "B", "y"), account=ALICE),
        make_export(tmp_path / "2", 2, talk("a", "A", "x"), account=ALICE, complete=False),
        make_export(tmp_path / "3", 3, talk("c", "C", "z"), account=BOB),
        make_export(tmp_path / "4", 4, talk("d", "D", "z")),
    ]
    archive = in_every_order(request, tmp_path, exports)
    assert not any(row.absence for row in archive.conversations())


def test_history__what_another_part_of_the_same_delivery_holds_is_not_gone(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, talk("a", "A", "x"), talk("b", "B", "y"), account=ALICE),
        make_export(tmp_path / "2", 2, talk("a", "A", "x"), account=ALICE),
        make_export(tmp_path / "2b", 2, talk("b", "B", "y"), account=ALICE, complete=False),
    ]
    archive = in_every_order(request, tmp_path, exports)
    assert not any(row.absence for row in archive.conversations())
    assert [row.gone for row in archive.imports()] == [0, 0, 0]


def test_history__an_export_with_unreadable_records_is_no_evidence(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, talk("a", "A", "x"), talk("b", "B", "y"), account=ALICE),
        make_export(tmp_path / "2", 2, talk("a", "A", "x"), {"torn": "off"}, account=ALICE),
    ]
    archive = in_every_order(request, tmp_path, exports)
    assert not any(row.absence for row in archive.conversations())


def test_history__one_id_in_two_accounts_stays_apart(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, talk("a", "Alice's", "x"), account=ALICE),
        make_export(tmp_path / "2", 2, talk("a", "Bob's", "y"), account=BOB),
        make_export(tmp_path / "3", 3, talk("a", "Alice's own", "x", "z"), account=ALICE),
    ]
    archive = in_every_order(request, tmp_path, exports)
    states = conversations(archive)
    assert sorted((state.title, len(state.messages)) for state in states) == [("Alice's own", 2), ("Bob's", 1)]
    assert all(state.account in (ALICE, BOB) for state in states)


def test_history__what_a_shrunk_record_lacks_stays_and_is_marked(request, tmp_path):
    full = talk("a", "A", "x", "y", "z")
    exports = [
        make_export(tmp_path / "1", 1, full, account=ALICE),
        make_export(tmp_path / "2", 2, talk("a", "", "x", "y"), account=ALICE),
        make_export(tmp_path / "3", 3, Conversation("chatgpt", "a"), account=ALICE),
    ]
    archive = in_every_order(request, tmp_path, exports)
    merged = archive.conversation(full.key)
    assert (merged.title, [m.absent for m in merged.messages]) == ("A", [False, False, True])
    assert changes(archive, 2)["A"] == Change("changed", removed=1)


def test_compare__new_branch_is_told_from_a_continued_one():
    before = conversation("t", *dialogue("a", "b"))
    other = message("2b", "assistant", "another b", "1", 5)
    more = message("3", "user", "c", "2", 6)
    after = conversation("t", *before.messages, more, other)
    assert compare(before, after) == Change("changed", messages=2, branches=1)
    assert compare(before, conversation("t", *before.messages, updated=datetime(2027, 1, 1, tzinfo=UTC))) is None
    assert compare(before, conversation("t", *before.messages, flags=("starred",))) == Change("changed", other=True)


def test_compare__a_project_that_gets_a_name_is_no_move():
    unnamed, named = conversation("t", project=Project("p")), conversation("t", project=Project("p", "Thesis"))
    other = conversation("t", project=Project("q", "Thesis"))
    assert compare(unnamed, named) == Change("changed", other=True)
    assert compare(named, other) == Change("changed", project_before="Thesis")


def test_reread__a_newer_reader_repairs_old_imports_without_the_export(tmp_path):
    path = make_export(tmp_path / "1", 1, talk("a", "A", "x"), {"title": "only the new reader knows this"})
    with Archive(tmp_path / "archive", "UTC") as archive:
        run(archive, path)
        assert (len(archive.conversations()), archive.imports()[0].unreadable) == (1, 1)
        assert archive.reader_version("chatgpt") == 1
        for file in path.iterdir():
            file.unlink()
        outcomes = reread(archive, ["chatgpt"], {"chatgpt": MadeReader(version=2)})["chatgpt"]
        assert (outcomes["new"], outcomes["changed"]) == (1, 1)
        titles = sorted(state.title for state in conversations(archive))
        assert titles == ["A!", "only the new reader knows this!"]
        row = archive.imports()[0]
        assert (row.found, row.new, row.unreadable) == (2, 2, 0)
        assert archive.reader_version("chatgpt") == 2
    path.rmdir()
    fresh = make_export(path, 1, talk("a", "A", "x"), {"title": "only the new reader knows this"})
    with Archive(tmp_path / "clean", "UTC") as clean, Archive(tmp_path / "archive") as old:
        run(clean, fresh, MadeReader(version=2))
        assert dump(clean) == dump(old)


def test_history__a_record_of_many_exports_is_unpacked_and_merged_once(tmp_path, monkeypatch):
    unpacked: list[bytes] = []
    merged: list[int] = []
    real_unpacked, real_merge = Archive._unpacked, deriving.merge
    monkeypatch.setattr(
        Archive, "_unpacked", lambda self, packed: unpacked.append(packed) or real_unpacked(self, packed)
    )
    monkeypatch.setattr(deriving, "merge", lambda seen: merged.append(len(seen)) or real_merge(seen))
    with Archive(tmp_path / "archive", "UTC") as archive:
        for day in range(1, 6):
            run(archive, make_export(tmp_path / str(day), day, talk("a", "A", "x"), account=ALICE))
        run(archive, make_export(tmp_path / "6", 6, talk("a", "A", "x", "y"), account=ALICE))
        assert (len(unpacked), merged) == (2, [1, 2])
        assert len(list(archive.records(talk("a", "", "x").key))) == 6


# --- against a simple model ------------------------------------------------------------------------------------

TEXTS = st.sampled_from(["", "one", "two", "three"])
CHATS = st.dictionaries(
    st.sampled_from("abc"), st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3)), min_size=0, max_size=3
)
EXPORTS = st.lists(st.tuples(CHATS, st.booleans()), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exports=EXPORTS, data=st.data())
def test_history__any_sequence_of_exports_against_a_simple_model(tmp_path_factory, exports, data):
    folder = tmp_path_factory.mktemp("model")
    paths = []
    for day, (chats, complete) in enumerate(exports, 1):
        states = [talk(id_, title, *texts) for id_, (title, texts) in chats.items()]
        paths.append(make_export(folder / str(day), day, *states, account=ALICE, complete=complete))
    order = data.draw(st.permutations(paths))
    with Archive(folder / "drawn", "UTC") as drawn, Archive(folder / "sorted", "UTC") as in_order:
        for path in order:
            run(drawn, path)
            run(drawn, path)
        for path in paths:
            run(in_order, path)
        assert dump(drawn) == dump(in_order)
        for id_ in "abc":
            seen = [(day, *chats[id_]) for day, (chats, _) in enumerate(exports, 1) if id_ in chats]
            key = talk(id_, "", "x").key
            assert drawn.has(key) == bool(seen)
            if not seen:
                continue
            merged = decode(drawn.content(key))
            titles = [title for _, title, _ in reversed(seen) if title]
            assert merged.title == (titles[0] if titles else "")
            words = {text for _, _, texts in seen for text in texts if text}
            shown = {b.text for m in merged.messages for s in (m, *m.revisions) for b in s.blocks}
            assert words <= shown
            # An export without any conversation is no export.
            is_gone = any(complete and chats and id_ not in chats for chats, complete in exports[seen[-1][0] :])
            assert {row.key: row.absence is not None for row in drawn.conversations()}[key] == is_gone


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def pictured(text: str, *attachments: str) -> Conversation:
    """One conversation of one message, which says this and shows these pictures; each is named as its id is."""
    pictures = (ImageBlock(Attachment(id_, name=id_)) for id_ in attachments)
    return conversation("t", message("1", "user", blocks=(TextBlock(text), *pictures)))


def test_history__a_picture_that_its_message_no_longer_shows_is_kept_in_every_order(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, pictured("one", "f", "lost"), account=ALICE, f=PNG),
        make_export(tmp_path / "2", 2, pictured("one more"), account=ALICE),
    ]
    archive = in_every_order(request, tmp_path, exports)
    key = pictured("").key
    assert {id_: file.size for id_, file in archive.files(key).items()} == {"f": len(PNG)}
    assert archive._db.execute("SELECT id, name FROM attachment").fetchall() == [("f", "f"), ("lost", "lost")]


def test_history__a_picture_of_two_accounts_is_that_of_both_in_every_order(request, tmp_path):
    exports = [
        make_export(tmp_path / "1", 1, pictured("a", "f", "g"), account=ALICE, f=PNG),
        make_export(tmp_path / "2", 2, pictured("a", "f", "g"), account=BOB, g=PNG),
        make_export(tmp_path / "3", 3, pictured("a", "f"), f=PNG + b"newer"),
    ]
    archive = in_every_order(request, tmp_path, exports)
    sizes = [{id_: file.size for id_, file in archive.files(row.key).items()} for row in archive.conversations()]
    whole = {"f": len(PNG) + 5, "g": len(PNG)}
    assert sorted(sizes, key=len) == [{"f": whole["f"]}, whole, whole]


def test_reread__each_record_that_can_be_read_now_is_counted_once(tmp_path):
    """The new reader finds one conversation in both of the records that the old one could not read."""
    unreadable = [{"title": "first"}, {"title": "second"}]
    path = make_export(tmp_path / "1", 1, unreadable[0], {"nobody": "reads this"}, unreadable[1], talk("a", "A", "x"))
    with Archive(tmp_path / "archive", "UTC") as archive:
        run(archive, path)
        (row,) = archive.imports()
        assert (row.found, row.unreadable) == (1, 3)
        reread(archive, ["chatgpt"], {"chatgpt": MadeReader(version=2)})
        (row,) = archive.imports()
        assert (row.found, row.unreadable) == (3, 1)
        assert [problem.raw for problem in archive.problems(row.id)] == [b'{"nobody": "reads this"}']
        assert [problem.where for problem in archive.told_problems(row.id)] == ["item 1"]
        assert archive._db.execute("SELECT position FROM problem").fetchall() == [(0,)]


STATES = st.lists(
    st.tuples(TEXTS, st.lists(st.sampled_from("fgh"), unique=True, max_size=2)), min_size=1, max_size=2, unique_by=str
)
PICTURED = st.lists(
    st.tuples(
        STATES, st.sampled_from([ALICE, BOB, ""]), st.dictionaries(st.sampled_from("fgh"), st.binary(max_size=1))
    ),
    min_size=2,
    max_size=4,
)


@given(PICTURED, st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history__any_pictures_of_any_accounts_give_one_archive_in_every_order(tmp_path_factory, exports, data):
    folder = tmp_path_factory.mktemp("pictures")
    paths = [
        make_export(
            folder / str(day), day, *(pictured(text, *shown) for text, shown in states), account=account, **files
        )
        for day, (states, account, files) in enumerate(exports, 1)
    ]
    with Archive(folder / "drawn", "UTC") as drawn, Archive(folder / "sorted", "UTC") as in_order:
        for path in data.draw(st.permutations(paths)):
            run(drawn, path)
        for path in paths:
            run(in_order, path)
        assert dump(drawn) == dump(in_order)


def test_run__needs_a_folder_that_is_new(tmp_path):
    make_export(tmp_path / "1", 1)
    with pytest.raises(FileExistsError):
        make_export(tmp_path / "1", 1)
