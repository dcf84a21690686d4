"""What Grok did on the way to an answer: a step of its `steps` as reasoning, tool calls and results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sitegen.model import (
    Block,
    CodeBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)
from sitegen.readers.fields import Json, Object, json_text, list_of, object_of, objects_of, one_line, tells, text_of
from sitegen.readers.grok.markup import arguments_of, tool_calls

_KNOWN = {"tag_order", "tagged_text", "tool_usage_cards", "tool_usage_results", "x_posts_ids"}
_RESULTS = ("web_search_results", "rag_results", "connector_search_results", "collection_search_results")
_LISTS = {"tool_usage_cards", "tool_usage_results", "x_posts_ids", *_RESULTS}


def source_of(value: Json) -> Source | None:
    """A search result, a post or a bare address as a source; None for what has no address."""
    if isinstance(value, str):
        return Source(value) if value else None
    item = object_of(value)
    url = text_of(item.get("url")) or text_of(item.get("link"))
    snippet = text_of(item.get("preview")) or text_of(item.get("description")) or text_of(item.get("snippet"))
    return Source(url, one_line(item.get("title")), snippet) if url else None


def post_source(value: Json) -> Source | None:
    """A post on X, by its id alone or as an object."""
    item = object_of(value)
    ids = (value, item.get("post_id"), item.get("postId"), item.get("id"))
    identity = next(filter(None, map(text_of, ids)), "")
    if not identity:
        return source_of(value) if item else None
    author = one_line(item.get("username")) or one_line(item.get("name"))
    text = text_of(item.get("text"))
    return Source(f"https://x.com/i/status/{identity}", f"@{author.lstrip('@')}" if author else "", text)


def merged(sources: Iterable[Source | None]) -> tuple[Source, ...]:
    """The sources in order, each address once; what a later one knows more fills the gaps of the first."""
    by_url: dict[str, Source] = {}
    for source in sources:
        if source is None:
            continue
        first = by_url.setdefault(source.url, source)
        if not (first.title and first.snippet):
            by_url[source.url] = Source(
                source.url,
                first.title or source.title,
                first.snippet or source.snippet,
                first.date or source.date,
            )
    return tuple(by_url.values())


def step_blocks(value: Json) -> list[Block]:
    """One step. Its header is the title of the first block that it gives; a call stands before its result."""
    if not isinstance(value, dict):
        return [UnknownBlock("step", json_text(value))]
    blocks = _with_results(list(_told(value)), value)
    shown = {source.url for block in blocks for source in sources_in(block)}
    for key in _RESULTS:
        entries = list_of(value.get(key))
        sources = merged(map(source_of, entries))
        blocks.extend(_unknown(f"step.{key}", [entry for entry in entries if source_of(entry) is None]))
        if fresh := tuple(source for source in sources if source.url not in shown):
            blocks.append(SourceListBlock(fresh))
            shown.update(source.url for source in fresh)
    if posts := merged(map(post_source, list_of(value.get("x_posts_ids")))):
        blocks.append(SourceListBlock(posts, "Posts on X"))
    for key, content in value.items():
        blocks.extend(_unknown(f"step.{key}", _unread(key, content)))
    return _titled(blocks, one_line(_tag_text(object_of(value.get("tagged_text")).get("header"))))


def sources_in(block: Block) -> Iterator[Source]:
    """The sources that a block lists, those of a tool's result included."""
    if isinstance(block, SourceListBlock):
        yield from block.sources
    elif isinstance(block, ToolResultBlock):
        for inner in block.blocks:
            if isinstance(inner, SourceListBlock):
                yield from inner.sources


def _unread(key: str, content: Json) -> Json:
    """What a field of a step holds that nothing else here reads; None for nothing."""
    if key not in _KNOWN and key not in _LISTS:
        return content if tells(content) else None
    if key not in _LISTS or isinstance(content, bool):
        return None
    if not isinstance(content, list):
        return content
    if key == "tool_usage_cards":
        return [card for card in content if card and not object_of(object_of(card).get("tool"))]
    if key == "tool_usage_results":
        return [result for result in content if result and not isinstance(result, dict)]
    return [post for post in content if post and post_source(post) is None] if key == "x_posts_ids" else None


def _unknown(name: str, value: Json) -> list[Block]:
    return [UnknownBlock(name, json_text(value))] if value else []


def _titled(blocks: list[Block], title: str) -> list[Block]:
    if not title:
        return blocks
    for place, block in enumerate(blocks):
        if isinstance(block, ReasoningBlock | ToolCallBlock | SourceListBlock) and not block.title:
            return [*blocks[:place], msgspec.structs.replace(block, title=title), *blocks[place + 1 :]]
    return [ReasoningBlock(title=title), *blocks]


def _told(step: Object) -> Iterator[Block]:
    """What the tagged texts say, in the order of the tags; a tag that `tag_order` lacks comes last."""
    tagged = step.get("tagged_text")
    if not isinstance(tagged, dict):
        tagged = {"summary": tagged} if tagged else {}
    order = [tag for tag in list_of(step.get("tag_order")) if isinstance(tag, str) and tag in tagged]
    last: ToolCallBlock | None = None
    for tag in dict.fromkeys([*order, *tagged]):
        text = _tag_text(tagged[tag]).strip()
        if tag == "header" or not text:
            continue
        if tag == "raw_function_result":
            call, name = (last.call, last.name) if last else ("", "")
            yield ToolResultBlock(name, (TextBlock(text, plain=True),), call)
            continue
        calls, rest = tool_calls(text)
        yield from calls
        last = calls[-1] if calls else last
        if rest:
            yield ReasoningBlock(rest)


def _tag_text(value: Json) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, map(_tag_text, (item for item in value if not isinstance(item, list)))))
    return text_of(value) if not isinstance(value, dict) else json_text(value)


def _with_results(told: list[Block], step: Object) -> list[Block]:
    """The same with the calls that only stand in `tool_usage_cards`, and each call followed by its result."""
    written = {block.call for block in told if isinstance(block, ToolCallBlock)}
    calls = [call for call in _listed_calls(step) if not call.call or call.call not in written]
    results = list(_listed_results(step))
    lone = [block for block in [*told, *calls] if isinstance(block, ToolCallBlock)]
    found = merged(map(source_of, list_of(step.get("web_search_results"))))
    if len(lone) == 1 and not results and found:
        results.append(ToolResultBlock(lone[0].name, (SourceListBlock(found),), lone[0].call))

    by_call: dict[str, list[ToolResultBlock]] = {}
    for result in results:
        by_call.setdefault(result.call, []).append(result)
    blocks: list[Block] = []
    for block in [*told, *calls]:
        blocks.append(block)
        if isinstance(block, ToolCallBlock):
            own = by_call.pop(block.call, [])
            blocks.extend(msgspec.structs.replace(result, name=block.name) for result in own)
    return [*blocks, *(result for rest in by_call.values() for result in rest)]


def _listed_calls(step: Object) -> Iterator[ToolCallBlock]:
    for card in objects_of(step.get("tool_usage_cards")):
        call = text_of(card.get("tool_usage_card_id"))
        for name, tool in object_of(card.get("tool")).items():
            arguments, language = arguments_of(object_of(tool).get("args", tool))
            yield ToolCallBlock(name, arguments, language, call=call)


def _listed_results(step: Object) -> Iterator[ToolResultBlock]:
    for entry in objects_of(step.get("tool_usage_results")):
        call = text_of(entry.get("tool_usage_card_id"))
        result = entry.get("result")
        for name, content in result.items() if isinstance(result, dict) else [("", result)]:
            if content:
                failed = name.lower().endswith("error")
                yield ToolResultBlock(name, _result_blocks(content), call, failed)


def _result_blocks(content: Json) -> tuple[Block, ...]:
    """What a tool answered: the pages it found if that is all, text, or the JSON that it is."""
    inner = next(iter(content.values())) if isinstance(content, dict) and len(content) == 1 else content
    if isinstance(inner, str):
        return (TextBlock(inner, plain=True),)
    sources = [source_of(entry) for entry in list_of(inner)]
    if sources and None not in sources:
        return (SourceListBlock(merged(sources)),)
    return (CodeBlock(json_text(content), "json"),)
