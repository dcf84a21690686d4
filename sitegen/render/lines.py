"""What some blocks are, on the one line that pages and notes show of them while they are folded. Pure."""

from __future__ import annotations

from sitegen.language import Language
from sitegen.model import DocumentBlock, ReasoningBlock, SourceListBlock


def reasoning_line(block: ReasoningBlock, language: Language) -> str:
    """ "Reasoned for 12 s: what about"."""
    if block.seconds is None:
        return language.say("Reasoning: {title}", title=block.title) if block.title else language.say("Reasoning")
    duration = language.duration(block.seconds)
    if block.title:
        return language.say("Reasoned for {duration}: {title}", duration=duration, title=block.title)
    return language.say("Reasoned for {duration}", duration=duration)


def sources_line(block: SourceListBlock, language: Language) -> str:
    """ "Search results: 8 sources"."""
    count = len(block.sources)
    if not block.title:
        return language.say_count("{count} source", "{count} sources", count)
    return language.say_count("{title}: {count} source", "{title}: {count} sources", count, title=block.title)


def version_line(block: DocumentBlock, newest: int, language: Language) -> str:
    """ "version 2 of 3"; "" for a document that has but one."""
    if newest < 2:
        return ""
    return language.say("version {version} of {newest}", version=block.version, newest=newest)
