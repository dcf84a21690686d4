"""Conversations as trees: order, the active branch, and the other branches. Pure, and never recursive:
trees of 2,565 levels are known, and hostile ones are deeper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from sitegen.model import Conversation, Message

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def ordered(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The same messages, every one after its parent, depth first, siblings in the order given.

    Parents are mended on the way: one that is absent, or is the message itself, or would close a cycle, becomes
    None. A message whose id repeats an earlier one gets the id with `~2`, `~3`, … so that nothing is lost; its
    children stay with the first.
    """
    by_id: dict[str, Message] = {}
    counts: Counter[str] = Counter()
    for message in messages:
        unique = message.id
        while unique in by_id:
            counts[message.id] += 1
            unique = f"{message.id}~{counts[message.id] + 1}"
        by_id[unique] = message if unique == message.id else msgspec.structs.replace(message, id=unique)

    parents = _without_cycles({m.id: m.parent if m.parent in by_id else None for m in by_id.values()})
    children: dict[str | None, list[str]] = {}
    for message_id, parent in parents.items():
        children.setdefault(parent, []).append(message_id)

    result: list[Message] = []
    stack = children.get(None, [])[::-1]
    while stack:
        message = by_id[stack.pop()]
        parent = parents[message.id]
        result.append(message if message.parent == parent else msgspec.structs.replace(message, parent=parent))
        stack.extend(reversed(children.get(message.id, [])))
    return tuple(result)


def _without_cycles(parents: dict[str, str | None]) -> dict[str, str | None]:
    """The same map with one link cut in each cycle: that of the first member that the walk met."""
    parents = dict(parents)
    sound: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in sound and node not in path:
            path[node] = None
            node = parents[node]
        if node is not None and node in path:
            parents[node] = None
        sound.update(path)
    return parents


def children_of(messages: Sequence[Message]) -> dict[str | None, list[Message]]:
    """Each parent's children in order; the roots stand under None. A leaf has no entry."""
    children: dict[str | None, list[Message]] = {}
    for message in messages:
        children.setdefault(message.parent, []).append(message)
    return children


def resolve_leaf(messages: Sequence[Message], named: str | None) -> str | None:
    """The id of the last message of the active branch; `messages` are `ordered`.

    The provider's `named` message, followed down to a leaf by its last child each time when it is an inner one;
    without one, the newest leaf by time, then depth, then place. None only for no messages at all.
    """
    if not messages:
        return None
    children = children_of(messages)
    if any(message.id == named for message in messages):
        leaf = named
        while leaf in children:
            leaf = children[leaf][-1].id
        return leaf

    depth: dict[str, int] = {}
    times: dict[str, datetime] = {}
    best: tuple[datetime, int, int] | None = None
    result = messages[-1].id
    for place, message in enumerate(messages):
        depth[message.id] = depth[message.parent] + 1 if message.parent is not None else 0
        inherited = times[message.parent] if message.parent is not None else _NO_TIME
        times[message.id] = message.created or inherited
        rank = (times[message.id], depth[message.id], place)
        if message.id not in children and (best is None or rank > best):
            best, result = rank, message.id
    return result


def path_to(messages: Sequence[Message], leaf: str | None) -> tuple[Message, ...]:
    """The messages from a root down to `leaf`; empty if there is no such message."""
    by_id = {message.id: message for message in messages}
    path: list[Message] = []
    while leaf is not None and leaf in by_id:
        path.append(by_id[leaf])
        leaf = path[-1].parent
    return tuple(reversed(path))


class Branch(NamedTuple):
    """One run of messages that leaves another at `parent` (None: it begins the conversation anew).

    `number` of `total` is its place among the branches at that point, both counted from 1.
    """

    parent: str | None
    number: int
    total: int
    messages: tuple[Message, ...]


def branches(conversation: Conversation) -> tuple[Branch, ...]:
    """The active branch first, then every other one, each message in exactly one of them.

    The active branch is the path to `active_leaf`. Every other child of a fork begins a branch of its own, which
    follows the last child at each further fork. Branches stand in the order of their first message.
    """
    messages = conversation.messages
    children = children_of(messages)
    active = path_to(messages, conversation.active_leaf)
    taken = {message.id for message in active}
    places = {child.id: place for group in children.values() for place, child in enumerate(group, 1)}

    def branch(run: Sequence[Message]) -> Branch:
        first = run[0]
        return Branch(first.parent, places[first.id], len(children[first.parent]), tuple(run))

    result = [branch(active)] if active else []
    for message in messages:
        if message.id in taken:
            continue
        run = [message]
        while run[-1].id in children:
            run.append(children[run[-1].id][-1])
        taken.update(member.id for member in run)
        result.append(branch(run))
    return tuple(result)
