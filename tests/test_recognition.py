"""Which reader an export belongs to, and which exports stand in a folder."""

import json
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from sitegen.errors import ExportError
from sitegen.model import Problem
from sitegen.readers import UnrecognisedError, find_exports, installed, recognise
from sitegen.readers.base import Recognition
from sitegen.readers.export import Export
from sitegen.readers.registry import load_readers


class FakeReader:
    """Recognises exports with an object that has one certain key; only the recognising part of a reader."""

    version = 1

    def __init__(self, source):
        self.source = source
        self.label = self.assistant = source.title()

    def recognise(self, export):
        found = [name for name in export.members if any(self.is_own(item) for item in export.first_items(name, 1))]
        if len(found) > 1:
            raise ExportError(f"{export.path}: several {self.label} exports: {', '.join(found)}")
        return Recognition("fake") if found else None

    def is_own(self, item):
        value = json.loads(item.raw)
        return isinstance(value, dict) and self.source in value


class BrokenReader(FakeReader):
    def recognise(self, export):
        raise KeyError("no such thing")


APPLE, PEAR = FakeReader("apple"), FakeReader("pear")
READERS = (APPLE, PEAR)


def put(path, content):
    """Writes a file of one record with this key, as JSON or in a zip by its name; or the bytes given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([{content: 1, "title": "secret words"}]) if isinstance(content, str) else content
    if path.suffix == ".zip" and isinstance(content, str):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("conversations.json", text)
    elif isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text, "utf-8")
    return path


def found(path, readers=READERS, problems=None):
    return [
        (export.path.relative_to(path).as_posix(), recognised.reader.source)
        for export, recognised in find_exports(path, readers, problems)
    ]


# --- one export -------------------------------------------------------------------------------------------------


def test_recognise__the_one_reader(tmp_path):
    with Export(put(tmp_path / "e.zip", "pear")) as export:
        assert recognise(export, READERS) == (PEAR, Recognition("fake"))


def test_recognise__none_says_what_was_found_but_nothing_private(tmp_path):
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("chats.json", json.dumps([{"zebra": 1, "ant": "secret"}]))
        archive.writestr("empty.json", "[]")
        archive.writestr("half.json", '[{"a"')
        archive.writestr("list.json", "[1]")
        archive.writestr("photo.png", "x")
        archive.writestr("z.txt", "x")
    with Export(path) as export, pytest.raises(UnrecognisedError) as caught:
        recognise(export, READERS)
    text = str(caught.value)
    assert text.startswith(f"{path}: no reader recognises this: it holds chats.json (JSON with the keys ant, zebra), ")
    assert "empty.json (an empty list), half.json (broken JSON: the text breaks off" in text
    assert text.endswith("photo.png and 1 more file. Expected an export from Apple or Pear")
    assert "secret" not in text


def test_recognise__many_files_are_named_in_one_pass(tmp_path):
    """Not once for each of them through all."""

    class Name(str):
        looked_up = 0
        __slots__ = ()

        def __hash__(self):
            Name.looked_up += 1
            return str.__hash__(self)

    for number in range(300):
        put(tmp_path / f"{number}.json", b"{}")
    with Export(tmp_path) as export:
        export.members = {Name(name): member for name, member in export.members.items()}
        Name.looked_up = 0
        with pytest.raises(UnrecognisedError, match=r"it holds 0\.json .* and 295 more files"):
            recognise(export, ())
    assert 300 <= Name.looked_up < 3000


def test_recognise__zips_too_deep_inside_are_to_be_unpacked(tmp_path):
    put(tmp_path / "c.zip", "pear")
    for inner, outer in (("c.zip", "b.zip"), ("b.zip", "a.zip")):
        with zipfile.ZipFile(tmp_path / outer, "w") as archive:
            archive.write(tmp_path / inner, inner)
    with (
        Export(tmp_path / "a.zip") as export,
        pytest.raises(UnrecognisedError, match=r"it holds b\.zip and b\.zip/c\.zip.*unpack it and give the folder"),
    ):
        recognise(export, READERS)


def test_recognise__long_names_are_cut_in_what_it_says(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("n" * 8_000 + ".json", json.dumps([{"k" * 100_000: 1}]))
    with Export(path) as export, pytest.raises(UnrecognisedError) as error:
        recognise(export, READERS)
    assert "n" * 100 + "…" in str(error.value) and "k" * 100 + "…" in str(error.value)
    assert len(str(error.value)) < 600


def test_recognise__single_truncated_file_says_so(tmp_path):
    with (
        Export(put(tmp_path / "c.json", b'[{"pear": "bro')) as export,
        pytest.raises(UnrecognisedError, match=r"c\.json \(broken JSON: the text breaks off"),
    ):
        recognise(export, READERS)


def test_recognise__several_readers_is_an_error_that_names_them(tmp_path):
    with (
        Export(put(tmp_path / "e.json", b'[{"apple":1,"pear":1}]')) as export,
        pytest.raises(ExportError, match="several exports in one, of Apple and Pear"),
    ):
        recognise(export, READERS)


def test_recognise__failing_reader_is_named(tmp_path):
    with (
        Export(put(tmp_path / "e.zip", "pear")) as export,
        pytest.raises(ExportError, match=r"the reader for Plum failed on it: KeyError: 'no such thing'"),
    ):
        recognise(export, (BrokenReader("plum"), PEAR))


# --- installed readers ------------------------------------------------------------------------------------------


def make_point(name, value="sitegen.readers.base:Reader"):
    return EntryPoint(name=name, value=value, group="sitegen.readers")


class First(FakeReader):
    def __init__(self):
        super().__init__("first")


class Nameless:
    pass


def test_installed__readers_stand_in_the_order_of_sources():
    assert list(installed()) == sorted(installed())
    assert all(reader.source == source for source, reader in installed().items())


def test_load_readers__gives_an_instance_by_source():
    readers = load_readers([make_point("any", f"{__name__}:First")])
    assert isinstance(readers["first"], First)


@pytest.mark.parametrize("value", ["no_such_module:X", f"{__name__}:Missing", f"{__name__}:Nameless", "json:dumps"])
def test_load_readers__what_can_not_be_loaded_is_named(value):
    with pytest.raises(ExportError, match=r"the reader 'odd' .* can't be loaded: .*; update or remove the package"):
        load_readers([make_point("odd", value)])


def test_load_readers__two_for_one_source_are_refused():
    with pytest.raises(ExportError, match="two readers are installed for 'first', one of them 'b'"):
        load_readers([make_point("b", f"{__name__}:First"), make_point("a", f"{__name__}:First")])


# --- finding ----------------------------------------------------------------------------------------------------


def test_find__a_file_is_one_export(tmp_path):
    path = put(tmp_path / "e.zip", "pear")
    assert [(e.path, r.reader) for e, r in find_exports(path, READERS)] == [(path, PEAR)]


def test_find__file_that_is_none_is_an_error(tmp_path):
    with pytest.raises(ExportError, match="a web page"):
        list(find_exports(put(tmp_path / "e.zip", b"<html>"), READERS))


def test_find__folder_that_one_reader_recognises_is_one_export(tmp_path):
    put(tmp_path / "sub" / "c.json", "pear")
    put(tmp_path / "other.json", "nothing")
    assert found(tmp_path) == [(".", "pear")]


def test_find__zips_below_a_recognised_folder_are_exports_of_their_own(tmp_path):
    put(tmp_path / "c.json", "pear")
    put(tmp_path / "a.zip", "apple")
    put(tmp_path / "attachment.zip", "nothing")
    put(tmp_path / "broken.zip", b"PK\3\4")
    put(tmp_path / "file-AbCdEfGh1234-upload.zip", b"PK\3\4")
    put(tmp_path / "sub" / "b.zip", "apple")
    problems = []
    assert found(tmp_path, problems=problems) == [(".", "pear"), ("a.zip", "apple"), ("sub/b.zip", "apple")]
    assert [problem.where for problem in problems] == ["broken.zip"]


def test_find__export_of_another_reader_below_a_recognised_folder_is_found(tmp_path):
    put(tmp_path / "old" / "c.json", "pear")
    put(tmp_path / "new" / "part" / "d.zip", "apple")
    assert found(tmp_path) == [(".", "pear"), ("new/part/d.zip", "apple")]
    put(tmp_path / "third" / "e.json", "apple")
    assert found(tmp_path) == [("new/part/d.zip", "apple"), ("old", "pear"), ("third", "apple")]


def test_find__two_providers_unpacked_into_one_folder_keep_what_lies_beside_them(tmp_path):
    put(tmp_path / "apple.json", "apple")
    put(tmp_path / "a" / "more.json", "pear")
    put(tmp_path / "media" / "picture.png", b"\x89PNG\r\n\x1a\n")
    put(tmp_path / "b.zip", "pear")
    exports = []
    for export, recognised in find_exports(tmp_path, READERS):
        exports.append((export.name, recognised.reader.source, "media/picture.png" in export.members))
    assert exports == [(tmp_path.name, "apple", True), ("a", "pear", False), ("b.zip", "pear", False)]


def test_find__folders_below_one_without_records_are_not_asked_again(tmp_path):
    asked = []

    class Curious(FakeReader):
        def recognise(self, export):
            asked.append(export.path.relative_to(tmp_path).as_posix())
            names = export.candidates(r".*\.json")
            own = any(self.is_own(item) for name in names for item in export.first_items(name, 1))
            return Recognition("fake") if own else None

    put(tmp_path / "a/b/c/1.json", "nothing")
    put(tmp_path / "a/b/c/2.json", "nothing")
    put(tmp_path / "a/b/d/renamed.txt", json.dumps([{"pear": 1}]).encode())
    put(tmp_path / "a/b/e.zip", "pear")
    assert found(tmp_path, [Curious("pear")]) == [("a/b/d", "pear"), ("a/b/e.zip", "pear")]
    assert asked == [".", "a/b/c/1.json", "a/b/c/2.json", "a/b/d", "a/b/e.zip"]


def test_find__records_of_two_providers_in_one_folder_are_told_apart(tmp_path):
    for source in ("apple", "pear"):
        put(tmp_path / f"{source}.json", source)
    put(tmp_path / "other.json", b"<html>")
    problems = []
    exports = [
        (export.fingerprint(), list(export.members), r.reader.source)
        for export, r in find_exports(tmp_path, READERS, problems)
    ]
    assert [rest for _, *rest in exports] == [
        [["apple.json", "other.json"], "apple"],
        [["other.json", "pear.json"], "pear"],
    ]
    assert len({fingerprint for fingerprint, *_ in exports}) == 2
    assert [problem.where for problem in problems] == ["other.json"]


def test_find__two_of_one_kind_beside_another_are_found_one_by_one(tmp_path):
    for name, source in (("a1", "apple"), ("a2", "apple"), ("p", "pear")):
        put(tmp_path / f"{name}.json", source)
    assert found(tmp_path) == [("a1.json", "apple"), ("a2.json", "apple"), ("p.json", "pear")]


def test_find__a_zip_that_is_still_being_downloaded_is_a_problem(tmp_path):
    put(tmp_path / "a.zip", "pear")
    put(tmp_path / "b.zip.crdownload", b"PK\3\4")
    put(tmp_path / "film.mkv.crdownload", b"x")
    problems = []
    assert found(tmp_path, problems=problems) == [("a.zip", "pear")]
    assert [(problem.where, "half-finished" in problem.reason) for problem in problems] == [("b.zip.crdownload", True)]


EXAMPLES = Path(__file__).parent.parent / "example_export"
RECORDS = {
    "chatgpt": "chatgpt-2024/conversations.json",
    "claude": "claude-2025/conversations.json",
    "deepseek": "deepseek/conversations.json",
    "grok": next(EXAMPLES.glob("grok/**/prod-grok-backend.json")).relative_to(EXAMPLES).as_posix(),
    "grok_on_x": "x-archive/data/grok-chat-item.js",
}


@pytest.mark.parametrize("source", RECORDS)
@pytest.mark.parametrize("name", ["my chats.json", "Übersicht (1).txt", "download"])
def test_recognise__every_provider_whatever_the_file_is_called(tmp_path, source, name):
    (tmp_path / name).write_bytes((EXAMPLES / RECORDS[source]).read_bytes())
    with Export(tmp_path / name) as export:
        reader, _ = recognise(export)
        assert reader.source == source
        assert next(iter(reader.records(export)))


@pytest.mark.parametrize("source", RECORDS)
def test_recognise__an_export_that_was_uploaded_to_chatgpt_is_an_attachment(tmp_path, source):
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.write(EXAMPLES / RECORDS["chatgpt"], "conversations.json")
        upload = EXAMPLES / RECORDS[source]
        archive.write(upload, f"file-8hVdQe1ScMn4GrUxZ7TwBk0J-{upload.name}")
    with Export(tmp_path / "e.zip") as export:
        assert recognise(export).reader.source == "chatgpt"


@pytest.mark.parametrize(
    "value",
    [
        [{"header": "Gemini Apps", "title": "Prompted x", "time": "2026-03-14T19:50:59.998Z", "products": ["G"]}],
        [{"id": "a", "title": "t", "chat": {"history": {"messages": {}}}, "created_at": 1, "updated_at": 1}],
        {"success": True, "data": [{"id": "a", "title": "t", "chat": {"history": {"messages": {}}}}]},
        {"conversationId": "a", "title": "t", "options": {}, "messages": [{"messageId": "m", "text": "x"}]},
        [{"id": "a", "version": 0, "chatId": "c", "role": "user", "content": "x", "createdAt": "2026-01-01"}],
        {"metadata": {"thread_title": "x"}, "conversations": [{"uuid": "u", "query": "q", "answer": "a"}]},
        {"type": "user", "uuid": "a", "sessionId": "s", "message": {"role": "user", "content": "x"}},
        {"timestamp": "2026-01-01T00:00:00Z", "type": "session_meta", "payload": {"id": "x"}},
    ],
    ids=["gemini", "open_webui", "qwen", "librechat", "mistral", "perplexity", "claude_code", "codex"],
)
def test_recognise__other_programs_chats_are_nobodys(tmp_path, value):
    (tmp_path / "conversations.json").write_text(json.dumps(value), "utf-8")
    with (
        Export(tmp_path / "conversations.json") as export,
        pytest.raises(
            UnrecognisedError, match=r"it holds conversations\.json \(JSON with the keys .*Expected an export"
        ),
    ):
        recognise(export)


def test_find__scripts_that_are_no_export_are_no_problem(tmp_path):
    put(tmp_path / "a.zip", "pear")
    put(tmp_path / "project" / "main.js", b"alert(1)")
    problems = []
    assert found(tmp_path, problems=problems) == [("a.zip", "pear")]
    assert problems == []


def test_find__folder_of_exports_is_searched_in_order(tmp_path):
    put(tmp_path / "b.zip", "pear")
    put(tmp_path / "a.JSON", "apple")
    put(tmp_path / "c" / "conversations.json", "apple")
    put(tmp_path / "d" / "e" / "f.zip", "pear")
    put(tmp_path / "notes.txt", b"text")
    assert found(tmp_path) == [("a.JSON", "apple"), ("b.zip", "pear"), ("c", "apple"), ("d/e/f.zip", "pear")]


def test_find__several_of_one_kind_are_found_one_by_one(tmp_path):
    put(tmp_path / "2024" / "c.json", "pear")
    put(tmp_path / "2025" / "c.json", "pear")
    assert found(tmp_path) == [("2024", "pear"), ("2025", "pear")]


def test_find__hidden_folders_and_links_out_are_passed_over(tmp_path):
    folder = tmp_path / "e"
    put(folder / "a.zip", "pear")
    put(folder / ".git" / "b.zip", "pear")
    put(folder / "__MACOSX" / "c.zip", "pear")
    (folder / "out.zip").symlink_to(put(tmp_path / "outside.zip", "pear"))
    (folder / "loop").symlink_to(folder)
    assert found(folder) == [("a.zip", "pear")]


def test_find__five_levels_of_folders(tmp_path):
    put(tmp_path / "1/2/3/4/5/a.zip", "pear")
    put(tmp_path / "1/2/3/4/5/6/b.zip", "pear")
    assert found(tmp_path) == [("1/2/3/4/5/a.zip", "pear")]


def test_find__what_can_not_be_opened_is_a_problem(tmp_path):
    put(tmp_path / "a.zip", "pear")
    put(tmp_path / "b.zip", b"PK\3\4")
    put(tmp_path / "c.zip", "nothing")
    problems = []
    assert found(tmp_path, problems=problems) == [("a.zip", "pear")]
    assert problems == [
        Problem("b.zip", "this is a zip that breaks off; the download is incomplete: download the export again")
    ]


def test_find__nothing_says_what_was_looked_at(tmp_path):
    put(tmp_path / "a.pdf", b"%PDF-1")
    put(tmp_path / "b.zip", b"<html>")
    put(tmp_path / "c.json", "other")
    for number in range(9):
        put(tmp_path / f"x{number}.txt", b"text")
    with pytest.raises(ExportError) as caught:
        found(tmp_path)
    text = str(caught.value)
    assert text.startswith(f"{tmp_path}: 12 files looked at, none is an export that a reader recognises: a.pdf: a PDF")
    assert "b.zip: this is a web page" in text
    assert "c.json: holds c.json (JSON with the keys other, title)" in text
    assert text.endswith(", and 7 more; expected a zip, folder or JSON file from Apple or Pear")


def test_find__empty_folder_is_an_error(tmp_path):
    with pytest.raises(ExportError, match="0 files looked at"):
        found(tmp_path)


def test_find__an_export_is_open_until_the_next(tmp_path):
    put(tmp_path / "a.zip", "pear")
    put(tmp_path / "b.zip", "apple")
    sizes = [len(list(export.items("conversations.json"))) for export, _ in find_exports(tmp_path, READERS)]
    assert sizes == [1, 1]
