"""A conversation, field by field. Pure but for what the given functions do.

The walk follows the fields of the model's own types: text in a field that is added to the model is looked at without
a word here, and a value of a type that is not known here is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_origin

import msgspec

from sitegen import model
from sitegen.redaction.json_text import edited_json, is_json
from sitegen.redaction.texts import Edited
from sitegen.wording import shortened

_Struct = TypeVar("_Struct", bound=msgspec.Struct)
#: Words for people that lead to a text: '"Title of chat"', "answer 12", "code".
Where = tuple[str, ...]

_LONGEST_TITLE = 60
_ROLES: Mapping[str, str] = {
    "user": "question",
    "assistant": "answer",
    "system": "system prompt",
    "tool": "tool message",
}
_PARTS: Mapping[type, str] = {
    model.TextBlock: "text",
    model.CodeBlock: "code",
    model.ReasoningBlock: "reasoning",
    model.ToolCallBlock: "tool call",
    model.ToolResultBlock: "tool result",
    model.ImageBlock: "image",
    model.AudioBlock: "recording",
    model.FileBlock: "file",
    model.DocumentBlock: "document",
    model.QuoteBlock: "quote",
    model.SourceListBlock: "sources",
    model.NoticeBlock: "notice",
    model.UnknownBlock: "unknown part",
    model.Source: "source",
    model.Revision: "earlier text",
    model.Project: "project",
}
#: Fields that people need not hear of beside the part that they are of.
_UNSAID = frozenset(("text", "blocks", "messages", "citations", "attachment", "source", "sources", "json", "revisions"))
#: Ids: the same wherever they stand, and different where they were.
_IDS = frozenset(
    (
        (model.Conversation, "id"), (model.Conversation, "active_leaf"), (model.Conversation, "account"),
        (model.Message, "id"), (model.Message, "parent"), (model.Attachment, "id"), (model.Project, "id"),
        (model.ToolCallBlock, "call"), (model.ToolResultBlock, "call"), (model.DocumentBlock, "id"),
        (model.DocumentBlock, "project"),
    )
)  # fmt: skip
_JSON = frozenset(((model.ToolCallBlock, "arguments"), (model.UnknownBlock, "json")))


class Walk:
    """One walk. `edited` gives a text's replacement: it takes the text, the name it is the value of, and whether to
    look for the person's words in it. `found` is told each replacement and where it stands.

    `ids` leads from the ids met to those that stand for them, `attachments` are the ids of attachments among them.
    """

    def __init__(self, edited: Callable[[str, str, bool], Edited], found: Callable[[Edited, Where], None]) -> None:
        self._edited = edited
        self._found = found
        self.ids: dict[str, str] = {}
        self._taken: set[str] = set()
        self.attachments: set[str] = set()
        self._roles: Counter[str] = Counter()

    def conversation(self, conversation: model.Conversation) -> model.Conversation:
        """The conversation with every text of it replaced."""
        title = shortened(self._edited(conversation.title, "", True).text, _LONGEST_TITLE)
        return self._struct(conversation, (f'"{title}"' if title else "a conversation without a title",))

    def _struct(self, value: _Struct, where: Where) -> _Struct:
        kind = type(value)
        moved: Edited | None = None
        changes: dict[str, Any] = {}
        for name in _fields(kind):
            old = getattr(value, name)
            if not old:
                continue
            inner = where if name in _UNSAID else (*where, name.replace("_", " "))
            if (kind, name) in _IDS:
                new = self._id(old, inner)
                if kind is model.Attachment:
                    self.attachments.add(old)
            elif (kind, name) in _JSON and is_json(old):
                new = edited_json(old, lambda text, key, inner=inner: self._text(text, inner, key).text)  # type: ignore[misc]
            elif (kind, name) == (model.Conversation, "source"):
                # The name of a reader: pages depend on it, and a person may well be called Claude.
                new = self._text(old, inner, with_words=False).text
            elif (kind, name) == (model.TextBlock, "text"):
                moved = self._text(old, inner)
                new = moved.text
            else:
                new = self._value(old, inner)
            if new is not old and not (isinstance(new, str) and new == old):
                changes[name] = new
        if moved is not None and moved.rounds and isinstance(value, model.TextBlock):
            changes["citations"] = tuple(
                msgspec.structs.replace(citation, position=moved.move(citation.position))
                for citation in changes.get("citations", value.citations)
            )
        return msgspec.structs.replace(value, **changes) if changes else value

    def _value(self, value: Any, where: Where) -> Any:
        if isinstance(value, str):
            return self._text(value, where).text
        if isinstance(value, msgspec.Struct):
            return self._struct(value, self._place(value, where))
        if isinstance(value, tuple):
            new = tuple(self._value(item, where) for item in value)
            return value if all(one is other for one, other in zip(value, new, strict=True)) else new
        if isinstance(value, int | float | datetime):
            return value
        raise TypeError(f"no way is known to redact a {type(value).__name__}")

    def _place(self, value: msgspec.Struct, where: Where) -> Where:
        if isinstance(value, model.Message):
            self._roles[value.role] += 1
            return (*where, f"{_ROLES.get(value.role, 'message')} {self._roles[value.role]}")
        part = _PARTS.get(type(value))
        return where if part is None or where[-1] == part else (*where, part)

    def _text(self, text: str, where: Where, name: str = "", with_words: bool = True) -> Edited:
        edited = self._edited(text, name, with_words)
        if edited.placed:
            self._found(edited, where)
        return edited

    def _id(self, old: str, where: Where) -> str:
        if old not in self.ids:
            new = plain = self._text(old, where).text
            number = 1
            while new in self._taken:
                number += 1
                new = f"{plain}~{number}"
            self._taken.add(new)
            self.ids[old] = new
        return self.ids[old]


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields to look at: all whose values are not of a fixed choice."""
    fields = msgspec.structs.fields(cast(Any, kind))
    return tuple(field.name for field in fields if get_origin(field.type) is not Literal)
