"""What a conversation is, whoever it was held with. No input or output happens here.

Readers make these values from a provider's JSON; everything after the readers knows only them. All are frozen.
They are `msgspec.Struct` rather than dataclasses because a tagged union of them goes to JSON and back, typed, in
one call (`encode`, `decode`), which is how the archive keeps them.

Two things never enter the model: details of the person's account (e-mail, ids, sessions, billing) and links that
carry tokens. Everything else that a provider wrote does: what no block fits becomes an `UnknownBlock`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

Role = Literal["user", "assistant", "system", "tool"]
Kind = Literal["chat", "project", "memory", "document", "media"]


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A web page, post or file that an answer rests on. `url` is "" when the provider gave none."""

    url: str = ""
    title: str = ""
    snippet: str = ""
    date: str = ""


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in a text its sources are cited.

    `position` counts code points from the start of the text: the mark stands before that character. The
    provider's own marker has been cut out of the text, so that the text reads and searches clean.
    """

    position: int
    sources: tuple[Source, ...]


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a conversation names. Its bytes, where an export has them, are the archive's business.

    `id` is the provider's own and unique within the conversation. `url` is a public address that the provider
    gave in place of the bytes; it is shown, never loaded.
    """

    id: str
    name: str = ""
    media_type: str = ""
    size: int | None = None
    width: int | None = None
    height: int | None = None
    url: str = ""


class _Block(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    pass


class TextBlock(_Block, frozen=True, omit_defaults=True, tag="text"):
    """What was said, as Markdown (TeX and fenced code included) or, with `plain`, as it stands."""

    text: str
    citations: tuple[Citation, ...] = ()
    plain: bool = False


class CodeBlock(_Block, frozen=True, omit_defaults=True, tag="code"):
    """Code that the provider keeps apart from text. `name` is a file name or label."""

    text: str
    language: str = ""
    name: str = ""


class ReasoningBlock(_Block, frozen=True, omit_defaults=True, tag="reasoning"):
    """What the model thought before it answered. `seconds` is the provider's own measure, if it gave one."""

    text: str = ""
    title: str = ""
    seconds: float | None = None


class ToolCallBlock(_Block, frozen=True, omit_defaults=True, tag="tool_call"):
    """A call of a tool. `arguments` is its input as text in `language`; `title` says in words what was done.

    `call` is the provider's id of the call and pairs it with its `ToolResultBlock`; "" when there is none.
    """

    name: str
    arguments: str = ""
    language: str = "json"
    title: str = ""
    call: str = ""


class ToolResultBlock(_Block, frozen=True, omit_defaults=True, tag="tool_result"):
    """What a tool answered: blocks of its own (text, code, images, sources), never again a tool result."""

    name: str = ""
    blocks: tuple[Block, ...] = ()
    call: str = ""
    failed: bool = False


class ImageBlock(_Block, frozen=True, omit_defaults=True, tag="image"):
    """A picture. `caption` describes it; `prompt` is what it was generated from."""

    attachment: Attachment
    caption: str = ""
    prompt: str = ""


class AudioBlock(_Block, frozen=True, omit_defaults=True, tag="audio"):
    """A recording, with its transcript if the provider made one."""

    attachment: Attachment
    transcript: str = ""


class FileBlock(_Block, frozen=True, omit_defaults=True, tag="file"):
    """Any other file (video too). `text` is what the provider extracted from it, or what was pasted."""

    attachment: Attachment
    text: str = ""


class DocumentBlock(_Block, frozen=True, omit_defaults=True, tag="document"):
    """One version of a canvas document or artifact, whole, with the provider's edits already applied.

    `id` is the same for all versions of one document; `version` counts from 1. `media_type` is the provider's
    ("text/markdown", "application/vnd.ant.react", …), `language` the language of its code. `note` says what could
    not be applied or what the change was. `project` is the id of a provider's project whose name is the title and
    is not in this export: pages show the name where another export has it.
    """

    id: str
    text: str
    title: str = ""
    media_type: str = "text/markdown"
    language: str = ""
    version: int = 1
    note: str = ""
    project: str = ""


class QuoteBlock(_Block, frozen=True, omit_defaults=True, tag="quote"):
    """A passage that a tool took from a source."""

    text: str
    source: Source = Source()


class SourceListBlock(_Block, frozen=True, omit_defaults=True, tag="sources"):
    """Results of a search or pages that were read, in the provider's order."""

    sources: tuple[Source, ...]
    title: str = ""


class NoticeBlock(_Block, frozen=True, omit_defaults=True, tag="notice"):
    """A remark of the provider's about the conversation: an error, a limit, a change of model."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


class UnknownBlock(_Block, frozen=True, omit_defaults=True, tag="unknown"):
    """Something that the reader doesn't know, as the provider's own JSON text. `type` is the provider's name."""

    type: str
    json: str


Block = (
    TextBlock
    | CodeBlock
    | ReasoningBlock
    | ToolCallBlock
    | ToolResultBlock
    | ImageBlock
    | AudioBlock
    | FileBlock
    | DocumentBlock
    | QuoteBlock
    | SourceListBlock
    | NoticeBlock
    | UnknownBlock
)


class Revision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a message said in an earlier export. `exported` is the date of the newest export that held it so."""

    blocks: tuple[Block, ...]
    exported: datetime | None = None


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node of a conversation.

    `id` is unique within its conversation: the provider's, or `content_id` of what it says. `parent` is the id of
    an earlier message of the same conversation, or None. `created` is aware, in UTC. `author` names a tool or a
    persona. `status` is "" for a finished message, else "stopped", "failed" or the provider's own word. `hidden`
    messages are not shown by the provider (system prompts, injected context): they are kept and folded away.

    Merging several exports adds `revisions`, earlier texts of an edited message, the newest first, and `absent`:
    the newest export that holds the conversation lacks this message.
    """

    id: str
    role: Role
    blocks: tuple[Block, ...] = ()
    parent: str | None = None
    created: datetime | None = None
    model: str = ""
    author: str = ""
    status: str = ""
    hidden: bool = False
    revisions: tuple[Revision, ...] = ()
    absent: bool = False


class Project(msgspec.Struct, frozen=True, omit_defaults=True):
    """The provider's own grouping: a project, or a custom GPT. `name` is "" where the export lacks it."""

    id: str
    name: str = ""
    kind: Literal["project", "gpt"] = "project"


class Conversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation as a tree of messages; every message stands after its parent (`tree.ordered`).

    `kind` other than "chat" is something kept beside the chats and read like one: the instructions and documents
    of a project, memories, a document published on its own, media without a conversation. `active_leaf` is the
    last message of the branch that the provider shows. Times are aware and in UTC. `flags` are words such as
    "starred", "pinned", "archived", "temporary". `model` names the conversation's own model when messages don't.

    Merging several exports adds `former_titles`, the newest first, and `account`: which account (as in
    `readers.base.Recognition`) it is of, but only where two accounts hold a conversation of the same id.
    """

    source: str
    id: str
    title: str = ""
    kind: Kind = "chat"
    created: datetime | None = None
    updated: datetime | None = None
    messages: tuple[Message, ...] = ()
    active_leaf: str | None = None
    model: str = ""
    project: Project | None = None
    flags: tuple[str, ...] = ()
    summary: str = ""
    url: str = ""
    former_titles: tuple[str, ...] = ()
    account: str = ""

    @property
    def key(self) -> str:
        """The first 12 hex digits of a hash of source, kind and provider's id: the same in every archive."""
        kind = () if self.kind == "chat" else (self.kind,)
        account = ("account", self.account) if self.account else ()
        return content_id(self.source, *kind, self.id, *account)


class Record(msgspec.Struct, frozen=True):
    """One conversation as the provider wrote it: the archived truth, from which a reader can read it again.

    `raw` is the record's own bytes, unchanged. `context` holds the few facts from elsewhere in the export that
    reading it takes (names of projects and files); JSON values only, small. `where` places it for a person:
    "conversations-002.json, item 17".
    """

    raw: bytes
    where: str
    context: Mapping[str, Any] = {}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something in an export that could not be read: where it stands, why, and its bytes if they could be had.

    `context` is that of the `Record`, where it was one, so that a later reader can try it again.
    """

    where: str
    reason: str
    raw: bytes = b""
    context: Mapping[str, Any] = {}


def content_id(*parts: str) -> str:
    """12 hex digits that depend on nothing but the parts and their order."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Conversation)


def encode(conversation: Conversation) -> bytes:
    """The conversation as canonical JSON: equal conversations give equal bytes."""
    return _encoder.encode(conversation)


def decode(data: bytes) -> Conversation:
    """The opposite of `encode`. Raises msgspec.ValidationError for anything else."""
    return _decoder.decode(data)
