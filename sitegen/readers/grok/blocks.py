"""One response of a Grok conversation as blocks: reasoning, steps, the answer and its cards, files, sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

import msgspec

from sitegen.model import (
    Attachment,
    Block,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolResultBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    object_of,
    one_line,
    parse_time,
    size_of,
    tells,
    text_of,
)
from sitegen.readers.grok.markup import (
    UUID,
    Cards,
    answer_blocks,
    card_block,
    card_source,
    cards_named,
    parse_cards,
    picture_at,
)
from sitegen.readers.grok.steps import merged, post_source, source_of, sources_in, step_blocks

#: What is read or carries nothing to be read; every other field is kept as the provider wrote it.
_ACCOUNT = {"user_id", "xai_user_id", "x_user_id", "anon_user_id", "organization_id", "team_id"}
_TEXTS = {"message", "query", "thinking_trace"}
_LISTS = {
    *("agent_thinking_traces", "steps", "file_attachments", "file_attachments_metadata", "image_attachments"),
    *("cited_web_search_results", "web_search_results", "webpage_urls", "xposts", "x_posts", "xpost_ids"),
    "generated_image_urls",
}
_KNOWN = {
    *_TEXTS,
    *_LISTS,
    *("_id", "conversation_id", "parent_response_id", "thread_parent_id", "children", "path", "partial"),
    *("sender", "model", "metadata", "query_type", "media_types", "ui_layout", "card_attachments_json", "error"),
    *("create_time", "modify_time", "thinking_start_time", "thinking_end_time"),
    *_ACCOUNT,
}
_AGENT_NAMES = ("agent_name", "name", "agent")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".heic")


def response_blocks(response: Object, role: Literal["user", "assistant"]) -> tuple[Block, ...]:
    """Everything that a response holds. Files stand above a prompt and below an answer."""
    text = text_of(response.get("message"))
    query = text_of(response.get("query"))
    files = list(_files(response))
    if role == "user":
        text = text if text.strip() else query
        said: list[Block] = [TextBlock(text)] if text.strip() else []
        files = list(_without_repeats([*files, *_generated(response)], set()))
        return (*files, *said, *_sources(response, Cards({}, ()), set()), *_rest(response), *_not_of_a_prompt(response))

    cards = parse_cards(response.get("card_attachments_json"))
    steps = [block for step in list_of(response.get("steps")) for block in step_blocks(step)]
    reasoning = _reasoning(response, steps)
    known = {source.url: source for source in merged(_every_source(response, steps))}
    answer = answer_blocks(text, cards.by_id, known)
    shown = {block.attachment.id for block in answer if isinstance(block, ImageBlock)}
    pictures = [*_unplaced_pictures(cards, shown), *_generated(response)]
    unplaced = _without_repeats([*pictures, *files], shown)
    sources = _sources(response, cards, cards_named(text))
    blocks = (*reasoning, *answer, *unplaced, *sources, *cards.unreadable, *_rest(response))
    return blocks or ((TextBlock(query),) if query.strip() else ())


def thinking_seconds(response: Object) -> float | None:
    """How long the model thought, by the provider's own clock."""
    start, end = (
        parse_time(response.get("thinking_start_time")),
        parse_time(response.get("thinking_end_time")),
    )
    return (end - start).total_seconds() if start and end and end >= start else None


def attachment_of(value: Json) -> Attachment | None:
    """A file by the UUID of its asset, or as an object that describes it; None if nothing tells it apart."""
    item = object_of(value)
    name = next((one_line(item[key]) for key in ("name", "fileName", "file_name", "title") if item.get(key)), "")
    named = [
        value,
        *(item.get(key) for key in ("asset_id", "id", "fileMetadataId", "file_id", "uuid", "url")),
    ]
    uuids = [match[0].lower() for text in map(text_of, named) for match in UUID.finditer(text)]
    identity = uuids[-1] if isinstance(value, str) and uuids else next(iter(uuids), "")
    identity = identity or next(filter(None, map(text_of, named)), "") or (content_id(name) if name else "")
    if not identity:
        return None
    media_type = next(
        (one_line(item[key]) for key in ("mime_type", "mimeType", "content_type", "media_type") if item.get(key)),
        "",
    )
    return Attachment(identity, name, media_type, size_of(item.get("size")))


def file_block(attachment: Attachment) -> Block:
    """A picture as a picture where its name or type tells, else a file."""
    is_image = attachment.media_type.startswith("image/") or attachment.name.lower().endswith(_IMAGES)
    return ImageBlock(attachment) if is_image else FileBlock(attachment)


def _files(response: Object) -> Iterator[Block]:
    described = {
        attachment.id: attachment
        for attachment in map(attachment_of, list_of(response.get("file_attachments_metadata")))
        if attachment
    }
    seen: set[str] = set()
    for key in ("image_attachments", "file_attachments", "file_attachments_metadata"):
        for entry in list_of(response.get(key)):
            attachment = attachment_of(entry)
            if attachment is None:
                yield UnknownBlock(key, json_text(entry))
            elif attachment.id not in seen:
                seen.add(attachment.id)
                attachment = described.get(attachment.id, attachment)
                yield ImageBlock(attachment) if key == "image_attachments" else file_block(attachment)


def _generated(response: Object) -> Iterator[Block]:
    metadata = object_of(response.get("metadata"))
    width, height = (size_of(metadata.get(f"generated_image_{side}")) for side in ("width", "height"))
    for url in list_of(response.get("generated_image_urls")):
        picture = picture_at(text_of(url))
        if picture:
            yield ImageBlock(msgspec.structs.replace(picture, width=width, height=height))
        else:
            yield UnknownBlock("generated_image_urls", json_text(url))


def _unplaced_pictures(cards: Cards, shown: set[str]) -> Iterator[Block]:
    for card in cards.by_id.values():
        block = card_block(card)
        if isinstance(block, UnknownBlock) or (isinstance(block, ImageBlock) and block.attachment.id not in shown):
            yield block


def _without_repeats(blocks: list[Block], shown: set[str]) -> Iterator[Block]:
    seen = set(shown)
    for block in blocks:
        identity = block.attachment.id if isinstance(block, ImageBlock | FileBlock) else ""
        if not identity or identity not in seen:
            yield block
        seen.add(identity)


def _reasoning(response: Object, steps: list[Block]) -> list[Block]:
    """Traces and steps, each text once: traces repeat each other and the steps."""
    traces: list[Block] = [ReasoningBlock(text_of(response.get("thinking_trace")))]
    for trace in list_of(response.get("agent_thinking_traces")):
        item = object_of(trace)
        title = next((one_line(item[key]) for key in _AGENT_NAMES if item.get(key)), "")
        text = text_of(item.get("thinking_trace")) or text_of(trace)
        traces.append(ReasoningBlock(text, title))
        read = (*_AGENT_NAMES, "thinking_trace") if text else _AGENT_NAMES
        traces.extend(untold(item, read, "agent_thinking_traces"))
    blocks: list[Block] = []
    told = ""
    for block in [*traces, *steps]:
        if isinstance(block, ReasoningBlock):
            text = " ".join(block.text.split())
            if text in told:
                block = ReasoningBlock(title=block.title)
            if not block.text and (not block.title or block.title in told):
                continue
            told += f"\n{block.title}\n{text}"
        blocks.append(block)
    return _timed(blocks, thinking_seconds(response))


def _timed(blocks: list[Block], seconds: float | None) -> list[Block]:
    if seconds is None:
        return blocks
    for place, block in enumerate(blocks):
        if isinstance(block, ReasoningBlock):
            return [*blocks[:place], msgspec.structs.replace(block, seconds=seconds), *blocks[place + 1 :]]
    return [ReasoningBlock(seconds=seconds), *blocks]


def _every_source(response: Object, steps: list[Block]) -> Iterator[Source | None]:
    for key in ("cited_web_search_results", "web_search_results"):
        yield from map(source_of, list_of(response.get(key)))
    for block in steps:
        yield from sources_in(block)


def _sources(response: Object, cards: Cards, cited: set[str]) -> Iterator[Block]:
    """What the answer rests on, each address once: what it cites first, then what else was found."""
    own = {
        key: list_of(response.get(key)) for key in ("cited_web_search_results", "web_search_results", "webpage_urls")
    }
    # A picture in the text shows no mark, so the page that it comes from is listed here.
    listed = [card for name, card in cards.by_id.items() if name not in cited or object_of(card.get("image"))]
    unplaced = map(card_source, listed)
    known: Mapping[str, Source] = {source.url: source for source in merged(_every_source(response, []))}
    first = merged([*map(source_of, own["cited_web_search_results"]), *unplaced])
    first = tuple(known.get(source.url, source) for source in first)
    urls = {source.url for source in first}
    found = merged(map(source_of, [*own["web_search_results"], *own["webpage_urls"]]))
    posts = merged(
        post_source(post) for key in ("xposts", "x_posts", "xpost_ids") for post in list_of(response.get(key))
    )
    lists = (
        SourceListBlock(first, "Cited"),
        SourceListBlock(tuple(source for source in found if source.url not in urls), "Search results"),
        SourceListBlock(posts, "Posts on X"),
    )
    yield from (block for block in lists if block.sources)
    for key, entries in own.items():
        if strange := [entry for entry in entries if source_of(entry) is None]:
            yield UnknownBlock(key, json_text(strange))


def _rest(response: Object) -> Iterator[Block]:
    """The error, and the fields that nothing else here knows or can read."""
    error = response.get("error")
    if error:
        yield NoticeBlock(text_of(error) or one_line(object_of(error).get("message")) or json_text(error), "error")
    for key, value in response.items():
        if (key not in _KNOWN and tells(value)) or _misshapen(key, value):
            yield UnknownBlock(key, json_text(value))


def _not_of_a_prompt(response: Object) -> Iterator[Block]:
    """What only answers have by rule, of a prompt that has it all the same."""
    for key in ("thinking_trace", "agent_thinking_traces", "steps", "card_attachments_json"):
        if tells(response.get(key)) and not _misshapen(key, response[key]):
            yield UnknownBlock(key, json_text(response[key]))


def _misshapen(key: str, value: Json) -> bool:
    """If a field that is read holds something, but not the text or the array that it should."""
    if not value or isinstance(value, bool):
        return False
    return not (text_of(value) if key in _TEXTS else key not in _LISTS or isinstance(value, list))


def untold(value: Object, known: Collection[str], part: str) -> Iterator[Block]:
    """The fields of a project or a media post that are not among the `known` and may say something."""
    for key, member in value.items():
        if key not in known and key not in _ACCOUNT and tells(member):
            yield UnknownBlock(f"{part}.{key}", json_text(without_account(member)))


def without_account(value: Json) -> Json:
    """The same without the ids of accounts, for what is kept as the provider wrote it."""
    return {key: item for key, item in value.items() if key not in _ACCOUNT} if isinstance(value, dict) else value


def attachment_ids(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The ids of all files that blocks show."""
    for block in blocks:
        if isinstance(block, ImageBlock | FileBlock):
            yield block.attachment.id
        elif isinstance(block, ToolResultBlock):
            yield from attachment_ids(block.blocks)
