"""The ChatGPT reader: whole conversations against expected ones, the rules that are easily got wrong, and that
nothing a message says is lost, whatever an export holds."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen import tree
from sitegen.errors import ExportError
from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    Citation,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    Problem,
    Project,
    QuoteBlock,
    ReasoningBlock,
    Record,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
    content_id,
    decode,
    encode,
)
from sitegen.readers.chatgpt import ChatGPTReader, documents
from sitegen.readers.chatgpt.citations import References, cite
from sitegen.readers.chatgpt.files import file_id
from sitegen.readers.chatgpt.sources import joined
from sitegen.readers.export import Export
from sitegen.readers.fields import one_line

DATA = Path(__file__).parent / "data" / "readers" / "chatgpt"
EXAMPLES = Path(__file__).parent.parent / "example_export"
READER = ChatGPTReader()


def records(path: Path) -> list[Record]:
    with Export(path) as export:
        found = list(READER.records(export))
    assert not [record for record in found if isinstance(record, Problem)]
    return [record for record in found if isinstance(record, Record)]


def read(path: Path) -> list[Conversation | None]:
    return [READER.read(record) for record in records(path)]


def case(name: str) -> Conversation:
    conversation = read(DATA / name / "conversations.json")[0]
    assert conversation is not None
    return conversation


def said(*messages: dict[str, Any], **fields: Any) -> Conversation:
    """A conversation whose messages answer each other, read."""
    mapping = {
        f"m{place}": {"id": f"m{place}", "message": message, "parent": f"m{place - 1}" if place else None}
        for place, message in enumerate(messages)
    }
    raw = json.dumps({"conversation_id": "c", "create_time": 1.7e9, "mapping": mapping, **fields})
    conversation = READER.read(Record(raw.encode(), "test"))
    assert conversation is not None
    return conversation


def says(text: Any, role: str = "assistant", **fields: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": [text]} if isinstance(text, str) else text
    return {"author": {"role": role}, "content": content, **fields}


def mark(verb: str, *arguments: str) -> str:
    return "\ue200" + "\ue202".join((verb, *arguments)) + "\ue201"


# --- whole conversations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(folder.name for folder in DATA.iterdir()))
def test_read__gives_the_expected_conversations(name: str, update_snapshots: bool) -> None:
    expected = DATA / name / "expected.json"
    found = [json.loads(encode(c)) if c else None for c in read(DATA / name / "conversations.json")]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if update_snapshots:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["chatgpt-2024", "chatgpt-2026"])
def test_read__keeps_every_message_of_the_examples(name: str) -> None:
    for record in records(EXAMPLES / name):
        conversation, raw = READER.read(record), json.loads(record.raw)
        if "mapping" not in raw:
            continue
        assert conversation is not None
        held = {node["id"] for node in raw["mapping"].values() if node["message"] is not None}
        assert {message.id for message in conversation.messages} == held
        assert decode(encode(conversation)) == conversation


# --- recognition ----------------------------------------------------------------------------------------------


def test_recognise__tells_the_generations_apart() -> None:
    with Export(EXAMPLES / "chatgpt-2024") as export:
        old = READER.recognise(export)
    with Export(EXAMPLES / "chatgpt-2026") as export:
        new = READER.recognise(export)
    assert old is not None and new is not None
    assert (old.generation, new.generation) == ("one file, 2023 to 2026", "sharded, since 2026")
    assert old.complete and new.complete
    assert old.account == content_id("user-Xw3LqZ7RtBn0KdVm5YhPs2Ca")
    assert "user.json" in old.ignored


def item(id_: str = "c1", **fields: Any) -> dict[str, Any]:
    return {"conversation_id": id_, "create_time": 1.7e9, "title": id_, "mapping": {}, **fields}


def write(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("renamed.json", [item()]),
        ("conversations (1).json", [{}, {}, item()]),
        ("conversations.json", {"conversations": [item()]}),
        ("one chat.json", item()),
        ("old.json", [{"id": "c1", "mapping": None, "current_node": None}]),
    ],
)
def test_recognise__by_shape_whatever_the_name(tmp_path: Path, name: str, value: Any) -> None:
    path = write(tmp_path, name, value)
    with Export(path) as export:
        assert READER.recognise(export) is not None
    assert [c.id for c in read(path) if c] == ["c1"]


@pytest.mark.parametrize(
    "value",
    [
        [item(inserted_at="2025-01-01T00:00:00Z")],
        [{"uuid": "u", "chat_messages": []}],
        {"conversations": [{"conversation": {}, "responses": []}]},
        [],
        [1, "two", None],
    ],
)
def test_recognise__leaves_other_providers_alone(tmp_path: Path, value: Any) -> None:
    with Export(write(tmp_path, "conversations.json", value)) as export:
        assert READER.recognise(export) is None


def test_recognise__refuses_several_exports_at_once(tmp_path: Path) -> None:
    write(tmp_path, "march/conversations.json", [item()])
    write(tmp_path, "april/conversations.json", [item()])
    with Export(tmp_path) as export, pytest.raises(ExportError, match="april, march"):
        READER.recognise(export)


def test_recognise__a_missing_shard_makes_it_incomplete(tmp_path: Path) -> None:
    write(tmp_path, "conversations-000.json", [item()])
    manifest = {
        "logical_files": {"conversations.json": {"files": ["conversations-000.json", "conversations-001.json"]}}
    }
    write(tmp_path, "export_manifest.json", manifest)
    with Export(tmp_path) as export:
        recognition = READER.recognise(export)
    assert recognition is not None and not recognition.complete


@pytest.mark.parametrize(
    ("names", "complete"),
    [
        (["conversations-000.json", "conversations-001.json"], True),
        (["conversations-000.json", "conversations-002.json"], False),
        (["conversations-001.json"], False),
        (["some chats.json"], False),
        (["conversations-0.json", "conversations-00001.json"], True),
        (["conversations-0.json", f"conversations-{'1' * 230}.json"], False),
    ],
)
def test_recognise__complete_without_a_manifest(tmp_path: Path, names: list[str], complete: bool) -> None:
    for name in names:
        write(tmp_path, name, [item()])
    with Export(tmp_path) as export:
        recognition = READER.recognise(export)
    assert recognition is not None and recognition.complete is complete


def test_recognise__a_byte_order_mark_before_the_array(tmp_path: Path) -> None:
    (tmp_path / "conversations.json").write_bytes(b"\xef\xbb\xbf" + json.dumps([item()]).encode())
    with Export(tmp_path) as export:
        assert READER.recognise(export) is not None
    assert [c.id for c in read(tmp_path) if c] == ["c1"]


def test_records__side_files_are_passed_over_but_group_chats_kept(tmp_path: Path) -> None:
    write(tmp_path, "conversations-000.json", [item()])
    write(tmp_path, "conversations.json.index", "bytes")
    write(tmp_path, "group_chats.json", {"chats": [{"id": "g", "title": "Group", "messages": [{"text": "hello all"}]}]})
    for name in ("ads", "user_settings", "shopping", "sora", "tool_messages", "model_comparisons"):
        write(tmp_path, f"{name}.json", [{"id": "x", "title": "not a chat"}])
    chats = [c for c in read(tmp_path) if c]
    assert [c.id for c in chats] == ["c1", "g"]
    (block,) = chats[1].messages[0].blocks
    assert isinstance(block, UnknownBlock) and "hello all" in block.json


def test_records__privacy_portal_zip_in_zip(tmp_path: Path) -> None:
    inner = tmp_path / "Conversations__0abc-chatgpt-0001-part-0001.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("conversations.json", json.dumps([item()]))
    outer = tmp_path / "report-2026-03-01-09-08-07-00ff.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, inner.name)
    with Export(outer) as export:
        recognition = READER.recognise(export)
    assert recognition is not None
    assert recognition.generation == "one file, 2023 to 2026, from the privacy portal"
    assert recognition.made == datetime(2026, 3, 1, 9, 8, 7, tzinfo=UTC)
    assert [c.id for c in read(outer) if c] == ["c1"]


def test_records__parts_of_the_privacy_portal_are_one_export(tmp_path: Path) -> None:
    outer = tmp_path / "report.zip"
    for parts in (["0001", "0002"], ["0001-part-0001", "0001-part-0002"]):
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("report.html", "<html>")
            for number, part in enumerate(parts):
                inner = io.BytesIO()
                with zipfile.ZipFile(inner, "w") as held:
                    held.writestr("conversations-000.json", json.dumps([item(f"c{number}")]))
                archive.writestr(f"User Online Activity/Conversations__0abc-chatgpt-{part}.zip", inner.getvalue())
        with Export(outer) as export:
            assert READER.recognise(export) is not None
        assert [c.id for c in read(outer) if c] == ["c0", "c1"]


def test_records__shards_in_numeric_order_with_placeholders_and_duplicates(tmp_path: Path) -> None:
    write(tmp_path, "conversations-10.json", [item("last")])
    write(tmp_path, "conversations-2.json", [{}, item("twice")])
    write(tmp_path, "conversations-001.json", [])
    write(tmp_path, "conversations-000.json", [item("twice")])
    write(tmp_path, "shared_conversations.json", [{"id": "s", "conversation_id": "twice"}])
    found = records(tmp_path)
    assert [record.where for record in found] == [
        "conversations-000.json, item 1",
        "conversations-2.json, item 1",
        "conversations-2.json, item 2",
        "conversations-10.json, item 1",
    ]
    assert [c.id if c else None for c in map(READER.read, found)] == ["twice", None, "twice", "last"]


def test_records__library_files_without_a_conversation_become_media() -> None:
    media = [c for c in read(EXAMPLES / "chatgpt-2026") if c and c.kind == "media"]
    assert [c.title for c in media] == ["seeds 2027.txt"]


def test_records__canvas_documents_in_files_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "conversations.json", [item()])
    document = {"id": "d1", "title": "Plan", "content": "# Plan", "version": 3, "updated_at": 1.7e9, "email": "x@y.z"}
    write(tmp_path, "textdocs/d1.json", {**document, "comments": ["nice"]})
    write(tmp_path, "textdocs/other.json", {"body": {"words": "kept"}})
    _, first, second = read(tmp_path)
    assert first is not None and second is not None
    assert (first.kind, first.id, first.title) == ("document", "d1", "Plan")
    assert first.updated == datetime.fromtimestamp(1.7e9, UTC)
    text, comments = first.messages[0].blocks
    assert text == DocumentBlock("d1", "# Plan", "Plan", version=3)
    assert isinstance(comments, UnknownBlock) and json.loads(comments.json) == {"comments": ["nice"]}
    (unread,) = second.messages[0].blocks
    assert second.id == "other"
    assert isinstance(unread, UnknownBlock) and json.loads(unread.json) == {"body": {"words": "kept"}}


# --- the tree -------------------------------------------------------------------------------------------------


def test_read__forks_keep_the_order_of_children_and_skip_empty_nodes() -> None:
    conversation = case("forks")
    assert [m.id for m in conversation.messages] == ["u1", "a1", "u2", "a2b", "a2", "u3", "a3"]
    assert {m.id: m.parent for m in conversation.messages}["a2"] == "u2"
    assert conversation.active_leaf == "a2"
    assert [branch.total for branch in tree.branches(conversation)] == [3, 3, 2, 3]


def test_read__without_children_lists_siblings_stand_by_time() -> None:
    mapping = {
        "late": {"message": says("late", create_time=1.7e9 + 9), "parent": "root"},
        "early": {"message": says("early", create_time=1.7e9 + 1), "parent": "root"},
        "root": {"message": None, "parent": None},
    }
    conversation = said(mapping=mapping)
    assert [m.id for m in conversation.messages] == ["early", "late"]
    assert conversation.active_leaf == "late"


def test_read__siblings_stand_as_their_own_parent_lists_them() -> None:
    mapping = {
        "other": {"message": says("other"), "parent": None, "children": ["second"]},
        "root": {"message": None, "parent": None, "children": ["first", "second"]},
        "second": {"message": says("2", create_time=1.7e9 + 1), "parent": "root"},
        "first": {"message": says("1", create_time=1.7e9 + 2), "parent": "root"},
        "stray": {"message": None, "parent": None, "children": ["second"]},
    }
    assert [m.id for m in said(mapping=mapping).messages] == ["other", "first", "second"]


def test_read__parents_from_children_lists_alone() -> None:
    mapping = {"a": {"message": says("a", "user"), "children": ["b"]}, "b": {"message": says("b")}}
    assert [(m.id, m.parent) for m in said(mapping=mapping).messages] == [("a", None), ("b", "a")]


def test_read__a_parent_that_only_the_message_notes() -> None:
    mapping = {
        "a": {"message": says("a", "user")},
        "b": {"message": says("b", metadata={"parent_id": "a"})},
    }
    assert [(m.id, m.parent) for m in said(mapping=mapping).messages] == [("a", None), ("b", "a")]


def test_read__five_thousand_levels() -> None:
    conversation = said(*(says(str(place)) for place in range(5000)))
    assert len(conversation.messages) == 5000
    assert conversation.active_leaf == "m4999"


def test_read__times_fall_back_to_the_parent_then_the_conversation() -> None:
    conversation = said(says("a", create_time=0), says("b", create_time=1.7e9 + 5), says("c", create_time=None))
    seconds = [m.created.timestamp() - 1.7e9 if m.created else None for m in conversation.messages]
    assert seconds == [0, 5, 5]


@pytest.mark.parametrize(
    ("fields", "project"),
    [
        ({"gizmo_id": "g-p-1", "conversation_template_id": "g-p-1"}, Project("g-p-1")),
        ({"gizmo_id": "g-2", "conversation_template_id": "g-p-1"}, Project("g-p-1")),
        ({"gizmo_id": "g-2"}, Project("g-2", kind="gpt")),
        ({"gizmo_id": "g-3", "gizmo_type": "snorlax"}, Project("g-3")),
        ({"gizmo_id": None, "conversation_template_id": 7}, None),
    ],
)
def test_read__projects_and_custom_gpts(fields: dict[str, Any], project: Project | None) -> None:
    assert said(**fields).project == project


def test_read__facts_of_a_conversation_that_says_little_of_itself() -> None:
    message = says("x", "user", create_time=1.7e9 + 60)
    conversation = said(message, conversation_id="a/b", create_time=None, update_time=None, is_temporary_chat=True)
    assert conversation.created == conversation.updated == datetime.fromtimestamp(1.7e9 + 60, UTC)
    assert conversation.flags == ("temporary",)
    assert conversation.url == "https://chatgpt.com/c/a%2Fb"


def test_read__an_id_is_made_from_what_stays() -> None:
    first = said(says("x", "user"), conversation_id=None, title="a")
    later = said(says("x", "user"), says("y"), conversation_id=None, title="b")
    assert first.id == later.id and first.url == ""


# --- hidden messages ------------------------------------------------------------------------------------------


def test_read__hidden_messages_are_kept_folded() -> None:
    conversation = case("hidden")
    assert [m.hidden for m in conversation.messages] == [True, True, True, False, True, False, True]
    instructions = conversation.messages[1]
    assert (instructions.role, instructions.author) == ("system", "Custom instructions")
    assert instructions.blocks == (TextBlock("**About the person**\n\nI keep bees.\n\n**How to answer**\n\nBe brief."),)


def test_read__context_is_hidden_by_its_kind_alone() -> None:
    instructions = {"content_type": "user_editable_context", "user_profile": "I keep bees."}
    first, second = said(says(instructions, "user"), says("be brief", "developer")).messages
    assert (first.role, first.author, first.hidden) == ("system", "Custom instructions", True)
    assert (second.role, second.hidden) == ("system", True)


def test_read__how_a_message_ended() -> None:
    messages = said(
        says("cut off", status="in_progress"),
        says("1", recipient="python", status="in_progress"),
        says("wrong", metadata={"is_error": True}),
        says("unheard of", status="paused"),
    ).messages
    assert [message.status for message in messages] == ["stopped", "", "failed", "paused"]


def test_read__a_stopped_answer_without_words_stays_visible() -> None:
    message = said(says("", status="finished_partial_completion")).messages[0]
    assert (message.status, message.hidden) == ("stopped", False)


# --- citations ------------------------------------------------------------------------------------------------


def test_cite__positions_count_code_points_of_the_clean_text() -> None:
    text = f"😀 Tea {mark('cite', 'turn0search0')}. Milk{mark('cite', 'turn0search1')}"
    references = References.of(
        {
            "content_references": [
                {"type": "webpage", "matched_text": mark("cite", "turn0search0"), "url": "https://a.example/"},
                {"type": "webpage", "matched_text": mark("cite", "turn0search1"), "url": "https://b.example/"},
            ]
        }
    )
    cited = cite(text, references)
    assert cited.text == "😀 Tea. Milk"
    assert cited.citations == (
        Citation(5, (Source("https://a.example/"),)),
        Citation(11, (Source("https://b.example/"),)),
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("the city cites turn0search3 and citeturn0", "the city cites turn0search3 and citeturn0"),
        (f"a {mark('cite', 'turn9search9')} b", "a b"),
        (f"a {mark('products', '{x}')}, b", "a, b"),
        (f"in {mark('entity', json.dumps(['city', 'Paris', 'France']))}.", "in Paris."),
        ("\ue203marked\ue204 words\ue206 \ue200stay here\ue201", "marked words stay here"),
        ("stopped inside \ue200cite\ue202turn0search3\ue202tur", "stopped inside "),
        (f"- {mark('cite', 'turn0search3')}\n---", "- \n---"),
        ("as【oaicite】 :contentReference[oaicite:0]{index=0} b", "as【oaicite】 b"),
        ("【3†source】【4†L1-L9】", ""),
        ("【注意】中文", "【注意】中文"),
    ],
)
def test_cite__unknown_marks_go_and_words_stay(text: str, clean: str) -> None:
    assert cite(text, References()).text.rstrip(" ") == clean.rstrip(" ")


def test_cite__the_same_mark_twice_has_two_references() -> None:
    twice = mark("cite", "turn0search0")
    found = [{"type": "webpage", "matched_text": twice, "url": f"https://{host}.example/"} for host in "ab"]
    cited = cite(f"x{twice}y{twice}z{twice}", References.of({"content_references": found}))
    assert [c.sources[0].url for c in cited.citations] == ["https://a.example/", *2 * ["https://b.example/"]]


@pytest.mark.parametrize(
    ("kind", "fields", "block"),
    [
        ("hidden", {"url": "https://h.example/"}, TextBlock("x")),
        ("attribution", {"url": "https://a.example/", "attribution": "A"}, Source("https://a.example/", "A")),
        ("new_kind", {"url": "https://n.example/"}, Source("https://n.example/")),
        ("grouped_webpages", {"fallback_items": [{"url": "https://f.example/"}]}, Source("https://f.example/")),
        ("webpage", {"refs": [{"turn_index": 1, "ref_type": "news", "ref_index": 2}]}, Source("https://r.example/")),
        ("alt_text", {"alt": "\ue203words\ue204"}, TextBlock("xwords")),
    ],
)
def test_read__every_form_of_reference(kind: str, fields: dict[str, Any], block: Any) -> None:
    ref = {"turn_index": 1, "ref_type": "news", "ref_index": 2}
    metadata = {"search_result_groups": [{"entries": [{"url": "https://r.example/", "ref_id": ref}]}]}
    verb = "alt" if kind == "alt_text" else "cite"
    found = {"type": kind, "matched_text": mark(verb, "turn0x0"), **fields}
    answer = says("x" + mark(verb, "turn0x0"), metadata={"content_references": [found]})
    shown = said(says("found", "tool", metadata=metadata), answer).messages[1].blocks
    expected = block if isinstance(block, TextBlock) else TextBlock("x", (Citation(1, (block,)),))
    assert shown == (expected,)


def test_read__a_list_of_pages_without_a_reference_is_found_by_number() -> None:
    ref = {"turn_index": 0, "ref_type": "news", "ref_index": 1}
    groups = [{"entries": [{"url": "https://a.example/", "ref_id": ref}]}]
    answer = says("News: " + mark("navlist", "Today", "turn0news1,turn0news2"))
    shown = said(says("found", "tool", metadata={"search_result_groups": groups}), answer).messages[1].blocks
    assert shown[1:] == (SourceListBlock((Source("https://a.example/"),), "Today"),)


def test_read__a_source_that_the_words_name_is_not_listed_again() -> None:
    references = [{"type": "webpage", "matched_text": " ", "url": f"https://{host}.example/"} for host in "ab"]
    message = says("See https://a.example/ for more.", metadata={"content_references": references})
    _, rest = said(message).messages[0].blocks
    assert rest == SourceListBlock((Source("https://b.example/"),), "Sources")


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        (
            {"type": "file", "name": "Plan", "cloud_doc_url": "https://d.example/1"},
            Source("https://d.example/1", "Plan"),
        ),
        ({"type": "grouped_webpages", "items": [], "safe_urls": ["https://s.example/"]}, Source("https://s.example/")),
        (
            {"type": "grouped_webpages", "alt": "([T](https://t.example/))", "safe_urls": ["https://s.example/"]},
            Source("https://t.example/", "T"),
        ),
    ],
)
def test_cite__addresses_are_found_wherever_a_reference_has_them(reference: dict[str, Any], source: Source) -> None:
    found = {**reference, "matched_text": mark("cite", "turn0search0")}
    cited = cite("x" + mark("cite", "turn0search0"), References.of({"content_references": [found]}))
    assert cited.citations == (Citation(1, (source,)),)


def test_cite__old_marks_by_index_line_and_place() -> None:
    def citation(url: str, **extra: Any) -> dict[str, Any]:
        return {"metadata": {"url": f"https://{url}.example/", "extra": {"cited_message_idx": 7, **extra}}}

    by_place = {**citation("place", cited_message_idx=0), "start_ix": 13, "end_ix": 23}
    metadata = {"citations": [citation("first", start_line_num=1), citation("second", start_line_num=30), by_place]}
    cited = cite("a【7†L30-L99】b【7†source】", References.of(metadata))
    assert [c.sources[0].url for c in cited.citations] == ["https://second.example/", "https://place.example/"]


@pytest.mark.parametrize(
    ("mark", "meant"),
    [
        ("【7:2†x】", "result 2"),
        ("【7:3†L5-L9】", "line 5"),
        ("【7:3†x】", "no result"),
        ("【7†x】", "result 1"),
        ("【8:3†x】", "of 8"),
        ("【9†x】", None),
    ],
)
def test_cite__old_marks_mean_what_fits_best_and_comes_first(mark: str, meant: str | None) -> None:
    told = [
        ("result 1", {"cited_message_idx": 7, "search_result_idx": 1}),
        ("no result", {"cited_message_idx": 7}),
        ("line 5", {"cited_message_idx": 7, "search_result_idx": 1, "start_line_num": 5}),
        ("result 2", {"cited_message_idx": 7, "search_result_idx": 2}),
        ("result 2 again", {"cited_message_idx": 7, "search_result_idx": 2, "start_line_num": 5}),
        ("of 8", {"cited_message_idx": 8, "search_result_idx": 1}),
    ]
    citations = [{"metadata": {"title": title, "extra": extra}} for title, extra in told]
    cited = cite(f"a{mark}", References.of({"citations": citations}))
    assert [c.sources[0].title for c in cited.citations] == [meant or "x"]


def test_cite__each_citation_is_looked_at_once_however_many_marks_there_are() -> None:
    asked = 0

    class Counted(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            nonlocal asked
            asked += 1
            return super().get(key, default)

    citations = [Counted(metadata={"title": str(n), "extra": {"cited_message_idx": n}}) for n in range(500)]
    cited = cite("".join(f"a【{n}†x】" for n in range(500)), References.of({"citations": citations}))
    assert [c.sources[0].title for c in cited.citations] == [str(n) for n in range(500)]
    assert asked < 10 * 500


def test_results__few_parts_are_looked_through_after_many_searches() -> None:
    results = None
    for n in range(1000):
        results = joined(
            {f"turn{n}search0": Source(title=str(n)), "turn0search1": Source(title=f"last of {n}")}, results
        )
    assert results is not None
    assert [results.find(f"turn{n}search0") for n in range(1000)] == [Source(title=str(n)) for n in range(1000)]
    assert results.find("turn0search1") == Source(title="last of 999")
    parts, part = 0, results
    while part is not None:
        parts, part = parts + 1, part.before
    assert parts < 12


def test_read__old_marks_in_a_persons_words_are_theirs() -> None:
    assert case("citations_old").messages[0].blocks == (TextBlock("I wrote 【1†source】 myself"),)


def test_read__ghost_citations_find_results_of_their_own_branch_only() -> None:
    def results(url: str) -> dict[str, Any]:
        ref = {"turn_index": 0, "ref_type": "search", "ref_index": 0}
        groups = [{"entries": [{"url": f"https://{url}.example/", "ref_id": ref}]}]
        return says("found", "tool", metadata={"search_result_groups": groups})

    ghost = says("x" + mark("cite", "turn0search0"))
    mapping = {
        "a": {"message": results("a"), "parent": None},
        "b": {"message": results("b"), "parent": None},
        "in a": {"message": ghost, "parent": "a"},
        "in b": {"message": ghost, "parent": "b"},
    }
    texts = {m.id: m.blocks[0] for m in said(mapping=mapping).messages if m.role == "assistant"}
    assert texts == {
        "in a": TextBlock("x", (Citation(1, (Source("https://a.example/"),)),)),
        "in b": TextBlock("x", (Citation(1, (Source("https://b.example/"),)),)),
    }


def test_read__signed_and_local_addresses_are_no_sources() -> None:
    urls = [
        "https://files.oaiusercontent.com/file-1?sig=secret",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[",
    ]
    references = [{"type": "webpage", "matched_text": mark("cite", str(n)), "url": u} for n, u in enumerate(urls)]
    text = "".join(mark("cite", str(n)) for n in range(len(urls)))
    message = said(says(text + "words", metadata={"content_references": references})).messages[0]
    assert message.blocks == (TextBlock("words"),)


def test_read__marks_are_cut_wherever_the_model_wrote_them() -> None:
    cited = mark("cite", "turn0search0")
    ref = {"turn_index": 0, "ref_type": "search", "ref_index": 0}
    groups = [{"entries": [{"url": "https://a.example/", "ref_id": ref}]}]
    new = {"name": "n", "type": "document", "content": f"old words {cited}."}
    edit = {"updates": [{"pattern": f"old words {cited}", "replacement": f"new words {cited}"}]}
    voice = {"content_type": "audio_transcription", "text": f"heard {cited}.", "direction": "out"}
    messages = said(
        says("found", "tool", metadata={"search_result_groups": groups}),
        says({"content_type": "thoughts", "thoughts": [{"summary": "S", "content": f"thought {cited}."}]}),
        says(f"analysed {cited}.", channel="analysis"),
        says({"content_type": "code", "text": json.dumps(new)}, recipient="canmore.create_textdoc"),
        says({"content_type": "code", "text": json.dumps(edit)}, recipient="canmore.update_textdoc"),
        says({"content_type": "multimodal_text", "parts": [voice]}),
    ).messages
    sources = SourceListBlock((Source("https://a.example/"),), "Sources")
    assert messages[1].blocks == (ReasoningBlock("thought.", "S"), sources)
    assert messages[2].blocks == (ReasoningBlock("analysed."), sources)
    documents = [message.blocks[0] for message in messages[3:5]]
    assert [(d.text, d.version, d.note) for d in documents if isinstance(d, DocumentBlock)] == [
        ("old words.", 1, ""),
        ("new words.", 2, "1 edit"),
    ]
    assert [message.blocks[1:] for message in messages[3:5]] == [(sources,), (sources,)]
    assert messages[5].blocks == (TextBlock("heard."),)


def test_read__private_use_characters_of_code_are_code() -> None:
    icon = {"name": "n", "type": "code/python", "content": "icon = '\ue201'"}
    call = says({"content_type": "code", "text": json.dumps(icon)}, recipient="canmore.create_textdoc")
    (document,) = said(call).messages[0].blocks
    assert isinstance(document, DocumentBlock) and document.text == icon["content"]


# --- what stands in an unusual place ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "block"),
    [
        ({"content_type": "execution_output", "parts": ["words"]}, CodeBlock("words")),
        ({"content_type": "code", "text": ["words"], "language": "unknown"}, CodeBlock("words")),
        ({"content_type": "tether_quote", "parts": ["words"]}, QuoteBlock("words")),
        ({"content_type": "thoughts", "thoughts": "words"}, ReasoningBlock("words")),
        ({"content_type": "text", "parts": None, "text": "words"}, TextBlock("words")),
        ({"content_type": "sonic_webpage", "text": "", "snippet": "words"}, QuoteBlock("words")),
        ({"text": "words"}, TextBlock("words")),
        ("words", TextBlock("words")),
    ],
)
def test_read__words_are_found_wherever_a_content_has_them(content: Any, block: Block) -> None:
    message = {"author": {"role": "assistant"}, "content": content}
    assert said(message).messages[0].blocks == (block,)


@pytest.mark.parametrize(
    "content",
    [
        {"content_type": "thoughts", "content": "words"},
        {"content_type": "user_editable_context", "user_profile": ["words"]},
        {"content_type": "reasoning_recap", "content": {"text": "words"}},
        {"content_type": "tether_browsing_display", "result": "", "assets": ["words"]},
        {"content_type": "super_widget", "inside": "words"},
    ],
)
def test_read__a_content_that_no_table_fits_is_kept_as_json(content: dict[str, Any]) -> None:
    (block,) = said(says(content)).messages[0].blocks
    assert isinstance(block, UnknownBlock) and "words" in block.json


@pytest.mark.parametrize(
    "content",
    [
        {"content_type": "text", "parts": ["", None, {"content_type": "text", "text": None}]},
        {"content_type": "thoughts", "thoughts": [{"summary": "", "content": "", "chunks": [], "finished": True}]},
        {"content_type": "code", "language": "python", "text": ""},
        None,
    ],
)
def test_read__a_content_without_words_gives_no_block(content: Any) -> None:
    message = said({"author": {"role": "assistant"}, "content": content}).messages[0]
    assert (message.blocks, message.hidden) == ((), True)


@pytest.mark.parametrize("content", ["print(1)", {"content_type": "code", "text": ["print(1)"]}])
def test_read__a_call_whose_content_is_unusual_keeps_its_arguments(content: Any) -> None:
    message = {"author": {"role": "assistant"}, "recipient": "python", "content": content}
    assert said(message).messages[0].blocks == (ToolCallBlock("python", "print(1)", "python", call="m0"),)


def test_read__account_details_and_signed_links_stay_out_of_unknown_blocks() -> None:
    link = "https://files.oaiusercontent.com/file-1?sig=secret"
    widget = {"content_type": "widget", "user_id": "user-secret", "in": [{"email": "secret@x.example", "a": 1}, link]}
    (block,) = said(says(widget)).messages[0].blocks
    assert isinstance(block, UnknownBlock)
    assert json.loads(block.json) == {"content_type": "widget", "in": [{"a": 1}, ""]}


@pytest.mark.parametrize(("state", "shown"), [('{"status": "comp', '{"status": "comp'), ('{"a": 1}', {"a": 1})])
def test_read__the_state_of_an_unknown_widget_is_kept(state: str, shown: Any) -> None:
    text, block = said(says("words", metadata={"widget_state": state})).messages[0].blocks
    assert text == TextBlock("words")
    assert isinstance(block, UnknownBlock) and json.loads(block.json) == shown


def test_read__the_start_of_deep_research_says_what_about() -> None:
    first, second = said(
        says("", metadata={"async_task_title": "Bees"}), says("words", metadata={"async_task_title": "Bees"})
    ).messages
    assert (first.blocks, first.hidden) == ((NoticeBlock("Deep research: Bees"),), False)
    assert second.blocks == (TextBlock("words"),)


def test_read__attachments_without_an_id_are_shown_by_name() -> None:
    attachments = [{"name": "notes.txt"}, {"id": None, "name": "plan.png", "mime_type": "image/png"}, {"size": 3}]
    file, image, text = said(says("look", "user", metadata={"attachments": attachments})).messages[0].blocks
    assert isinstance(file, FileBlock) and isinstance(image, ImageBlock)
    assert (file.attachment.name, image.attachment.name, text) == ("notes.txt", "plan.png", TextBlock("look"))


# --- tools, documents, media ----------------------------------------------------------------------------------


def test_read__runs_of_the_code_interpreter() -> None:
    _, call, failure, _, success, _ = case("code_interpreter").messages
    assert call.blocks == (ToolCallBlock("python", "1/0", "python", call="m2"),)
    assert isinstance(failure.blocks[0], ToolResultBlock) and failure.blocks[0].failed
    assert failure.blocks[0].call == "m2"
    assert isinstance(success.blocks[0], ToolResultBlock) and not success.blocks[0].failed
    assert isinstance(success.blocks[1], ImageBlock)


def test_read__a_question_ends_the_call_before_it() -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_a"}
    call = says({"content_type": "code", "text": '{"prompt": "a boat"}'}, recipient="dalle.text2im")
    answer = says({"content_type": "multimodal_text", "parts": [picture]}, "tool")
    after_call, after_question = said(call, answer).messages[1], said(call, says("q", "user"), answer).messages[2]
    image = ImageBlock(Attachment("file_a"), prompt="a boat")
    assert after_call.blocks == (ToolResultBlock("", (), "m0"), image)
    assert after_question.blocks == (ImageBlock(Attachment("file_a")),)


def test_read__a_run_that_the_system_ended_failed() -> None:
    result = {"status": "success", "system_exception": {"name": "Timeout"}}
    (block,) = (
        said(says({"content_type": "execution_output", "text": ""}, "tool", metadata={"aggregate_result": result}))
        .messages[0]
        .blocks
    )
    assert block == ToolResultBlock("", (CodeBlock("Timeout"),), failed=True)


def test_read__canvas_edits_are_applied_along_the_branch() -> None:
    blocks = [block for m in case("canvas").messages for block in m.blocks]
    documents = [block for block in blocks if isinstance(block, DocumentBlock)]
    assert [(d.id, d.version, d.text) for d in documents] == [
        ("doc1", 1, "# Notes\n\nred apple, red pear\n"),
        ("doc1", 2, "# My Notes\n\ngreen apple, green pear\n"),
        ("doc1", 3, "print('a\\n')"),
    ]
    assert documents[2].note == "3 edits, not applied: absent; ("
    assert [m.hidden for m in case("canvas").messages if m.role == "tool"] == [True, True, True]
    raw = [block for block in blocks if isinstance(block, ToolCallBlock)]
    assert [call.name.removeprefix("canmore.") for call in raw] == [
        "update_textdoc",
        "create_textdoc",
        "comment_textdoc",
    ]
    assert raw[1].arguments == '{"name": broken'


def test_read__canvas_branches_edit_their_own_version() -> None:
    def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        content = {"content_type": "code", "text": json.dumps(arguments)}
        return says(content, recipient=f"canmore.{name}_textdoc")

    def edit(word: str) -> dict[str, Any]:
        return call("update", {"updates": [{"pattern": "old", "replacement": word}]})

    mapping = {
        "new": {"message": call("create", {"name": "n", "type": "code/python", "content": "old"}), "parent": None},
        "x": {"message": edit("x"), "parent": "new"},
        "y": {"message": edit("y"), "parent": "new"},
    }
    documents = [m.blocks[0] for m in said(mapping=mapping).messages]
    assert all(isinstance(d, DocumentBlock) and d.language == "python" for d in documents)
    assert [(d.text, d.version) for d in documents if isinstance(d, DocumentBlock)] == [("old", 1), ("x", 2), ("y", 2)]


def test_read__an_edit_may_not_swell_without_end() -> None:
    create = {"name": "n", "type": "document", "content": "x" * 1000}
    edit = {"pattern": "", "multiple": True, "replacement": "y" * 1_000_000}
    calls = [("create", create), ("update", {"updates": [edit, edit]})]
    document = said(*canvas(*calls)).messages[1].blocks[0]
    assert isinstance(document, DocumentBlock)
    assert (len(document.text), document.note) == (1000, "2 edits, not applied: ; ")


@pytest.mark.parametrize(
    "pattern", ["(?:(?:(?:a{500}){500}){500})", "(?:a|bc){0200000}", "(?x)a{ 9 #,\n 99999999 }", r"\\\\{99999999}"]
)
def test_read__an_edit_may_not_end_the_program(pattern: str) -> None:
    assert edited("old", pattern) == ("old", f"1 edit, not applied: {one_line(pattern)}")


def test_read__edits_share_the_time_that_patterns_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_PATIENCE", 0.1)
    create = {"name": "n", "type": "document", "content": "a" * 200 + "b"}
    patterns = ["(?:a|aa)+$", "b"]
    edits = {"updates": [{"pattern": pattern, "replacement": "new"} for pattern in patterns]}
    document = said(*canvas(("create", create), ("update", edits))).messages[1].blocks[0]
    assert isinstance(document, DocumentBlock)
    assert (document.text, document.note) == ("a" * 200 + "b", "2 edits, not applied: (?:a|aa)+$; b")


def test_read__versions_of_documents_share_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_MOST_TEXT", 10)
    create = {"name": "n", "type": "document", "content": "abcd"}
    update = {"updates": [{"pattern": "abcd", "replacement": "abcd"}]}
    messages = said(*canvas(("create", create), *[("update", update)] * 3)).messages
    assert [type(message.blocks[0]) for message in messages] == [*[DocumentBlock] * 3, ToolCallBlock]


def test_read__an_edit_may_hold_numbers_in_braces() -> None:
    assert edited("a {90000000} bbb", r"a \{90000000\} b{3}") == ("new", "1 edit")


def canvas(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages that make and change canvas documents."""
    return [
        says({"content_type": "code", "text": json.dumps(arguments)}, recipient=f"canmore.{name}_textdoc")
        for name, arguments in calls
    ]


def edited(text: str, pattern: str) -> tuple[str, str]:
    """A canvas document after one edit that puts "new" there, and the note about the edit."""
    create = {"name": "n", "type": "document", "content": text}
    calls = [("create", create), ("update", {"updates": [{"pattern": pattern, "replacement": "new"}]})]
    document = said(*canvas(*calls)).messages[1].blocks[0]
    assert isinstance(document, DocumentBlock)
    return document.text, document.note


def test_read__writing_blocks_become_documents_with_versions() -> None:
    blocks = [block for m in case("writing").messages for block in m.blocks]
    documents = [block for block in blocks if isinstance(block, DocumentBlock)]
    assert [(d.id, d.title, d.version) for d in documents] == [("12345", "Review", 1), ("12345", "", 2)]
    assert documents[0].text == "Hello,\n\nplease review."


def test_read__writing_blocks_without_ids_are_told_apart() -> None:
    blocks = said(says(":::writing{}\none\n:::\n:::writing{}\ntwo\n:::")).messages[0].blocks
    documents = [block for block in blocks if isinstance(block, DocumentBlock)]
    assert [(d.text, d.version) for d in documents] == [("one", 1), ("two", 1)]
    assert documents[0].id != documents[1].id


def test_read__a_report_is_shown_once() -> None:
    messages = case("research").messages
    assert [len(m.blocks) for m in messages] == [1, 3, 0, 2]
    plan = messages[1].blocks[1]
    assert plan == ReasoningBlock("- [x] Search\n- [ ] Write", "Bees of Europe", 330.0)


def test_read__recordings_and_transcripts_are_paired() -> None:
    first, second, third = case("voice").messages
    assert second.role == "assistant"
    sound = [block for m in (first, second, third) for block in m.blocks if isinstance(block, AudioBlock)]
    assert [(block.attachment.id, block.transcript) for block in sound] == [
        ("file_in", "Hello there"),
        ("file_out", "Hello"),
        ("file_both", "both"),
    ]
    assert third.blocks[0] == TextBlock("Only words are left")


def test_read__an_attachment_shown_in_the_text_is_not_repeated() -> None:
    blocks = case("images").messages[0].blocks
    assert [type(block) for block in blocks] == [FileBlock, ImageBlock, TextBlock]
    assert isinstance(blocks[1], ImageBlock)
    assert (blocks[1].attachment.id, blocks[1].attachment.name) == ("file_Up1", "up.png")


def test_read__generated_images_know_their_prompt() -> None:
    images = [b for m in case("images").messages[1:] for b in m.blocks if isinstance(b, ImageBlock)]
    assert [(image.prompt, image.caption) for image in images] == [("a red boat", "Red boat"), ("a blue boat", "")]


# --- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pointer", "id_"),
    [
        ("file-service://file-AbC", "file-AbC"),
        ("file-service://file_00ff", "file_00ff"),
        ("sediment://9f2#file_00ff#p_0.png", "file_00ff"),
        ("sediment://file_00ff?shared_conversation_id=abc", "file_00ff"),
        ("file-service://2073c3f9-f30e-4225-9728-6a3d2d7a41bd", "2073c3f9-f30e-4225-9728-6a3d2d7a41bd"),
        ("data:image/png;base64,AAAA", content_id("data:image/png;base64,AAAA")),
        (None, ""),
    ],
)
def test_file_id__from_every_form_of_pointer(pointer: Any, id_: str) -> None:
    assert file_id(pointer) == id_


@pytest.mark.parametrize(
    ("id_", "name", "member"),
    [
        ("file-A", "", "file-A-photo.png"),
        ("file-AB", "", "file-AB.dat"),
        ("file-S", "", "sub/file-S-the original.png"),
        ("file-S", "clean.png", "sub/file-S-the original.png"),
        ("file-D", "", "sub/file-D-near.png"),
        ("file-ABC", "", None),
        ("file-X", "", "file-X.dat"),
        ("file", "", None),
        ("user", "", None),
        ("", "", None),
        ("sandbox:/mnt/data/table.csv", "table.csv", "table.csv"),
        ("sandbox:/mnt/data/user.json", "user.json", None),
        ("sandbox:/mnt/data/conversations-000.json", "", None),
    ],
)
def test_locator__by_whole_id_only(tmp_path: Path, id_: str, name: str, member: str | None) -> None:
    names = ["file-A-photo.png", "file-AB.dat", "sub/file-S-sanitized.png", "sub/file-S-the original.png"]
    names += ["a/b/file-D-far.png", "sub/file-D-near.png"]
    names += ["file-X-2.dat", "file-X.dat"]
    for file in [*names, "user.json", "table.csv", "conversations-000.json"]:
        write(tmp_path, file, [])
    with Export(tmp_path) as export:
        assert READER.locator(export)(id_, name) == member


def test_locator__of_a_long_name_with_many_beginnings_takes_little_memory(tmp_path: Path) -> None:
    name = "file-" + "a1-" * 7000
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("conversations.json", "[]")
        archive.writestr(name, b"x")
    with Export(tmp_path / "e.zip") as export:
        tracemalloc.start()
        locate = READER.locator(export)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert locate("file-a1-a1", "") == locate(name, "") == name
    assert peak < 1_000_000


def test_locator__finds_every_file_of_the_examples_but_the_two_missing_ones() -> None:
    missing = []
    for name in ("chatgpt-2024", "chatgpt-2026"):
        with Export(EXAMPLES / name) as export:
            locate = READER.locator(export)
        for conversation in read(EXAMPLES / name):
            blocks = [b for m in (conversation.messages if conversation else ()) for b in m.blocks]
            media = [b.attachment for b in blocks if isinstance(b, ImageBlock | AudioBlock | FileBlock)]
            missing += [file.id for file in media if locate(file.id, file.name) is None]
    assert missing == ["file-Jr8PzNc4VtQe1LmXw6YhAb3U", "file_00000000e7f1624688b0c2d4e6f80912"]


def test_records__names_of_dat_files_come_from_the_side_files(tmp_path: Path) -> None:
    part = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_ab"}
    content = {"content_type": "multimodal_text", "parts": [part]}
    mapping = {"m": {"id": "m", "message": says(content, "user"), "parent": None}}
    write(tmp_path, "conversations-000.json", [item(mapping=mapping)])
    write(tmp_path, "conversation_asset_file_names.json", {"file_ab.dat": "cat.png", "file_other.dat": "dog.png"})
    library = {"id": "libfile_cd", "file_id": "file_ab", "file_name": "x", "mime_type": "image/png"}
    write(tmp_path, "library_files.json", [library])
    (record,) = records(tmp_path)
    assert record.context == {"files": {"file_ab": {"name": "cat.png", "type": "image/png"}}}
    conversation = READER.read(record)
    assert conversation is not None
    (image,) = conversation.messages[0].blocks
    assert isinstance(image, ImageBlock)
    assert (image.attachment.name, image.attachment.media_type) == ("cat.png", "image/png")


def test_records__a_recording_is_called_by_its_name_without_folders(tmp_path: Path) -> None:
    part = {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_ab"}
    mapping = {"m": {"message": says({"content_type": "multimodal_text", "parts": [part]}, "user"), "parent": None}}
    write(tmp_path, "conversations-000.json", [item(mapping=mapping)])
    write(tmp_path, "conversation_asset_file_names.json", {"file_ab.dat": "c1/audio/file_ab-1.wav"})
    (conversation,) = read(tmp_path)
    assert conversation is not None
    (sound,) = conversation.messages[0].blocks
    assert isinstance(sound, AudioBlock) and sound.attachment.name == "file_ab-1.wav"


def test_records__sandbox_links_find_files_with_blanks_and_accents(tmp_path: Path) -> None:
    text = "[a](sandbox:/mnt/data/my%20file.csv) [b](sandbox:/mnt/data/thé.csv) [c](sandbox:/mnt/data/gone.csv)"
    mapping = {"m": {"id": "m", "message": says(text), "parent": None}}
    for file in ("my file.csv", "thé.csv"):
        write(tmp_path, file, "")
    (record,) = records(write(tmp_path, "conversations.json", [item(mapping=mapping)]).parent)
    conversation = READER.read(record)
    assert conversation is not None
    files = [block.attachment for block in conversation.messages[0].blocks if isinstance(block, FileBlock)]
    assert [file.name for file in files] == ["my file.csv", "thé.csv"]
    with Export(tmp_path) as export:
        assert [READER.locator(export)(file.id, file.name) for file in files] == ["my file.csv", "thé.csv"]


# --- what is broken -------------------------------------------------------------------------------------------


def test_read__a_broken_message_costs_only_itself() -> None:
    good, broken, other = said(says("good"), ["not", "a message"], says("other")).messages  # type: ignore[arg-type]
    assert broken.blocks == (UnknownBlock("message", '[\n  "not",\n  "a message"\n]'),)
    assert (good.blocks, other.blocks) == ((TextBlock("good"),), (TextBlock("other"),))


@pytest.mark.parametrize("raw", ["[1]", '"text"', "{", '{"mapping": [1]}', '{"a": 1}', "\ud83d"])
def test_read__a_broken_conversation_raises(raw: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        READER.read(Record(raw.encode("utf-8", "surrogatepass"), "test"))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["m0", "tool", "all"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
CASES = [
    json.loads((DATA / folder.name / "conversations.json").read_text(encoding="utf-8"))[0] for folder in DATA.iterdir()
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside a JSON value."""
    found, stack = [], [value]
    while stack:
        holder = stack.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        stack += [holder[key] for key in keys]
    return found


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_read__mutations_lose_no_message_and_raise_nothing_else(data: st.DataObject) -> None:
    value = json.loads(json.dumps(data.draw(st.sampled_from([c for c in CASES if c.get("mapping")]))))
    for _ in range(data.draw(st.integers(1, 4))):
        holder, key = data.draw(st.sampled_from(places(value)))
        if isinstance(holder, list) or key in holder:
            holder[key] = data.draw(ANYTHING)
    record = Record(json.dumps(value).encode(), "test")
    try:
        conversation = READER.read(record)
    except (ValueError, TypeError):
        assert not isinstance(value.get("mapping", 0), dict | None)
        return
    assert conversation is not None
    mapping = value.get("mapping")
    nodes = mapping if isinstance(mapping, dict) else {}
    held = [
        key
        for key, node in nodes.items()
        if (not isinstance(node, dict) and node is not None)
        or (
            isinstance(node, dict)
            and (node.get("message") is not None or ("message" not in node and "content" in node))
        )
    ]
    if "mapping" in value:
        assert len(conversation.messages) == len(held)
    parents = {message.id: message.parent for message in conversation.messages}
    assert all(parent is None or parent in parents for parent in parents.values())
    assert decode(encode(conversation)) == conversation
    assert msgspec.json.decode(encode(conversation))["source"] == "chatgpt"
