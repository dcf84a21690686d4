"""The reader of grok.com's exports."""

import copy
import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_cases import BEYOND_READING, CASES, assert_case, assert_sound, damaged, record_of

from sitegen.errors import ExportError
from sitegen.model import (
    Attachment,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    Problem,
    ReasoningBlock,
    Record,
    Source,
    SourceListBlock,
    TextBlock,
    UnknownBlock,
    content_id,
    encode,
)
from sitegen.readers.export import Export
from sitegen.readers.grok import GrokReader
from sitegen.readers.grok.markup import answer_blocks, attributes_of, parse_cards

READER = GrokReader()
FOLDER = CASES / "grok"
BACKEND = "ttl/30d/export_data/00000000-0000-4000-8000-0000000000aa/prod-grok-backend.json"


def load(case: str, name: str = BACKEND) -> dict:
    return json.loads((FOLDER / case / "input" / name).read_text(encoding="utf-8"))


def read(value: object, **context: object) -> Conversation:
    conversation = READER.read(record_of(value, **context))
    assert conversation is not None
    return conversation


def answer(**fields: object) -> Message:
    response = {"_id": "a", "sender": "assistant", "message": "", **fields}
    return read({"conversation": {"id": "c"}, "responses": [{"response": response}]}).messages[0]


@pytest.mark.parametrize("case", sorted(path.name for path in FOLDER.iterdir()))
def test_grok__cases(case: str, update_snapshots: bool) -> None:
    assert_case(READER, FOLDER / case, update_snapshots)


def test_branches__rebuilt_from_parents_with_a_root_that_is_not_there() -> None:
    conversation = read(load("branches")["conversations"][0])
    parents = {message.id: message.parent for message in conversation.messages}
    assert parents == {"q1": None, "a1a": "q1", "a1b": "q1", "q2": "a1b", "a2": "q2", "q1x": None, "a1x": "q1x"}
    assert [message.id for message in conversation.messages] == ["q1", "a1a", "a1b", "q2", "a2", "q1x", "a1x"]
    assert conversation.active_leaf == "a2"


def test_branches__a_named_leaf_that_has_children_is_followed_down() -> None:
    assert read(load("branches")["conversations"][1]).active_leaf == "q2"


def test_model__real_name_instead_of_the_mode_and_none_for_prompts() -> None:
    models = {message.id: message.model for message in read(load("branches")["conversations"][0]).messages}
    assert models["a1b"] == "grok-4-heavy"
    assert models["a1a"] == "grok-3"
    assert models["q1"] == ""


def test_citation__stands_where_the_tag_was_cut_out() -> None:
    tag = '<grok:render card_id="c1" type="x"><argument name="citation_id">1</argument></grok:render>'
    message = answer(
        message=f"Ä😀 first.{tag} Next {tag} word.",
        card_attachments_json=[json.dumps({"id": "c1", "cardType": "citation_card", "url": "https://one.example"})],
        web_search_results=[{"url": "https://one.example", "title": "One"}],
    )
    block = message.blocks[0]
    assert isinstance(block, TextBlock)
    assert block.text == "Ä😀 first. Next word."
    assert [citation.position for citation in block.citations] == [9, 14]
    assert block.citations[0].sources[0].title == "One"


def test_citation__escaped_quotes_and_no_card_leave_nothing_behind() -> None:
    blocks = answer_blocks(r"Fine.<grok:render card_id=\"c\" type=\"x\"></grok:render>", {}, {})
    assert blocks == [TextBlock("Fine.")]
    assert attributes_of(r" type=\"x\" card_id=\"c\"") == {"card_id": "c", "type": "x"}


def test_cards__only_the_finished_chunk_of_a_picture_counts() -> None:
    chunks = [
        json.dumps({"id": "p", "image_chunk": {"imageUuid": "u", "progress": progress, "seq": progress}})
        for progress in (50, 100, 75)
    ]
    assert parse_cards(chunks).by_id["p"]["image_chunk"]["progress"] == 100


def test_cards__one_that_is_not_json_is_kept_as_it_is() -> None:
    assert answer(card_attachments_json=["{broken"]).blocks == (UnknownBlock("card", "{broken"),)


def test_cards__of_a_kind_that_nobody_knows_are_kept_though_they_have_an_address() -> None:
    film = json.dumps({"id": "f", "cardType": "video_card", "url": "https://v.example", "transcript": "What is said"})
    page = json.dumps({"id": "p", "cardType": "citation_card", "url": "https://p.example", "extra": {"a": 1}})
    message = answer(message='Look.<grok:render card_id="f"></grok:render>', card_attachments_json=[film, page])
    assert [block.type for block in message.blocks if isinstance(block, UnknownBlock)] == ["video_card"]
    assert isinstance(message.blocks[0], TextBlock) and message.blocks[0].citations


def test_cards__a_picture_in_the_text_still_tells_where_it_comes_from() -> None:
    image = {
        "original": "https://i.example/x.jpg",
        "link": "https://page.example",
        "title": "Heron",
        "description": "In June",
    }
    message = answer(
        message='See:\n<grok:render card_id="i"></grok:render>',
        card_attachments_json=[json.dumps({"id": "i", "cardType": "image_card", "image": image, "caption": "A bird"})],
    )
    assert any(isinstance(block, ImageBlock) and block.caption == "A bird" for block in message.blocks)
    assert message.blocks[-1] == SourceListBlock((Source("https://page.example", "Heron", "In June"),), "Cited")


@pytest.mark.parametrize(
    "field, value",
    [
        ("text", "Prose in a new field"),
        ("odd", {"a": 1}),
        ("tool_usage_cards", "no list"),
        ("tool_usage_cards", ["no object", {"tool_usage_card_id": "t", "tool": "search"}]),
        ("tool_usage_results", {"a": "no list"}),
        ("tool_usage_results", ["no object"]),
        ("web_search_results", {"results": []}),
        ("x_posts_ids", [["no id"]]),
    ],
)
def test_steps__what_can_not_be_read_is_kept(field: str, value: object) -> None:
    message = answer(steps=[{"tagged_text": {"header": "Looking"}, field: value}])
    (unknown,) = (block for block in message.blocks if isinstance(block, UnknownBlock))
    assert unknown.type == f"step.{field}"
    assert json.loads(unknown.json) == value


def test_steps__what_says_nothing_is_not_shown() -> None:
    step = {
        "tagged_text": {"summary": "Yes"},
        "tool_usage_cards": [],
        "rag_results": None,
        "stepId": "s1",
        "done": True,
    }
    assert answer(steps=[step]).blocks == (ReasoningBlock("Yes"),)


def test_traces__fields_that_nobody_knows_are_kept() -> None:
    traces = [{"agent": "Lucas", "thinking_trace": "Hm", "steps": [1]}, {"content": "All that it says"}]
    assert answer(agent_thinking_traces=traces).blocks == (
        ReasoningBlock("Hm", "Lucas"),
        UnknownBlock("agent_thinking_traces.steps", "[\n  1\n]"),
        UnknownBlock("agent_thinking_traces.content", '"All that it says"'),
    )


@pytest.mark.parametrize(
    "part, value, names",
    [
        (
            "projects",
            {"workspace_id": "w", "description": "About it all", "sources": [1], "user_id": "user-1"},
            ["project.description", "project.sources"],
        ),
        ("projects", {"workspace_id": "w", "custom_personality": {"text": "x"}}, ["project.custom_personality"]),
        ("media_posts", {"id": "m", "media_type": "image", "videos": [{"id": "v"}]}, ["media.videos"]),
    ],
)
def test_beside__fields_that_nobody_knows_are_kept(part: str, value: object, names: list[str]) -> None:
    message = read(value, part=part).messages[-1]
    assert [block.type for block in message.blocks if isinstance(block, UnknownBlock)] == names


def test_records__a_list_that_nobody_knows_is_told_but_not_read(tmp_path: Path) -> None:
    text = (FOLDER / "branches" / "input" / BACKEND).read_text(encoding="utf-8")
    more = '{"collections": [{"name": "secret"}], "empty": [], "version": "2",' + text.lstrip().removeprefix("{")
    (tmp_path / "grok.json").write_text(more, encoding="utf-8")
    with Export(tmp_path / "grok.json") as export:
        problems = [record for record in READER.records(export) if isinstance(record, Problem)]
    assert [(problem.where, "'collections'" in problem.reason, problem.raw) for problem in problems] == [
        ("grok.json", True, b"")
    ]


def test_tree__a_dangling_first_parent_links_nothing_else() -> None:
    responses = [
        {"_id": "q", "sender": "human", "message": "1", "parent_response_id": "nowhere"},
        {"_id": "a", "sender": "assistant", "message": "2"},
        {"_id": "r", "sender": "human", "message": "3", "parent_response_id": None},
    ]
    conversation = read({"conversation": {"id": "c"}, "responses": [{"response": entry} for entry in responses]})
    assert [(message.id, message.parent) for message in conversation.messages] == [("q", None), ("a", "q"), ("r", "a")]


TIME = "2025-03-04T05:06:07+00:00"


@pytest.mark.parametrize(
    "value",
    [
        {"$date": {"$numberLong": "1741064767000"}},
        {"$date": {"$numberLong": 1741064767000}},
        {"$date": 1741064767000},
        {"$date": "2025-03-04T05:06:07Z"},
        {"$date": "2025-03-04T05:06:07.000+0000"},
        {"$date": "2025-03-04T06:06:07.000000000+01:00"},
        "2025-03-04T05:06:07.000Z",
        1741064767000,
        1741064767,
    ],
)
def test_time__in_every_form_that_was_seen(value: object) -> None:
    created = answer(create_time=value).created
    assert created is not None and created.isoformat() == TIME


@pytest.mark.parametrize("value", [None, {"$date": None}, {"$date": {"$numberLong": "x"}}, {"$date": 0}, "never", True])
def test_time__that_is_none_is_unknown(value: object) -> None:
    assert answer(create_time=value).created is None


def test_locator__finds_assets_behind_double_slashes(tmp_path: Path) -> None:
    asset = "0000000a-0000-4000-8000-00000000000a"
    backend = {"conversations": [{"conversation": {"id": "c"}, "responses": []}]}
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("export_data/u/prod-grok-backend.json", json.dumps(backend))
        archive.writestr(f"export_data/u/prod-mc-asset-server//{asset.upper()}/content", b"x")
        archive.writestr("export_data/u/profile-picture", b"x")
    with Export(tmp_path / "e.zip") as export:
        assert READER.recognise(export) is not None
        found = READER.locator(export)(asset, "")
        assert found is not None and export.read(found) == b"x"
        assert READER.locator(export)("0000000b-0000-4000-8000-00000000000b", "") is None


def test_records__files_that_nothing_shows_stand_on_a_page_of_their_own(tmp_path: Path) -> None:
    shown, linked, lone = (f"0000000{n}-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
    link = f"https://grok.com/imagine/post/{linked}"
    response = {"_id": "a", "sender": "human", "message": link, "file_attachments": [shown]}
    backend = {"conversations": [{"conversation": {"id": "c"}, "responses": [{"response": response}]}]}
    for asset in (shown, linked, lone):
        place = tmp_path / "prod-mc-asset-server" / asset / "content"
        place.parent.mkdir(parents=True)
        place.write_bytes(b"x")
    (tmp_path / "prod-grok-backend.json").write_text(json.dumps(backend), encoding="utf-8")
    with Export(tmp_path) as export:
        chat, files = (READER.read(record) for record in READER.records(export) if isinstance(record, Record))
        assert chat is not None and files is not None
        assert_sound(files)
        assert (files.kind, files.created) == ("media", None)
        assert [message.id for message in files.messages] == [linked, lone]
        found = [block.attachment.id for m in files.messages for block in m.blocks if isinstance(block, FileBlock)]
        assert found == [linked, lone] and all(READER.locator(export)(identity, "") for identity in found)


def test_prompt__what_only_answers_have_is_kept_too() -> None:
    asset = "00000001-0000-4000-8000-000000000001"
    message = answer(
        sender="human",
        message="Edit this",
        file_attachments=[asset],
        generated_image_urls=[f"users/u/generated/{asset}/image.jpg", f"https://i.example/{asset[:-1]}2/x.jpg"],
        steps=[{"tagged_text": {"summary": "Hm"}}],
        thinking_trace="Let me see",
        card_attachments_json=['{"id": "x"}'],
    )
    assert [type(block) for block in message.blocks[:3]] == [FileBlock, ImageBlock, TextBlock]
    kept = [block.type for block in message.blocks[3:] if isinstance(block, UnknownBlock)]
    assert kept == ["thinking_trace", "steps", "card_attachments_json"]


def test_assets__the_one_that_a_conversation_began_with_is_shown() -> None:
    root = "00000001-0000-4000-8000-000000000001"
    conversation = read({"conversation": {"id": "c", "root_asset_id": root, "asset_ids": [root]}, "responses": []})
    assert [message.blocks for message in conversation.messages] == [(FileBlock(Attachment(root)),)]
    assert read({"conversation": {"id": "c", "root_asset_id": root}, "responses": []}).messages == conversation.messages


def test_artifact__that_closes_itself_takes_nothing_of_what_follows() -> None:
    blocks = answer_blocks('A <xaiArtifact artifact_id="x" title="t" contentType="text/css"/>\n\nB', {}, {})
    assert [(type(block), getattr(block, "text", "")) for block in blocks] == [
        (TextBlock, "A"),
        (DocumentBlock, ""),
        (TextBlock, "B"),
    ]


def test_artifact__attributes_in_any_order_and_versions_along_the_branch() -> None:
    conversation = read(load("answers", "grok.json")["conversations"][0])
    documents = [(m.id, block) for m in conversation.messages for block in m.blocks if isinstance(block, DocumentBlock)]
    versions = {identity: [(block.id, block.version, block.title, block.language)] for identity, block in documents}
    assert versions == {"b": [("art", 1, "sum.py", "python")], "c": [("art", 2, "sum.py", "python")]}


def test_reasoning__each_text_once_and_timed_by_the_provider() -> None:
    message = next(m for m in read(load("answers", "grok.json")["conversations"][0]).messages if m.id == "a")
    thoughts = [block for block in message.blocks if isinstance(block, ReasoningBlock)]
    assert [(block.title, block.text) for block in thoughts] == [
        ("", "Let me look.\nThen answer."),
        ("Lucas", "Another mind"),
        ("", "Not in the order"),
        ("Reading", ""),
    ]
    assert thoughts[0].seconds == 7.25


def test_sources__each_address_once_over_all_lists() -> None:
    message = next(m for m in read(load("answers", "grok.json")["conversations"][0]).messages if m.id == "a")
    found = [block for block in message.blocks if isinstance(block, SourceListBlock)]
    lists = {block.title: [source.url for source in block.sources] for block in found}
    assert lists["Cited"] == ["https://one.example", "https://six.example"]
    assert lists["Search results"] == ["https://three.example", "https://four.example"]
    assert lists["Posts on X"] == ["https://x.com/i/status/1963"]


def test_generated_image__never_keeps_the_address_that_names_the_account() -> None:
    message = next(m for m in read(load("answers", "grok.json")["conversations"][0]).messages if m.id == "a")
    pictures = [block.attachment for block in message.blocks if isinstance(block, ImageBlock)]
    assert [picture.id[-2:] for picture in pictures[:1]] == ["15"]
    assert len({picture.id for picture in pictures}) == len(pictures) == 3
    assert b"11111111-1111" not in encode(read(load("answers", "grok.json")["conversations"][0]))


def test_error__becomes_a_notice() -> None:
    message = answer(error="Grok was unable to respond.")
    assert message.blocks == (NoticeBlock("Grok was unable to respond.", "error"),)
    assert message.status == "failed"


def test_read__no_detail_of_the_account_is_kept() -> None:
    for value in load("branches")["conversations"]:
        assert b"user-1" not in encode(read(value))


def test_records__a_project_gives_its_conversations_its_name() -> None:
    with Export(FOLDER / "beside" / "input") as export:
        records = [record for record in READER.records(export) if isinstance(record, Record)]
        conversations = [READER.read(record) for record in records]
        found = READER.locator(export)("00000029-0000-4000-8000-000000000029", "")
    assert [c and (c.kind, c.project and c.project.name) for c in conversations] == [
        ("project", "Garden"),
        ("chat", "Garden"),
        ("chat", ""),
        ("chat", None),
        ("document", None),
        ("media", None),
        ("media", None),
        ("media", None),
    ]
    assert found is not None and found.endswith("prod-mc-asset-server/00000029-0000-4000-8000-000000000029/content")


def test_recognise__names_the_files_it_leaves_alone() -> None:
    with Export(FOLDER / "branches" / "input") as export:
        recognition = READER.recognise(export)
    assert recognition is not None
    assert recognition.account == content_id("user-1")
    assert recognition.ignored == ("prod-mc-auth-mgmt-api.json", "prod-mc-billing.json")


def test_recognise__account_files_are_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    with Export(FOLDER / "branches" / "input") as export:
        for method in ("read", "head", "open", "json", "items", "first_items"):
            original = getattr(export, method)

            def spy(name: str, *args: object, _original: object = original, **kwargs: object) -> object:
                opened.append(name)
                return _original(name, *args, **kwargs)  # type: ignore[operator]

            monkeypatch.setattr(export, method, spy)
        READER.recognise(export)
        list(READER.records(export))
    assert opened and all(name.endswith("prod-grok-backend.json") for name in opened)


def test_recognise__two_backends_are_ambiguous(tmp_path: Path) -> None:
    text = (FOLDER / "branches" / "input" / BACKEND).read_text(encoding="utf-8")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "prod-grok-backend.json").write_text(text, encoding="utf-8")
    with Export(tmp_path) as export, pytest.raises(ExportError, match=r"one/prod.*two/prod"):
        READER.recognise(export)


@pytest.mark.parametrize(
    "value",
    [
        [{"mapping": {}, "create_time": 1.0, "conversation_id": "x"}],
        [{"uuid": "x", "chat_messages": []}],
        [{"mapping": {}, "inserted_at": "2025-01-01T00:00:00Z"}],
        {"conversations": []},
        {"conversations": [{"id": "x", "messages": []}]},
        [],
    ],
)
def test_recognise__not_others(tmp_path: Path, value: object) -> None:
    (tmp_path / "prod-grok-backend.json").write_text(json.dumps(value), encoding="utf-8")
    with Export(tmp_path) as export:
        assert READER.recognise(export) is None


def test_read__deep_branches_do_not_recurse() -> None:
    responses = [
        {"response": {"_id": f"m{n}", "parent_response_id": f"m{n - 1}", "sender": "human", "message": f"{n}"}}
        for n in range(10_000)
    ]
    conversation = read({"conversation": {"id": "c"}, "responses": responses})
    assert conversation.active_leaf == "m9999"


@pytest.mark.parametrize(
    "unit",
    [
        "<grok:render ",
        '<grok:render a="',
        "<grok:render>",
        "<xaiArtifact ",
        '<xaiArtifact "',
        "<xai:tool_usage_card>",
        "[](https://(",
    ],
)
def test_markup__long_runs_of_openings_are_read(unit: str) -> None:
    assert answer_blocks(unit * (200_000 // len(unit)), {}, {}) is not None


INPUTS = [("branches", BACKEND), ("answers", "grok.json"), ("broken", "conversations.json")]


@pytest.mark.parametrize("case, name", INPUTS)
def test_property__every_message_is_in_the_conversation(case: str, name: str) -> None:
    for value in load(case, name)["conversations"]:
        if not isinstance(value, dict) or not value.get("responses") or "no id" in str(value):
            continue
        conversation = read(value)
        kept = json.dumps(json.loads(encode(conversation)), ensure_ascii=False)
        assert len(conversation.messages) == len(value["responses"])
        for entry in value["responses"]:
            response = (entry.get("response") or entry) if isinstance(entry, dict) else {}
            text = response.get("message") if isinstance(response, dict) else None
            words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text)) if isinstance(text, str) else []
            assert all(word in kept for word in words)


def test_example__is_read_whole() -> None:
    with Export(Path(__file__).parent.parent / "example_export" / "grok") as export:
        assert READER.recognise(export) is not None
        conversations = [READER.read(record) for record in READER.records(export) if isinstance(record, Record)]
    assert len(conversations) == 9
    for conversation in conversations:
        assert conversation is not None
        assert_sound(conversation)


RECORDS = [value for case, name in INPUTS[:2] for value in load(case, name)["conversations"]]
BESIDE = load("beside")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_property__damage_never_breaks_the_reader(data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(RECORDS).flatmap(damaged))
    try:
        conversation = READER.read(record_of(value, project="P"))
    except BEYOND_READING:
        return
    if conversation is not None:
        assert_sound(conversation)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_property__damage_beside_the_conversations_never_breaks_the_reader(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["projects", "tasks", "media_posts"]))
    value = data.draw(damaged(copy.deepcopy(BESIDE[part][0])))
    try:
        conversation = READER.read(record_of(value, part=part))
    except BEYOND_READING:
        return
    assert conversation is not None
    assert_sound(conversation)
