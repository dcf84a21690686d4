"""What watching decides, without a clock and without waiting: names, stillness, wholeness."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from sitegen.watch.arrivals import Arrivals, Look, State, Step, Timing, Waiting, next_step
from sitegen.watch.first_look import FirstLook
from sitegen.watch.looking import breaks_off, state_of
from sitegen.watch.names import Call, Places, arrival_of, call_of
from sitegen.watch.wholeness import TAIL, json_is_whole, zip_is_whole
from sitegen.watch.work import Findings

INBOX, THEME, BASE = Path("/home/ada/Downloads"), Path("/home/ada/chats/mine"), Path("/opt/themes/default")
SETTINGS = Path("/home/ada/chats/sitegen.toml")
PLACES = Places((INBOX,), (THEME, BASE), (SETTINGS,), (Path("/home/ada/chats/archive"), Path("/home/ada/chats/site")))


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "arrival"),
    [
        ("export.zip", "export.zip"),
        ("Export.ZIP", "Export.ZIP"),
        ("conversations.json", "conversations.json"),
        ("unpacked/conversations.json", "unpacked"),
        ("unpacked/a/b/photo.png", "unpacked"),
        ("2026/march/export.zip", "2026/march/export.zip"),
        # a download that ends by losing its ending, and the folder that Safari keeps one in
        ("export.zip.part", "export.zip"),
        ("export.zip.aria2", "export.zip"),
        ("export.zip.download", "export.zip"),
        ("export.zip.download/export.zip", None),
        ("export.zip.crdownload", "export.zip"),
        (".com.google.Chrome.x1", None),
        ("unpacked/.git/index", None),
        ("__MACOSX/._conversations.json", None),
        ("", None),
    ],
)
def test_names__which_file_or_folder_a_change_is_about(changed, arrival):
    found = arrival_of(INBOX / changed, INBOX, PLACES)
    assert found == (None if arrival is None else INBOX / arrival)


def test_names__a_change_calls_for_what_it_belongs_to():
    def call(*paths: Path) -> Call:
        return call_of(paths, PLACES)

    assert call(INBOX / "a.zip", INBOX / "b" / "c.json") == Call(frozenset({INBOX / "a.zip", INBOX / "b"}))
    assert call(SETTINGS) == Call(settings=True)
    assert call(THEME / "templates" / "home.html") == Call(theme=True)
    assert call(BASE / "static" / "css" / "layout.css") == Call(theme=True)
    assert call(THEME / "theme.toml") == Call(theme=True)
    assert call(INBOX) == Call(roots=True)
    assert call(THEME) == Call(roots=True)


def test_names__what_sitegen_writes_itself_calls_for_nothing():
    nothing = Call()
    assert call_of([path / "x.js" for path in PLACES.own], PLACES) == nothing
    assert call_of(PLACES.own, PLACES) == nothing
    inside = PLACES._replace(inboxes=(Path("/home/ada/chats"), Path("/home/ada")))
    assert call_of([Path("/home/ada/chats/site/search/a.js")], inside) == nothing
    assert arrival_of(Path("/home/ada/chats/notes.txt"), Path("/home/ada"), inside) is None


def test_names__copies_that_editors_leave_call_for_nothing():
    names = ("templates/.home.html.swp", "templates/home.html~", "README.md", ".git/index")
    assert call_of([THEME / name for name in names], PLACES) == Call()


# --- stillness -------------------------------------------------------------------------------------------------------

TIMING = Timing(settle=2, patience=10)
HALF, WHOLE = State(1, 50, 1), State(1, 100, 2)


@pytest.mark.parametrize(
    ("story", "steps"),
    [
        # (moment, what it looks like)
        ([(0, WHOLE), (1, WHOLE), (2, WHOLE)], "wait wait look"),
        ([(0, HALF), (1, WHOLE), (2, WHOLE), (3, WHOLE)], "wait wait wait look"),
        ([(0, HALF), (2, HALF), (5, HALF), (6, WHOLE), (8, WHOLE)], "wait look wait wait look"),
        ([(0, HALF), (2, HALF), (9, HALF), (10, HALF)], "wait look wait last_look"),
        ([(0, HALF), (1, None)], "wait forget"),
        ([(0, None)], "forget"),
        # a clock that was asked too late still gives the first look before the last
        ([(0, HALF), (60, HALF), (61, HALF)], "wait look last_look"),
    ],
)
def test_stillness__a_file_is_opened_when_nobody_writes_to_it(story, steps):
    waiting: Waiting | None = None
    taken = []
    for now, state in story:
        waiting, step = next_step(waiting, state, now, TIMING)
        taken.append(step)
    assert taken == [Step[name.upper()] for name in steps.split()]


def test_arrivals__each_is_looked_at_until_it_is_settled():
    arrivals = Arrivals(TIMING)
    arrivals.note(INBOX / "a.zip")
    states = {INBOX / "a.zip": HALF}
    assert [arrivals.due(now, states.get) for now in (0, 2, 3)] == [[], [Look(INBOX / "a.zip", False, False)], []]
    states[INBOX / "a.zip"] = WHOLE
    assert [arrivals.due(now, states.get) for now in (4, 6)] == [[], [Look(INBOX / "a.zip", False, False)]]
    arrivals.settle(INBOX / "a.zip")
    assert not arrivals
    assert arrivals.due(60, states.get) == []


def test_arrivals__a_zip_in_a_folder_that_is_waited_for_is_looked_at_with_it():
    arrivals = Arrivals(TIMING)
    arrivals.note(INBOX / "new")
    arrivals.note(INBOX / "new" / "a.zip")
    for now in (0, 2):
        looks = arrivals.due(now, lambda _: WHOLE)
    assert [look.path for look in looks] == [INBOX / "new"]


def test_arrivals__what_was_there_from_the_start_is_quiet_until_it_changes():
    arrivals = Arrivals(TIMING)
    for name in ("old.zip", "growing.zip"):
        arrivals.note(INBOX / name, is_quiet=True)
    assert arrivals.has_quiet
    arrivals.note(INBOX / "growing.zip")
    for now in (0, 2):
        looks = arrivals.due(now, lambda _: WHOLE)
    assert looks == [Look(INBOX / "growing.zip", False, False), Look(INBOX / "old.zip", False, True)]


def test_state__says_nothing_of_what_no_export_can_be(tmp_path):
    (tmp_path / "empty.zip").touch()
    (tmp_path / "photo.png").write_bytes(b"x")
    (tmp_path / "held.zip").write_bytes(b"PK")
    (tmp_path / "held.zip.part").write_bytes(b"PK")
    (tmp_path / "folder").mkdir()
    for name in ("empty.zip", "photo.png", "held.zip", "folder", "absent.zip"):
        assert state_of(tmp_path / name) is None, name
    (tmp_path / "held.zip.part").unlink()
    assert state_of(tmp_path / "held.zip") is not None


def test_state__of_a_folder_changes_with_anything_below_it(tmp_path):
    folder = tmp_path / "unpacked"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.json").write_text("[1]")
    seen = {state_of(folder)}
    (folder / "deep" / "b.json").write_text("[1]")
    seen.add(state_of(folder))
    (folder / "deep" / "b.json").write_text("[1, 2]")
    seen.add(state_of(folder))
    os.utime(folder / "deep" / "a.json", ns=(1, 1))  # unpackers set times that are long past
    seen.add(state_of(folder))
    assert len(seen) == 4


# --- wholeness -------------------------------------------------------------------------------------------------------


def zip_of(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.comment = comment
    return target.getvalue()


@pytest.mark.parametrize("comment", [b"", b"made by PK\x05\x06 and sons" + bytes(30)], ids=["plain", "comment"])
@pytest.mark.parametrize("is_64", [False, True], ids=["zip", "zip64"])
def test_wholeness__no_beginning_of_a_zip_passes_for_all_of_it(monkeypatch, comment, is_64):
    """Not even one that ends with a zip which it holds: zipfile would open that one."""
    if is_64:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
    inner = zip_of({"conversations.json": b"[]"})
    whole = zip_of({"a.zip": inner, "b.zip": inner, "c.json": b"[{}]"}, comment)
    assert zip_is_whole(whole[-TAIL:], len(whole))
    passing = [size for size in range(len(whole)) if zip_is_whole(whole[:size], size)]
    assert passing == []
    assert any(zipfile.is_zipfile(io.BytesIO(whole[:size])) for size in range(len(whole)))


def test_wholeness__of_a_zip_that_is_longer_than_its_tail():
    whole = zip_of({"big": bytes(3 * TAIL), "small": b"x"})
    assert zip_is_whole(whole[-TAIL:], len(whole))
    assert not zip_is_whole(b"x" + whole[-TAIL + 1 :], len(whole) + 1)


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        (b'[{"a": 1}]', True),
        (b' {"a": [1]}\r\n', True),
        (b'\xef\xbb\xbf[{"a": 1}]', True),
        (b'window.YTD.grok_chat_item.part0 = [{"a": 1}];\n', True),
        ('[{"a": "ü"}]'.encode("utf-16"), True),
        (b'[{"a": 1}', False),
        (b'[{"a": 1}, {"b"', False),
        (b'window.YTD.grok_chat_item.part0 = [{"a": 1}', False),
        ('[{"a": "ü"}'.encode("utf-16"), False),
        (b"", False),
        (b"text", False),
    ],
)
def test_wholeness__of_json(tmp_path, text, is_whole):
    assert json_is_whole(text[:4096], text[-TAIL:]) == is_whole
    (tmp_path / "x.json").write_bytes(text)
    assert breaks_off(tmp_path / "x.json") != is_whole
    assert breaks_off(tmp_path) != is_whole


# --- what is said of the start ---------------------------------------------------------------------------------------


def test_first_look__is_one_line():
    first = FirstLook()
    assert first.summary() == ""
    first.count(INBOX / "package.json", Findings())
    assert first.summary() == "In the folders already: no export"
    first.count(INBOX / "a.zip", Findings(imported=1))
    first.count(INBOX / "old", Findings(known=11))
    assert first.summary() == "In the folders already: 12 exports, 1 new"
    for number in range(5):
        first.count(INBOX / f"{number}.zip", Findings(faults=("broken",)))
    assert first.summary().endswith("not to be read: 0.zip, 1.zip, 2.zip and 2 more (sitegen inspect FILE tells why)")


def test_call__of_notes_is_for_files_that_are_notes():
    places = PLACES._replace(notes=(INBOX / "notes",))
    assert call_of([INBOX / "notes" / "0a1b2c3d4e5f.md"], places) == Call(notes=True)
    assert call_of([INBOX / "notes" / ".0a1b2c3d4e5f.md.swp", INBOX / "notes" / "photo.png"], places) == Call()
    assert call_of([INBOX / "notes"], places) == Call(roots=True)
    assert arrival_of(INBOX / "notes" / "x.json", INBOX, places) is None
