"""What an export brought: one conversation before and after it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from sitegen.model import Conversation, Message

ChangeKind = Literal["new", "changed", "gone", "returned"]


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an export differs from those made before it, for one conversation.

    "gone" is no longer in the account, "returned" is there again. The rest counts for "changed" only: new `messages`
    (`branches` of them begin another version of something that was there), `edited` messages, messages that are no
    longer there (`removed`), the title and the project's name before (None: as they were), and `other` for a change
    in nothing of these (a flag, a model's name).
    """

    kind: ChangeKind
    messages: int = 0
    branches: int = 0
    edited: int = 0
    removed: int = 0
    title_before: str | None = None
    project_before: str | None = None
    other: bool = False


def compare(before: Conversation | None, after: Conversation) -> Change | None:
    """What came between two states of a conversation; None for nothing that a person would notice.

    `before` is None for a conversation that was not known.
    """
    if before is None:
        return Change("new")
    if _noticeable(before) == _noticeable(after):
        return None
    known = {message.id: message for message in before.messages}
    added = [message for message in after.messages if message.id not in known]
    both = [(known[message.id], message) for message in after.messages if message.id in known]
    change = Change(
        "changed",
        messages=sum(not message.hidden and message.role in ("user", "assistant") for message in added),
        branches=sum(1 for _ in _new_branches(before.messages, added)) if after.kind == "chat" else 0,
        edited=sum(len(new.revisions) > len(old.revisions) for old, new in both),
        removed=sum(new.absent and not old.absent for old, new in both),
        title_before=before.title if before.title != after.title else None,
        project_before=_project(before) if _project_id(before) != _project_id(after) else None,
    )
    return change if change != Change("changed") else Change("changed", other=True)


def _noticeable(conversation: Conversation) -> Conversation:
    """The conversation without what providers touch of their own accord."""
    return msgspec.structs.replace(conversation, updated=None)


def _project_id(conversation: Conversation) -> str:
    return conversation.project.id if conversation.project else ""


def _project(conversation: Conversation) -> str:
    return (conversation.project.name or conversation.project.id) if conversation.project else ""


def _new_branches(before: Sequence[Message], added: Sequence[Message]) -> Iterator[Message]:
    """New messages that stand beside one that was there: another version of it."""
    answered = {message.parent for message in before}
    return (message for message in added if message.parent in answered)
