"""Ids of a publication's own, in place of those that a provider or a reader gave. Pure.

They stand in addresses and anchors. A provider's own id tells where a conversation is, how many messages there were, or
when it was; an id that a reader made of a text lets anybody try which text it was before it was redacted.
"""

from __future__ import annotations

from msgspec.structs import replace

from sitegen.model import Conversation, content_id


def with_own_ids(conversation: Conversation, salt: str) -> Conversation:
    """The conversation with other ids of itself and its messages: the same for the same salt, and nothing to be guessed
    without it."""

    def own(message: str) -> str:
        return content_id(salt, conversation.key, message)

    messages = (
        replace(message, id=own(message.id), parent=None if message.parent is None else own(message.parent))
        for message in conversation.messages
    )
    leaf = conversation.active_leaf
    return replace(
        conversation,
        id=content_id(salt, conversation.key),
        account="",
        messages=tuple(messages),
        active_leaf=None if leaf is None else own(leaf),
    )
