"""The reader of DeepSeek's exports."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_cases import BEYOND_READING, CASES, assert_case, assert_sound, damaged, record_of

from sitegen.errors import ExportError
from sitegen.model import (
    Conversation,
    Message,
    ReasoningBlock,
    Record,
    SourceListBlock,
    TextBlock,
    UnknownBlock,
    content_id,
    encode,
)
from sitegen.readers.deepseek import DeepSeekReader
from sitegen.readers.export import Export

READER = DeepSeekReader()
FOLDER = CASES / "deepseek"


def load(case: str, name: str) -> list:
    value = json.loads((FOLDER / case / "input" / name).read_text(encoding="utf-8"))
    return value if isinstance(value, list) else [value]


FRAGMENTS = load("fragments", "conversations.json")
OLDER = load("older_mapping", "deepseek_data-2025-03-01/conversations.json")
PAGE = load("web_page", "chat.json")


def read(value: object) -> Conversation:
    conversation = READER.read(record_of(value))
    assert conversation is not None
    return conversation


def chat(*fragments: dict) -> Message:
    node = {"id": "1", "parent": None, "message": {"fragments": list(fragments)}}
    return read({"id": "c", "inserted_at": None, "mapping": {"1": node}}).messages[0]


def text_block(message: Message) -> TextBlock:
    return next(block for block in message.blocks if isinstance(block, TextBlock))


@pytest.mark.parametrize("case", sorted(path.name for path in FOLDER.iterdir()))
def test_deepseek__cases(case: str, update_snapshots: bool) -> None:
    assert_case(READER, FOLDER / case, update_snapshots)


def test_citations__count_through_all_searches_of_the_message() -> None:
    block = text_block(next(m for m in read(FRAGMENTS[0]).messages if m.id == "3"))
    assert block.text == "Yes. No [citation:4]! Both [citation:0]"
    assert [(c.position, [s.title for s in c.sources]) for c in block.citations] == [(3, ["A", "C"]), (26, ["A", "B"])]


def test_citations__an_index_of_the_results_own_counts_more() -> None:
    block = text_block(next(m for m in read(FRAGMENTS[0]).messages if m.id == "9"))
    assert block.text == "By index, not [reference:1]."
    assert len(block.citations) == 1


def test_citations__are_left_alone_in_prompts() -> None:
    assert text_block(next(m for m in read(FRAGMENTS[0]).messages if m.id == "2")).text == "Sum it up [citation:1]"


def test_tree__siblings_in_the_order_of_their_parent_and_mixed_nodes_split() -> None:
    conversation = read(FRAGMENTS[0])
    assert [(m.id, m.parent, m.role) for m in conversation.messages] == [
        ("1", None, "user"),
        ("2", "1", "user"),
        ("3", "2", "assistant"),
        ("10", "2", "assistant"),
        ("9", "2", "assistant"),
        ("11", None, "user"),
        ("11-2", "11", "assistant"),
        ("12", "11-2", "user"),
    ]


def test_tree__a_node_without_message_is_passed_over() -> None:
    assert {m.id: m.parent for m in read(FRAGMENTS[1]).messages} == {"1": None, "2": "1", "3": "1"}


def test_times__are_utc_and_do_not_order_the_messages() -> None:
    conversation = read(FRAGMENTS[0])
    question, answer = (next(m for m in conversation.messages if m.id == i) for i in ("2", "3"))
    assert question.created is not None and answer.created is not None
    assert question.created.isoformat() == "2025-10-17T11:13:56.455000+00:00"
    assert answer.created < question.created


def test_reasoning__keeps_its_seconds() -> None:
    assert chat({"type": "THINK", "content": "Hm", "elapsed_secs": 3.5}).blocks == (ReasoningBlock("Hm", seconds=3.5),)


@pytest.mark.parametrize("kind", ["THINKING", "TOOL_OPEN", "TOOL_SEARCH", "tool_of_tomorrow"])
def test_role__of_a_message_without_answer_is_still_the_assistants(kind: str) -> None:
    assert chat({"type": kind, "content": "Hm"}).role == "assistant"


def test_search__results_without_address_and_title_are_kept() -> None:
    sources, strange = chat({"type": "SEARCH", "results": [{"url": "https://a.example"}, {"words": 1}]}).blocks
    assert isinstance(sources, SourceListBlock)
    assert isinstance(strange, UnknownBlock) and "words" in strange.json


def test_tree__of_children_alone_and_with_a_named_leaf() -> None:
    def node(text: str, *children: str) -> dict:
        fragments = [{"type": "REQUEST", "content": text}]
        return {"children": list(children), "message": {"inserted_at": "2026-01-01T00:00:00Z", "fragments": fragments}}

    mapping = {"root": {"children": ["1"], "message": None}, "1": node("a", "2", "3"), "2": node("b"), "3": node("c")}
    for leaf, active in (({"current_node": "2"}, "2"), ({}, "3")):
        conversation = read({"id": "c", "inserted_at": None, "mapping": mapping, **leaf})
        assert {m.id: m.parent for m in conversation.messages} == {"1": None, "2": "1", "3": "1"}
        assert conversation.active_leaf == active
        assert conversation.created is not None and conversation.created.year == 2026


def test_unknown_fragment__is_kept() -> None:
    block = chat({"type": "MAP", "point": [1]}).blocks[0]
    assert isinstance(block, UnknownBlock) and block.type == "MAP" and "point" in block.json


def test_older_form__roles_are_read_or_alternate() -> None:
    assert [m.role for m in read(OLDER[0]).messages] == ["user", "assistant", "user", "assistant"]


def test_web_page__is_read_as_well() -> None:
    conversation = read(PAGE[0])
    assert (conversation.active_leaf, conversation.flags, len(conversation.messages)) == ("2", ("pinned",), 3)


def test_model__is_that_of_answers_only() -> None:
    assert {m.role for conversation in map(read, FRAGMENTS) for m in conversation.messages if m.model} == {"assistant"}


def test_recognise__day_in_the_name_and_hash_of_the_account(tmp_path: Path) -> None:
    folder = tmp_path / "deepseek_data-2026-03-01"
    folder.mkdir()
    (folder / "conversations.json").write_text(json.dumps(FRAGMENTS), encoding="utf-8")
    (folder / "user.json").write_text('{"user_id": "u-1", "email": "never@example.org"}', encoding="utf-8")
    with Export(folder) as export:
        recognition = READER.recognise(export)
        kept = [encode(read(json.loads(record.raw))) for record in READER.records(export)]  # type: ignore[union-attr]
    assert recognition is not None and recognition.made is not None
    assert recognition.made.isoformat() == "2026-03-01T00:00:00+00:00"
    assert recognition.account == content_id("u-1")
    assert not any(b"never@example.org" in data or b"u-1" in data for data in kept)


def test_recognise__two_exports_are_ambiguous(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "conversations.json").write_text(json.dumps(FRAGMENTS), encoding="utf-8")
    with Export(tmp_path) as export, pytest.raises(ExportError, match=r"one/conv.*two/conv"):
        READER.recognise(export)


@pytest.mark.parametrize(
    "value",
    [
        [{"mapping": {}, "create_time": 1.0, "conversation_id": "x"}],
        [{"uuid": "x", "chat_messages": []}],
        {"conversations": [{"conversation": {"id": "x"}, "responses": []}]},
        [{"grokChatItem": {}}],
        [{"inserted_at": "2025-01-01T00:00:00Z"}],
        [],
    ],
)
def test_recognise__not_others(tmp_path: Path, value: object) -> None:
    (tmp_path / "conversations.json").write_text(json.dumps(value), encoding="utf-8")
    with Export(tmp_path) as export:
        assert READER.recognise(export) is None


def test_read__deep_trees_do_not_recurse() -> None:
    mapping = {
        str(n): {"id": str(n), "parent": str(n - 1), "message": {"fragments": [{"type": "REQUEST", "content": "x"}]}}
        for n in range(1, 10_001)
    }
    assert read({"id": "c", "inserted_at": None, "mapping": mapping}).active_leaf == "10000"


def test_example__is_read_whole() -> None:
    with Export(Path(__file__).parent.parent / "example_export" / "deepseek") as export:
        assert READER.recognise(export) is not None
        conversations = [READER.read(record) for record in READER.records(export) if isinstance(record, Record)]
    assert len(conversations) == 6
    for conversation in conversations:
        assert conversation is not None
        assert_sound(conversation)


@pytest.mark.parametrize("value", [*FRAGMENTS, *OLDER])
def test_property__every_message_is_in_the_conversation(value: dict) -> None:
    conversation = read(value)
    ids = {message.id for message in conversation.messages}
    assert {key for key, node in value["mapping"].items() if node["message"] is not None} <= ids
    kept = encode(conversation).decode()
    for node in value["mapping"].values():
        for fragment in (node["message"] or {}).get("fragments", []):
            said = re.sub(r"\[\w+:[^]]*\]", " ", fragment.get("content", ""))
            assert all(word in kept for word in re.findall(r"\w+", said))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_property__damage_never_breaks_the_reader(data: st.DataObject) -> None:
    value = data.draw(st.sampled_from([*FRAGMENTS, *OLDER, *PAGE]).flatmap(damaged))
    try:
        conversation = READER.read(record_of(value))
    except BEYOND_READING:
        return
    if conversation is not None:
        assert_sound(conversation)
