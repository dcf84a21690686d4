"""The reader of Grok's chats in archives of X."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_cases import BEYOND_READING, CASES, assert_case, assert_sound, damaged

from sitegen.errors import ExportError
from sitegen.model import Conversation, Problem, Record, Source, SourceListBlock, TextBlock, UnknownBlock, content_id
from sitegen.readers.export import Export
from sitegen.readers.grok_on_x import GrokOnXReader

READER = GrokOnXReader()
FOLDER = CASES / "grok_on_x"


def records(case: str) -> list[Record]:
    with Export(FOLDER / case / "input") as export:
        return [record for record in READER.records(export) if isinstance(record, Record)]


def read(record: Record) -> Conversation:
    conversation = READER.read(record)
    assert conversation is not None
    return conversation


@pytest.mark.parametrize("case", sorted(path.name for path in FOLDER.iterdir()))
def test_grok_on_x__cases(case: str, update_snapshots: bool) -> None:
    assert_case(READER, FOLDER / case, update_snapshots)


def test_records__a_chat_is_gathered_over_all_parts() -> None:
    first, second = records("two_parts")
    assert [item["grokChatItem"]["message"] for item in json.loads(first.raw)] == [
        "Newest answer",
        "Newest question",
        "Same words",
        "One",
        "Same words",
        "Two",
    ]
    assert len(json.loads(second.raw)) == 2


def test_records__an_item_without_a_chat_is_a_problem_with_its_bytes() -> None:
    with Export(FOLDER / "two_parts" / "input") as export:
        problems = [record for record in READER.records(export) if isinstance(record, Problem)]
    assert [(problem.where, b"no chat" in problem.raw) for problem in problems] == [("grok-chat-item.js, item 6", True)]


def test_order__by_time_and_the_question_before_its_answer() -> None:
    conversation = read(records("two_parts")[0])
    said = [block.text for m in conversation.messages for block in m.blocks if isinstance(block, TextBlock)]
    assert said == ["Same words", "One", "Same words", "Two", "Newest question", "Newest answer"]
    assert [m.role for m in conversation.messages] == ["user", "assistant"] * 3


def test_ids__tell_what_is_said_and_how_often() -> None:
    conversation = read(records("two_parts")[0])
    ids = [message.id for message in conversation.messages]
    assert len(set(ids)) == 6
    later = b',{"grokChatItem":{"chatId":"188","message":"New","createdAt":"2026-01-01"}}]'
    newer = Record(records("two_parts")[0].raw[:-1] + later, "test")
    assert [message.id for message in read(newer).messages][:6] == ids


def test_posts__are_linked_once() -> None:
    message = read(records("two_parts")[0]).messages[2]
    posts = next(block for block in message.blocks if isinstance(block, SourceListBlock))
    assert [source.url for source in posts.sources] == ["https://x.com/i/status/1963", "https://x.com/i/status/1964"]


def test_links_without_words__become_citations_in_answers_only() -> None:
    question, answer, *_ = read(records("forms")[0]).messages
    assert question.blocks == (TextBlock("[](https://stays.example)"),)
    block = answer.blocks[0]
    assert isinstance(block, TextBlock)
    assert block.text == "Prices fell.\nThen rose. ![](https://kept.example/i.png)"
    assert [(citation.position, citation.sources) for citation in block.citations] == [
        (12, (Source("https://one.example/a_(b)"), Source("https://two.example")))
    ]
    assert answer.model == "DeepSearch"


def test_recognise__reads_nothing_else_of_the_archive() -> None:
    with Export(FOLDER / "two_parts" / "input") as export:
        recognition = READER.recognise(export)
    assert recognition is not None
    assert recognition.account == content_id("9")
    assert recognition.ignored == ("account.js",)


def test_recognise__made_on_the_day_in_the_name(tmp_path: Path) -> None:
    folder = tmp_path / "twitter-2026-06-14-0a1b"
    folder.mkdir()
    (folder / "grok-chat-item.js").write_text(
        'window.YTD.grok_chat_item.part0 = [{"grokChatItem": {"chatId": "1", "message": "hi"}}]', encoding="utf-8"
    )
    with Export(folder) as export:
        recognition = READER.recognise(export)
    assert recognition is not None and recognition.made is not None
    assert recognition.made.isoformat() == "2026-06-14T00:00:00+00:00"


def test_recognise__two_archives_are_ambiguous(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "grok-chat-item.js").write_text('[{"grokChatItem": {"chatId": "1"}}]', encoding="utf-8")
    with Export(tmp_path) as export, pytest.raises(ExportError, match="one and two"):
        READER.recognise(export)


def test_recognise__the_same_part_twice_is_no_one_archive(tmp_path: Path) -> None:
    text = 'window.YTD.grok_chat_item.part{} = [{{"grokChatItem": {{"chatId": "1", "message": "hi"}}}}]'
    for name, part in (("grok-chat-item.js", 0), ("grok-chat-item (1).js", 0), ("grok-chat-item-part1.js", 1)):
        (tmp_path / name).write_text(text.format(part), encoding="utf-8")
    with Export(tmp_path) as export, pytest.raises(ExportError, match=r"the same part .* more than once"):
        READER.recognise(export)


def test_recognise__parts_are_told_apart_by_what_the_script_says(tmp_path: Path) -> None:
    text = 'window.YTD.grok_chat_item.part{} = [{{"grokChatItem": {{"chatId": "1", "message": "{}"}}}}]'
    for name, part in (("a.js", 10), ("b.js", 9)):
        (tmp_path / name).write_text(text.format(part, part), encoding="utf-8")
    with Export(tmp_path) as export:
        assert READER.recognise(export) is not None
        (record,) = READER.records(export)
    assert isinstance(record, Record)
    assert [item["grokChatItem"]["message"] for item in json.loads(record.raw)] == ["9", "10"]


def test_message__prose_in_a_field_that_nobody_knows_is_kept() -> None:
    item = {"chatId": "1", "sender": "Agent", "message": "Hi", "reasoning": "Because of this", "id": "9", "flag": True}
    (message,) = read(Record(json.dumps([{"grokChatItem": item}]).encode(), "test")).messages
    assert message.blocks == (TextBlock("Hi"), UnknownBlock("reasoning", '"Because of this"'))


@pytest.mark.parametrize(
    "text", ['window.YTD.tweets.part0 = [{"tweet": {"text": "grokChatItem"}}]', "[]", '{"a": "grokChatItem"}']
)
def test_recognise__not_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "grok-chat-item.js").write_text(text, encoding="utf-8")
    with Export(tmp_path) as export:
        assert READER.recognise(export) is None


def test_example__is_read_whole() -> None:
    with Export(Path(__file__).parent.parent / "example_export" / "x-archive") as export:
        assert READER.recognise(export) is not None
        conversations = [READER.read(record) for record in READER.records(export) if isinstance(record, Record)]
    assert len(conversations) == 4
    for conversation in conversations:
        assert conversation is not None
        assert_sound(conversation)


ITEMS = [json.loads(record.raw) for case in ("two_parts", "forms") for record in records(case)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_property__every_item_is_a_message_whatever_the_damage(data: st.DataObject) -> None:
    items = data.draw(st.sampled_from(ITEMS).flatmap(damaged))
    try:
        conversation = READER.read(Record(json.dumps(items).encode(), "test"))
    except BEYOND_READING:
        return
    if conversation is not None:
        assert_sound(conversation)
        assert len(conversation.messages) == len(items)
