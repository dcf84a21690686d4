"""A person's own notes: which files are notes, on what, and what is told of those that can't be shown."""

from __future__ import annotations

import pytest

from sitegen.notes import LARGEST, key_of, notes_folder, read_notes

KEY = "0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (f"{KEY}.md", KEY),
        (f"03-05-{KEY}.md", KEY),
        (f"What I think {KEY}.MD", KEY),
        (f"Wärme_{KEY}.md", KEY),
        (f"line\nbreak {KEY}.md", KEY),
        (f"x{KEY}.md", None),
        (f"{KEY}0.md", None),
        (f"{KEY.upper()}.md", None),
        ("todo.md", None),
        (".md", None),
    ],
)
def test_notes__belong_to_the_conversation_whose_key_their_name_ends_with(name, key):
    assert key_of(name) == key


def test_notes__stand_beside_the_archive_and_need_not_be_there(tmp_path):
    assert notes_folder(tmp_path / "archive") == tmp_path / "notes"
    assert read_notes(tmp_path / "notes") == ({}, ())


def test_notes__several_on_one_conversation_stand_below_each_other(tmp_path):
    (tmp_path / f"b {KEY}.md").write_bytes(b"second\r\nline")
    (tmp_path / f"a {KEY}.md").write_text("\ufefffirst", "utf-8")
    (tmp_path / f"c {KEY}.md").write_text(" \n")
    (tmp_path / f".{KEY}.md").write_text("hidden")
    (tmp_path / f"{KEY}.txt").write_text("no Markdown")
    notes = read_notes(tmp_path)
    assert notes.text(KEY) == "first\n\nsecond\nline"
    assert list(notes.warnings({KEY})) == []
    assert notes.text("other") == ""


def test_notes__each_that_can_not_be_shown_is_told_in_one_line(tmp_path):
    (tmp_path / f"large-{KEY}.md").write_bytes(b"a" * (LARGEST + 1))
    (tmp_path / f"latin-{KEY}.md").write_bytes(b"caf\xe9")
    (tmp_path / f"{KEY}.md").mkdir()
    (tmp_path / "todo.md").write_text("x")
    (tmp_path / "000000000000.md").write_text("x")
    (tmp_path / f"link-{KEY}.md").symlink_to(tmp_path / "gone")
    told = [line.removeprefix(f"{tmp_path}/") for line in read_notes(tmp_path).warnings({KEY})]
    assert told == [
        f"{KEY}.md: is a folder, not a note; it is left out",
        f"large-{KEY}.md: is larger than 1 MB; it is left out",
        f"latin-{KEY}.md: is not UTF-8; save it in that encoding; it is left out",
        f"link-{KEY}.md: is no file; it is left out",
        "todo.md: is on no conversation; the name of a note ends with the key that a conversation's page shows",
        "000000000000.md: no conversation has the key 000000000000; the note is kept and shows nowhere",
    ]


def test_notes__a_vault_of_the_same_name_is_told_in_one_line(tmp_path):
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("x")
    (told,) = read_notes(tmp_path).warnings(set())
    assert told.startswith(f"{tmp_path / 'a.md'} and 2 more there: are on no conversation; the name of a note ends")


def test_notes__nothing_is_ever_written_among_them(sitegen, tmp_path):
    (tmp_path / "archive").mkdir()
    for command in (["export", "notes", "--format", "markdown"], ["build", "--output", "notes"]):
        code, _, err = sitegen(*command)
        assert (code, err.count("\n")) == (1, 1)
        assert "folder of your own notes" in err
    assert not (tmp_path / "notes").exists()


def test_notes__a_folder_that_is_none_is_no_folder_of_notes(tmp_path):
    (tmp_path / "notes").write_text("a file")
    assert read_notes(tmp_path / "notes").by_key == {}
