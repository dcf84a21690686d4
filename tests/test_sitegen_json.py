"""sitegen's own JSON as an export: what it keeps, and what it refuses because other hands can write it too."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers import conversation, message

from sitegen.archive.reading import read_record
from sitegen.errors import ExportError
from sitegen.interchange import ConversationFile, FileEntry, IndexEntry, IndexFile, encode
from sitegen.model import (
    Attachment,
    Citation,
    Conversation,
    FileBlock,
    Problem,
    Project,
    ReasoningBlock,
    Record,
    Revision,
    Source,
    TextBlock,
    ToolResultBlock,
)
from sitegen.readers import each_export, recognise
from sitegen.readers.export import Export
from sitegen.readers.sitegen_json import SitegenReader

READER = SitegenReader()
MADE = datetime(2026, 3, 6, tzinfo=UTC)


def write(
    folder: Path, *states: Conversation, source: str = "chatgpt", files: dict[str, FileEntry] | None = None
) -> Path:
    (folder / source / "conversations").mkdir(parents=True)
    entries = []
    for state in states:
        path = f"conversations/{state.key}.json"
        content = encode(ConversationFile("sitegen-conversation", 1, state, files or {}))
        (folder / source / path).write_bytes(content)
        entries.append(IndexEntry(state.key, path, state.id, state.kind, state.title, (), None, None, 2))
    index = IndexFile("sitegen-export", 1, source, MADE, "UTC", tuple(entries))
    (folder / source / "index.json").write_bytes(encode(index))
    return folder


def read(value: dict[str, object] | bytes) -> Conversation | Problem | None:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_record(READER, Record(raw, "x.json"))


def file_of(state: Conversation = conversation()) -> dict[str, object]:  # noqa: B008 - frozen
    value: dict[str, object] = json.loads(encode(ConversationFile("sitegen-conversation", 1, state, {})))
    return value


def test_recognise__keeps_the_providers_name_and_the_date(tmp_path):
    with Export(write(tmp_path, conversation())) as export:
        found = recognise(export)
        assert found.reader.source == "sitegen"
        assert (found.recognition.source, found.recognition.made) == ("chatgpt", MADE)
        assert not found.recognition.complete
        (record,) = READER.records(export)
        assert READER.read(record) == conversation()


def test_recognise__folder_of_several_providers_is_several_exports_and_a_zip_of_them_is_refused(tmp_path):
    folder = write(write(tmp_path / "out", conversation()), conversation(source="grok"), source="grok")
    found: list[str] = []
    assert list(each_export(folder, lambda _, recognised: found.append(recognised.recognition.source))) == []
    assert found == ["chatgpt", "grok"]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for path in folder.rglob("*.json"):
            packed.write(path, path.relative_to(folder))
    (error,) = each_export(tmp_path / "all.zip", lambda *_: None)
    assert "holds several exports (chatgpt/index.json, grok/index.json); unpack it" in error


@pytest.mark.parametrize(
    ("change", "words"),
    [({"version": 2}, "newer sitegen"), ({"source": "../x"}, "no provider's name"), ({"conversations": 3}, "damaged")],
)
def test_recognise__index_that_cannot_be_used_is_an_error(tmp_path, change, words):
    path = write(tmp_path, conversation()) / "chatgpt" / "index.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    with Export(tmp_path) as export, pytest.raises(ExportError, match=words):
        recognise(export)


def test_recognise__index_of_something_else_is_not_ours(tmp_path):
    (tmp_path / "index.json").write_text('{"format": "other", "of": "sitegen-export"}')
    with Export(tmp_path) as export:
        assert READER.recognise(export) is None


def test_records__missing_file_is_a_problem(tmp_path):
    write(tmp_path, conversation(), conversation(id="c2"))
    (tmp_path / "chatgpt" / "conversations" / f"{conversation().key}.json").unlink()
    with Export(tmp_path) as export:
        problem, record = READER.records(export)
    assert isinstance(problem, Problem)
    assert isinstance(record, Record)


def test_locator__only_what_is_there(tmp_path):
    blocks = (FileBlock(Attachment("a", "a.txt")), FileBlock(Attachment("b", "b.txt")))
    entries = {
        "a": FileEntry("files/aa", "aa", 1, "text/plain"),
        "b": FileEntry("../../etc/passwd", "bb", 1, "text/plain"),
    }
    write(tmp_path, conversation("t", message("1", "user", blocks=blocks)), files=entries)
    (tmp_path / "chatgpt" / "files").mkdir()
    (tmp_path / "chatgpt" / "files" / "aa").write_text("x")
    with Export(tmp_path) as export:
        locate = READER.locator(export)
        assert locate("a", "a.txt") == "chatgpt/files/aa"
        assert locate("a", "other.txt") is None
        assert locate("b", "b.txt") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "../../etc"}, "provider's name"),
        ({"source": ""}, "provider's name"),
        ({"id": ""}, "an id"),
        ({"kind": "spell"}, "kind"),
        ({"messages": [{"id": "1", "role": "king"}]}, "role"),
    ],
)
def test_read__what_no_reader_would_write_is_a_problem(change, words):
    value = file_of()
    value["conversation"] |= change
    problem = read(value)
    assert isinstance(problem, Problem)
    assert words in problem.reason


def test_read__impossible_parts_are_problems():
    nested = ToolResultBlock("t", (ToolResultBlock("t", (TextBlock("x"),)),))
    for block in (nested, FileBlock(Attachment("a", size=1 << 70)), FileBlock(Attachment("a", size=-1))):
        state = conversation("t", message("1", "user", blocks=(ReasoningBlock("r", seconds=1.0), block)))
        assert isinstance(read(file_of(state)), Problem)
        earlier = conversation("t", message("1", "user", "x", revisions=(Revision((block,)),)))
        assert isinstance(read(file_of(earlier)), Problem)
    assert isinstance(read({"format": "sitegen-conversation", "version": 2}), Problem)
    assert isinstance(read(b"[" * 100_000), Problem)
    assert isinstance(read(b'{"conversation": "\\ud800"}'), Problem)


@pytest.mark.parametrize("seconds", [-1.0, -1e308, 1e308])
def test_read__impossible_duration_is_a_problem(seconds):
    state = conversation("t", message("1", "user", blocks=(ReasoningBlock("r", seconds=seconds),)))
    assert isinstance(read(file_of(state)), Problem)


def test_read__flags_are_those_that_a_provider_may_set():
    read_back = read(file_of(conversation("t", flags=("only here", "starred", "", "files", "\u200b ", "starred", "a"))))
    assert isinstance(read_back, Conversation)
    assert read_back.flags == ("starred", "a")


def test_read__titles_and_names_of_projects_are_one_line():
    read_back = read(file_of(conversation("a\0b\n c ", project=Project("p", "GPTs\0x\r\n"))))
    assert isinstance(read_back, Conversation)
    assert (read_back.title, read_back.project) == ("a b c", Project("p", "GPTs x"))


def test_read__a_tree_out_of_order_is_mended():
    child, root, twin = message("2", "assistant", "b", "1"), message("1", "user", "a"), message("1", "user", "c")
    read_back = read(file_of(conversation("t", child, root, twin, active_leaf="gone")))
    assert isinstance(read_back, Conversation)
    assert [m.id for m in read_back.messages] == ["1", "2", "1~2"]
    assert read_back.active_leaf == "2"


def test_read__citations_beyond_their_text_stand_at_its_end():
    cited = TextBlock("four", tuple(Citation(place, (Source("https://a.example"),)) for place in (-3, 2, 9_999)))
    result = ToolResultBlock("t", (cited,))
    state = conversation("t", message("1", "user", blocks=(cited, result), revisions=(Revision((cited,)),)))
    read_back = read(file_of(state))
    assert isinstance(read_back, Conversation)
    first, inner = read_back.messages[0].blocks
    earlier = read_back.messages[0].revisions[0].blocks
    for block in (first, inner.blocks[0], earlier[0]):
        assert [one.position for one in block.citations] == [0, 2, 4]


def test_read__times_without_a_zone_are_utc_and_impossible_ones_unknown():
    value = file_of()
    value["conversation"] |= {"created": "2026-03-05T12:00:00", "updated": "0001-01-01T00:00:00+14:00"}
    value["conversation"]["messages"][0]["revisions"] = [{"blocks": [], "exported": "2026-03-05T12:00:00"}]
    read_back = read(value)
    assert isinstance(read_back, Conversation)
    assert read_back.messages[0].revisions[0].exported == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert read_back.created == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert read_back.updated is None
