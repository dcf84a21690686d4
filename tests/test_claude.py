"""The reader for Claude: expected conversations beside tiny exports, and the rules where mistakes are likely."""

from __future__ import annotations

import json
import zipfile
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
    Block,
    CodeBlock,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    Problem,
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
    encode,
)
from sitegen.readers.claude import ClaudeReader
from sitegen.readers.claude import documents as claude_documents
from sitegen.readers.claude.frames import read_frame
from sitegen.readers.export import Export
from sitegen.readers.fields import load_json

CASES = Path(__file__).parent / "data" / "readers" / "claude"
EXAMPLES = Path(__file__).parent.parent / "example_export"
ACCOUNT = "a0000000-0000-4000-8000-000000000001"
SENTINEL = "00000000-0000-4000-8000-000000000000"
READER = ClaudeReader()


# --- builders ------------------------------------------------------------------------------------------------------


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


def call(name: str, arguments: Any, identity: str | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments, **more}


def answer(name: str, content: Any, identity: str | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": identity, "name": name, "content": content, **more}


def message(uuid: str, sender: str, *content: Any, parent: str | None = SENTINEL, **more: Any) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "sender": sender,
        "text": "",
        "content": list(content),
        "parent_message_uuid": parent,
        "attachments": [],
        "files": [],
        **more,
    }


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"uuid": "c1", "name": "A chat", "account": {"uuid": ACCOUNT}, "chat_messages": list(messages), **more}


def read(item: Any, **context: Any) -> Conversation:
    raw = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
    conversation = READER.read(Record(raw, "conversations.json, item 1", context))
    assert conversation is not None
    return conversation


def only(*content: Any, sender: str = "assistant", **more: Any) -> Message:
    (found,) = read(chat(message("m1", sender, *content, **more))).messages
    return found


def by_id(conversation: Conversation) -> dict[str, Message]:
    return {found.id: found for found in conversation.messages}


def write(folder: Path, files: dict[str, Any]) -> Path:
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return folder


def conversations_of(path: Path) -> list[Conversation]:
    with Export(path) as export:
        records = list(READER.records(export))
    assert not [record for record in records if isinstance(record, Problem)]
    found = [READER.read(record) for record in records if isinstance(record, Record)]
    return [conversation for conversation in found if conversation is not None]


# --- expected files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_read__as_expected(case: str, update_snapshots: bool) -> None:
    expected = CASES / case / "expected.json"
    (export,) = (path for path in expected.parent.iterdir() if path != expected)
    found = [json.loads(encode(conversation)) for conversation in conversations_of(export)]
    if update_snapshots:
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


# --- the tree ------------------------------------------------------------------------------------------------------


def test_tree__sentinel_is_no_parent_and_retry_is_a_branch() -> None:
    conversation = read(
        chat(
            message("u", "human", text("Hello")),
            message("a1", "assistant", text("One"), parent="u", created_at="2026-01-01T10:00:01Z"),
            message("a2", "assistant", text("Two"), parent="u", created_at="2026-01-01T10:00:02Z"),
        )
    )
    assert [(m.id, m.parent) for m in conversation.messages] == [("u", None), ("a1", "u"), ("a2", "u")]
    assert conversation.active_leaf == "a2"
    assert len(tree.branches(conversation)) == 2


def test_tree__named_leaf_wins() -> None:
    messages = [
        message("u", "human", text("Hello")),
        message("a1", "assistant", text("One"), parent="u", created_at="2026-01-01T10:00:01Z"),
        message("a2", "assistant", text("Two"), parent="u", created_at="2026-01-01T10:00:02Z"),
    ]
    assert read(chat(*messages, current_leaf_message_uuid="a1")).active_leaf == "a1"


def test_tree__without_parents_is_a_line_and_senders_alternate() -> None:
    old = [{"uuid": name, "text": name} for name in ("p", "q", "r")]
    conversation = read(chat(*old))
    assert [(m.id, m.parent, m.role) for m in conversation.messages] == [
        ("p", None, "user"),
        ("q", "p", "assistant"),
        ("r", "q", "user"),
    ]


def test_tree__same_id_twice_keeps_both() -> None:
    conversation = read(chat({"uuid": "x", "text": "1"}, {"uuid": "x", "text": "2"}, {"uuid": "y", "text": "3"}))
    assert [(m.id, m.parent) for m in conversation.messages] == [("x", None), ("x~2", "x"), ("y", "x~2")]


def test_tree__null_entries_are_dropped_and_others_kept_as_json() -> None:
    conversation = read(chat(None, "odd", message("u", "human", text("Hello"))))
    assert [m.id for m in conversation.messages][-1] == "u"
    assert conversation.messages[0].blocks == (UnknownBlock("message", '"odd"'),)


def test_tree__ten_thousand_levels() -> None:
    messages = [message(str(n), "human", text("x"), parent=str(n - 1)) for n in range(10_000)]
    assert read(chat(*messages)).active_leaf == "9999"


# --- hidden context ------------------------------------------------------------------------------------------------

INJECTED = {"type": "injected_prompt_block", "prompt": "Today is Monday.", "injection_source": "date_note"}


def test_hidden__stands_before_its_message() -> None:
    conversation = read(
        chat(
            message("u", "human", text("Hello"), INJECTED),
            message("a", "assistant", text("Hi"), parent="u"),
        )
    )
    assert [(m.id, m.parent, m.hidden) for m in conversation.messages] == [
        ("u~context", None, True),
        ("u", "u~context", False),
        ("a", "u", False),
    ]
    context = conversation.messages[0]
    assert (context.role, context.author) == ("system", "date_note")
    assert context.blocks == (TextBlock("Today is Monday.", plain=True),)


def test_hidden__nothing_else_hides_the_message_itself() -> None:
    found = only(INJECTED, sender="human")
    assert (found.id, found.hidden) == ("m1", True)


# --- text and noise ------------------------------------------------------------------------------------------------

NOISE = "```\nThis block is not supported on your current device yet.\n```"


def test_text__content_wins() -> None:
    assert only(text("The content"), text=f"{NOISE}\n\nThe content").blocks == (TextBlock("The content"),)


def test_text__fills_in_without_the_noise() -> None:
    found = only(call("web_search", {"query": "x"}, "t1"), text=f"{NOISE}\n\nRead this.\n\n{NOISE}")
    assert found.blocks[1:] == (TextBlock("Read this."),)


def test_text__noise_alone_adds_nothing() -> None:
    assert len(only(call("web_search", {"query": "x"}), text=f" {NOISE}\n\n{NOISE} ").blocks) == 1


def test_text__content_as_json_string() -> None:
    found = only(content=json.dumps([text("Hello"), call("repl", json.dumps({"code": "1 + 1"}))]))
    assert found.blocks == (TextBlock("Hello"), ToolCallBlock("repl", "1 + 1", "javascript"))


def test_text__a_prompt_that_is_json_stays_text() -> None:
    assert only(content="[1, 2]", sender="human").blocks == (TextBlock("[1, 2]"),)


def test_text__null_blocks_are_dropped_and_strange_ones_shown() -> None:
    found = only(None, text("Hi"), {"type": "hologram", "depth": 3}, 17)
    assert [type(block) for block in found.blocks] == [TextBlock, UnknownBlock, UnknownBlock]
    assert found.blocks[1] == UnknownBlock("hologram", '{\n  "type": "hologram",\n  "depth": 3\n}')


def test_text__that_is_no_string_is_shown() -> None:
    assert isinstance(only({"type": "text", "text": {"lost": True}}).blocks[0], UnknownBlock)


# --- citations -----------------------------------------------------------------------------------------------------


def test_citations__stand_at_the_end_of_the_cited_words() -> None:
    words = "Wärmepumpen 🌡️ sparen Strom. Oft."
    cited = {"start_index": 0, "end_index": words.index(" Oft"), "details": {"url": "https://example.org/a"}}
    page = {"type": "knowledge", "url": "https://example.org/a", "title": "Pumps", "text": "short"}
    found = only(answer("web_search", [page], "t1"), text(words, citations=[cited]))
    block = found.blocks[1]
    assert isinstance(block, TextBlock)
    (citation,) = block.citations
    assert words[: citation.position].endswith("Strom.")
    assert (citation.sources[0].url, citation.sources[0].title) == ("https://example.org/a", "Pumps")


def test_citations__same_place_and_beyond_the_end() -> None:
    places = [
        ("https://a.example", 3),
        ("https://b.example", 3),
        ("https://c.example", 99),
        ("https://d.example", None),
    ]
    given = [{"url": url, "start_index": 0, "end_index": end} for url, end in places]
    block = only(text("abcdef", citations=given)).blocks[0]
    assert isinstance(block, TextBlock)
    assert [(c.position, len(c.sources)) for c in block.citations] == [(3, 2), (6, 2)]


def test_citations__name_pages_and_passages_in_several_ways() -> None:
    pages = [{"url": "https://a.example", "title": "A"}, {"url": "https://b.example", "title": "B"}]
    details = {"url": "https://c.example", "title": "C", "cited_text": "as it says"}
    block = only(text("abc", citations=[{"end_index": 1, "sources": pages}, {"end_index": 3, "details": details}]))
    (words,) = block.blocks
    assert isinstance(words, TextBlock)
    assert [[(s.title, s.snippet) for s in c.sources] for c in words.citations] == [
        [("A", ""), ("B", "")],
        [("C", "as it says")],
    ]


# --- reasoning -----------------------------------------------------------------------------------------------------


def test_reasoning__seconds_and_title() -> None:
    thought = {
        "type": "thinking",
        "thinking": "Hm.",
        "summaries": [{"summary": "Looking"}, "Deciding"],
        "start_timestamp": "2026-01-01T10:00:00.250000Z",
        "stop_timestamp": "2026-01-01T10:00:12.750000Z",
    }
    assert only(thought).blocks == (ReasoningBlock("Hm.", "Deciding", 12.5),)


@pytest.mark.parametrize("stop", [None, "2026-01-01T09:00:00Z", "soon", 0])
def test_reasoning__no_seconds_from_bad_times(stop: object) -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "start_timestamp": "2026-01-01T10:00:00Z", "stop_timestamp": stop}
    assert only(thought).blocks == (ReasoningBlock("Hm."),)


def test_reasoning__of_which_only_summaries_are_left() -> None:
    thought = {"type": "thinking", "thinking": "", "summaries": [{"summary": "Looking"}, {"summary": "Deciding"}]}
    assert only(thought).blocks == (ReasoningBlock("Looking\n\nDeciding", "Deciding"),)


@pytest.mark.parametrize(
    "kind",
    [
        {"type": "redacted_thinking"},
        {"type": "thinking", "thinking_hidden": True},
        {"type": "thinking", "thinking": "", "hidden": True},
    ],
)
def test_reasoning__withheld_is_a_notice(kind: dict[str, Any]) -> None:
    assert [type(block) for block in only(kind, text("Hi")).blocks] == [NoticeBlock, TextBlock]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"type": "flag", "flag": "harm", "helpline": {"name": "Call us"}}, "Flagged by Claude: harm, Call us"),
        ({"type": "flag", "flag": "harm", "helpline": None}, "Flagged by Claude: harm"),
        ({"type": "flag"}, "Flagged by Claude: no reason given"),
    ],
)
def test_flag__is_a_warning(given: dict[str, Any], shown: str) -> None:
    assert only(given).blocks == (NoticeBlock(shown, "warning"),)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"title": "Walk", "text": "I went out."}, "**Walk**\n\nI went out."),
        ({"title": "Walk"}, "Walk"),
        ({"text": "I went out."}, "I went out."),
    ],
)
def test_voice_note__is_text(given: dict[str, Any], shown: str) -> None:
    assert only({"type": "voice_note", **given}, sender="human").blocks == (TextBlock(shown),)


def test_machinery__is_left_out() -> None:
    assert only({"type": "token_budget", "remaining": 9}, {"type": "summaries"}).blocks == ()


# --- tools ---------------------------------------------------------------------------------------------------------


def test_tool__server_goes_before_its_name_and_its_address_nowhere() -> None:
    server = {"integration_name": "Linear", "mcp_server_url": "https://mcp.example/sse?key=SECRET"}
    conversation = read(chat(message("m", "assistant", call("list_issues", {"team": "A"}, "t1", **server))))
    (block,) = conversation.messages[0].blocks
    assert isinstance(block, ToolCallBlock)
    assert (block.name, block.call, block.arguments) == ("Linear: list_issues", "t1", '{\n  "team": "A"\n}')
    assert b"SECRET" not in encode(conversation)


def test_unknown__is_shown_without_the_address_of_a_server() -> None:
    (block,) = only({"type": "hologram", "mcp_server_url": "https://mcp.example/?key=SECRET", "depth": 3}).blocks
    assert isinstance(block, UnknownBlock)
    assert ("depth" in block.json, "SECRET" in block.json) == (True, False)


def test_tool__a_page_without_title_is_called_by_its_site_and_dated() -> None:
    page = {"type": "knowledge", "url": "u", "metadata": {"site_name": "Site"}, "text": "x"}
    (block,) = only(answer("web_search", [{**page, "prompt_context_metadata": {"page_age": "1 May"}}])).blocks
    assert isinstance(block, ToolResultBlock)
    assert block.blocks == (SourceListBlock((Source("u", "Site", "x", "1 May"),)),)


@pytest.mark.parametrize(
    ("card", "shown"),
    [
        (
            {"type": "json_block", "json_block": '{"language": "sql", "code": "select 1", "filename": "q.sql"}'},
            CodeBlock("select 1", "sql", "q.sql"),
        ),
        (
            {"type": "image_gallery", "images": [{"id": "i", "thumbnail_url": "https://a.example/t.png"}]},
            ImageBlock(Attachment("i", url="https://a.example/t.png")),
        ),
        (
            {"type": "table", "columns": ["a"], "rows": [["b", "c"], []]},
            TextBlock("| a |  |\n| --- | --- |\n| b | c |\n|  |"),
        ),
        (
            {"type": "single_select", "options": [{"label": "One", "description": "The first"}, {"label": "Two"}]},
            TextBlock("- One: The first\n- Two"),
        ),
    ],
)
def test_tool__cards_in_their_other_forms(card: dict[str, Any], shown: Block) -> None:
    assert only(answer("show", [card])).blocks == (ToolResultBlock("show", (shown,)),)


def test_tool__search_results_are_one_list_of_sources() -> None:
    pages = [
        {"type": "knowledge", "url": f"https://{n}.example", "title": n, "text": n * size}
        for n, size in (("a", 5), ("b", 5000))
    ]
    pages[0]["prompt_context_metadata"] = {"age": "2 March 2026"}
    (block,) = only(answer("web_search", pages, "t1")).blocks
    assert isinstance(block, ToolResultBlock)
    listed, passage = block.blocks
    assert isinstance(listed, SourceListBlock)
    assert isinstance(passage, QuoteBlock)
    assert [(s.title, s.snippet, s.date) for s in listed.sources] == [("a", "aaaaa", "2 March 2026"), ("b", "", "")]
    assert (passage.source.url, len(passage.text)) == ("https://b.example", 5000)


def test_tool__command_and_its_output() -> None:
    output = json.dumps({"returncode": 2, "stdout": "", "stderr": "no such file"})
    found = only(
        call("bash_tool", {"command": "ls x", "description": "Look"}, "t"),
        answer("bash_tool", [text(output)], "t"),
    )
    said, heard = found.blocks
    assert said == ToolCallBlock("bash_tool", "ls x", "bash", "Look", "t")
    assert isinstance(heard, ToolResultBlock)
    assert heard.failed
    assert heard.blocks == (CodeBlock("no such file", name="stderr"), NoticeBlock("Exit code 2", "warning"))


def test_tool__description_of_a_program_stays_beside_what_claude_says_of_the_call() -> None:
    def title(message: str, arguments: dict[str, str]) -> str:
        (block,) = only({**call("bash_tool", arguments, "t"), "message": message}).blocks
        assert isinstance(block, ToolCallBlock)
        return block.title

    assert title("Running", {"command": "ls", "description": "Look"}) == "Running: Look"
    assert title("Look", {"command": "ls", "description": "Look"}) == "Look"
    assert title("Running", {"command": "ls", "description": "Look", "cwd": "/"}) == "Running"  # in the JSON


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ({"status": "success", "logs": ["a", "b"], "result": ""}, [CodeBlock("a\nb")]),
        ({"status": "success", "logs": [], "result": 3}, [CodeBlock("3")]),
        ({"status": "success", "result": [1.5]}, [CodeBlock('{\n  "result": [\n    1.5\n  ]\n}', "json")]),
        (
            {"status": "error", "logs": ["a"], "error": "x is not defined"},
            [CodeBlock("a"), CodeBlock('{\n  "status": "error",\n  "error": "x is not defined"\n}', "json")],
        ),
        (
            {"returncode": 0, "stdout": "a", "stderr": "", "files": ["b"]},
            [CodeBlock("a"), CodeBlock('{\n  "files": [\n    "b"\n  ]\n}', "json")],
        ),
        ({"status": "success", "logs": {"a": "b"}}, [CodeBlock('{\n  "logs": {\n    "a": "b"\n  }\n}', "json")]),
        ({"rows": 1}, [CodeBlock('{\n  "rows": 1\n}', "json")]),
    ],
)
def test_tool__all_of_a_programs_output_is_shown(output: dict[str, Any], shown: list[Block]) -> None:
    (block,) = only(answer("repl", [text(json.dumps(output))])).blocks
    assert isinstance(block, ToolResultBlock)
    assert list(block.blocks) == shown


def test_tool__error_is_failed() -> None:
    (block,) = only(answer("web_fetch", "Not allowed", "t", is_error=True)).blocks
    assert block == ToolResultBlock("web_fetch", (TextBlock("Not allowed", plain=True),), "t", failed=True)


def test_tool__cards() -> None:
    cards = [
        {"type": "rich_link", "link": {"url": "https://a.example", "title": "A"}},
        {"type": "code_block", "language": "go", "code": "package main", "filename": "main.go"},
        {"type": "json_block", "json_block": '{"a": 1}'},
        {"type": "table", "columns": ["n|m", "b"], "rows": [[1, None], ["x", {"value": "y"}]]},
        {"type": "local_resource", "file_path": "/mnt/a.pdf", "name": "a.pdf", "uuid": "f1"},
        {"type": "image_gallery", "images": [{"url": "https://a.example/i.png", "title": "I", "width": 4}]},
        {"type": "image", "file_uuid": "f2"},
        {"type": "rich_content", "content": [{"title": "B", "subtitles": ["b.example", "3 min"], "url": "u"}]},
        {"type": "single_select", "question": "Which?", "options": [{"label": "One"}, "Two"]},
        {"type": "tomorrow"},
    ]
    (block,) = only(answer("show", cards)).blocks
    assert isinstance(block, ToolResultBlock)
    kinds = [SourceListBlock, CodeBlock, CodeBlock, TextBlock, FileBlock, ImageBlock, ImageBlock]
    assert [type(inner) for inner in block.blocks] == [*kinds, SourceListBlock, TextBlock, UnknownBlock]
    assert block.blocks[7:9] == (
        SourceListBlock((Source("u", "B", "b.example · 3 min"),)),
        TextBlock("Which?\n\n- One\n- Two"),
    )
    assert block.blocks[3] == TextBlock("| n\\|m | b |\n| --- | --- |\n| 1 |  |\n| x | y |")


@pytest.mark.parametrize(
    "card",
    [
        {"type": "text", "text": {"a": "words"}},
        {"type": "code_block", "source": "words"},
        {"type": "image_gallery", "images": [], "title": "words"},
        {"type": "local_resource", "note": "words"},
        {"type": "rich_link", "link": "words"},
        {"type": "rich_content", "content": ["words"]},
        {"type": "table", "rows": [["words"]]},
        {"type": "single_select", "words": True},
        {"type": "json_block", "value": "words"},
    ],
)
def test_tool__a_card_of_another_form_is_shown_as_json(card: dict[str, Any]) -> None:
    (block,) = only(answer("show", [card])).blocks
    assert isinstance(block, ToolResultBlock)
    (inner,) = block.blocks
    assert isinstance(inner, UnknownBlock) and "words" in inner.json


def test_tool__a_card_that_says_nothing_is_left_out() -> None:
    assert only(answer("show", [{"type": "image_gallery", "images": []}])).blocks == (ToolResultBlock("show"),)


@pytest.mark.parametrize(
    ("fields", "inner"),
    [
        ({"display_content": text("card")}, TextBlock("card", plain=True)),
        ({"display_content": [text("card")]}, TextBlock("card", plain=True)),
        ({"structured_content": {"a": 1}}, CodeBlock('{\n  "a": 1\n}', "json")),
        ({"message": "done"}, TextBlock("done", plain=True)),
    ],
)
def test_tool__what_stands_in_for_an_empty_result(fields: dict[str, Any], inner: Block) -> None:
    assert only(answer("show", [], **fields)).blocks == (ToolResultBlock("show", (inner,)),)


# --- documents -----------------------------------------------------------------------------------------------------


def artifact(command: str | None, **fields: Any) -> dict[str, Any]:
    given = {"command": command} if command else {}
    return call("artifacts", {**given, "id": "poem", "title": "Poem", "type": "text/markdown", **fields})


def update(old: str, new: str) -> dict[str, Any]:
    return call("artifacts", {"command": "update", "id": "poem", "old_str": old, "new_str": new})


OK = answer("artifacts", [text("OK")])


def documents(found: Message) -> list[DocumentBlock]:
    return [block for block in found.blocks if isinstance(block, DocumentBlock)]


def test_documents__each_branch_has_its_own_versions() -> None:
    conversation = read(
        chat(
            message("u", "human", text("A poem")),
            message("a", "assistant", artifact(None, content="red red"), OK, parent="u"),
            message("b1", "assistant", update("red", "blue"), OK, parent="a"),
            message("c1", "assistant", update("red", "green"), OK, parent="b1"),
            message("b2", "assistant", update("red", "black"), OK, artifact("rewrite", content="new"), OK, parent="a"),
        )
    )
    versions = {m.id: [(d.version, d.text) for d in documents(m)] for m in conversation.messages}
    assert versions == {
        "u": [],
        "a": [(1, "red red")],
        "b1": [(2, "blue red")],
        "c1": [(3, "blue green")],
        "b2": [(2, "black red"), (3, "new")],
    }
    assert documents(by_id(conversation)["c1"])[0].title == "Poem"


def test_documents__an_edit_that_does_not_fit_stays_a_call_and_is_noted() -> None:
    found = only(artifact("create", content="red"), OK, update("blue", "x"), OK, update("red", "pink"), OK)
    kinds = [DocumentBlock, ToolCallBlock, ToolResultBlock, NoticeBlock, DocumentBlock]
    assert [type(block) for block in found.blocks] == kinds
    last = documents(found)[-1]
    assert (last.version, last.text, last.note) == (2, "pink", "1 earlier change could not be applied")


def test_documents__failed_call_changes_nothing() -> None:
    failed = answer("artifacts", [text("Error")], is_error=True)
    found = only(
        artifact("create", content="red"), OK, artifact("rewrite", content="gone"), failed, update("red", "pink")
    )
    assert [d.text for d in documents(found)] == ["red", "pink"]
    assert [type(block) for block in found.blocks][1:3] == [ToolCallBlock, ToolResultBlock]


def test_documents__empty_update_and_view_stay_calls() -> None:
    found = only(artifact("create", content="red"), OK, update("", ""), OK, artifact("view"))
    assert [type(block) for block in found.blocks] == [DocumentBlock, ToolCallBlock, ToolResultBlock, ToolCallBlock]


def test_documents__pages_that_a_report_cites_stand_after_it() -> None:
    cited = [
        {"url": "https://a.example", "title": "A", "start_index": 0},
        {"details": {"url": "https://b.example", "title": "B"}},
        {"sources": [{"url": "https://c.example", "title": "C"}, {"url": "https://a.example", "title": "A"}]},
    ]
    document, sources = only(artifact("create", content="red", md_citations=cited), OK).blocks
    assert isinstance(document, DocumentBlock)
    assert isinstance(sources, SourceListBlock)
    assert [source.title for source in sources.sources] == ["A", "B", "C"]


def test_documents__files_are_followed_by_path() -> None:
    path = "/mnt/user-data/outputs/fit.py"
    found = only(
        call("create_file", {"path": path, "file_text": "a = 1\n", "description": "First try"}, "t1"),
        answer("create_file", [text("File created")], "t1"),
        call("str_replace", {"path": path, "old_str": "1", "new_str": "2", "description": "Two"}, "t2"),
        call("str_replace", {"path": "/elsewhere.py", "old_str": "1", "new_str": "2"}, "t3"),
    )
    assert [(d.id, d.title, d.text, d.language, d.version, d.note) for d in documents(found)] == [
        (path, "fit.py", "a = 1\n", "python", 1, "First try"),
        (path, "fit.py", "a = 2\n", "python", 2, "Two"),
    ]
    assert [type(block) for block in found.blocks[2:]] == [ToolCallBlock, NoticeBlock]


def test_documents__inline_tags_cut_the_text() -> None:
    words = (
        "Here:\n\n<antThinking>A poem fits.</antThinking>\n\n"
        '<antArtifact identifier="poem" type="text/markdown" title="Poem &amp; more">\n# Rose\n</antArtifact>\n\nEnd.'
    )
    cited = {"url": "https://a.example", "end_index": len(words)}
    found = only(text(words, citations=[cited]))
    first, thought, document, last = found.blocks
    assert isinstance(first, TextBlock)
    assert thought == ReasoningBlock("A poem fits.")
    assert document == DocumentBlock("poem", "# Rose", "Poem & more", "text/markdown")
    assert isinstance(last, TextBlock)
    assert (last.text, last.citations[0].position) == ("\n\nEnd.", 6)


@pytest.mark.parametrize(
    "words", ['```xml\n<antArtifact identifier="x">\n```', 'Write `<antArtifact identifier="x">` so.']
)
def test_documents__quoted_tags_are_text(words: str) -> None:
    assert only(text(words)).blocks == (TextBlock(words),)


def test_documents__tags_that_a_person_wrote_are_text() -> None:
    words = '<antArtifact identifier="x">What is this?</antArtifact>'
    assert only(text(words), sender="human").blocks == (TextBlock(words),)


def test_documents__of_no_type_are_code_if_they_have_a_language() -> None:
    code = call("artifacts", {"id": "a", "language": "python", "content": "a = 1"})
    prose = call("artifacts", {"id": "b", "content": "# A"})
    assert [d.media_type for d in documents(only(code, prose))] == ["application/vnd.ant.code", "text/markdown"]


def test_documents__update_with_content_writes_them_whole() -> None:
    found = only(artifact("create", content="red"), artifact("update", content="blue"))
    assert [d.text for d in documents(found)] == ["red", "blue"]


def test_documents__without_ids_a_call_takes_only_the_answer_of_its_own_tool() -> None:
    error = answer("web_search", [text("Error")], is_error=True)
    found = only(artifact("create", content="red"), call("web_search", {"query": "q"}), error, OK)
    assert [type(block) for block in found.blocks] == [DocumentBlock, ToolCallBlock, ToolResultBlock]


def test_documents__cut_off_tag_keeps_the_rest() -> None:
    (document,) = documents(only(text('<antArtifact identifier="x" type="text/html">\n<p>half')))
    assert (document.text, document.note) == ("<p>half", "the answer breaks off here")


def test_documents__too_long_together_stay_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_documents, "MOST_TEXT", 10)
    found = only(artifact("create", content="123456"), artifact("rewrite", content="1234567"))
    assert [type(block) for block in found.blocks] == [DocumentBlock, ToolCallBlock, NoticeBlock]


# --- uploads -------------------------------------------------------------------------------------------------------


def test_uploads__text_files_pictures_and_quotes() -> None:
    quoted = "excerpt_from_previous_claude_message.txt"
    found = only(
        text("Look"),
        {"type": "image", "file_uuid": "f1"},
        sender="human",
        attachments=[
            {"file_name": "", "file_size": 5, "file_type": "txt", "extracted_content": "pasted"},
            {"file_name": "plan.pdf", "file_type": "pdf", "extracted_content": "The plan"},
            {"file_name": quoted, "extracted_content": "what you said"},
        ],
        files=[
            {"file_name": "plan.pdf", "file_uuid": "f0"},
            {"file_name": "roof.jpg", "file_uuid": "f1"},
            {"file_name": "wall.jpg", "file_uuid": "f2"},
            {"file_name": quoted, "file_uuid": "f3"},
        ],
    )
    kinds = [FileBlock, FileBlock, QuoteBlock, ImageBlock, TextBlock, ImageBlock]
    assert [type(block) for block in found.blocks] == kinds
    pasted, _, _, wall, _, roof = found.blocks
    assert isinstance(pasted, FileBlock)
    assert (pasted.attachment.name, pasted.text) == ("Pasted text", "pasted")
    assert isinstance(wall, ImageBlock)
    assert isinstance(roof, ImageBlock)
    assert [wall.attachment.name, roof.attachment.name] == ["wall.jpg", "roof.jpg"]


def test_uploads__a_name_or_the_lack_of_one_hides_no_other_file() -> None:
    found = only(
        sender="human",
        attachments=[{"file_name": "", "extracted_content": "a"}, {"file_name": "x.txt", "extracted_content": "b"}],
        files=[
            {"file_name": "", "file_uuid": "f1"},
            {"file_name": "x.txt", "file_uuid": "f2"},
            {"file_name": "x.txt", "file_uuid": "f3"},
        ],
        files_v2=[{"file_name": "x.txt", "file_uuid": "f2"}, {"file_name": "x.txt", "file_uuid": "f3"}],
    )
    assert [block.attachment.id for block in found.blocks if isinstance(block, FileBlock)] == [
        "m1/attachment-1",
        "m1/attachment-2",
        "f1",
        "f3",
    ]


def test_uploads__quoted_passage_and_picture_in_their_other_forms() -> None:
    picture = {"file_uuid": "f", "file_kind": "image", "preview_asset": {"image_width": 4, "image_height": 3}}
    quote, image = only(
        sender="human",
        attachments=[{"file_name": "", "excerpt_from_previous_claude_message": "what you said"}],
        files_v2=[picture],
    ).blocks
    assert isinstance(quote, QuoteBlock) and quote.text == "what you said"
    assert image == ImageBlock(Attachment("f", width=4, height=3))


def test_uploads__of_one_name_without_ids_are_all_shown() -> None:
    pasted = [{"file_name": "image.png"}, {"file_name": "image.png"}]
    found = only(sender="human", files=pasted, files_v2=pasted)
    assert [block.attachment.id for block in found.blocks if isinstance(block, ImageBlock)] == [
        "m1/file-image.png",
        "m1/file-image.png~2",
    ]


def test_uploads__text_inside_a_document_block_is_shown() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "The plan"}
    (block,) = only({"type": "document", "title": "plan.txt", "source": source}, sender="human").blocks
    assert isinstance(block, FileBlock)
    assert (block.attachment.name, block.text) == ("plan.txt", "The plan")


def test_uploads__of_another_form_are_shown_as_json() -> None:
    found = only(sender="human", attachments=["words", {"words": 1}], files={"file_name": "a.txt"}, files_v2="words")
    kinds = [UnknownBlock, UnknownBlock, FileBlock, UnknownBlock]
    assert [type(block) for block in found.blocks] == kinds


# --- conversations -------------------------------------------------------------------------------------------------


def test_conversation__facts() -> None:
    conversation = read(
        chat(
            message("u", "human", text("Hi")),
            name=" A\nchat ",
            summary="About it",
            is_starred=True,
            model="claude-sonnet-4-5",
            project_uuid="p1",
            created_at="2026-01-17T14:23:32.807041Z",
            updated_at="0001-01-01T00:00:00Z",
        ),
        projects={"p1": "House"},
    )
    assert (conversation.title, conversation.flags, conversation.model) == ("A chat", ("starred",), "claude-sonnet-4-5")
    assert conversation.project is not None
    assert (conversation.project.id, conversation.project.name) == ("p1", "House")
    assert conversation.updated is None
    assert conversation.created is not None
    assert conversation.created.isoformat() == "2026-01-17T14:23:32.807041+00:00"


def test_conversation__model_of_an_answer() -> None:
    assert only(text("Hi"), model="claude-opus-4").model == "claude-opus-4"


def test_conversation__without_messages_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="no list chat_messages"):
        READER.read(Record(b'{"uuid": "c", "name": "x"}', "here", {"part": "conversation"}))


def test_conversation__empty_ones() -> None:
    assert read(chat()).messages == ()
    assert READER.read(Record(b'{"uuid": "c", "name": "", "chat_messages": []}', "here")) is None
    assert READER.read(Record(b"{}", "here")) is None


@pytest.mark.parametrize(
    "field", [{"parts": [{"text": "words"}]}, {"message": {"content": "words"}}, {"body": "words"}]
)
def test_conversation__a_message_of_another_form_is_shown_as_json(field: dict[str, Any]) -> None:
    design = {"uuid": "d", "title": "Logo", "project": {}, "messages": [{"id": "m", "role": "user", **field}]}
    for item in (design, chat({"uuid": "m", "sender": "human", "content": [], "text": "", **field})):
        (found,) = read(item).messages
        (block,) = found.blocks
        assert isinstance(block, UnknownBlock) and block.type == "message" and "words" in block.json


def test_conversation__a_message_that_says_nothing_stays_empty() -> None:
    said_nothing = {"index": 1, "truncated": False, "stop_reason": "user_canceled", "sync_sources": []}
    assert only(**said_nothing).blocks == ()


def test_design_chat__known_and_unknown_messages() -> None:
    known = {"uuid": "d", "title": "Logo", "project": {"uuid": "x"}, "messages": [{"role": "user", "content": "Blue"}]}
    conversation = read(known)
    assert (conversation.title, conversation.project, conversation.messages[0].blocks) == (
        "Logo",
        None,
        (TextBlock("Blue"),),
    )
    strange = read({"uuid": "d", "title": "Logo", "project": {}, "messages": {"0": "?"}, "creator": "Ada"})
    assert isinstance(strange.messages[0].blocks[0], UnknownBlock)
    assert b"Ada" not in encode(strange)


# --- what stands beside --------------------------------------------------------------------------------------------


def test_memory__is_known_by_a_hash_of_the_account() -> None:
    memory = {
        "account_uuid": ACCOUNT,
        "conversations_memory": "Likes tea.",
        "project_memories": {"p1": "Roof is slate."},
        "memory_files": [{"path": f"/{ACCOUNT}/tea.md", "content": "Green", "updated_at": "2026-09-01T00:00:00Z"}],
    }
    conversation = read(memory, projects={"p1": "House"})
    assert (conversation.kind, conversation.id) == ("memory", content_id(ACCOUNT))
    assert [m.id for m in conversation.messages] == ["conversations", "project-p1", "file-/…/tea.md"]
    (document,) = documents(conversation.messages[1])
    assert (document.title, document.text) == ("House", "Roof is slate.")
    assert ACCOUNT.encode() not in encode(conversation)


def test_memory__of_a_project_that_is_named_in_another_zip_bears_its_id() -> None:
    memory = {"account_uuid": ACCOUNT, "project_memories": {"p1": "Roof is slate."}}
    for names, project in (({}, "p1"), ({"p1": "House"}, "")):
        (document,) = documents(read(memory, projects=names).messages[0])
        assert document.project == project


def test_memory__that_names_no_account_is_that_of_the_account_beside_it(tmp_path: Path) -> None:
    files = {"memories.json": [{"conversations_memory": "Likes tea."}], "users.json": USERS}
    (conversation,) = conversations_of(write(tmp_path, files))
    assert conversation.id == content_id(ACCOUNT)


def test_memory__empty_is_none() -> None:
    assert READER.read(Record(b'{"account_uuid": "a", "conversations_memory": ""}', "here")) is None


@pytest.mark.parametrize(
    "item",
    [
        {"account_uuid": ACCOUNT, "conversations_memory": {"a": "words"}},
        {"account_uuid": ACCOUNT, "project_memories": ["words"]},
        {"account_uuid": ACCOUNT, "memory_files": ["words"]},
        {"uuid": "p", "prompt_template": ["words"]},
        {"uuid": "p", "docs": {"a": "words"}},
        {"uuid": "p", "docs": [{"a": "words"}]},
    ],
)
def test_beside__what_has_another_form_is_kept_as_json(item: dict[str, Any]) -> None:
    ((block,),) = (found.blocks for found in read(item).messages)
    assert isinstance(block, UnknownBlock) and "words" in block.json


def test_project__a_document_without_name_is_not_called_by_an_id() -> None:
    ((block,),) = (found.blocks for found in read({"uuid": "p", "docs": [{"uuid": "d", "content": "words"}]}).messages)
    assert isinstance(block, FileBlock)
    assert (block.attachment.name, block.text) == ("Untitled document", "words")


def test_frame__published_version_that_is_not_listed_is_shown() -> None:
    artifact = {"id": "a", "versions": [], "active_version": "v1"}
    frame = read_frame({"artifact": artifact, "versions": [{"path": "v1.html", "text": "<p>Hello"}]})
    assert [block.text for message in frame.messages for block in message.blocks] == ["<p>Hello"]


def test_frame__versions_comments_and_no_owner(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "frames-000",
        {
            "artifacts/f1/artifact.json": {
                "id": "f1",
                "owner_account": {"uuid": ACCOUNT, "full_name": "Ada Example"},
                "active_version": "v1",
                "versions": [
                    {"id": "v1", "title": "Map", "description": "First", "created_at": "2026-09-01T00:00:00Z"},
                    {"id": "v2", "title": "Map 2", "created_at": "2026-09-02T00:00:00Z"},
                ],
            },
            "artifacts/f1/versions/v1.html": "<p>1</p>",
            "artifacts/f1/versions/v2/index.md": "# 2",
            "artifacts/f1/artifact_comments.json": {
                "threads": [
                    {
                        "resolved": True,
                        "comments": [
                            {"author_index": 2, "text": "Nice"},
                            {"author_index": 1, "author_is_artifact_owner": True, "text": "Thanks"},
                        ],
                    }
                ]
            },
        },
    )
    (conversation,) = conversations_of(folder)
    assert (conversation.kind, conversation.id, conversation.title) == ("document", "f1", "Map")
    first, second, comment, reply = conversation.messages
    assert [(d.version, d.text, d.note) for d in documents(first)] == [
        (1, "<p>1</p>", "First; the version that is published")
    ]
    assert [(d.version, d.media_type) for d in documents(second)] == [(2, "text/markdown")]
    assert comment.blocks == (NoticeBlock("Comment 1.1 by reader 2, resolved: Nice"),)
    assert reply.blocks == (NoticeBlock("Comment 1.2 by the owner, resolved: Thanks"),)
    assert b"Ada" not in encode(conversation)


def test_frame__published_version_is_read_where_none_is_listed(tmp_path: Path) -> None:
    files = {
        "artifacts/f1/artifact.json": {"id": "f1", "active_version": "v1", "versions": []},
        "artifacts/f1/versions/v1.html": "<p>1",
    }
    (conversation,) = conversations_of(write(tmp_path / "frames-000", files))
    assert [(d.text, d.note) for d in documents(conversation.messages[0])] == [("<p>1", "")]


def test_frame__under_another_name_is_read_by_itself(tmp_path: Path) -> None:
    artifact = {"id": "f1", "active_version": "v1", "versions": [{"id": "v1", "title": "Map"}]}
    (conversation,) = conversations_of(write(tmp_path / "x", {"chat.json": artifact}))
    assert [(d.title, d.note) for d in documents(conversation.messages[0])] == [
        ("Map", "its text is not in the export")
    ]


# --- the export ----------------------------------------------------------------------------------------------------

USERS = [{"uuid": ACCOUNT, "full_name": "Ada Example", "email_address": "ada@example.org"}]
CHAT = chat(message("u", "human", text("Hi")), project_uuid="b0000000-0000-4000-8000-000000000002")
PROJECT = {
    "uuid": "b0000000-0000-4000-8000-000000000002",
    "name": "House",
    "prompt_template": "Be brief.",
    "creator": {"uuid": ACCOUNT, "full_name": "Ada Example"},
    "docs": [
        {"uuid": "d1", "filename": "notes.md", "content": "# Notes"},
        {"uuid": "d2", "filename": "plan.pdf", "content": "Extracted"},
        {"uuid": "d3", "filename": "lost.md"},
    ],
}


def recognised(path: Path) -> Any:
    with Export(path) as export:
        return READER.recognise(export)


def test_recognise__batch_zip(tmp_path: Path) -> None:
    path = tmp_path / "data-2026-01-17-14-23-32-batch-0000.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in {"conversations": [CHAT], "projects": [PROJECT], "users": USERS}.items():
            archive.writestr(f"{name}.json", json.dumps(value))
    found = recognised(path)
    assert found.made is not None
    assert found.made.isoformat() == "2026-01-17T14:23:32+00:00"
    assert (found.account, found.complete, found.ignored) == (content_id(ACCOUNT), True, ("users.json",))
    conversation, project = conversations_of(path)
    assert conversation.project == project.project
    assert [type(m.blocks[0]) for m in project.messages] == [TextBlock, DocumentBlock, FileBlock, FileBlock]
    assert b"Ada" not in encode(project)


def test_recognise__later_batch_alone_is_not_complete(tmp_path: Path) -> None:
    path = tmp_path / f"data-{ACCOUNT}-1779222449-06d73759-batch-0001"
    found = recognised(write(path, {"conversations.json": [CHAT], "users.json": USERS}))
    assert not found.complete
    assert found.made.isoformat() == "2026-05-19T20:27:29+00:00"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("conversations.json", [CHAT], "chat"),
        (f"projects/{PROJECT['uuid']}.json", PROJECT, "project"),
        ("projects/bare.json", {"uuid": "p", "name": "x", "is_starter_project": False}, "project"),
        (f"memories/{ACCOUNT}.json", {"account_uuid": ACCOUNT, "conversations_memory": "x"}, "memory"),
        (f"memories/{ACCOUNT}.json", {"account_uuid": ACCOUNT, "project_memories": {"p": "x"}}, "memory"),
        ("artifacts/a/artifact.json", {"id": "a", "visibility": "private", "versions": [{"id": "v"}]}, "document"),
        ("design_chats/d.json", {"uuid": "d", "title": "x", "project": {}, "messages": [{"text": "x"}]}, "chat"),
    ],
)
def test_recognise__each_category_alone(tmp_path: Path, name: str, value: Any, kind: str) -> None:
    path = tmp_path / "some name (1).zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, json.dumps(value))
    assert not recognised(path).complete
    (conversation,) = conversations_of(path)
    assert conversation.kind == kind
    with Export(path) as export:
        assert ACCOUNT not in "".join(record.where for record in READER.records(export))


@pytest.mark.parametrize(
    "beside",
    [
        {"login_history.json": [{"ip": "192.0.2.1"}]},
        {"artifacts/a/artifact.json": {"id": "a", "visibility": "private", "versions": [{"id": "v"}]}},
        {"manifest.json": {"data_files": [{"category": "conversations", "filename": "conversations-000.zip"}]}},
    ],
)
def test_recognise__categories_unpacked_into_one_folder_are_no_batch(tmp_path: Path, beside: dict[str, Any]) -> None:
    found = recognised(write(tmp_path, {"conversations.json": [CHAT], "users.json": USERS, **beside}))
    assert (found.generation.startswith("by category"), found.complete) == (True, False)


def test_recognise__light_metadata_holds_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "light_metadata-000", {"users.json": USERS, "login_history.json": [{"ip": "192.0.2.1"}]})
    found = recognised(folder)
    assert set(found.ignored) == {"users.json", "login_history.json"}
    assert found.advice
    assert conversations_of(folder) == []


def test_recognise__manifest_tells_the_files_and_never_a_link(tmp_path: Path) -> None:
    files = [
        {"category": "conversations", "filename": "conversations-000.zip", "export_url": "https://SECRET.example/1"},
        {"category": "frames", "filename": "https://SECRET.example/x.zip", "export_url": "https://SECRET.example/2"},
        {"category": "light_metadata", "filename": "light_metadata-000.zip", "export_url": "https://SECRET.example/3"},
    ]
    manifest = {"created_at": "2026-09-18T16:59:47.566776+00:00", "data_files": files}
    path = write(tmp_path, {f"manifest-{ACCOUNT}-1.json": manifest}) / f"manifest-{ACCOUNT}-1.json"
    found = recognised(path)
    assert "conversations-000.zip" in found.advice
    assert "light_metadata" not in found.advice
    assert b"SECRET" not in msgspec.json.encode(found)
    assert ACCOUNT.encode() not in msgspec.json.encode(found)
    assert found.made.year == 2026
    assert conversations_of(path) == []


def test_recognise__manifest_beside_its_zips_names_the_others_only(tmp_path: Path) -> None:
    names = ["conversations-000.zip", "projects-000.zip", "memories-000.zip"]
    files = [{"category": name[:-8], "filename": name, "export_url": "https://SECRET.example"} for name in names]
    folder = write(tmp_path / "export", {"manifest.json": {"data_files": files}})
    for name in ("conversations-000 (1).zip", "projects-000.zip"):
        (folder / name).write_bytes(b"PK")
    assert recognised(folder).advice.endswith("import each of them: memories-000.zip")
    (folder / "memories-000.zip").write_bytes(b"PK")
    assert recognised(folder).advice == ""


def test_recognise__others_are_not_claimed(tmp_path: Path) -> None:
    others = {
        "conversations.json": [{"id": "x", "mapping": {}, "create_time": 1}],
        "users.json": [{"id": "u", "email": "ada@example.org"}],
        "broken.json": "[{",
        "notes.txt": "hello",
    }
    assert recognised(write(tmp_path, others)) is None


def test_recognise__two_exports_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, {"may/conversations.json": [CHAT], "june/conversations.json": [CHAT]})
    with pytest.raises(ExportError, match="june, may"):
        recognised(folder)


def test_recognise__parts_of_one_export_are_not(tmp_path: Path) -> None:
    files = {"conversations-000/conversations.json": [CHAT], "conversations-001 (1)/conversations.json": [CHAT]}
    assert recognised(write(tmp_path, files)) is not None


def test_records__say_where_they_stand_and_a_strange_file_is_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path, {"conversations.json": [CHAT, CHAT], "dreams.json": [{"night": 1}]})
    with Export(folder) as export:
        records = list(READER.records(export))
    assert [record.where for record in records] == [
        "conversations.json, item 1",
        "conversations.json, item 2",
        "dreams.json",
    ]
    assert isinstance(records[-1], Problem)


def test_records__zips_in_a_zip(tmp_path: Path) -> None:
    inner = {"conversations-000": ("conversations.json", [CHAT]), "projects-000": ("projects/p.json", PROJECT)}
    for stem, (name, value) in inner.items():
        with zipfile.ZipFile(tmp_path / f"{stem}.zip", "w") as archive:
            archive.writestr(name, json.dumps(value))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as outer:
        for stem in inner:
            outer.write(tmp_path / f"{stem}.zip", f"{stem}.zip")
    conversation, project = conversations_of(tmp_path / "all.zip")
    assert conversation.project == project.project


def test_records__a_broken_item_costs_only_itself(tmp_path: Path) -> None:
    good = json.dumps(CHAT)
    folder = write(tmp_path, {"conversations.json": f'[{good}, {{"uuid": "x", "chat_messages": [}}, {good}]'})
    with Export(folder) as export:
        kinds = [type(record) for record in READER.records(export)]
    assert kinds == [Record, Problem, Record]


@pytest.mark.parametrize(("name", "kinds"), [("claude-2025", "cmp"), ("claude-2026", "cdmp")])
def test_examples__read_whole_and_hold_nothing_private(name: str, kinds: str) -> None:
    found = conversations_of(EXAMPLES / name)
    assert "".join(sorted({conversation.kind[0] for conversation in found})) == kinds
    users = json.loads(next((EXAMPLES / name).rglob("users.json")).read_text(encoding="utf-8"))
    for conversation in found:
        for detail in ("uuid", "full_name", "email_address"):
            assert users[0][detail].encode() not in encode(conversation)


@pytest.mark.parametrize(
    "words",
    [
        "<antThinking>" * 50_000,
        "```\n" + '<antArtifact identifier="x">' * 50_000,
        "<antArtifact " * 50_000,
        '<antArtifact a="' * 50_000,
        " " * 500_000 + "<ant",
        "```\nThis block is not supported" * 20_000,
    ],
)
def test_text__long_hostile_ones_are_read(words: str) -> None:
    assert only(call("web_search", {}), text=words).blocks


# --- properties ----------------------------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 9)
    | st.floats()
    | st.sampled_from(["", "x", "m1", "text", '[{"type":1}]']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "uuid"]), inner),
    max_leaves=5,
)


def rich_chat() -> dict[str, Any]:
    """A conversation with something of everything, as a start for mutations."""
    return chat(
        message("u", "human", text("Hello"), INJECTED, attachments=[{"file_name": "a", "extracted_content": "b"}]),
        message(
            "a",
            "assistant",
            {"type": "thinking", "thinking": "Hm", "summaries": ["x"], "start_timestamp": "2026-01-01T10:00:00Z"},
            call("web_search", {"query": "q"}, "t1"),
            answer("web_search", [{"type": "knowledge", "url": "https://a.example", "title": "A", "text": "x"}], "t1"),
            text("Cited.", citations=[{"start_index": 0, "end_index": 5, "details": {"url": "https://a.example"}}]),
            artifact("create", content="red"),
            OK,
            update("red", "blue"),
            call("bash_tool", {"command": "ls"}, "t2"),
            answer("bash_tool", [text('{"returncode": 1, "stdout": "x"}')], "t2"),
            answer("show", [{"type": "table", "columns": ["a"], "rows": [["b"]]}, {"type": "rich_link", "link": {}}]),
            parent="u",
        ),
        message("b", "assistant", text('<antArtifact identifier="x">y</antArtifact>'), parent="u"),
        message("c", "human", {"type": "image", "file_uuid": "f"}, parent="b", files=[{"file_uuid": "f"}]),
    )


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found, stack = [], [value]
    while stack:
        item = stack.pop()
        keys = list(item) if isinstance(item, dict) else list(range(len(item))) if isinstance(item, list) else []
        found += [(item, key) for key in keys]
        stack += [item[key] for key in keys]
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_read__no_damage_breaks_it_or_loses_a_message(data: st.DataObject) -> None:
    item = json.loads(json.dumps(rich_chat()))
    for _ in range(data.draw(st.integers(1, 4))):
        found = places(item)
        container, key = found[data.draw(st.integers(0, len(found) - 1))]
        container[key] = data.draw(JSON_VALUES)
    raw = json.dumps(item).encode()
    kept = load_json(raw)["chat_messages"]
    try:
        conversation = READER.read(Record(raw, "here", {"part": "conversation"}))
    except ValueError:
        assert not isinstance(kept, list)
        return
    messages = () if conversation is None else conversation.messages
    shown = [found for found in messages if not found.id.endswith("~context")]
    assert len(shown) == len([entry for entry in kept or () if entry is not None])
    if conversation is not None:
        assert msgspec.json.decode(encode(conversation), type=Conversation) == conversation
        assert tree.ordered(messages) == messages
