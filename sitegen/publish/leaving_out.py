"""What a publication leaves out of a conversation, taken from its model before anything else is made. Pure.

Some things are never published: earlier titles and texts of what was edited since, that something has left its
account, the provider's own summary, which knows what is left out, and the account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from sitegen.folders import matches
from sitegen.language import Language
from sitegen.model import (
    Attachment,
    AudioBlock,
    Block,
    Citation,
    Conversation,
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
from sitegen.profiles import LeftOut, Profile
from sitegen.tree import path_to, resolve_leaf
from sitegen.wording import attachments_of, every_block


def with_messages(conversation: Conversation, is_kept: Callable[[Message], bool]) -> Conversation:
    """The conversation with these of its messages only. What answered one that goes answers the nearest before it that
    stays, and the active branch ends there too; where none of it stays, the newest of the others is active."""
    nearest: dict[str | None, str | None] = {None: None}
    kept = []
    for message in conversation.messages:
        parent = nearest[message.parent]
        if is_kept(message):
            nearest[message.id] = message.id
            kept.append(message if message.parent == parent else replace(message, parent=parent))
        else:
            nearest[message.id] = parent
    leaf = nearest.get(conversation.active_leaf)
    return replace(conversation, messages=tuple(kept), active_leaf=leaf or resolve_leaf(kept, None))


def with_shown_messages(conversation: Conversation, left_out: Collection[LeftOut]) -> Conversation:
    """The conversation without the messages that are left out as a whole: of other branches, and hidden ones."""
    if "branches" in left_out:
        active = {message.id for message in path_to(conversation.messages, conversation.active_leaf)}
        conversation = with_messages(conversation, lambda message: message.id in active)
    if "hidden" in left_out:
        conversation = with_messages(conversation, lambda message: not message.hidden)
    return conversation


def published(conversation: Conversation, profile: Profile, zone: ZoneInfo, language: Language) -> Conversation:
    """The conversation as the profile lets others see it, before redaction. `zone` is that of its dates, `language`
    that of what stands in place of an attachment. Without times a date is noon in UTC, and is to be shown so."""
    left_out = profile.leave_out
    models = _models(conversation) if "models" in left_out else frozenset[str]()
    original, conversation = conversation, with_shown_messages(conversation, left_out)
    note = language.say("An attachment was left out.")
    unnamed = frozenset(
        attachment.name
        for attachment in attachments_of(original.messages).values()
        if attachment.name and not is_named(attachment, profile.attachments)
    )
    blocks = partial(
        _blocks,
        left_out=left_out,
        attachments=profile.attachments,
        models=models,
        unnamed=unnamed,
        note=note,
        nameless=language.say("File"),
    )
    messages = (_message(message, blocks, left_out) for message in conversation.messages)
    had_content = {message.id for message in conversation.messages if message.blocks}
    conversation = replace(
        conversation,
        messages=tuple(messages),
        summary="",
        former_titles=(),
        url="" if "origin" in left_out else conversation.url,
        model="" if "models" in left_out else conversation.model,
        updated=None,
    )
    if "times" in left_out and conversation.created is not None:
        # Noon in the owner's zone would tell where the owner lives.
        day = conversation.created.astimezone(zone).date()
        conversation = replace(conversation, created=datetime.combine(day, time(12), UTC))
    # A message that held nothing else has nothing to say; one that was empty from the beginning tells that it was.
    conversation = with_messages(conversation, lambda message: bool(message.blocks) or message.id not in had_content)
    return _with_versions_in_a_row(conversation)


def _models(conversation: Conversation) -> frozenset[str]:
    """What names of models look like in other spellings, too: "GPT-4o" is "gpt4o"."""
    return frozenset(map(_spelled, (conversation.model, *(message.model for message in conversation.messages)))) - {""}


def _spelled(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _message(
    message: Message, blocks: Callable[[Collection[Block]], Iterator[Block]], left_out: Collection[LeftOut]
) -> Message:
    is_result = message.role == "tool" and "tool_results" in left_out
    return replace(
        message,
        blocks=() if is_result else tuple(blocks(message.blocks)),
        revisions=(),
        absent=False,
        created=None if "times" in left_out else message.created,
        model="" if "models" in left_out else message.model,
    )


def _blocks(
    blocks: Collection[Block],
    *,
    left_out: Collection[LeftOut],
    attachments: Collection[str],
    models: Collection[str],
    unnamed: Collection[str],
    note: str,
    nameless: str,
) -> Iterator[Block]:
    """The blocks that are shown. Of an attachment that is left out nothing stays but that there was one, and what was
    said in a recording; of results of tools that are, the sources that an answer cites, without what they say.
    `unnamed` are the names of attachments that are left out: an answer that cites one doesn't name it. `nameless`
    stands for the name that an attachment lacks, instead of its id at the provider."""
    for block in map(partial(_without_sources, names=unnamed), blocks):
        match block:
            case ReasoningBlock() if "reasoning" in left_out:
                continue
            case SourceListBlock(sources=()):
                continue
            case ToolResultBlock() | SourceListBlock() | QuoteBlock() if "tool_results" in left_out:
                continue
            case TextBlock() if "tool_results" in left_out and block.citations:
                yield replace(block, citations=tuple(map(_without_snippets, block.citations)))
            case UnknownBlock() if "unknown" in left_out:
                continue
            case NoticeBlock(text=text) | UnknownBlock(json=text) if _names_any(text, models):
                continue
            case ToolResultBlock():
                inner = _blocks(
                    block.blocks,
                    left_out=left_out,
                    attachments=attachments,
                    models=models,
                    unnamed=unnamed,
                    note=note,
                    nameless=nameless,
                )
                yield replace(block, name="" if _names_any(block.name, models) else block.name, blocks=tuple(inner))
            case ToolCallBlock(name=name) if _names_any(name, models):
                yield replace(block, name="")
            case ImageBlock() | AudioBlock() | FileBlock() if not is_named(block.attachment, attachments):
                yield NoticeBlock(note)
                if isinstance(block, AudioBlock) and block.transcript:
                    yield TextBlock(block.transcript, plain=True)
            case ImageBlock() | AudioBlock() | FileBlock() if "origin" in left_out:
                name = block.attachment.name or nameless
                yield replace(block, attachment=replace(block.attachment, url="", name=name))
            case DocumentBlock(project=project) if project:
                yield replace(block, project="")
            case _:
                yield block


def _names_any(text: str, models: Collection[str]) -> bool:
    return bool(models) and any(model in _spelled(text) for model in models)


def _without_sources(block: Block, names: Collection[str]) -> Block:
    """A block that names none of these as a source."""

    def left(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(source for source in sources if source.title not in names)

    match block:
        case TextBlock(citations=citations) if citations:
            kept = (replace(citation, sources=left(citation.sources)) for citation in citations)
            return replace(block, citations=tuple(citation for citation in kept if citation.sources))
        case SourceListBlock():
            return replace(block, sources=left(block.sources))
        case QuoteBlock() if block.source.title in names:
            return replace(block, source=Source())
        case _:
            return block


def _without_snippets(citation: Citation) -> Citation:
    return replace(citation, sources=tuple(replace(source, snippet="") for source in citation.sources))


def _with_versions_in_a_row(conversation: Conversation) -> Conversation:
    """The conversation with the versions of each document counted anew: a gap would tell of one that is left out."""
    versions: dict[str, set[int]] = {}
    for message in conversation.messages:
        for block in every_block(message.blocks):
            if isinstance(block, DocumentBlock):
                versions.setdefault(block.id, set()).add(block.version)
    places = {id_: {version: place for place, version in enumerate(sorted(of), 1)} for id_, of in versions.items()}

    def counted(block: Block) -> Block:
        match block:
            case DocumentBlock():
                return replace(block, version=places[block.id][block.version])
            case ToolResultBlock():
                return replace(block, blocks=tuple(map(counted, block.blocks)))
            case _:
                return block

    messages = (replace(message, blocks=tuple(map(counted, message.blocks))) for message in conversation.messages)
    return replace(conversation, messages=tuple(messages)) if places else conversation


def is_named(attachment: Attachment, patterns: Collection[str]) -> bool:
    """Whether one of a profile's patterns describes the attachment's name, or its id where it has none."""
    return any(matches(pattern, attachment.name or attachment.id) for pattern in patterns)
