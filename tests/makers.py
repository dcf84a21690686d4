"""Builders of model values for tests: `conversation("title", user("hi"), assistant("yes"))`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sitegen.model import Block, Conversation, Message, Role, TextBlock

START = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def message(
    id: str,  # noqa: A002 - the field's own name
    role: Role,
    text: str = "",
    parent: str | None = None,
    minutes: int = 0,
    blocks: tuple[Block, ...] | None = None,
    **fields: object,
) -> Message:
    """A message, by default of one text block, `minutes` after `START`."""
    created = START + timedelta(minutes=minutes)
    content = blocks if blocks is not None else (TextBlock(text),)
    return Message(id=id, role=role, parent=parent, blocks=content, created=created, **fields)  # type: ignore[arg-type]


def dialogue(*texts: str) -> tuple[Message, ...]:
    """Messages that answer each other in turn, the person first; ids "1", "2", …"""
    roles: tuple[Role, Role] = ("user", "assistant")
    return tuple(
        message(str(place + 1), roles[place % 2], text, str(place) if place else None, place)
        for place, text in enumerate(texts)
    )


def conversation(title: str = "A title", *messages: Message, **fields: object) -> Conversation:
    """A conversation of source "chatgpt" with these messages (default: one question, one answer)."""
    messages = messages or dialogue("A question", "An answer")
    values: dict[str, object] = {
        "source": "chatgpt",
        "id": "c1",
        "created": START,
        "updated": START,
        "active_leaf": messages[-1].id,
    }
    return Conversation(title=title, messages=messages, **(values | fields))  # type: ignore[arg-type]
