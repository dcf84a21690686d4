"""Tool calls and their results: which belong together, and what a reader needs to know of them on one line. Pure."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence

from sitegen.language import Language
from sitegen.model import Message, SourceListBlock, ToolCallBlock, ToolResultBlock

_SUBJECT_LENGTH = 80

#: Where a block stands: the id of its message, and its place in it.
Place = tuple[str, int]


def paired_results(
    messages: Sequence[Message],
) -> tuple[dict[Place, ToolResultBlock], frozenset[Place]]:
    """Which tool result belongs to the call at (message id, place of its block), and the places of these results.

    By the provider's id of the call; without one, the last call before it that has no result yet. A prompt ends the
    waiting for results.
    """
    results: dict[Place, ToolResultBlock] = {}
    paired: set[Place] = set()
    # The calls without a result: by their id, several of one id in order, and those without an id.
    named: dict[str, deque[Place]] = {}
    unnamed: deque[Place] = deque()
    for message in messages:
        if message.role == "user" and not message.hidden:
            named.clear()
            unnamed.clear()
        for place, block in enumerate(message.blocks):
            if isinstance(block, ToolCallBlock):
                waiting = named.setdefault(block.call, deque()) if block.call else unnamed
                waiting.append((message.id, place))
            elif isinstance(block, ToolResultBlock):
                waiting = named.get(block.call, deque()) if block.call else unnamed
                if waiting:
                    results[waiting.popleft() if block.call else waiting.pop()] = block
                    paired.add((message.id, place))
    return results, frozenset(paired)


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


def untold_names(line: str, call: ToolCallBlock | None, result: ToolResultBlock | None, language: Language) -> str:
    """The names of a tool, as its call and its result give it, that its line doesn't tell; "" for none."""
    names = (call.name if call else "", result.name if result else "")
    return language.listed(dict.fromkeys(name for name in names if name not in line))
