"""Tool calls and their results: which belong together, and what a reader needs to know of them on one line. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sitegen.language import Language
from sitegen.model import Message, SourceListBlock, ToolCallBlock, ToolResultBlock

_SUBJECT_LENGTH = 80

#: Where a block stands: the id of its message, and its place in it.
Place = tuple[str, int]


def paired_results(
    messages: Sequence[Message],
) -> tuple[dict[Place, ToolResultBlock], frozenset[Place]]:
    """Which tool result belongs to the call at (message id, place of its block), and the places of these results.

    By the provider's id of the call; without one, the last call before it that has no result yet.
    """
    results: dict[Place, ToolResultBlock] = {}
    open_calls: dict[Place, ToolCallBlock] = {}
    paired: set[Place] = set()
    for message in messages:
        if message.role == "user" and not message.hidden:
            open_calls.clear()
        for place, block in enumerate(message.blocks):
            if isinstance(block, ToolCallBlock):
                open_calls[message.id, place] = block
            elif isinstance(block, ToolResultBlock) and (call := _call_of(block, open_calls)) is not None:
                results[call] = block
                del open_calls[call]
                paired.add((message.id, place))
    return results, frozenset(paired)


def _call_of(result: ToolResultBlock, open_calls: Mapping[Place, ToolCallBlock]) -> Place | None:
    if result.call:
        return next((place for place, call in open_calls.items() if call.call == result.call), None)
    return next((place for place, call in reversed(list(open_calls.items())) if not call.call), None)


def called(call: ToolCallBlock, language: Language) -> str:
    """What a tool was asked to do, on one line: the provider's words, else its name and its first argument."""
    if call.title:
        return call.title
    subject = ""
    if call.language == "json":
        try:
            arguments = json.loads(call.arguments)
        except (ValueError, RecursionError):
            arguments = None  # shown as it stands below the line
        values = arguments.values() if isinstance(arguments, dict) else [arguments]
        subject = next((value for value in values if isinstance(value, str) and value.strip()), "")
    subject = " ".join(subject.split())
    if len(subject) > _SUBJECT_LENGTH:
        subject = subject[:_SUBJECT_LENGTH].rstrip() + "…"
    if not subject:
        return language.say("Used {tool}", tool=call.name)
    tool = call.name.lower()
    if "search" in tool and "web" in tool:
        return language.say("Searched the web for “{subject}”", subject=subject)
    if "search" in tool:
        return language.say("Searched for “{subject}”", subject=subject)
    return language.say("Used {tool}: {subject}", tool=call.name, subject=subject)


def result_of(name: str, language: Language) -> str:
    """The line of a result whose call is not known, by the tool's name."""
    return language.say("Result of {tool}", tool=name) if name else language.say("Result of a tool")


def with_outcome(line: str, result: ToolResultBlock, language: Language) -> str:
    """The line of a call with what came of it: the number of sources found, or that it failed."""
    found = sum(len(block.sources) for block in result.blocks if isinstance(block, SourceListBlock))
    if result.failed:
        return language.say("{call} (failed)", call=line)
    if not found:
        return line
    return language.say_count("{call}: {count} result", "{call}: {count} results", found, call=line)
