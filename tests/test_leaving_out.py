"""What a publication leaves out of a conversation, and that the rest hangs together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import conversation, dialogue, message
from msgspec.structs import replace

from sitegen.config import Config
from sitegen.language import load_language
from sitegen.model import (
    Attachment,
    AudioBlock,
    Citation,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    Project,
    QuoteBlock,
    ReasoningBlock,
    Revision,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
    encode,
)
from sitegen.profiles import Inclusion, LeftOut, Profile
from sitegen.publish.leaving_out import published, with_messages
from sitegen.render.conversation import render_conversation
from sitegen.render.settings import Settings, message_anchor
from sitegen.tree import ordered
from sitegen.wording import every_block

BERLIN = ZoneInfo("Europe/Berlin")
ENGLISH = load_language("en")
NOTHING = Profile((Inclusion(tag=("public",)),), leave_out=())

EVERYTHING = conversation(
    "A title",
    message("1", "system", "CANARYhidden", hidden=True),
    message("2", "user", "question", "1"),
    message(
        "3", "assistant", parent="2", model="CANARYmodel",
        blocks=(
            ReasoningBlock("CANARYreasoning"),
            ToolCallBlock("search", "{}", call="c"),
            ToolResultBlock("search", (TextBlock("CANARYresult"),), call="c"),
            UnknownBlock("widget", '"CANARYunknown"'),
            TextBlock("answer"),
            NoticeBlock("Changed to CANARYmodel."),
        ),
        revisions=(Revision((TextBlock("CANARYrevision"),)),),
    ),
    message("4", "assistant", "CANARYbranch", parent="2"),
    message("5", "tool", parent="3", blocks=(ToolResultBlock("shell", (TextBlock("CANARYresult"),)),)),
    message("6", "user", "thanks", parent="5", absent=True),
    active_leaf="6",
    url="https://chat.example/CANARYorigin",
    former_titles=("CANARYformer",),
    summary="CANARYsummary",
    model="CANARYmodel",
)  # fmt: skip

MARKS: dict[LeftOut, str] = {
    "reasoning": "CANARYreasoning",
    "tool_results": "CANARYresult",
    "branches": "CANARYbranch",
    "hidden": "CANARYhidden",
    "unknown": "CANARYunknown",
    "origin": "CANARYorigin",
    "models": "CANARYmodel",
}


def shown(original: Conversation, *left_out: LeftOut, attachments: tuple[str, ...] = ()) -> Conversation:
    profile = Profile((Inclusion(tag=("public",)),), leave_out=left_out, attachments=attachments)
    return published(original, profile, BERLIN, ENGLISH)


@pytest.mark.parametrize("left_out", sorted(MARKS))
def test_leaving_out__takes_what_is_named_and_nothing_else(left_out):
    text = encode(shown(EVERYTHING, left_out)).decode()
    assert {name for name, mark in MARKS.items() if mark not in text} == {left_out}
    assert "question" in text
    assert "answer" in text
    assert "thanks" in text


def test_leaving_out__every_word_of_the_settings_means_something():
    assert set(get_args(LeftOut)) == {*MARKS, "notes", "times"}


def test_leaving_out__what_was_edited_and_what_the_provider_says_of_it_never_goes_out():
    text = encode(shown(EVERYTHING)).decode()
    assert not [mark for mark in ("CANARYrevision", "CANARYformer", "CANARYsummary", "absent") if mark in text]


def test_leaving_out__a_message_of_which_nothing_stays_goes_and_the_answer_to_it_moves_up():
    result = shown(EVERYTHING, "tool_results", "hidden")
    assert [(m.id, m.parent) for m in result.messages] == [("2", None), ("3", "2"), ("4", "2"), ("6", "3")]
    assert result.active_leaf == "6"


def test_leaving_out__a_message_that_was_empty_from_the_beginning_stays():
    result = shown(conversation("t", message("1", "user", "hi"), message("2", "assistant", parent="1", blocks=())))
    assert [m.id for m in result.messages] == ["1", "2"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_leaving_out__without_times_a_conversation_keeps_its_day_only(zone):
    late = conversation(created=datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    profile = Profile((Inclusion(tag=("public",)),), leave_out=("times",))
    result = published(late, profile, ZoneInfo(zone), ENGLISH)
    assert result.created is not None
    assert late.created is not None
    day = late.created.astimezone(ZoneInfo(zone)).date()
    assert result.created == datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert result.updated is None
    assert all(m.created is None for m in result.messages)


def test_leaving_out__models_go_from_other_spellings_tools_and_what_only_left_out_messages_used():
    talk = conversation(
        "t",
        message("1", "user", "hi"),
        message(
            "2", "assistant", parent="1", model="gpt-4o",
            blocks=(
                TextBlock("answer"),
                NoticeBlock("You reached your limit of GPT 4o."),
                NoticeBlock("Turned from o9 to another."),
                NoticeBlock("Stopped."),
                ToolCallBlock("gpt_4o_search", "{}", call="c"),
                ToolResultBlock("gpt_4o_search", (TextBlock("found"),), call="c"),
                UnknownBlock("widget", '{"model_slug": "gpt-4o"}'),
            ),
        ),
        message("3", "assistant", "other", parent="1", model="o9"),
        active_leaf="2",
    )  # fmt: skip
    [_, answer] = shown(talk, "models", "branches").messages
    assert answer.blocks == (
        TextBlock("answer"), NoticeBlock("Stopped."), ToolCallBlock("", "{}", call="c"),
        ToolResultBlock("", (TextBlock("found"),), call="c"),
    )  # fmt: skip
    assert shown(talk).messages == talk.messages


def test_leaving_out__results_of_tools_go_wherever_a_provider_puts_them():
    source = Source("https://example.org/a", "A page", "CANARY of a page", "2026")
    talk = conversation(
        "t",
        message("1", "user", "hi"),
        message("2", "tool", parent="1", blocks=(ImageBlock(Attachment("i", "plot.png"), "CANARY"),)),
        message(
            "3", "assistant", parent="2",
            blocks=(
                TextBlock("so", (Citation(2, (source,)),)), SourceListBlock((source,), "Search results"),
                QuoteBlock("CANARY", source),
            ),
        ),
    )  # fmt: skip
    result = shown(talk, "tool_results", attachments=("*",))
    assert [m.id for m in result.messages] == ["1", "3"]
    assert result.messages[1].blocks == (TextBlock("so", (Citation(2, (replace(source, snippet=""),)),)),)
    assert encode(shown(talk, attachments=("*",))).count(b"CANARY") == 5


def test_leaving_out__versions_of_a_document_that_are_left_out_are_not_counted():
    def version(number: int) -> DocumentBlock:
        return DocumentBlock("d", f"text {number}", version=number)

    talk = conversation(
        "t",
        message("1", "user", "hi"),
        message("2", "assistant", parent="1", blocks=(version(1),)),
        message("3", "assistant", parent="1", blocks=(ToolResultBlock("canvas", (version(2),)),)),
        message("4", "assistant", parent="3", blocks=(version(4),)),
        active_leaf="4",
    )
    blocks = [block for m in shown(talk, "branches").messages for block in every_block(m.blocks)]
    assert [(b.text, b.version) for b in blocks if isinstance(b, DocumentBlock)] == [("text 2", 1), ("text 4", 2)]
    assert shown(talk).messages[-1].blocks == (replace(version(4), version=3),)


FILES = conversation(
    "files",
    message(
        "1", "user",
        blocks=(
            ImageBlock(Attachment("i", "holiday.png", url="https://files.example/i"), "beach", "a beach"),
            AudioBlock(Attachment("a", "voice.wav"), transcript="what was said"),
            FileBlock(Attachment("f", "salary.csv"), text="extracted words"),
            ToolResultBlock("plot", (ImageBlock(Attachment("p", "plot.png")),)),
            DocumentBlock("d", "text", project="p-1"),
        ),
    ),
)  # fmt: skip


def test_leaving_out__of_an_attachment_that_is_not_named_nothing_stays_but_what_was_said():
    text = encode(shown(FILES)).decode()
    assert "what was said" in text
    assert text.count(ENGLISH.say("An attachment was left out.")) == 4
    gone = ("holiday", "beach", "voice.wav", "salary", "extracted", "plot.png", "files.example", "p-1")
    assert not [word for word in gone if word in text]


def test_leaving_out__without_origin_an_attachment_without_a_name_is_not_called_by_its_id():
    talk = conversation("t", message("1", "user", blocks=(ImageBlock(Attachment("file-Tn5XbGq2")),)))
    [[image]] = (m.blocks for m in shown(talk, "origin", attachments=("*",)).messages)
    assert image == ImageBlock(Attachment("file-Tn5XbGq2", "File"))
    assert shown(talk, attachments=("*",)).messages == talk.messages


def test_leaving_out__no_source_gives_the_name_of_an_attachment_that_is_left_out():
    file, page = Source(title="salary.csv", snippet="a line of it"), Source("https://example.org/", "A page")
    talk = conversation(
        "t",
        message("1", "user", blocks=(FileBlock(Attachment("f", "salary.csv")),)),
        message(
            "2", "assistant", parent="1",
            blocks=(
                TextBlock("so", (Citation(1, (file,)), Citation(2, (file, page)))),
                SourceListBlock((file, page), "Sources"),
                ToolResultBlock("search", (QuoteBlock("words", file),)),
            ),
        ),
    )  # fmt: skip
    assert b"salary" not in encode(shown(talk))
    assert shown(talk).messages[1].blocks == (
        TextBlock("so", (Citation(2, (page,)),)), SourceListBlock((page,), "Sources"),
        ToolResultBlock("search", (QuoteBlock("words"),)),
    )  # fmt: skip
    assert shown(talk, attachments=("*",)).messages == talk.messages


def test_leaving_out__attachments_are_named_by_patterns():
    text = encode(shown(FILES, "origin", attachments=("*.PNG", "voice.*"))).decode()
    assert "holiday.png" in text
    assert "a beach" in text
    assert "plot.png" in text
    assert "voice.wav" in text
    assert "salary" not in text
    assert "files.example" not in text


def test_leaving_out__a_project_is_the_owners_business_unless_it_is_put_in_place():
    assert shown(conversation(project=Project("p", "Name"))).project == Project("p", "Name")


def test_with_messages__keeps_the_tree_together():
    original = conversation("t", *dialogue("a", "b", "c", "d"))
    result = with_messages(original, lambda m: m.id in ("1", "4"))
    assert [(m.id, m.parent) for m in result.messages] == [("1", None), ("4", "1")]
    assert with_messages(original, lambda m: m.id == "2").active_leaf == "2"
    assert with_messages(original, lambda _: False).active_leaf is None


def test_with_messages__page_is_made_where_others_go_on_from_the_last_message():
    first, second = message("1", "user", "one"), message("2", "assistant", "two", "1")
    other, root = message("3", "assistant", "three", "1"), message("4", "user", "four")
    original = conversation("t", first, second, other, root, active_leaf="2")
    for gone, active, shown in (({"2"}, "1", ["1"]), ({"1", "2", "3"}, "4", ["4"]), ({"1", "2"}, "4", ["4"])):
        kept = with_messages(original, lambda one, gone=gone: one.id not in gone)
        page = render_conversation(kept, {}, Settings(Config(), "UTC", {}, {})).page
        assert kept.active_leaf == active
        assert [turn.message.anchor for turn in page.turns] == list(map(message_anchor, shown))
        folded = [view.anchor for turn in page.turns for branch in turn.branches for view in branch.messages]
        assert {*folded, *map(message_anchor, shown)} == {message_anchor(one.id) for one in kept.messages}


@given(st.data())
def test_with_messages__whatever_goes_every_parent_stands_before_its_child(data):
    count = data.draw(st.integers(1, 12))
    parents = [data.draw(st.one_of(st.none(), st.integers(0, place - 1))) if place else None for place in range(count)]
    messages = ordered(
        message(str(place), "user", "x", None if parent is None else str(parent))
        for place, parent in enumerate(parents)
    )
    kept = data.draw(st.sets(st.sampled_from([m.id for m in messages])))
    result = with_messages(conversation("t", *messages), lambda m: m.id in kept)
    assert {m.id for m in result.messages} == kept
    assert ordered(result.messages) == result.messages
    assert result.active_leaf is None or result.active_leaf in kept
