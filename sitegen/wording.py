"""A message as plain text: what was said, and what was done to say it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from unicodedata import category

from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    CodeBlock,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Message,
    NoticeBlock,
    QuoteBlock,
    ReasoningBlock,
    Source,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
    UnknownBlock,
)


def every_block(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in order, a tool result's own blocks after it."""
    for block in blocks:
        yield block
        if isinstance(block, ToolResultBlock):
            yield from block.blocks


def attachments_of(messages: Iterable[Message]) -> dict[str, Attachment]:
    """All attachments that the messages and their revisions name, by id, in order of first mention."""
    found: dict[str, Attachment] = {}
    for message in messages:
        states = (message.blocks, *(revision.blocks for revision in message.revisions))
        for block in chain.from_iterable(map(every_block, states)):
            if isinstance(block, ImageBlock | AudioBlock | FileBlock):
                found.setdefault(block.attachment.id, block.attachment)
    return found


def awaited_attachments(messages: Sequence[Message]) -> dict[str, Attachment]:
    """The attachments of `attachments_of` whose bytes an export could hold: not those whose text stands in the
    message itself, nor those that the provider gave by address."""
    with_text = {
        block.attachment.id
        for message in messages
        for block in every_block(message.blocks)
        if isinstance(block, FileBlock) and block.text
    }
    return {key: item for key, item in attachments_of(messages).items() if key not in with_text and not item.url}


def unknown_types(messages: Iterable[Message]) -> Iterator[str]:
    """The provider's name of each part that the reader didn't know."""
    for message in messages:
        for block in every_block(message.blocks):
            if isinstance(block, UnknownBlock):
                yield block.type


def said(message: Message) -> str:
    """What was said, as its author wrote it (Markdown): text, code, documents, pasted files, transcripts.

    Of a hidden message this is "": all it holds counts as steps.
    """
    return "" if message.hidden else _joined(_said(block) for block in message.blocks)


def steps(message: Message) -> str:
    """How the answer came about: reasoning, tool calls and results, sources read, parts not understood; and what the
    message said before it was edited."""
    own = [_step(block) for block in message.blocks]
    if message.hidden:
        own = [_said(block) or step for block, step in zip(message.blocks, own, strict=True)]
    earlier = (_said(block) or _step(block) for revision in message.revisions for block in revision.blocks)
    return _joined((*own, *earlier))


def everything(blocks: Iterable[Block]) -> str:
    """All the words of some blocks: what was said, and how it came about."""
    return _joined(_said(block) or _step(block) for block in blocks)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _said(block: Block) -> str:
    match block:
        case TextBlock(text=text) | CodeBlock(text=text) | NoticeBlock(text=text) | QuoteBlock(text=text):
            return text
        case DocumentBlock():
            return _joined((block.title, block.text))
        case FileBlock():
            return _joined((block.attachment.name, block.text))
        case AudioBlock():
            return block.transcript
        case ImageBlock():
            return _joined((block.caption, block.prompt))
        case _:
            return ""


def _step(block: Block) -> str:
    match block:
        case ReasoningBlock():
            return _joined((block.title, block.text))
        case ToolCallBlock():
            return _joined((block.title, block.arguments))
        case ToolResultBlock():
            return _joined(_said(part) or _step(part) for part in block.blocks)
        case SourceListBlock():
            return _joined((block.title, *(_source(source) for source in block.sources)))
        case UnknownBlock():
            return block.json
        case _:
            return ""


def _source(source: Source) -> str:
    return "\n".join(part for part in (source.title, source.url, source.snippet) if part)


def shortened(text: str, length: int) -> str:
    """The beginning of a text on one line, cut at a word where there is one."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > length // 2 else cut).rstrip(" ,;:–-") + "…"


#: Letters and signs by what Unicode calls them that nobody sees.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN_KINDS = frozenset(("Cc", "Cf", "Mn", "Me", "Mc", "Zs", "Zl", "Zp"))


def is_seen(text: str) -> bool:
    """Whether a text shows anything on a page: of blanks and invisible characters alone, no link can be made."""
    return any(character not in _UNSEEN and category(character) not in _UNSEEN_KINDS for character in text)
