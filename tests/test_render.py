"""From a conversation to the values of its page."""

from __future__ import annotations

import pytest
from makers import conversation, dialogue, message
from msgspec.structs import replace

from sitegen.archive.attachments import StoredFile
from sitegen.config import Config
from sitegen.language import ENGLISH
from sitegen.model import (
    Attachment,
    Citation,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    ReasoningBlock,
    Revision,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.render.blocks import _divided
from sitegen.render.conversation import render_conversation
from sitegen.render.documents import documents_before
from sitegen.render.messages import SUMMARY_ANCHOR
from sitegen.render.reasoning import with_durations
from sitegen.render.settings import Settings, SourceLabels, conversation_path, message_anchor
from sitegen.render.tools import called, paired_results
from sitegen.tree import ordered

SETTINGS = Settings(Config(), "Europe/Berlin", {"chatgpt": SourceLabels("ChatGPT", "ChatGPT")}, {})


def rendered(state, files=None):
    return render_conversation(state, files or {}, SETTINGS)


def shown(state):
    return [turn.message for turn in rendered(state).page.turns]


def test_path__depends_on_source_date_and_id_only():
    path = conversation_path(conversation("One title"))
    assert path == conversation_path(conversation("Another"))
    assert path.startswith("chats/chatgpt/2026/03-05-")
    assert "/undated/" in conversation_path(conversation("t", created=None))


def test_anchor__comes_from_the_message_and_not_from_its_place():
    longer = rendered(conversation("t", message("0", "user", "zero"), *dialogue("a", "b")))
    shorter = rendered(conversation("t", *dialogue("a", "b")))
    assert [t.message.anchor for t in shorter.page.turns] == [message_anchor("1"), message_anchor("2")]
    assert [t.message.anchor for t in longer.page.turns] == [message_anchor("1"), message_anchor("2")]


def test_branches__are_folded_at_their_fork_with_numbers_and_neighbours():
    tree = ordered(
        [
            message("q", "user", "Q"),
            message("a1", "assistant", "first", "q"),
            message("a2", "assistant", "second", "q"),
            message("f", "user", "follow", "a1"),
        ]
    )
    page = rendered(conversation("t", *tree, active_leaf="a2")).page
    assert [turn.message.anchor for turn in page.turns] == [message_anchor("q"), message_anchor("a2")]
    (branch,) = page.turns[1].branches
    assert branch.summary == "Version 1 of 2: first"
    assert [m.anchor for m in branch.messages] == [message_anchor("a1"), message_anchor("f")]
    fork = page.turns[1].message.fork
    assert (fork.number, fork.total, fork.previous, fork.following) == (2, 2, message_anchor("a1"), "")
    assert "2 branches" in page.facts


def test_branches__of_a_branch_stand_at_the_same_fork():
    rows = [("q", None), ("a1", "q"), ("b1", "a1"), ("b2", "a1"), ("a2", "q")]
    tree = ordered(message(own, "assistant" if own[0] in "ab" else "user", own, up) for own, up in rows)
    page = rendered(conversation("t", *tree, active_leaf="a2")).page
    assert len(page.turns[1].branches) == 2
    every = [m.anchor for turn in page.turns for branch in turn.branches for m in branch.messages]
    assert sorted(every) == sorted(message_anchor(m) for m in ("a1", "b1", "b2"))


def test_map__is_left_out_where_forks_are_few():
    rows = [("q", None), ("a1", "q"), ("b1", "a1"), ("b2", "a1"), ("a2", "q")]
    tree = ordered(message(own, "assistant", own, up) for own, up in rows)
    assert rendered(conversation("t", *tree, active_leaf="a2")).page.map == ()


def test_map__holds_every_version_once_however_deep_branches_leave_branches():
    levels = 200
    rows = [("n0", None)]
    for level in range(1, levels):
        # The second version goes on, and the first one is where the branch that stands above leads.
        rows += [(f"n{level}", f"n{level - 1}"), (f"x{level}", f"n{level - 1}")]
    tree = ordered(message(own, "assistant", own, up) for own, up in rows)
    page = rendered(conversation("t", *tree, active_leaf="x1")).page
    assert page.forks == f"{levels - 1} forks"
    urls, deepest = [], 0
    waiting = [(fork, 1) for fork in page.map]
    while waiting:
        fork, depth = waiting.pop()
        deepest = max(deepest, depth)
        for version in fork.versions:
            urls.append(version.url)
            waiting += [(inner, depth + 1) for inner in version.forks]
    assert sorted(urls) == sorted(f"#{message_anchor(own)}" for own, up in rows if up)
    assert 2 < deepest <= 6


def test_tools__result_shows_within_its_call_by_id_or_by_place():
    for call_id in ("c1", ""):
        call = ToolCallBlock("web_search", '{"query": "tides"}', call=call_id)
        result = ToolResultBlock(
            "web_search", (SourceListBlock((Source("https://example.org", "Tides"),)),), call=call_id
        )
        state = conversation(
            "t",
            message("1", "user", "Q"),
            message("2", "assistant", parent="1", blocks=(call,)),
            message("3", "tool", parent="2", blocks=(result,)),
            message("4", "assistant", "A", "3"),
        )
        views = shown(state)
        assert [view.role for view in views] == ["user", "assistant", "assistant"]
        assert views[1].blocks[0].summary == "Searched the web for “tides”: 1 result"
        assert [inner.kind for inner in views[1].blocks[0].blocks] == ["sources"]
        assert (views[1].continues, views[2].continues) == (False, True)


def test_tools__result_without_a_call_is_not_lost():
    result = ToolResultBlock("python", (TextBlock("42"),), failed=True)
    (view,) = shown(conversation("t", message("1", "tool", blocks=(result,))))
    assert (view.blocks[0].summary, view.blocks[0].failed) == ("Result of python (failed)", True)


def test_tools__several_open_calls_get_the_results_of_their_ids_or_the_last_one_first():
    def pairs(*blocks):
        results, paired = paired_results([message("1", "assistant", blocks=blocks)])
        assert len(paired) == len(results)
        return {call: results["1", call].name for _, call in results}

    call, named = ToolCallBlock("f"), ToolCallBlock("f", call="c")
    first, second, other = ToolResultBlock("1"), ToolResultBlock("2"), ToolResultBlock("x", call="c")
    assert pairs(call, call, first, second) == {1: "1", 0: "2"}
    assert pairs(named, named, call, other, first, ToolResultBlock("y", call="c")) == {0: "x", 2: "1", 1: "y"}
    assert pairs(named, first) == pairs(call, other) == pairs(first, call) == {}


def test_tools__name_is_told_where_the_line_does_not():
    def name(call, result=None):
        blocks = (call, result) if result else (call,)
        (view,) = shown(conversation("t", message("1", "assistant", blocks=blocks)))
        return view.blocks[0].name

    assert name(ToolCallBlock("Linear: list_issues", title="Looking through the tasks")) == "Linear: list_issues"
    assert name(ToolCallBlock("f", call="1", title="Look up"), ToolResultBlock("g", call="1")) == "f, g"
    assert name(ToolCallBlock("bash_tool")) == ""


def test_tools__line_says_what_was_asked():
    assert called(ToolCallBlock("bash", '{"command": "ls  -l\\nrm x", "n": 1}'), ENGLISH) == "Used bash: ls -l rm x"
    assert called(ToolCallBlock("x", "not json"), ENGLISH) == "Used x"
    assert called(ToolCallBlock("x", "[" * 100_000), ENGLISH) == "Used x"
    assert called(ToolCallBlock("x", title="Looked it up"), ENGLISH) == "Looked it up"


def test_citations__are_numbered_once_for_each_source_and_listed():
    one, two = Source("https://a.example/x", "One"), Source("https://b.example", "")
    block = TextBlock("Fact. More. Again.", (Citation(5, (one,)), Citation(11, (two, one)), Citation(18, (one,))))
    (view,) = shown(conversation("t", message("1", "assistant", blocks=(block,))))
    assert [(r.number, r.title, r.host) for r in view.references] == [
        (1, "One", "a.example"),
        (2, "b.example", "b.example"),
    ]
    html = str(view.blocks[0].html)
    assert [html.count(f'href="#{r.anchor}"') for r in view.references] == [3, 1]
    assert f'id="{view.references[0].back}"' in html


def test_citations__of_one_source_keep_all_their_passages_and_stand_once_at_one_place():
    def source(snippet, title="One"):
        return Source("https://a.example/x", title, snippet)

    block = TextBlock("Fact. More.", (Citation(5, (source("a"),)), Citation(5, (source("b"),)), Citation(11, ())))
    again = TextBlock("Again.", (Citation(6, (source("a"), source("c", "Uno"))),))
    (view,) = shown(conversation("t", message("1", "assistant", blocks=(block, again))))
    (entry,) = view.references
    assert (entry.title, entry.snippet) == ("One / Uno", "a … b … c")
    assert [str(block.html).count(f'href="#{entry.anchor}"') for block in view.blocks] == [1, 1]


def test_citations__address_that_is_not_for_the_web_is_not_linked():
    block = TextBlock("x", (Citation(1, (Source("javascript:alert(1)", "Bad"),)),))
    (view,) = shown(conversation("t", message("1", "assistant", blocks=(block,))))
    assert (view.references[0].url, view.references[0].title) == ("", "Bad (javascript:alert(1))")


def test_files__shown_where_they_are_and_named_where_they_are_missing():
    state = conversation(
        "t",
        message(
            "1", "user", blocks=(ImageBlock(Attachment("f1", "a.png")), FileBlock(Attachment("f2", "b.txt"), "inside"))
        ),
    )
    view = rendered(state, {"f1": StoredFile("ab" * 32, 5, "image/png")}).page.turns[0].message
    assert view.blocks[0].file.url == f"../../../files/{'ab' * 8}.png"
    assert (view.blocks[1].file.url, "inside" in view.blocks[1].html) == ("", True)


def test_document__newest_version_is_open():
    versions = [DocumentBlock("d", f"text {n}", "Plan", version=n) for n in (1, 2)]
    (view,) = shown(conversation("t", message("1", "assistant", blocks=tuple(versions))))
    assert [(b.open, b.note) for b in view.blocks] == [(False, "version 1 of 2"), (True, "version 2 of 2")]


def test_reasoning__has_its_duration_and_hidden_messages_are_folded():
    state = conversation(
        "t",
        message("0", "system", "You are", hidden=True),
        message("1", "assistant", parent="0", blocks=(ReasoningBlock("hm", "", 75),)),
    )
    system, answer = shown(state)
    assert (system.hidden, system.summary) == (True, "System prompt")
    assert answer.blocks[0].summary == "Reasoned for 1 min 15 s"


def test_unknown__is_shown_with_its_json():
    (view,) = shown(conversation("t", message("1", "assistant", blocks=(UnknownBlock("widget", '{"a": 1}'),))))
    assert (view.blocks[0].kind, view.blocks[0].summary) == ("unknown", "widget")
    assert "widget" not in view.blocks[0].html


def test_title__of_an_untitled_conversation_is_its_first_prompt():
    entry = rendered(conversation("", *dialogue("Why *is*\nthe sky blue? " * 9, "Because"))).entry
    assert entry.title.startswith("Why is the sky blue?")
    assert (len(entry.title) <= 80, entry.excerpt) == (True, "")
    assert rendered(conversation(" \n", message("1", "assistant", blocks=()))).entry.title == "Untitled"


def test_search__each_text_goes_to_its_field():
    state = conversation(
        "Title",
        message("1", "user", "ask\n```python\nprint(1)\n```"),
        message(
            "2", "assistant", parent="1", blocks=(ReasoningBlock("ponder"), TextBlock("reply"), NoticeBlock("note"))
        ),
        message("3", "system", "secret context", "2", hidden=True),
    )
    head, one, two, three = rendered(state).search.documents
    assert (head.title, head.anchor) == ("Title", "")
    assert (one.prompt.strip(), one.code.strip()) == ("ask", "print(1)")
    assert ("reply" in two.answer, "note" in two.answer, "ponder" in two.steps) == (True, True, True)
    assert (three.answer, "secret context" in three.steps) == ("", True)


def test_empty_conversation__still_has_a_page():
    page = rendered(Conversation(source="chatgpt", id="x", title="t")).page
    assert (page.turns, page.facts) == ((), ("0 messages",))


def test_document__of_a_project_bears_the_name_that_the_archive_knows():
    block = DocumentBlock("d", "words", "Project p1", project="p1")
    state = conversation("t", message("1", "assistant", blocks=(block,)))
    for names, title in (({"p1": "House"}, "House"), ({}, "Project p1")):
        settings = Settings(SETTINGS.config, SETTINGS.zone_name, SETTINGS.sources, names)
        page = render_conversation(state, {}, settings)
        assert page.page.turns[0].message.blocks[0].title == title
        assert title in page.search.documents[1].answer


def test_prompt__goes_on_from_the_files_that_were_given_with_it():
    file = (FileBlock(Attachment("f", "plan.pdf")),)
    messages = (
        message("1", "user", blocks=file),
        message("2", "user", "What does it say?", "1"),
        message("3", "user", "Please?", "2"),
        message("4", "assistant", "It says", "3"),
    )
    assert [view.continues for view in shown(conversation("t", *messages))] == [False, True, False, False]
    assert not any(view.continues for view in shown(conversation("t", *messages, kind="project")))


# --- long outputs, documents that run ---------------------------------------------------------------------------------


def test_tool__long_output_shows_its_beginning_and_folds_the_rest():
    lines = [f"line {number}" for number in range(100)]
    long, short = (TextBlock("\n".join(part), plain=True) for part in (lines, lines[:20]))
    call = (ToolCallBlock("run", call="1"), ToolResultBlock("run", (long, short), "1"), long)
    rendering = render_conversation(conversation("Runs", message("1", "assistant", blocks=call)), {}, SETTINGS)
    tool, said = rendering.page.turns[0].message.blocks
    shown, whole = tool.blocks
    assert (shown.html.count("line"), shown.rest.count("line")) == (10, 90)
    assert shown.rest_summary == "90 more lines, 719 characters"
    assert (whole.html.count("line"), whole.rest) == (20, "")
    assert (said.html.count("line"), said.rest) == (100, "")
    (_, document) = rendering.search.documents
    assert document.steps.count("line") == 120


@pytest.mark.parametrize("text", ["x" * 4000, "word " * 1000, "\n" * 40, "a\n" + "b" * 5000])
def test_tool__no_character_of_a_long_output_is_lost(text):
    head, rest = _divided(text)
    assert len(head) <= 900
    assert head + rest in (text, text.replace("\n", "", 1)) or text == f"{head}\n{rest}"


@pytest.mark.parametrize(
    ("media_type", "language", "runs"),
    [
        ("text/html", "", True),
        ("text/html", "html", True),
        ("image/svg+xml", "", True),
        ("text/plain", "html", True),
        ("application/vnd.ant.react", "", False),
        ("application/vnd.ant.mermaid", "", False),
        ("text/markdown", "", False),
        ("application/vnd.ant.code", "python", False),
    ],
)
def test_document__only_html_and_svg_get_a_page_that_runs_them(media_type, language, runs):
    block = DocumentBlock("d", "<p>hi</p>", "A page", media_type, language)
    held = conversation("Pages", message("1", "assistant", blocks=(block,)))
    rendering = render_conversation(held, {}, SETTINGS)
    (view,) = rendering.page.turns[0].message.blocks
    assert [path for path, _ in rendering.viewers] == ([view.viewer.removeprefix("../../../")] if runs else [])
    assert all(page.back.endswith(f"{rendering.entry.path}#{view.anchor}") for _, page in rendering.viewers)
    assert render_conversation(held, {}, SETTINGS, with_viewers=False).viewers == []


# --- reasoning ----------------------------------------------------------------------------------------------------


def reasoned(identity: str, parent: str | None, text: str = "", seconds: float | None = None) -> Message:
    return Message(identity, "assistant", (ReasoningBlock(text, seconds=seconds),), parent)


def test_reasoning__its_duration_is_said_where_it_stands():
    thoughts, duration = reasoned("a", None, "Hm."), reasoned("b", "a", seconds=21)
    assert with_durations([thoughts, duration], lambda _: True) == [reasoned("a", None, "Hm.", 21)]
    # At a fork it stays a message, and so does a duration without reasoning or a second one.
    assert with_durations([thoughts, duration], lambda _: False) == [thoughts, duration]
    assert with_durations([duration], lambda _: True) == [duration]
    again = reasoned("c", "b", seconds=4)
    assert with_durations([thoughts, duration, again], lambda _: True)[1:] == [again]


def continuing(*messages):
    return [view.continues for view in shown(conversation("t", message("0", "user", "Q"), *messages))]


def test_answer__goes_on_without_a_heading_until_time_has_passed():
    def answers(*minutes):
        return [
            message(str(number), "assistant", "A", str(number - 1), minute) for number, minute in enumerate(minutes, 1)
        ]

    assert continuing(*answers(1, 2, 11)) == [False, False, True, True]
    assert continuing(*answers(1, 2, 13, 13)) == [False, False, True, False, True]
    midnight = 11 * 60  # in Berlin
    assert continuing(*answers(midnight - 1, midnight)) == [False, False, False]


def test_answer__is_headed_again_after_a_tool_that_spoke_in_its_own_words():
    first, last = message("1", "assistant", "A", "0"), message("3", "assistant", "B", "2")
    said = message("2", "tool", "I am no assistant", "1", author="python")
    gave = message("2", "tool", parent="1", blocks=(ToolResultBlock("python", (TextBlock("42"),)),))
    assert continuing(first, said, last) == [False, False, False, False]
    assert continuing(first, gave, last) == [False, False, True, True]


def test_summary__is_markdown_and_is_found_where_it_stands():
    rendering = rendered(conversation("t", summary="**Overview**\n\nAbout tides."))
    assert "<strong>Overview</strong>" in str(rendering.page.summary)
    (found,) = (document for document in rendering.search.documents if "tides" in document.steps)
    assert (found.anchor, found.role) == (SUMMARY_ANCHOR, "assistant")
    assert str(rendered(conversation("t")).page.summary) == ""


def test_branch__is_called_by_what_was_said_in_it_not_by_what_a_tool_wrote():
    tool = ToolResultBlock("python", (TextBlock("Output of a tool"),))
    messages = (
        message("1", "user", "Q"),
        message("2", "assistant", parent="1", blocks=(tool, TextBlock("The words of the answer"))),
        message("3", "assistant", "Again", "1"),
    )
    turns = rendered(conversation("t", *messages, active_leaf="3")).page.turns
    assert turns[1].branches[0].summary == "Version 1 of 2: The words of the answer"


def test_empty_message__at_a_fork_still_tells_who_and_which_model():
    messages = (
        message("1", "user", "Q"),
        message("2", "assistant", parent="1", blocks=(), model="m-1"),
        message("3", "assistant", "A", "1"),
    )
    (branch,) = rendered(conversation("t", *messages, active_leaf="3")).page.turns[1].branches
    (view,) = branch.messages
    assert (view.speaker, view.model, view.status) == ("ChatGPT", "m-1", "Empty")


def test_documents_before__are_those_that_the_message_has_a_version_of():
    def says(id_, parent, *versions):
        return message(id_, "assistant", parent=parent, blocks=tuple(DocumentBlock(d, f"{d} {id_}") for d in versions))

    tree = (
        says("1", None, "d", "e"), says("2", "1", "d"), says("3", "2", "d", "f"), says("4", "1", "d"),
        says("5", "4", "f"), says("6", None, "d"),
    )  # fmt: skip
    found = {id_: {d: block.text for d, block in known.items()} for id_, known in documents_before(tree).items()}
    assert found == {"1": {}, "2": {"d": "d 1"}, "3": {"d": "d 2"}, "4": {"d": "d 1"}, "5": {}, "6": {}}


def test_documents_before__are_asked_for_by_results_and_revisions_too():
    old, new = DocumentBlock("d", "old"), DocumentBlock("d", "new", version=2)
    in_result = message("2", "tool", parent="1", blocks=(ToolResultBlock("t", (new,)),))
    revised = replace(message("3", "assistant", "x", "1"), revisions=(Revision((new,)),))
    before = documents_before((message("1", "assistant", blocks=(old,)), in_result, revised))
    assert before == {"1": {}, "2": {"d": old}, "3": {"d": old}}
