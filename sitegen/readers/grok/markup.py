"""The markup that Grok writes inside its answers, on grok.com and on X: cards, artifacts, tool calls.

    <grok:render card_id="…" card_type="citation_card" …>…</grok:render>    a citation or picture, by its card
    <xaiArtifact artifact_id="…" title="…" contentType="text/python">…</xaiArtifact>
    <xai:tool_usage_card>…</xai:tool_usage_card>
    [](https://…)    a citation in answers of early 2025

Text in, blocks out. Everything here takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sitegen.model import (
    Attachment,
    Block,
    CodeBlock,
    DocumentBlock,
    ImageBlock,
    Source,
    TextBlock,
    ToolCallBlock,
    UnknownBlock,
    content_id,
)
from sitegen.readers.cited_text import cut_markers
from sitegen.readers.fields import (
    Json,
    Object,
    json_text,
    list_of,
    load_json,
    object_of,
    one_line,
    size_of,
    tells,
    text_of,
)

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

# Bounded, because a quoted value may hold the beginning of the next tag.
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"]{0,2000}+"|'[^']{0,2000}+'|["']){0,100}+"""
_RENDER = rf"<grok:render\b(?P<render>{_ATTRIBUTES})>(?:(?:(?!</?grok:render\b)[\s\S])*+</grok:render\s*>)?"
_ARTIFACT = (
    rf"<xaiArtifact\b(?P<artifact>{_ATTRIBUTES})>"
    r"(?:(?<=/>)|(?P<body>(?:(?!</xaiArtifact)[\s\S])*+)(?:</xaiArtifact\s*>)?)"
)
_CALL = r"<xai:tool_usage_card>(?P<call>(?:(?!</?xai:tool_usage_card>)[\s\S])*+)</xai:tool_usage_card>"
_EMPTY_LINK = r"(?<!!)\[\]\((?P<link>https?://(?:[^\s()]|\([^\s()]*+\))++)\)"
_ELEMENT = re.compile(f"{_RENDER}|{_ARTIFACT}|{_CALL}")
_MARKER = re.compile(f"{_RENDER}|{_EMPTY_LINK}")
_TOOL_CALL = re.compile(_CALL)
_ATTRIBUTE = re.compile(r"""([A-Za-z_][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FENCE = re.compile(r"\s*```[^\n`]*\n([\s\S]*?)\n?```\s*")

#: Kinds of card that do nothing but cite, and the fields that `card_source` reads or that say nothing.
_CITATIONS = {"", "citation_card", "render_inline_citation"}
_SOURCE_FIELDS = {"id", "type", "cardType", "url", "title"}
_LANGUAGES = {"plain": "text", "markdown": "", "c++src": "cpp", "csrc": "c", "sh": "bash", "svg": "xml"}


class Cards(NamedTuple):
    """What `card_attachments_json` holds: cards by their id in order, and what is no readable card."""

    by_id: dict[str, Object]
    unreadable: tuple[UnknownBlock, ...]


def parse_cards(value: Json) -> Cards:
    """Cards come as JSON texts, one each; of the chunks that repeat an id the most advanced one counts."""
    by_id: dict[str, Object] = {}
    unreadable: list[UnknownBlock] = []
    for number, entry in enumerate(list_of(value) if isinstance(value, list) else [value] if value else []):
        card = decoded(entry) if isinstance(entry, str) else entry
        if not isinstance(card, dict):
            unreadable.append(UnknownBlock("card", entry if isinstance(entry, str) else json_text(entry)))
            continue
        identity = text_of(card.get("id")) or f"#{number}"
        if identity not in by_id or _progress(card) >= _progress(by_id[identity]):
            by_id[identity] = card
    return Cards(by_id, tuple(unreadable))


def decoded(text: str) -> Json:
    """JSON inside a string; None if it is none."""
    try:
        return load_json(text)
    except (ValueError, RecursionError):
        return None


def _progress(card: Object) -> tuple[int, int]:
    chunk = object_of(card.get("image_chunk"))
    return size_of(chunk.get("progress")) or 0, size_of(chunk.get("seq")) or 0


def card_block(card: Object) -> Block | None:
    """What a card shows: a picture, or itself if it is of no known kind; None for a mere citation."""
    chunk, image = object_of(card.get("image_chunk")), object_of(card.get("image"))
    if chunk:
        prompt = text_of(card.get("prompt")) or text_of(object_of(chunk.get("imagePrompt")).get("prompt"))
        name = one_line(chunk.get("imageTitle"))
        picture = picture_at(text_of(chunk.get("imageUrl")), text_of(chunk.get("imageUuid")), name)
        return ImageBlock(picture, caption=name, prompt=prompt) if picture else _unknown_card(card)
    if image:
        picture = picture_at(text_of(image.get("original")) or text_of(image.get("thumbnail")))
        captions = (card.get("caption"), image.get("title"), image.get("description"))
        caption = next(filter(None, map(one_line, captions)), "")
        return ImageBlock(picture, caption=caption) if picture else _unknown_card(card)
    if not text_of(card.get("url")):
        return _unknown_card(card)
    kind = text_of(card.get("cardType")) or text_of(card.get("type"))
    says_more = any(tells(value) for key, value in card.items() if key not in _SOURCE_FIELDS)
    return _unknown_card(card) if kind not in _CITATIONS and says_more else None


def card_source(card: Object) -> Source | None:
    """The page that a card cites, or that its picture comes from."""
    image = object_of(card.get("image"))
    url = text_of(card.get("url")) or text_of(image.get("link"))
    title = one_line(card.get("title")) or one_line(image.get("title"))
    return Source(url, title, text_of(image.get("description"))) if url else None


def _unknown_card(card: Object) -> UnknownBlock:
    return UnknownBlock(text_of(card.get("cardType")) or text_of(card.get("type")) or "card", json_text(card))


def picture_at(url: str, identity: str = "", name: str = "") -> Attachment | None:
    """A picture by the address that the provider gives it; None if there is nothing to tell it by.

    Its own id is the last UUID of the address. The first one names the account; such addresses are not kept.
    """
    uuids = UUID.findall(url)
    identity = identity or (uuids[-1].lower() if uuids else url and content_id(url))
    if not identity:
        return None
    public = url if re.match(r"https?://", url) and "/users/" not in url else ""
    return Attachment(identity, name or re.split(r"[?#]", url)[0].rsplit("/", 1)[-1], url=public)


def answer_blocks(text: str, cards: Mapping[str, Object], known: Mapping[str, Source]) -> list[Block]:
    """An answer's text as blocks, its citations in place.

    `cards` are those of the answer by id, `known` what else is known of a source, by its address. A rendering
    without a card is cut without a trace, as the provider shows nothing there either.
    """
    blocks: list[Block] = []
    start = 0
    for match in _ELEMENT.finditer(text):
        block = _element(match, cards)
        if block is not None:
            blocks.extend(_said(text[start : match.start()].rstrip(), cards, known))
            blocks.append(block)
            start = match.end()
            while text.startswith("\n", start):
                start += 1
    blocks.extend(_said(text[start:], cards, known))
    return blocks


def _element(match: re.Match[str], cards: Mapping[str, Object]) -> Block | None:
    """The block that stands in place of an element; None for what is part of the text around it."""
    if match["artifact"] is not None:
        return _artifact(attributes_of(match["artifact"]), match["body"] or "")
    if match["call"] is not None:
        return _tool_call(match["call"])
    card = cards.get(attributes_of(match["render"]).get("card_id", ""))
    block = card_block(card) if card else None
    return block if isinstance(block, ImageBlock) else None


def _said(text: str, cards: Mapping[str, Object], known: Mapping[str, Source]) -> Iterator[TextBlock]:
    def resolve(match: re.Match[str]) -> Sequence[Source]:
        if match["link"] is not None:
            return (known.get(match["link"], Source(match["link"])),)
        card = cards.get(attributes_of(match["render"]).get("card_id", ""))
        source = card_source(card) if card else None
        return (known.get(source.url, source),) if source else ()

    clean, citations = cut_markers(text, _MARKER, resolve)
    if clean.strip() or citations:
        yield TextBlock(clean, citations)


def attributes_of(text: str) -> dict[str, str]:
    """The attributes of a tag in any order; quotes may carry the backslashes that X's archive gives them."""
    plain = text.replace('\\"', '"').replace("\\'", "'")
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(plain)}


def cards_named(text: str) -> set[str]:
    """The ids of the cards that a text renders somewhere."""
    return {attributes_of(match["render"] or "").get("card_id", "") for match in _MARKER.finditer(text)}


def _artifact(attributes: Mapping[str, str], body: str) -> Block:
    media_type = attributes.get("contentType", "").strip().lower()
    identity = attributes.get("artifact_id") or attributes.get("id", "")
    title = one_line(attributes.get("title"))
    language = _language(media_type)
    fenced = _FENCE.fullmatch(body) if language and body.count("```") == 2 else None
    text = (fenced[1] if fenced else body).strip("\n")
    if identity:
        return DocumentBlock(identity, text, title, media_type or "text/markdown", language)
    return CodeBlock(text, language, title)


def _language(media_type: str) -> str:
    name = media_type.rpartition("/")[2].removeprefix("x-").partition("+xml")[0]
    return _LANGUAGES.get(name, name)


def _tool_call(body: str) -> ToolCallBlock:
    arguments, language = arguments_of(_field(body, "tool_args"))
    return ToolCallBlock(
        name=one_line(_field(body, "tool_name")),
        arguments=arguments,
        language=language,
        call=one_line(_field(body, "tool_usage_card_id")),
    )


def tool_calls(text: str) -> tuple[list[ToolCallBlock], str]:
    """The calls written in a text, and what the text says besides."""
    calls = [_tool_call(match["call"]) for match in _TOOL_CALL.finditer(text)]
    return calls, _TOOL_CALL.sub("", text).strip()


def _field(body: str, name: str) -> str:
    inner = body.partition(f"<xai:{name}>")[2].partition(f"</xai:{name}>")[0].strip()
    if inner.startswith("<![CDATA["):
        return inner.removeprefix("<![CDATA[").removesuffix("]]>")
    return html.unescape(inner)


def arguments_of(value: Json) -> tuple[str, str]:
    """The input of a tool as text and the language it is in: JSON, or the code that is all there is to it."""
    parsed = decoded(value) if isinstance(value, str) else value
    if parsed is None:
        return (value, "text") if isinstance(value, str) and value else ("", "json")
    if isinstance(parsed, dict) and parsed.keys() == {"code"} and isinstance(parsed["code"], str):
        return parsed["code"], "python"
    return (json_text(parsed), "json") if parsed != {} else ("", "json")
