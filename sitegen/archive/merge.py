"""What several exports say of one conversation, put together. Pure.

The result depends on the set of observations only, never on the order in which they were imported, and one
observation given twice counts once: a merge of merges is therefore the merge of all (a plain set union underneath).
Nothing that any export held vanishes: a message that a later export lacks stays, and so does what an edited one said
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace

from sitegen.model import Conversation, Message, Revision
from sitegen.tree import ordered, resolve_leaf
from sitegen.wording import attachments_of, everything, said

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
    emptied it; other texts that it had are its revisions, and states with more files. Fields of the conversation are
    the newest that are not blank.
    """
    newest_first = sorted(observations, key=lambda observation: observation.rank, reverse=True)
    if not newest_first:
        raise ValueError("nothing to merge")
    states = [observation.conversation for observation in newest_first]
    newest = states[0]
    if all(state == newest for state in states[1:]):
        return newest

    messages = _merged_messages(newest_first)
    if newest.kind != "chat":
        messages = _in_sequence(messages)
    created = [state.created for state in states if state.created]
    updated = [state.updated for state in states if state.updated]
    titles = list(dict.fromkeys(title for s in states for title in (s.title, *s.former_titles) if title))
    return replace(
        newest,
        title=titles[0] if titles else "",
        former_titles=tuple(titles[1:]),
        created=min(created, default=None),
        updated=max(updated, default=None),
        messages=messages,
        active_leaf=resolve_leaf(messages, next((s.active_leaf for s in states if s.active_leaf), None)),
        model=next((state.model for state in states if state.model), ""),
        project=next((state.project for state in states if state.project), None),
        summary=next((state.summary for state in states if state.summary), ""),
        url=next((state.url for state in states if state.url), ""),
    )


def _merged_messages(newest_first: Sequence[Observation]) -> tuple[Message, ...]:
    """Every message of any observation, each after its parent."""
    states: dict[str, list[tuple[datetime | None, Message]]] = {}
    for observation in newest_first:
        for message in observation.conversation.messages:
            states.setdefault(message.id, []).append((observation.made, message))
    # A record that lost all its messages says nothing about any of them.
    newest = next((o.conversation.messages for o in newest_first if o.conversation.messages), ())
    present = {message.id for message in newest}
    return ordered(_merged_message(of_one, absent=key not in present) for key, of_one in states.items())


def _in_sequence(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The same one after the other: what is kept beside chats (documents, memories, media) has no branches."""
    parents = (None, *(message.id for message in messages))
    return tuple(replace(message, parent=parent) for message, parent in zip(messages, parents, strict=False))


def _merged_message(newest_first: Sequence[tuple[datetime | None, Message]], *, absent: bool) -> Message:
    messages = [message for _, message in newest_first]
    current = next((message for message in messages if message.blocks), messages[0])
    seen, most_files = [_words(current)], _count_of_files(replace(current, revisions=()))
    revisions = []
    for made, message in newest_first:
        # A conversation that comes out of another archive brings its revisions along.
        for state in (Revision(message.blocks, made), *message.revisions):
            then = replace(message, blocks=state.blocks, revisions=())
            words, files = _words(then), _count_of_files(then)
            # A beginning of a later text is an answer that was still being written: nothing of it is lost.
            is_other_text = bool(words) and not any(later.startswith(words) for later in seen)
            # Counted, for one file can have another id in the next export.
            if is_other_text or files > most_files:
                seen.append(words)
                most_files = max(most_files, files)
                revisions.append(state)
    return replace(current, revisions=tuple(revisions), absent=absent)


def _count_of_files(message: Message) -> int:
    return len(attachments_of([message]))


def _words(message: Message) -> str:
    """What people would compare: what was said or, where nothing was, everything; without regard to white space."""
    return " ".join((said(message) or everything(message.blocks)).split())
