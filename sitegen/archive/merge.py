"""What several exports say of one conversation, put together. Pure.

The result depends on the set of observations only, never on the order in which they were imported, and one
observation given twice counts once: a merge of merges is therefore the merge of all (a plain set union underneath).
Nothing that any export held vanishes: a message that a later export lacks stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace

from sitegen.model import Conversation, Message
from sitegen.tree import ordered, resolve_leaf

_NEVER = datetime.min.replace(tzinfo=UTC)


class Observation(NamedTuple):
    """A conversation as one export held it. `made` is the export's date, None if unknown; `record` the hash of
    the record it was read from."""

    made: datetime | None
    record: str
    conversation: Conversation

    @property
    def rank(self) -> tuple[datetime, datetime, str]:
        """Later exports, then later updates, count as newer; the hash decides what is left."""
        return (self.made or _NEVER, self.conversation.updated or _NEVER, self.record)


def merge(observations: Iterable[Observation]) -> Conversation:
    """One conversation out of one or more observations of it.

    Raises ValueError for none. Each message is as the newest observation that has it shows it, unless that one has
    emptied it; fields of the conversation are the newest that are not blank.
    """
    newest_first = sorted(observations, key=lambda observation: observation.rank, reverse=True)
    if not newest_first:
        raise ValueError("nothing to merge")
    states = [observation.conversation for observation in newest_first]
    newest = states[0]
    if all(state == newest for state in states[1:]):
        return newest

    merged: dict[str, Message] = {}
    for state in states:
        for message in state.messages:
            known = merged.get(message.id)
            if known is None or (message.blocks and not known.blocks):
                merged[message.id] = message
    messages = ordered(merged.values())
    created = [state.created for state in states if state.created]
    updated = [state.updated for state in states if state.updated]
    return replace(
        newest,
        title=next((state.title for state in states if state.title), ""),
        created=min(created, default=None),
        updated=max(updated, default=None),
        messages=messages,
        active_leaf=resolve_leaf(messages, next((s.active_leaf for s in states if s.active_leaf), None)),
        model=next((state.model for state in states if state.model), ""),
        project=next((state.project for state in states if state.project), None),
        summary=next((state.summary for state in states if state.summary), ""),
        url=next((state.url for state in states if state.url), ""),
    )
