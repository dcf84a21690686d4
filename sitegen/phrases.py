"""The phrases that readers put into the archive, in the language of a page. Pure.

The archive keeps them in English, so that it is the same whatever language a site is in. What a provider or a person
wrote stays as it is: each phrase is known only where a reader writes it, and only whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import msgspec

from sitegen.language import N_, Language
from sitegen.model import (
    Block,
    Conversation,
    DocumentBlock,
    FileBlock,
    ImageBlock,
    Kind,
    Message,
    NoticeBlock,
    QuoteBlock,
    SourceListBlock,
    TextBlock,
    ToolCallBlock,
    ToolResultBlock,
)

#: By the place where readers write them; what stands in braces is the provider's.
TITLES = (N_("Claude’s memory"), N_("Files without a conversation"))
AUTHORS = (N_("Custom instructions"), N_("Memory"))
INSTRUCTIONS = (N_("About the person"), N_("How to answer"))
STARTERS = N_("Conversation starters:")
NOTICES = (
    N_("Claude does not show this part of its reasoning."),
    N_("The version before this change is not in the export."),
    N_("This change could not be applied: its passage is not in version {number}."),
    N_("The versions of this conversation's documents are too long together to show this one whole."),
    N_("Flagged by Claude: no reason given"),
    N_("Flagged by Claude: {reasons}"),
    N_("Exit code {code}"),
    N_("Deep research: {title}"),
    N_("Comment {number} by the owner, resolved: {text}"),
    N_("Comment {number} by the owner: {text}"),
    N_("Comment {number} by {author}, resolved: {text}"),
    N_("Comment {number} by {author}: {text}"),
    N_("Error"),
)
CALLS = (N_("Searched the web for “{subject}”"), N_("Searched the web for {queries}"))
LISTS = (N_("Sources"), N_("Search results"), N_("Posts on X"), N_("Cited"), N_("Sources of the document"))
QUOTED = (N_("From an earlier answer"),)
FILES = (N_("Pasted text"), N_("Untitled document"))
MADE = (N_("picture"), N_("film"))
PROJECTS = (N_("Project {id}"),)
NOTES = (
    N_("the version that is published"),
    N_("its text is not in the export"),
    N_("the answer breaks off here"),
)

#: What may stand in the place of a name; everything, where nothing is said here.
_VALUES = {"number": r"\d+(?:\.\d+)?", "author": "[^:,]+", "code": r"-?\d+", "subject": "[^“”]+", "queries": "“.+”"}
_PLACE = re.compile(r"\{(\w+)\}")
_EDITS = re.compile(r"(\d{1,9}) edits?(?:, not applied: (.+))?", re.DOTALL)
_MISSED = re.compile(r"(?:(.+) \()?(\d{1,9}) earlier changes? could not be applied\)?", re.DOTALL)

_Value = TypeVar("_Value", bound=msgspec.Struct)


def in_language(conversation: Conversation, language: Language) -> Conversation:
    """The conversation with its readers' phrases in the language; it is the same one if it has none."""
    messages = tuple(_message(message, conversation, language) for message in conversation.messages)
    title = conversation.title
    if conversation.kind != "chat":
        title = _said(title, TITLES, language)
    return _changed(conversation, title=title, messages=messages)


def _message(message: Message, conversation: Conversation, language: Language) -> Message:
    def of(blocks: Sequence[Block]) -> tuple[Block, ...]:
        return tuple(_block(block, message, conversation.kind, language) for block in blocks)

    return _changed(
        message,
        blocks=of(message.blocks),
        author=_said(message.author, AUTHORS, language) if message.role == "system" else message.author,
        revisions=tuple(_changed(revision, blocks=of(revision.blocks)) for revision in message.revisions),
    )


def _block(block: Block, message: Message, kind: Kind, language: Language) -> Block:
    match block:
        case TextBlock() if message.role == "system" and not block.citations:
            return _changed(block, text=_with_headings(block.text, message.author, language))
        case NoticeBlock():
            return _changed(block, text=_said(block.text, NOTICES, language))
        case ToolCallBlock():
            return _changed(block, title=_said(block.title, CALLS, language))
        case ToolResultBlock():
            return _changed(block, blocks=tuple(_block(part, message, kind, language) for part in block.blocks))
        case SourceListBlock():
            return _changed(block, title=_said(block.title, LISTS, language))
        case QuoteBlock(source=source) if not source.url:
            return _changed(block, source=_changed(source, title=_said(source.title, QUOTED, language)))
        case FileBlock() | ImageBlock():
            name = _said(block.attachment.name, MADE if kind == "media" else FILES, language)
            return _changed(block, attachment=_changed(block.attachment, name=name))
        case DocumentBlock():
            title = _said(block.title, PROJECTS if block.project else FILES, language)
            return _changed(block, title=title, note=_note(block.note, language))
        case _:
            return block


def _with_headings(text: str, author: str, language: Language) -> str:
    """A text of instructions with the headings that a reader put over its parts."""
    for heading in INSTRUCTIONS if author == AUTHORS[0] else ():
        found = re.search(rf"(?:^|(?<=\n\n))\*\*{re.escape(heading)}\*\*\n\n", text)
        if found is not None:
            text = f"{text[: found.start()]}**{language.say(heading)}**\n\n{text[found.end() :]}"
    if text.startswith(f"{STARTERS}\n\n- "):
        text = language.say(STARTERS) + text[len(STARTERS) :]
    return text


def _note(note: str, language: Language) -> str:
    """The note on a document: several, with semicolons between them."""
    return "; ".join(_part_of_note(part, language) for part in note.split("; "))


def _part_of_note(part: str, language: Language) -> str:
    if edits := _EDITS.fullmatch(part):
        made = language.say_count("{count} edit", "{count} edits", int(edits[1]))
        return language.say("{edits}, not applied: {passages}", edits=made, passages=edits[2]) if edits[2] else made
    if missed := _MISSED.fullmatch(part):
        told = language.say_count(
            "{count} earlier change could not be applied",
            "{count} earlier changes could not be applied",
            int(missed[2]),
        )
        return f"{missed[1]} ({told})" if missed[1] else told
    return _said(part, NOTES, language)


def _said(text: str, phrases: Sequence[str], language: Language) -> str:
    """The text in the language if it is one of the phrases, with any values in their places; else as it is."""
    for phrase in phrases:
        if text == phrase:
            return language.say(phrase)
        if "{" in phrase and text.startswith(phrase.partition("{")[0]):
            found = _pattern(phrase).fullmatch(text)
            if found is not None:
                return language.say(phrase, **found.groupdict())
    return text


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """What a phrase matches, its values by their names."""
    pieces = _PLACE.split(phrase)
    named = (f"(?P<{name}>{_VALUES.get(name, '.+')})" for name in pieces[1::2])
    return re.compile("".join(a + b for a, b in zip(map(re.escape, pieces[::2]), [*named, ""], strict=True)), re.DOTALL)


def _changed(value: _Value, **fields: object) -> _Value:
    """The value with these fields; the same one if they are what it has."""
    new = {name: field for name, field in fields.items() if not _same(getattr(value, name), field)}
    return msgspec.structs.replace(value, **new) if new else value


def _same(old: object, new: object) -> bool:
    """Whether nothing changed: texts by what they say, everything else by being the very same values."""
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))
    return old is new or (isinstance(old, str) and old == new)
