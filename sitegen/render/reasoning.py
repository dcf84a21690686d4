"""Reasoning and its duration, which some providers keep as a message of its own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from sitegen.model import Message, ReasoningBlock


def with_durations(messages: Sequence[Message], is_alone: Callable[[Message], bool]) -> list[Message]:
    """Messages that follow each other, with a duration that follows the reasoning it is of moved into that.

    `is_alone` tells whether there is no other version of a message; one at a fork stays where it is.
    """
    result: list[Message] = []
    for message in messages:
        seconds = _duration(message) if is_alone(message) else None
        last = result[-1].blocks[-1] if result and result[-1].blocks else None
        if seconds is not None and isinstance(last, ReasoningBlock) and last.seconds is None:
            timed = msgspec.structs.replace(last, seconds=seconds)
            result[-1] = msgspec.structs.replace(result[-1], blocks=(*result[-1].blocks[:-1], timed))
        else:
            result.append(message)
    return result


def _duration(message: Message) -> float | None:
    """The seconds that are all a message says."""
    if len(message.blocks) != 1 or message.status or message.revisions or message.absent:
        return None
    match message.blocks[0]:
        case ReasoningBlock(text="", title="", seconds=seconds):
            return seconds
    return None
