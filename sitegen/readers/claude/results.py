"""What a tool answered Claude: texts, pages with their passages, pictures, files, and the cards shown for them.

Pure. Takes the `tool_result` block of a message; its `tool_use` is read in `blocks`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sitegen.model import (
    Attachment,
    Block,
    CodeBlock,
    FileBlock,
    ImageBlock,
    NoticeBlock,
    QuoteBlock,
    Source,
    SourceListBlock,
    TextBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    load_json,
    object_of,
    objects_of,
    one_line,
    size_of,
    text_of,
)

#: A passage up to this length stands under its source in the list; a longer one is shown on its own.
_SHORT = 600

_PRIVATE_FIELDS = frozenset(
    {
        "account",
        "account_uuid",
        "creator",
        "email_address",
        "export_url",
        "full_name",
        "mcp_server_url",
        "owner_account",
        "phone_number",
        "verified_phone_number",
    }
)


def decoded(value: Json) -> Json:
    """A value that arrives as JSON text in place of an array or object, decoded once; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return load_json(value)
    except (ValueError, RecursionError):
        return value


def unknown(value: Json, kind: str = "") -> UnknownBlock:
    """What the reader doesn't know, as JSON without the fields that hold account details or links with keys."""
    name = kind or one_line(object_of(value).get("type")) or "unknown"
    try:
        return UnknownBlock(name, json_text(json.loads(json.dumps(value), object_hook=_public)))
    except RecursionError:
        return UnknownBlock(name, '"nested too deeply to be shown"')


def _public(value: Object) -> Object:
    return {key: member for key, member in value.items() if key not in _PRIVATE_FIELDS}


def result_blocks(result: Json, tool: str) -> tuple[Block, ...]:
    """The blocks of a tool's result; its display card or structured content stand in for an empty one."""
    given = object_of(result)
    content = decoded(given.get("content"))
    items = content if isinstance(content, list) else [content]
    blocks = tuple(_merged_sources(block for item in items for block in _item_blocks(item, tool)))
    if blocks:
        return blocks
    card, structured = given.get("display_content"), given.get("structured_content")
    if card:
        return tuple(
            block for item in (card if isinstance(card, list) else [card]) for block in _item_blocks(item, tool)
        )
    return tuple(_json_code(structured) if structured else _output(text_of(given.get("message")), tool))


def page_titles(result: Json) -> Iterator[tuple[str, str]]:
    """(address, title) of each page that a tool's result holds; citations name their page by address alone."""
    for item in objects_of(decoded(object_of(result).get("content"))):
        url, title = text_of(item.get("url")), one_line(item.get("title"))
        if item.get("type") == "knowledge" and url and title:
            yield url, title


def _merged_sources(blocks: Iterator[Block]) -> Iterator[Block]:
    """Sources that stand next to each other as one list, the passages taken from them after it."""
    sources: list[Source] = []
    passages: list[Block] = []
    for block in blocks:
        if isinstance(block, SourceListBlock) and not block.title:
            sources.extend(block.sources)
        elif isinstance(block, QuoteBlock) and sources:
            passages.append(block)
        else:
            if sources:
                yield SourceListBlock(tuple(sources))
            yield from passages
            yield block
            sources, passages = [], []
    if sources:
        yield SourceListBlock(tuple(sources))
    yield from passages


def _item_blocks(item: Json, tool: str) -> Iterator[Block]:
    if isinstance(item, str):
        yield from _output(item, tool)
    elif isinstance(item, dict):
        reader = _ITEMS.get(text_of(item.get("type")))
        if isinstance(text := item.get("text"), str | None) and item.get("type") == "text":
            yield from _output(text or "", tool)
        elif reader is None:
            yield unknown(item)
        else:
            made = list(reader(item))
            yield from made or ([unknown(item)] if any(item[key] for key in item.keys() - {"type"}) else [])
    elif item is not None:
        yield unknown(item)


def _output(text: str, tool: str) -> Iterator[Block]:
    if not text.strip():
        return
    value = decoded(text)
    if isinstance(value, str):
        yield TextBlock(text, plain=True)
    elif tool in ("bash_tool", "repl") and isinstance(value, dict):
        yield from _run(value)
    else:
        yield from _json_code(value)


def _run(value: Object) -> Iterator[Block]:
    """The output of a program: what it printed, what it complained of, and how it ended; all else as JSON."""
    if value.keys().isdisjoint(("stdout", "stderr", "result", "logs", "status", "returncode")):
        yield from _json_code(value)
        return
    rest = {key: member for key, member in value.items() if (key, member) != ("status", "success")}
    printed = [_taken(rest, "stdout"), _taken(rest, "result")]
    logs = rest.get("logs")
    if isinstance(logs, list) and all(isinstance(line, str) for line in logs):
        printed.append("\n".join(rest.pop("logs")))
    yield from (CodeBlock(text) for text in printed if text.strip())
    if errors := _taken(rest, "stderr"):
        yield CodeBlock(errors, name="stderr")
    if text_of(rest.get("returncode")):
        del rest["returncode"]
    if rest := {key: member for key, member in rest.items() if member not in (None, "", [], {})}:
        yield from _json_code(rest)
    if run_failed(value):
        yield NoticeBlock(f"Exit code {text_of(value.get('returncode'))}", level="warning")


def _taken(given: Object, key: str) -> str:
    """The text under a key, which is taken out; "" for what is no text, which stays."""
    text = text_of(given.get(key))
    if text:
        del given[key]
    return text


def run_failed(value: Json) -> bool:
    """True for the output of a program that ended with a code other than 0."""
    code = object_of(value).get("returncode")
    return isinstance(code, int) and not isinstance(code, bool) and code != 0


def _json_code(value: Json) -> Iterator[Block]:
    try:
        yield CodeBlock(json_text(value), "json")
    except RecursionError:
        yield unknown(value)


def source_of(item: Json) -> Source:
    """A page as a source, from any of the forms that name one; all fields "" when there is nothing to name."""
    given = object_of(item)
    about = object_of(given.get("prompt_context_metadata"))
    subtitles = [one_line(line) for line in list_of(given.get("subtitles"))]
    return Source(
        url=text_of(given.get("url")),
        title=one_line(given.get("title")) or one_line(object_of(given.get("metadata")).get("site_name")),
        snippet=text_of(given.get("cited_text")) or " · ".join(filter(None, subtitles)),
        date=one_line(about.get("age")) or one_line(about.get("page_age")),
    )


def _knowledge(item: Object) -> Iterator[Block]:
    text = text_of(item.get("text")).strip()
    source = source_of(item)
    short = Source(source.url, source.title, text if len(text) <= _SHORT else source.snippet, source.date)
    yield SourceListBlock((short,))
    if len(text) > _SHORT:
        yield QuoteBlock(text, source)


def _rich_link(item: Object) -> Iterator[Block]:
    source = source_of(item.get("link"))
    if source != Source():
        yield SourceListBlock((source,))


def _rich_content(item: Object) -> Iterator[Block]:
    sources = tuple(s for s in map(source_of, list_of(item.get("content"))) if s != Source())
    if sources:
        yield SourceListBlock(sources, title=one_line(item.get("title")))


def _image(item: Object) -> Iterator[Block]:
    name = one_line(item.get("file_name")) or one_line(item.get("title")) or one_line(item.get("alt_text"))
    source = object_of(item.get("source"))
    media_type = one_line(source.get("media_type"))
    identity = text_of(item.get("file_uuid")) or text_of(source.get("file_uuid")) or text_of(item.get("uuid"))
    if not identity:
        identity = content_id(name, media_type, text_of(source.get("data")))
    yield ImageBlock(Attachment(identity, name, media_type))


def _image_gallery(item: Object) -> Iterator[Block]:
    for image in objects_of(item.get("images")):
        url = text_of(image.get("url")) or text_of(image.get("thumbnail_url"))
        title = one_line(image.get("title"))
        identity = text_of(image.get("id")) or content_id(url, title)
        size = size_of(image.get("width")), size_of(image.get("height"))
        yield ImageBlock(Attachment(identity, title, width=size[0], height=size[1], url=url), caption=title)


def _local_resource(item: Object) -> Iterator[Block]:
    for given in [item, *objects_of(item.get("resources"))]:
        path = one_line(given.get("file_path"))
        name = one_line(given.get("name")) or path.rpartition("/")[2]
        identity = text_of(given.get("uuid")) or path or name
        if identity:
            yield FileBlock(Attachment(identity, name, one_line(given.get("mime_type"))))


def _table(item: Object) -> Iterator[Block]:
    table = object_of(item.get("table")) or item
    rows = [row if isinstance(row, list) else None for row in list_of(table.get("rows"))]
    columns = [_label(column) for column in list_of(table.get("columns") or table.get("headers"))]
    if columns and None not in rows:
        cells = [[_label(cell) for cell in row or []] for row in rows]
        # Markdown has no place for cells beyond the heads.
        columns += [""] * (max(map(len, cells), default=0) - len(columns))
        lines = [columns, ["---"] * len(columns), *cells]
        yield TextBlock("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _label(cell: Json) -> str:
    given = object_of(cell)
    value = next((given[key] for key in ("label", "header", "text", "name", "value") if key in given), cell)
    if value is None:
        return ""
    text = one_line(value) if isinstance(value, str) else one_line(unknown(value).json)
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _single_select(item: Object) -> Iterator[Block]:
    question = one_line(item.get("question")) or one_line(item.get("title"))
    options = [
        ": ".join(filter(None, (_label(option), one_line(object_of(option).get("description")))))
        for option in list_of(item.get("options"))
    ]
    if question or options:
        yield TextBlock("\n".join([question, "", *(f"- {option}" for option in options)]).strip())


def _code_block(item: Object) -> Iterator[Block]:
    given = object_of(item.get("code_block")) or item
    code = text_of(given.get("code")) or text_of(given.get("content"))
    if code:
        yield CodeBlock(code, one_line(given.get("language")), one_line(given.get("filename")))


def _json_block(item: Object) -> Iterator[Block]:
    value = decoded(next((item[key] for key in ("json_block", "json", "content") if item.get(key) is not None), None))
    if isinstance(value, dict) and isinstance(value.get("code"), str):
        yield from _code_block(value)
    elif isinstance(value, str):
        yield CodeBlock(value)
    elif value is not None:
        yield from _json_code(value)


#: The readers of items by type; for an item of which one makes nothing, its JSON is shown.
_ITEMS: dict[str, Callable[[Object], Iterator[Block]]] = {
    "knowledge": _knowledge,
    "rich_link": _rich_link,
    "rich_content": _rich_content,
    "image": _image,
    "image_gallery": _image_gallery,
    "local_resource": _local_resource,
    "table": _table,
    "single_select": _single_select,
    "code_block": _code_block,
    "json_block": _json_block,
}
